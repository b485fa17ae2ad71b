// SPDX-License-Identifier: PostgreSQL
// The parts of Apache ECharts that the page draws with; loaded as a file of its own after the first paint.
import * as core from 'echarts/core';
import { LineChart } from 'echarts/charts';
import {
  DataZoomSliderComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

core.use([
  LineChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  MarkAreaComponent,
  DataZoomSliderComponent,
  CanvasRenderer,
]);

export const init = core.init;
