// SPDX-License-Identifier: PostgreSQL
// Where the next money of advertising earns: a total by slider, and what each product would get of it.
//
//   const panel = budgetPanel(); page.append(panel.element); panel.load(context);
import './style.css';
import { parameter, setParameter } from '../../lib/address';
import { csvAddress, get, type Parameters } from '../../lib/api';
import { selection, type Context } from '../../lib/context';
import { h, uniqueId, type Child } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import { budgetReason } from '../../lib/sentences';
import { productLink } from '../../lib/state';
import type { Answer, BudgetRow } from '../../lib/types';
import { createTable, type Column } from '../data-table';
import { createPanel, type Panel } from '../panel';
import { rangeMark } from '../range-mark';

const PARAMETER = 'budget.total';
/** The slider's ends: no product's budget is changed by more than max_change, 30%, so the total cannot be either. */
const [LEAST, MOST] = [0.71, 1.29];

interface Budget {
  /** At the spend that there is. */
  now: Answer<BudgetRow>;
  /** At the total of the slider. */
  then: Answer<BudgetRow>;
}

const whole = (rows: BudgetRow[]): BudgetRow | undefined => rows.find((row) => row.product === null);

export function budgetPanel(): Panel {
  const days = (context: Context): number => Math.min(Math.max(context.filters.days, 28), 366);
  const total = (): string | null => {
    const value = Number(parameter(PARAMETER));
    return value > 0 ? String(value) : null;
  };
  const parameters = (context: Context): Parameters => ({ ...selection(context), days: days(context) });
  let wait = 0;

  function slider(answer: Budget): Child {
    const spent = whole(answer.now.data)?.current_spend ?? 0;
    const step = 10 ** Math.max(0, Math.floor(Math.log10(spent || 1)) - 2);
    const value = Number(total() ?? spent);
    const id = uniqueId('total');
    const said = h('output', { for: id, class: 'budget-total' }, format.money(value));
    const input = h('input', {
      id,
      type: 'range',
      min: Math.ceil((spent * LEAST) / step) * step,
      max: Math.floor((spent * MOST) / step) * step,
      step,
      value: Math.round(value / step) * step,
      'aria-valuetext': format.money(value),
      oninput: () => {
        said.textContent = format.money(Number(input.value));
        input.setAttribute('aria-valuetext', format.money(Number(input.value)));
        clearTimeout(wait);
        wait = window.setTimeout(() => {
          setParameter(PARAMETER, input.value);
          void panel
            .reload()
            .then(() => document.getElementById('budget')?.querySelector<HTMLElement>('input[type=range]')?.focus());
        }, 300);
      },
    });
    const back = h(
      'button',
      {
        type: 'button',
        class: 'button quiet',
        onclick: () => {
          setParameter(PARAMETER, null);
          void panel.reload();
        },
      },
      t('budget.as_now', { value: format.money(spent) }),
    );
    back.hidden = total() === null;
    return h('div', { class: 'budget-slider' }, h('label', { for: id }, t('budget.total')), input, said, back);
  }

  const panel = createPanel<Budget>({
    id: 'budget',
    title: t('budget.title'),
    className: 'span-12',
    skeleton: 'table',
    room: 1000,
    subtitle: (context) => t('budget.subtitle', { n: days(context) }),
    fetch: async (context) => {
      const [now, then] = await Promise.all([
        get<BudgetRow>('budget', parameters(context)),
        get<BudgetRow>('budget', { ...parameters(context), total: total() }),
      ]);
      return { now, then };
    },
    csv: (context) => csvAddress('budget', { ...parameters(context), total: total() }),
    isEmpty: ({ then }) => then.data.length === 0,
    empty: () => t('budget.empty'),
    render: (answer, context) => {
      const all = whole(answer.then.data);
      const rows = answer.then.data.filter((row) => row.product !== null);
      return [
        slider(answer),
        all ? [summary(all), h('p', { class: 'budget-reason' }, budgetReason(all))] : null,
        createTable({
          id: 'budget',
          caption: t('budget.caption'),
          className: 'stacks',
          limit: 15,
          rows,
          columns: columns(context, rows),
        }),
      ];
    },
  });
  return panel;
}

function summary(row: BudgetRow): Child {
  const sure = (row.gain_lower_bound ?? 0) > 0 || (row.gain_upper_bound ?? 0) < 0;
  return h(
    'dl',
    { class: 'budget-summary' },
    figure(t('budget.spend'), format.money(row.current_spend), format.money(row.proposed_spend)),
    figure(t('budget.profit'), format.money(row.profit_now), format.money(row.profit_then)),
    h(
      'div',
      {},
      h('dt', {}, t('budget.gain')),
      h(
        'dd',
        { class: sure ? `change-${(row.expected_gain ?? 0) >= 0 ? 'good' : 'bad'}` : '' },
        format.signedMoney(row.expected_gain),
        ' ',
        h(
          'span',
          { class: 'budget-range' },
          t('promotions.to', {
            lower: format.signedMoney(row.gain_lower_bound),
            upper: format.signedMoney(row.gain_upper_bound),
          }),
        ),
      ),
    ),
  );
}

function figure(label: string, now: string, then: string): Child {
  return h('div', {}, h('dt', {}, label), h('dd', {}, t('budget.from_to', { now, then })));
}

function columns(context: Context, rows: BudgetRow[]): Column<BudgetRow>[] {
  const bounds = rows
    .flatMap((row) => [row.gain_lower_bound, row.gain_upper_bound])
    .filter((value): value is number => value !== null);
  const scale = { from: Math.min(0, ...bounds), to: Math.max(0, ...bounds) };
  return [
    {
      label: t('rank.product'),
      key: 'product',
      isHeader: true,
      sort: (row) => row.product,
      cell: (row) => [
        h('a', { href: productLink(row.product ?? '', context.filters) }, row.product),
        row.category ? h('span', { class: 'cell-note' }, row.category) : null,
      ],
    },
    {
      label: t('budget.action'),
      key: 'action',
      sort: (row) => row.action,
      cell: (row) =>
        h(
          'span',
          {
            class: `badge badge-${{ raise: 'success', cut: 'warning', keep: 'none', reallocate: 'info' }[row.action]}`,
          },
          coded('budget_action', row.action) ?? format.sentence(row.action),
        ),
    },
    {
      label: t('budget.now'),
      key: 'current_spend',
      numeric: true,
      sort: (row) => row.current_spend,
      cell: (row) => format.money(row.current_spend),
    },
    {
      label: t('budget.then'),
      key: 'proposed_spend',
      numeric: true,
      sort: (row) => row.proposed_spend,
      cell: (row) => [
        format.money(row.proposed_spend),
        h('span', { class: 'cell-note' }, format.signedPercent(format.changeOf(row.proposed_spend, row.current_spend))),
      ],
    },
    {
      label: t('budget.gain'),
      key: 'expected_gain',
      numeric: true,
      sort: (row) => row.expected_gain,
      cell: (row) => [
        h('span', { class: 'impact' }, format.signedMoney(row.expected_gain)),
        h(
          'span',
          { class: 'cell-note' },
          t('promotions.to', {
            lower: format.signedMoney(row.gain_lower_bound),
            upper: format.signedMoney(row.gain_upper_bound),
          }),
        ),
        rangeMark({
          lower: row.gain_lower_bound,
          upper: row.gain_upper_bound,
          value: row.expected_gain,
          reference: 0,
          ...scale,
          tone: (row.expected_gain ?? 0) > 0 ? 'good' : 'neutral',
        }),
      ],
    },
    {
      label: t('budget.why'),
      className: 'wide reason',
      cell: (row) => h('details', { class: 'evidence' }, h('summary', {}, returns(row)), h('p', {}, budgetReason(row))),
    },
  ];
}

/** Against the return at which advertising earns nothing. */
function returns(row: BudgetRow): string {
  return t(row.margin_known ? 'budget.returns' : 'budget.returns_assumed', {
    roas: format.metricValue('roas', row.roas),
    even: format.metricValue('roas', row.break_even_roas),
  });
}
