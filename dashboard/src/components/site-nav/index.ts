// SPDX-License-Identifier: PostgreSQL
// The pages there are; each keeps the selection.
//
//   const nav = siteNav(); header.append(nav.element); nav.show(state);
import './style.css';
import { h } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { pageLink, PAGES, type State } from '../../lib/state';

export interface SiteNav {
  element: HTMLElement;
  show(state: State): void;
}

export function siteNav(): SiteNav {
  const links = PAGES.map((page) => ({ page, link: h('a', { href: '#/' }, t(`nav.${page}`)) }));
  const element = h(
    'nav',
    { class: 'site-nav', 'aria-label': t('nav.label') },
    links.map(({ link }) => link),
  );
  return {
    element,
    show({ page, filters }) {
      for (const { page: name, link } of links) {
        link.setAttribute('href', pageLink(name, filters));
        const here = name === page || (name === 'overview' && page === 'product');
        if (here) link.setAttribute('aria-current', name === page ? 'page' : 'true');
        else link.removeAttribute('aria-current');
      }
    },
  };
}
