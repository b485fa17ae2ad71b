// SPDX-License-Identifier: PostgreSQL
// The forms of the settings: each writes one thing, and a thing that is taken back can be had back.
import { ApiError } from '../../lib/api';
import type { Context } from '../../lib/context';
import * as format from '../../lib/format';
import { coded, t } from '../../lib/i18n';
import type { Rule, Settings } from '../../lib/types';
import { write } from '../../lib/write';
import { formDialog, type Values } from '../form-dialog';
import { toast } from '../toast';
import type { Line } from '.';

const REGIONS = ['international', 'DE', 'FR', 'GB', 'US'] as const;
const text = (values: Values, name: string): string => String(values[name] ?? '');
const done = (answer: unknown): boolean => answer !== null;

export function askShop(settings: Settings, named: (type: 'currency' | 'region', code: string) => string): void {
  const currencies = 'supportedValuesOf' in Intl ? Intl.supportedValuesOf('currency') : ['EUR', 'USD'];
  formDialog({
    title: t('settings.shop'),
    fields: [
      {
        parameter: 'currency',
        label: t('settings.currency'),
        type: 'select',
        value: settings.currency,
        options: currencies.map((code) => [code, named('currency', code)] as const),
        hint: t('settings.currency_hint'),
      },
      {
        parameter: 'holiday_region',
        label: t('settings.region'),
        type: 'select',
        value: settings.holiday_region ?? 'international',
        options: REGIONS.map(
          (code) => [code, code === 'international' ? t('settings.everywhere') : named('region', code)] as const,
        ),
      },
    ],
    action: t('form.save'),
    submit: async (values) =>
      done(
        await write('POST', 'settings', {
          currency: text(values, 'currency'),
          holiday_region: text(values, 'holiday_region'),
        }),
      ),
  });
}

/** A fraction is typed and read as percent, as everywhere on the page. */
const factor = (rule: Rule): number => (rule.unit === 'fraction' ? 100 : 1);
const shownValue = (rule: Rule, value: number | null): string =>
  value === null ? '' : String(Number((value * factor(rule)).toPrecision(12)));

function range(rule: Rule): string {
  return t(rule.unit === 'ratio' ? 'settings.value_ratio' : 'settings.value_percent', {
    lowest: format.decimal(rule.lowest * factor(rule), 0),
    highest: format.decimal(rule.highest * factor(rule), 0),
  });
}

/** Of the line given, or of what is chosen. */
export function askThreshold(settings: Settings, { catalog }: Context, line?: Line): void {
  const scope = line?.product ? 'product' : line?.scope ? 'category' : 'shop';
  const ruleOf = (values: Values): Rule | undefined =>
    line?.rule ?? settings.rules.find((rule) => rule.rule === values['rule']);
  const name = (rule: Rule): string => coded('rule', rule.rule) ?? format.sentence(rule.rule);
  formDialog({
    title: line ? name(line.rule) : t('settings.add_threshold'),
    fields: [
      ...(line
        ? []
        : [
            {
              parameter: 'rule',
              label: t('settings.rule'),
              type: 'select' as const,
              options: settings.rules.map((rule) => [rule.rule, `${name(rule)} (${range(rule)})`] as const),
            },
          ]),
      {
        parameter: 'scope',
        label: t('settings.for'),
        type: 'select',
        value: scope,
        options: [
          ['shop', t('settings.whole_shop')],
          ['category', t('settings.scope_category')],
          ['product', t('settings.scope_product')],
        ],
      },
      {
        parameter: 'category',
        label: t('filter.category'),
        type: 'select',
        value: line?.scope ?? '',
        options: catalog.meta.categories.map((category) => [category, category] as const),
        when: (values) => values['scope'] === 'category',
      },
      {
        parameter: 'product',
        label: t('filter.product'),
        type: 'text',
        value: line?.product ?? '',
        suggestions: catalog.data.map((row) => row.product),
        when: (values) => values['scope'] === 'product',
      },
      {
        parameter: 'value',
        label: t('settings.value_of'),
        type: 'number',
        required: true,
        value: line ? shownValue(line.rule, line.value) : '',
        ...(line ? { hint: range(line.rule) } : {}),
      },
    ],
    action: t('form.save'),
    submit: async (values) => {
      const rule = ruleOf(values);
      if (!rule) return false;
      return done(
        await write('POST', 'thresholds', {
          rule: rule.rule,
          value: Number(text(values, 'value')) / factor(rule),
          product: values['scope'] === 'product' ? text(values, 'product') : null,
          category: values['scope'] === 'category' ? text(values, 'category') : null,
        }),
      );
    },
  });
}

/** Tries, and says what was wrong where the row stands no more. */
function attempt(work: Promise<unknown>): void {
  work.catch((error: unknown) => toast(error instanceof ApiError ? error.message : t('notice.wrong')));
}

export function removeThreshold(line: Line, name: string): void {
  const place = { rule: line.rule.rule, product: line.product, category: line.scope };
  attempt(
    write('DELETE', 'thresholds', place).then((answer) => {
      if (answer)
        toast(t('form.removed', { name }), () => write('POST', 'thresholds', { ...place, value: line.value }));
    }),
  );
}

export function askMargin(row: Settings['margins'][number]): void {
  formDialog({
    title: row.product,
    fields: [
      {
        parameter: 'unit_cost',
        label: t('settings.unit_cost'),
        type: 'number',
        min: 0,
        value: row.unit_cost === null ? '' : String(row.unit_cost),
        hint: t('settings.unit_cost_hint'),
      },
      {
        parameter: 'margin_pct',
        label: t('settings.margin'),
        type: 'number',
        max: 100,
        value: row.margin_pct === null ? '' : String(row.margin_pct),
        hint: t('settings.margin_hint'),
      },
    ],
    action: t('form.save'),
    submit: async (values) =>
      done(
        await write('POST', 'margins', {
          product: row.product,
          unit_cost: text(values, 'unit_cost'),
          margin_pct: text(values, 'margin_pct'),
        }),
      ),
  });
}

type OwnDay = Settings['holidays'][number];
type Kind = 'open' | 'closed' | 'ignored';

export function askHoliday(row?: OwnDay): void {
  const kind: Kind = row?.ignored ? 'ignored' : row?.closed ? 'closed' : 'open';
  formDialog({
    title: row ? row.name : t('settings.add_holiday'),
    fields: [
      { parameter: 'date', label: t('anomalies.day'), type: 'date', required: true, value: row?.date ?? '' },
      {
        parameter: 'name',
        label: t('settings.name'),
        type: 'text',
        required: true,
        value: row?.name ?? '',
        hint: t('settings.name_hint'),
      },
      {
        parameter: 'kind',
        label: t('settings.kind'),
        type: 'select',
        value: kind,
        options: [
          ['open', t('settings.open')],
          ['closed', t('settings.closed')],
          ['ignored', t('settings.ignored')],
        ],
      },
    ],
    action: t('form.save'),
    submit: async (values) => {
      const wanted = {
        date: text(values, 'date'),
        name: text(values, 'name'),
        region: row?.region,
        closed: values['kind'] === 'closed',
        ignored: values['kind'] === 'ignored',
      };
      if ((await write('POST', 'holidays', wanted)) === null) return false;
      // Another day or name is another row: the one that it was goes.
      if (row && (row.date !== wanted.date || row.name !== wanted.name))
        await write('DELETE', 'holidays', { date: row.date, name: row.name, region: row.region });
      return true;
    },
  });
}

export function removeHoliday(row: OwnDay): void {
  const place = { date: row.date, name: row.name, region: row.region };
  attempt(
    write('DELETE', 'holidays', place).then((answer) => {
      if (answer)
        toast(t('form.removed', { name: row.name }), () =>
          write('POST', 'holidays', { ...place, closed: row.closed, ignored: row.ignored }),
        );
    }),
  );
}
