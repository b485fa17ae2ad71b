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
  reason text,
  cause text,
  evidence jsonb,
  break_even_roas double precision,
  margin double precision,
  margin_known boolean,
  product_id integer
);
COMMENT ON TYPE @extschema@.recommendations_row IS
  'A row of recommendations(). Amounts are in the currency of daily_performance, per period of the given days.';
COMMENT ON COLUMN @extschema@.recommendations_row.recommendation_type IS
  'acos_high, roas_high, spend_saturated (ACOS within its ceiling, but the last money spent brings less than it costs), '
  'ctr_low, conversion_rate_low, revenue_drop, or not_enough_evidence for a threshold crossed on numbers too small to tell';
COMMENT ON COLUMN @extschema@.recommendations_row.severity IS '''warning'', ''info'' or ''success''';
COMMENT ON COLUMN @extschema@.recommendations_row.metric IS 'acos, roas, ctr, conversion_rate or revenue';
COMMENT ON COLUMN @extschema@.recommendations_row.current_value IS
  'of the last days: a fraction (0.02 is 2%; roas is money per money), or money for revenue';
COMMENT ON COLUMN @extschema@.recommendations_row.prior_value IS
  'the same of the days before; NULL without data or with a zero denominator';
COMMENT ON COLUMN @extschema@.recommendations_row.change_pct IS 'change against prior_value in percent (12.5 is +12.5%), or NULL';
COMMENT ON COLUMN @extschema@.recommendations_row.trend IS '''up'', ''down'' or ''flat'' (within 1%); NULL without prior_value';
COMMENT ON COLUMN @extschema@.recommendations_row.expected_impact IS
  'what the action is expected to bring: money, revenue at the product''s margin minus ad spend, per period; NULL when it '
  'cannot be estimated or nothing is to be gained';
COMMENT ON COLUMN @extschema@.recommendations_row.impact_lower_bound IS 'lower end of its 80% interval';
COMMENT ON COLUMN @extschema@.recommendations_row.impact_upper_bound IS 'upper end of its 80% interval';
COMMENT ON COLUMN @extschema@.recommendations_row.action IS 'what to do, as a sentence';
COMMENT ON COLUMN @extschema@.recommendations_row.reason IS 'why, with the numbers and the assumptions';
COMMENT ON COLUMN @extschema@.recommendations_row.cause IS
  'what lies behind it: budget, standing (normal for the product), promotion_ended, broad_market_move, spend_cut, ctr_change, '
  'stock_out, …; a product has one row a cause';
COMMENT ON COLUMN @extschema@.recommendations_row.evidence IS
  'what else is true for the same cause: a list of {"what", "text", "current", "prior"}';
COMMENT ON COLUMN @extschema@.recommendations_row.break_even_roas IS
  '1 / margin: below this ROAS ads cost more than the goods leave; NULL without a margin above zero';
COMMENT ON COLUMN @extschema@.recommendations_row.margin IS 'fraction of revenue left after the cost of goods that was used';
COMMENT ON COLUMN @extschema@.recommendations_row.margin_known IS
  'false: assumed, because there is no unit_cost, margin_pct or row of margin_pct in recommendation_thresholds';
COMMENT ON COLUMN @extschema@.recommendations_row.product_id IS 'products.id';

CREATE TYPE @extschema@.recommendation_rules_row AS (
  rule text,
  default_value double precision,
  lowest double precision,
  highest double precision,
  unit text,
  meaning text
);
COMMENT ON TYPE @extschema@.recommendation_rules_row IS 'A row of recommendation_rules().';
COMMENT ON COLUMN @extschema@.recommendation_rules_row.rule IS 'name, as in recommendation_thresholds.rule';
COMMENT ON COLUMN @extschema@.recommendation_rules_row.default_value IS 'used without a row; NULL for margin_pct: then 35% is assumed, and said';
COMMENT ON COLUMN @extschema@.recommendation_rules_row.lowest IS 'smallest value that a row may give';
COMMENT ON COLUMN @extschema@.recommendation_rules_row.highest IS 'largest one';
COMMENT ON COLUMN @extschema@.recommendation_rules_row.unit IS 'fraction (0.02 is 2%), ratio (money per money) or percent';
COMMENT ON COLUMN @extschema@.recommendation_rules_row.meaning IS 'what it decides';

CREATE FUNCTION @extschema@.recommendation_rules() RETURNS SETOF @extschema@.recommendation_rules_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100 ROWS 6
  AS 'MODULE_PATHNAME', 'performance_tracker_recommendation_rules';
COMMENT ON FUNCTION @extschema@.recommendation_rules() IS
$$The thresholds of recommendations() with their defaults and ranges, as fractions, ratios or percent.

A shop, a category or a product has its own by rows of the table recommendation_thresholds (rule, product_id, category,
value); the most specific row wins.

Example: SELECT rule, default_value, unit, meaning FROM recommendation_rules();$$;

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

-- As much history as a shop's size allows in the time of a page: a year for 600 products, a quarter for thousands. Budgets
-- change every few weeks, and each change tells something about what spend does.
CREATE FUNCTION @extschema@.performance_tracker_advice_days() RETURNS integer
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN (SELECT GREATEST(91, LEAST(365, (220000 OPERATOR(pg_catalog./) GREATEST(pg_catalog.count(*), 1))::integer))
          FROM products p);
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_advice_days() IS
  'Internal: days of history that recommendations() and reallocate_budget() read.';

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
  panel @extschema@.performance_tracker_panel;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', recommendations.days, 1, 366);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(recommendations.product, recommendations.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  panel := @extschema@.performance_tracker_read_panel(
    last_day OPERATOR(pg_catalog.-) GREATEST(2 OPERATOR(pg_catalog.*) recommendations.days,
                                             @extschema@.performance_tracker_advice_days()) OPERATOR(pg_catalog.+) 1, last_day,
      NULL::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.int4[]);
  IF pg_catalog.to_regclass('dismissed_recommendations') IS NULL THEN
    RETURN QUERY SELECT * FROM @extschema@.performance_tracker_recommendations(
      panel, recommendations.days, recommendations.product, recommendations.category);
  ELSE
    -- A join keeps no order: the place is kept to sort by.
    RETURN QUERY SELECT (a.row).* FROM (
      SELECT r AS row, pg_catalog.row_number() OVER () AS place FROM @extschema@.performance_tracker_recommendations(
        panel, recommendations.days, recommendations.product, recommendations.category) r) a
    WHERE NOT EXISTS (
      SELECT FROM dismissed_recommendations x
      WHERE x.product_id OPERATOR(pg_catalog.=) (a.row).product_id
        AND x.recommendation_type OPERATOR(pg_catalog.=) (a.row).recommendation_type
        AND (x.dismissed_until IS NULL OR x.dismissed_until OPERATOR(pg_catalog.>=) current_date))
    ORDER BY a.place;
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.recommendations(integer, text, text) IS
$$Recommends actions per product: the last complete days against the days before, with the money at stake.

Reads daily_performance, products and, where there are such tables, promotions, recommendation_thresholds and
dismissed_recommendations on the search_path. Ratios are sums over sums. By default: ACOS above 35% (reduce bids), ROAS
above 4 (scale the budget), CTR below 2% (image, title), conversion rate below 8% (price, reviews), revenue below 85% of
the days before (with its cause); see recommendation_rules(). A zero denominator is not judged; where purchases or clicks
are too few to tell, not_enough_evidence says so. What a product has been for weeks is told every fourth week. What a
budget brings is the product's own response to spend, shrunk to its category's, with its interval: a raise is a success
only when its lower bound is above zero, otherwise the advice is a test. Margins come from products.unit_cost or
margin_pct. Warnings first, then information, then successes, each by impact_lower_bound; one row a product and cause.

- days: length of the period and of the one before, 1 to 366.
- @product
- @category

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument and for rows of
recommendation_thresholds that contradict each other, 42P01 when a table is missing. An empty table gives no rows.

Example: SELECT severity, product, expected_impact, action, reason FROM recommendations() WHERE severity = 'warning';$$;
