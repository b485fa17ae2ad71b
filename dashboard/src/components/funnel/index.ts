// SPDX-License-Identifier: PostgreSQL
// From the ad to the money, in four stages: how much came through each, against the period before, and the rates between
// them. Where the bars get shorter from one stage to the next, there it was lost.
//
//   const panel = funnel(); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { period, selection, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import type { Answer, Kpi } from '../../lib/types';
import { createPanel, type Panel } from '../panel';

/** Each with the rate that leads to it. */
const STAGES = [
  { metric: 'impressions', rate: null },
  { metric: 'clicks', rate: 'ctr' },
  { metric: 'units_sold', rate: 'conversion_rate' },
  { metric: 'revenue', rate: null },
] as const;

export function funnel(): Panel {
  const parameters = (context: Context): Parameters => ({ ...period(context), ...selection(context) });
  return createPanel<Answer<Kpi>>({
    id: 'funnel',
    title: t('funnel.title'),
    subtitle: () => t('funnel.subtitle'),
    className: 'span-12',
    skeleton: 'facts',
    room: 118,
    fetch: (context) => get<Kpi>('kpis', parameters(context)),
    csv: (context) => csvAddress('kpis', parameters(context)),
    exported: (answer) =>
      answer.data.filter((row) => STAGES.some(({ metric, rate }) => row.metric === metric || row.metric === rate)),
    isEmpty: (answer) => !answer.data.some((row) => row.metric === 'impressions' && row.value !== null),
    render: ({ data }) => {
      const of = (metric: string): Kpi | undefined => data.find((row) => row.metric === metric);
      const longest = Math.max(1, ...STAGES.map(({ metric }) => ratio(of(metric)) ?? 0));
      return h(
        'ol',
        { class: 'funnel' },
        STAGES.map(({ metric, rate }) => stage(metric, of(metric), rate ? of(rate) : undefined, longest)),
      );
    },
  });
}

/** What came of what came before; null where nothing came before. */
function ratio(row: Kpi | undefined): number | null {
  return row && row.value !== null && row.prior_value !== null && row.prior_value > 0
    ? row.value / row.prior_value
    : null;
}

function stage(metric: string, row: Kpi | undefined, rate: Kpi | undefined, longest: number): Child {
  const part = ratio(row);
  const bar = h('span', { class: 'funnel-bar', 'aria-hidden': 'true' });
  const fill = h('span', { class: part !== null && part < 1 ? 'funnel-less' : 'funnel-more' });
  fill.style.width = `${(100 * (part ?? 0)) / longest}%`;
  const mark = h('span', { class: 'funnel-before' });
  mark.style.left = `${100 / longest}%`;
  bar.append(fill, mark);
  return h(
    'li',
    {},
    h('span', { class: 'funnel-name' }, format.metricLabel(metric)),
    h('span', { class: 'funnel-value' }, format.metricValue(metric, row?.value ?? null)),
    bar,
    h(
      'span',
      { class: 'funnel-note' },
      part === null ? t('kpi.no_comparison') : t('funnel.of_before', { part: format.percent(part, 0) }),
    ),
    rate
      ? h(
          'span',
          { class: 'funnel-note' },
          t('funnel.rate', {
            rate: format.metricLabel(rate.metric),
            value: format.metricValue(rate.metric, rate.value),
            before: format.metricValue(rate.metric, rate.prior_value),
          }),
        )
      : null,
  );
}
