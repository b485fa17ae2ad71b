// SPDX-License-Identifier: PostgreSQL
// What happened on the days of a chart: promotions, holidays, incidents. An extra: without them a chart still shows.
import { get } from './api';
import { selection, type Context } from './context';
import { addDays, dayRange } from './format';
import { coded, t } from './i18n';
import { incidentParameters } from './incidents';
import type { Holiday, Incident, PromotionImpact } from './types';

export type EventKind = 'promotion' | 'holiday' | 'incident';

export interface ChartEvent {
  kind: EventKind;
  from: string;
  to: string;
  /** Words for the tooltip. */
  text: string;
}

const nothing = (): { data: never[] } => ({ data: [] });

/**
 * Of the last days and those ahead, in the order of their beginning. Asked for by number, not by what a chart's rows
 * turn out to have: so the questions go with those for the rows, in one request.
 */
export async function eventsOf({ filters, catalog }: Context, back: number, ahead = 0): Promise<ChartEvent[]> {
  const context = { filters, catalog };
  const through = catalog.meta.data_through;
  if (filters.grain !== 'day') return [];
  // Whole years around today, and further back only for a shop whose data ended long ago: the question is the same
  // before the catalog is there.
  const year = new Date().getUTCFullYear();
  const from = Math.min(year - 2, Number(through?.slice(0, 4) ?? year) - 1);
  const years = { period_start: `${from}-01-01`, period_end: `${year + 1}-12-31` };
  const [promotions, holidays, incidents] = await Promise.all([
    get<PromotionImpact>('promotions', selection(context)).catch(nothing),
    get<Holiday>('holidays', years).catch(nothing),
    get<Incident>('incidents', incidentParameters(context)).catch(nothing),
  ]);
  if (!through) return [];
  const [first, last] = [addDays(through, 1 - back), addDays(through, ahead)];
  const events: ChartEvent[] = [
    ...promotions.data.map((row): ChartEvent => {
      const name = row.promotion ?? t('promotions.promotion');
      const days = dayRange(row.promotion_start ?? '', row.promotion_end ?? '');
      return {
        kind: 'promotion',
        from: row.promotion_start ?? '',
        to: row.promotion_end ?? '',
        text: `${name}, ${days}`,
      };
    }),
    ...holidays.data.map((row): ChartEvent => ({ kind: 'holiday', from: row.date, to: row.date, text: row.name })),
    ...incidents.data.map((row): ChartEvent => ({
      kind: 'incident',
      from: row.incident_start,
      to: row.incident_end,
      text: [row.scope === 'shop' ? t('incidents.whole_shop') : row.products?.[0], coded('cause', row.hypothesis_code)]
        .filter(Boolean)
        .join(': '),
    })),
  ];
  return events
    .filter((event) => event.from && event.to >= first && event.from <= last)
    .sort((a, b) => a.from.localeCompare(b.from));
}
