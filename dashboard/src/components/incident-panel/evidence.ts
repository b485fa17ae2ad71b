// SPDX-License-Identifier: PostgreSQL
// The evidence behind a hypothesis: each driver as it was and as it should have been, then whatever else the
// JSON holds as named figures. An unknown shape is shown too, never as braces.
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';

interface Driver {
  actual: number | null;
  expected: number | null;
  z_score: number | null;
}

export function evidenceList(evidence: unknown): Child {
  if (!isRecord(evidence)) return null;
  const drivers = isRecord(evidence['drivers'])
    ? Object.entries(evidence['drivers']).filter(
        (entry): entry is [string, Record<string, unknown> & Driver] => isRecord(entry[1]) && 'actual' in entry[1],
      )
    : [];
  const rest = drivers.length
    ? Object.fromEntries(Object.entries(evidence).filter(([key]) => key !== 'drivers'))
    : evidence;
  const figures = flatten(rest, []);
  if (drivers.length === 0 && figures.length === 0) return null;
  return h(
    'details',
    { class: 'evidence' },
    h('summary', {}, t('evidence.title')),
    drivers.length ? driverTable(drivers) : null,
    figures.length
      ? h(
          'dl',
          {},
          figures.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
        )
      : null,
  );
}

function driverTable(drivers: [string, Driver][]): Child {
  return h(
    'table',
    { class: 'evidence-drivers' },
    h('caption', { class: 'visually-hidden' }, t('evidence.caption')),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        [t('evidence.driver'), t('anomalies.actual'), t('anomalies.expected'), 'z'].map((name) =>
          h('th', { scope: 'col' }, name),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      drivers.map(([metric, driver]) =>
        h(
          'tr',
          { class: Math.abs(driver.z_score ?? 0) >= 3 ? 'strong' : null },
          h('th', { scope: 'row' }, format.metricLabel(metric)),
          h('td', {}, format.metricValue(metric, driver.actual)),
          h('td', {}, format.metricValue(metric, driver.expected)),
          h('td', {}, format.decimal(driver.z_score, 1)),
        ),
      ),
    ),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flatten(value: unknown, path: string[]): [string, string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    if (value.every((item) => typeof item !== 'object' || item === null))
      return [[label(path), value.map((item) => show(item, path)).join(', ')]];
    return value.flatMap((item, index) => flatten(item, [...path, String(index + 1)]));
  }
  if (isRecord(value)) return Object.entries(value).flatMap(([key, item]) => flatten(item, [...path, key]));
  return [[label(path), show(value, path)]];
}

function label(path: string[]): string {
  return (
    path
      .map(
        (part, index) =>
          coded('evidence_key', part) ?? (index === 0 ? format.metricLabel(part) : part.replaceAll('_', ' ')),
      )
      .join(', ') || t('evidence.value')
  );
}

/** The name says what a number is: a change in percent, a share, or a plain figure. */
function show(value: unknown, path: string[]): string {
  if (typeof value === 'boolean') return value ? t('word.yes') : t('word.no');
  if (typeof value !== 'number') return String(value);
  const name = path.at(-1) ?? '';
  if (name.endsWith('_pct')) return format.changePct(value);
  if (name.endsWith('_share')) return format.percent(value, 0);
  return Number.isInteger(value) ? format.count(value) : format.decimal(value, 1);
}
