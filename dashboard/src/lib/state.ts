// SPDX-License-Identifier: PostgreSQL
// Where the reader is and what is selected. The address is the state, so every view can be shared:
//
//   #/?category=Electronics&days=14                      the overview
//   #/product/Wireless%20Mouse?period=month              one product
//   #/promotions?period_start=2026-10-01&period_end=2026-10-31&compare=last_year
import { decode, panelParameters } from './address';
import { addressedLanguage, setAddressedLanguage } from './i18n';
import type { Catalog } from './types';

export const PAGES = ['overview', 'promotions', 'budget', 'data', 'settings'] as const;
export type PageName = (typeof PAGES)[number] | 'product' | 'unknown';

export const PERIODS = ['7', '14', '28', 'month', 'quarter', 'custom'] as const;
export type PeriodName = (typeof PERIODS)[number];
export const COMPARISONS = ['previous', 'same_weekdays', 'last_year'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export const GRAINS = ['day', 'week', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

export interface Filters {
  product: string | null;
  category: string | null;
  period: PeriodName;
  /** First and last day of a custom period, YYYY-MM-DD. */
  start: string | null;
  end: string | null;
  /** Length of the judged period in days, known once the last complete day is: see withDays. */
  days: number;
  compare: Comparison;
  /** Width of a point of the charts. */
  grain: Grain;
  /** Coverage of the forecast's interval in words, a fraction. */
  confidenceLevel: number;
}

export interface State {
  page: PageName;
  filters: Filters;
}

const CONFIDENCE_LEVELS = ['0.8', '0.9', '0.95'] as const;
export const DEFAULTS: Filters = {
  product: null,
  category: null,
  period: '7',
  start: null,
  end: null,
  days: 7,
  compare: 'previous',
  grain: 'day',
  confidenceLevel: 0.8,
};

function oneOf<T extends string>(allowed: readonly T[], text: string | null, fallback: T): T {
  return allowed.find((one) => one === text) ?? fallback;
}

const dayOr = (text: string | null): string | null =>
  text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;

export function readState(hash: string): State {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2) as [string, string?];
  const parameters = new URLSearchParams(query);
  setAddressedLanguage(parameters.get('lang'));
  const start = dayOr(parameters.get('period_start'));
  const end = dayOr(parameters.get('period_end'));
  const custom = start !== null && end !== null && start <= end;
  const product = /^\/product\/(.+)$/.exec(path)?.[1];
  const category = /^\/category\/(.+)$/.exec(path)?.[1];
  const filters: Filters = {
    product: product ? decode(product) : parameters.get('product') || null,
    category: product ? null : category ? decode(category) : parameters.get('category') || null,
    period: custom ? 'custom' : oneOf(PERIODS, parameters.get('period') ?? parameters.get('days'), DEFAULTS.period),
    start: custom ? start : null,
    end: custom ? end : null,
    days: DEFAULTS.days,
    compare: oneOf(COMPARISONS, parameters.get('compare'), DEFAULTS.compare),
    grain: oneOf(GRAINS, parameters.get('grain'), DEFAULTS.grain),
    confidenceLevel: Number(oneOf(CONFIDENCE_LEVELS, parameters.get('confidence_level'), '0.8')),
  };
  if (filters.period === 'custom' && !custom) filters.period = DEFAULTS.period;
  return { page: product ? 'product' : pageOf(path, category), filters };
}

function pageOf(path: string, category: string | undefined): PageName {
  if (path === '' || path === '/' || category) return 'overview';
  return PAGES.find((name) => name !== 'overview' && path === `/${name}`) ?? 'unknown';
}

/** First and last day of the judged period. */
export function periodOf(filters: Filters, through: string): { start: string; end: string } {
  if (filters.period === 'custom' && filters.start && filters.end) return { start: filters.start, end: filters.end };
  if (filters.period === 'month') return { start: `${through.slice(0, 8)}01`, end: through };
  if (filters.period === 'quarter') {
    const month = Math.floor((Number(through.slice(5, 7)) - 1) / 3) * 3 + 1;
    return { start: `${through.slice(0, 5)}${String(month).padStart(2, '0')}-01`, end: through };
  }
  return { start: moved(through, 1 - Number(filters.period)), end: through };
}

/** The filters with the length of their period, which depends on the last complete day. */
export function withDays(filters: Filters, catalog: Catalog): Filters {
  const through = catalog.meta.data_through;
  if (!through) return filters;
  const { start, end } = periodOf(filters, through);
  return { ...filters, days: daysBetween(start, end) + 1 };
}

export function daysBetween(start: string, end: string): number {
  return Math.round((Date.parse(`${end}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / 86_400_000);
}

function moved(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function query(filters: Filters, withSelection: boolean, more: [string, string][] = []): string {
  const parameters = new URLSearchParams();
  if (withSelection && filters.category) parameters.set('category', filters.category);
  if (withSelection && filters.product) parameters.set('product', filters.product);
  if (filters.period === 'custom' && filters.start && filters.end) {
    parameters.set('period_start', filters.start);
    parameters.set('period_end', filters.end);
  } else if (filters.period !== DEFAULTS.period) {
    parameters.set(/^\d+$/.test(filters.period) ? 'days' : 'period', filters.period);
  }
  if (filters.compare !== DEFAULTS.compare) parameters.set('compare', filters.compare);
  if (filters.grain !== DEFAULTS.grain) parameters.set('grain', filters.grain);
  if (filters.confidenceLevel !== DEFAULTS.confidenceLevel)
    parameters.set('confidence_level', String(filters.confidenceLevel));
  const lang = addressedLanguage();
  if (lang) parameters.set('lang', lang);
  for (const [name, value] of more) parameters.set(name, value);
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

export function overviewLink(filters: Filters): string {
  return `#/${query(filters, true)}`;
}

export function categoryLink(category: string, filters: Filters): string {
  return overviewLink({ ...filters, product: null, category });
}

export function productLink(product: string, filters: Filters): string {
  return `#/product/${encodeURIComponent(product)}${query(filters, false)}`;
}

export function pageLink(page: PageName, filters: Filters): string {
  if (page === 'product' && filters.product) return productLink(filters.product, filters);
  if (page === 'overview' || page === 'product' || page === 'unknown') return overviewLink(filters);
  return `#/${page}${query(filters, true)}`;
}

/** The same page with other filters: what its panels show stays. */
export function linkOf({ page, filters }: State): string {
  if (page === 'product' && filters.product)
    return `#/product/${encodeURIComponent(filters.product)}${query(filters, false, panelParameters())}`;
  const path = page === 'overview' || page === 'product' || page === 'unknown' ? '' : page;
  return `#/${path}${query(filters, true, panelParameters())}`;
}
