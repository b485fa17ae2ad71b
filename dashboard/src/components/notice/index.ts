// SPDX-License-Identifier: PostgreSQL
// What went wrong, what helps, and a button that tries again.
//
//   body.replaceChildren(errorNotice(error, () => panel.reload()));
import './style.css';
import { ApiError } from '../../lib/api';
import { h } from '../../lib/dom';

export function errorNotice(error: unknown, retry: () => void): HTMLElement {
  const known = error instanceof ApiError ? error : null;
  return h(
    'div',
    { class: 'notice', role: 'alert' },
    h('p', { class: 'notice-title' }, titleOf(known)),
    h('p', {}, known?.message ?? 'The page could not draw this part.'),
    known?.hint ? h('p', { class: 'notice-hint' }, known.hint) : null,
    h(
      'p',
      { class: 'notice-actions' },
      h('button', { type: 'button', class: 'button', onclick: retry }, 'Try again'),
      known?.requestId ? h('span', { class: 'notice-id' }, 'Request ', h('code', {}, known.requestId)) : null,
    ),
  );
}

function titleOf(error: ApiError | null): string {
  if (!error) return 'Something went wrong';
  if (error.status === 0) return 'No connection to the server';
  if (error.code === 'not_migrated') return 'The database is not set up';
  if (error.status === 503) return 'The database is not available';
  if (error.status === 404) return 'Not found';
  if (error.status === 400) return 'This selection cannot be answered';
  return 'The server could not answer';
}
