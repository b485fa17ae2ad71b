-- SPDX-License-Identifier: PostgreSQL
--
-- forecast(): any series, as an array. forecast_revenue(): the shop's own, from its tables.

CREATE TYPE @extschema@.forecast_row AS (
  time_series_type text,
  horizon_step integer,
  time_series_data double precision,
  forecast_value double precision,
  standard_error double precision,
  confidence_level double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision,
  model text,
  forecast_status text,
  status_code text
);
COMMENT ON TYPE @extschema@.forecast_row IS 'A row of forecast(). Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.forecast_row.horizon_step IS
  'steps after the last observation: 1 is the next one; history counts back from 0, the last observation';
COMMENT ON COLUMN @extschema@.forecast_row.model IS 'the model that was chosen, such as ARIMA(1,1,1)(0,1,1)[7]';
COMMENT ON COLUMN @extschema@.forecast_row.forecast_status IS
  'what the reader should know: a fallback that was taken, missing observations; NULL when there is nothing to say';
COMMENT ON COLUMN @extschema@.forecast_row.status_code IS
  'the same as codes, with commas between them: forecast_status_codes() lists them; NULL when there is nothing to say';

CREATE FUNCTION @extschema@.forecast(
  data double precision[],
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.forecast_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 30
  AS 'MODULE_PATHNAME', 'performance_tracker_forecast';
COMMENT ON FUNCTION @extschema@.forecast(double precision[], integer, double precision, integer, text, boolean, boolean,
double precision[]) IS
$$Forecasts a regularly spaced series, with intervals: ARIMA, exponential smoothing, Theta and others, combined or chosen.

- data: the observations, oldest first, one a time step, up to 1,000,000; NULL is a missing one.
- @horizon
- @confidence_level
- season_length: observations in a season, 1 to 366 (7 for daily data with a weekly pattern, 12 for months);
  1 is no season, NULL lets the method find it.
- method: @any_method
- nonnegative: true keeps forecast and bounds from falling below zero, for money and counts; auto does so by itself where
  no observation is negative.
- @include_history
- @levels

A series that is too short or too regular for a model is still answered, and forecast_status says how. An error is
raised for a wrong argument (22023, 22004), for data without a single observation or with an infinite one (22000).

Example: SELECT * FROM forecast(ARRAY[112,118,132,129,121,135,148,148,136,119,104,118], horizon => 3);$$;

CREATE FUNCTION @extschema@.performance_tracker_check_forecast(horizon integer, confidence_level double precision, method text)
  RETURNS void
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_check_forecast';
COMMENT ON FUNCTION @extschema@.performance_tracker_check_forecast(integer, double precision, text) IS
  'Internal: raises what forecast() would raise for these options, before any table is read.';

CREATE TYPE @extschema@.forecast_revenue_row AS (
  category text,
  product text,
  time_series_type text,
  forecast_timestamp date,
  time_series_data double precision,
  forecast_value double precision,
  standard_error double precision,
  confidence_level double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision,
  model text,
  forecast_status text,
  status_code text
);
COMMENT ON TYPE @extschema@.forecast_revenue_row IS
  'A row of forecast_revenue(): one day of one series. Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.category IS
  'category of the series; NULL for the total, and for products without a category';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.product IS 'product of the series; NULL for a category or the total';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.forecast_timestamp IS 'the day';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.time_series_data IS
  'revenue of the day; NULL where there is no row for it, and in forecast rows';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.forecast_value IS
  'expected revenue of the day, never negative; in history rows as it was expected the day before, or NULL';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.standard_error IS 'of the forecast; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.confidence_level IS
  'probability that the interval covers the day''s revenue, as a fraction; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.prediction_interval_lower_bound IS
  'lower end of the interval, never negative; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.model IS 'the model that was chosen for the series';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.forecast_status IS
  'what the reader should know: a fallback, days without rows; NULL when there is nothing to say';

-- 22004 for NULL: a flag has no third state.
CREATE FUNCTION @extschema@.performance_tracker_check_flag(argument text, value boolean) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
  IF value IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must not be NULL', argument),
      HINT = pg_catalog.format('Leave %s out to get its default.', argument);
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_flag(text, boolean) IS
  'Internal: raises 22004 when the value is NULL.';

-- The queries that forecast_revenue() runs. One level's fits are UNION ALL of branches that each take a share of the
-- series, by a hash of their name, from scan to fit: PostgreSQL gives whole branches to parallel workers (Parallel
-- Append), where it would finish one aggregate over all of them in the leader. So that no branch is split instead, which
-- would pull its fits into the leader again, it holds json_agg(), which has no partial form, over nothing. A branch costs a scan of the table, which
-- is nothing beside its fits: 16 branches of 10,000 products read 365 days of each in 16 x 0.3 s, the fits take 75 s.
-- Parameters: $1 horizon, $2 levels, $3 method, $4 include_history, $5 keep_errors, $6 last day, $7 product, $8 category,
-- $9 the categories whose products are fitted ('' is none), NULL for all, $10 performance_tracker_shop_calendar or NULL.
CREATE FUNCTION @extschema@.performance_tracker_revenue_fits(level text, branches integer) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT pg_catalog.string_agg(pg_catalog.format($q$
    SELECT %1$L::pg_catalog.text AS level, d.category, d.product, pg_catalog.max(d.day) AS seen_until,
           -- A missing value on the last complete day makes every series end there; a day without rows is missing.
           @extschema@.performance_tracker_fit_calendar_series(
             @extschema@.time_series(d.day, d.revenue, interval '1 day') OPERATOR(@extschema@.+)
               @extschema@.time_series('{NULL}'::double precision[], $6::timestamp, interval '1 day'),
             $1, $2, 7, $3, $4, $5, %1$L, d.category, d.product, $10) AS fit
    FROM (SELECT %2$s AS category, %3$s AS product, d.date::pg_catalog.date AS day,
                 CASE WHEN pg_catalog.sum(d.revenue)::double precision OPERATOR(pg_catalog.<>) 'NaN'
                      THEN pg_catalog.sum(d.revenue)::double precision END AS revenue
          FROM daily_performance d
          JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
          WHERE d.date OPERATOR(pg_catalog.<) ($6::pg_catalog.date OPERATOR(pg_catalog.+) 1) AND pg_catalog.isfinite(d.date)
            AND ($7 IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) $7)
            AND ($8 IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) $8)
            AND ($9 IS NULL OR COALESCE(p.category::pg_catalog.text, '') OPERATOR(pg_catalog.=) ANY ($9))%4$s
          GROUP BY %5$s  -- a constant would be compared a row as a column is
          HAVING pg_catalog.json_agg(NULL::pg_catalog.text) FILTER (WHERE false) IS NULL) d
    GROUP BY 2, 3
    HAVING pg_catalog.count(d.revenue) OPERATOR(pg_catalog.>) 0  -- one without a single figure must not fail all the others
    $q$,
    performance_tracker_revenue_fits.level,
    CASE WHEN performance_tracker_revenue_fits.level OPERATOR(pg_catalog.=) 'total'
         THEN 'NULL::pg_catalog.text' ELSE 'p.category::pg_catalog.text' END,
    CASE WHEN performance_tracker_revenue_fits.level OPERATOR(pg_catalog.=) 'product'
         THEN 'p.name::pg_catalog.text' ELSE 'NULL::pg_catalog.text' END,
    CASE WHEN branches OPERATOR(pg_catalog.>) 1 THEN pg_catalog.format(
           $h$ AND (pg_catalog.hashtext(COALESCE(p.%I::pg_catalog.text, '')) OPERATOR(pg_catalog.&) %s) OPERATOR(pg_catalog.=) %s$h$,
           CASE WHEN performance_tracker_revenue_fits.level OPERATOR(pg_catalog.=) 'product' THEN 'name' ELSE 'category' END,
           branches OPERATOR(pg_catalog.-) 1, b.branch) ELSE '' END,
    CASE WHEN performance_tracker_revenue_fits.level OPERATOR(pg_catalog.=) 'total' THEN '3'
         WHEN performance_tracker_revenue_fits.level OPERATOR(pg_catalog.=) 'category' THEN '1, 3' ELSE '1, 2, 3' END),
    ' UNION ALL ')
  FROM pg_catalog.generate_series(0, branches OPERATOR(pg_catalog.-) 1) b (branch)
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_revenue_fits(text, integer) IS
  'Internal: the text of the query that fits one level of the shop, in so many branches (a power of two).';

-- The rest of that query: each family below its sum, from the top down, and the rows of the level that was asked for.
CREATE FUNCTION @extschema@.performance_tracker_revenue_query(by text, reconcile boolean) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT pg_catalog.concat(
    CASE WHEN NOT performance_tracker_revenue_query.reconcile THEN pg_catalog.format('WITH series AS (%s)', u.wanted)
    ELSE pg_catalog.format($q$
      WITH fits AS MATERIALIZED (%s UNION ALL %s%s),
      categories AS (
        SELECT u.category, NULL::pg_catalog.text AS product, u.seen_until, u.fit
        FROM (SELECT pg_catalog.array_agg(f.category ORDER BY f.category) AS names,
                     pg_catalog.array_agg(f.seen_until ORDER BY f.category) AS ends,
                     @extschema@.performance_tracker_reconcile_family(
                       (SELECT t.fit FROM fits t WHERE t.level OPERATOR(pg_catalog.=) 'total'),
                       pg_catalog.array_agg(f.fit ORDER BY f.category)) AS met
              FROM fits f WHERE f.level OPERATOR(pg_catalog.=) 'category'
              HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0) a
        CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(a.names), pg_catalog.unnest(a.ends),
                                      pg_catalog.unnest(a.met[2:])) AS u (category, seen_until, fit)
      )%s$q$,
      u.total, u.categories, u.products,
      CASE WHEN performance_tracker_revenue_query.by OPERATOR(pg_catalog.=) 'product' THEN $q$,
      series AS (
        SELECT c.category, u.product, u.seen_until, u.fit
        FROM categories c
        CROSS JOIN LATERAL (
          SELECT pg_catalog.array_agg(f.product ORDER BY f.product) AS names,
                 pg_catalog.array_agg(f.seen_until ORDER BY f.product) AS ends,
                 @extschema@.performance_tracker_reconcile_family(
                   c.fit, pg_catalog.array_agg(f.fit ORDER BY f.product)) AS met
          FROM fits f
          WHERE f.level OPERATOR(pg_catalog.=) 'product'
            AND (f.category OPERATOR(pg_catalog.=) c.category OR f.category IS NULL AND c.category IS NULL)
          HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0) a
        CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(a.names), pg_catalog.unnest(a.ends),
                                      pg_catalog.unnest(a.met[2:])) AS u (product, seen_until, fit)
        WHERE ($7 IS NULL OR u.product OPERATOR(pg_catalog.=) $7) AND ($8 IS NULL OR c.category OPERATOR(pg_catalog.=) $8)
      )$q$ ELSE ', series AS (SELECT c.* FROM categories c WHERE $8 IS NULL OR c.category OPERATOR(pg_catalog.=) $8)' END)
    END,
    $q$
    SELECT COALESCE(s.category, CASE WHEN s.product IS NULL THEN $8 END), s.product, f.time_series_type,
           f.forecast_timestamp::pg_catalog.date, f.time_series_data, f.forecast_value, f.standard_error,
           f.confidence_level, f.prediction_interval_lower_bound, f.prediction_interval_upper_bound, f.model,
           CASE WHEN s.seen_until OPERATOR(pg_catalog.<) $6
                THEN pg_catalog.concat_ws('; ', f.forecast_status, pg_catalog.format('no rows after %s', s.seen_until))
                ELSE f.forecast_status END,
           CASE WHEN s.seen_until OPERATOR(pg_catalog.<) $6
                THEN pg_catalog.concat_ws(',', f.status_code, 'ended_early') ELSE f.status_code END
    FROM series s
    CROSS JOIN LATERAL @extschema@.performance_tracker_forecast_rows(s.fit, true, true) f
    ORDER BY s.category, s.product, f.forecast_timestamp, f.confidence_level$q$)
  FROM (
    SELECT @extschema@.performance_tracker_revenue_fits(performance_tracker_revenue_query.by,
             CASE WHEN performance_tracker_revenue_query.by OPERATOR(pg_catalog.=) 'product' THEN 16
                  WHEN performance_tracker_revenue_query.by OPERATOR(pg_catalog.=) 'category' THEN 4 ELSE 1 END) AS wanted,
           -- To be met by the others, these are of the whole shop, whatever part of it was asked for.
           pg_catalog.regexp_replace(@extschema@.performance_tracker_revenue_fits('total', 1),
             '[$][789]', 'NULL', 'g') AS total,
           pg_catalog.regexp_replace(@extschema@.performance_tracker_revenue_fits('category', 4),
             '[$][789]', 'NULL', 'g') AS categories,
           CASE WHEN performance_tracker_revenue_query.by OPERATOR(pg_catalog.=) 'product'
                THEN pg_catalog.concat(' UNION ALL ', pg_catalog.regexp_replace(
                       @extschema@.performance_tracker_revenue_fits('product', 16), '[$][78]', 'NULL', 'g')) END AS products
  ) u
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_revenue_query(text, boolean) IS
  'Internal: the text of the query of forecast_revenue() for one choice of by, reconciled or not.';

CREATE FUNCTION @extschema@.forecast_revenue(
  horizon integer DEFAULT 30,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  by text DEFAULT 'total',
  confidence_level double precision DEFAULT 0.80,
  method text DEFAULT 'auto',
  include_history boolean DEFAULT false,
  levels double precision[] DEFAULT NULL,
  reconcile boolean DEFAULT true,
  calendar boolean DEFAULT true,
  what_if jsonb DEFAULT NULL
) RETURNS SETOF @extschema@.forecast_revenue_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 30
AS $$
DECLARE
  last_day pg_catalog.date;
  wanted_levels CONSTANT double precision[] :=
    COALESCE(forecast_revenue.levels, ARRAY[forecast_revenue.confidence_level]);
  level CONSTANT pg_catalog.text := CASE WHEN forecast_revenue.product IS NOT NULL THEN 'product'
    WHEN forecast_revenue.category IS NOT NULL AND forecast_revenue.by OPERATOR(pg_catalog.=) 'total' THEN 'category'
    ELSE forecast_revenue.by END;
  -- The total is what the others are held to: it needs none of them.
  adding_up CONSTANT pg_catalog.bool := forecast_revenue.reconcile AND level OPERATOR(pg_catalog.<>) 'total';
  families pg_catalog.text[];
BEGIN
  PERFORM @extschema@.performance_tracker_check_forecast(
    forecast_revenue.horizon, forecast_revenue.confidence_level, forecast_revenue.method);
  PERFORM @extschema@.performance_tracker_check_fit(
    forecast_revenue.horizon, wanted_levels, 7, forecast_revenue.method);
  PERFORM @extschema@.performance_tracker_check_flag('reconcile', forecast_revenue.reconcile);
  PERFORM @extschema@.performance_tracker_check_flag('calendar', forecast_revenue.calendar);
  PERFORM @extschema@.performance_tracker_check_flag('include_history', forecast_revenue.include_history);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_choice('by', forecast_revenue.by,
    VARIADIC '{total,category,product}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(forecast_revenue.product, forecast_revenue.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RAISE data_exception USING
      MESSAGE = 'daily_performance holds no day to forecast from',
      HINT = 'Load daily performance first; today does not count, because it is not complete.';
  END IF;
  IF adding_up AND COALESCE(forecast_revenue.product, forecast_revenue.category) IS NOT NULL THEN
    families := ARRAY(SELECT DISTINCT COALESCE(p.category::pg_catalog.text, '') FROM products p
      WHERE (forecast_revenue.product IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) forecast_revenue.product)
        AND (forecast_revenue.category IS NULL
             OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) forecast_revenue.category));
  END IF;

  RETURN QUERY EXECUTE @extschema@.performance_tracker_revenue_query(level, adding_up)
    USING forecast_revenue.horizon, wanted_levels, forecast_revenue.method, forecast_revenue.include_history, adding_up,
          last_day, forecast_revenue.product, forecast_revenue.category, families,
          -- The two baselines are what other forecasts are compared with: they stay what they are.
          CASE WHEN forecast_revenue.calendar
                    AND forecast_revenue.method OPERATOR(pg_catalog.<>) ALL ('{moving_average,seasonal_naive}'::pg_catalog.text[])
               THEN @extschema@.performance_tracker_revenue_calendar(
                      last_day, forecast_revenue.horizon, forecast_revenue.what_if, level) END;
  IF NOT FOUND THEN
    RAISE data_exception USING
      MESSAGE = pg_catalog.format('no revenue to forecast: there are no rows up to %s for %s', last_day,
                                  COALESCE(pg_catalog.quote_literal(forecast_revenue.product),
                                           pg_catalog.quote_literal(forecast_revenue.category), 'any product')),
      HINT = 'Load daily performance first; today does not count, because it is not complete.';
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.forecast_revenue(integer, text, text, text, double precision, text, boolean,
double precision[], boolean, boolean, jsonb) IS
$$Forecasts daily revenue of the shop, its categories or its products, with prediction intervals.

Reads daily_performance and products on the search_path. Each series runs from its first day to the last complete one
(yesterday, or the last day loaded); days without rows are missing, not zero. The weekly season is assumed, and
neither forecast nor bounds fall below zero.

The calendar is in by itself: promotions (those planned in the horizon too), holidays and closed days, from the tables
promotions, holidays and shop_settings if they are on the search_path, and from a year and a half of days on the yearly wave.
What does not help is left out, single days that do not belong do not count, and forecast_status says what was done;
revenue_effects() lists it. The two baselines know no calendar.

The levels add up, at every day and to the cent: the forecast of the total stays as it is, the categories are put in
line with it, and the products with their category (minimum trace reconciliation, Wickramasuriya, Athanasopoulos &
Hyndman 2019), their intervals too.

- horizon: days ahead, 1 to 10,000.
- product: only this product; NULL is all of them. It is put in line with its category all the same: reconcile => false
  spares the fits of its siblings.
- @category
- by: total (one series), category or product (one series each).
- @confidence_level
- method: @any_method
- include_history: true puts the days so far, with their fitted values, before the forecast.
- @levels
- reconcile: false gives each series' forecast by itself; these do not add up.
- calendar: false is the method alone, on the days as they were.
- what_if: promotions to try out, a JSON array of objects with product or category (none is the whole shop),
  promotion_start and promotion_end: '[{"product": "Wireless Mouse", "promotion_start": "2026-12-01", "promotion_end": "2026-12-05"}]'.

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing,
22000 when there is no row at all.

Example: SELECT forecast_timestamp, forecast_value, prediction_interval_lower_bound, prediction_interval_upper_bound FROM forecast_revenue(horizon => 14, product => 'Wireless Mouse');$$;
