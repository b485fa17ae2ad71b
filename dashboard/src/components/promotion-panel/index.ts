// SPDX-License-Identifier: PostgreSQL
// What each promotion changed, against what would have been without it.
//
//   const panel = promotionPanel(); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { categoryOf, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { CLEAR_BELOW, promotionReport } from '../../lib/sentences';
import { coded, t } from '../../lib/i18n';
import type { PromotionImpact } from '../../lib/types';
import { createTable } from '../data-table';
import { createPanel, type Panel } from '../panel';
import { rangeMark } from '../range-mark';

export function promotionPanel(): Panel {
  const parameters = (context: Context): Parameters => ({ product: context.filters.product });
  return createPanel({
    id: 'promotions',
    title: t('promotions.title'),
    className: 'span-12',
    skeleton: 'table',
    subtitle: () => t('promotions.subtitle'),
    fetch: async (context) => {
      const answer = await get<PromotionImpact>('promotions', parameters(context));
      return answer.data.filter((row) => concerns(row, context)).sort(latestJudgedFirst);
    },
    csv: (context) => csvAddress('promotions', parameters(context)),
    isEmpty: (rows) => rows.length === 0,
    empty: () => t('promotions.empty'),
    render: (rows) =>
      createTable({
        caption: t('promotions.caption'),
        className: 'stacks',
        rows,
        limit: 5,
        columns: [
          {
            label: t('promotions.promotion'),
            isHeader: true,
            className: 'wide',
            sort: (row) => row.promotion,
            cell: (row) => [
              row.promotion ?? t('promotions.promotion'),
              h('span', { class: 'cell-note' }, row.product ?? row.category ?? t('promotions.all_products')),
            ],
          },
          {
            label: t('promotions.days'),
            className: 'nowrap',
            sort: (row) => row.promotion_start,
            cell: (row) => [format.dayRange(row.promotion_start, row.promotion_end), state(row)],
          },
          {
            label: format.metricLabel('revenue'),
            numeric: true,
            sort: (row) => row.actual,
            cell: (row) => [
              format.money(row.actual),
              h('span', { class: 'cell-note' }, t('promotions.without', { value: format.money(row.counterfactual) })),
            ],
          },
          {
            label: t('promotions.effect'),
            numeric: true,
            sort: (row) => row.absolute_effect,
            cell: (row) => effect(row, scaleOf(rows)),
          },
          {
            label: t('promotions.relative'),
            numeric: true,
            sort: (row) => row.relative_effect,
            cell: (row) => format.signedPercent(row.relative_effect),
          },
          { label: t('promotions.verdict'), className: 'nowrap', sort: (row) => row.p_value, cell: verdict },
          { label: t('promotions.words'), className: 'wide reason report', cell: (row) => promotionReport(row) },
        ],
      }),
  });
}

/** What has an effect to show, the latest first; then what is still to come, the next first. */
function latestJudgedFirst(a: PromotionImpact, b: PromotionImpact): number {
  const judged = Number(b.absolute_effect !== null) - Number(a.absolute_effect !== null);
  const order = b.promotion_start.localeCompare(a.promotion_start);
  return judged || (a.absolute_effect === null ? -order : order);
}

/** A category's page shows promotions of the category, of its products, and of the whole shop. */
function concerns(row: PromotionImpact, context: Context): boolean {
  const category = categoryOf(context);
  if (!category || context.filters.product) return true;
  if (row.category) return row.category === category;
  if (row.product)
    return context.catalog.data.some((item) => item.product === row.product && item.category === category);
  return true;
}

function scaleOf(rows: PromotionImpact[]): { from: number; to: number } {
  const bounds = rows
    .flatMap((row) => [row.effect_lower_bound, row.effect_upper_bound, row.absolute_effect])
    .filter((value): value is number => value !== null);
  return { from: Math.min(0, ...bounds), to: Math.max(0, ...bounds) };
}

function effect(row: PromotionImpact, scale: { from: number; to: number }): Child {
  if (row.absolute_effect === null) return format.NOT_KNOWN;
  return [
    h('span', { class: 'impact' }, format.signedMoney(row.absolute_effect)),
    h(
      'span',
      { class: 'cell-note' },
      t('promotions.to', {
        lower: format.signedMoney(row.effect_lower_bound),
        upper: format.signedMoney(row.effect_upper_bound),
      }),
    ),
    rangeMark({
      lower: row.effect_lower_bound,
      upper: row.effect_upper_bound,
      value: row.absolute_effect,
      reference: 0,
      ...scale,
      tone: row.absolute_effect > 0 ? 'good' : 'bad',
    }),
  ];
}

function state(row: PromotionImpact): Child {
  if (!row.promotion_status || row.promotion_status === 'completed' || row.promotion_status === 'planned') return null;
  return h(
    'span',
    { class: 'cell-note' },
    coded('promotion_state', row.promotion_status) ?? format.sentence(row.promotion_status),
  );
}

function verdict(row: PromotionImpact): Child {
  if (row.p_value === null)
    return h(
      'span',
      { class: 'badge badge-none' },
      row.promotion_status === 'planned' ? t('promotion_state.planned') : t('promotions.not_judged'),
    );
  const clear = row.p_value < CLEAR_BELOW;
  const tone = !clear ? 'none' : (row.absolute_effect ?? 0) > 0 ? 'success' : 'warning';
  return [
    h('span', { class: `badge badge-${tone}` }, clear ? t('promotions.clear') : t('promotions.not_clear')),
    h(
      'span',
      { class: 'cell-note' },
      row.p_value < 0.001 ? `p < ${format.decimal(0.001, 3)}` : `p = ${format.decimal(row.p_value, 3)}`,
    ),
  ];
}
