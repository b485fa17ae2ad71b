// SPDX-License-Identifier: PostgreSQL
// Revenue over time: by category, by product within a chosen category, or of the chosen product. The seven largest and
// "other"; a click on a layer leads to it.
//
//   const panel = trendPanel(); page.append(panel.element); panel.load(context);
import { csvAddress, get, type Parameters } from '../../lib/api';
import { categoryColor, COLORS, distinct, OTHER_COLOR, productColor } from '../../lib/colors';
import { days, selection, type Context } from '../../lib/context';
import { eventsOf, type ChartEvent } from '../../lib/events';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { categoryLink, productLink } from '../../lib/state';
import type { Answer, DailyMetrics } from '../../lib/types';
import { createChart, type ChartSeries } from '../chart';
import { selectControl } from '../select-control';
import { createPanel, type Panel } from '../panel';

interface Trend {
  answer: Answer<DailyMetrics>;
  events: ChartEvent[];
}

const byProduct = ({ filters }: Context): boolean => Boolean(filters.product || filters.category);

export function trendPanel(): Panel {
  let shown: Context | null = null;
  const chart = createChart({
    id: 'trend',
    name: t('trend.title'),
    format: format.money,
    axisFormat: format.compactMoney,
    height: 320,
    pick: (name) => {
      if (!shown || shown.filters.product || name === t('trend.other')) return;
      location.hash = byProduct(shown) ? productLink(name, shown.filters) : categoryLink(name, shown.filters);
    },
  });
  const span = selectControl(
    t('trend.shown'),
    [30, 60, 90, 365].map((n): [number, string] => [n, t('trend.days', { n })]),
    90,
    () => void panel.reload(),
    'trend.days',
  );

  const parameters = (context: Context): Parameters => ({
    by: byProduct(context) ? 'product' : 'category',
    days: span.value(),
    ...(context.filters.grain === 'day' ? {} : { grain: context.filters.grain }),
    ...selection(context),
  });

  const panel = createPanel<Trend>({
    id: 'trend',
    title: t('trend.title'),
    className: 'span-5',
    subtitle: (context) => subtitle(context),
    skeleton: 'chart',
    controls: [span.element, chart.pngButton],
    fetch: async (context) => {
      const [answer, events] = await Promise.all([
        get<DailyMetrics>('revenue-trend', parameters(context)),
        eventsOf(context, span.value()),
      ]);
      return { answer, events };
    },
    csv: (context) => csvAddress('revenue-trend', parameters(context)),
    isEmpty: ({ answer }) => answer.data.length === 0,
    empty: () => t('trend.empty'),
    render: ({ answer, events }, context) => {
      shown = context;
      const pivoted = pivot(answer.data, context);
      const { start, end } = days(context);
      const daily = context.filters.grain === 'day';
      const within = pivoted.days.filter((date) => date >= start && date <= end);
      chart.draw({
        ...pivoted,
        events,
        sums: true,
        ...(daily ? {} : { point: (date: string) => format.point(date, context.filters.grain) }),
        summary: t('trend.summary', {
          names: pivoted.series.map((line) => line.name).join(', '),
          period: format.dayRange(pivoted.days[0] ?? '', pivoted.days.at(-1) ?? ''),
        }),
        ...(daily && within.length && within.length < pivoted.days.length
          ? { highlight: { from: within[0] ?? '', to: within.at(-1) ?? '' } }
          : {}),
      });
      return chart.element;
    },
  });
  return panel;
}

function subtitle(context: Context): string {
  const { filters } = context;
  const what =
    filters.product ??
    (filters.category ? t('trend.by_product', { category: filters.category }) : t('trend.by_category'));
  return filters.grain === 'day' ? `${what}; ${t('trend.period_shaded')}` : what;
}

/** Rows to one line each, with null for a day that a line does not have. */
function pivot(rows: DailyMetrics[], context: Context): { days: string[]; series: ChartSeries[] } {
  const dates = [...new Set(rows.map((row) => row.date))].sort();
  const place = new Map(dates.map((date, index) => [date, index]));
  const lines = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const name = (byProduct(context) ? row.product : row.category) ?? t('filter.without_category');
    let line = lines.get(name);
    if (!line) {
      line = dates.map(() => null);
      lines.set(name, line);
    }
    line[place.get(row.date) ?? 0] = row.revenue;
  }
  return { days: dates, series: seriesOf(lines, context) };
}

function seriesOf(lines: Map<string, (number | null)[]>, context: Context): ChartSeries[] {
  const sum = (values: (number | null)[]): number => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const ranked = [...lines].sort((a, b) => sum(b[1]) - sum(a[1]));
  const kept = ranked.length > COLORS + 1 ? ranked.slice(0, COLORS) : ranked;
  const others = ranked.slice(kept.length);
  const own = (name: string): string =>
    byProduct(context) ? productColor(context.catalog, name) : categoryColor(context.catalog, name);
  const colors = distinct(kept.map(([name]) => own(name)));
  const series = kept.map(([name, values], index): ChartSeries => ({
    name,
    values,
    color: colors[index] ?? OTHER_COLOR,
    ...(lines.size > 1 ? { stack: true } : { area: true }),
  }));
  if (others.length === 0) return series;
  const rest = (others[0]?.[1] ?? []).map((_, at) => {
    const present = others.map(([, values]) => values[at] ?? null).filter((value): value is number => value !== null);
    return present.length ? present.reduce((all, value) => all + value, 0) : null;
  });
  return [...series, { name: t('trend.other'), values: rest, color: OTHER_COLOR, stack: true }];
}
