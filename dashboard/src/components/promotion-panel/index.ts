// SPDX-License-Identifier: PostgreSQL
// What each promotion changed, against what would have been without it.
//
//   const panel = promotionPanel(); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get } from '../../lib/api';
import { selection } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { CLEAR_BELOW, promotionSentence } from '../../lib/sentences';
import { coded, t } from '../../lib/i18n';
import type { Filters } from '../../lib/state';
import type { PromotionImpact } from '../../lib/types';
import { createTable } from '../data-table';
import { createPanel, type Panel } from '../panel';
import { promotionLink } from '../promotion-days';
import { rangeMark } from '../range-mark';

interface Options {
  /** Shows the days of a promotion. */
  choose?: (id: number) => void;
  limit?: number;
}

export function promotionPanel({ choose, limit }: Options = {}): Panel {
  const parameters = selection;
  return createPanel({
    id: 'promotions',
    title: t('promotions.title'),
    className: 'span-12',
    skeleton: 'table',
    subtitle: () => t('promotions.subtitle'),
    fetch: (context) => get<PromotionImpact>('promotions', parameters(context)),
    csv: (context) => csvAddress('promotions', parameters(context)),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('promotions.empty'),
    render: (answer, { filters }) => {
      const rows = [...answer.data].sort(latestJudgedFirst);
      return createTable({
        caption: t('promotions.caption'),
        id: 'promotions',
        className: 'stacks',
        rows,
        limit: limit ?? 5,
        columns: [
          {
            label: t('promotions.promotion'),
            isHeader: true,
            className: 'wide',
            key: 'promotion',
            sort: (row) => row.promotion,
            cell: (row) => [
              nameOf(row, filters, choose),
              h('span', { class: 'cell-note' }, row.product ?? row.category ?? t('promotions.all_products')),
            ],
          },
          {
            label: t('promotions.days'),
            className: 'nowrap',
            key: 'promotion_start',
            sort: (row) => row.promotion_start,
            cell: (row) => [format.dayRange(row.promotion_start, row.promotion_end), state(row)],
          },
          {
            label: format.metricLabel('revenue'),
            numeric: true,
            key: 'actual',
            sort: (row) => row.actual,
            cell: (row) => [
              format.money(row.actual),
              row.counterfactual === null
                ? null
                : h(
                    'span',
                    { class: 'cell-note' },
                    t('promotions.without', { value: format.money(row.counterfactual) }),
                  ),
            ],
          },
          {
            label: t('promotions.effect'),
            numeric: true,
            key: 'absolute_effect',
            sort: (row) => row.absolute_effect,
            cell: (row) => effect(row, scaleOf(rows)),
          },
          {
            label: t('promotions.relative'),
            numeric: true,
            className: 'minor',
            key: 'relative_effect',
            sort: (row) => row.relative_effect,
            cell: (row) => format.signedPercent(row.relative_effect),
          },
          {
            label: t('promotions.paid'),
            numeric: true,
            key: 'profit',
            sort: (row) => row.profit,
            cell: (row) => paid(row),
          },
          {
            label: t('promotions.verdict'),
            className: 'nowrap',
            key: 'p_value',
            sort: (row) => row.p_value,
            cell: verdict,
          },
          { label: t('promotions.words'), className: 'wide reason report minor', cell: (row) => words(row) },
        ],
      });
    },
  });
}

/** Its name, which opens its days: on this page, or on that of the promotions. */
function nameOf(row: PromotionImpact, filters: Filters, choose: Options['choose']): Child {
  const name = row.promotion ?? t('promotions.promotion');
  const id = row.promotion_id;
  if (id === null || row.absolute_effect === null) return name;
  if (!choose) return h('a', { href: promotionLink(id, filters), title: t('promotions.show_days') }, name);
  const show = (): void => {
    choose(id);
    document.getElementById('promotion-days')?.scrollIntoView({ block: 'start' });
  };
  return h('button', { type: 'button', class: 'link-button', title: t('promotions.show_days'), onclick: show }, name);
}

/** What has an effect to show, the latest first; then what is still to come, the next first. */
function latestJudgedFirst(a: PromotionImpact, b: PromotionImpact): number {
  const judged = Number(b.absolute_effect !== null) - Number(a.absolute_effect !== null);
  const order = b.promotion_start.localeCompare(a.promotion_start);
  return judged || (a.absolute_effect === null ? -order : order);
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

/** What it earned; coloured only where the interval is on one side of nothing. */
function paid(row: PromotionImpact): Child {
  if (row.profit === null) return format.NOT_KNOWN;
  const tone = (row.profit_lower_bound ?? 0) > 0 ? 'good' : (row.profit_upper_bound ?? 0) < 0 ? 'bad' : 'flat';
  return [
    h('span', { class: `change change-${tone}` }, format.signedMoney(row.profit)),
    h(
      'span',
      { class: 'cell-note' },
      t('promotions.to', {
        lower: format.signedMoney(row.profit_lower_bound),
        upper: format.signedMoney(row.profit_upper_bound),
      }),
    ),
    row.margin_known ? null : h('span', { class: 'cell-note' }, t('promotions.margin_assumed')),
  ];
}

/** One sentence of a merchant's; the whole report, which the database writes in English, is folded. */
function words(row: PromotionImpact): Child {
  const text = promotionSentence(row);
  if (row.promotion_status === 'planned') return null; // the verdict has said it
  if (!row.report) return text;
  return h('details', { class: 'evidence' }, h('summary', {}, text), h('p', { lang: 'en' }, row.report));
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
  return h('span', { class: `badge badge-${tone}` }, clear ? t('promotions.clear') : t('promotions.not_clear'));
}
