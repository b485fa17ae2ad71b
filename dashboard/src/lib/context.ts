// SPDX-License-Identifier: PostgreSQL
// What every panel is given when it loads: the selection and the catalog it was made from.
import type { Parameters } from './api';
import { dayRange } from './format';
import { t } from './i18n';
import { daysBetween, periodOf, type Filters } from './state';
import type { Catalog } from './types';

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

/** First and last day of the judged period. */
export function days({ filters, catalog }: Context): { start: string; end: string } {
  return periodOf(filters, catalog.meta.data_through ?? '1970-01-01');
}

/** Period and comparison as the API takes them; nothing for its own default: 7 days against the 7 before. */
export function period(context: Context): Parameters {
  const { filters, catalog } = context;
  const { start, end } = days(context);
  const isDefault = filters.period === '7' || !catalog.meta.data_through;
  return {
    ...(isDefault ? {} : { period_start: start, period_end: end }),
    ...(filters.compare === 'previous' ? {} : { compare: filters.compare }),
  };
}

/**
 * The subtitle of what looks back from the last complete day only (rankings, advice), as many days as the period has:
 * where the period ends earlier it says so.
 */
export function lookBack({ filters, catalog }: Context, subtitle: string): string {
  const through = catalog.meta.data_through;
  const early = filters.period === 'custom' && filters.end !== null && through !== null && filters.end < through;
  return early ? `${subtitle}; ${t('period.always_latest', { day: dayRange(through, through) })}` : subtitle;
}

/** As many days back as reach to the first day of the period, for what is then cut to it. */
export function reach(context: Context): number {
  const through = context.catalog.meta.data_through;
  return through ? daysBetween(days(context).start, through) + 1 : context.filters.days;
}

export function selectionName({ filters }: Context): string {
  return filters.product ?? filters.category ?? t('selection.all');
}
