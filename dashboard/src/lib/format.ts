// SPDX-License-Identifier: PostgreSQL
// Figures as a reader expects them. Every function takes null for "not known" and answers a dash. The language
// decides on separators and dates, the shop's setting on the currency.
//
// One rule of rounding: the value as it came is rounded once, here, half away from zero. A change in percent is
// therefore made of the two values (`changeOf`), not of a percentage that was rounded before.
import { coded, locale, t } from './i18n';
import { unitOf } from './metrics';

export const NOT_KNOWN = '–';

// The shop's currency: every answer's meta.currency says it, main.ts hands it on.
let currency = 'USD';
let language = '';
const formats = new Map<string, Intl.NumberFormat>();

export function setCurrency(code: string): void {
  if (code === currency) return;
  currency = code;
  formats.clear();
}

function number(key: string, value: number | null | undefined, options: Intl.NumberFormatOptions): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOT_KNOWN;
  if (language !== locale()) {
    language = locale();
    formats.clear();
  }
  let format = formats.get(key);
  if (!format) {
    // 'negative': what rounds to nothing has no sign.
    format = new Intl.NumberFormat(language, {
      signDisplay: 'negative',
      ...options,
    } as Intl.NumberFormatOptions);
    formats.set(key, format);
  }
  return format.format(value).replace('-', MINUS);
}

/** A real minus sign: as wide as a plus, and never at the end of a line alone. */
const MINUS = '\u2212';

type Maybe = number | null | undefined;

const isSmall = (value: Maybe): boolean => typeof value === 'number' && Math.abs(value) < 100 && value !== 0;

/** $12,345 from a hundred upwards, $12.34 below: cents matter for a price, not for a week's revenue. */
export function money(value: Maybe): string {
  return isSmall(value)
    ? number('cents', value, { style: 'currency', currency })
    : number('money', value, { style: 'currency', currency, maximumFractionDigits: 0 });
}

/** $149.00: a price has its cents, whatever it is. */
export function price(value: Maybe): string {
  return number('cents', value, { style: 'currency', currency });
}

/** $88 to $575: bounds stand side by side, so both are whole. */
export function wholeMoney(value: Maybe): string {
  return number('whole', value, { style: 'currency', currency, maximumFractionDigits: 0 });
}

/** +$1,234 or −$1,234: amounts that stand for a change, always whole. */
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

/** change_pct (12.5 means 12.5%) as +12.5%, where the two values are not at hand. */
export function changePct(value: Maybe): string {
  return signedPercent(value === null || value === undefined ? null : value / 100);
}

/** The change from one value to another as a fraction, unrounded; null where there is none. */
export function changeOf(value: Maybe, prior: Maybe): number | null {
  if (typeof value !== 'number' || typeof prior !== 'number' || prior === 0) return null;
  return (value - prior) / Math.abs(prior);
}

/** A day (YYYY-MM-DD) without a time zone: 21 Nov, or 21 Nov 2026. */
export function day(value: string | null | undefined, withYear = false): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(value ?? '');
  if (!parts) return NOT_KNOWN;
  const date = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return new Intl.DateTimeFormat(locale(), {
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
  return new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(time);
}

/** With years where they are asked for, and where the days are of two. */
export function dayRange(start: string, end: string, withYear = start.slice(0, 4) !== end.slice(0, 4)): string {
  return start === end ? day(start, withYear) : range(day(start, withYear), day(end, withYear));
}

/** A week by its first day, or a month by its name. */
export function point(value: string, grain: 'day' | 'week' | 'month'): string {
  if (grain !== 'month') return day(value);
  const time = Date.parse(`${value}T00:00:00Z`);
  return new Intl.DateTimeFormat(locale(), { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(time);
}

/** A point in time in the reader's own zone. */
export function moment(value: string | null | undefined): string {
  const time = Date.parse(value ?? '');
  if (Number.isNaN(time)) return NOT_KNOWN;
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

/** YYYY-MM-DD moved by whole days. */
export function addDays(value: string, days: number): string {
  return new Date(Date.parse(`${value}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function metricLabel(metric: string): string {
  return coded('metric', metric) ?? sentence(metric);
}

/** What a ratio is made of, for a title; null for what its name says. */
export function metricHint(metric: string): string | null {
  return coded('metric_hint', metric);
}

/** A metric's value in its own unit; ROAS is a multiple, the other ratios are percentages. */
export function metricValue(metric: string, value: Maybe): string {
  if (metric === 'roas') return value === null || value === undefined ? NOT_KNOWN : `${decimal(value)}×`;
  if (metric === 'ctr') return percent(value, 2);
  switch (unitOf(metric)) {
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

/** Two bounds: $80 – $120 */
export function range(lower: string, upper: string): string {
  return t('format.range', { lower, upper });
}

/** conversion_rate_low → Conversion rate low: a code that has no message yet. */
export function sentence(code: string): string {
  const words = code.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
