// SPDX-License-Identifier: PostgreSQL
// The rows of the JSON API, named as the columns of the SQL functions behind them. Ratios are fractions,
// change_pct is a percentage, dates are YYYY-MM-DD, money is in meta.currency.

export interface Meta {
  row_count: number;
  data_through: string | null;
  currency: string;
}

export interface Answer<Row> {
  data: Row[];
  meta: Meta;
}

export interface CatalogProduct {
  id: number;
  product: string;
  category: string | null;
  price: number | null;
}

export interface LastLoad {
  finished_at: string | null;
  status: string;
  rows_read?: number | null;
  rows_inserted?: number | null;
  rows_updated?: number | null;
  rows_unchanged?: number | null;
  error?: string | null;
}

export interface Catalog {
  data: CatalogProduct[];
  meta: Meta & { first_day: string | null; categories: string[]; last_load: LastLoad | null };
}

export type Unit = 'money' | 'ratio' | 'count';

export interface Kpi {
  metric: string;
  unit: Unit;
  value: number | null;
  prior_value: number | null;
  change_pct: number | null;
  period_start: string;
  period_end: string;
  prior_period_start: string;
  prior_period_end: string;
}

/** One day of the shop, a category or a product; a name is null where a row holds more than one. */
export interface DailyMetrics {
  date: string;
  product: string | null;
  category: string | null;
  impressions: number | null;
  clicks: number | null;
  ad_spend: number | null;
  units_sold: number | null;
  revenue: number | null;
  ctr: number | null;
  cpc: number | null;
  conversion_rate: number | null;
  roas: number | null;
  acos: number | null;
}

export interface ForecastRow {
  category: string | null;
  product: string | null;
  time_series_type: 'history' | 'forecast';
  forecast_timestamp: string;
  time_series_data: number | null;
  forecast_value: number | null;
  standard_error: number | null;
  confidence_level: number;
  prediction_interval_lower_bound: number | null;
  prediction_interval_upper_bound: number | null;
  model: string | null;
  forecast_status: string | null;
  /** The same as codes, with commas between them. */
  status_code: string | null;
}

export interface Anomaly {
  category: string | null;
  product: string | null;
  day: string;
  metric: string;
  actual_value: number | null;
  expected_value: number | null;
  lower_bound: number | null;
  upper_bound: number | null;
  z_score: number | null;
  direction: 'spike' | 'drop' | null;
  is_anomaly: boolean;
  anomaly_probability: number | null;
  hypothesis_code: string | null;
  hypothesis: string | null;
  evidence: unknown;
}

export type Severity = 'warning' | 'info' | 'success';

export interface Recommendation {
  recommendation_type: string;
  severity: Severity;
  product: string;
  category: string | null;
  metric: string;
  current_value: number | null;
  prior_value: number | null;
  change_pct: number | null;
  trend: 'up' | 'down' | 'flat' | null;
  expected_impact: number | null;
  impact_lower_bound: number | null;
  impact_upper_bound: number | null;
  action: string;
  reason: string;
}

export interface TopSeller {
  rank: number;
  product: string;
  category: string | null;
  revenue: number;
  units_sold: number;
  ad_spend: number;
  roas: number | null;
  revenue_share: number | null;
}

export interface WorstPerformer {
  rank: number;
  product: string;
  category: string | null;
  roas: number | null;
  acos: number | null;
  revenue: number;
  ad_spend: number;
}

export interface WeekOverWeek {
  product: string;
  category: string | null;
  revenue: number | null;
  prior_revenue: number | null;
  change: number | null;
  change_pct: number | null;
}

export interface PromotionImpact {
  promotion_id: number | null;
  promotion: string | null;
  product: string | null;
  category: string | null;
  promotion_start: string;
  promotion_end: string;
  actual: number | null;
  counterfactual: number | null;
  absolute_effect: number | null;
  relative_effect: number | null;
  effect_lower_bound: number | null;
  effect_upper_bound: number | null;
  p_value: number | null;
  promotion_status: string | null;
  report: string | null;
}
