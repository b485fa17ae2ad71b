// SPDX-License-Identifier: PostgreSQL
// What to do next, warnings first, each with the money it should move and how sure that is.
//
//   const panel = recommendationPanel({ showProduct: true }); page.append(panel.element); panel.load(context);
import './style.css';
import { parameter, setParameter } from '../../lib/address';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { lookBack, selection, type Context } from '../../lib/context';
import { h, uniqueId, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import { productLink } from '../../lib/state';
import { adviceAction, adviceReason } from '../../lib/sentences';
import type { Answer, Dismissed, Recommendation } from '../../lib/types';
import { adviceActions, dismissedList } from '../advice-actions';
import { createTable, type Column } from '../data-table';
import { createPanel, type Panel } from '../panel';
import { rangeMark } from '../range-mark';
import { selectControl } from '../select-control';

interface Options {
  showProduct: boolean;
  onCount?: (warnings: number | null) => void;
}

const typeLabel = (type: string): string => coded('advice_type', type) ?? format.sentence(type);

export function recommendationPanel({ showProduct, onCount }: Options): Panel {
  const type = selectControl<string>(
    t('advice.type'),
    [['', t('advice.all_types')]],
    '',
    () => draw(),
    'recommendations.type',
  );
  const category = selectControl<string>(
    t('advice.category'),
    [['', t('advice.all_categories')]],
    '',
    () => draw(),
    'recommendations.category',
  );
  const search = h('input', {
    type: 'search',
    class: 'search',
    placeholder: t('advice.find'),
    'aria-label': t('advice.find'),
    id: uniqueId('search'),
    oninput: () => {
      setParameter('recommendations.find', search.value.trim() || null);
      draw();
    },
  });
  const result = h('p', { class: 'visually-hidden', role: 'status' });
  const place = h('div', {});
  let shown: { rows: Recommendation[]; context: Context } | null = null;

  const parameters = (context: Context): Parameters => ({ days: context.filters.days, ...selection(context) });

  /** What the panel's own controls leave. */
  function filtered(): Recommendation[] {
    const text = search.value.trim().toLowerCase();
    return (shown?.rows ?? []).filter(
      (row) =>
        (!type.value() || row.recommendation_type === type.value()) &&
        (!category.value() || row.category === category.value()) &&
        (!text || row.product.toLowerCase().includes(text)),
    );
  }

  function draw(): void {
    if (!shown) return;
    const { rows, context } = shown;
    const wanted = filtered();
    result.textContent = t('advice.count', { n: wanted.length, all: rows.length });
    place.replaceChildren(
      wanted.length
        ? createTable({
            caption: t('advice.caption'),
            id: 'recommendations',
            className: 'stacks',
            rows: wanted,
            columns: columns(context, showProduct, wanted),
          })
        : h('p', { class: 'empty' }, t(rows.length ? 'advice.no_match' : 'advice.empty')),
    );
  }

  return createPanel<Advice>({
    id: 'recommendations',
    title: t('advice.title'),
    className: 'span-12',
    subtitle: (context) => lookBack(context, t('advice.subtitle', { n: context.filters.days })),
    skeleton: 'table',
    controls: showProduct ? [search, type.element, category.element] : [type.element],
    fetch: (context) => fetchAdvice(parameters(context), context),
    csv: (context) => csvAddress('recommendations', parameters(context)),
    exported: () => (filtered().length === (shown?.rows.length ?? 0) ? null : filtered()),
    isEmpty: (answer) => answer.data.length === 0 && answer.dismissed.length === 0,
    empty: () => t('advice.empty'),
    onLoad: (answer) => onCount?.(answer ? answer.data.filter((row) => row.severity === 'warning').length : null),
    render: (answer, context) => {
      shown = { rows: answer.data, context };
      if (document.activeElement !== search) search.value = parameter('recommendations.find') ?? '';
      type.setOptions([
        ['', t('advice.all_types')],
        ...distinct(answer.data.map((row) => row.recommendation_type)).map((name): [string, string] => [
          name,
          typeLabel(name),
        ]),
      ]);
      category.setOptions([
        ['', t('advice.all_categories')],
        ...distinct(answer.data.map((row) => row.category)).map((name): [string, string] => [name, name]),
      ]);
      draw();
      return [result, place, dismissedList(answer.dismissed)];
    },
  });
}

interface Advice extends Answer<Recommendation> {
  /** What was done or dismissed, of the same selection. */
  dismissed: Dismissed[];
}

async function fetchAdvice(parameters: Parameters, { filters }: Context): Promise<Advice> {
  const [answer, { data }] = await Promise.all([
    get<Recommendation>('recommendations', parameters),
    get<Dismissed>('dismissed-recommendations'),
  ]);
  const dismissed = data.filter(
    (row) =>
      (!filters.product || row.product === filters.product) && (!filters.category || row.category === filters.category),
  );
  return { ...answer, dismissed };
}

function distinct(values: (string | null)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== null))].sort((a, b) => a.localeCompare(b));
}

function columns(context: Context, showProduct: boolean, rows: Recommendation[]): Column<Recommendation>[] {
  const bounds = rows
    .flatMap((row) => [row.impact_lower_bound, row.impact_upper_bound, row.expected_impact])
    .filter((value): value is number => value !== null);
  const scale = { from: Math.min(0, ...bounds), to: Math.max(0, ...bounds) };
  return [
    {
      label: t('advice.alert'),
      key: 'recommendation_type',
      sort: (row) => typeLabel(row.recommendation_type),
      isHeader: !showProduct,
      className: 'unlabelled',
      cell: (row) => [
        h('span', { class: `badge badge-${row.severity}` }, typeLabel(row.recommendation_type)),
        h('span', { class: 'visually-hidden' }, ` (${coded('severity', row.severity) ?? row.severity})`),
      ],
    },
    ...(showProduct
      ? [
          {
            label: t('rank.product'),
            isHeader: true,
            key: 'product',
            sort: (row) => row.product,
            cell: (row) => [
              h('a', { href: productLink(row.product, context.filters) }, row.product),
              row.category ? h('span', { class: 'cell-note' }, row.category) : null,
            ],
          } satisfies Column<Recommendation>,
        ]
      : []),
    {
      label: t('advice.action'),
      className: 'wide advice',
      cell: (row) => [
        h('span', { class: 'advice-action' }, adviceAction(row)),
        h('details', { class: 'evidence' }, h('summary', {}, t('advice.why')), h('p', {}, adviceReason(row))),
      ],
    },
    {
      label: t('advice.metric'),
      key: 'metric',
      className: 'minor',
      sort: (row) => format.metricLabel(row.metric),
      cell: (row) => format.metricLabel(row.metric),
    },
    {
      label: t('advice.now'),
      numeric: true,
      key: 'current_value',
      sort: (row) => row.current_value,
      cell: (row) => [
        format.metricValue(row.metric, row.current_value),
        h('span', { class: 'cell-note' }, t('rank.was', { value: format.metricValue(row.metric, row.prior_value) })),
      ],
    },
    {
      label: t('advice.trend'),
      numeric: true,
      className: 'minor',
      key: 'change_pct',
      sort: (row) => row.change_pct,
      cell: trend,
    },
    {
      label: t('advice.money'),
      numeric: true,
      key: 'expected_impact',
      sort: (row) => row.expected_impact,
      cell: (row) => impact(row, scale),
    },
    { label: t('advice.do'), actions: true, cell: (row) => adviceActions(row) },
  ];
}

function trend(row: Recommendation): Child {
  const mark = row.trend ? `${{ up: '↗', down: '↘', flat: '→' }[row.trend] ?? ''} ` : '';
  return [
    h('span', { 'aria-hidden': 'true' }, mark),
    format.signedPercent(format.changeOf(row.current_value, row.prior_value)),
  ];
}

function impact(row: Recommendation, scale: { from: number; to: number }): Child {
  if (row.expected_impact === null) return h('span', { class: 'cell-note' }, t('advice.no_evidence'));
  return [
    h('span', { class: 'impact' }, format.signedMoney(row.expected_impact)),
    h(
      'span',
      { class: 'cell-note' },
      t('promotions.to', {
        lower: format.signedMoney(row.impact_lower_bound),
        upper: format.signedMoney(row.impact_upper_bound),
      }),
    ),
    rangeMark({
      lower: row.impact_lower_bound,
      upper: row.impact_upper_bound,
      value: row.expected_impact,
      reference: 0,
      ...scale,
      tone: row.expected_impact > 0 ? 'good' : 'neutral',
    }),
  ];
}
