// SPDX-License-Identifier: PostgreSQL
// A line over the page about what was just done, with the way back. It stays until it is used, closed, or followed by
// another one.
//
//   toast(t('advice.put_away', { product }), () => write('DELETE', …));
import './style.css';
import { h } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { ApiError } from '../../lib/api';

let shown: HTMLElement | null = null;

export function toast(text: string, undo: (() => Promise<unknown>) | null = null): void {
  shown?.remove();
  const words = h('span', { class: 'toast-text' }, text);
  const close = (): void => {
    element.remove();
    if (shown === element) shown = null;
  };
  const back = h(
    'button',
    {
      type: 'button',
      class: 'toast-button',
      onclick: () => {
        back.disabled = true;
        void undo?.().then(close, (error: unknown) => {
          words.textContent = error instanceof ApiError ? error.message : t('notice.wrong');
          back.disabled = false;
        });
      },
    },
    t('toast.undo'),
  );
  const element = h(
    'div',
    { class: 'toast' },
    h('p', { role: 'status' }, words),
    undo ? back : null,
    h(
      'button',
      { type: 'button', class: 'toast-button toast-close', onclick: close, 'aria-label': t('toast.close') },
      '×',
    ),
  );
  shown = element;
  document.body.append(element);
  // The button that was pressed is gone with its row: the way back is the next thing.
  if (undo) back.focus({ preventScroll: true });
}
