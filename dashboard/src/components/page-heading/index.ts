// SPDX-License-Identifier: PostgreSQL
// What the page is about, which days it judges, and how much in it wants attention.
//
//   const heading = pageHeading();
//   heading.show({ title: 'Electronics', detail: '15 – 21 Nov, compared with …', csv: '…' });
//   heading.count('anomalies', 3, 'anomaly', 'anomalies');   // a button that leads to #anomalies
import './style.css';
import { append, h } from '../../lib/dom';

interface Link { href: string; text: string }

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
  count(panelId: string, count: number | null, one: string, many: string): void;
}

export function pageHeading(): PageHeading {
  const text = h('div', { class: 'heading-text' });
  const counts = new Map<string, HTMLElement>();
  const jumps = h('div', { class: 'heading-jumps' });
  const csv = h('a', { class: 'action', download: '', 'aria-label': 'Key figures as CSV' }, 'CSV');
  const element = h('div', { class: 'heading' }, text, h('div', { class: 'heading-side' }, jumps, csv));

  return {
    element,
    show(heading) {
      text.replaceChildren();
      const facts = [heading.detail, ...(heading.facts ?? [])].filter((fact): fact is string => Boolean(fact));
      append(text, [
        heading.trail ? h('nav', { 'aria-label': 'Breadcrumb' }, h('ol', { class: 'trail' }, heading.trail.map((link) => h('li', {}, h('a', { href: link.href }, link.text))))) : null,
        h('h1', { tabindex: '-1' }, heading.title),
        h('p', { class: 'heading-detail' }, facts.join(' · '), heading.link ? [' ', h('a', { href: heading.link.href }, heading.link.text)] : null),
      ]);
      csv.href = heading.csv;
    },
    count(panelId, count, one, many) {
      const button = h('button', { type: 'button', class: `jump ${count ? 'jump-some' : ''}`, onclick: () => jumpTo(panelId) },
        h('b', {}, count ?? '–'), ` ${count === 1 ? one : many}`);
      const before = counts.get(panelId);
      if (before) before.replaceWith(button);
      else jumps.append(button);
      counts.set(panelId, button);
    },
  };
}

function jumpTo(panelId: string): void {
  const panel = document.getElementById(panelId);
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  panel?.scrollIntoView({ behavior: calm ? 'auto' : 'smooth' });
  panel?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
}
