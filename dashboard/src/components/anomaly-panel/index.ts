// SPDX-License-Identifier: PostgreSQL
// Days that broke their pattern: what was expected, what came, and the likely reason with its evidence.
//
//   const panel = anomalyPanel({ showProduct: true }); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { selection, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { keyMetrics } from '../../lib/metrics';
import { t } from '../../lib/i18n';
import { productLink } from '../../lib/state';
import { hypothesis } from '../../lib/sentences';
import type { Anomaly } from '../../lib/types';
import { createTable, type Column } from '../data-table';
import { createPanel, type Panel } from '../panel';
import { rangeMark } from '../range-mark';
import { selectControl } from '../select-control';
import { evidenceList } from './evidence';

interface Options {
  showProduct: boolean;
  onCount?: (count: number | null) => void;
}

export function anomalyPanel({ showProduct, onCount }: Options): Panel {
  const choices = (names: string[]) => names.map((name): [string, string] => [name, format.metricLabel(name)]);
  const metric = selectControl(t('anomalies.metric'), choices(['revenue']), 'revenue', () => void panel.reload());
  const threshold = selectControl<number>(
    t('anomalies.sensitivity'),
    [1.5, 1.8, 2.5, 3].map((z): [number, string] => [z, t('anomalies.from', { value: format.decimal(z, 1) })]),
    1.8,
    () => void panel.reload(),
  );

  const parameters = (context: Context): Parameters => ({
    days: context.filters.days,
    ...selection(context),
    metric: metric.value(),
    z_threshold: threshold.value(),
  });

  const panel = createPanel({
    id: 'anomalies',
    title: t('anomalies.title'),
    className: 'span-12',
    subtitle: ({ filters }) => t('anomalies.subtitle', { n: filters.days }),
    skeleton: 'table',
    controls: [metric.element, threshold.element],
    fetch: (context) => get<Anomaly>('anomalies', parameters(context)),
    csv: (context) => csvAddress('anomalies', parameters(context)),
    isEmpty: (answer) => answer.data.length === 0,
    empty: ({ filters }) => t('anomalies.empty', { n: filters.days }),
    onLoad: (answer) => {
      // The panel is there before the catalog, which knows the metrics.
      if (metric.element.length < keyMetrics().length) metric.setOptions(choices(keyMetrics()));
      onCount?.(answer?.data.length ?? null);
    },
    render: (answer, context) =>
      createTable({
        caption: t('anomalies.caption', { metric: format.metricLabel(metric.value()) }),
        className: 'stacks',
        rows: answer.data,
        columns: columns(context, showProduct),
      }),
  });
  return panel;
}

function columns(context: Context, showProduct: boolean): Column<Anomaly>[] {
  const day: Column<Anomaly> = {
    label: t('anomalies.day'),
    cell: (row) => format.weekday(row.day),
    sort: (row) => row.day,
    isHeader: !showProduct,
    className: 'nowrap',
  };
  const product: Column<Anomaly> = {
    label: t('rank.product'),
    isHeader: true,
    sort: (row) => row.product,
    className: 'unlabelled',
    cell: (row) => [
      row.product
        ? h('a', { href: productLink(row.product, context.filters) }, row.product)
        : (row.category ?? t('word.total')),
      row.product && row.category ? h('span', { class: 'cell-note' }, row.category) : null,
    ],
  };
  return [
    ...(showProduct ? [product, day] : [day]),
    { label: t('anomalies.direction'), cell: direction, sort: (row) => row.direction },
    {
      label: t('anomalies.actual'),
      numeric: true,
      sort: (row) => row.actual_value,
      cell: (row) => [format.metricValue(row.metric, row.actual_value), picture(row)],
    },
    {
      label: t('anomalies.expected'),
      numeric: true,
      sort: (row) => row.expected_value,
      cell: (row) => [
        format.metricValue(row.metric, row.expected_value),
        h(
          'span',
          { class: 'cell-note' },
          format.range(
            format.metricValue(row.metric, row.lower_bound),
            format.metricValue(row.metric, row.upper_bound),
          ),
        ),
      ],
    },
    {
      label: 'z',
      numeric: true,
      sort: (row) => (row.z_score === null ? null : Math.abs(row.z_score)),
      cell: (row) => format.decimal(row.z_score, 1),
    },
    {
      label: t('anomalies.reason'),
      className: 'wide reason',
      cell: (row) => [hypothesis(row) ?? t('anomalies.no_reason'), evidenceList(row.evidence)],
    },
  ];
}

function direction(row: Anomaly): Child {
  if (!row.direction) return format.NOT_KNOWN;
  const up = row.direction === 'spike';
  return h(
    'span',
    { class: `badge badge-${up ? 'up' : 'down'}` },
    h('span', { 'aria-hidden': 'true' }, up ? '▲ ' : '▼ '),
    up ? t('direction.spike') : t('direction.drop'),
  );
}

function picture(row: Anomaly): Child {
  const known = [row.lower_bound, row.upper_bound, row.actual_value].filter((value): value is number => value !== null);
  return rangeMark({
    lower: row.lower_bound,
    upper: row.upper_bound,
    value: row.actual_value,
    reference: row.expected_value,
    from: Math.min(0, ...known),
    to: Math.max(...known) * 1.05,
    tone: row.direction === 'drop' ? 'bad' : 'neutral',
  });
}
