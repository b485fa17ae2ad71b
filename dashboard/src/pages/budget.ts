// SPDX-License-Identifier: PostgreSQL
// The advertising budget: where the next money earns.
import { selectionName } from '../lib/context';
import { t } from '../lib/i18n';
import { budgetPanel } from '../components/budget-panel';
import type { Page } from './page';
import { plainPage } from './plain';

export function budgetPage(): Page {
  return plainPage({
    title: () => t('nav.budget'),
    lead: (context) => `${selectionName(context)}. ${t('budget.lead')}`,
    panels: [budgetPanel()],
  });
}
