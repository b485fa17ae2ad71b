// SPDX-License-Identifier: PostgreSQL
// Observed revenue, the forecast with its interval, the model and what it says about itself, and the
// moving-average baseline beside it on request.
//
//   const panel = forecastPanel(); page.append(panel.element); panel.load(context);
import './style.css';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { selection, selectionName, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { forecastStatus } from '../../lib/sentences';
import type { ForecastRow } from '../../lib/types';
import { createChart, type ChartData, type ChartSeries } from '../chart';
import { createPanel, type Panel } from '../panel';
import { selectControl } from '../select-control';

interface Forecasts {
  rows: ForecastRow[];
  baseline: ForecastRow[] | null;
}

export function forecastPanel(): Panel {
  const chart = createChart({
    name: t('forecast.title'),
    format: format.money,
    axisFormat: format.compactMoney,
    height: 320,
    zoom: true,
  });
  const horizon = selectControl(
    t('forecast.horizon'),
    [14, 30, 60, 90].map((n): [number, string] => [n, t('forecast.days_ahead', { n })]),
    30,
    () => void panel.reload(),
  );
  const baseline = h('input', { type: 'checkbox', onchange: () => void panel.reload() });

  const parameters = (context: Context, method: string): Parameters => ({
    ...selection(context),
    horizon: horizon.value(),
    confidence_level: context.filters.confidenceLevel,
    method,
    include_history: true,
  });

  const panel = createPanel<Forecasts>({
    id: 'forecast',
    title: t('forecast.title'),
    className: 'span-7',
    subtitle: (context) =>
      t('forecast.subtitle', {
        selection: selectionName(context),
        share: format.percent(context.filters.confidenceLevel, 0),
      }),
    skeleton: 'chart',
    controls: [h('label', { class: 'toggle' }, baseline, t('forecast.baseline')), horizon.element, chart.pngButton],
    fetch: async (context) => {
      const [automatic, average] = await Promise.all([
        get<ForecastRow>('forecast', parameters(context, 'auto')),
        baseline.checked ? get<ForecastRow>('forecast', parameters(context, 'moving_average')) : null,
      ]);
      return { rows: automatic.data, baseline: average?.data ?? null };
    },
    csv: (context) => csvAddress('forecast', parameters(context, 'auto')),
    isEmpty: ({ rows }) => !rows.some((row) => row.time_series_type === 'forecast'),
    empty: () => t('forecast.empty'),
    render: (answer) => {
      chart.draw(chartData(answer));
      return [summary(answer.rows), chart.element];
    },
  });
  return panel;
}

function chartData({ rows, baseline }: Forecasts): ChartData {
  const days = rows.map((row) => row.forecast_timestamp);
  const isForecast = rows.map((row) => row.time_series_type === 'forecast');
  const lastObserved = isForecast.lastIndexOf(false);
  const pick = (value: (row: ForecastRow) => number | null): (number | null)[] =>
    rows.map((row, index) => (isForecast[index] ? value(row) : null));
  const series: ChartSeries[] = [
    { name: t('forecast.observed'), values: rows.map((row) => row.time_series_data), color: '--ink' },
    {
      name: t('forecast.range'),
      band: true,
      color: '--accent',
      values: pick((row) => row.prediction_interval_lower_bound),
      upper: pick((row) => row.prediction_interval_upper_bound),
    },
    { name: t('forecast.forecast'), values: pick((row) => row.forecast_value), color: '--accent' },
  ];
  if (baseline) {
    const known = new Map(
      baseline
        .filter((row) => row.time_series_type === 'forecast')
        .map((row) => [row.forecast_timestamp, row.forecast_value]),
    );
    series.push({
      name: t('forecast.average'),
      values: days.map((day) => known.get(day) ?? null),
      color: '--series-2',
      dashed: true,
    });
  }
  const first = rows[lastObserved + 1];
  const last = rows.at(-1);
  return {
    days,
    series,
    ...(lastObserved >= 0 ? { divide: { at: days[lastObserved] ?? '', label: t('forecast.last_day') } } : {}),
    summary:
      first && last
        ? t('forecast.summary', {
            until: format.day(days[lastObserved], true),
            first: format.money(first.forecast_value),
            first_day: format.day(first.forecast_timestamp),
            last: format.money(last.forecast_value),
            last_day: format.day(last.forecast_timestamp),
          })
        : '',
  };
}

function summary(rows: ForecastRow[]): Child {
  const ahead = rows.filter((row) => row.time_series_type === 'forecast');
  const first = ahead[0];
  const last = ahead.at(-1);
  if (!first || !last) return null;
  const status = forecastStatus(first);
  return h(
    'div',
    { class: 'forecast-summary' },
    h(
      'dl',
      {},
      figure(`${format.weekday(first.forecast_timestamp)}`, first),
      ahead.length > 1 ? figure(format.weekday(last.forecast_timestamp), last) : null,
      h('div', {}, h('dt', {}, t('forecast.model')), h('dd', {}, model(first.model))),
    ),
    status ? h('p', { class: 'forecast-status' }, h('b', {}, t('forecast.note')), ' ', status) : null,
  );
}

// A combination says which methods at which weights: too much for a figure, so it is folded.
function model(name: string | null): Child {
  const members = name?.startsWith('Combination:') ? (name.match(/ \d+%/g) ?? []).length : 0;
  if (!name || members === 0) return h('code', {}, name ?? format.NOT_KNOWN);
  return h('details', {}, h('summary', {}, t('forecast.combination', { n: members })), h('code', {}, name));
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
