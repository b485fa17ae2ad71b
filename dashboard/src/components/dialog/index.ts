// SPDX-License-Identifier: PostgreSQL
// A modal box over the page: Escape and a click beside it close it, and the focus goes back to where it was.
//
//   const box = dialog(t('shortcuts.title'), 'shortcuts', content); box.open();
import './style.css';
import { h, uniqueId, type Child } from '../../lib/dom';

export interface Dialog {
  element: HTMLDialogElement;
  open(): void;
  close(): void;
}

export function dialog(title: string, className: string, ...content: Child[]): Dialog {
  const headingId = uniqueId('dialog');
  const element = h(
    'dialog',
    { class: `dialog ${className}`, 'aria-labelledby': headingId },
    h('div', { class: 'dialog-body' }, h('h2', { id: headingId }, title), content),
  );
  element.addEventListener('click', (event) => {
    if (event.target === element) element.close();
  });
  // Out of the page while it is closed: nothing of it is in the way of a search or a printer.
  element.addEventListener('close', () => element.remove());
  return {
    element,
    open() {
      if (element.open) return;
      document.body.append(element);
      element.showModal();
    },
    close: () => element.close(),
  };
}
