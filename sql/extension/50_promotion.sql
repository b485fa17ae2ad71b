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
  report text
);
COMMENT ON TYPE @extschema@.promotion_impact_row IS
  'A row of promotion_impact(). Amounts are revenue in the currency of daily_performance, summed over its days.';
COMMENT ON COLUMN @extschema@.promotion_impact_row.promotion_id IS 'promotions.id; NULL for a promotion described in the call';
COMMENT ON COLUMN @extschema@.promotion_impact_row.promotion IS 'promotions.name; NULL for a promotion described in the call';
COMMENT ON COLUMN @extschema@.promotion_impact_row.product IS 'promoted product; NULL for a category or the whole shop';
COMMENT ON COLUMN @extschema@.promotion_impact_row.category IS 'promoted category, or that of the product; NULL for the whole shop';
COMMENT ON COLUMN @extschema@.promotion_impact_row.promotion_start IS 'first day';
COMMENT ON COLUMN @extschema@.promotion_impact_row.promotion_end IS 'last day';
COMMENT ON COLUMN @extschema@.promotion_impact_row.actual IS 'revenue on those of its days that are complete; NULL without any';
COMMENT ON COLUMN @extschema@.promotion_impact_row.counterfactual IS
  'revenue that the same days would have had without it; NULL when promotion_status says why not';
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

CREATE FUNCTION @extschema@.performance_tracker_promotion_impact(
  panel @extschema@.performance_tracker_panel,
  promotion_id integer,
  product text,
  promotion_start date,
  promotion_end date
) RETURNS SETOF @extschema@.promotion_impact_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 1000000 ROWS 10
  AS 'MODULE_PATHNAME', 'performance_tracker_promotion_impact';
COMMENT ON FUNCTION @extschema@.performance_tracker_promotion_impact(@extschema@.performance_tracker_panel, integer, text, date, date) IS
  'Internal: promotion_impact() on data already read.';

CREATE FUNCTION @extschema@.promotion_impact(
  promotion_id integer DEFAULT NULL,
  product text DEFAULT NULL,
  promotion_start date DEFAULT NULL,
  promotion_end date DEFAULT NULL
) RETURNS SETOF @extschema@.promotion_impact_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 10
AS $$
#variable_conflict use_column
DECLARE
  described boolean := promotion_impact.promotion_start IS NOT NULL OR promotion_impact.promotion_end IS NOT NULL;
  first_day pg_catalog.date := promotion_impact.promotion_start;
  last_day pg_catalog.date;
BEGIN
  IF described AND promotion_impact.promotion_id IS NOT NULL THEN
    RAISE invalid_parameter_value USING
      MESSAGE = 'promotion_id excludes promotion_start and promotion_end',
      HINT = 'Give promotion_id for a promotion that is stored, or product, promotion_start and promotion_end to describe one.';
  ELSIF described AND (promotion_impact.promotion_start IS NULL OR promotion_impact.promotion_end IS NULL) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = 'promotion_start and promotion_end go together',
      HINT = 'Give both days; one day is a promotion that starts and ends on it.';
  ELSIF described AND (NOT pg_catalog.isfinite(promotion_impact.promotion_start)
                       OR NOT pg_catalog.isfinite(promotion_impact.promotion_end)
                       OR promotion_impact.promotion_start OPERATOR(pg_catalog.>) promotion_impact.promotion_end
                       OR (promotion_impact.promotion_end OPERATOR(pg_catalog.-) promotion_impact.promotion_start)
                          OPERATOR(pg_catalog.>=) 3660) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = pg_catalog.format('the promotion from %s to %s is not one of 1 to 3660 days', promotion_impact.promotion_start,
                       promotion_impact.promotion_end),
      HINT = 'promotion_start must not be after promotion_end.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(promotion_impact.product, NULL::pg_catalog.text);
  IF NOT described THEN
    IF pg_catalog.to_regclass('promotions') IS NULL THEN
      RAISE undefined_table USING
        MESSAGE = pg_catalog.format('not found on the search_path (%s): promotions', pg_catalog.current_setting('search_path')),
        HINT = 'Apply the files of sql/schema in this database, or create a view of this name, or describe the '
               'promotion: promotion_impact(product => …, promotion_start => …, promotion_end => …).';
    END IF;
    IF promotion_impact.promotion_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM promotions p WHERE p.id OPERATOR(pg_catalog.=) promotion_impact.promotion_id) THEN
      RAISE invalid_parameter_value USING
        MESSAGE = pg_catalog.format('unknown promotion_id %s', promotion_impact.promotion_id),
        HINT = COALESCE((SELECT pg_catalog.format('Existing promotions, latest first: %s.',
                                  pg_catalog.string_agg(pg_catalog.format('%s (%s)', l.id, l.name), ', ' ORDER BY l.place))
                         FROM (SELECT p.id, p.name,
                                      pg_catalog.row_number() OVER (ORDER BY p.promotion_start DESC, p.id) AS place
                               FROM promotions p) l
                         WHERE l.place OPERATOR(pg_catalog.<=) 10
                         HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0),
                        'The table promotions is empty.');
    END IF;
    first_day := (SELECT pg_catalog.min(p.promotion_start)::pg_catalog.date FROM promotions p
                  WHERE promotion_impact.promotion_id IS NULL
                     OR p.id OPERATOR(pg_catalog.=) promotion_impact.promotion_id);
    IF first_day IS NULL THEN
      RETURN;
    END IF;
  END IF;
  last_day := COALESCE(@extschema@.performance_tracker_last_complete_day(), current_date OPERATOR(pg_catalog.-) 1);
  -- Nothing before the first day loaded, and a promotion that is yet to come needs no history.
  first_day := LEAST(last_day, GREATEST(first_day, (SELECT pg_catalog.min(d.date)::pg_catalog.date FROM daily_performance d
                                                    WHERE pg_catalog.isfinite(d.date)),
                                        last_day OPERATOR(pg_catalog.-) 7300)) OPERATOR(pg_catalog.-) 91;

  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_promotion_impact(
    @extschema@.performance_tracker_read_panel(
      first_day, last_day, NULL::pg_catalog.text, NULL::pg_catalog.text),
    promotion_impact.promotion_id, promotion_impact.product, promotion_impact.promotion_start,
    promotion_impact.promotion_end);
END
$$;
COMMENT ON FUNCTION @extschema@.promotion_impact(integer, text, date, date) IS
$$Estimates what promotions changed: revenue on their days against what it would have been, latest promotion first.

Reads daily_performance, products and promotions on the search_path. What would have been is predicted from the up to 91
days before the promotion (weekday pattern, trend, autocorrelated errors; days under other promotions left out), with
unpromoted products of other categories as a control where they help. The interval and the p-value are those of the sum
over the days. Without arguments: every stored promotion.

- promotion_id: only this stored promotion; NULL is all of them.
- product: the stored promotions that touch this product; with the two days: the product that the described one was for.
- promotion_start: first day of a promotion that is described rather than stored; needs no table promotions.
- promotion_end: its last day. Both days without a product describe one of the whole shop.

Errors: 22023 for a wrong argument (the hint lists what exists), 42P01 when a table is missing.

Example: SELECT report FROM promotion_impact(product => 'Wireless Mouse', promotion_start => current_date - 10, promotion_end => current_date - 4);$$;
