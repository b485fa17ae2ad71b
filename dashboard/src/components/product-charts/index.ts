// SPDX-License-Identifier: PostgreSQL
// A product's days: revenue and ad spend, CTR and ROAS with the lines that the recommendations are drawn from.
//
//   for (const panel of productCharts()) { page.append(panel.element); panel.load(context); }
import { csvAddress, get, type Parameters } from '../../lib/api';
import type { Context } from '../../lib/context';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { threshold } from '../../lib/metrics';
import type { DailyMetrics } from '../../lib/types';
import { createChart, type ChartSeries } from '../chart';
import { createPanel, type Panel } from '../panel';

const SHOWN_DAYS = 90;

interface Target {
  value: number;
  label: string;
}

interface Options {
  id: string;
  title: string;
  className: string;
  height: number;
  format: (value: number | null | undefined) => string;
  axisFormat: (value: number | null | undefined) => string;
  lines: { metric: 'revenue' | 'ad_spend' | 'ctr' | 'roas'; color: string; area?: boolean }[];
  /** Asked for when it is drawn: the panel is there before the catalog. */
  target?: () => Target | null;
}

function line(rule: string, label: (value: number) => string): () => Target | null {
  return () => {
    const value = threshold(rule);
    return value === null ? null : { value, label: label(value) };
  };
}

function dailyPanel(options: Options): Panel {
  const chart = createChart({
    name: options.title,
    format: options.format,
    axisFormat: options.axisFormat,
    height: options.height,
  });
  const parameters = ({ filters }: Context): Parameters => ({ product: filters.product, days: SHOWN_DAYS });
  return createPanel({
    id: options.id,
    title: options.title,
    className: options.className,
    skeleton: 'chart',
    subtitle: ({ filters }) => t('daily.shaded', { n: filters.days }),
    controls: [chart.pngButton],
    fetch: (context) => get<DailyMetrics>('product-performance', parameters(context)),
    csv: (context) => csvAddress('product-performance', parameters(context)),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('daily.empty'),
    render: (answer, { filters }) => {
      const rows = [...answer.data].sort((a, b) => a.date.localeCompare(b.date));
      const days = rows.map((row) => row.date);
      const series = options.lines.map((line): ChartSeries => ({
        name: format.metricLabel(line.metric),
        color: line.color,
        values: rows.map((row) => row[line.metric]),
        area: line.area ?? false,
      }));
      const from = days.at(-filters.days);
      const target = options.target?.();
      chart.draw({
        days,
        series,
        ...(target ? { target } : {}),
        ...(from && days.length > filters.days ? { highlight: { from, to: days.at(-1) ?? from } } : {}),
        summary: `${series.map((line) => t('daily.last', { metric: line.name, value: options.format(line.values.at(-1)), day: format.day(days.at(-1)) })).join('; ')}${target ? `; ${target.label}` : ''}.`,
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
      target: line('ctr_floor', (value) => t('daily.ctr_line', { value: format.percent(value, 0) })),
    }),
    dailyPanel({
      id: 'roas',
      title: t('daily.roas'),
      className: 'span-6',
      height: 220,
      format: (value) => format.metricValue('roas', value),
      axisFormat: (value) => format.decimal(value, 0),
      lines: [{ metric: 'roas', color: '--series-4' }],
      target: line('roas_target', (value) => t('daily.roas_target', { value: `${value}×` })),
    }),
  ];
}
