// SPDX-License-Identifier: PostgreSQL
// A semantic table: sortable headings with aria-sort, the first rows first, cards on a narrow screen. However many rows
// there are, a page of them is in the document; with an id, sort and page are in the address.
//
//   createTable({
//     caption: 'Best sellers', id: 'top-sellers', rows,
//     columns: [
//       { label: 'Product', cell: (row) => row.product, sort: (row) => row.product, isHeader: true },
//       { label: 'Revenue', cell: (row) => money(row.revenue), sort: (row) => row.revenue, numeric: true },
//     ],
//   });
import './style.css';
import { parameter, setParameter } from '../../lib/address';
import { append, h, hiddenText, type Child } from '../../lib/dom';
import { t } from '../../lib/i18n';

export interface Column<Row> {
  label: string;
  /** Its name in the address; without one its place is. */
  key?: string;
  cell: (row: Row) => Child;
  /** Value to sort by; without it the column cannot be sorted. Unknown values come last. */
  sort?: (row: Row) => number | string | null | undefined;
  numeric?: boolean;
  /** Buttons: they name themselves, so only a screen reader hears the label. */
  actions?: boolean;
  /** The cell that names its row. */
  isHeader?: boolean;
  className?: string;
}

export interface TableOptions<Row> {
  caption: string;
  /** Of the panel: sort and page are kept in the address as ID.sort and ID.page. */
  id?: string;
  columns: Column<Row>[];
  rows: Row[];
  /** Rows shown before "Show all", which shows pages of 50. */
  limit?: number;
  rowClass?: (row: Row) => string;
  className?: string;
}

const classOf = <Row>(column: Column<Row>): string => `${column.actions ? 'actions' : ''} ${column.className ?? ''}`;

/** Rows in the document at once: two screens of them, and 1,749 rows cost no more than 50. */
const PAGE = 50;

// Display values other than `table` drop the native semantics on narrow screens, so roles are explicit.
export function createTable<Row>(options: TableOptions<Row>): HTMLElement {
  const limit = options.limit ?? (matchMedia('(max-width: 760px)').matches ? 4 : 8);
  const name = options.id;
  const keyOf = (index: number): string => options.columns[index]?.key ?? String(index);
  let sorted = storedSort();
  // 0: only the first rows; then pages of PAGE rows.
  let page = name ? Math.max(0, Math.floor(Number(parameter(`${name}.page`)) || 0)) : 0;
  const pages = Math.max(1, Math.ceil(options.rows.length / PAGE));
  page = options.rows.length <= limit + 2 ? 1 : Math.min(page, pages);

  function storedSort(): { index: number; descending: boolean } | null {
    const wanted = name ? parameter(`${name}.sort`) : null;
    if (!wanted) return null;
    const descending = wanted.startsWith('-');
    const index = options.columns.findIndex((column, at) => column.sort && keyOf(at) === wanted.replace(/^-/, ''));
    return index < 0 ? null : { index, descending };
  }

  const headings = options.columns.map((column, index) => {
    const cell = h('th', {
      scope: 'col',
      role: 'columnheader',
      class: `${column.numeric ? 'numeric' : ''} ${column.sort ? 'sortable' : ''} ${classOf(column)}`,
      'aria-sort': column.sort ? 'none' : null,
    });
    cell.append(
      column.sort
        ? h(
            'button',
            { type: 'button', class: 'sort', onclick: () => sortBy(index) },
            column.label,
            h('span', { class: 'sort-mark', 'aria-hidden': 'true' }),
          )
        : column.actions
          ? hiddenText(column.label)
          : column.label,
    );
    return cell;
  });
  const body = h('tbody', { role: 'rowgroup' });
  const more = h(
    'button',
    { type: 'button', class: 'button quiet', onclick: () => turnTo(1) },
    t('table.show_all', { n: options.rows.length }),
  );
  const place = h('span', { class: 'pager-place', role: 'status' });
  const back = h('button', { type: 'button', class: 'button quiet', onclick: () => turnTo(page - 1) }, t('table.back'));
  const next = h('button', { type: 'button', class: 'button quiet', onclick: () => turnTo(page + 1) }, t('table.next'));
  const pager = h('div', { class: 'pager' }, back, place, next);

  function turnTo(wanted: number): void {
    const from = page;
    page = Math.min(Math.max(wanted, 1), pages);
    if (name) setParameter(`${name}.page`, String(page));
    draw();
    if (from > 0) frame.scrollIntoView({ block: 'start' });
    body.querySelectorAll<HTMLElement>('a, button, summary')[0]?.focus({ preventScroll: true });
  }

  function sortBy(index: number): void {
    const column = options.columns[index];
    if (!column) return;
    if (sorted?.index === index) sorted = { index, descending: !sorted.descending };
    else sorted = { index, descending: column.numeric ?? false };
    if (name) setParameter(`${name}.sort`, `${sorted.descending ? '-' : ''}${keyOf(sorted.index)}`);
    if (page > 1) page = 1;
    draw();
  }

  function ordered(): Row[] {
    const value = sorted ? options.columns[sorted.index]?.sort : undefined;
    if (!sorted || !value) return options.rows;
    const sign = sorted.descending ? -1 : 1;
    return [...options.rows].sort((a, b) => {
      const left = value(a) ?? null;
      const right = value(b) ?? null;
      if (left === null || right === null) return Number(left === null) - Number(right === null);
      if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
      return sign * String(left).localeCompare(String(right));
    });
  }

  function draw(): void {
    headings.forEach((heading, at) => {
      if (!options.columns[at]?.sort) return;
      heading.setAttribute('aria-sort', at !== sorted?.index ? 'none' : sorted.descending ? 'descending' : 'ascending');
    });
    const rows = ordered();
    const start = (Math.max(page, 1) - 1) * PAGE;
    const shown = page === 0 ? rows.slice(0, limit) : rows.slice(start, start + PAGE);
    body.replaceChildren(
      ...shown.map((row) => {
        const line = h('tr', { role: 'row', class: options.rowClass?.(row) ?? null });
        for (const column of options.columns) {
          const attributes = {
            class: `${column.numeric ? 'numeric' : ''} ${classOf(column)}`,
            'data-label': column.label,
          };
          const cell = column.isHeader
            ? h('th', { ...attributes, scope: 'row', role: 'rowheader' })
            : h('td', { ...attributes, role: 'cell' });
          append(cell, [column.cell(row)]);
          line.append(cell);
        }
        return line;
      }),
    );
    more.hidden = page > 0;
    pager.hidden = page === 0 || pages === 1;
    back.disabled = page <= 1;
    next.disabled = page >= pages;
    place.textContent = t('table.place', { from: start + 1, to: start + shown.length, all: rows.length });
  }

  const frame = h(
    'div',
    { class: `table-frame ${options.className ?? ''}` },
    h(
      'table',
      { role: 'table', class: 'data' },
      h('caption', { class: 'visually-hidden' }, options.caption),
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, headings)),
      body,
    ),
    more,
    pager,
  );
  draw();
  return frame;
}
