// SPDX-License-Identifier: PostgreSQL
// A semantic table: sortable headings with aria-sort, the first rows first, cards on a narrow screen.
//
//   createTable({
//     caption: 'Best sellers', rows,
//     columns: [
//       { label: 'Product', cell: (row) => row.product, sort: (row) => row.product, isHeader: true },
//       { label: 'Revenue', cell: (row) => money(row.revenue), sort: (row) => row.revenue, numeric: true },
//     ],
//   });
import './style.css';
import { append, h, type Child } from '../../lib/dom';
import { t } from '../../lib/i18n';

export interface Column<Row> {
  label: string;
  cell: (row: Row) => Child;
  /** Value to sort by; without it the column cannot be sorted. Unknown values come last. */
  sort?: (row: Row) => number | string | null | undefined;
  numeric?: boolean;
  /** The cell that names its row. */
  isHeader?: boolean;
  className?: string;
}

export interface TableOptions<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  /** Rows shown before "Show all". */
  limit?: number;
  rowClass?: (row: Row) => string;
  className?: string;
}

// Display values other than `table` drop the native semantics on narrow screens, so roles are explicit.
export function createTable<Row>(options: TableOptions<Row>): HTMLElement {
  const limit = options.limit ?? (matchMedia('(max-width: 760px)').matches ? 4 : 8);
  let sorted: { index: number; descending: boolean } | null = null;
  let showAll = options.rows.length <= limit + 2;

  const headings = options.columns.map((column, index) => {
    const cell = h('th', {
      scope: 'col',
      role: 'columnheader',
      class: `${column.numeric ? 'numeric' : ''} ${column.sort ? 'sortable' : ''} ${column.className ?? ''}`,
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
        : column.label,
    );
    return cell;
  });
  const body = h('tbody', { role: 'rowgroup' });
  const more = h(
    'button',
    {
      type: 'button',
      class: 'button quiet',
      onclick: () => {
        showAll = true;
        draw();
        body.querySelectorAll<HTMLElement>('a, button')[0]?.focus({ preventScroll: true });
      },
    },
    t('table.show_all', { n: options.rows.length }),
  );

  function sortBy(index: number): void {
    const column = options.columns[index];
    if (!column) return;
    if (sorted?.index === index) sorted = { index, descending: !sorted.descending };
    else sorted = { index, descending: column.numeric ?? false };
    headings.forEach((heading, at) => {
      if (!options.columns[at]?.sort) return;
      heading.setAttribute('aria-sort', at !== sorted?.index ? 'none' : sorted.descending ? 'descending' : 'ascending');
    });
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
    const rows = ordered();
    body.replaceChildren(
      ...(showAll ? rows : rows.slice(0, limit)).map((row) => {
        const line = h('tr', { role: 'row', class: options.rowClass?.(row) ?? null });
        for (const column of options.columns) {
          const attributes = {
            class: `${column.numeric ? 'numeric' : ''} ${column.className ?? ''}`,
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
    more.hidden = showAll;
  }

  draw();
  return h(
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
  );
}
