// SPDX-License-Identifier: PostgreSQL
// What to do next: the three pieces of advice that are surest to pay, one a product.
//
//   const panel = toDo(); page.append(panel.element); panel.load(context);
import './style.css';
import { get, type Parameters } from '../../lib/api';
import { selection, type Context } from '../../lib/context';
import { h, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { t } from '../../lib/i18n';
import { adviceAction } from '../../lib/sentences';
import { productLink } from '../../lib/state';
import type { Answer, Recommendation } from '../../lib/types';
import { adviceActions } from '../advice-actions';
import { createPanel, type Panel } from '../panel';

const MOST = 3;

export function toDo(): Panel {
  const parameters = (context: Context): Parameters => ({ days: context.filters.days, ...selection(context) });
  return createPanel<Answer<Recommendation>>({
    id: 'to-do',
    title: t('todo.title'),
    className: 'span-12 to-do',
    skeleton: 'rows',
    fetch: (context) => get<Recommendation>('recommendations', parameters(context)),
    isEmpty: (answer) => surest(answer.data).length === 0,
    empty: () => t('todo.empty'),
    render: (answer, context) =>
      h(
        'ul',
        { class: 'to-do-list' },
        surest(answer.data)
          .slice(0, MOST)
          .map((row) => h('li', {}, line(row, context))),
      ),
  });
}

/** One a product: what surely pays, then what went wrong, then what may pay and is worth a test. */
function surest(rows: Recommendation[]): Recommendation[] {
  const rank = (row: Recommendation): number =>
    (row.impact_upper_bound ?? 1) <= 0
      ? 3 // it would cost money
      : (row.impact_lower_bound ?? 0) > 0
        ? 0
        : row.severity === 'warning'
          ? 1
          : (row.expected_impact ?? 0) > 0
            ? 2
            : 3;
  const size = (row: Recommendation): number => (rank(row) === 0 ? row.impact_lower_bound : row.expected_impact) ?? 0;
  const wanted = rows.filter((row) => row.severity !== 'success' && rank(row) < 3);
  wanted.sort((a, b) => rank(a) - rank(b) || Math.abs(size(b)) - Math.abs(size(a)));
  const seen = new Set<string>();
  return wanted.filter((row) => !seen.has(row.product) && seen.add(row.product));
}

/** A change of the budget whose gain may as well be a loss is a question to the market, not a task. */
const isTest = (row: Recommendation): boolean =>
  row.cause === 'budget' && row.impact_lower_bound !== null && row.impact_lower_bound <= 0;

function line(row: Recommendation, context: Context): Child {
  return h(
    'div',
    { class: 'to-do-line' },
    h('a', { class: 'to-do-product', href: productLink(row.product, context.filters) }, row.product),
    h('span', { class: 'to-do-action' }, isTest(row) ? t('todo.test_budget') : adviceAction(row)),
    h(
      'span',
      { class: `to-do-gain ${(row.impact_lower_bound ?? 0) > 0 ? 'to-do-sure' : ''}` },
      gain(row, context.filters.days),
    ),
    adviceActions(row),
  );
}

function gain(row: Recommendation, days: number): string {
  if (row.impact_lower_bound === null || row.impact_upper_bound === null) return t('todo.unsure');
  if (row.impact_lower_bound <= 0) return t('todo.up_to', { amount: format.wholeMoney(row.impact_upper_bound) });
  const range = format.range(format.wholeMoney(row.impact_lower_bound), format.wholeMoney(row.impact_upper_bound));
  return days === 7 ? t('todo.gain', { range }) : t('todo.gain_days', { range, n: days });
}
