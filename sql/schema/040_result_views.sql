-- SPDX-License-Identifier: PostgreSQL
--
-- BI views over results: what the functions answer with their default arguments, as of the last complete day. They
-- compute when they are read, and find the tables by the reader's search_path.
-- For other arguments (another horizon, one product, …) select from the functions themselves.

CREATE EXTENSION IF NOT EXISTS performance_tracker;

CREATE OR REPLACE VIEW current_kpis AS
SELECT k.metric, k.unit, k.value, k.prior_value, k.change_pct, k.period_start, k.period_end, k.prior_period_start,
       k.prior_period_end
FROM kpi_summary() k;

CREATE OR REPLACE VIEW current_forecast AS
SELECT f.forecast_timestamp AS date,
       f.forecast_timestamp::timestamp AT TIME ZONE 'UTC' AS "time",
       f.time_series_type, f.time_series_data, f.forecast_value, f.standard_error, f.confidence_level,
       f.prediction_interval_lower_bound, f.prediction_interval_upper_bound, f.model, f.forecast_status
FROM forecast_revenue(include_history => true) f;

CREATE OR REPLACE VIEW current_category_forecast AS
SELECT f.forecast_timestamp AS date,
       f.forecast_timestamp::timestamp AT TIME ZONE 'UTC' AS "time",
       f.category, f.time_series_type, f.time_series_data, f.forecast_value, f.standard_error, f.confidence_level,
       f.prediction_interval_lower_bound, f.prediction_interval_upper_bound, f.model, f.forecast_status
FROM forecast_revenue(by => 'category', include_history => true) f;

CREATE OR REPLACE VIEW current_anomalies AS
SELECT a.day AS date,
       a.day::timestamp AT TIME ZONE 'UTC' AS "time",
       a.category, a.product, a.metric, a.actual_value, a.expected_value, a.lower_bound, a.upper_bound, a.z_score,
       a.direction, a.anomaly_probability, a.hypothesis_code, a.hypothesis, a.evidence
FROM detect_anomalies() a;

CREATE OR REPLACE VIEW current_recommendations AS
SELECT r.recommendation_type, r.severity, r.product, r.category, r.metric, r.current_value, r.prior_value, r.change_pct,
       r.trend, r.expected_impact, r.impact_lower_bound, r.impact_upper_bound, r.action, r.reason
FROM recommendations() r;

CREATE OR REPLACE VIEW current_promotion_impact AS
SELECT p.promotion_id, p.promotion, p.product, p.category, p.promotion_start, p.promotion_end,
       p.promotion_start::timestamp AT TIME ZONE 'UTC' AS "time",
       p.actual, p.counterfactual, p.absolute_effect, p.relative_effect, p.effect_lower_bound, p.effect_upper_bound,
       p.p_value, p.promotion_status, p.report
FROM promotion_impact() p;

GRANT SELECT ON current_kpis, current_forecast, current_category_forecast, current_anomalies, current_recommendations,
                current_promotion_impact TO performance_tracker_reader;

COMMENT ON VIEW current_kpis IS 'Key figures of the last 7 complete days against the 7 before, one row a metric: kpi_summary(). Example: SELECT metric, value, change_pct FROM current_kpis.';
COMMENT ON VIEW current_forecast IS 'Revenue of the whole shop, its history and the next 30 days with an 80% interval: forecast_revenue(include_history => true). Example: SELECT "time", time_series_data, forecast_value FROM current_forecast ORDER BY 1.';
COMMENT ON VIEW current_category_forecast IS 'Revenue per category, history and the next 30 days with an 80% interval: forecast_revenue(by => ''category'', include_history => true). Example: SELECT "time", category, forecast_value FROM current_category_forecast WHERE time_series_type = ''forecast'' ORDER BY 1, 2.';
COMMENT ON VIEW current_anomalies IS 'Products whose revenue was out of the ordinary in the last 7 complete days: detect_anomalies(). Example: SELECT date, product, direction, z_score, hypothesis FROM current_anomalies.';
COMMENT ON VIEW current_recommendations IS 'What to do about which product, warnings first: recommendations(). Example: SELECT severity, product, action, expected_impact FROM current_recommendations.';
COMMENT ON VIEW current_promotion_impact IS 'What each known promotion changed, against what would have been: promotion_impact(). Example: SELECT promotion, relative_effect, p_value, report FROM current_promotion_impact.';

-- The columns mean what they mean in the functions' row types, whose comments they take over.
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT v.attrelid::regclass AS view_name, v.attname,
               CASE v.attname
                   WHEN 'date' THEN 'Calendar day. Example: 2026-11-21.'
                   WHEN 'time' THEN 'Beginning of the (first) day in UTC. Example: 2026-11-21 00:00:00+00.'
                   ELSE col_description(t.attrelid, t.attnum)
               END AS comment
        FROM (VALUES ('current_kpis', 'kpi_summary_row'),
                     ('current_forecast', 'forecast_revenue_row'),
                     ('current_category_forecast', 'forecast_revenue_row'),
                     ('current_anomalies', 'detect_anomalies_row'),
                     ('current_recommendations', 'recommendations_row'),
                     ('current_promotion_impact', 'promotion_impact_row')) AS pair (view_name, type_name)
        JOIN pg_attribute v ON v.attrelid = pair.view_name::regclass AND v.attnum > 0
        LEFT JOIN pg_attribute t ON t.attrelid = (SELECT typrelid FROM pg_type WHERE oid = pair.type_name::regtype)
                                AND t.attname = v.attname
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', c.view_name, c.attname, c.comment);
    END LOOP;
END
$$;
