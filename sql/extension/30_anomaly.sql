-- SPDX-License-Identifier: PostgreSQL
--
-- Days out of the ordinary, and why. docs/analytics-method.md has the method and its measured error rates.

CREATE FUNCTION @extschema@.performance_tracker_check_anomaly_threshold(z_threshold double precision, false_alarms double precision)
  RETURNS void
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_check_anomaly_threshold';
COMMENT ON FUNCTION @extschema@.performance_tracker_check_anomaly_threshold(double precision, double precision) IS
  'Internal: raises 22023 for a z_threshold outside of 0.1 to 100 (NULL is none) or false_alarms outside of 0.01 to 100.';

CREATE FUNCTION @extschema@.performance_tracker_anomaly_history_days() RETURNS integer
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_anomaly_history_days';
COMMENT ON FUNCTION @extschema@.performance_tracker_anomaly_history_days() IS
  'Internal: days that are read before the first judged one.';

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
COMMENT ON COLUMN @extschema@.detect_anomalies_row.lower_bound IS
  'the value z_threshold deviations below expected_value, or as many as false_alarms amounts to; not below zero';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.upper_bound IS 'the same above expected_value';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.z_score IS 'deviations (standard deviations of a day) above expected_value';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.direction IS '''spike'' above expected_value, ''drop'' otherwise';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.is_anomaly IS
  'true when all evidence of the day together reaches false_alarms (with a z_threshold: when abs(z_score) does, on enough '
  'volume) and no running promotion explains it';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.anomaly_probability IS
  '1 - p-value of the evidence (with a z_threshold: of z_score alone): 0.999 is what one normal day in 1,000 reaches';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.hypothesis_code IS
  'promotion, promotion_ended, holiday, broad_market_move, tracking_outage, site_outage, stock_out_or_tracking, '
  'bot_traffic, spend_cut, spend_surge, cpc_surge, cpc_drop, impressions_drop, impressions_surge, ctr_change, '
  'conversion_drop, conversion_surge, price_change, unknown; low_volume and insufficient_history for days that are not '
  'judged; NULL for a normal day';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.hypothesis IS 'the hypothesis as a sentence; NULL for a normal day';
COMMENT ON COLUMN @extschema@.detect_anomalies_row.evidence IS
  'what it was drawn from: drivers (each with actual, expected, ratio, z_score and its contribution in log points), '
  'driver_product with its share of the deviation, products_moved_share, promotions, history_days, events '
  '(purchases or clicks behind the day) and expected_events, holiday, run_days (days in a row that were put together) '
  'and false_discovery_rate (at which the day is the last one reported)';

CREATE FUNCTION @extschema@.performance_tracker_detect_anomalies(
  panel @extschema@.performance_tracker_panel,
  days integer,
  z_threshold double precision,
  product text,
  category text,
  metric text,
  by text,
  include_normal boolean,
  false_alarms double precision,
  method text
) RETURNS SETOF @extschema@.detect_anomalies_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 20
  AS 'MODULE_PATHNAME', 'performance_tracker_detect_anomalies';
COMMENT ON FUNCTION @extschema@.performance_tracker_detect_anomalies(@extschema@.performance_tracker_panel, integer, double precision, text, text, text, text, boolean, double precision, text) IS
  'Internal: detect_anomalies() on data already read.';

CREATE FUNCTION @extschema@.detect_anomalies(
  days integer DEFAULT 7,
  z_threshold double precision DEFAULT NULL,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  metric text DEFAULT 'revenue',
  by text DEFAULT 'product',
  include_normal boolean DEFAULT false,
  false_alarms double precision DEFAULT 1,
  method text DEFAULT 'baseline'
) RETURNS SETOF @extschema@.detect_anomalies_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', detect_anomalies.days, 1, 366);
  PERFORM @extschema@.performance_tracker_check_anomaly_threshold(detect_anomalies.z_threshold, detect_anomalies.false_alarms);
  PERFORM @extschema@.performance_tracker_check_choice('metric', detect_anomalies.metric,
    VARIADIC ARRAY(SELECT m.metric FROM @extschema@.metrics() m));
  PERFORM @extschema@.performance_tracker_check_choice('method', detect_anomalies.method,
    VARIADIC '{baseline,zscore,forecast}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_choice('by', detect_anomalies.by,
    VARIADIC '{total,category,product}'::pg_catalog.text[]);
  IF detect_anomalies.include_normal IS NULL THEN
    RAISE null_value_not_allowed USING COLUMN = 'include_normal', MESSAGE = 'include_normal must not be NULL',
      HINT = 'Leave include_normal out to get its default.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(detect_anomalies.product, detect_anomalies.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_detect_anomalies(
    @extschema@.performance_tracker_read_panel(
      last_day OPERATOR(pg_catalog.-) detect_anomalies.days OPERATOR(pg_catalog.+) 1
               OPERATOR(pg_catalog.-) @extschema@.performance_tracker_anomaly_history_days(), last_day,
      detect_anomalies.product, detect_anomalies.category, NULL::pg_catalog.int4[]),
    detect_anomalies.days, detect_anomalies.z_threshold, detect_anomalies.product, detect_anomalies.category,
    detect_anomalies.metric, detect_anomalies.by, detect_anomalies.include_normal, detect_anomalies.false_alarms,
    detect_anomalies.method);
END
$$;
COMMENT ON FUNCTION @extschema@.detect_anomalies(integer, double precision, text, text, text, text, boolean, double precision, text) IS
$$Finds the days of the last week that are out of the ordinary, and the most likely reason, largest deviation first.

Reads daily_performance, products, promotions (if there is such a table) and the shop's calendar on the search_path. Each
day is compared with what the 91 to 118 days before it let expect (level, weekday, the shop as a whole; at least 14
days, promotion days left out), on a scale on which a fall counts as much as a rise, low volumes as counts. For revenue
all stages of the day's business are judged together (impressions, CTR, conversion rate, price, cost per click,
revenue), and so are days in a row; for another metric its drivers and itself. A rise during a promotion is explained by
it and is no anomaly. Days without a row are not judged. A day has the same score whatever number of days is asked for.

- days: the most recent complete days to judge, 1 to 366.
- z_threshold: deviations of the metric alone that make an anomaly, 0.1 to 100; NULL has false_alarms decide.
- @product
- @category
- metric: one of metrics().
- by: product, category or total: what makes one series.
- include_normal: true also returns the judged days that are no anomaly, including those that a promotion explains.
- false_alarms: how many of 1,000 judged days on which nothing happened may be flagged, 0.01 to 100, over all series
  together (per-family error rate); not used with a z_threshold.
- method: baseline (as above), zscore (deviations from mean and standard deviation of the 91 days before, 1.8 when no
  z_threshold is given; sees neither weekday nor trend) or forecast (error of the series' own ARIMA model one step ahead).

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.
An empty table gives no rows.

Example: SELECT product, day, actual_value, expected_value, z_score, hypothesis FROM detect_anomalies(days => 14);$$;
