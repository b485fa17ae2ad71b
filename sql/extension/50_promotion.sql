-- SPDX-License-Identifier: PostgreSQL
--
-- What a promotion changed. docs/analytics-method.md has the method and its measured coverage.

CREATE TYPE promotion_impact_row AS (
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
COMMENT ON TYPE promotion_impact_row IS
  'A row of promotion_impact(). Amounts are revenue in the currency of daily_performance, summed over its days.';
COMMENT ON COLUMN promotion_impact_row.promotion_id IS 'promotions.id; NULL for a promotion described in the call';
COMMENT ON COLUMN promotion_impact_row.promotion IS 'promotions.name; NULL for a promotion described in the call';
COMMENT ON COLUMN promotion_impact_row.product IS 'promoted product; NULL for a category or the whole shop';
COMMENT ON COLUMN promotion_impact_row.category IS 'promoted category, or that of the product; NULL for the whole shop';
COMMENT ON COLUMN promotion_impact_row.promotion_start IS 'first day';
COMMENT ON COLUMN promotion_impact_row.promotion_end IS 'last day';
COMMENT ON COLUMN promotion_impact_row.actual IS 'revenue on those of its days that are complete; NULL without any';
COMMENT ON COLUMN promotion_impact_row.counterfactual IS
  'revenue that the same days would have had without it; NULL when promotion_status says why not';
COMMENT ON COLUMN promotion_impact_row.absolute_effect IS 'actual - counterfactual, cumulative over the days';
COMMENT ON COLUMN promotion_impact_row.relative_effect IS
  'absolute_effect as a fraction of counterfactual: 0.25 is a quarter more; NULL when that is zero';
COMMENT ON COLUMN promotion_impact_row.effect_lower_bound IS 'lower end of the 95% interval of absolute_effect';
COMMENT ON COLUMN promotion_impact_row.effect_upper_bound IS 'upper end of the 95% interval of absolute_effect';
COMMENT ON COLUMN promotion_impact_row.p_value IS
  'two-sided: probability of a difference at least this large without any effect';
COMMENT ON COLUMN promotion_impact_row.promotion_status IS
  '''completed'', ''running'' (judged on the days so far), ''planned'' (begins after the last complete day), '
  '''short_pre_period'' (fewer than 14 comparable days before it) or ''no_data''';
COMMENT ON COLUMN promotion_impact_row.report IS 'all of it in prose, with what the expectation rests on';

CREATE FUNCTION performance_tracker_promotion_impact(
  panel performance_tracker_panel,
  promotion_id integer,
  product text,
  promotion_start date,
  promotion_end date
) RETURNS SETOF promotion_impact_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 1000000 ROWS 10
  AS 'MODULE_PATHNAME', 'performance_tracker_promotion_impact';
COMMENT ON FUNCTION performance_tracker_promotion_impact(performance_tracker_panel, integer, text, date, date) IS
  'Internal: promotion_impact() on data already read.';

CREATE FUNCTION promotion_impact(
  promotion_id integer DEFAULT NULL,
  product text DEFAULT NULL,
  promotion_start date DEFAULT NULL,
  promotion_end date DEFAULT NULL
) RETURNS SETOF promotion_impact_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 10
AS $$
#variable_conflict use_column
DECLARE
  described boolean := promotion_impact.promotion_start IS NOT NULL OR promotion_impact.promotion_end IS NOT NULL;
  first_day date := promotion_impact.promotion_start;
  last_day date;
BEGIN
  IF described AND promotion_impact.promotion_id IS NOT NULL THEN
    RAISE invalid_parameter_value USING
      MESSAGE = 'promotion_id excludes promotion_start and promotion_end',
      HINT = 'Give promotion_id for a promotion that is stored, or product, promotion_start and promotion_end to describe one.';
  ELSIF described AND (promotion_impact.promotion_start IS NULL OR promotion_impact.promotion_end IS NULL) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = 'promotion_start and promotion_end go together',
      HINT = 'Give both days; one day is a promotion that starts and ends on it.';
  ELSIF described AND (NOT isfinite(promotion_impact.promotion_start) OR NOT isfinite(promotion_impact.promotion_end)
                       OR promotion_impact.promotion_start > promotion_impact.promotion_end
                       OR promotion_impact.promotion_end - promotion_impact.promotion_start >= 3660) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('the promotion from %s to %s is not one of 1 to 3660 days', promotion_impact.promotion_start,
                       promotion_impact.promotion_end),
      HINT = 'promotion_start must not be after promotion_end.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_filter(promotion_impact.product, NULL);
  IF NOT described THEN
    IF to_regclass('promotions') IS NULL THEN
      RAISE undefined_table USING
        MESSAGE = format('not found on the search_path (%s): promotions', current_setting('search_path')),
        HINT = 'Apply the files of sql/schema in this database, or create a view of this name, or describe the '
               'promotion: promotion_impact(product => …, promotion_start => …, promotion_end => …).';
    END IF;
    IF promotion_impact.promotion_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM promotions p WHERE p.id = promotion_impact.promotion_id) THEN
      RAISE invalid_parameter_value USING
        MESSAGE = format('unknown promotion_id %s', promotion_impact.promotion_id),
        HINT = COALESCE('Existing promotions, latest first: '
                        || (SELECT string_agg(format('%s (%s)', l.id, l.name), ', ' ORDER BY l.place)
                            FROM (SELECT p.id, p.name, row_number() OVER (ORDER BY p.promotion_start DESC, p.id) AS place
                                  FROM promotions p) l
                            WHERE l.place <= 10) || '.',
                        'The table promotions is empty.');
    END IF;
    first_day := (SELECT min(p.promotion_start)::date FROM promotions p
                  WHERE promotion_impact.promotion_id IS NULL OR p.id = promotion_impact.promotion_id);
    IF first_day IS NULL THEN
      RETURN;
    END IF;
  END IF;
  last_day := COALESCE(@extschema@.performance_tracker_last_complete_day(), current_date - 1);
  -- Nothing before the first day loaded, and a promotion that is yet to come needs no history.
  first_day := least(last_day, greatest(first_day, (SELECT min(d.date)::date FROM daily_performance d WHERE isfinite(d.date)),
                                        last_day - 7300)) - 91;

  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_promotion_impact(
    @extschema@.performance_tracker_read_panel(first_day, last_day),
    promotion_impact.promotion_id, promotion_impact.product, promotion_impact.promotion_start,
    promotion_impact.promotion_end);
END
$$;
COMMENT ON FUNCTION promotion_impact(integer, text, date, date) IS
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
