// SPDX-License-Identifier: PostgreSQL
// What went wrong, what helps, and a button that tries again.
//
//   body.replaceChildren(errorNotice(error, () => panel.reload()));
import './style.css';
import { ApiError } from '../../lib/api';
import { h } from '../../lib/dom';
import { t, tr } from '../../lib/i18n';

export function errorNotice(error: unknown, retry: () => void): HTMLElement {
  const known = error instanceof ApiError ? error : null;
  return h(
    'div',
    { class: 'notice', role: 'alert' },
    h('p', { class: 'notice-title' }, titleOf(known)),
    h('p', {}, known?.message ?? t('notice.not_drawn')),
    known?.hint ? h('p', { class: 'notice-hint' }, known.hint) : null,
    h(
      'p',
      { class: 'notice-actions' },
      h('button', { type: 'button', class: 'button', onclick: retry }, t('notice.retry')),
      known?.requestId
        ? h('span', { class: 'notice-id' }, tr('notice.request', { id: h('code', {}, known.requestId) }))
        : null,
    ),
  );
}

function titleOf(error: ApiError | null): string {
  if (!error) return t('notice.wrong');
  if (error.status === 0) return t('notice.offline');
  if (error.code === 'not_migrated') return t('notice.not_migrated');
  if (error.status === 503) return t('notice.no_database');
  if (error.status === 404) return t('notice.not_found');
  if (error.status === 400) return t('notice.bad_request');
  return t('notice.server');
}
