// SPDX-License-Identifier: PostgreSQL
// One product: its figures, days, forecast, anomalies, recommendations and promotions.
import { csvAddress } from '../lib/api';
import { period, selection, type Context } from '../lib/context';
import { h } from '../lib/dom';
import * as format from '../lib/format';
import { t } from '../lib/i18n';
import { overviewLink } from '../lib/state';
import { incidentPanel } from '../components/incident-panel';
import { forecastPanel } from '../components/forecast-panel';
import { funnel } from '../components/funnel';
import { kpiCards } from '../components/kpi-cards';
import { pageHeading } from '../components/page-heading';
import type { Panel } from '../components/panel';
import { productCharts } from '../components/product-charts';
import { promotionDays } from '../components/promotion-days';
import { promotionPanel } from '../components/promotion-panel';
import { reasons } from '../components/reasons';
import { recommendationPanel } from '../components/recommendation-panel';
import { revenueBridge } from '../components/revenue-bridge';
import { periodText } from './overview';
import type { Page } from './page';

export function productPage(): Page {
  const heading = pageHeading();
  const forecast = forecastPanel();
  forecast.element.classList.replace('span-7', 'span-12');
  const [revenue, ctr, roas] = productCharts();
  const days = promotionDays();
  const panels: Panel[] = [
    kpiCards(),
    reasons(),
    revenueBridge(),
    funnel(),
    ...(revenue && ctr && roas ? [revenue, ctr, roas] : []),
    forecast,
    recommendationPanel({ showProduct: false, onCount: (count) => heading.count('recommendations', count) }),
    incidentPanel({ onCount: (count) => heading.count('incidents', count) }),
    promotionPanel({ choose: (id) => days.choose(id) }),
    days,
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
    prefetch(context) {
      show(context);
      for (const panel of panels) panel.prefetch(context);
    },
    load(context: Context) {
      show(context);
      for (const panel of panels) void panel.load(context);
    },
    title: (context) => t('app.title', { page: context.filters.product ?? '' }),
  };

  function show(context: Context): void {
    const { filters, catalog } = context;
    const product = catalog.data.find((row) => row.product === filters.product);
    const back = overviewLink({ ...filters, product: null, category: null });
    heading.show({
      title: filters.product ?? '',
      detail: periodText(context) || '\u00a0',
      facts: [
        product?.price !== null && product?.price !== undefined
          ? t('heading.price', { price: format.price(product.price) })
          : null,
      ],
      csv: csvAddress('kpis', { ...period(context), ...selection(context) }),
      trail: [
        { href: back, text: t('selection.all') },
        ...(product?.category
          ? [
              {
                href: overviewLink({ ...filters, product: null, category: product.category }),
                text: product.category,
              },
            ]
          : []),
      ],
    });
  }
}
