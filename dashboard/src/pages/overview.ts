// SPDX-License-Identifier: PostgreSQL
// The overview. First screen: the figure, why it changed, what to do, how it goes on. Below: the other figures, where
// revenue goes, what needs attention, who leads and who lags.
import { selectionName, type Context } from '../lib/context';
import { h } from '../lib/dom';
import * as format from '../lib/format';
import { t } from '../lib/i18n';
import { periodOf } from '../lib/state';
import { incidentPanel } from '../components/incident-panel';
import { forecastPanel } from '../components/forecast-panel';
import { headline } from '../components/headline';
import { kpiCards } from '../components/kpi-cards';
import type { Panel } from '../components/panel';
import { promotionPanel } from '../components/promotion-panel';
import { topSellers, weekOverWeek, worstPerformers } from '../components/ranking-panels';
import { reasons } from '../components/reasons';
import { recommendationPanel } from '../components/recommendation-panel';
import { revenueBridge } from '../components/revenue-bridge';
import { toDo } from '../components/to-do';
import { trendPanel } from '../components/trend-panel';
import type { Page } from './page';

export function overviewPage(): Page {
  const title = h('h1', { class: 'overview-title', tabindex: '-1' });
  const panels: Panel[] = [
    headline(),
    reasons(),
    revenueBridge(),
    toDo(),
    forecastPanel(),
    kpiCards({ revenue: false }),
    trendPanel(),
    recommendationPanel({ showProduct: true }),
    incidentPanel(),
    topSellers(),
    worstPerformers(),
    weekOverWeek(),
    promotionPanel(),
  ];
  return {
    element: h(
      'div',
      { class: 'grid overview' },
      title,
      panels.map((panel) => panel.element),
    ),
    prefetch(context) {
      for (const panel of panels) panel.prefetch(context);
    },
    load(context: Context) {
      title.textContent = selectionName(context);
      for (const panel of panels) void panel.load(context);
    },
    title: (context) => t('app.title', { page: selectionName(context) }),
  };
}

export function periodText({ filters, catalog }: Context): string {
  const through = catalog.meta.data_through;
  if (!through) return '';
  const { start, end } = periodOf(filters, through);
  return t('period.compared', {
    period: format.dayRange(start, end),
    before:
      filters.compare === 'previous'
        ? format.dayRange(format.addDays(start, -filters.days), format.addDays(start, -1))
        : t(`compare.${filters.compare}`),
  });
}
