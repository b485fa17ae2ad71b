// SPDX-License-Identifier: PostgreSQL
// The sentence of a reason in the reader's language, from its key and figures, and where it leads.
import * as format from './format';
import { coded, t } from './i18n';
import { overviewLink, pageLink, productLink, type Filters } from './state';
import type { Reason } from './types';

type Json = Record<string, unknown>;
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const figure = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

export interface Sentence {
  /** Who or what it is about; null when the phrase says it. */
  subject: string | null;
  phrase: string;
  /** Days, figures, doubts. */
  details: string[];
}

const OF_ALL = new Set(['others', 'nothing_unusual', 'no_comparison', 'calendar', 'market', 'missing_data']);

export function reasonSentence(row: Reason): Sentence {
  const parameters = record(row.parameters);
  const change = figure(parameters['change']);
  const metric = text(parameters['metric']);
  const phrase =
    coded('why', row.sentence, {
      change: format.percent(change === null ? null : Math.abs(change), 0),
      signed: format.signedPercent(change),
      metric: metric ? format.metricLabel(metric) : '',
    }) ?? row.reason;
  return { subject: subjectOf(row), phrase, details: detailsOf(row, parameters, metric) };
}

function subjectOf(row: Reason): string | null {
  const promotions = texts(record(row.parameters)['promotions']);
  if (row.kind === 'promotion') return promotions.join(' + ');
  if (row.kind === 'missing_data') return row.sentence === 'missing_data.product' ? row.subject : null;
  if (OF_ALL.has(row.kind)) return null;
  if (row.subject) return row.subject;
  return t('why.shop');
}

function detailsOf(row: Reason, parameters: Json, metric: string | null): string[] {
  const details: string[] = [];
  const [since, until] = [row.since, row.until];
  if (since && until) {
    if (row.sentence === 'promotion.began') details.push(format.day(since));
    else if (row.sentence === 'promotion.ended') details.push(format.day(until));
    else if (parameters['goes_on'] === true) details.push(t('why.since', { day: format.day(since) }));
    else if (since === until) details.push(t('why.on', { day: format.day(since) }));
    else details.push(format.dayRange(since, until));
  }
  const driver = metric ? record(record(row.evidence)['drivers'])[metric] : null;
  const [actual, expected] = [figure(record(driver)['actual']), figure(record(driver)['expected'])];
  if (metric && actual !== null && expected !== null && row.kind === 'incident' && !row.sentence.startsWith('over'))
    details.push(
      t('why.instead', {
        metric: format.metricLabel(metric),
        actual: format.metricValue(metric, actual),
        expected: format.metricValue(metric, expected),
      }),
    );
  const products = figure(parameters['products']);
  if (products !== null && products > 1 && row.scope !== 'product') details.push(t('why.products', { n: products }));
  if (parameters['told_apart'] === false) details.push(doubt(row, texts(parameters['promotions'])));
  return details;
}

function doubt(row: Reason, promotions: string[]): string {
  if (row.kind !== 'promotion') return t('why.beside', { promotions: promotions.join(', ') });
  return promotions.length > 1 ? t('why.together') : t('why.on_holiday');
}

function promotionOf(row: Reason): { promotion?: string } {
  const [promotion] = texts(record(row.parameters)['promotions']);
  return promotion === undefined ? {} : { promotion };
}

export interface Place {
  /** An address of its own, or null: a part of this page. */
  href: string | null;
  /** The panel of this page that shows it. */
  panel: string;
  /** The promotion that it is about: its days are the evidence. */
  promotion?: string;
}

/** Where a reason can be looked at; null for what has no place. */
export function reasonPlace(row: Reason, filters: Filters): Place | null {
  const product = text(record(row.parameters)['product']);
  // A promotion of one product stands on the product's own page too, but the question is whether it paid.
  if (row.kind !== 'promotion' && row.kind !== 'missing_data' && row.scope === 'product' && product)
    return { href: productLink(product, filters), panel: 'incidents' };
  if (row.scope === 'category' && row.subject && row.kind !== 'promotion' && row.kind !== 'missing_data')
    return { href: overviewLink({ ...filters, product: null, category: row.subject }), panel: 'incidents' };
  switch (row.kind) {
    case 'promotion':
      return { href: pageLink('promotions', filters), panel: 'promotions', ...promotionOf(row) };
    case 'missing_data':
      return { href: pageLink('data', filters), panel: 'runs' };
    case 'incident':
      return { href: null, panel: 'incidents' };
    case 'holiday':
    case 'calendar':
    case 'market':
      return { href: null, panel: 'trend' };
    case 'category':
    case 'product':
      return { href: null, panel: 'week-over-week' };
    case 'others':
    case 'nothing_unusual':
    case 'no_comparison':
      return null;
  }
}
