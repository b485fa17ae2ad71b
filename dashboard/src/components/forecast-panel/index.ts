// SPDX-License-Identifier: PostgreSQL
// Observed revenue and its forecast as a fan: half, four fifths and nineteen of twenty outcomes. How good forecasts of
// the last weeks would have been stands beside the model, in words; the statistician's name of it is folded.
//
//   const panel = forecastPanel(); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { selection, selectionName, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import { eventsOf, type ChartEvent } from '../../lib/events';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { parameter, setParameter } from '../../lib/address';
import { accuracySentence, forecastStatus } from '../../lib/sentences';
import type { Accuracy, Answer, ForecastRow } from '../../lib/types';
import { createChart, type ChartData, type ChartSeries } from '../chart';
import { createPanel, type Panel } from '../panel';
import { selectControl } from '../select-control';

interface Forecasts {
  fan: Answer<ForecastRow>;
  baseline: Answer<ForecastRow> | null;
  accuracy: Answer<Accuracy> | null;
  events: ChartEvent[];
}

/** Days of history on the picture, however long the shop is there; the slider is for the rest of them. */
const HISTORY_DAYS = 90;
/** Widest first: the narrower ones are painted over it. */
const LEVELS = [0.95, 0.8, 0.5] as const;
const SPOKEN_LEVEL = 0.8;
const BASELINE = 'forecast.baseline';

export function forecastPanel(): Panel {
  const chart = createChart({
    id: 'forecast',
    name: t('forecast.title'),
    format: format.money,
    axisFormat: format.compactMoney,
    height: 320,
  });
  const horizon = selectControl(
    t('forecast.horizon'),
    [14, 30, 60, 90].map((n): [number, string] => [n, t('forecast.days_ahead', { n })]),
    30,
    () => void panel.reload(),
    'forecast.horizon',
  );
  const baseline = h('input', {
    type: 'checkbox',
    onchange: () => {
      setParameter(BASELINE, baseline.checked ? 'true' : null);
      void panel.reload();
    },
  });

  const parameters = (context: Context): Parameters => ({ ...selection(context), horizon: horizon.value() });

  const panel = createPanel<Forecasts>({
    id: 'forecast',
    title: t('forecast.title'),
    className: 'span-7',
    subtitle: (context) => t('forecast.subtitle', { selection: selectionName(context) }),
    skeleton: 'chart',
    controls: [h('label', { class: 'toggle' }, baseline, t('forecast.baseline')), horizon.element, chart.pngButton],
    fetch: async (context) => {
      baseline.checked = parameter(BASELINE) === 'true';
      const [fan, average, accuracy, events] = await Promise.all([
        get<ForecastRow>('forecast', { ...parameters(context), fan: true, include_history: true }),
        baseline.checked ? get<ForecastRow>('forecast', { ...parameters(context), method: 'moving_average' }) : null,
        // An extra: a series that is too short for it still has a forecast.
        get<Accuracy>('forecast-accuracy', selection(context)).catch(() => null),
        eventsOf(context, HISTORY_DAYS, horizon.value()),
      ]);
      return { fan, baseline: average, accuracy, events };
    },
    csv: (context) => csvAddress('forecast', { ...parameters(context), fan: true, include_history: true }),
    exported: ({ fan }) => {
      const [first] = shownDays(fan.data);
      return fan.data.filter((row) => row.forecast_timestamp >= (first ?? ''));
    },
    isEmpty: ({ fan }) => !fan.data.some((row) => row.time_series_type === 'forecast'),
    empty: () => t('forecast.empty'),
    render: (answer) => {
      chart.draw(chartData(answer));
      return [summary(answer), chart.element];
    },
  });
  return panel;
}

const isAhead = (row: ForecastRow): boolean => row.time_series_type === 'forecast';

/** The last days of the history, and all that lie ahead. */
function shownDays(rows: ForecastRow[]): string[] {
  const days = (wanted: ForecastRow[]): string[] => [...new Set(wanted.map((row) => row.forecast_timestamp))].sort();
  const past = days(rows.filter((row) => !isAhead(row)));
  return [...past.slice(-HISTORY_DAYS), ...days(rows.filter(isAhead))];
}

function chartData({ fan, baseline, events }: Forecasts): ChartData {
  const days = shownDays(fan.data);
  const place = new Map(days.map((date, index) => [date, index]));
  const line = (rows: ForecastRow[], value: (row: ForecastRow) => number | null): (number | null)[] => {
    const values: (number | null)[] = days.map(() => null);
    for (const row of rows) {
      const at = place.get(row.forecast_timestamp);
      if (at !== undefined) values[at] = value(row);
    }
    return values;
  };
  const past = fan.data.filter((row) => !isAhead(row));
  const ahead = fan.data.filter(isAhead);
  const level = (wanted: number): ForecastRow[] => ahead.filter((row) => row.confidence_level === wanted);
  const series: ChartSeries[] = [
    { name: t('forecast.observed'), values: line(past, (row) => row.time_series_data), color: '--ink' },
    ...LEVELS.map((wanted): ChartSeries => ({
      name: t('forecast.level', { share: format.percent(wanted, 0) }),
      band: true,
      color: '--accent',
      strength: 0.16,
      values: line(level(wanted), (row) => row.prediction_interval_lower_bound),
      upper: line(level(wanted), (row) => row.prediction_interval_upper_bound),
    })),
    {
      name: t('forecast.forecast'),
      values: line(level(SPOKEN_LEVEL), (row) => row.forecast_value),
      color: '--accent',
    },
  ];
  if (baseline) {
    series.push({
      name: t('forecast.average'),
      values: line(baseline.data.filter(isAhead), (row) => row.forecast_value),
      color: '--series-2',
      dashed: true,
    });
  }
  const spoken = level(SPOKEN_LEVEL);
  const [first, last] = [spoken[0], spoken.at(-1)];
  const until = past
    .map((row) => row.forecast_timestamp)
    .sort()
    .at(-1);
  return {
    days,
    series,
    events,
    ...(until ? { divide: { at: until, label: t('forecast.last_day') } } : {}),
    summary:
      first && last
        ? t('forecast.summary', {
            until: format.day(until, true),
            first: format.money(first.forecast_value),
            first_day: format.day(first.forecast_timestamp),
            last: format.money(last.forecast_value),
            last_day: format.day(last.forecast_timestamp),
          })
        : '',
  };
}

function summary({ fan, accuracy }: Forecasts): Child {
  const ahead = fan.data.filter((row) => isAhead(row) && row.confidence_level === SPOKEN_LEVEL);
  const [first, last] = [ahead[0], ahead.at(-1)];
  if (!first || !last) return null;
  const status = forecastStatus(first);
  const measured = accuracy?.data.find((row) => row.method === 'auto');
  const naive = accuracy?.data.find((row) => row.method === 'seasonal_naive');
  return h(
    'div',
    { class: 'forecast-summary' },
    h(
      'dl',
      {},
      figure(format.weekday(first.forecast_timestamp), first),
      ahead.length > 1 ? figure(format.weekday(last.forecast_timestamp), last) : null,
    ),
    measured ? h('p', { class: 'forecast-accuracy' }, accuracySentence(measured, meanOf(fan.data), naive)) : null,
    status ? h('p', { class: 'forecast-status' }, h('b', {}, t('forecast.note')), ' ', status) : null,
    first.model
      ? h('details', { class: 'evidence' }, h('summary', {}, t('forecast.how')), h('code', {}, first.model))
      : null,
  );
}

/** Of a day of the last four weeks, to hold an error against. */
function meanOf(rows: ForecastRow[]): number | null {
  const last = rows
    .filter((row) => !isAhead(row))
    .sort((a, b) => a.forecast_timestamp.localeCompare(b.forecast_timestamp))
    .slice(-28)
    .map((row) => row.time_series_data ?? 0);
  return last.length ? last.reduce((sum, value) => sum + value, 0) / last.length : null;
}

function figure(label: string, row: ForecastRow): Child {
  return h(
    'div',
    {},
    h('dt', {}, label),
    h(
      'dd',
      {},
      format.money(row.forecast_value),
      ' ',
      h(
        'span',
        {},
        format.range(
          format.money(row.prediction_interval_lower_bound),
          format.money(row.prediction_interval_upper_bound),
        ),
      ),
    ),
  );
}
