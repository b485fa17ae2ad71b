// SPDX-License-Identifier: PostgreSQL
// The period's figures: revenue large, the others beside it, each with its change and the recent days.
//
//   const panel = kpiCards(); page.append(panel.element); panel.load(context);
//   kpiCards({ revenue: false }): without the large one, where the page's headline has it
import './style.css';
import { get } from '../../lib/api';
import { period, selection, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { goodDirection } from '../../lib/metrics';
import { t } from '../../lib/i18n';
import type { DailyMetrics, Kpi } from '../../lib/types';
import { createPanel, type Panel } from '../panel';
import { sparkline } from '../sparkline';

const RECENT_DAYS = 28;

interface Figures {
  kpis: Kpi[];
  days: DailyMetrics[];
}

export function kpiCards({ revenue = true }: { revenue?: boolean } = {}): Panel {
  return createPanel<Figures>({
    id: 'figures',
    title: t('kpi.title'),
    hideHeader: true,
    className: 'kpi-panel',
    skeleton: 'cards',
    fetch: async (context) => {
      const [kpis, days] = await Promise.all([
        get<Kpi>('kpis', { ...period(context), ...selection(context) }),
        recentDays(context),
      ]);
      return { kpis: kpis.data.filter((kpi) => revenue || kpi.metric !== 'revenue'), days };
    },
    isEmpty: ({ kpis }) => kpis.length === 0,
    render: ({ kpis, days }) =>
      h(
        'div',
        { class: revenue ? 'kpis' : 'kpis kpis-even' },
        kpis.map((kpi) => card(kpi, days)),
      ),
  });
}

/** The days behind the small lines. They are an extra: without them the figures still show. */
async function recentDays(context: Context): Promise<DailyMetrics[]> {
  return get<DailyMetrics>('revenue-trend', { by: 'total', days: RECENT_DAYS, ...selection(context) }).then(
    (answer) => answer.data,
    () => [],
  );
}

function card(kpi: Kpi, days: DailyMetrics[]): Child {
  const values = days
    .map((row) => row[kpi.metric as keyof DailyMetrics])
    .map((value) => (typeof value === 'number' ? value : null));
  const hero = kpi.metric === 'revenue';
  const size = hero ? { width: 320, height: 84, area: true } : { width: 96, height: 30 };
  const hint = format.metricHint(kpi.metric);
  return h(
    'article',
    { class: `kpi ${hero ? 'kpi-hero' : ''}`, 'aria-label': format.metricLabel(kpi.metric) },
    h('h3', { class: 'kpi-label', title: hint }, format.metricLabel(kpi.metric)),
    h('p', { class: 'kpi-value' }, format.metricValue(kpi.metric, kpi.value)),
    h(
      'p',
      { class: 'kpi-change' },
      change(kpi),
      ' ',
      h('span', { class: 'kpi-prior' }, t('kpi.from', { value: format.metricValue(kpi.metric, kpi.prior_value) })),
    ),
    values.some((value) => value !== null) ? h('div', { class: 'kpi-spark' }, sparkline(values, size)) : null,
  );
}

function change({ metric, value, prior_value: prior }: Kpi): Child {
  const moved = format.changeOf(value, prior);
  if (moved === null) return h('span', { class: 'change' }, t('kpi.no_comparison'));
  const direction = Math.sign(Math.round(moved * 1000));
  const verdict = direction * goodDirection(metric);
  const tone = verdict > 0 ? 'good' : verdict < 0 ? 'bad' : 'flat';
  return h(
    'span',
    { class: `change change-${tone}` },
    h('span', { 'aria-hidden': 'true' }, direction > 0 ? '▲ ' : direction < 0 ? '▼ ' : ''),
    format.signedPercent(moved),
  );
}
