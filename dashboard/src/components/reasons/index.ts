// SPDX-License-Identifier: PostgreSQL
// Why revenue changed: a few lines in words, the most important first, which add up to the change. Each leads to its
// place.
//
//   const panel = reasons(); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get } from '../../lib/api';
import { period, selection, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { reasonPlace, reasonSentence } from '../../lib/reasons';
import type { Answer, Reason } from '../../lib/types';
import { createPanel, type Panel } from '../panel';
import { promotionLink } from '../promotion-days';

export function reasons(): Panel {
  const panel = createPanel<Answer<Reason>>({
    id: 'why',
    title: t('why.title'),
    className: 'span-7 reasons',
    skeleton: 'lines',
    fetch: (context) => get<Reason>('revenue-change', { ...period(context), ...selection(context) }),
    csv: (context) => csvAddress('revenue-change', { ...period(context), ...selection(context) }),
    isEmpty: (answer) => answer.data.length === 0,
    render: (answer, context) => list(answer.data, context),
    onLoad: (answer) => {
      const heading = panel.element.querySelector('h2');
      if (heading) heading.textContent = titleOf(answer?.data ?? []);
    },
  });
  return panel;
}

function titleOf(rows: Reason[]): string {
  const [first] = rows;
  if (!first || first.prior_revenue === null || rows.length === 1) return t('why.title');
  return t(first.revenue < first.prior_revenue ? 'why.fell' : 'why.rose');
}

function list(rows: Reason[], context: Context): Child {
  return h(
    'ol',
    { class: 'reason-list' },
    rows.map((row) => h('li', { class: `why-line why-${row.kind}` }, line(row, context))),
  );
}

function line(row: Reason, context: Context): Child {
  const { subject, phrase, details } = reasonSentence(row);
  const place = reasonPlace(row, context.filters);
  const words = [
    h(
      'span',
      { class: 'reason-words' },
      h('span', { class: 'reason-phrase' }, subject ? [h('strong', {}, subject), ' '] : null, phrase),
      details.length ? h('span', { class: 'reason-details' }, details.join(' · ')) : null,
    ),
    h('span', { class: 'reason-amount' }, row.amount === null ? '' : format.signedMoney(row.amount)),
  ];
  if (!place) return h('div', { class: 'reason-line' }, words);
  return h(
    'a',
    {
      class: 'reason-line',
      href: place.promotion ? promotionLink(place.promotion, context.filters) : (place.href ?? location.hash),
      onclick: (event) => {
        if (place.href === null) showPanel(event, place.panel);
      },
    },
    words,
  );
}

/** A part of this page: the address stays, the reader goes there. */
function showPanel(event: Event, id: string): void {
  const panel = document.getElementById(id);
  if (!panel) return;
  event.preventDefault();
  panel.scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  panel.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true });
}
