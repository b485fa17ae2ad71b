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
  forecast_status text
);
COMMENT ON TYPE @extschema@.forecast_row IS 'A row of forecast(). Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.forecast_row.time_series_type IS '''history'' or ''forecast''';
COMMENT ON COLUMN @extschema@.forecast_row.horizon_step IS
  'steps after the last observation: 1 is the next one; history counts back from 0, the last observation';
COMMENT ON COLUMN @extschema@.forecast_row.time_series_data IS 'the observation; NULL where it is missing, and in forecast rows';
COMMENT ON COLUMN @extschema@.forecast_row.forecast_value IS
  'expected value; in history rows the one-step-ahead fitted value, NULL where there is none';
COMMENT ON COLUMN @extschema@.forecast_row.standard_error IS 'of the forecast, by the model''s variance; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_row.confidence_level IS
  'probability that the interval covers the value, as a fraction: 0.8 is 80%; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_row.prediction_interval_lower_bound IS 'lower end of the interval; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_row.prediction_interval_upper_bound IS 'upper end of the interval; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_row.model IS 'the model that was chosen, such as ARIMA(1,1,1)(0,1,1)[7]';
COMMENT ON COLUMN @extschema@.forecast_row.forecast_status IS
  'what the reader should know: a fallback that was taken, missing observations; NULL when there is nothing to say';

CREATE FUNCTION @extschema@.forecast(
  data double precision[],
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'arima',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false
) RETURNS SETOF @extschema@.forecast_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 30
  AS 'MODULE_PATHNAME', 'performance_tracker_forecast';
COMMENT ON FUNCTION @extschema@.forecast(double precision[], integer, double precision, integer, text, boolean, boolean) IS
$$Forecasts a regularly spaced series by automatic seasonal ARIMA (Hyndman & Khandakar 2008), with intervals.

- data: the observations, oldest first, one a time step, up to 1,000,000; NULL is a missing one.
- horizon: steps ahead, 1 to 10,000.
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- season_length: observations in a season, 1 to 366 (7 for daily data with a weekly pattern, 12 for months);
  1 is no season, NULL lets the method find it.
- method: arima, moving_average (mean of the last 7 observations) or seasonal_naive (the value one season before).
- nonnegative: true keeps forecast and bounds from falling below zero, for money and counts.
- include_history: true puts the observations and their fitted values before the forecast.

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
  forecast_status text
);
COMMENT ON TYPE @extschema@.forecast_revenue_row IS
  'A row of forecast_revenue(): one day of one series. Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.category IS
  'category of the series; NULL for the total, and for products without a category';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.product IS 'product of the series; NULL for a category or the total';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.time_series_type IS '''history'' or ''forecast''';
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
COMMENT ON COLUMN @extschema@.forecast_revenue_row.prediction_interval_upper_bound IS
  'upper end of the interval; NULL in history rows';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.model IS 'the model that was chosen for the series';
COMMENT ON COLUMN @extschema@.forecast_revenue_row.forecast_status IS
  'what the reader should know: a fallback, days without rows; NULL when there is nothing to say';

CREATE FUNCTION @extschema@.forecast_revenue(
  horizon integer DEFAULT 30,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  by text DEFAULT 'total',
  confidence_level double precision DEFAULT 0.80,
  method text DEFAULT 'arima',
  include_history boolean DEFAULT false
) RETURNS SETOF @extschema@.forecast_revenue_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 30
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_forecast(
    forecast_revenue.horizon, forecast_revenue.confidence_level, forecast_revenue.method);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_choice('by', forecast_revenue.by,
    VARIADIC '{total,category,product}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(forecast_revenue.product, forecast_revenue.category);
  last_day := @extschema@.performance_tracker_last_complete_day();

  RETURN QUERY
  WITH daily AS (
    SELECT CASE WHEN forecast_revenue.by OPERATOR(pg_catalog.<>) 'total' OR forecast_revenue.product IS NOT NULL
                THEN p.category::pg_catalog.text ELSE forecast_revenue.category END AS category,
           CASE WHEN forecast_revenue.by OPERATOR(pg_catalog.=) 'product' OR forecast_revenue.product IS NOT NULL
                THEN p.name::pg_catalog.text END AS product,
           d.date::pg_catalog.date AS day,
           CASE WHEN pg_catalog.sum(d.revenue)::double precision OPERATOR(pg_catalog.<>) 'NaN'
                THEN pg_catalog.sum(d.revenue)::double precision END AS revenue
    FROM daily_performance d
    JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
    WHERE d.date OPERATOR(pg_catalog.<) (last_day OPERATOR(pg_catalog.+) 1)
      AND pg_catalog.isfinite(d.date)
      AND (forecast_revenue.product IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) forecast_revenue.product)
      AND (forecast_revenue.category IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) forecast_revenue.category)
    GROUP BY 1, 2, 3
  ), per_series AS (
    SELECT d.category, d.product, pg_catalog.max(d.day) AS seen_until,
           -- A missing value on the last complete day makes every series end there; a day without rows is missing.
           @extschema@.time_series(d.day, d.revenue, interval '1 day')
             OPERATOR(@extschema@.+) @extschema@.time_series('{NULL}'::double precision[], last_day::timestamp, interval '1 day') AS series
    FROM daily d
    GROUP BY 1, 2
    HAVING pg_catalog.count(d.revenue) OPERATOR(pg_catalog.>) 0  -- one product without a single figure must not fail all the others
  )
  SELECT s.category, s.product, f.time_series_type, f.forecast_timestamp::pg_catalog.date, f.time_series_data,
         -- a hundredth of a cent: nobody reads sixteen digits of money
         pg_catalog.round(f.forecast_value::numeric, 4)::double precision,
         pg_catalog.round(f.standard_error::numeric, 4)::double precision,
         f.confidence_level,
         pg_catalog.round(f.prediction_interval_lower_bound::numeric, 4)::double precision,
         pg_catalog.round(f.prediction_interval_upper_bound::numeric, 4)::double precision,
         f.model,
         CASE WHEN s.seen_until OPERATOR(pg_catalog.<) last_day
              THEN pg_catalog.concat_ws('; ', f.forecast_status, pg_catalog.format('no rows after %s', s.seen_until))
              ELSE f.forecast_status END
  FROM per_series s
  CROSS JOIN LATERAL @extschema@.forecast(
    s.series, forecast_revenue.horizon, forecast_revenue.confidence_level, 7, forecast_revenue.method, true,
    forecast_revenue.include_history, NULL::@extschema@.time_series[]) f
  ORDER BY s.category, s.product, f.forecast_timestamp;

  IF NOT FOUND THEN
    RAISE data_exception USING
      MESSAGE = CASE WHEN last_day IS NULL THEN 'daily_performance holds no day to forecast from'
                     ELSE pg_catalog.format('no revenue to forecast: there are no rows up to %s for %s', last_day,
                                            COALESCE(pg_catalog.quote_literal(forecast_revenue.product),
                                                     pg_catalog.quote_literal(forecast_revenue.category),
                                                     'any product')) END,
      HINT = 'Load daily performance first; today does not count, because it is not complete.';
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.forecast_revenue(integer, text, text, text, double precision, text, boolean) IS
$$Forecasts daily revenue of the shop, its categories or its products, with prediction intervals.

Reads daily_performance and products on the search_path. Each series runs from its first day to the last complete one
(yesterday, or the last day loaded); days without rows are missing, not zero. The weekly season is assumed, and
neither forecast nor bounds fall below zero.

- horizon: days ahead, 1 to 10,000.
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.
- by: total (one series), category or product (one series each). A given product is always its own series.
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- method: arima, moving_average (mean of the last 7 days) or seasonal_naive (the same weekday of the week before).
- include_history: true puts the days so far, with their fitted values, before the forecast.

Errors: 22023 for a wrong argument (the hint lists products or categories that exist), 42P01 when a table is missing,
22000 when there is no row at all.

Example: SELECT forecast_timestamp, forecast_value, prediction_interval_lower_bound, prediction_interval_upper_bound FROM forecast_revenue(horizon => 14, product => 'Wireless Mouse');$$;
