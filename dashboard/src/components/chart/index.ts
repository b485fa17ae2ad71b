// SPDX-License-Identifier: PostgreSQL
// A line chart over days: Apache ECharts on a canvas, with a legend of buttons, a tooltip built from
// nodes, the same figures as a table, and a PNG.
//
//   const chart = createChart({ name: 'Revenue by category', format: money, axisFormat: compactMoney });
//   panel.append(chart.element, chart.pngButton);
//   chart.draw({
//     days: ['2026-11-01', …],
//     series: [{ name: 'Electronics', values: [1200, null, …], color: '--series-1', stack: true }],
//     summary: 'Revenue per day of six categories',
//   });
import './style.css';
import { parameterSet, setParameterSet } from '../../lib/address';
import { h, uniqueId } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { onThemeChange } from '../../lib/theme';
import { chartOption, lineAt, type ChartData, type ChartSeries, type Paint } from './option';

export type { ChartData, ChartSeries } from './option';

export interface ChartOptions {
  name: string;
  format: (value: number | null | undefined) => string;
  axisFormat: (value: number | null | undefined) => string;
  /** Pixels. */
  height?: number;
  /** A slider under the chart to look at a part of the days. */
  zoom?: boolean;
  /** Of its panel: hidden lines are kept in the address as ID.hide. */
  id?: string;
  /** A click on a layer of the stack, or on its day. */
  pick?: (name: string) => void;
}

export interface Chart {
  element: HTMLElement;
  pngButton: HTMLButtonElement;
  draw(data: ChartData): void;
}

interface Instance {
  setOption(option: object, settings: { notMerge: boolean }): void;
  convertFromPixel(finder: object, point: [number, number]): [number, number];
  getZr(): { on(event: string, listener: (event: { offsetX: number; offsetY: number }) => void): void };
  resize(): void;
  dispose(): void;
  getDataURL(options: object): string;
}

/** ECharts is a file of its own, asked for once. */
const library = (): Promise<typeof import('../../lib/echarts')> => import('../../lib/echarts');

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** A band in the legend is as dark as it is painted: where bands lie on each other, an inner one over the outer. */
function swatchOf(series: ChartSeries, all: ChartSeries[]): number {
  const bands = all.filter((one) => one.band);
  const outer = bands.slice(0, bands.indexOf(series) + 1);
  return 1 - outer.reduce((left, one) => left * (1 - (one.strength ?? 0.2)), 1);
}

export function createChart(options: ChartOptions): Chart {
  const height = options.height ?? 300;
  const canvas = h('div', { class: 'chart-canvas', role: 'img' });
  canvas.style.setProperty('--chart-height', `${height}px`);
  const legend = h('ul', { class: 'legend', 'aria-label': t('chart.lines', { name: options.name }) });
  const tableBody = h('div', {
    class: 'chart-table',
    tabindex: '0',
    role: 'region',
    'aria-label': t('chart.table', { name: options.name }),
  });
  const table = h(
    'details',
    { class: 'chart-details', ontoggle: () => fillTable() },
    h('summary', {}, t('chart.figures')),
    tableBody,
  );
  const key = h('p', { class: 'chart-key' });
  const element = h('div', { class: 'chart' }, legend, canvas, key, table);
  const pngButton = h(
    'button',
    { type: 'button', class: 'action', 'aria-label': t('chart.png', { name: options.name }), onclick: () => save() },
    'PNG',
  );

  let hidden = new Set<string>();
  let data: ChartData | null = null;
  let instance: Instance | null = null;
  // Lines grow once, on arrival; a filter, a theme or the printer wants them there at once.
  let shown = false;

  const paint = (): Paint => ({
    format: options.format,
    axisFormat: options.axisFormat,
    zoom: options.zoom === true && canvas.clientWidth > 560,
    hidden,
    animate: !reducedMotion.matches && !shown,
    width: canvas.clientWidth,
  });

  async function show(): Promise<void> {
    if (!data) return;
    const echarts = await library();
    if (!canvas.isConnected || !data) return;
    if (!instance) {
      instance = echarts.init(canvas, null, { renderer: 'canvas' }) as unknown as Instance;
      canvas.dataset['drawn'] = 'true';
      canvas.classList.toggle('chart-picked', Boolean(options.pick));
      instance.getZr().on('click', ({ offsetX, offsetY }) => {
        if (!instance || !data || !options.pick) return;
        const [index, value] = instance.convertFromPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [offsetX, offsetY]);
        const name = lineAt(
          data.series.filter((line) => !hidden.has(line.name)),
          Math.round(index),
          value,
        );
        if (name && value >= 0) options.pick(name);
      });
    }
    instance.setOption(chartOption(data, paint()), { notMerge: true });
    shown = true;
  }

  function drawLegend(): void {
    const entries = (data?.series ?? []).filter((series) => series.legend !== false);
    legend.hidden = entries.length < 2;
    legend.replaceChildren(
      ...entries.map((series) => {
        const key = h('span', {
          class: `legend-key legend-${series.dashed ? 'dashed' : series.band ? 'band' : 'solid'}`,
          'aria-hidden': 'true',
        });
        key.style.setProperty('--key', `var(${series.color})`);
        if (series.band) key.style.setProperty('--strength', String(swatchOf(series, entries)));
        const button = h(
          'button',
          {
            type: 'button',
            class: 'legend-item',
            'aria-pressed': String(!hidden.has(series.name)),
            onclick: () => {
              if (hidden.has(series.name)) hidden.delete(series.name);
              else hidden.add(series.name);
              button.setAttribute('aria-pressed', String(!hidden.has(series.name)));
              if (options.id) setParameterSet(`${options.id}.hide`, hidden);
              void show();
            },
          },
          key,
          series.name,
        );
        return h('li', {}, button);
      }),
    );
  }

  /** What the marks above the plot are, as far as there are any. */
  function drawKey(): void {
    const kinds = new Set((data?.events ?? []).map((event) => event.kind));
    key.replaceChildren(
      ...(['promotion', 'holiday', 'incident'] as const)
        .filter((kind) => kinds.has(kind))
        .map((kind) => h('span', { class: `key-${kind}` }, t(`event.${kind}`))),
    );
    key.hidden = kinds.size === 0;
  }

  function fillTable(): void {
    if (!table.open || !data) return;
    const { days, series } = data;
    const rows = days.map((day, index) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, data?.point ? data.point(day) : format.day(day, true)),
        series.map((line) =>
          h(
            'td',
            { class: 'numeric' },
            line.band
              ? format.range(options.format(line.values[index]), options.format(line.upper?.[index]))
              : options.format(line.values[index]),
          ),
        ),
      ),
    );
    tableBody.replaceChildren(
      h(
        'table',
        { class: 'data' },
        h('caption', { class: 'visually-hidden' }, options.name),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, t('chart.day')),
            series.map((line) => h('th', { scope: 'col', class: 'numeric' }, line.name)),
          ),
        ),
        h('tbody', {}, rows.reverse()),
      ),
    );
  }

  function save(): void {
    if (!instance) return;
    const background = getComputedStyle(element.closest('.panel') ?? document.body).backgroundColor;
    const link = h('a', {
      href: instance.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: background }),
      download: `${options.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`,
    });
    link.click();
  }

  // A chart that has left the page drops its canvas; one that comes back draws again.
  new ResizeObserver(() => {
    if (!canvas.isConnected) {
      instance?.dispose();
      instance = null;
    } else if (instance) {
      instance.resize();
    } else {
      void show();
    }
  }).observe(canvas);
  const stop = onThemeChange(() => {
    if (canvas.isConnected) void show();
    else if (!data) stop();
  });

  const summaryId = uniqueId('chart');
  canvas.id = summaryId;
  return {
    element,
    pngButton,
    draw(next) {
      data = next;
      if (options.id) hidden = parameterSet(`${options.id}.hide`);
      canvas.setAttribute('aria-label', `${options.name}. ${next.summary}`);
      drawLegend();
      drawKey();
      fillTable();
      void show();
    },
  };
}
