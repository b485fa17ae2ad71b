// SPDX-License-Identifier: PostgreSQL
// The evidence behind a hypothesis is JSON of the extension's making; whatever its shape, it is shown
// as named figures, never as braces.
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';

export function evidenceList(evidence: unknown): Child {
  const entries = flatten(evidence, []);
  if (entries.length === 0) return null;
  return h('details', { class: 'evidence' },
    h('summary', {}, 'Evidence'),
    h('dl', {}, entries.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))));
}

function flatten(value: unknown, path: string[]): [string, string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item !== 'object' || item === null)) return value.length ? [[label(path), value.map((item) => show(item, path)).join(', ')]] : [];
    return value.flatMap((item, index) => flatten(item, value.length > 1 ? [...path, String(index + 1)] : path));
  }
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, item]) => flatten(item, [...path, key]));
  return [[label(path), show(value, path)]];
}

function label(path: string[]): string {
  return path.map((part, index) => (index === 0 ? format.metricLabel(part) : part.replaceAll('_', ' '))).join(', ') || 'Value';
}

/** The last part of the path says what a number is: a metric, a change in percent, a ratio, a p-value. */
function show(value: unknown, path: string[]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'number') return String(value);
  const name = path.join('_');
  if (/(_pct|change_percent)$/.test(name)) return format.changePct(value);
  const metric = METRICS.find((known) => new RegExp(`(^|_)${known}(_|$)`).test(name));
  if (metric && !/(z_score|_z|share|ratio|count|days)$/.test(name)) return format.metricValue(metric, value);
  return Number.isInteger(value) ? format.count(value) : format.decimal(value);
}

const METRICS = ['conversion_rate', 'ad_spend', 'units_sold', 'impressions', 'revenue', 'clicks', 'roas', 'acos', 'ctr', 'cpc'];
