// SPDX-License-Identifier: PostgreSQL
// Promotions: did each pay, and one day by day against what would have come without it.
import { selectionName } from '../lib/context';
import { t } from '../lib/i18n';
import { promotionDays } from '../components/promotion-days';
import { promotionPanel } from '../components/promotion-panel';
import type { Page } from './page';
import { plainPage } from './plain';

export function promotionsPage(): Page {
  const days = promotionDays();
  return plainPage({
    title: () => t('nav.promotions'),
    lead: (context) => `${selectionName(context)}. ${t('promotions_page.lead')}`,
    panels: [days, promotionPanel({ choose: (id) => days.choose(id), limit: 20 })],
  });
}
