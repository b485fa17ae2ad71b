// SPDX-License-Identifier: PostgreSQL
// What a reader does with a piece of advice: it is done, or it is not wanted; and the list of what was put away.
//
//   line.append(adviceActions(row));
//   panel.append(dismissedList(rows));
import './style.css';
import { ApiError } from '../../lib/api';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import type { Dismissed, Recommendation } from '../../lib/types';
import { write } from '../../lib/write';
import { toast } from '../toast';

/** What was done is asked about again after four weeks: a change of budget or picture shows by then. */
const SHOWN_AGAIN_AFTER = 28;
const DONE = 'done';

type Advice = Pick<Recommendation, 'product' | 'recommendation_type'>;
const named = (row: Advice): { product: string; recommendation_type: string } => ({
  product: row.product,
  recommendation_type: row.recommendation_type,
});

export function adviceActions(row: Recommendation): HTMLElement {
  const element = h(
    'span',
    { class: 'advice-actions' },
    button(t('advice.done'), t('advice.done_of', { product: row.product }), () => void putAway(true)),
    button(t('advice.dismiss'), t('advice.dismiss_of', { product: row.product }), () => void putAway(false)),
  );
  const enable = (enabled: boolean): void => {
    element.querySelectorAll('button').forEach((one) => (one.disabled = !enabled));
  };

  async function putAway(done: boolean): Promise<void> {
    enable(false);
    const today = new Date().toISOString().slice(0, 10);
    try {
      const answer = await write('POST', 'dismissed-recommendations', {
        ...named(row),
        ...(done ? { until: format.addDays(today, SHOWN_AGAIN_AFTER), note: DONE } : {}),
      });
      if (answer)
        toast(t(done ? 'advice.was_done' : 'advice.was_dismissed', { product: row.product }), () => restore(row));
    } catch (error) {
      toast(error instanceof ApiError ? `${error.message}. ${error.hint ?? ''}` : t('notice.wrong'));
    } finally {
      enable(true);
    }
  }
  return element;
}

const restore = (row: Advice): Promise<unknown> => write('DELETE', 'dismissed-recommendations', named(row));

function button(text: string, label: string, press: () => void): HTMLButtonElement {
  return h('button', { type: 'button', class: 'action', 'aria-label': label, onclick: press }, text);
}

/** Folded: how many pieces of advice are put away, and the way back for each. */
export function dismissedList(rows: Dismissed[]): Child {
  if (rows.length === 0) return null;
  return h(
    'details',
    { class: 'dismissed' },
    h('summary', {}, t('advice.put_away', { n: rows.length })),
    h(
      'ul',
      {},
      rows.map((row) =>
        h(
          'li',
          {},
          h(
            'span',
            {},
            h('b', {}, row.product),
            ` ${coded('advice_type', row.recommendation_type) ?? row.recommendation_type}`,
            h('span', { class: 'cell-note' }, since(row)),
          ),
          button(t('advice.restore'), t('advice.restore_of', { product: row.product }), () => {
            restore(row).catch((error: unknown) =>
              toast(error instanceof ApiError ? error.message : t('notice.wrong')),
            );
          }),
        ),
      ),
    ),
  );
}

function since(row: Dismissed): string {
  const day = format.moment(row.dismissed_at);
  const until = row.dismissed_until ? t('advice.until', { day: format.day(row.dismissed_until, true) }) : null;
  const what = t(row.note === DONE ? 'advice.done_on' : 'advice.dismissed_on', { day });
  return [what, until, row.note === DONE ? null : row.note].filter(Boolean).join(' · ');
}
