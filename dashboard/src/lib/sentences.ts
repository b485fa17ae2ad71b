// SPDX-License-Identifier: PostgreSQL
// Sentences about rows. The database writes them in English, with all it knows; in another language they are made
// here of the row's codes and figures, shorter. A code without words shows the database's own sentence.
import * as format from './format';
import { coded, language, t } from './i18n';
import type { Accuracy, Anomaly, BudgetRow, ForecastRow, PromotionImpact, Recommendation } from './types';

type Json = Record<string, unknown>;
const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const figure = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** "click-through rate was 1.2% instead of 2.0%", for each driver that the evidence has. */
function drivers(evidence: Json): Record<string, string> {
  const known = record(evidence['drivers']);
  return Object.fromEntries(
    ['impressions', 'ctr', 'cpc', 'conversion_rate', 'price'].map((metric) => {
      const driver = record(known[metric]);
      const label = format.metricLabel(metric);
      const [actual, expected] = [figure(driver['actual']), figure(driver['expected'])];
      if (actual === null || expected === null) return [metric, t('cause_text.driver_unknown', { metric: label })];
      const value = (one: number): string => format.metricValue(metric, one);
      return [metric, t('cause_text.driver', { metric: label, actual: value(actual), expected: value(expected) })];
    }),
  );
}

/** Why a day or an incident was out of the ordinary. */
export function hypothesis(row: Pick<Anomaly, 'hypothesis_code' | 'hypothesis' | 'evidence'>): string | null {
  if (language() === 'en' && row.hypothesis) return row.hypothesis;
  const evidence = record(row.evidence);
  const promotions = Array.isArray(evidence['promotions']) ? evidence['promotions'].map(String) : [];
  const text = coded('cause_text', row.hypothesis_code, {
    ...drivers(evidence),
    promotions: promotions.join(', '),
    share: format.percent(figure(evidence['products_moved_share']), 0),
    holiday: typeof evidence['holiday'] === 'string' ? evidence['holiday'] : t('cause_text.a_holiday'),
  });
  if (!text) return row.hypothesis;
  const product = evidence['driver_product'];
  const share = figure(evidence['driver_product_share']);
  // The same line as the database draws: below it no product alone made the day.
  if (typeof product !== 'string' || share === null || share < 0.6) return text;
  return `${text} ${t('cause_text.mostly', { product, share: format.percent(share, 0) })}`;
}

export function adviceAction(row: Recommendation): string {
  // The way to plan a test is a statement: it stands with the reason.
  if (row.action.includes('SELECT')) return t('advice_action.test');
  if (language() === 'en') return row.action;
  return coded('advice_action', row.recommendation_type, { metric: format.metricLabel(row.metric) }) ?? row.action;
}

export function adviceReason(row: Recommendation): string {
  if (language() === 'en') return row.action.includes('SELECT') ? `${row.reason} ${row.action}` : row.reason;
  return t('advice_reason.any', {
    metric: format.metricLabel(row.metric),
    now: format.metricValue(row.metric, row.current_value),
    before: format.metricValue(row.metric, row.prior_value),
  });
}

/** By convention: an effect is called clear below this p-value. */
export const CLEAR_BELOW = 0.05;

export function promotionSentence(row: PromotionImpact): string {
  if (row.absolute_effect === null || row.p_value === null)
    return coded('promotion_state', row.promotion_status) ?? format.NOT_KNOWN;
  const values = {
    amount: format.money(Math.abs(row.absolute_effect)),
    lower: format.signedMoney(row.effect_lower_bound),
    upper: format.signedMoney(row.effect_upper_bound),
  };
  if (row.p_value >= CLEAR_BELOW) return t('promotion_text.unclear', values);
  return t(row.absolute_effect > 0 ? 'promotion_text.more' : 'promotion_text.less', values);
}

/** What is to be said about a forecast; null when nothing is. */
export function forecastStatus(row: Pick<ForecastRow, 'forecast_status' | 'status_code'>): string | null {
  if (language() === 'en' || !row.status_code)
    return row.forecast_status?.replace(/\d{4}-\d{2}-\d{2}/g, (date) => format.day(date)) ?? null;
  const words = row.status_code.split(',').map((code) => coded('forecast_code', code) ?? format.sentence(code));
  const text = words.join('; ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function budgetReason(row: BudgetRow): string {
  // The whole has its figures above it; the database's sentence names them without the currency.
  if (language() === 'en' && row.reason && row.product !== null) return row.reason;
  return coded('budget_reason', row.action) ?? row.reason ?? format.NOT_KNOWN;
}

/** How good forecasts of the last weeks would have been, in a merchant's words. `naive`: the same weekday before. */
export function accuracySentence(row: Accuracy, meanRevenue: number | null, naive: Accuracy | undefined): string {
  const said = t('forecast.accuracy', {
    error: format.money(row.mae),
    share: format.percent(row.mae !== null && meanRevenue ? row.mae / meanRevenue : null, 0),
    covered: format.percent(row.coverage, 0),
  });
  const gain = row.mae !== null && naive?.mae ? 1 - row.mae / naive.mae : 0;
  // Below a twentieth the difference is not worth a sentence.
  return gain > 0.05 ? `${said} ${t('forecast.accuracy_better', { gain: format.percent(gain, 0) })}` : said;
}
