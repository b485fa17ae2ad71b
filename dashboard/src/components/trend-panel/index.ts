// SPDX-License-Identifier: PostgreSQL
// Revenue per day: by category, by product within a chosen category, or of the chosen product.
//
//   const panel = trendPanel(); page.append(panel.element); panel.load(context);
import { csvAddress, get, type Parameters } from '../../lib/api';
import { selection, type Context } from '../../lib/context';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import type { DailyMetrics } from '../../lib/types';
import { createChart, type ChartSeries } from '../chart';
import { selectControl } from '../select-control';
import { createPanel, type Panel } from '../panel';

/** As many lines as there are colours; further ones share the last colour. */
const COLORS = 8;

export function trendPanel(): Panel {
  const chart = createChart({
    name: t('trend.title'),
    format: format.money,
    axisFormat: format.compactMoney,
    height: 320,
  });
  const span = selectControl(
    t('trend.shown'),
    [30, 60, 90].map((n): [number, string] => [n, t('trend.days', { n })]),
    90,
    () => void panel.reload(),
  );

  const parameters = (context: Context): Parameters => ({
    by: context.filters.product || context.filters.category ? 'product' : 'category',
    days: span.value(),
    ...selection(context),
  });

  const panel = createPanel({
    id: 'trend',
    title: t('trend.title'),
    className: 'span-5',
    subtitle: ({ filters }) =>
      `${filters.product ?? (filters.category ? t('trend.by_product', { category: filters.category }) : t('trend.by_category'))}; ${t('trend.shaded', { n: filters.days })}`,
    skeleton: 'chart',
    controls: [span.element, chart.pngButton],
    fetch: (context) => get<DailyMetrics>('revenue-trend', parameters(context)),
    csv: (context) => csvAddress('revenue-trend', parameters(context)),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('trend.empty'),
    render: (answer, context) => {
      const { days, series } = pivot(answer.data, context);
      const from = days.at(-context.filters.days);
      chart.draw({
        days,
        series,
        summary: t('trend.summary', {
          names: series.map((line) => line.name).join(', '),
          period: format.dayRange(days[0] ?? '', days.at(-1) ?? ''),
        }),
        ...(from && days.length > context.filters.days ? { highlight: { from, to: days.at(-1) ?? from } } : {}),
      });
      return chart.element;
    },
  });
  return panel;
}

/** Rows to one line each, with null for a day that a line does not have. */
function pivot(rows: DailyMetrics[], context: Context): { days: string[]; series: ChartSeries[] } {
  const days = [...new Set(rows.map((row) => row.date))].sort();
  const place = new Map(days.map((date, index) => [date, index]));
  const lines = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const name =
      (context.filters.product || context.filters.category ? row.product : row.category) ??
      t('filter.without_category');
    let line = lines.get(name);
    if (!line) {
      line = days.map(() => null);
      lines.set(name, line);
    }
    line[place.get(row.date) ?? 0] = row.revenue;
  }
  const names = [...lines.keys()].sort((a, b) => a.localeCompare(b));
  return {
    days,
    series: names.map((name, index) => ({
      name,
      values: lines.get(name) ?? [],
      color: `--series-${Math.min(index, COLORS - 1) + 1}`,
      ...(names.length > 1 ? { stack: true } : { area: true }),
    })),
  };
}
