// SPDX-License-Identifier: PostgreSQL
// From days and series to an ECharts option. Colours are read from the theme each time.
import { h } from '../../lib/dom';
import { day, range, weekday } from '../../lib/format';
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
      top: 22,
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
        formatter: (value: string) => day(value),
        hideOverlap: true,
        interval: Math.max(0, Math.ceil(data.days.length / Math.max(2, Math.floor(paint.width / 110))) - 1),
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
      },
      axisPointer: { label: { show: false }, lineStyle: { color: muted, type: 'solid', width: 1 } },
    },
    yAxis: {
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
        return tooltip(data.days[index] ?? '', shown, index, paint.format);
      },
    },
    ...(paint.zoom ? { dataZoom: [zoomSlider(label, line, muted)] } : {}),
    series: decorate(
      shown.flatMap((series) => drawn(series)),
      data,
      label,
      muted,
    ),
  };
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
        areaStyle: { color: withAlpha(paint, 0.2), opacity: 1 },
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
      label: { ...label, formatter: data.divide.label, position: 'end', distance: 4 },
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

function tooltip(date: string, series: ChartSeries[], index: number, format: Paint['format']): HTMLElement {
  const rows = series
    .filter((line) => line.values[index] !== null && line.values[index] !== undefined)
    .map((line) => {
      const key = h('span', { class: `legend-key legend-${line.dashed ? 'dashed' : line.band ? 'band' : 'solid'}` });
      key.style.setProperty('--key', `var(${line.color})`);
      const value = line.band
        ? range(format(line.values[index]), format(line.upper?.[index]))
        : format(line.values[index]);
      return h('div', { class: 'tooltip-row' }, key, h('span', {}, line.name), h('b', {}, value));
    });
  return h(
    'div',
    { class: 'tooltip' },
    h('div', { class: 'tooltip-day' }, weekday(date)),
    rows.length ? rows : t('chart.no_data'),
  );
}
