// SPDX-License-Identifier: PostgreSQL
// What the shop has set.
import { t } from '../lib/i18n';
import { settingsPanels } from '../components/settings-panels';
import type { Page } from './page';
import { plainPage } from './plain';

export function settingsPage(): Page {
  return plainPage({ title: () => t('nav.settings'), lead: () => t('settings.lead'), panels: settingsPanels() });
}
