-- SPDX-License-Identifier: PostgreSQL
--
-- BI views over results: what the functions answer with their default arguments, as of the last complete day. They
-- compute when they are read, and find the tables by the reader's search_path.
-- For other arguments (another horizon, one product, …) select from the functions themselves.

CREATE EXTENSION IF NOT EXISTS performance_tracker;

CREATE OR REPLACE VIEW current_kpis AS
SELECT k.metric, k.unit, k.value, k.prior_value, k.change_pct, k.period_start, k.period_end, k.prior_period_start,
       k.prior_period_end, k.usual_swing_pct, k.is_unusual, k.status_code, k.kpi_status
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

-- The calls above are found by the search_path. Where others may create functions, one of theirs, current_kpis's
-- kpi_summary() without arguments say, would have been taken for the extension's, and run by whoever reads the view.
DO $$
DECLARE
    foreign_function pg_catalog.text;
BEGIN
    SELECT DISTINCT d.refobjid::pg_catalog.regprocedure::pg_catalog.text INTO foreign_function
    FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_depend d
      ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND d.objid OPERATOR(pg_catalog.=) r.oid
     AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
    WHERE r.ev_class OPERATOR(pg_catalog.=) ANY (
            '{current_kpis,current_forecast,current_category_forecast,current_anomalies,current_recommendations,current_promotion_impact}'::pg_catalog.regclass[])
      AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend m
            JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) m.refobjid
            WHERE m.classid OPERATOR(pg_catalog.=) d.refclassid AND m.objid OPERATOR(pg_catalog.=) d.refobjid
              AND m.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
              AND m.deptype OPERATOR(pg_catalog.=) 'e' AND e.extname OPERATOR(pg_catalog.=) 'performance_tracker')
    LIMIT 1;
    IF foreign_function IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'ambiguous_function',
            MESSAGE = pg_catalog.format('the views of results would call %s, which is not of performance_tracker',
                                        foreign_function),
            HINT = 'Drop or rename that function, and let only those whom you trust create in this schema.';
    END IF;
END
$$;

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
    c pg_catalog.record;
BEGIN
    FOR c IN
        SELECT v.attrelid::pg_catalog.regclass AS view_name, v.attname,
               CASE
                   WHEN v.attname OPERATOR(pg_catalog.=) 'date' THEN 'Calendar day. Example: 2026-11-21.'
                   WHEN v.attname OPERATOR(pg_catalog.=) 'time' THEN 'Beginning of the (first) day in UTC. Example: 2026-11-21 00:00:00+00.'
                   ELSE d.description
               END AS comment
        FROM (VALUES ('current_kpis', 'kpi_summary_row'),
                     ('current_forecast', 'forecast_revenue_row'),
                     ('current_category_forecast', 'forecast_revenue_row'),
                     ('current_anomalies', 'detect_anomalies_row'),
                     ('current_recommendations', 'recommendations_row'),
                     ('current_promotion_impact', 'promotion_impact_row')) AS pair (view_name, type_name)
        JOIN pg_catalog.pg_attribute v
          ON v.attrelid OPERATOR(pg_catalog.=) pair.view_name::pg_catalog.regclass AND v.attnum OPERATOR(pg_catalog.>) 0
        LEFT JOIN pg_catalog.pg_attribute t
          ON t.attrelid OPERATOR(pg_catalog.=) (SELECT typrelid FROM pg_catalog.pg_type
                                              WHERE oid OPERATOR(pg_catalog.=) pair.type_name::pg_catalog.regtype)
         AND t.attname OPERATOR(pg_catalog.=) v.attname
        -- Not col_description(): up to PostgreSQL 13 operators of its body are found by the path.
        LEFT JOIN pg_catalog.pg_description d
          ON d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
         AND d.objoid OPERATOR(pg_catalog.=) t.attrelid AND d.objsubid OPERATOR(pg_catalog.=) t.attnum
    LOOP
        EXECUTE pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', c.view_name, c.attname, c.comment);
    END LOOP;
END
$$;
