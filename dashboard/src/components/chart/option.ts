// SPDX-License-Identifier: PostgreSQL
// From days and series to an ECharts option. Colours are read from the theme each time.
import { h } from '../../lib/dom';
import type { ChartEvent } from '../../lib/events';
import { changeOf, day, percent, range, signedPercent, weekday } from '../../lib/format';
import { t } from '../../lib/i18n';
import { color, withAlpha } from '../../lib/theme';

type Value = number | null;

export interface ChartSeries {
  name: string;
  /** One value a day, null for a gap. For a band: its lower bound. */
  values: Value[];
  /** A colour token, e.g. `--series-1`. */
  color: string;
  /** An interval, from values to upper. */
  band?: boolean;
  upper?: Value[];
  /** Areas on top of each other. */
  stack?: boolean;
  area?: boolean;
  dashed?: boolean;
  /** false: not offered in the legend. */
  legend?: boolean;
  /** How strong a band is, 0 to 1. */
  strength?: number;
}

export interface ChartData {
  days: string[];
  series: ChartSeries[];
  /** One sentence for those who do not see the picture. */
  summary: string;
  /** Horizontal line, e.g. a target. */
  target?: { value: number; label: string };
  /** Shaded days, e.g. the judged period. */
  highlight?: { from: string; to: string };
  /** Vertical line, e.g. where the forecast begins. */
  divide?: { at: string; label: string };
  /** Promotions, holidays, incidents: marked above the lines, named in the tooltip. */
  events?: ChartEvent[];
  /** A day as it is written on the axis and in the tooltip, where a point is more than a day. */
  point?: (date: string) => string;
  /** The tooltip adds the sum of the lines, and each one's share and change. */
  sums?: boolean;
}

export interface Paint {
  format: (value: number | null | undefined) => string;
  axisFormat: (value: number | null | undefined) => string;
  zoom: boolean;
  hidden: ReadonlySet<string>;
  animate: boolean;
  /** Pixels of the canvas: fewer labels where it is narrow. */
  width: number;
}

interface TooltipItem {
  dataIndex: number;
}

export function chartOption(data: ChartData, paint: Paint): object {
  const shown = data.series.filter((series) => !paint.hidden.has(series.name));
  const muted = color('--muted');
  const line = color('--line');
  const font = getComputedStyle(document.body).fontFamily;
  const label = { color: muted, fontFamily: font, fontSize: 12 };

  return {
    animation: paint.animate,
    animationDuration: 350,
    textStyle: { fontFamily: font },
    // A target's label stands right of its line, clear of the data.
    grid: {
      left: 4,
      right: data.target ? 58 : 10,
      top: data.events?.length ? (data.divide ? 52 : 44) : 22,
      bottom: paint.zoom ? 52 : 2,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      type: 'category',
      data: data.days,
      boundaryGap: false,
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: {
        ...label,
        formatter: (value: string) => (data.point ?? day)(value),
        hideOverlap: true,
        interval: Math.max(0, Math.ceil(data.days.length / Math.max(2, Math.floor(paint.width / 110))) - 1),
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
      },
      axisPointer: { label: { show: false }, lineStyle: { color: muted, type: 'solid', width: 1 } },
    },
    yAxis: [
      {
        type: 'value',
        splitNumber: 4,
        min: lowest(shown) < 0 ? undefined : 0,
        // A target above all days must still be on the picture.
        ...(data.target
          ? {
              max: ({ max }: { max: number }) =>
                max < (data.target?.value ?? 0) * 1.1 ? (data.target?.value ?? 0) * 1.25 : undefined,
            }
          : {}),
        axisLabel: { ...label, formatter: (value: number) => paint.axisFormat(value) },
        splitLine: { lineStyle: { color: line } },
        axisLine: { show: false },
        axisTick: { show: false },
      },
      // Marks of events hang on a scale of their own, above the plot.
      { type: 'value', min: 0, max: 1, show: false },
    ],
    tooltip: {
      trigger: 'axis',
      confine: true,
      transitionDuration: paint.animate ? 0.1 : 0,
      backgroundColor: color('--surface'),
      borderColor: color('--line-strong'),
      borderWidth: 1,
      padding: 0,
      textStyle: { color: color('--ink'), fontFamily: font },
      extraCssText: 'box-shadow:none',
      // A node, not a string: nothing is parsed as markup, and no style attribute meets the policy.
      formatter: (items: TooltipItem | TooltipItem[]) => {
        const index = (Array.isArray(items) ? items[0] : items)?.dataIndex ?? 0;
        return tooltip(data, shown, index, paint.format);
      },
    },
    ...(paint.zoom ? { dataZoom: [zoomSlider(label, line, muted)] } : {}),
    series: [
      ...decorate(
        shown.flatMap((series) => drawn(series)),
        data,
        label,
        muted,
      ),
      ...eventMarks(data),
    ],
  };
}

/** Which line of a stack lies at a value: the one whose layer it is in; of lines beside each other the nearest. */
export function lineAt(series: ChartSeries[], index: number, value: number): string | null {
  let below = 0;
  for (const line of series.filter((one) => one.stack)) {
    below += line.values[index] ?? 0;
    if (value <= below) return line.name;
  }
  return null;
}

function lowest(series: ChartSeries[]): number {
  let low = 0;
  for (const { values } of series) for (const value of values) if (value !== null && value < low) low = value;
  return low;
}

function zoomSlider(label: object, line: string, muted: string): object {
  const accent = color('--accent');
  return {
    // The slider's shadow shows series 0: the observed values come first.
    type: 'slider',
    height: 24,
    bottom: 4,
    left: 8,
    right: 8,
    brushSelect: false,
    showDetail: false,
    borderColor: line,
    fillerColor: withAlpha(accent, 0.1),
    textStyle: label,
    handleStyle: { color: accent, borderColor: accent },
    moveHandleSize: 0,
    handleSize: '70%',
    dataBackground: { lineStyle: { color: muted, opacity: 0.5 }, areaStyle: { color: muted, opacity: 0.12 } },
    selectedDataBackground: { lineStyle: { color: accent, opacity: 0.7 }, areaStyle: { color: accent, opacity: 0.12 } },
  };
}

/** A band is two stacked lines: an unseen lower bound, and the filled distance to the upper one. */
function drawn(series: ChartSeries): object[] {
  const paint = color(series.color);
  const common = { type: 'line', symbol: 'none', connectNulls: false, emphasis: { disabled: true }, silent: true };
  if (series.band) {
    const stack = { stack: series.name, stackStrategy: 'all' };
    const distance = series.values.map((lower, index) => {
      const upper = series.upper?.[index] ?? null;
      return lower === null || upper === null ? null : upper - lower;
    });
    return [
      { ...common, ...stack, name: `${series.name} lower`, data: series.values, lineStyle: { opacity: 0 } },
      {
        ...common,
        ...stack,
        name: series.name,
        data: distance,
        lineStyle: { opacity: 0 },
        areaStyle: { color: withAlpha(paint, series.strength ?? 0.2), opacity: 1 },
      },
    ];
  }
  return [
    {
      ...common,
      name: series.name,
      data: series.values,
      ...(series.stack ? { stack: 'all', stackStrategy: 'all' } : {}),
      lineStyle: { color: paint, width: series.stack ? 1.25 : 2, type: series.dashed ? [5, 4] : 'solid' },
      itemStyle: { color: paint },
      ...(series.stack || series.area
        ? { areaStyle: { color: withAlpha(paint, series.stack ? 0.5 : 0.12), opacity: 1 } }
        : {}),
    },
  ];
}

/** Target, highlighted days and divider hang on the first series. */
function decorate(series: object[], data: ChartData, label: object, muted: string): object[] {
  const [first, ...rest] = series;
  if (!first) return series;
  const lines: object[] = [];
  if (data.target) {
    const warning = color('--warning');
    lines.push({
      yAxis: data.target.value,
      lineStyle: { color: warning, type: [6, 4], width: 1.5 },
      label: { ...label, color: warning, formatter: data.target.label, position: 'end', distance: 6 },
    });
  }
  if (data.divide) {
    lines.push({
      xAxis: data.divide.at,
      lineStyle: { color: muted, type: [2, 3], width: 1 },
      label: { ...label, formatter: data.divide.label, position: 'end', distance: data.events?.length ? 28 : 4 },
    });
  }
  return [
    {
      ...first,
      ...(lines.length ? { markLine: { silent: true, symbol: 'none', animation: false, data: lines } } : {}),
      ...(data.highlight
        ? {
            markArea: {
              silent: true,
              itemStyle: { color: withAlpha(muted, 0.14) },
              label: { show: false },
              data: [[{ xAxis: data.highlight.from }, { xAxis: data.highlight.to }]],
            },
          }
        : {}),
    },
    ...rest,
  ];
}

/** Promotions as bars, holidays as diamonds, incidents as dots on their first day: above the plot. */
function eventMarks(data: ChartData): object[] {
  const events = data.events ?? [];
  const common = {
    type: 'line',
    yAxisIndex: 1,
    silent: true,
    clip: false,
    emphasis: { disabled: true },
    animation: false,
  };
  const running = data.days.map((date) =>
    events.some((event) => event.kind === 'promotion' && event.from <= date && event.to >= date) ? 1.03 : null,
  );
  const marks = (kind: ChartEvent['kind'], height: number, symbol: string, token: string): object => ({
    ...common,
    id: kind,
    data: data.days.map((date) => (events.some((event) => event.kind === kind && event.from === date) ? height : null)),
    symbol,
    symbolSize: 8,
    showAllSymbol: true,
    itemStyle: { color: color(token) },
    lineStyle: { opacity: 0 },
  });
  if (events.length === 0) return [];
  const bar = color('--muted');
  return [
    {
      ...common,
      id: 'promotion',
      data: running,
      symbol: 'rect',
      symbolSize: [3, 4],
      showAllSymbol: true,
      itemStyle: { color: bar },
      lineStyle: { color: bar, width: 4, cap: 'round' },
    },
    marks('holiday', 1.07, 'diamond', '--info'),
    marks('incident', 1.07, 'circle', '--bad'),
  ];
}

const MARKS = { promotion: '▬', holiday: '◆', incident: '●' } as const;

function tooltip(data: ChartData, series: ChartSeries[], index: number, format: Paint['format']): HTMLElement {
  const date = data.days[index] ?? '';
  const present = series.filter((line) => line.values[index] !== null && line.values[index] !== undefined);
  const stacked = present.filter((line) => line.stack);
  const total = (at: number): number => stacked.reduce((sum, line) => sum + (line.values[at] ?? 0), 0);
  const rows = present.map((line) => {
    const key = h('span', { class: `legend-key legend-${line.dashed ? 'dashed' : line.band ? 'band' : 'solid'}` });
    key.style.setProperty('--key', `var(${line.color})`);
    const value = line.band
      ? range(format(line.values[index]), format(line.upper?.[index]))
      : format(line.values[index]);
    const share =
      data.sums && line.stack && total(index) > 0 ? percent((line.values[index] ?? 0) / total(index), 0) : null;
    return h(
      'div',
      { class: 'tooltip-row' },
      key,
      h('span', {}, line.name),
      h('b', {}, value),
      share ? h('span', { class: 'tooltip-share' }, share) : null,
    );
  });
  const here = (data.events ?? []).filter((event) => event.from <= date && event.to >= date);
  return h(
    'div',
    { class: 'tooltip' },
    h('div', { class: 'tooltip-day' }, data.point ? data.point(date) : weekday(date)),
    data.sums && stacked.length > 1 ? sumRow(total(index), index >= 7 ? total(index - 7) : null, data, format) : null,
    // As they lie on each other: the last one is on top.
    rows.length ? (stacked.length > 1 ? rows.reverse() : rows) : t('chart.no_data'),
    here.map((event) =>
      h(
        'div',
        { class: `tooltip-event tooltip-${event.kind}` },
        h('span', { 'aria-hidden': 'true' }, MARKS[event.kind]),
        event.text,
      ),
    ),
  );
}

/** The whole, and its change against the same day of the week before. */
function sumRow(now: number, before: number | null, data: ChartData, format: Paint['format']): HTMLElement {
  const change = data.point ? null : changeOf(now, before);
  return h(
    'div',
    { class: 'tooltip-row tooltip-total' },
    h('span', {}),
    h('span', {}, t('word.total')),
    h('b', {}, format(now)),
    change === null
      ? null
      : h('span', { class: 'tooltip-share' }, t('chart.week_ago', { change: signedPercent(change) })),
  );
}
