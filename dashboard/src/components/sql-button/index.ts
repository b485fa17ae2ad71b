// SPDX-License-Identifier: PostgreSQL
// "SQL behind this": the statements whose rows a panel shows, to read and to copy into psql.
//
//   const sql = sqlButton(() => t('promotions.title')); header.append(sql.element); sql.show(answer);
import './style.css';
import { h } from '../../lib/dom';
import { t } from '../../lib/i18n';
import { dialog } from '../dialog';

export interface SqlButton {
  element: HTMLButtonElement;
  /** Finds `meta.sql` in whatever a panel has fetched. */
  show(answer: unknown): void;
}

function statements(answer: unknown, depth = 0): string[] {
  if (typeof answer !== 'object' || answer === null || depth > 2) return [];
  const meta = (answer as { meta?: { sql?: unknown } }).meta;
  if (typeof meta?.sql === 'string') return [meta.sql];
  return Array.isArray(answer) && depth > 0 && answer.length > 20
    ? []
    : Object.values(answer).flatMap((value) => statements(value, depth + 1));
}

export function sqlButton(title: string): SqlButton {
  let found: string[] = [];
  const element = h(
    'button',
    { type: 'button', class: 'action sql-open', 'aria-label': t('sql.of', { title }), onclick: () => open() },
    'SQL',
  );
  element.hidden = true;

  function open(): void {
    const said = h('p', { class: 'sql-said', role: 'status' });
    const box = dialog(
      t('sql.of', { title }),
      'sql-dialog',
      h('p', { class: 'sql-note' }, t('sql.note')),
      found.map((sql) =>
        h(
          'div',
          { class: 'sql-statement' },
          h('pre', { tabindex: '0', 'aria-label': 'SQL', role: 'region' }, h('code', {}, `${sql};`)),
          h(
            'button',
            {
              type: 'button',
              class: 'button quiet',
              onclick: () => {
                navigator.clipboard.writeText(`${sql};`).then(
                  () => (said.textContent = t('sql.copied')),
                  () => (said.textContent = t('sql.not_copied')),
                );
              },
            },
            t('sql.copy'),
          ),
        ),
      ),
      said,
    );
    box.open();
  }

  return {
    element,
    show(answer) {
      found = [...new Set(statements(answer))];
      element.hidden = found.length === 0;
      element.classList.toggle('sql-none', element.hidden);
    },
  };
}
