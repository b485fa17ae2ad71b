// SPDX-License-Identifier: PostgreSQL
// What every panel is given when it loads: the selection and the catalog it was made from.
import type { Catalog } from './types';
import type { Filters } from './state';
import type { Parameters } from './api';
import { addDays } from './format';
import { t } from './i18n';

export interface Context {
  filters: Filters;
  catalog: Catalog;
}

/** product and category as the API takes them: a product already decides its category. */
export function selection({ filters }: Context): Parameters {
  return filters.product ? { product: filters.product } : { category: filters.category };
}

/** The category of the selection: chosen, or that of the chosen product. */
export function categoryOf({ filters, catalog }: Context): string | null {
  if (!filters.product) return filters.category;
  return catalog.data.find((row) => row.product === filters.product)?.category ?? null;
}

/** The judged period, ending with the last complete day; nothing for the server's own default of 7 days. */
export function period({ filters, catalog }: Context): Parameters {
  const through = catalog.meta.data_through;
  if (filters.days === 7 || !through) return {};
  return { period_start: addDays(through, 1 - filters.days), period_end: through };
}

export function selectionName({ filters }: Context): string {
  return filters.product ?? filters.category ?? t('selection.all');
}
