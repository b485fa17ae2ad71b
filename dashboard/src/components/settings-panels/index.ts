// SPDX-License-Identifier: PostgreSQL
// What the shop has set: currency and country, the thresholds of advice, margins, own holidays.
//
//   for (const panel of settingsPanels()) { page.append(panel.element); panel.load(context); }
import { get } from '../../lib/api';
import type { Context } from '../../lib/context';
import { h } from '../../lib/dom';
import * as format from '../../lib/format';
import { coded, language, locale, t } from '../../lib/i18n';
import { productLink } from '../../lib/state';
import type { Answer, Rule, Settings } from '../../lib/types';
import { createTable } from '../data-table';
import { createPanel, type Panel } from '../panel';
import { askHoliday, askMargin, askShop, askThreshold, removeHoliday, removeThreshold } from './forms';

type SettingsAnswer = Answer<Settings>;
const fetchSettings = (): Promise<SettingsAnswer> => get<Settings>('settings');
const EMPTY: Settings = { currency: '', holiday_region: null, rules: [], thresholds: [], margins: [], holidays: [] };
const of = (answer: SettingsAnswer): Settings => answer.data[0] ?? EMPTY;

/** A button of a panel's header; what it changes is what the panel shows. */
function opener(text: string, press: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'action', onclick: press }, text);
}

/** The buttons of a row, named for who does not see where they stand. */
function rowActions(name: string, change: (() => void) | null, remove: (() => void) | null): HTMLElement {
  const one = (text: string, label: string, press: () => void): HTMLElement =>
    h('button', { type: 'button', class: 'action', 'aria-label': label, onclick: press }, text);
  return h(
    'span',
    { class: 'advice-actions' },
    change ? one(t('form.change'), t('form.change_of', { name }), change) : null,
    remove ? one(t('form.remove'), t('form.remove_of', { name }), remove) : null,
  );
}

export function settingsPanels(): Panel[] {
  return [shop(), thresholds(), margins(), holidays()];
}

function shop(): Panel {
  let shown = EMPTY;
  return createPanel<SettingsAnswer>({
    id: 'shop',
    title: t('settings.shop'),
    className: 'span-12',
    skeleton: 'facts',
    controls: [opener(t('form.change'), () => askShop(shown, named))],
    fetch: fetchSettings,
    render: (answer) => {
      shown = of(answer);
      const { currency, holiday_region: region } = of(answer);
      return h(
        'dl',
        { class: 'facts' },
        h('div', {}, h('dt', {}, t('settings.currency')), h('dd', {}, named('currency', currency))),
        h(
          'div',
          {},
          h('dt', {}, t('settings.region')),
          h('dd', {}, region && /^[A-Z]{2}$/.test(region) ? named('region', region) : t('settings.everywhere')),
        ),
      );
    },
  });
}

/** "Euro (EUR)" in the page's language, or the code where the browser has no name for it. */
function named(type: 'currency' | 'region', code: string): string {
  try {
    const name = new Intl.DisplayNames(locale(), { type }).of(code);
    return name && name !== code ? `${name} (${code})` : code;
  } catch {
    return code;
  }
}

function ruleValue(rule: Rule | undefined, value: number | null): string {
  if (value === null) return format.NOT_KNOWN;
  if (rule?.unit === 'ratio') return `${format.decimal(value)}×`;
  return format.percent(rule?.unit === 'percent' ? value / 100 : value);
}

export const ruleName = (rule: Rule): string => coded('rule', rule.rule) ?? format.sentence(rule.rule);

export interface Line {
  rule: Rule;
  scope: string | null;
  product: string | null;
  value: number | null;
  own: boolean;
}

/** The default of each rule, and below it what the shop has instead. */
function lines({ rules, thresholds: own }: Settings): Line[] {
  return rules.flatMap((rule) => [
    { rule, scope: null, product: null, value: rule.default_value, own: false },
    ...own
      .filter((row) => row.rule === rule.rule)
      .map((row) => ({ rule, scope: row.category, product: row.product, value: row.value, own: true })),
  ]);
}

function thresholds(): Panel {
  let shown: { settings: Settings; context: Context } | null = null;
  return createPanel<SettingsAnswer>({
    id: 'thresholds',
    title: t('settings.thresholds'),
    className: 'span-12',
    skeleton: 'table',
    room: 430,
    controls: [opener(t('settings.add_threshold'), () => shown && askThreshold(shown.settings, shown.context))],
    subtitle: () => t('settings.thresholds_subtitle'),
    fetch: fetchSettings,
    exported: (answer) =>
      lines(of(answer)).map((line) => ({
        rule: line.rule.rule,
        product: line.product,
        category: line.scope,
        value: line.value,
        is_default: !line.own,
      })),
    csv: () => 'api/v1/settings?format=csv',
    isEmpty: (answer) => of(answer).rules.length === 0,
    onLoad: (answer) => {
      if (!answer) shown = null;
    },
    render: (answer, context) => {
      shown = { settings: of(answer), context };
      return createTable({
        id: 'thresholds',
        caption: t('settings.thresholds'),
        className: 'stacks',
        limit: 30,
        rows: lines(of(answer)),
        columns: [
          {
            label: t('settings.rule'),
            isHeader: true,
            cell: (row) => [
              ruleName(row.rule),
              language() === 'en'
                ? h('span', { class: 'cell-note' }, row.rule.meaning.replace(/: \w+_\w+$/, ''))
                : null,
            ],
          },
          { label: t('settings.for'), cell: (row) => scope(row, context) },
          { label: t('evidence.value'), numeric: true, cell: (row) => ruleValue(row.rule, row.value) },
          {
            label: t('settings.own'),
            actions: true,
            cell: (row) => {
              const name = `${ruleName(row.rule)}, ${row.product ?? row.scope ?? t('settings.whole_shop')}`;
              return rowActions(
                name,
                () => askThreshold(of(answer), context, row),
                row.own ? () => removeThreshold(row, name) : null,
              );
            },
          },
        ],
      });
    },
  });
}

function scope(row: Line, { filters }: Context): Node | string {
  if (row.product) return h('a', { href: productLink(row.product, filters) }, row.product);
  return row.scope ?? (row.own ? t('settings.whole_shop') : t('settings.default'));
}

function margins(): Panel {
  return createPanel<SettingsAnswer>({
    id: 'margins',
    title: t('settings.margins'),
    className: 'span-12',
    skeleton: 'table',
    room: 620,
    subtitle: () => t('settings.margins_subtitle'),
    fetch: fetchSettings,
    exported: (answer) => of(answer).margins,
    csv: () => 'api/v1/settings?format=csv',
    isEmpty: (answer) => of(answer).margins.length === 0,
    render: (answer, context) =>
      createTable({
        id: 'margins',
        caption: t('settings.margins'),
        className: 'stacks',
        rows: of(answer).margins,
        columns: [
          {
            label: t('rank.product'),
            key: 'product',
            isHeader: true,
            sort: (row) => row.product,
            cell: (row) => [
              h('a', { href: productLink(row.product, context.filters) }, row.product),
              row.category ? h('span', { class: 'cell-note' }, row.category) : null,
            ],
          },
          {
            label: format.metricLabel('price'),
            key: 'price',
            numeric: true,
            sort: (row) => row.price,
            cell: (row) => format.price(row.price),
          },
          {
            label: t('settings.unit_cost'),
            key: 'unit_cost',
            numeric: true,
            sort: (row) => row.unit_cost,
            cell: (row) => format.price(row.unit_cost),
          },
          {
            label: t('settings.margin'),
            key: 'margin_pct',
            numeric: true,
            sort: (row) => row.margin_pct,
            cell: (row) => format.percent(row.margin_pct === null ? null : row.margin_pct / 100),
          },
          {
            label: t('settings.own'),
            actions: true,
            cell: (row) => rowActions(row.product, () => askMargin(row), null),
          },
        ],
      }),
  });
}

function holidays(): Panel {
  return createPanel<SettingsAnswer>({
    id: 'own-holidays',
    title: t('settings.holidays'),
    className: 'span-12',
    skeleton: 'table',
    controls: [opener(t('settings.add_holiday'), () => askHoliday())],
    subtitle: () => t('settings.holidays_subtitle'),
    fetch: fetchSettings,
    exported: (answer) => of(answer).holidays,
    csv: () => 'api/v1/settings?format=csv',
    isEmpty: (answer) => of(answer).holidays.length === 0,
    empty: () => t('settings.holidays_empty'),
    render: (answer) =>
      createTable({
        id: 'own-holidays',
        caption: t('settings.holidays'),
        className: 'stacks',
        rows: of(answer).holidays,
        columns: [
          {
            label: t('anomalies.day'),
            key: 'date',
            isHeader: true,
            sort: (row) => row.date,
            cell: (row) => format.day(row.date, true),
          },
          { label: t('settings.name'), key: 'name', sort: (row) => row.name, cell: (row) => row.name },
          {
            label: t('settings.kind'),
            cell: (row) =>
              row.ignored ? t('settings.ignored') : row.closed ? t('settings.closed') : t('settings.open'),
          },
          {
            label: t('settings.own'),
            actions: true,
            cell: (row) =>
              rowActions(
                row.name,
                () => askHoliday(row),
                () => removeHoliday(row),
              ),
          },
        ],
      }),
  });
}
