-- SPDX-License-Identifier: PostgreSQL
--
-- What a promotion changed. docs/analytics-method.md has the method and its measured coverage.

CREATE TYPE @extschema@.promotion_impact_row AS (
  promotion_id integer,
  promotion text,
  product text,
  category text,
  promotion_start date,
  promotion_end date,
  actual double precision,
  counterfactual double precision,
  absolute_effect double precision,
  relative_effect double precision,
  effect_lower_bound double precision,
  effect_upper_bound double precision,
  p_value double precision,
  promotion_status text,
  report text,
  attribution text,
  extra_advertising double precision,
  advertising_effect double precision,
  controls jsonb,
  neighbour_effect double precision,
  neighbour_lower_bound double precision,
  neighbour_upper_bound double precision,
  after_effect double precision,
  after_lower_bound double precision,
  after_upper_bound double precision,
  profit double precision,
  profit_lower_bound double precision,
  profit_upper_bound double precision,
  margin_known boolean
);
COMMENT ON TYPE @extschema@.promotion_impact_row IS
  'A row of promotion_impact(). Amounts are revenue in the currency of daily_performance, summed over its days.';
COMMENT ON COLUMN @extschema@.promotion_impact_row.product IS 'promoted product; NULL for a category or the whole shop';
COMMENT ON COLUMN @extschema@.promotion_impact_row.category IS 'promoted category, or that of the product; NULL for the whole shop';
COMMENT ON COLUMN @extschema@.promotion_impact_row.promotion_start IS 'first day';
COMMENT ON COLUMN @extschema@.promotion_impact_row.promotion_end IS 'last day';
COMMENT ON COLUMN @extschema@.promotion_impact_row.actual IS 'revenue on those of its days that are complete; NULL without any';
COMMENT ON COLUMN @extschema@.promotion_impact_row.counterfactual IS
  'revenue that the same days would have had without it, with the advertising that ran where that can be told apart; NULL when promotion_status says why not';
COMMENT ON COLUMN @extschema@.promotion_impact_row.absolute_effect IS 'actual - counterfactual, cumulative over the days';
COMMENT ON COLUMN @extschema@.promotion_impact_row.relative_effect IS
  'absolute_effect as a fraction of counterfactual: 0.25 is a quarter more; NULL when that is zero';
COMMENT ON COLUMN @extschema@.promotion_impact_row.effect_lower_bound IS 'lower end of the 95% interval of absolute_effect';
COMMENT ON COLUMN @extschema@.promotion_impact_row.effect_upper_bound IS 'upper end of the 95% interval of absolute_effect';
COMMENT ON COLUMN @extschema@.promotion_impact_row.p_value IS
  'two-sided: probability of a difference at least this large without any effect';
COMMENT ON COLUMN @extschema@.promotion_impact_row.promotion_status IS
  '''completed'', ''running'' (judged on the days so far), ''planned'' (begins after the last complete day), '
  '''short_pre_period'' (fewer than 14 comparable days before it) or ''no_data''';
COMMENT ON COLUMN @extschema@.promotion_impact_row.report IS 'all of it in prose, with what the expectation rests on';

COMMENT ON COLUMN @extschema@.promotion_impact_row.attribution IS 'no_extra_advertising, told_apart (what ads beyond the usual brought is not in absolute_effect) or cannot_be_told_apart (the interval allows for both; the report says why)';
COMMENT ON COLUMN @extschema@.promotion_impact_row.extra_advertising IS 'ads shown beyond what was to be expected, as a fraction: 0.5 is half as many again; NULL without impressions and spend';
COMMENT ON COLUMN @extschema@.promotion_impact_row.advertising_effect IS 'revenue that is credited to extra advertising instead of the deal; NULL without any';
COMMENT ON COLUMN @extschema@.promotion_impact_row.controls IS 'products without a promotion that say what the market did: a list of {"product", "weight"}, heaviest first; 1% more of its sales moves the expectation by weight percent';
COMMENT ON COLUMN @extschema@.promotion_impact_row.neighbour_effect IS 'revenue of the unpromoted rest of the category beyond its own expectation, summed over the promotion: above zero it drew customers, below it took them';
COMMENT ON COLUMN @extschema@.promotion_impact_row.neighbour_lower_bound IS 'lower end of its 95% interval';
COMMENT ON COLUMN @extschema@.promotion_impact_row.neighbour_upper_bound IS 'upper end of its 95% interval';
COMMENT ON COLUMN @extschema@.promotion_impact_row.after_effect IS 'revenue beyond expectation on the up to 14 days after it: below zero, purchases were brought forward';
COMMENT ON COLUMN @extschema@.promotion_impact_row.after_lower_bound IS 'lower end of its 95% interval';
COMMENT ON COLUMN @extschema@.promotion_impact_row.after_upper_bound IS 'upper end of its 95% interval';
COMMENT ON COLUMN @extschema@.promotion_impact_row.profit IS 'what it earned on its days: margin of actual revenue, less the margin that was to be expected, less extra ad spend';
COMMENT ON COLUMN @extschema@.promotion_impact_row.profit_lower_bound IS 'lower end of its 95% interval';
COMMENT ON COLUMN @extschema@.promotion_impact_row.profit_upper_bound IS 'upper end of its 95% interval';
COMMENT ON COLUMN @extschema@.promotion_impact_row.margin_known IS 'false: the cost of goods of some product is unknown, and a margin of 35% is assumed';

CREATE TYPE @extschema@.promotion_daily_row AS (
  promotion_id integer,
  promotion text,
  day date,
  phase text,
  actual double precision,
  counterfactual double precision,
  counterfactual_lower_bound double precision,
  counterfactual_upper_bound double precision,
  effect double precision,
  cumulative_effect double precision,
  cumulative_lower_bound double precision,
  cumulative_upper_bound double precision
);
COMMENT ON TYPE @extschema@.promotion_daily_row IS
  'A row of promotion_daily(): one day of one promotion. Amounts are revenue in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.promotion_daily_row.day IS 'calendar day';
COMMENT ON COLUMN @extschema@.promotion_daily_row.phase IS 'before (up to 28 days, fitted), promotion, or after (up to 14 days)';
COMMENT ON COLUMN @extschema@.promotion_daily_row.actual IS 'revenue of the day';
COMMENT ON COLUMN @extschema@.promotion_daily_row.counterfactual IS 'revenue that it would have had without the promotion';
COMMENT ON COLUMN @extschema@.promotion_daily_row.counterfactual_lower_bound IS 'lower end of the 95% interval of such a day';
COMMENT ON COLUMN @extschema@.promotion_daily_row.counterfactual_upper_bound IS 'upper end of it';
COMMENT ON COLUMN @extschema@.promotion_daily_row.effect IS 'actual - counterfactual';
COMMENT ON COLUMN @extschema@.promotion_daily_row.cumulative_effect IS 'sum of the effects of its phase up to the day; NULL before the promotion';
COMMENT ON COLUMN @extschema@.promotion_daily_row.cumulative_lower_bound IS 'lower end of its 95% interval';
COMMENT ON COLUMN @extschema@.promotion_daily_row.cumulative_upper_bound IS 'upper end of its 95% interval';

CREATE FUNCTION @extschema@.performance_tracker_promotion_impact(
  panel @extschema@.performance_tracker_panel,
  promotion_id integer,
  product text,
  category text,
  promotion_start date,
  promotion_end date
) RETURNS SETOF @extschema@.promotion_impact_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 1000000 ROWS 10
  AS 'MODULE_PATHNAME', 'performance_tracker_promotion_impact';
COMMENT ON FUNCTION @extschema@.performance_tracker_promotion_impact(@extschema@.performance_tracker_panel, integer, text, text, date, date) IS
  'Internal: promotion_impact() on data already read.';

CREATE FUNCTION @extschema@.performance_tracker_promotion_daily(
  panel @extschema@.performance_tracker_panel,
  promotion_id integer,
  product text,
  category text,
  promotion_start date,
  promotion_end date
) RETURNS SETOF @extschema@.promotion_daily_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 1000000 ROWS 400
  AS 'MODULE_PATHNAME', 'performance_tracker_promotion_daily';
COMMENT ON FUNCTION @extschema@.performance_tracker_promotion_daily(@extschema@.performance_tracker_panel, integer, text, text, date, date) IS
  'Internal: promotion_daily() on data already read.';

-- A few of each category are control enough (their noise falls with the root of their number); of a thousand the others
-- would only cost time. Those with the fewest promotions of their own, else by a hash, so that it is nobody's choice.
CREATE FUNCTION @extschema@.performance_tracker_promotion_products(
  judged integer[],
  product text,
  category text
) RETURNS integer[]
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
#variable_conflict use_column
DECLARE
  promoted integer[] := '{}';
  promoted_often integer[] := '{}';
BEGIN
  IF (SELECT pg_catalog.count(*) FROM products p) OPERATOR(pg_catalog.<=) 100 THEN
    RETURN NULL;
  END IF;
  IF pg_catalog.to_regclass('promotions') IS NOT NULL THEN
    promoted_often := ARRAY(SELECT x.product_id::integer FROM promotions x WHERE x.product_id IS NOT NULL);
    promoted := ARRAY(
      SELECT DISTINCT o.id::integer
      FROM promotions x JOIN products o
        ON (x.product_id IS NULL OR x.product_id OPERATOR(pg_catalog.=) o.id)
       AND (x.category IS NULL OR x.category OPERATOR(pg_catalog.=) o.category)
      WHERE x.id OPERATOR(pg_catalog.=) ANY (performance_tracker_promotion_products.judged));
  END IF;
  RETURN ARRAY(
    SELECT c.id
    FROM (SELECT p.id::integer AS id, p.name, p.category,
                 pg_catalog.row_number() OVER (
                   PARTITION BY p.category
                   ORDER BY (p.id OPERATOR(pg_catalog.=) ANY (promoted_often)), pg_catalog.hashint4(p.id::integer), p.id) AS place
          FROM products p) c
    WHERE c.place OPERATOR(pg_catalog.<=) 10
       OR c.id OPERATOR(pg_catalog.=) ANY (promoted)
       OR (pg_catalog.cardinality(performance_tracker_promotion_products.judged) OPERATOR(pg_catalog.=) 0
           AND (performance_tracker_promotion_products.product IS NOT NULL
                OR performance_tracker_promotion_products.category IS NOT NULL)
           AND (performance_tracker_promotion_products.product IS NULL
                OR c.name::pg_catalog.text OPERATOR(pg_catalog.=) performance_tracker_promotion_products.product)
           AND (performance_tracker_promotion_products.category IS NULL
                OR c.category::pg_catalog.text OPERATOR(pg_catalog.=) performance_tracker_promotion_products.category)));
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_promotion_products(integer[], text, text) IS
  'Internal: the products that judging these promotions (or the described one) reads: the promoted and some controls of '
  'each category; NULL for all of a small shop.';

CREATE FUNCTION @extschema@.performance_tracker_promotion_panel(
  promotion_id integer,
  product text,
  category text,
  promotion_start date,
  promotion_end date
) RETURNS @extschema@.performance_tracker_panel
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
#variable_conflict use_column
DECLARE
  judged integer[] := '{}';
  final_day pg_catalog.date := performance_tracker_promotion_panel.promotion_end;
  shop_wide boolean := performance_tracker_promotion_panel.product IS NULL
                       AND performance_tracker_promotion_panel.category IS NULL;
  panel @extschema@.performance_tracker_panel;
  described boolean := performance_tracker_promotion_panel.promotion_start IS NOT NULL OR performance_tracker_promotion_panel.promotion_end IS NOT NULL;
  first_day pg_catalog.date := performance_tracker_promotion_panel.promotion_start;
  last_day pg_catalog.date;
BEGIN
  IF described AND performance_tracker_promotion_panel.promotion_id IS NOT NULL THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'promotion_id',
      MESSAGE = 'promotion_id excludes promotion_start and promotion_end',
      HINT = 'Give promotion_id for a promotion that is stored, or product, promotion_start and promotion_end to describe one.';
  ELSIF described AND (performance_tracker_promotion_panel.promotion_start IS NULL OR performance_tracker_promotion_panel.promotion_end IS NULL) THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'promotion_start',
      MESSAGE = 'promotion_start and promotion_end go together',
      HINT = 'Give both days; one day is a promotion that starts and ends on it.';
  ELSIF described AND (NOT pg_catalog.isfinite(performance_tracker_promotion_panel.promotion_start)
                       OR NOT pg_catalog.isfinite(performance_tracker_promotion_panel.promotion_end)
                       OR performance_tracker_promotion_panel.promotion_start OPERATOR(pg_catalog.>) performance_tracker_promotion_panel.promotion_end
                       OR (performance_tracker_promotion_panel.promotion_end OPERATOR(pg_catalog.-) performance_tracker_promotion_panel.promotion_start)
                          OPERATOR(pg_catalog.>=) 3660) THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'promotion_end',
      MESSAGE = pg_catalog.format('the promotion from %s to %s is not one of 1 to 3660 days', performance_tracker_promotion_panel.promotion_start,
                       performance_tracker_promotion_panel.promotion_end),
      HINT = 'promotion_start must not be after promotion_end.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(performance_tracker_promotion_panel.product, performance_tracker_promotion_panel.category);
  IF NOT described THEN
    IF pg_catalog.to_regclass('promotions') IS NULL THEN
      RAISE undefined_table USING
        MESSAGE = pg_catalog.format('not found on the search_path (%s): promotions', pg_catalog.current_setting('search_path')),
        HINT = 'Apply the files of sql/schema in this database, or create a view of this name, or describe the '
               'promotion: promotion_impact(product => …, promotion_start => …, promotion_end => …).';
    END IF;
    IF performance_tracker_promotion_panel.promotion_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM promotions p WHERE p.id OPERATOR(pg_catalog.=) performance_tracker_promotion_panel.promotion_id) THEN
      RAISE SQLSTATE '22U01' USING
        COLUMN = 'promotion_id',
        MESSAGE = pg_catalog.format('unknown promotion_id %s', performance_tracker_promotion_panel.promotion_id),
        HINT = COALESCE((SELECT pg_catalog.format('Existing promotions, latest first: %s.',
                                  pg_catalog.string_agg(pg_catalog.format('%s (%s)', l.id, l.name), ', ' ORDER BY l.place))
                         FROM (SELECT p.id, p.name,
                                      pg_catalog.row_number() OVER (ORDER BY p.promotion_start DESC, p.id) AS place
                               FROM promotions p) l
                         WHERE l.place OPERATOR(pg_catalog.<=) 10
                         HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0),
                        'The table promotions is empty.');
    END IF;
    judged := ARRAY(
      SELECT p.id::integer FROM promotions p
      WHERE p.promotion_start IS NOT NULL AND p.promotion_end IS NOT NULL
        AND (performance_tracker_promotion_panel.promotion_id IS NULL OR p.id OPERATOR(pg_catalog.=) performance_tracker_promotion_panel.promotion_id)
        AND ((performance_tracker_promotion_panel.product IS NULL AND performance_tracker_promotion_panel.category IS NULL) OR EXISTS (
          SELECT FROM products o
          WHERE (performance_tracker_promotion_panel.product IS NULL OR o.name OPERATOR(pg_catalog.=) performance_tracker_promotion_panel.product)
            AND (performance_tracker_promotion_panel.category IS NULL OR o.category OPERATOR(pg_catalog.=) performance_tracker_promotion_panel.category)
            AND (p.product_id IS NULL OR p.product_id OPERATOR(pg_catalog.=) o.id)
            AND (p.category IS NULL OR p.category OPERATOR(pg_catalog.=) o.category))));
    SELECT pg_catalog.min(p.promotion_start)::pg_catalog.date, pg_catalog.max(p.promotion_end)::pg_catalog.date,
           pg_catalog.bool_or(p.product_id IS NULL AND p.category IS NULL)
    INTO first_day, final_day, shop_wide
    FROM promotions p WHERE p.id OPERATOR(pg_catalog.=) ANY (judged);
    IF first_day IS NULL THEN
      RETURN NULL;
    END IF;
  END IF;
  last_day := COALESCE(@extschema@.performance_tracker_last_complete_day(), current_date OPERATOR(pg_catalog.-) 1);
  -- Nothing before the first day loaded, and a promotion that is yet to come needs no history. A quarter before it, and for
  -- the whole shop, which has nobody to compare it with, the same weeks of the year before.
  first_day := LEAST(last_day, GREATEST(first_day, (SELECT pg_catalog.min(d.date)::pg_catalog.date FROM daily_performance d
                                                    WHERE pg_catalog.isfinite(d.date)),
                                        last_day OPERATOR(pg_catalog.-) 7300))
               OPERATOR(pg_catalog.-) (CASE WHEN shop_wide THEN 91 OPERATOR(pg_catalog.+) 367 ELSE 91 END);
  IF final_day OPERATOR(pg_catalog.<) last_day THEN
    last_day := GREATEST(first_day, LEAST(last_day, final_day OPERATOR(pg_catalog.+) 14));
  END IF;
  panel := @extschema@.performance_tracker_read_panel(first_day, last_day, NULL::pg_catalog.text, NULL::pg_catalog.text,
    CASE WHEN shop_wide THEN NULL::pg_catalog.int4[]
         ELSE @extschema@.performance_tracker_promotion_products(judged, performance_tracker_promotion_panel.product, performance_tracker_promotion_panel.category) END);
  RETURN panel;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_promotion_panel(integer, text, text, date, date) IS
  'Internal: checks the arguments of promotion_impact() and promotion_daily() and reads what they need; NULL when there is '
  'no promotion to judge.';

CREATE FUNCTION @extschema@.promotion_impact(
  promotion_id integer DEFAULT NULL,
  product text DEFAULT NULL,
  promotion_start date DEFAULT NULL,
  promotion_end date DEFAULT NULL,
  category text DEFAULT NULL
) RETURNS SETOF @extschema@.promotion_impact_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 10
AS $$
#variable_conflict use_column
DECLARE
  panel @extschema@.performance_tracker_panel;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  panel := @extschema@.performance_tracker_promotion_panel(
    promotion_impact.promotion_id, promotion_impact.product, promotion_impact.category, promotion_impact.promotion_start, promotion_impact.promotion_end);
  -- A row of NULLs is what IS NULL is true of.
  IF panel.days IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_promotion_impact(
    panel, promotion_impact.promotion_id, promotion_impact.product, promotion_impact.category, promotion_impact.promotion_start, promotion_impact.promotion_end);
END
$$;
COMMENT ON FUNCTION @extschema@.promotion_impact(integer, text, date, date, text) IS
$$Estimates what promotions changed: revenue on their days against what it would have been, latest promotion first.

Reads daily_performance, products and promotions on the search_path. What would have been is predicted from the up to 91
days before the promotion (weekday pattern, trend, autocorrelated errors, budgets; days under other promotions left out)
and from what products without a promotion did meanwhile, by how they went with the promoted ones before. Interval and
p-value are of the sum over the days, agree, and are widened by what the method misses on unpromoted products at the same
time. Extra advertising is kept apart from the deal, or said to be inseparable. Also: the rest of the category, the days
after, and whether it paid. Without arguments: every stored promotion.

- promotion_id: only this stored promotion; NULL is all of them.
- product: the stored promotions that touch this product; with the two days: the product that the described one was for.
- promotion_start: first day of a promotion that is described rather than stored; needs no table promotions.
- promotion_end: its last day. Both days without a product or category describe one of the whole shop.
- category: the stored promotions that touch this category; with the two days: the category that the described one was for.

Errors: 22U01 for a name or promotion_id that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT report FROM promotion_impact(product => 'Wireless Mouse', promotion_start => current_date - 10, promotion_end => current_date - 4);$$;

CREATE FUNCTION @extschema@.promotion_daily(
  promotion_id integer DEFAULT NULL,
  product text DEFAULT NULL,
  promotion_start date DEFAULT NULL,
  promotion_end date DEFAULT NULL,
  category text DEFAULT NULL
) RETURNS SETOF @extschema@.promotion_daily_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 400
AS $$
#variable_conflict use_column
DECLARE
  panel @extschema@.performance_tracker_panel;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  panel := @extschema@.performance_tracker_promotion_panel(
    promotion_daily.promotion_id, promotion_daily.product, promotion_daily.category, promotion_daily.promotion_start, promotion_daily.promotion_end);
  -- A row of NULLs is what IS NULL is true of.
  IF panel.days IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_promotion_daily(
    panel, promotion_daily.promotion_id, promotion_daily.product, promotion_daily.category, promotion_daily.promotion_start, promotion_daily.promotion_end);
END
$$;
COMMENT ON FUNCTION @extschema@.promotion_daily(integer, text, date, date, text) IS
$$The days of promotion_impact(): actual revenue, what it would have been, and the effect so far, as rows for a chart.

Up to 28 days before each promotion (fitted), its own days, and up to 14 days after it; days without complete data are left
out. On its last day cumulative_effect and its bounds are absolute_effect and its bounds.

- promotion_id: only this stored promotion; NULL is all of them.
- product: the stored promotions that touch this product; with the two days: the product that the described one was for.
- promotion_start: first day of a promotion that is described rather than stored; needs no table promotions.
- promotion_end: its last day. Both days without a product or category describe one of the whole shop.
- category: the stored promotions that touch this category; with the two days: the category that the described one was for.

Errors: 22U01 for a name or promotion_id that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT day, phase, actual, counterfactual, cumulative_effect FROM promotion_daily(promotion_start => current_date - 10, promotion_end => current_date - 4) WHERE phase = 'promotion';$$;
