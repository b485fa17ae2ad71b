// SPDX-License-Identifier: PostgreSQL
// What the page is about, which days it judges, and how much in it wants attention.
//
//   const heading = pageHeading();
//   heading.show({ title: 'Electronics', detail: '15 – 21 Nov, compared with …', csv: '…' });
//   heading.count('incidents', 3);   // a button that leads to #incidents
import './style.css';
import { append, h } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';

interface Link {
  href: string;
  text: string;
}

export interface Heading {
  title: string;
  detail: string;
  csv: string;
  facts?: (string | null)[];
  trail?: Link[];
  link?: Link;
}

export interface PageHeading {
  element: HTMLElement;
  show(heading: Heading): void;
  /** null: not known (still loading, or failed). */
  count(panelId: Jump, count: number | null): void;
}

type Jump = 'recommendations' | 'incidents';
const WORDS = { recommendations: 'heading.warnings', incidents: 'heading.anomalies' } as const;

export function pageHeading(): PageHeading {
  const text = h('div', { class: 'heading-text' });
  const jumps = h('div', { class: 'heading-jumps' });
  const buttons = new Map<Jump, HTMLElement>();
  const csv = h('a', { class: 'action', download: '', 'aria-label': t('heading.csv') }, 'CSV');
  const element = h('div', { class: 'heading' }, text, h('div', { class: 'heading-side' }, jumps, csv));

  function count(panelId: Jump, known: number | null): void {
    const button = buttons.get(panelId);
    if (!button) return;
    button.classList.toggle('jump-some', Boolean(known));
    button.replaceChildren(h('b', {}, known ?? format.NOT_KNOWN), ` ${t(WORDS[panelId], { n: known ?? 0 })}`);
  }
  for (const panelId of ['recommendations', 'incidents'] as const) {
    const button = h('button', { type: 'button', class: 'jump', onclick: () => jumpTo(panelId) });
    buttons.set(panelId, button);
    jumps.append(button);
    count(panelId, null);
  }

  return {
    element,
    show(heading) {
      text.replaceChildren();
      const facts = [heading.detail, ...(heading.facts ?? [])].filter((fact): fact is string => Boolean(fact));
      append(text, [
        heading.trail
          ? h(
              'nav',
              { 'aria-label': t('heading.breadcrumb') },
              h(
                'ol',
                { class: 'trail' },
                heading.trail.map((link) => h('li', {}, h('a', { href: link.href }, link.text))),
              ),
            )
          : null,
        h('h1', { tabindex: '-1' }, heading.title),
        h(
          'p',
          { class: 'heading-detail' },
          facts.join(' · '),
          heading.link ? [' ', h('a', { href: heading.link.href }, heading.link.text)] : null,
        ),
      ]);
      csv.href = heading.csv;
    },
    count,
  };
}

function jumpTo(panelId: string): void {
  const panel = document.getElementById(panelId);
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  panel?.scrollIntoView({ behavior: calm ? 'auto' : 'smooth' });
  panel?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
}
