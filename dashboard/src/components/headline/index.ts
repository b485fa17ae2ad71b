// SPDX-License-Identifier: PostgreSQL
// The figure that everybody comes for: revenue of the period, how it changed, whether that is more than noise, and what
// the next days will bring.
//
//   const panel = headline(); page.append(panel.element); panel.load(context);
import './style.css';
import { get } from '../../lib/api';
import { period, selection } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import type { ForecastSum, Kpi } from '../../lib/types';
import { createPanel, type Panel } from '../panel';

interface Figures {
  revenue: Kpi | null;
  outlook: ForecastSum | null;
}

export function headline(): Panel {
  return createPanel<Figures>({
    id: 'headline',
    title: t('metric.revenue'),
    hideHeader: true,
    className: 'headline',
    skeleton: 'headline',
    fetch: async (context) => {
      const [kpis, sums] = await Promise.all([
        get<Kpi>('kpis', { ...period(context), ...selection(context) }),
        // An extra: without it the figure still shows.
        get<ForecastSum>('forecast-sum', selection(context)).then(
          (answer) => answer.data,
          () => [],
        ),
      ]);
      return { revenue: kpis.data.find((row) => row.metric === 'revenue') ?? null, outlook: sums[0] ?? null };
    },
    isEmpty: ({ revenue }) => revenue === null,
    render: ({ revenue, outlook }) => [
      h(
        'div',
        { class: 'headline-figure' },
        h(
          'p',
          { class: 'headline-value' },
          h('span', { class: 'headline-number' }, format.money(revenue?.value)),
          revenue ? changeOf(revenue) : null,
        ),
        h('p', { class: 'headline-note' }, revenue ? verdictOf(revenue) : null),
        h('p', { class: 'headline-note' }, revenue ? daysOf(revenue) : null),
      ),
      outlook ? outlookOf(outlook) : null,
    ],
  });
}

/** A change within the usual swing is not coloured: there is nothing to see. */
function changeOf(revenue: Kpi): Child {
  const moved = format.changeOf(revenue.value, revenue.prior_value);
  if (moved === null || revenue.value === null || revenue.prior_value === null) return null;
  const direction = Math.sign(Math.round(moved * 1000));
  const tone = !revenue.is_unusual || direction === 0 ? 'flat' : direction > 0 ? 'good' : 'bad';
  return h(
    'span',
    { class: `headline-change change-${tone}` },
    h('span', { 'aria-hidden': 'true' }, direction > 0 ? '▲ ' : direction < 0 ? '▼ ' : ''),
    format.signedPercent(moved),
    h('span', { class: 'headline-amount' }, format.signedMoney(revenue.value - revenue.prior_value)),
  );
}

function verdictOf(revenue: Kpi): string {
  if (revenue.prior_value === null) return t('headline.no_comparison');
  if (revenue.is_unusual === null || revenue.usual_swing_pct === null) return '';
  const swing = format.percent(revenue.usual_swing_pct / 100);
  return t(revenue.is_unusual ? 'headline.unusual' : 'headline.usual', { swing });
}

function daysOf(revenue: Kpi): Child {
  if (!revenue.period_start || !revenue.period_end || !revenue.prior_period_start || !revenue.prior_period_end)
    return null;
  const state = coded('headline', revenue.status_code, { day: format.day(revenue.period_end) });
  return [
    t('headline.against', {
      period: format.dayRange(revenue.period_start, revenue.period_end),
      before: format.dayRange(revenue.prior_period_start, revenue.prior_period_end),
    }),
    state ? [' · ', h('span', { class: 'headline-state' }, state)] : null,
  ];
}

function outlookOf(outlook: ForecastSum): Child {
  const days = Math.round((Date.parse(outlook.period_end) - Date.parse(outlook.period_start)) / 86_400_000) + 1;
  return h(
    'div',
    { class: 'headline-outlook' },
    h('p', { class: 'headline-title' }, t('headline.forecast', { n: days })),
    h('p', { class: 'headline-expected' }, format.money(outlook.forecast_value)),
    h(
      'p',
      { class: 'headline-note' },
      t('headline.interval', {
        level: format.percent(outlook.confidence_level, 0),
        range: format.range(
          format.money(outlook.prediction_interval_lower_bound),
          format.money(outlook.prediction_interval_upper_bound),
        ),
      }),
    ),
    h('p', { class: 'headline-note' }, format.dayRange(outlook.period_start, outlook.period_end)),
  );
}
