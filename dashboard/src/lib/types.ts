// SPDX-License-Identifier: PostgreSQL
// Short names for what the JSON API answers. Its shapes are written down once, in docs/openapi.yaml: `npm run types`
// makes openapi.ts of it, and every build does so first. A new resource is a schema there and a line here.
import type { components } from './openapi';

type Schema = components['schemas'];

export type Meta = Schema['Meta'];

export interface Answer<Row> {
  data: Row[];
  meta: Meta;
}

export type CatalogProduct = Schema['CatalogRow'];
export type LastLoad = Schema['EtlRunRow'];
export interface Catalog {
  data: CatalogProduct[];
  meta: Schema['CatalogMeta'];
}

export type Metric = Schema['MetricRow'];
export type Kpi = Schema['KpiRow'];
export type Reason = Schema['RevenueChangeRow'];
export type BridgeStep = Schema['RevenueBridgeRow'];
export type ForecastSum = Schema['ForecastSumRow'];
/** One day of the shop, a category or a product; a name is null where a row holds more than one. */
export type DailyMetrics = Schema['DailyMetricsRow'];
export type ForecastRow = Schema['ForecastRow'];
export type Anomaly = Schema['AnomalyRow'];
export type Recommendation = Schema['RecommendationRow'];
export type Dismissed = Schema['DismissedRow'];
export type ImportReport = Schema['ImportReport'];
export type Severity = Recommendation['severity'];
export type TopSeller = Schema['TopSellerRow'];
export type WorstPerformer = Schema['WorstPerformerRow'];
export type WeekOverWeek = Schema['WeekOverWeekRow'];
export type PromotionImpact = Schema['PromotionRow'];
export type PromotionDay = Schema['PromotionDayRow'];
/** What one product's budget earns now and would earn; the whole shop's in the last row, without a product. */
export type BudgetRow = Schema['BudgetRow'];
export type EtlRun = Schema['EtlRunRow'];
export type EtlReject = Schema['EtlRejectRow'];
export type Incident = Schema['IncidentRow'];
export type Holiday = Schema['HolidayRow'];
export type Accuracy = Schema['AccuracyRow'];
export type Settings = Schema['SettingsRow'];
export type Rule = Settings['rules'][number];
