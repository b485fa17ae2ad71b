// SPDX-License-Identifier: PostgreSQL
// A page that is a heading and panels below it.
import type { Context } from '../lib/context';
import { h, type Child } from '../lib/dom';
import { t } from '../lib/i18n';
import type { Panel } from '../components/panel';
import type { Page } from './page';

interface Options {
  title: () => string;
  /** One sentence: what the page is for. */
  lead: (context: Context) => Child;
  panels: Panel[];
}

export function plainPage({ title, lead, panels }: Options): Page {
  const detail = h('p', { class: 'heading-detail' });
  const say = (context: Context): void => {
    const text = lead(context);
    detail.replaceChildren(
      ...(Array.isArray(text) ? text : [text]).map((one) => (one instanceof Node ? one : String(one ?? ''))),
    );
  };
  return {
    element: h(
      'div',
      {},
      h('div', { class: 'heading' }, h('div', { class: 'heading-text' }, h('h1', { tabindex: '-1' }, title()), detail)),
      h(
        'div',
        { class: 'grid' },
        panels.map((panel) => panel.element),
      ),
    ),
    prefetch(context) {
      say(context);
      for (const panel of panels) panel.prefetch(context);
    },
    load(context) {
      say(context);
      for (const panel of panels) void panel.load(context);
    },
    title: () => t('app.title', { page: title() }),
  };
}
