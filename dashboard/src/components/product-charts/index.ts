// SPDX-License-Identifier: PostgreSQL
// A product's days: revenue and ad spend, CTR with its lowest value, ROAS with its target, each as the shop has set it.
//
//   for (const panel of productCharts()) { page.append(panel.element); panel.load(context); }
import { csvAddress, get, type Parameters } from '../../lib/api';
import { categoryOf, days, type Context } from '../../lib/context';
import { eventsOf, type ChartEvent } from '../../lib/events';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import type { Answer, DailyMetrics, Settings } from '../../lib/types';
import { createChart, type ChartSeries } from '../chart';
import { createPanel, type Panel } from '../panel';

const SHOWN_DAYS = 90;

interface Options {
  id: string;
  title: string;
  className: string;
  height: number;
  format: (value: number | null | undefined) => string;
  axisFormat: (value: number | null | undefined) => string;
  lines: { metric: 'revenue' | 'ad_spend' | 'ctr' | 'roas'; color: string; area?: boolean }[];
  /** A rule of recommendations() that is drawn as a line. */
  target?: { rule: string; label: (value: number) => string };
}

interface Daily {
  answer: Answer<DailyMetrics>;
  target: number | null;
  events: ChartEvent[];
}

/** The most specific row counts: the product's, its category's, the shop's, the default. */
async function targetOf(rule: string, context: Context): Promise<number | null> {
  const settings = await get<Settings>('settings').then(
    (answer) => answer.data[0],
    () => undefined,
  );
  const own = (settings?.thresholds ?? []).filter((row) => row.rule === rule);
  return (
    own.find((row) => row.product === context.filters.product)?.value ??
    own.find((row) => row.category !== null && row.category === categoryOf(context))?.value ??
    own.find((row) => row.product === null && row.category === null)?.value ??
    settings?.rules.find((row) => row.rule === rule)?.default_value ??
    null
  );
}

function dailyPanel(options: Options): Panel {
  const chart = createChart({
    id: options.id,
    name: options.title,
    format: options.format,
    axisFormat: options.axisFormat,
    height: options.height,
  });
  const parameters = ({ filters }: Context): Parameters => ({
    product: filters.product,
    days: Math.max(SHOWN_DAYS, filters.days),
    ...(filters.grain === 'day' ? {} : { grain: filters.grain }),
  });
  return createPanel<Daily>({
    id: options.id,
    title: options.title,
    className: options.className,
    skeleton: 'chart',
    room: options.height + (options.lines.length > 1 ? 92 : 58), // legend, marks and the table's line
    subtitle: ({ filters }) => (filters.grain === 'day' ? t('daily.shaded') : t(`daily.per_${filters.grain}`)),
    controls: [chart.pngButton],
    fetch: async (context) => {
      const [answer, target, events] = await Promise.all([
        get<DailyMetrics>('product-performance', parameters(context)),
        options.target ? targetOf(options.target.rule, context) : null,
        eventsOf(context, Math.max(SHOWN_DAYS, context.filters.days)),
      ]);
      return { answer, target, events };
    },
    csv: (context) => csvAddress('product-performance', parameters(context)),
    isEmpty: ({ answer }) => answer.data.length === 0,
    empty: () => t('daily.empty'),
    render: ({ answer, target, events }, context) => {
      const rows = [...answer.data].sort((a, b) => a.date.localeCompare(b.date));
      const dates = rows.map((row) => row.date);
      const daily = context.filters.grain === 'day';
      const series = options.lines.map((line): ChartSeries => ({
        name: format.metricLabel(line.metric),
        color: line.color,
        values: rows.map((row) => row[line.metric]),
        area: line.area ?? false,
      }));
      const { start, end } = days(context);
      const within = dates.filter((date) => date >= start && date <= end);
      const label = target === null ? null : (options.target?.label(target) ?? null);
      chart.draw({
        days: dates,
        series,
        events,
        ...(daily ? {} : { point: (date: string) => format.point(date, context.filters.grain) }),
        ...(target !== null && label ? { target: { value: target, label } } : {}),
        ...(daily && within.length && within.length < dates.length
          ? { highlight: { from: within[0] ?? '', to: within.at(-1) ?? '' } }
          : {}),
        summary: `${[
          ...series.map((line) =>
            t('daily.last', {
              metric: line.name,
              value: options.format(line.values.at(-1)),
              day: format.day(dates.at(-1)),
            }),
          ),
          ...(label ? [label] : []),
        ].join('; ')}.`,
      });
      return chart.element;
    },
  });
}

export function productCharts(): Panel[] {
  return [
    dailyPanel({
      id: 'revenue-and-ad-spend',
      title: t('daily.revenue_and_ad_spend'),
      className: 'span-12',
      height: 280,
      format: format.money,
      axisFormat: format.compactMoney,
      lines: [
        { metric: 'revenue', color: '--accent', area: true },
        { metric: 'ad_spend', color: '--series-2' },
      ],
    }),
    dailyPanel({
      id: 'ctr',
      title: t('daily.ctr'),
      className: 'span-6',
      height: 220,
      format: (value) => format.percent(value, 2),
      axisFormat: (value) => format.percent(value, 1),
      lines: [{ metric: 'ctr', color: '--series-3' }],
      target: { rule: 'ctr_floor', label: (value) => t('daily.ctr_line', { value: format.percent(value, 0) }) },
    }),
    dailyPanel({
      id: 'roas',
      title: t('daily.roas'),
      className: 'span-6',
      height: 220,
      format: (value) => format.metricValue('roas', value),
      axisFormat: (value) => format.decimal(value, 0),
      lines: [{ metric: 'roas', color: '--series-4' }],
      target: { rule: 'roas_target', label: (value) => t('daily.roas_target', { value: `${format.count(value)}×` }) },
    }),
  ];
}
