// SPDX-License-Identifier: PostgreSQL
// The table of metrics, as the database has it (metrics()). The catalog brings it before anything is drawn, so the page
// keeps no list of its own: a metric's words are `metric.NAME` in messages/, everything else is here.
import type { Metric } from './types';

let table = new Map<string, Metric>();

export function setMetrics(list: Metric[]): void {
  table = new Map(list.map((metric) => [metric.metric, metric]));
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
