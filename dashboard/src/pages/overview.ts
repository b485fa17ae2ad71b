// SPDX-License-Identifier: PostgreSQL
// The overview. First screen: the figure, why it changed, what to do, how it goes on. Below: the other figures, where
// revenue goes, what needs attention, who leads and who lags.
import { selectionName, type Context } from '../lib/context';
import { h } from '../lib/dom';
import * as format from '../lib/format';
import { t } from '../lib/i18n';
import { overviewLink, periodOf } from '../lib/state';
import { incidentPanel } from '../components/incident-panel';
import { forecastPanel } from '../components/forecast-panel';
import { funnel } from '../components/funnel';
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
  const title = h('h1', { tabindex: '-1' });
  const trail = h('nav', { class: 'overview-trail', 'aria-label': t('heading.breadcrumb') });
  // Of the whole shop the stages say little; of a category they say where it is lost.
  const figures = kpiCards({ revenue: false });
  const stages = funnel();
  const panels: Panel[] = [
    headline(),
    reasons(),
    revenueBridge(),
    toDo(),
    forecastPanel(),
    figures,
    trendPanel(),
    recommendationPanel({ showProduct: true }),
    incidentPanel(),
    topSellers(),
    worstPerformers(),
    weekOverWeek(),
    promotionPanel(),
  ];
  const wanted = ({ filters }: Context): Panel[] => {
    const some = Boolean(filters.category || filters.product);
    if (some) figures.element.after(stages.element);
    else stages.element.remove();
    return some ? [...panels, stages] : panels;
  };
  return {
    element: h(
      'div',
      { class: 'grid overview' },
      h('div', { class: 'overview-title' }, trail, title),
      panels.map((panel) => panel.element),
    ),
    prefetch(context) {
      for (const panel of wanted(context)) panel.prefetch(context);
    },
    load(context: Context) {
      title.textContent = selectionName(context);
      const { filters } = context;
      const all = h('a', { href: overviewLink({ ...filters, product: null, category: null }) }, t('selection.all'));
      trail.replaceChildren(...(filters.category || filters.product ? [all, ' / '] : []));
      for (const panel of wanted(context)) void panel.load(context);
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
