// SPDX-License-Identifier: PostgreSQL
// Where the reader is and what is selected. The address is the state, so every view can be shared:
//
//   #/?category=Electronics&days=14        the overview
//   #/product/Wireless%20Mouse?days=7      one product
import { addressedLanguage, setAddressedLanguage } from './i18n';

export interface Filters {
  product: string | null;
  category: string | null;
  /** Length of the judged period in days; it is compared with as many days before it. */
  days: number;
  /** Coverage of forecast intervals, a fraction. */
  confidenceLevel: number;
}

export interface State {
  page: 'overview' | 'product' | 'unknown';
  filters: Filters;
}

export const PERIODS = [7, 14, 28] as const;
export const CONFIDENCE_LEVELS = [0.8, 0.9, 0.95] as const;
export const DEFAULTS: Filters = { product: null, category: null, days: 7, confidenceLevel: 0.8 };

function oneOf(allowed: readonly number[], text: string | null, fallback: number): number {
  const value = Number(text);
  return text !== null && allowed.includes(value) ? value : fallback;
}

export function readState(hash: string): State {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2) as [string, string?];
  const parameters = new URLSearchParams(query);
  setAddressedLanguage(parameters.get('lang'));
  const shared = {
    days: oneOf(PERIODS, parameters.get('days'), DEFAULTS.days),
    confidenceLevel: oneOf(CONFIDENCE_LEVELS, parameters.get('confidence_level'), DEFAULTS.confidenceLevel),
  };
  const product = /^\/product\/(.+)$/.exec(path);
  if (product?.[1]) {
    return { page: 'product', filters: { ...shared, product: decode(product[1]), category: null } };
  }
  const filters = {
    ...shared,
    product: parameters.get('product') || null,
    category: parameters.get('category') || null,
  };
  return { page: path === '' || path === '/' ? 'overview' : 'unknown', filters };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a half-written escape: the name as it stands is refused by the server with a list
  }
}

function query(filters: Filters, withSelection: boolean): string {
  const parameters = new URLSearchParams();
  if (withSelection && filters.category) parameters.set('category', filters.category);
  if (withSelection && filters.product) parameters.set('product', filters.product);
  if (filters.days !== DEFAULTS.days) parameters.set('days', String(filters.days));
  if (filters.confidenceLevel !== DEFAULTS.confidenceLevel)
    parameters.set('confidence_level', String(filters.confidenceLevel));
  const lang = addressedLanguage();
  if (lang) parameters.set('lang', lang);
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

export function overviewLink(filters: Filters): string {
  return `#/${query(filters, true)}`;
}

export function productLink(product: string, filters: Filters): string {
  return `#/product/${encodeURIComponent(product)}${query(filters, false)}`;
}

export function linkOf(state: State): string {
  return state.page === 'product' && state.filters.product
    ? productLink(state.filters.product, state.filters)
    : overviewLink(state.filters);
}
