// SPDX-License-Identifier: PostgreSQL
// A page's place when there is nothing to draw: still loading, no data yet, no such page.
//
//   main.replaceChildren(pageMessage('No data yet', 'Load some with `performance_tracker etl`.', link));
import './style.css';
import { h, type Child } from '../../lib/dom';

export function pageMessage(title: string, ...content: Child[]): HTMLElement {
  return h('div', { class: 'page-message' }, h('h1', { tabindex: '-1' }, title), content);
}

export function pageSkeleton(): HTMLElement {
  return h(
    'div',
    { class: 'page-skeleton skeleton', 'aria-hidden': 'true' },
    Array.from({ length: 4 }, () => h('div', {})),
  );
}
