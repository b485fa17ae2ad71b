-- SPDX-License-Identifier: PostgreSQL
--
-- Where the next money of ad spend earns, by each product's own response to it. docs/analytics-method.md has the method,
-- its measured figures and when not to trust it.

CREATE TYPE @extschema@.reallocate_budget_row AS (
  product text,
  category text,
  current_spend numeric,
  proposed_spend numeric,
  change_pct double precision,
  profit_now numeric,
  profit_now_lower_bound numeric,
  profit_now_upper_bound numeric,
  profit_then numeric,
  profit_then_lower_bound numeric,
  profit_then_upper_bound numeric,
  expected_gain numeric,
  gain_lower_bound numeric,
  gain_upper_bound numeric,
  roas double precision,
  break_even_roas double precision,
  elasticity double precision,
  elasticity_lower_bound double precision,
  elasticity_upper_bound double precision,
  margin double precision,
  margin_known boolean,
  budget_changes integer,
  action text,
  reason text
);
COMMENT ON TYPE @extschema@.reallocate_budget_row IS
  'A row of reallocate_budget(). Amounts are in the currency of daily_performance, over the given days.';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.product IS 'name of the product; NULL in the last row, the whole';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.current_spend IS 'ad spend of the last days, money';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.proposed_spend IS 'ad spend that is proposed for as many days, money';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.profit_now IS 'expected profit at the current spend: revenue at the products margin minus ad spend, money';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.profit_now_lower_bound IS 'lower end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.profit_now_upper_bound IS 'upper end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.profit_then IS 'expected profit at the proposed spend, money';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.profit_then_lower_bound IS 'lower end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.profit_then_upper_bound IS 'upper end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.expected_gain IS 'profit_then - profit_now, money';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.gain_lower_bound IS 'lower end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.gain_upper_bound IS 'upper end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.roas IS 'revenue per money of ad spend, over the longer past';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.break_even_roas IS '1 / margin; NULL without a margin above zero';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.elasticity IS 'percent more revenue from 1 percent more spend, at the current spend';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.elasticity_lower_bound IS 'lower end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.elasticity_upper_bound IS 'upper end of its interval';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.margin IS 'fraction of revenue left after the cost of goods';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.margin_known IS 'false: assumed';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.budget_changes IS 'changes of the products own budget in the past that told something about its response';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.action IS 'raise, cut or keep; in the last row reallocate or keep';
COMMENT ON COLUMN @extschema@.reallocate_budget_row.reason IS 'why, with the numbers, as a sentence';

CREATE TYPE @extschema@.design_budget_test_row AS (
  product text,
  category text,
  current_daily_spend numeric,
  test_daily_spend numeric,
  change_pct double precision,
  test_days integer,
  elasticity_error_now double precision,
  elasticity_error_then double precision,
  break_even_elasticity double precision,
  expected_cost numeric,
  cost_lower_bound numeric,
  cost_upper_bound numeric,
  decisive boolean,
  reason text
);
COMMENT ON TYPE @extschema@.design_budget_test_row IS
  'A row of design_budget_test(). Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.design_budget_test_row.current_daily_spend IS 'ad spend a day at present, money';
COMMENT ON COLUMN @extschema@.design_budget_test_row.test_daily_spend IS 'ad spend a day during the test, money';
COMMENT ON COLUMN @extschema@.design_budget_test_row.test_days IS 'days that the test takes; as many before it are what it is compared with';
COMMENT ON COLUMN @extschema@.design_budget_test_row.elasticity_error_now IS 'standard deviation of what is known of the response at present';
COMMENT ON COLUMN @extschema@.design_budget_test_row.elasticity_error_then IS 'the same after the test';
COMMENT ON COLUMN @extschema@.design_budget_test_row.break_even_elasticity IS 'more spend pays above, less below this; NULL without margin or revenue';
COMMENT ON COLUMN @extschema@.design_budget_test_row.expected_cost IS 'profit that the test is expected to bring (negative: cost), money over its days';
COMMENT ON COLUMN @extschema@.design_budget_test_row.cost_lower_bound IS 'lower end of its interval';
COMMENT ON COLUMN @extschema@.design_budget_test_row.cost_upper_bound IS 'upper end of its interval';
COMMENT ON COLUMN @extschema@.design_budget_test_row.decisive IS 'whether it is expected to tell on which side of break-even the product is';
COMMENT ON COLUMN @extschema@.design_budget_test_row.reason IS 'the test as a sentence';

CREATE FUNCTION @extschema@.performance_tracker_reallocate_budget(
  panel @extschema@.performance_tracker_panel,
  days integer,
  total double precision,
  max_change double precision,
  confidence_level double precision,
  product text,
  category text
) RETURNS SETOF @extschema@.reallocate_budget_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 1000000 ROWS 30
  AS 'MODULE_PATHNAME', 'performance_tracker_reallocate_budget';
COMMENT ON FUNCTION @extschema@.performance_tracker_reallocate_budget(@extschema@.performance_tracker_panel, integer, double precision, double precision, double precision, text, text) IS
  'Internal: reallocate_budget() on data already read.';

CREATE FUNCTION @extschema@.performance_tracker_design_budget_test(
  panel @extschema@.performance_tracker_panel,
  days integer,
  total double precision,
  max_change double precision,
  confidence_level double precision,
  product text,
  category text
) RETURNS SETOF @extschema@.design_budget_test_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 1000000 ROWS 30
  AS 'MODULE_PATHNAME', 'performance_tracker_design_budget_test';
COMMENT ON FUNCTION @extschema@.performance_tracker_design_budget_test(@extschema@.performance_tracker_panel, integer, double precision, double precision, double precision, text, text) IS
  'Internal: design_budget_test() on data already read.';

CREATE FUNCTION @extschema@.reallocate_budget(
  total numeric DEFAULT NULL,
  max_change double precision DEFAULT 0.3,
  days integer DEFAULT 28,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  confidence_level double precision DEFAULT 0.80
) RETURNS SETOF @extschema@.reallocate_budget_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 30
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', reallocate_budget.days, 7, 366);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(reallocate_budget.product, reallocate_budget.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_reallocate_budget(
    @extschema@.performance_tracker_read_panel(
      last_day OPERATOR(pg_catalog.-) GREATEST(2 OPERATOR(pg_catalog.*) reallocate_budget.days,
                                               @extschema@.performance_tracker_advice_days()) OPERATOR(pg_catalog.+) 1, last_day,
      NULL::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.int4[]),
    reallocate_budget.days, reallocate_budget.total::double precision, reallocate_budget.max_change,
    reallocate_budget.confidence_level, reallocate_budget.product, reallocate_budget.category);
END
$$;
COMMENT ON FUNCTION @extschema@.reallocate_budget(numeric, double precision, integer, text, text, double precision) IS
$$Divides the ad budget among the products where it earns most, by each product's own response to spend.

Reads daily_performance, products and, where there are such tables, promotions and recommendation_thresholds. The response
is learned from days on which a product's spend stepped to another level, against its market, and shrunk to its category's;
a product without such a step has its category's, with an interval that says how little that is. The last row is the
whole; it says keep when the gain is not above zero with a probability of 95%. Money over the given days.

- total: ad spend to divide over the days, money; NULL is as much as was spent in the last days.
- max_change: largest change of a product's spend, a fraction above 0 and up to 0.9.
- days: length of the period, 7 to 366.
- @product
- @category
- confidence_level: of the intervals, between 0 and 1.

Errors: 22023 for a wrong argument, a total that max_change cannot reach, or contradicting thresholds; 42P01 when a table is
missing. Products without spend are left out; without any there are no rows.

Example: SELECT product, current_spend, proposed_spend, expected_gain, gain_lower_bound, action FROM reallocate_budget(max_change => 0.2);$$;

CREATE FUNCTION @extschema@.design_budget_test(
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  change double precision DEFAULT 0.3,
  days integer DEFAULT 28,
  confidence_level double precision DEFAULT 0.80
) RETURNS SETOF @extschema@.design_budget_test_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 30
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', design_budget_test.days, 7, 366);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(design_budget_test.product, design_budget_test.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_design_budget_test(
    @extschema@.performance_tracker_read_panel(
      last_day OPERATOR(pg_catalog.-) GREATEST(2 OPERATOR(pg_catalog.*) design_budget_test.days,
                                               @extschema@.performance_tracker_advice_days()) OPERATOR(pg_catalog.+) 1, last_day,
      NULL::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.int4[]),
    design_budget_test.days, NULL, design_budget_test.change, design_budget_test.confidence_level, design_budget_test.product,
    design_budget_test.category);
END
$$;
COMMENT ON FUNCTION @extschema@.design_budget_test(text, text, double precision, integer, double precision) IS
$$Says which budget change, for how many days, would tell whether more or less ad spend pays, per product.

For where reallocate_budget() and recommendations() cannot tell: the shortest test of whole weeks, up to eight, after which
the product's response is known well enough, and what it is expected to cost. The most uncertain money first.

- @product
- @category
- change: size of the test's change of spend, a fraction above 0 and up to 0.9.
- days: of present spend that it starts from, 7 to 366.
- confidence_level: with which it is to tell, between 0 and 1.

Errors: 22023 for a wrong argument, 42P01 when a table is missing. Products without spend or with fewer than four weeks of
data have no row.

Example: SELECT product, test_daily_spend, test_days, expected_cost, reason FROM design_budget_test(change => 0.2);$$;
