// SPDX-License-Identifier: PostgreSQL
// The table of metrics and the shop's thresholds, as the database has them (metrics(), recommendation_rules()). The catalog
// brings them before anything is drawn, so the page keeps no list of its own: a metric's words are `metric.NAME` in
// messages/, everything else is here.
import type { Catalog, Metric } from './types';

let table = new Map<string, Metric>();
let rules: Catalog['meta']['rules'] = {};

export function setMetrics(meta: Catalog['meta']): void {
  table = new Map(meta.metrics.map((metric) => [metric.metric, metric]));
  rules = meta.rules;
}

/** The line that recommendations draw: `roas_target`, `ctr_floor`, …; null where there is none. */
export function threshold(rule: string): number | null {
  return rules[rule] ?? null;
}

/** The metrics that the key figures have, in their order. */
export function keyMetrics(): string[] {
  return [...table.values()].filter((metric) => metric.kpi_place !== null).map((metric) => metric.metric);
}

export function unitOf(metric: string): Metric['unit'] | null {
  return table.get(metric)?.unit ?? null;
}

/** 1 where more is good news, -1 where less is, 0 where neither is by itself. */
export function goodDirection(metric: string): 1 | -1 | 0 {
  const good = table.get(metric)?.good_direction;
  return good === 'up' ? 1 : good === 'down' ? -1 : 0;
}
