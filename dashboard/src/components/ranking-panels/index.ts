// SPDX-License-Identifier: PostgreSQL
// Who sells best, whose advertising returns least, and whose revenue moved.
//
//   page.append(topSellers().element, worstPerformers().element, weekOverWeek().element)
//
// With a product selected the rankings stay whole (within its category) and its row is marked: a rank
// among one says nothing.
import './style.css';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { categoryOf, lookBack, selection, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { productLink } from '../../lib/state';
import type { TopSeller, WeekOverWeek, WorstPerformer } from '../../lib/types';
import { createTable } from '../data-table';
import { createPanel, type Panel } from '../panel';

const SHOWN = 5;

function parameters(context: Context): Parameters {
  // With a product selected all ranks are needed, to find its own among them.
  return {
    n: context.filters.product ? Math.max(context.catalog.data.length, SHOWN) : SHOWN,
    days: context.filters.days,
    category: categoryOf(context),
  };
}

/** The first ranks, and the selected product's own below them. */
function leading<Row extends { rank: number; product: string }>(rows: Row[], chosen: string | null): Row[] {
  const first = rows.slice(0, SHOWN);
  const own = rows.find((row) => row.product === chosen);
  return own && !first.includes(own) ? [...first, own] : first;
}

/** Rows to export where they are not the whole answer. */
function shownOf<Row extends { rank: number; product: string }>(rows: Row[], { filters }: Context): Row[] | null {
  const shown = leading(rows, filters.product);
  return shown.length === rows.length ? null : shown;
}

function productCell(row: { product: string; category: string | null; rank?: number }, context: Context): Child {
  return h(
    'div',
    { class: 'ranked' },
    row.rank ? h('span', { class: 'rank' }, row.rank) : null,
    h(
      'div',
      {},
      h('a', { href: productLink(row.product, context.filters) }, row.product),
      row.category ? h('span', { class: 'cell-note' }, row.category) : null,
    ),
  );
}

const mark =
  (context: Context) =>
  (row: { product: string }): string =>
    row.product === context.filters.product ? 'chosen' : '';
const scope = (context: Context): string =>
  lookBack(
    context,
    t('rank.scope', { category: categoryOf(context) ?? t('rank.all_categories'), n: context.filters.days }),
  );

export function topSellers(): Panel {
  return createPanel({
    id: 'top-sellers',
    title: t('rank.best'),
    className: 'span-4',
    skeleton: 'table',
    subtitle: scope,
    fetch: (context) => get<TopSeller>('top-sellers', parameters(context)),
    csv: (context) => csvAddress('top-sellers', parameters(context)),
    exported: (answer, context) => shownOf(answer.data, context),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('rank.best_empty'),
    render: (answer, context) =>
      createTable({
        caption: t('rank.best_caption'),
        id: 'top-sellers',
        rows: leading(answer.data, context.filters.product),
        rowClass: mark(context),
        columns: [
          {
            label: t('rank.product'),
            isHeader: true,
            cell: (row) => productCell(row, context),
            key: 'product',
            sort: (row) => row.product,
          },
          {
            label: format.metricLabel('revenue'),
            numeric: true,
            key: 'revenue',
            sort: (row) => row.revenue,
            cell: (row) => [format.money(row.revenue), share(row.revenue_share)],
          },
          {
            label: t('rank.units'),
            numeric: true,
            key: 'units_sold',
            sort: (row) => row.units_sold,
            cell: (row) => format.count(row.units_sold),
          },
        ],
      }),
  });
}

function share(fraction: number | null): Child {
  if (fraction === null) return null;
  const bar = h('span', { class: 'share-bar', 'aria-hidden': 'true' });
  bar.style.setProperty('--share', `${Math.min(Math.max(fraction, 0), 1) * 100}%`);
  return h('span', { class: 'cell-note share' }, bar, format.percent(fraction));
}

export function worstPerformers(): Panel {
  return createPanel({
    id: 'worst-performers',
    title: t('rank.weakest'),
    className: 'span-4',
    skeleton: 'table',
    subtitle: scope,
    fetch: (context) => get<WorstPerformer>('worst-performers', parameters(context)),
    csv: (context) => csvAddress('worst-performers', parameters(context)),
    exported: (answer, context) => shownOf(answer.data, context),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('rank.weakest_empty'),
    render: (answer, context) =>
      createTable({
        caption: t('rank.weakest_caption'),
        id: 'worst-performers',
        rows: leading(answer.data, context.filters.product),
        rowClass: mark(context),
        columns: [
          {
            label: t('rank.product'),
            isHeader: true,
            cell: (row) => productCell(row, context),
            key: 'product',
            sort: (row) => row.product,
          },
          {
            label: format.metricLabel('roas'),
            numeric: true,
            key: 'roas',
            sort: (row) => row.roas,
            cell: (row) => format.metricValue('roas', row.roas),
          },
          {
            label: format.metricLabel('ad_spend'),
            numeric: true,
            key: 'ad_spend',
            sort: (row) => row.ad_spend,
            cell: (row) => [
              format.money(row.ad_spend),
              h('span', { class: 'cell-note' }, t('rank.acos', { value: format.percent(row.acos) })),
            ],
          },
        ],
      }),
  });
}

export function weekOverWeek(): Panel {
  const wanted = (context: Context): Parameters => ({ days: context.filters.days, ...selection(context) });
  return createPanel({
    id: 'week-over-week',
    title: t('rank.change'),
    className: 'span-4',
    skeleton: 'table',
    subtitle: (context) =>
      lookBack(
        context,
        context.filters.days === 7 ? t('rank.week_over_week') : t('rank.against', { n: context.filters.days }),
      ),
    fetch: (context) => get<WeekOverWeek>('week-over-week', wanted(context)),
    csv: (context) => csvAddress('week-over-week', wanted(context)),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('rank.change_empty'),
    render: (answer, context) =>
      createTable({
        caption: t('rank.change_caption'),
        id: 'week-over-week',
        limit: SHOWN,
        rows: answer.data,
        rowClass: mark(context),
        columns: [
          {
            label: t('rank.product'),
            isHeader: true,
            cell: (row) => productCell(row, context),
            key: 'product',
            sort: (row) => row.product,
          },
          {
            label: format.metricLabel('revenue'),
            numeric: true,
            key: 'revenue',
            sort: (row) => row.revenue,
            cell: (row) => [
              format.money(row.revenue),
              h('span', { class: 'cell-note' }, t('rank.was', { value: format.money(row.prior_revenue) })),
            ],
          },
          {
            label: t('rank.change_column'),
            numeric: true,
            key: 'change',
            sort: (row) => row.change,
            cell: (row) => [
              h(
                'span',
                { class: `change change-${(row.change ?? 0) > 0 ? 'good' : (row.change ?? 0) < 0 ? 'bad' : 'flat'}` },
                format.signedMoney(row.change),
              ),
              h('span', { class: 'cell-note' }, format.signedPercent(format.changeOf(row.revenue, row.prior_revenue))),
            ],
          },
        ],
      }),
  });
}
