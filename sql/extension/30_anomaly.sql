-- SPDX-License-Identifier: PostgreSQL
--
-- Days out of the ordinary, and why. docs/analytics-method.md has the method and its measured error rates.

CREATE FUNCTION @extschema@.performance_tracker_check_z_threshold(z_threshold double precision) RETURNS void
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_check_z_threshold';
COMMENT ON FUNCTION @extschema@.performance_tracker_check_z_threshold(double precision) IS
  'Internal: raises 22004 for NULL and 22023 outside of 0.1 to 100.';

CREATE TYPE @extschema@.detect_anomalies_row AS (
  category text,
  product text,
  day date,
  metric text,
  actual_value double precision,
  expected_value double precision,
  lower_bound double precision,
  upper_bound double precision,
  z_score double precision,
  direction text,
  is_anomaly boolean,
  anomaly_probability double precision,
  hypothesis_code text,
  hypothesis text,
  evidence jsonb
);
COMMENT ON TYPE @extschema@.detect_anomalies_row IS 'A row of detect_anomalies(): one judged day of one series.';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.category IS 'category of the series; NULL for the total';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.product IS 'product of the series; NULL for a category or the total';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.day IS 'the judged day';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.metric IS 'as asked for; ratios are fractions, money is in the currency of daily_performance';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.actual_value IS 'value of the day';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.expected_value IS
  'what the days before, their weekdays and trend let expect; NULL with fewer than 14 days of history';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.lower_bound IS 'expected_value - z_threshold deviations, not below zero';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.upper_bound IS 'expected_value + z_threshold deviations';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.z_score IS 'deviations (standard deviations of a day) above expected_value';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.direction IS '''spike'' above expected_value, ''drop'' otherwise';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.is_anomaly IS
  'true when abs(z_score) reaches z_threshold on enough volume and no running promotion explains it';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.anomaly_probability IS
  '1 - two-sided p-value of z_score under Student''s t: 0.99 is a deviation that 1% of normal days reach';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.hypothesis_code IS
  'promotion, tracking_outage, stock_out, spend_cut, spend_surge, impressions_drop, impressions_surge, ctr_change, '
  'conversion_drop, conversion_surge, price_change, cpc_change, broad_market_move, unknown; low_volume and '
  'insufficient_history for days that are not judged; NULL for a normal day';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.hypothesis IS 'the hypothesis as a sentence; NULL for a normal day';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.evidence IS
  'what it was drawn from: drivers (each with actual, expected, ratio, z_score and its contribution in log points), '
  'driver_product with its share of the deviation, products_moved_share, promotions, history_days, events '
  '(purchases or clicks behind the day) and expected_events';

CREATE FUNCTION @extschema@.performance_tracker_detect_anomalies(
  panel @extschema@.performance_tracker_panel,
  days integer,
  z_threshold double precision,
  product text,
  category text,
  metric text,
  by text,
  include_normal boolean
) RETURNS SETOF @extschema@.detect_anomalies_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 20
  AS 'MODULE_PATHNAME', 'performance_tracker_detect_anomalies';
COMMENT ON FUNCTION @extschema@.performance_tracker_detect_anomalies(@extschema@.performance_tracker_panel, integer, double precision, text, text, text, text, boolean) IS
  'Internal: detect_anomalies() on data already read.';

CREATE FUNCTION @extschema@.detect_anomalies(
  days integer DEFAULT 7,
  z_threshold double precision DEFAULT 1.8,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  metric text DEFAULT 'revenue',
  by text DEFAULT 'product',
  include_normal boolean DEFAULT false
) RETURNS SETOF @extschema@.detect_anomalies_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', detect_anomalies.days, 1, 366);
  PERFORM @extschema@.performance_tracker_check_z_threshold(detect_anomalies.z_threshold);
  PERFORM @extschema@.performance_tracker_check_choice('metric', detect_anomalies.metric,
    VARIADIC '{revenue,units_sold,clicks,impressions,ad_spend,ctr,conversion_rate,roas,acos,cpc}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_choice('by', detect_anomalies.by,
    VARIADIC '{total,category,product}'::pg_catalog.text[]);
  IF detect_anomalies.include_normal IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'include_normal must not be NULL',
      HINT = 'Leave include_normal out to get its default.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(detect_anomalies.product, detect_anomalies.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  -- All products, also when one is asked for: only they can tell a tracking outage or a market that moved. 91 days
  -- of history for the first judged day.
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_detect_anomalies(
    @extschema@.performance_tracker_read_panel(
      last_day OPERATOR(pg_catalog.-) detect_anomalies.days OPERATOR(pg_catalog.-) 90, last_day),
    detect_anomalies.days, detect_anomalies.z_threshold, detect_anomalies.product, detect_anomalies.category,
    detect_anomalies.metric, detect_anomalies.by, detect_anomalies.include_normal);
END
$$;
COMMENT ON FUNCTION @extschema@.detect_anomalies(integer, double precision, text, text, text, text, boolean) IS
$$Finds the days of the last week that are out of the ordinary, and the most likely reason, largest deviation first.

Reads daily_performance, products and, if there is such a table, promotions on the search_path. Each day is compared
with what the up to 91 days before it let expect (robust weekday baseline with trend; at least 14 days, promotion days
left out), so neither the day itself nor another anomaly hides it. Days without a row are not judged. A rise during a
promotion is explained by it and is no anomaly. On clean data about 6 days in 100 reach the default threshold of 1.8
and fewer than 1 in 100 reaches 3.

- days: the most recent complete days to judge, 1 to 366.
- z_threshold: deviations from the expected value that make an anomaly, 0.1 to 100.
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.
- metric: revenue, units_sold, clicks, impressions, ad_spend, ctr, conversion_rate, roas, acos or cpc.
- by: product, category or total: what makes one series.
- include_normal: true also returns the judged days that are no anomaly, including those that a promotion explains.

Errors: 22023 for a wrong argument (the hint lists products or categories that exist), 42P01 when a table is missing.
An empty table gives no rows.

Example: SELECT product, day, actual_value, expected_value, z_score, hypothesis FROM detect_anomalies(days => 14, z_threshold => 2.5);$$;
