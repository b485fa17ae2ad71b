// SPDX-License-Identifier: PostgreSQL
// From one period's revenue to the other's, step by step: by category, on click by its products, on click by what moved
// the product (impressions × click-through × conversion × price). A table whose bars are drawn beside their figures.
//
//   const panel = revenueBridge(); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { period, selection, selectionName, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import type { Answer, BridgeStep } from '../../lib/types';
import { createPanel, type Panel } from '../panel';

/** Below the page's own selection: which category, then which product of it was opened. */
interface Depth {
  category?: string;
  product?: string;
}

export function revenueBridge(): Panel {
  let depth: Depth = {};
  let selected = '';
  const trail = h('nav', { class: 'bridge-trail', 'aria-label': t('bridge.title') });

  function go(next: Depth): void {
    depth = next;
    void panel.reload().then(() => panel.element.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true }));
  }

  function parameters(context: Context): Parameters {
    const own = selection(context);
    // A product says its category by itself.
    const drilled = depth.product ? { product: depth.product } : depth.category ? { category: depth.category } : {};
    return { ...period(context), ...(depth.product ? {} : own), ...drilled };
  }

  function showTrail(context: Context): void {
    const back = (name: string, to: Depth): Child =>
      h('button', { type: 'button', class: 'bridge-back', onclick: () => go(to) }, name);
    const steps: Child[] = [];
    if (depth.category || depth.product) steps.push(back(selectionName(context), {}));
    if (depth.category && depth.product) steps.push(' › ', back(depth.category, { category: depth.category }));
    const last = depth.product ?? depth.category;
    if (last) steps.push(' › ', h('span', {}, last));
    trail.replaceChildren(h('span', {}, steps));
    trail.hidden = !last;
  }

  const panel = createPanel<Answer<BridgeStep>>({
    id: 'bridge',
    title: t('bridge.title'),
    className: 'span-5 bridge',
    skeleton: 'lines',
    controls: [trail],
    fetch: (context) => {
      const wanted = JSON.stringify([context.filters.product, context.filters.category]);
      if (wanted !== selected) depth = {};
      selected = wanted;
      showTrail(context);
      return get<BridgeStep>('revenue-bridge', parameters(context));
    },
    csv: (context) => csvAddress('revenue-bridge', parameters(context)),
    isEmpty: (answer) => answer.data.length === 0,
    empty: () => t('bridge.empty'),
    render: (answer) => table(answer.data, depth, go),
  });
  return panel;
}

/** Where bars begin: at zero, unless that would leave no room for the steps. Then it is said beside them. */
function axisOf(rows: BridgeStep[]): { from: number; to: number } {
  const ends = rows.flatMap((row) => [row.bridge_end, ...(isBar(row) ? [] : [row.bridge_start])]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (low <= 0) return { from: Math.min(0, low), to: Math.max(high, 0) || 1 };
  // The steps take two thirds of the width.
  const from = low - (high - low) / 2;
  return { from: from < high / 4 ? 0 : roundedDown(from, high - low), to: high };
}

function roundedDown(value: number, range: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(range, 1)));
  return Math.floor(value / unit) * unit;
}

const isBar = (row: BridgeStep): boolean => row.step === 'prior' || row.step === 'period';

function table(rows: BridgeStep[], depth: Depth, go: (next: Depth) => void): Child {
  const axis = axisOf(rows);
  const place = (value: number): number => (100 * (value - axis.from)) / (axis.to - axis.from || 1);
  return [
    h(
      'table',
      { class: 'bridge-table' },
      h('caption', { class: 'visually-hidden' }, t('bridge.title')),
      h('colgroup', {}, h('col', { class: 'bridge-names' }), h('col', {}), h('col', { class: 'bridge-amounts' })),
      h(
        'thead',
        { class: 'visually-hidden' },
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, t('bridge.step')),
          h('td', {}),
          h('th', { scope: 'col' }, t('bridge.amount')),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            { class: isBar(row) ? 'bridge-total' : 'bridge-step' },
            h('th', { scope: 'row' }, nameOf(row, depth, go)),
            h('td', { class: 'bridge-plot' }, bar(row, place)),
            h('td', { class: 'bridge-amount' }, isBar(row) ? format.money(row.amount) : format.signedMoney(row.amount)),
          ),
        ),
      ),
    ),
    axis.from > 0
      ? h('p', { class: 'bridge-axis' }, t('bridge.axis', { start: format.compactMoney(axis.from) }))
      : null,
  ];
}

function nameOf(row: BridgeStep, depth: Depth, go: (next: Depth) => void): Child {
  if (row.step === 'prior') return t('bridge.before');
  if (row.step === 'period') return t('bridge.now');
  if (row.step === 'others') return t('bridge.others', { n: row.segments });
  const segment = row.segment;
  if (row.step === 'driver') return format.metricLabel(segment ?? '');
  if (segment === null) return t('bridge.no_category');
  const next: Depth = row.step === 'category' ? { category: segment } : { ...depth, product: segment };
  return h(
    'button',
    {
      type: 'button',
      class: 'bridge-open',
      'aria-label': t('bridge.drill', { name: segment }),
      onclick: () => go(next),
    },
    segment,
  );
}

function bar(row: BridgeStep, place: (value: number) => number): Child {
  const [from, to] = isBar(row) ? [0, place(row.amount)] : [place(row.bridge_start), place(row.bridge_end)];
  const mark = h('span', {
    class: `bridge-bar ${isBar(row) ? 'bridge-whole' : row.amount < 0 ? 'bridge-fall' : 'bridge-rise'}`,
    'aria-hidden': 'true',
  });
  mark.style.left = `${Math.min(from, to).toFixed(3)}%`;
  mark.style.width = `${Math.abs(to - from).toFixed(3)}%`;
  return mark;
}
