// SPDX-License-Identifier: PostgreSQL
// Figures as a reader expects them. Every function takes null for "not known" and answers a dash.
import type { Unit } from './types';

export const NOT_KNOWN = '–';

// The page is in English; a reader's own English (en-GB, en-IN) decides on separators and dates.
const locale = navigator.language.startsWith('en') ? navigator.language : 'en-US';
let currency = 'USD';

export function setCurrency(code: string): void {
  if (code === currency) return;
  currency = code;
  formats.clear();
}

const formats = new Map<string, Intl.NumberFormat>();

function number(key: string, value: number | null | undefined, options: Intl.NumberFormatOptions): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOT_KNOWN;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  return format.format(value);
}

type Maybe = number | null | undefined;

/** $12,345 from a hundred upwards, $12.34 below: cents matter for a price, not for a week's revenue. */
export function money(value: Maybe): string {
  const small = value !== null && value !== undefined && Math.abs(value) < 100 && value !== 0;
  return small
    ? number('cents', value, { style: 'currency', currency })
    : number('money', value, { style: 'currency', currency, maximumFractionDigits: 0 });
}

/** +$1,234 or −$1,234 */
export function signedMoney(value: Maybe): string {
  return number('signed', value, { style: 'currency', currency, maximumFractionDigits: 0, signDisplay: 'exceptZero' });
}

/** $12K on an axis */
export function compactMoney(value: Maybe): string {
  return number('compact', value, { style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 });
}

export function count(value: Maybe): string {
  return number('count', value, { maximumFractionDigits: 0 });
}

export function decimal(value: Maybe, digits = 2): string {
  return number(`decimal${digits}`, value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A fraction (0.0213) as 2.1%, or 2.13% where the digits are asked for. */
export function percent(value: Maybe, digits = 1): string {
  return number(`percent${digits}`, value, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** A fraction with its sign: +12.0% */
export function signedPercent(value: Maybe): string {
  return number('signedPercent', value, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
}

/** change_pct (12.5 means 12.5%) as +12.5% */
export function changePct(value: Maybe): string {
  return signedPercent(value === null || value === undefined ? null : value / 100);
}

/** A day (YYYY-MM-DD) without a time zone: 21 Nov, or 21 Nov 2026. */
export function day(value: string | null | undefined, withYear = false): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(value ?? '');
  if (!parts) return NOT_KNOWN;
  const date = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(withYear ? { year: 'numeric' } : {}),
    timeZone: 'UTC',
  }).format(date);
}

/** Sat, Nov 21 */
export function weekday(value: string): string {
  const time = Date.parse(`${value}T00:00:00Z`);
  if (Number.isNaN(time)) return value;
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    time,
  );
}

export function dayRange(start: string, end: string): string {
  return start === end ? day(start) : `${day(start)} – ${day(end)}`;
}

/** A point in time in the reader's own zone. */
export function moment(value: string | null | undefined): string {
  const time = Date.parse(value ?? '');
  if (Number.isNaN(time)) return NOT_KNOWN;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

/** YYYY-MM-DD moved by whole days. */
export function addDays(value: string, days: number): string {
  return new Date(Date.parse(`${value}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const METRICS: Record<string, { label: string; unit: Unit; short?: string }> = {
  revenue: { label: 'Revenue', unit: 'money' },
  ad_spend: { label: 'Ad spend', unit: 'money' },
  roas: { label: 'ROAS', unit: 'ratio', short: 'revenue per ad dollar' },
  acos: { label: 'ACOS', unit: 'ratio', short: 'ad spend per revenue' },
  ctr: { label: 'Click-through rate', unit: 'ratio', short: 'clicks per impression' },
  cpc: { label: 'Cost per click', unit: 'money' },
  conversion_rate: { label: 'Conversion rate', unit: 'ratio', short: 'units per click' },
  clicks: { label: 'Clicks', unit: 'count' },
  impressions: { label: 'Impressions', unit: 'count' },
  units_sold: { label: 'Units sold', unit: 'count' },
  price: { label: 'Price', unit: 'money' },
};

export function metricLabel(metric: string): string {
  return METRICS[metric]?.label ?? sentence(metric);
}

export function metricHint(metric: string): string | null {
  return METRICS[metric]?.short ?? null;
}

/** A metric's value in its own unit; ROAS is a multiple, the other ratios are percentages. */
export function metricValue(metric: string, value: Maybe): string {
  if (metric === 'roas') return value === null || value === undefined ? NOT_KNOWN : `${decimal(value)}×`;
  if (metric === 'ctr') return percent(value, 2);
  switch (METRICS[metric]?.unit) {
    case 'money':
      return money(value);
    case 'ratio':
      return percent(value);
    case 'count':
      return count(value);
    default:
      return decimal(value);
  }
}

/** conversion_rate_low → Conversion rate low */
export function sentence(code: string): string {
  const words = code.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
