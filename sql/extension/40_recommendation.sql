-- SPDX-License-Identifier: PostgreSQL
--
-- What to do next, product by product. docs/analytics-method.md spells out the assumptions behind the money.

CREATE TYPE @extschema@.recommendations_row AS (
  recommendation_type text,
  severity text,
  product text,
  category text,
  metric text,
  current_value double precision,
  prior_value double precision,
  change_pct double precision,
  trend text,
  expected_impact numeric,
  impact_lower_bound numeric,
  impact_upper_bound numeric,
  action text,
  reason text
);
COMMENT ON TYPE @extschema@.recommendations_row IS
  'A row of recommendations(). Amounts are in the currency of daily_performance, per period of the given days.';
COMMENT ON COLUMN @extschema@.recommendations_row.recommendation_type IS
  'acos_high, roas_high, ctr_low, conversion_rate_low, revenue_drop, or not_enough_evidence for a threshold crossed on '
  'numbers too small to tell';
COMMENT ON COLUMN @extschema@.recommendations_row.severity IS '''warning'', ''info'' or ''success''';
COMMENT ON COLUMN @extschema@.recommendations_row.product IS 'name of the product';
COMMENT ON COLUMN @extschema@.recommendations_row.category IS 'its category, or NULL';
COMMENT ON COLUMN @extschema@.recommendations_row.metric IS 'acos, roas, ctr, conversion_rate or revenue';
COMMENT ON COLUMN @extschema@.recommendations_row.current_value IS
  'of the last days: a fraction (0.02 is 2%; roas is money per money), or money for revenue';
COMMENT ON COLUMN @extschema@.recommendations_row.prior_value IS
  'the same of the days before; NULL without data or with a zero denominator';
COMMENT ON COLUMN @extschema@.recommendations_row.change_pct IS 'change against prior_value in percent (12.5 is +12.5%), or NULL';
COMMENT ON COLUMN @extschema@.recommendations_row.trend IS '''up'', ''down'' or ''flat'' (within 1%); NULL without prior_value';
COMMENT ON COLUMN @extschema@.recommendations_row.expected_impact IS
  'what the action is expected to bring: money, revenue at a margin of 35% minus ad spend, per period; NULL when it '
  'cannot be estimated';
COMMENT ON COLUMN @extschema@.recommendations_row.impact_lower_bound IS 'lower end of its 80% interval';
COMMENT ON COLUMN @extschema@.recommendations_row.impact_upper_bound IS 'upper end of its 80% interval';
COMMENT ON COLUMN @extschema@.recommendations_row.action IS 'what to do, as a sentence';
COMMENT ON COLUMN @extschema@.recommendations_row.reason IS 'why, with the numbers and the assumptions';

CREATE FUNCTION @extschema@.performance_tracker_recommendations(
  panel @extschema@.performance_tracker_panel,
  days integer,
  product text,
  category text
) RETURNS SETOF @extschema@.recommendations_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 20
  AS 'MODULE_PATHNAME', 'performance_tracker_recommendations';
COMMENT ON FUNCTION @extschema@.performance_tracker_recommendations(@extschema@.performance_tracker_panel, integer, text, text) IS
  'Internal: recommendations() on data already read.';

CREATE FUNCTION @extschema@.recommendations(
  days integer DEFAULT 7,
  product text DEFAULT NULL,
  category text DEFAULT NULL
) RETURNS SETOF @extschema@.recommendations_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', recommendations.days, 1, 366);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(recommendations.product, recommendations.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  -- Two periods, and the six weeks that tell how much a day varies.
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_recommendations(
    @extschema@.performance_tracker_read_panel(
      last_day OPERATOR(pg_catalog.-) GREATEST(2 OPERATOR(pg_catalog.*) recommendations.days, 42) OPERATOR(pg_catalog.+) 1, last_day,
      NULL::pg_catalog.text, NULL::pg_catalog.text),
    recommendations.days, recommendations.product, recommendations.category);
END
$$;
COMMENT ON FUNCTION @extschema@.recommendations(integer, text, text) IS
$$Recommends actions per product: the last complete days against the days before, with the money at stake.

Reads daily_performance, products and, if there is such a table, promotions on the search_path. Ratios are sums over
sums. ACOS above 35% (reduce bids), ROAS above 4 (scale the budget), CTR below 2% (image, title), conversion rate below
8% (price, reviews), revenue below 85% of the days before (stock, price, budget); a zero denominator is not judged.
Where purchases or clicks are too few to tell, not_enough_evidence says so. Warnings first, then information, then
successes, each by expected_impact.

- days: length of the period and of the one before, 1 to 366.
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.

Errors: 22023 for a wrong argument (the hint lists products or categories that exist), 42P01 when a table is missing.
An empty table gives no rows.

Example: SELECT severity, product, expected_impact, action, reason FROM recommendations() WHERE severity = 'warning';$$;
