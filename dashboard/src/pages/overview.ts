// SPDX-License-Identifier: PostgreSQL
// The overview: the figures, where revenue goes, what needs attention, who leads and who lags.
import { csvAddress } from '../lib/api';
import { period, selection, selectionName, type Context } from '../lib/context';
import { h } from '../lib/dom';
import * as format from '../lib/format';
import { t } from '../lib/i18n';
import { productLink } from '../lib/state';
import { anomalyPanel } from '../components/anomaly-panel';
import { forecastPanel } from '../components/forecast-panel';
import { kpiCards } from '../components/kpi-cards';
import { pageHeading } from '../components/page-heading';
import type { Panel } from '../components/panel';
import { promotionPanel } from '../components/promotion-panel';
import { topSellers, weekOverWeek, worstPerformers } from '../components/ranking-panels';
import { recommendationPanel } from '../components/recommendation-panel';
import { trendPanel } from '../components/trend-panel';
import type { Page } from './page';

export function overviewPage(): Page {
  const heading = pageHeading();
  const panels: Panel[] = [
    kpiCards(),
    trendPanel(),
    forecastPanel(),
    recommendationPanel({ showProduct: true, onCount: (count) => heading.count('recommendations', count) }),
    anomalyPanel({ showProduct: true, onCount: (count) => heading.count('anomalies', count) }),
    topSellers(),
    worstPerformers(),
    weekOverWeek(),
    promotionPanel(),
  ];
  return {
    element: h(
      'div',
      {},
      heading.element,
      h(
        'div',
        { class: 'grid' },
        panels.map((panel) => panel.element),
      ),
    ),
    load(context: Context) {
      const { product } = context.filters;
      heading.show({
        title: selectionName(context),
        detail: periodText(context),
        csv: csvAddress('kpis', { ...period(context), ...selection(context) }),
        ...(product ? { link: { href: productLink(product, context.filters), text: t('heading.product_page') } } : {}),
      });
      for (const panel of panels) void panel.load(context);
    },
    title: (context) => t('app.title', { page: selectionName(context) }),
  };
}

export function periodText({ filters, catalog }: Context): string {
  const through = catalog.meta.data_through;
  if (!through) return '';
  const start = format.addDays(through, 1 - filters.days);
  return t('period.compared', {
    period: format.dayRange(start, through),
    before: format.dayRange(format.addDays(start, -filters.days), format.addDays(start, -1)),
  });
}
