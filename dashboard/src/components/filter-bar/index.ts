// SPDX-License-Identifier: PostgreSQL
// Period, comparison, grain, category and product: what every panel of the page obeys. Changing one changes the address.
//
//   const bar = filterBar((state) => { location.hash = linkOf(state); });
//   header.append(bar.element); bar.show(state, catalog);
import './style.css';
import { h, uniqueId } from '../../lib/dom';
import { addDays } from '../../lib/format';
import { t } from '../../lib/i18n';
import { COMPARISONS, GRAINS, PERIODS, periodOf, type Filters, type State } from '../../lib/state';
import type { Catalog } from '../../lib/types';
import { combobox, matching, type Combobox, type Option } from '../combobox';

export interface FilterBar {
  element: HTMLElement;
  show(state: State, catalog: Catalog): void;
  /** To the product's field, to type a name. */
  focusProduct(): void;
}

export function filterBar(change: (state: State) => void): FilterBar {
  let state: State | null = null;
  let catalog: Catalog | null = null;

  const period = choice(
    PERIODS.map((name) => [name, t(`period.${name}`)]),
    (value) => choosePeriod(value),
  );
  const compare = choice(
    COMPARISONS.map((name) => [name, t(`compare.${name}`)]),
    (value) => update({ compare: COMPARISONS.find((one) => one === value) ?? 'previous' }),
  );
  const grain = choice(
    GRAINS.map((name) => [name, t(`grain.${name}`)]),
    (value) => update({ grain: GRAINS.find((one) => one === value) ?? 'day' }),
  );
  const start = dayField(t('filter.from'), () => custom());
  const end = dayField(t('filter.to'), () => custom());
  const category = combobox({
    label: t('filter.category'),
    options: (typed) => withAll(t('filter.all_categories'), matching(categories(), typed), typed),
    choose: (value) => update({ category: value || null }),
  });
  const product = combobox({
    label: t('filter.product'),
    options: (typed) => withAll(t('filter.all_products'), matching(products(), typed), typed),
    choose: (value) => update({ product: value || null }),
  });
  const clear = h(
    'button',
    {
      type: 'button',
      class: 'button quiet filter-clear',
      onclick: () => {
        update({ product: null, category: null });
        category.input.focus();
      },
    },
    t('filter.clear'),
  );
  const days = h('div', { class: 'filter filter-days' }, start, h('span', { 'aria-hidden': 'true' }, '–'), end);
  const fields = {
    period: field(t('filter.period'), period),
    compare: field(t('filter.compare'), compare),
    grain: field(t('filter.grain'), grain),
    category: comboField(t('filter.category'), category),
    product: comboField(t('filter.product'), product),
  };
  const element = h(
    'form',
    { class: 'filters', role: 'search', 'aria-label': t('filter.label'), onsubmit: (event) => event.preventDefault() },
    fields.period,
    days,
    fields.compare,
    fields.grain,
    fields.category,
    fields.product,
    clear,
  );

  const categories = (): Option[] => (catalog?.meta.categories ?? []).map((name) => ({ value: name, label: name }));
  const products = (): Option[] =>
    (catalog?.data ?? [])
      .filter((row) => state?.page === 'product' || !state?.filters.category || row.category === state.filters.category)
      .map((row) => ({ value: row.product, label: row.product, note: row.category }))
      .sort((a, b) => a.label.localeCompare(b.label));
  const categoryOf = (name: string | null): string | null =>
    catalog?.data.find((row) => row.product === name)?.category ?? null;

  function update(part: Partial<Filters>): void {
    if (!state) return;
    const filters = { ...state.filters, ...part };
    if (part.category && categoryOf(filters.product) !== part.category) filters.product = null;
    // On a product's own page another product is another page, and none is the overview.
    const page = state.page === 'product' && !filters.product ? 'overview' : state.page;
    change({ page, filters });
  }

  function choosePeriod(value: string): void {
    const name = PERIODS.find((one) => one === value) ?? '7';
    const through = catalog?.meta.data_through;
    if (name !== 'custom') update({ period: name, start: null, end: null });
    // A period of one's own begins as the one that was shown.
    else if (state && through) {
      const shown = periodOf(state.filters, through);
      update({ period: 'custom', ...shown });
    }
  }

  function custom(): void {
    const [from, to] = [start.value, end.value];
    if (!from || !to) return;
    update({ period: 'custom', start: from <= to ? from : to, end: from <= to ? to : from });
  }

  return {
    element,
    focusProduct: () => product.input.focus(),
    show(next, known) {
      state = next;
      catalog = known;
      const { filters, page } = next;
      period.value = filters.period;
      compare.value = filters.compare;
      // A year ago is offered where there was one; an address that asks for it all the same is answered.
      const lastYear = compare.querySelector<HTMLOptionElement>('option[value="last_year"]');
      if (lastYear) lastYear.hidden = lastYear.disabled = filters.compare !== 'last_year' && !hasYear(filters, known);
      grain.value = filters.grain;
      days.hidden = filters.period !== 'custom';
      for (const input of [start, end]) {
        input.min = known.meta.first_day ?? '';
        input.max = known.meta.data_through ?? '';
      }
      start.value = filters.start ?? '';
      end.value = filters.end ?? '';
      category.show(filters.category ?? t('filter.all_categories'));
      product.show(filters.product ?? t('filter.all_products'));
      element.hidden = page === 'data' || page === 'settings';
      const judged = page === 'overview' || page === 'product';
      fields.period.hidden = page === 'promotions';
      if (fields.period.hidden) days.hidden = true;
      fields.compare.hidden = !judged;
      fields.grain.hidden = !judged;
      fields.category.hidden = page === 'product';
      clear.hidden = page === 'product' || (!filters.product && !filters.category);
    },
  };
}

/** Whether the year before has a day of the period: 52 weeks, so that weekdays meet. */
function hasYear(filters: Filters, { meta }: Catalog): boolean {
  if (!meta.first_day || !meta.data_through) return false;
  return meta.first_day <= addDays(periodOf(filters, meta.data_through).end, -364);
}

function choice(options: [string, string][], changed: (value: string) => void): HTMLSelectElement {
  const control = h(
    'select',
    { id: uniqueId('filter'), onchange: () => changed(control.value) },
    options.map(([value, text]) => h('option', { value }, text)),
  );
  return control;
}

function dayField(label: string, changed: () => void): HTMLInputElement {
  return h('input', { type: 'date', class: 'filter-day', 'aria-label': label, required: true, onchange: changed });
}

function field(label: string, control: HTMLSelectElement): HTMLElement {
  return h('div', { class: 'filter' }, h('label', { for: control.id }, label), control);
}

function comboField(label: string, control: Combobox): HTMLElement {
  return h('div', { class: 'filter' }, h('label', { for: control.input.id }, label), control.element);
}

/** "All" comes first while nothing is typed. */
function withAll(label: string, options: Option[], typed: string): Option[] {
  return typed ? options : [{ value: '', label }, ...options];
}
