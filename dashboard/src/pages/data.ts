// SPDX-License-Identifier: PostgreSQL
// The data behind the figures.
import { t } from '../lib/i18n';
import { importPanel } from '../components/import-panel';
import { loadPanels } from '../components/load-panels';
import type { Page } from './page';
import { plainPage } from './plain';

export function dataPage(): Page {
  return plainPage({
    title: () => t('nav.data'),
    lead: () => t('data.lead'),
    panels: [importPanel(), ...loadPanels()],
  });
}
