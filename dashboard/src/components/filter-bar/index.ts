// SPDX-License-Identifier: PostgreSQL
// Product, category, period and confidence: what every panel of the page obeys. Changing one changes the address.
//
//   const bar = filterBar((state) => { location.hash = linkOf(state); });
//   header.append(bar.element); bar.show(state, catalog);
import './style.css';
import { h, uniqueId } from '../../lib/dom';
import { percent } from '../../lib/format';
import { t } from '../../lib/i18n';
import { CONFIDENCE_LEVELS, PERIODS, type Filters, type State } from '../../lib/state';
import type { Catalog, CatalogProduct } from '../../lib/types';

export interface FilterBar {
  element: HTMLElement;
  show(state: State, catalog: Catalog): void;
}

export function filterBar(change: (state: State) => void): FilterBar {
  let state: State | null = null;
  let products: CatalogProduct[] = [];

  const category = h('select', {
    id: uniqueId('filter'),
    onchange: () => update({ category: category.value || null }),
  });
  const product = h('select', { id: uniqueId('filter'), onchange: () => update({ product: product.value || null }) });
  const days = h(
    'select',
    { id: uniqueId('filter'), onchange: () => update({ days: Number(days.value) }) },
    PERIODS.map((length) => h('option', { value: length }, t('filter.last_days', { n: length }))),
  );
  const confidence = h(
    'select',
    { id: uniqueId('filter'), onchange: () => update({ confidenceLevel: Number(confidence.value) }) },
    CONFIDENCE_LEVELS.map((level) => h('option', { value: level }, percent(level, 0))),
  );
  const clear = h(
    'button',
    {
      type: 'button',
      class: 'button quiet filter-clear',
      onclick: () => {
        update({ product: null, category: null });
        category.focus();
      },
    },
    t('filter.clear'),
  );

  const categoryField = field(t('filter.category'), category);
  const element = h(
    'form',
    { class: 'filters', role: 'search', 'aria-label': t('filter.label'), onsubmit: (event) => event.preventDefault() },
    categoryField,
    field(t('filter.product'), product),
    field(t('filter.period'), days),
    field(t('filter.confidence'), confidence),
    clear,
  );

  function update(part: Partial<Filters>): void {
    if (!state) return;
    const filters = { ...state.filters, ...part };
    if (part.category && categoryOf(filters.product) !== part.category) filters.product = null;
    // On a product's own page another product is another page, and none is the overview.
    const page = state.page === 'product' && filters.product ? 'product' : 'overview';
    change({ page, filters });
  }

  const categoryOf = (name: string | null): string | null =>
    products.find((row) => row.product === name)?.category ?? null;

  return {
    element,
    show(next, catalog) {
      state = next;
      products = catalog.data;
      const { filters } = next;
      category.replaceChildren(
        option('', t('filter.all_categories')),
        ...withUnknown(catalog.meta.categories, filters.category).map((name) => option(name, name)),
      );
      category.value = filters.category ?? '';
      categoryField.hidden = next.page === 'product';
      product.replaceChildren(
        option('', next.page === 'product' ? t('filter.all_products_overview') : t('filter.all_products')),
        ...productOptions(catalog, filters),
      );
      product.value = filters.product ?? '';
      days.value = String(filters.days);
      confidence.value = String(filters.confidenceLevel);
      clear.hidden = next.page === 'product' || (!filters.product && !filters.category);
    },
  };
}

function field(label: string, control: HTMLSelectElement): HTMLElement {
  return h('div', { class: 'filter' }, h('label', { for: control.id }, label), control);
}

function option(value: string, label: string): HTMLOptionElement {
  return h('option', { value }, label);
}

/** A shared address may name what no longer exists; the control shows it rather than something else. */
function withUnknown(names: string[], chosen: string | null): string[] {
  return chosen && !names.includes(chosen) ? [...names, chosen] : names;
}

function productOptions(catalog: Catalog, filters: Filters): HTMLElement[] {
  const wanted = catalog.data.filter((row) => !filters.category || row.category === filters.category);
  const groups = new Map<string, string[]>();
  for (const row of wanted) {
    const name = row.category ?? t('filter.without_category');
    groups.set(name, [...(groups.get(name) ?? []), row.product]);
  }
  if (filters.product && !wanted.some((row) => row.product === filters.product))
    groups.set(t('filter.not_in_catalog'), [filters.product]);
  return [...groups].map(([label, names]) =>
    h(
      'optgroup',
      { label },
      [...names].sort((a, b) => a.localeCompare(b)).map((name) => option(name, name)),
    ),
  );
}
