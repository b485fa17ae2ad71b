// SPDX-License-Identifier: PostgreSQL
// Which incidents a view asks for, and which of them it shows. The same question everywhere, so that it is asked once.
import type { Parameters } from './api';
import { days, reach, selection, type Context } from './context';
import type { Answer, Incident } from './types';

/** incidents() looks back a year at most; less than four weeks hides what began before the period. */
export function incidentParameters(context: Context): Parameters {
  return { ...selection(context), days: Math.min(Math.max(reach(context), 28), 366) };
}

/** What touches the period, the costliest first; falls before rises when they sum to a loss. */
export function incidentsOf(answer: Answer<Incident>, context: Context): Incident[] {
  const { start, end } = days(context);
  const touching = answer.data.filter((row) => row.incident_end >= start && row.incident_start <= end);
  const effect = (row: Incident): number => row.revenue_effect ?? 0;
  const fell = touching.reduce((sum, row) => sum + effect(row), 0) < 0;
  return [...touching].sort((a, b) =>
    fell && Math.sign(effect(a)) !== Math.sign(effect(b))
      ? effect(a) - effect(b)
      : Math.abs(effect(b)) - Math.abs(effect(a)),
  );
}
