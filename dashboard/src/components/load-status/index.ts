// SPDX-License-Identifier: PostgreSQL
// How fresh the figures are: the last complete day, and how the last load went.
//
//   const status = loadStatus(); footer.append(status.element); status.show(catalog);
import './style.css';
import { csvAddress } from '../../lib/api';
import { h } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import type { Catalog } from '../../lib/types';

export interface LoadStatus {
  element: HTMLElement;
  show(catalog: Catalog | null): void;
}

export function loadStatus(): LoadStatus {
  const element = h('footer', { class: 'load-status' });
  return {
    element,
    show(catalog) {
      const load = catalog?.meta.last_load ?? null;
      element.replaceChildren(
        h('p', {}, load ? [dot(load.status), h('span', {}, text(catalog))] : t('status.none')),
        h(
          'p',
          { class: 'load-links' },
          h('a', { href: csvAddress('etl-runs'), download: '' }, t('status.csv')),
          h('a', { href: 'THIRD-PARTY-LICENSES.txt' }, t('status.licences')),
        ),
      );
    },
  };
}

function dot(status: string): HTMLElement {
  const tone = status === 'succeeded' ? 'good' : status === 'failed' ? 'bad' : 'info';
  return h('span', { class: `status-dot status-${tone}`, 'aria-hidden': 'true' });
}

function text(catalog: Catalog | null): string {
  const meta = catalog?.meta;
  const load = meta?.last_load;
  if (!meta || !load) return '';
  const state = coded('status', load.status) ?? load.status;
  const parts = [
    load.finished_at
      ? t('status.load_at', { state, at: format.moment(load.finished_at) })
      : t('status.load', { state }),
  ];
  if (load.rows_inserted !== undefined && load.rows_inserted !== null)
    parts.push(t('status.rows', { added: load.rows_inserted, changed: load.rows_updated ?? 0 }));
  if (load.error) parts.push(load.error);
  if (meta.data_through) parts.push(t('status.through', { day: format.day(meta.data_through, true) }));
  return parts.join(' · ');
}
