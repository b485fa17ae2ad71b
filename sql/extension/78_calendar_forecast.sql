-- SPDX-License-Identifier: PostgreSQL
--
-- The shop's calendar in its forecasts: one text for the whole shop, read by each series' fit for what concerns it.

CREATE FUNCTION @extschema@.performance_tracker_fit_calendar_series(
  series @extschema@.time_series, horizon integer, levels double precision[], season_length integer, method text,
  include_history boolean, keep_errors boolean, level text, category text, product text, calendar text
) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'performance_tracker_fit_calendar_series';
COMMENT ON FUNCTION @extschema@.performance_tracker_fit_calendar_series(@extschema@.time_series, integer, double precision[],
integer, text, boolean, boolean, text, text, text, text) IS
  'Internal: performance_tracker_fit_series with what performance_tracker_shop_calendar says about the series of that level, '
  'category and product; NULL in its place is the method alone.';

-- Lines of eight fields between tabs, as core/forecast/shop_calendar.h says. What promotions touch of the total and of a
-- category is the share of its products in the revenue of the history.
CREATE FUNCTION @extschema@.performance_tracker_shop_calendar(first_day date, last_day date, planned jsonb) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  lines pg_catalog.text;
  days pg_catalog.text;
  entry pg_catalog.record;
BEGIN
  IF first_day IS NULL OR last_day IS NULL THEN
    RETURN '';
  END IF;
  IF planned IS NOT NULL AND pg_catalog.jsonb_typeof(planned) OPERATOR(pg_catalog.<>) 'array' THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'what_if',
      MESSAGE = pg_catalog.format('what_if must be a JSON array of promotions, not %s', pg_catalog.jsonb_typeof(planned)),
      HINT = 'Such as ''[{"product": "Wireless Mouse", "promotion_start": "2026-12-01", "promotion_end": "2026-12-05"}]''.';
  END IF;
  FOR entry IN
    SELECT w.* FROM pg_catalog.jsonb_to_recordset(planned)
      AS w (product pg_catalog.text, category pg_catalog.text, promotion_start pg_catalog.date, promotion_end pg_catalog.date)
  LOOP
    PERFORM @extschema@.performance_tracker_check_filter(entry.product, entry.category);
    IF entry.promotion_start IS NULL OR entry.promotion_end IS NULL
       OR entry.promotion_end OPERATOR(pg_catalog.<) entry.promotion_start THEN
      RAISE invalid_parameter_value USING
        COLUMN = 'what_if',
        MESSAGE = pg_catalog.format('a promotion of what_if runs from %s to %s',
                                    COALESCE(entry.promotion_start::pg_catalog.text, 'nowhere'),
                                    COALESCE(entry.promotion_end::pg_catalog.text, 'nowhere')),
        HINT = 'Give promotion_start and promotion_end, the last day included.';
    END IF;
  END LOOP;

  days := (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(E'\t',
      CASE WHEN h.closed THEN 'closed' WHEN h.kind OPERATOR(pg_catalog.=) 'public' THEN 'public' ELSE 'holiday' END,
      h.date OPERATOR(pg_catalog.-) '2000-01-01'::pg_catalog.date, h.date OPERATOR(pg_catalog.-) '2000-01-01'::pg_catalog.date,
      1, 1, '', '', pg_catalog.translate(h.name, E'\t\n', '  ')), E'\n' ORDER BY h.date, h.name)
    FROM @extschema@.shop_holidays(first_day, last_day, NULL::pg_catalog.text) h);

  IF @extschema@.performance_tracker_has_columns('promotions',
       VARIADIC '{name,product_id,category,promotion_start,promotion_end}'::pg_catalog.text[]) THEN
    lines := (
      WITH wanted AS (
        SELECT m.name::pg_catalog.text AS name, m.promotion_start::pg_catalog.date AS starts,
               m.promotion_end::pg_catalog.date AS ends, p.name::pg_catalog.text AS product,
               COALESCE(p.category, m.category)::pg_catalog.text AS category
        FROM promotions m
        LEFT JOIN products p ON p.id OPERATOR(pg_catalog.=) m.product_id
        WHERE m.promotion_start OPERATOR(pg_catalog.<=) last_day AND m.promotion_end OPERATOR(pg_catalog.>=) first_day
          AND (m.product_id IS NULL OR p.id IS NOT NULL)
        UNION ALL
        SELECT 'what if', w.promotion_start, w.promotion_end, w.product, COALESCE(p.category::pg_catalog.text, w.category)
        FROM pg_catalog.jsonb_to_recordset(planned)
          AS w (product pg_catalog.text, category pg_catalog.text, promotion_start pg_catalog.date, promotion_end pg_catalog.date)
        LEFT JOIN products p ON p.name::pg_catalog.text OPERATOR(pg_catalog.=) w.product
      ), sold AS (
        -- Added up before they meet their names: a million rows joined and grouped by two texts cost twice as much.
        SELECT p.name::pg_catalog.text AS product, p.category::pg_catalog.text AS category,
               COALESCE(pg_catalog.sum(d.revenue)::double precision, 0) AS revenue
        FROM products p
        JOIN (SELECT d.product_id, pg_catalog.sum(d.revenue) AS revenue
              FROM daily_performance d
              WHERE d.date OPERATOR(pg_catalog.>=) first_day AND EXISTS (SELECT FROM wanted)
              GROUP BY 1) d ON d.product_id OPERATOR(pg_catalog.=) p.id
        GROUP BY 1, 2
      ), shares AS (
        SELECT w.*,
               COALESCE((SELECT pg_catalog.sum(s.revenue) FILTER (WHERE CASE WHEN w.product IS NOT NULL
                                  THEN s.product OPERATOR(pg_catalog.=) w.product
                                  ELSE s.category OPERATOR(pg_catalog.=) w.category END)
                                OPERATOR(pg_catalog./) CASE WHEN pg_catalog.sum(s.revenue) OPERATOR(pg_catalog.<>) 0 THEN pg_catalog.sum(s.revenue) END FROM sold s), 0) AS of_total,
               CASE WHEN w.product IS NULL THEN 1.0 ELSE
                 COALESCE((SELECT pg_catalog.sum(s.revenue) FILTER (WHERE s.product OPERATOR(pg_catalog.=) w.product)
                                  OPERATOR(pg_catalog./) CASE WHEN pg_catalog.sum(s.revenue) OPERATOR(pg_catalog.<>) 0 THEN pg_catalog.sum(s.revenue) END
                           FROM sold s WHERE s.category OPERATOR(pg_catalog.=) w.category), 0) END AS of_category
        FROM wanted w
      )
      SELECT pg_catalog.string_agg(pg_catalog.concat_ws(E'\t', 'promotion',
               s.starts OPERATOR(pg_catalog.-) '2000-01-01'::pg_catalog.date,
               s.ends OPERATOR(pg_catalog.-) '2000-01-01'::pg_catalog.date,
               LEAST(GREATEST(s.of_total, 0), 1), LEAST(GREATEST(s.of_category, 0), 1),
               pg_catalog.translate(COALESCE(s.category, ''), E'\t\n', '  '),
               pg_catalog.translate(COALESCE(s.product, ''), E'\t\n', '  '),
               pg_catalog.translate(s.name, E'\t\n', '  ')), E'\n' ORDER BY s.starts, s.name, s.product)
      FROM shares s);
  END IF;
  RETURN pg_catalog.concat_ws(E'\n', days, lines);
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_shop_calendar(date, date, jsonb) IS
  'Internal: holidays, closed days and promotions of the caller''s search_path between two days, and planned ones, as the text '
  'that performance_tracker_fit_calendar_series reads. Tables that are missing have no rows.';

CREATE TYPE @extschema@.revenue_effects_row AS (
  kind text,
  name text,
  day date,
  scale text,
  coefficient double precision,
  standard_error double precision,
  relative_effect double precision,
  days_seen integer,
  days_ahead integer
);
COMMENT ON TYPE @extschema@.revenue_effects_row IS 'A row of revenue_effects(): one effect, or one day that is left out.';
COMMENT ON COLUMN @extschema@.revenue_effects_row.kind IS
  'promotion, holiday, year (a pair of the yearly wave), closed, outlier, temporary change or level shift';
COMMENT ON COLUMN @extschema@.revenue_effects_row.name IS 'of the promotion, the holiday, …';
COMMENT ON COLUMN @extschema@.revenue_effects_row.day IS 'of an outlier or a level shift; NULL for effects that may come again';
COMMENT ON COLUMN @extschema@.revenue_effects_row.scale IS
  'multiplicative, square root or additive: what effects of this series act on; NULL for outliers';
COMMENT ON COLUMN @extschema@.revenue_effects_row.coefficient IS
  'of the regression, on that scale: the logarithm of the factor, or an amount; NULL for closed days';
COMMENT ON COLUMN @extschema@.revenue_effects_row.standard_error IS 'of the coefficient';
COMMENT ON COLUMN @extschema@.revenue_effects_row.relative_effect IS
  'change of a typical day as a fraction: 0.25 is 25% more; of an outlier: how far it was from what was expected';
COMMENT ON COLUMN @extschema@.revenue_effects_row.days_seen IS 'days of the history that it acts on';
COMMENT ON COLUMN @extschema@.revenue_effects_row.days_ahead IS 'days of the horizon that it acts on';

CREATE FUNCTION @extschema@.performance_tracker_calendar_effects(
  series @extschema@.time_series, horizon integer, level text, category text, product text, calendar text
) RETURNS SETOF @extschema@.revenue_effects_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 20000 ROWS 5 AS 'MODULE_PATHNAME', 'performance_tracker_calendar_effects';
COMMENT ON FUNCTION @extschema@.performance_tracker_calendar_effects(@extschema@.time_series, integer, text, text, text, text) IS
  'Internal: what performance_tracker_fit_calendar_series takes out of a series and puts back in.';

-- What each effect was measured to be over the shop, then over each category held by that, as lines for the levels below.
-- Products of a category are taken to differ in an effect by half of it and 5%, the error of the measurement beside that.
CREATE FUNCTION @extschema@.performance_tracker_effect_priors(last_day date, horizon integer, calendar text, by_category boolean)
  RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT pg_catalog.string_agg(pg_catalog.concat_ws(E'\t', e.kind OPERATOR(pg_catalog.||) '_prior', 0, 0,
           pg_catalog.ln(1 OPERATOR(pg_catalog.+) e.relative_effect),
           pg_catalog.sqrt((e.standard_error OPERATOR(pg_catalog.*) e.standard_error) OPERATOR(pg_catalog.+) pg_catalog.power(
             0.05::double precision OPERATOR(pg_catalog.+) (0.5::double precision OPERATOR(pg_catalog.*)
               pg_catalog.abs(pg_catalog.ln(1 OPERATOR(pg_catalog.+) e.relative_effect))), 2)),
           pg_catalog.translate(COALESCE(w.category, ''), E'\t\n', '  '), '', e.name), E'\n' ORDER BY w.category, e.kind, e.name)
  FROM (
    SELECT d.category, @extschema@.time_series(d.day, d.revenue, interval '1 day') OPERATOR(@extschema@.+)
             @extschema@.time_series('{NULL}'::double precision[], performance_tracker_effect_priors.last_day::timestamp,
                                     interval '1 day') AS series
    FROM (SELECT CASE WHEN by_category THEN p.category::pg_catalog.text END AS category, d.date::pg_catalog.date AS day,
                 pg_catalog.sum(d.revenue)::double precision AS revenue
          FROM daily_performance d
          JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
          WHERE d.date OPERATOR(pg_catalog.<) (performance_tracker_effect_priors.last_day OPERATOR(pg_catalog.+) 1)
            AND pg_catalog.isfinite(d.date) AND d.revenue::pg_catalog.numeric OPERATOR(pg_catalog.<>) 'NaN'
            AND (NOT by_category OR p.category IS NOT NULL)
          GROUP BY 1, 2) d
    GROUP BY 1
    HAVING pg_catalog.count(d.revenue) OPERATOR(pg_catalog.>) 0
  ) w
  CROSS JOIN LATERAL @extschema@.performance_tracker_calendar_effects(
    w.series, performance_tracker_effect_priors.horizon, CASE WHEN by_category THEN 'category' ELSE 'total' END,
    w.category, NULL, performance_tracker_effect_priors.calendar) e
  WHERE (e.kind OPERATOR(pg_catalog.=) 'holiday' OR e.name OPERATOR(pg_catalog.=) 'promotions')
    AND e.scale OPERATOR(pg_catalog.=) 'multiplicative' AND e.relative_effect OPERATOR(pg_catalog.>) -0.99
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_effect_priors(date, integer, text, boolean) IS
  'Internal: lines of performance_tracker_shop_calendar that hold effects of the levels below.';

CREATE FUNCTION @extschema@.performance_tracker_revenue_calendar(
  last_day date, horizon integer, what_if jsonb, level text
) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  calendar pg_catalog.text := @extschema@.performance_tracker_shop_calendar(
    (SELECT pg_catalog.min(d.date)::pg_catalog.date FROM daily_performance d WHERE pg_catalog.isfinite(d.date)),
    last_day OPERATOR(pg_catalog.+) horizon, what_if);
BEGIN
  IF level OPERATOR(pg_catalog.<>) 'total' THEN
    calendar := pg_catalog.concat_ws(E'\n', calendar,
      @extschema@.performance_tracker_effect_priors(last_day, horizon, calendar, false));
  END IF;
  IF level OPERATOR(pg_catalog.=) 'product' THEN
    calendar := pg_catalog.concat_ws(E'\n', calendar,
      @extschema@.performance_tracker_effect_priors(last_day, horizon, calendar, true));
  END IF;
  RETURN calendar;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_revenue_calendar(date, integer, jsonb, text) IS
  'Internal: performance_tracker_shop_calendar from the first day of daily_performance to the end of the horizon, and for '
  'series below the total what the levels above say about the effects.';

CREATE FUNCTION @extschema@.revenue_effects(
  horizon integer DEFAULT 30,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  what_if jsonb DEFAULT NULL
) RETURNS SETOF @extschema@.revenue_effects_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 5
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('horizon', revenue_effects.horizon, 1, 10000);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(revenue_effects.product, revenue_effects.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  RETURN QUERY
  WITH daily AS (
    SELECT pg_catalog.min(p.category::pg_catalog.text) AS category, d.date::pg_catalog.date AS day,
           pg_catalog.sum(d.revenue)::double precision AS revenue
    FROM daily_performance d
    JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
    WHERE d.date OPERATOR(pg_catalog.<) (last_day OPERATOR(pg_catalog.+) 1) AND pg_catalog.isfinite(d.date)
      AND d.revenue::pg_catalog.numeric OPERATOR(pg_catalog.<>) 'NaN'
      AND (revenue_effects.product IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) revenue_effects.product)
      AND (revenue_effects.category IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) revenue_effects.category)
    GROUP BY 2
  ), whole AS (
    SELECT pg_catalog.min(d.category) AS category,
           @extschema@.time_series(d.day, d.revenue, interval '1 day') OPERATOR(@extschema@.+)
             @extschema@.time_series('{NULL}'::double precision[], last_day::timestamp, interval '1 day') AS series
    FROM daily d
    HAVING pg_catalog.count(d.revenue) OPERATOR(pg_catalog.>) 0
  )
  SELECT e.* FROM whole w
  CROSS JOIN LATERAL @extschema@.performance_tracker_calendar_effects(
    w.series, revenue_effects.horizon,
    CASE WHEN revenue_effects.product IS NOT NULL THEN 'product' WHEN revenue_effects.category IS NOT NULL THEN 'category'
         ELSE 'total' END,
    w.category, revenue_effects.product,
    @extschema@.performance_tracker_revenue_calendar(last_day, revenue_effects.horizon, revenue_effects.what_if,
      CASE WHEN revenue_effects.product IS NOT NULL THEN 'product' WHEN revenue_effects.category IS NOT NULL THEN 'category'
           ELSE 'total' END)) e;
END
$$;
COMMENT ON FUNCTION @extschema@.revenue_effects(integer, text, text, jsonb) IS
$$What the calendar does to the shop's revenue, as forecast_revenue() takes it into account, an effect a row: promotions,
holidays, closed days, the yearly wave; and the days that are left out as outliers.

Reads daily_performance, products, and if they are there promotions, holidays and shop_settings.

- horizon: days ahead for which days_ahead counts, 1 to 10,000.
- @product
- @category
- what_if: promotions that are not planned, as for forecast_revenue(); NULL is none.

No row: nothing in the calendar changes the revenue of this series by more than chance does.

Example: SELECT kind, name, relative_effect, standard_error, days_ahead FROM revenue_effects(product => 'Wireless Mouse');$$;
