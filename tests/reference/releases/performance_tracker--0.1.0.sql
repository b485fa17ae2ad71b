-- Joined from sql/extension/ by extension/Makefile; edit the chapters there.
\echo Use "CREATE EXTENSION performance_tracker" to load this file. \quit
-- SPDX-License-Identifier: PostgreSQL
--
-- Checks that the domain functions share, all named performance_tracker_…, all internal. They read the caller's
-- tables by the caller's search_path; those that return void raise when something is wrong, so that a chapter's
-- function begins with PERFORM @extschema@.performance_tracker_check_…(…).
--
-- Conventions of the chapters: a function that reads tables is plpgsql (its body is parsed when it runs, so the
-- extension can be created before the tables), STABLE, PARALLEL SAFE, without SET search_path. Its row type is a
-- composite type named <function>_row, whose columns carry the comments: plpgsql refuses RETURNS TABLE columns that
-- are called like an argument (product, category), and a type can grow in an upgrade while views depend on it.
-- Columns of the caller's tables are cast (name::text, sum(…)::numeric): they may be views with types of their own,
-- also with a timestamp as date, hence date < last_day + 1 instead of <= last_day.

CREATE FUNCTION performance_tracker_edit_distance("left" text, "right" text) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_edit_distance';
COMMENT ON FUNCTION performance_tracker_edit_distance(text, text) IS
  'Internal: characters to insert, delete or substitute to get from one text to the other (Levenshtein 1966).';

-- 42P01 with both ways out, before a query of ours fails with a bare "relation does not exist".
CREATE FUNCTION performance_tracker_check_tables(VARIADIC tables text[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  missing text := (SELECT string_agg(t, ', ') FROM unnest(tables) t WHERE to_regclass(quote_ident(t)) IS NULL);
BEGIN
  IF missing IS NOT NULL THEN
    RAISE undefined_table USING
      MESSAGE = format('not found on the search_path (%s): %s', current_setting('search_path'), missing),
      HINT = 'Apply the files of sql/schema in this database, or create views of these names over tables of your '
             'own. If they are in another schema, put it on the search_path.';
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_tables(text[]) IS
  'Internal: raises 42P01 with a hint unless each named table or view is on the caller''s search_path.';

-- 22004 for NULL, 22023 outside the range.
CREATE FUNCTION performance_tracker_check_range(argument text, value bigint, low bigint, high bigint) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
  IF value IS NULL THEN
    RAISE null_value_not_allowed USING
      MESSAGE = format('%s must not be NULL', argument),
      HINT = format('Leave %s out to get its default.', argument);
  ELSIF value NOT BETWEEN low AND high THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('%s must be between %s and %s, not %s', argument, low, high, value),
      HINT = format('Give %s a whole number in that range, or leave it out to get its default.', argument);
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_range(text, bigint, bigint, bigint) IS
  'Internal: raises 22004 when the value is NULL and 22023 when it is outside low..high.';

-- 22004 for NULL, 22023 for a word that is not one of the allowed ones.
CREATE FUNCTION performance_tracker_check_choice(argument text, value text, VARIADIC choices text[]) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
  IF value IS NULL THEN
    RAISE null_value_not_allowed USING
      MESSAGE = format('%s must not be NULL', argument),
      HINT = format('Leave %s out to get its default.', argument);
  ELSIF value <> ALL (choices) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('unknown %s "%s"', argument, value),
      HINT = format('%s is one of %s.', argument, array_to_string(choices, ', '));
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_choice(text, text, text[]) IS
  'Internal: raises 22004 when the value is NULL and 22023, with the choices in the hint, when it is none of them.';

-- Names that contain the wanted text come first, then by edit distance; case is ignored.
CREATE FUNCTION performance_tracker_closest(wanted text, names text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT string_agg('"' || n.name || '"', ', ' ORDER BY n.rank)
  FROM (SELECT u.name, row_number() OVER (ORDER BY
            strpos(lower(u.name), lower(wanted)) = 0,
            @extschema@.performance_tracker_edit_distance(lower(u.name), lower(wanted)),
            u.name) AS rank
        FROM unnest(names) AS u(name)
        WHERE u.name IS NOT NULL) n
  WHERE n.rank <= 10
$$;
COMMENT ON FUNCTION performance_tracker_closest(text, text[]) IS
  'Internal: up to ten of the names, quoted, the most similar to the wanted one first; NULL when there is none.';

CREATE FUNCTION performance_tracker_check_filter(wanted_product text, wanted_category text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  actual text;
BEGIN
  IF wanted_category IS NOT NULL AND NOT EXISTS (SELECT FROM products p WHERE p.category = wanted_category) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('unknown category "%s"', wanted_category),
      HINT = COALESCE('Existing categories, closest first: '
                      || @extschema@.performance_tracker_closest(wanted_category,
                           ARRAY(SELECT DISTINCT p.category::text FROM products p)) || '.',
                      'No product has a category yet.');
  END IF;
  IF wanted_product IS NULL THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM products p WHERE p.name = wanted_product) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('unknown product "%s"', wanted_product),
      HINT = COALESCE('Existing products, closest first: '
                      || @extschema@.performance_tracker_closest(wanted_product,
                           ARRAY(SELECT DISTINCT p.name::text FROM products p)) || '.',
                      'The table products is empty.');
  END IF;
  IF wanted_category IS NOT NULL
     AND NOT EXISTS (SELECT FROM products p WHERE p.name = wanted_product AND p.category = wanted_category) THEN
    actual := (SELECT string_agg(DISTINCT p.category, ', ') FROM products p WHERE p.name = wanted_product);
    RAISE invalid_parameter_value USING
      MESSAGE = format('product "%s" is not in category "%s"', wanted_product, wanted_category),
      HINT = COALESCE(format('Its category is "%s"; leave the category out.', actual),
                      'It has no category; leave the category out.');
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_filter(text, text) IS
  'Internal: raises 22023, with the closest existing names in the hint, for a product or category that does not '
  'exist or that do not belong together; NULL stands for all of them.';

-- Today is never complete, and neither are days after the last load.
CREATE FUNCTION performance_tracker_last_complete_day() RETURNS date
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  -- least() ignores NULL, and an empty table has no day at all.
  RETURN (SELECT CASE WHEN max(d.date) IS NOT NULL THEN least(max(d.date)::date, current_date - 1) END
          FROM daily_performance d);
END
$$;
COMMENT ON FUNCTION performance_tracker_last_complete_day() IS
  'Internal: the last day that analyses may judge, least(max(date), yesterday); NULL for an empty table.';
-- SPDX-License-Identifier: PostgreSQL
--
-- forecast(): any series, as an array. forecast_revenue(): the shop's own, from its tables.

CREATE TYPE forecast_row AS (
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
COMMENT ON TYPE forecast_row IS 'A row of forecast(). Numbers are in the unit of the data.';
COMMENT ON COLUMN forecast_row.time_series_type IS '''history'' or ''forecast''';
COMMENT ON COLUMN forecast_row.horizon_step IS
  'steps after the last observation: 1 is the next one; history counts back from 0, the last observation';
COMMENT ON COLUMN forecast_row.time_series_data IS 'the observation; NULL where it is missing, and in forecast rows';
COMMENT ON COLUMN forecast_row.forecast_value IS
  'expected value; in history rows the one-step-ahead fitted value, NULL where there is none';
COMMENT ON COLUMN forecast_row.standard_error IS 'of the forecast, by the model''s variance; NULL in history rows';
COMMENT ON COLUMN forecast_row.confidence_level IS
  'probability that the interval covers the value, as a fraction: 0.8 is 80%; NULL in history rows';
COMMENT ON COLUMN forecast_row.prediction_interval_lower_bound IS 'lower end of the interval; NULL in history rows';
COMMENT ON COLUMN forecast_row.prediction_interval_upper_bound IS 'upper end of the interval; NULL in history rows';
COMMENT ON COLUMN forecast_row.model IS 'the model that was chosen, such as ARIMA(1,1,1)(0,1,1)[7]';
COMMENT ON COLUMN forecast_row.forecast_status IS
  'what the reader should know: a fallback that was taken, missing observations; NULL when there is nothing to say';

CREATE FUNCTION forecast(
  data double precision[],
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'arima',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false
) RETURNS SETOF forecast_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 30
  AS 'MODULE_PATHNAME', 'performance_tracker_forecast';
COMMENT ON FUNCTION forecast(double precision[], integer, double precision, integer, text, boolean, boolean) IS
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

CREATE FUNCTION performance_tracker_check_forecast(horizon integer, confidence_level double precision, method text)
  RETURNS void
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_check_forecast';
COMMENT ON FUNCTION performance_tracker_check_forecast(integer, double precision, text) IS
  'Internal: raises what forecast() would raise for these options, before any table is read.';

CREATE TYPE forecast_revenue_row AS (
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
COMMENT ON TYPE forecast_revenue_row IS
  'A row of forecast_revenue(): one day of one series. Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN forecast_revenue_row.category IS
  'category of the series; NULL for the total, and for products without a category';
COMMENT ON COLUMN forecast_revenue_row.product IS 'product of the series; NULL for a category or the total';
COMMENT ON COLUMN forecast_revenue_row.time_series_type IS '''history'' or ''forecast''';
COMMENT ON COLUMN forecast_revenue_row.forecast_timestamp IS 'the day';
COMMENT ON COLUMN forecast_revenue_row.time_series_data IS
  'revenue of the day; NULL where there is no row for it, and in forecast rows';
COMMENT ON COLUMN forecast_revenue_row.forecast_value IS
  'expected revenue of the day, never negative; in history rows as it was expected the day before, or NULL';
COMMENT ON COLUMN forecast_revenue_row.standard_error IS 'of the forecast; NULL in history rows';
COMMENT ON COLUMN forecast_revenue_row.confidence_level IS
  'probability that the interval covers the day''s revenue, as a fraction; NULL in history rows';
COMMENT ON COLUMN forecast_revenue_row.prediction_interval_lower_bound IS
  'lower end of the interval, never negative; NULL in history rows';
COMMENT ON COLUMN forecast_revenue_row.prediction_interval_upper_bound IS
  'upper end of the interval; NULL in history rows';
COMMENT ON COLUMN forecast_revenue_row.model IS 'the model that was chosen for the series';
COMMENT ON COLUMN forecast_revenue_row.forecast_status IS
  'what the reader should know: a fallback, days without rows; NULL when there is nothing to say';

CREATE FUNCTION forecast_revenue(
  horizon integer DEFAULT 30,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  by text DEFAULT 'total',
  confidence_level double precision DEFAULT 0.80,
  method text DEFAULT 'arima',
  include_history boolean DEFAULT false
) RETURNS SETOF forecast_revenue_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 30
AS $$
#variable_conflict use_column
DECLARE
  last_day date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_forecast(
    forecast_revenue.horizon, forecast_revenue.confidence_level, forecast_revenue.method);
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_choice('by', forecast_revenue.by, 'total', 'category', 'product');
  PERFORM @extschema@.performance_tracker_check_filter(forecast_revenue.product, forecast_revenue.category);
  last_day := @extschema@.performance_tracker_last_complete_day();

  RETURN QUERY
  WITH daily AS (
    SELECT CASE WHEN forecast_revenue.by <> 'total' OR forecast_revenue.product IS NOT NULL
                THEN p.category::text ELSE forecast_revenue.category END AS category,
           CASE WHEN forecast_revenue.by = 'product' OR forecast_revenue.product IS NOT NULL
                THEN p.name::text END AS product,
           d.date::date AS day,
           NULLIF(sum(d.revenue)::double precision, 'NaN') AS revenue
    FROM daily_performance d
    JOIN products p ON p.id = d.product_id
    WHERE d.date < last_day + 1
      AND isfinite(d.date)
      AND (forecast_revenue.product IS NULL OR p.name = forecast_revenue.product)
      AND (forecast_revenue.category IS NULL OR p.category = forecast_revenue.category)
    GROUP BY 1, 2, 3
  ), per_series AS (
    SELECT d.category, d.product, max(d.day) AS seen_until,
           -- A missing value on the last complete day makes every series end there; a day without rows is missing.
           @extschema@.time_series(d.day, d.revenue, interval '1 day')
             OPERATOR(@extschema@.+) @extschema@.time_series('{NULL}', last_day::timestamp, interval '1 day') AS series
    FROM daily d
    GROUP BY 1, 2
    HAVING count(d.revenue) > 0  -- one product without a single figure must not fail all the others
  )
  SELECT s.category, s.product, f.time_series_type, f.forecast_timestamp::date, f.time_series_data,
         -- a hundredth of a cent: nobody reads sixteen digits of money
         round(f.forecast_value::numeric, 4)::double precision,
         round(f.standard_error::numeric, 4)::double precision,
         f.confidence_level,
         round(f.prediction_interval_lower_bound::numeric, 4)::double precision,
         round(f.prediction_interval_upper_bound::numeric, 4)::double precision,
         f.model,
         NULLIF(concat_ws('; ', f.forecast_status,
                          CASE WHEN s.seen_until < last_day THEN format('no rows after %s', s.seen_until) END), '')
  FROM per_series s
  CROSS JOIN LATERAL @extschema@.forecast(
    s.series, forecast_revenue.horizon, forecast_revenue.confidence_level, 7, forecast_revenue.method, true,
    forecast_revenue.include_history) f
  ORDER BY s.category, s.product, f.forecast_timestamp;

  IF NOT FOUND THEN
    RAISE data_exception USING
      MESSAGE = CASE WHEN last_day IS NULL THEN 'daily_performance holds no day to forecast from'
                     ELSE format('no revenue to forecast: there are no rows up to %s for %s', last_day,
                                 COALESCE(quote_literal(forecast_revenue.product),
                                          quote_literal(forecast_revenue.category), 'any product')) END,
      HINT = 'Load daily performance first; today does not count, because it is not complete.';
  END IF;
END
$$;
COMMENT ON FUNCTION forecast_revenue(integer, text, text, text, double precision, text, boolean) IS
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
-- SPDX-License-Identifier: PostgreSQL
--
-- Key figures. Ratios are divided after summing, never averaged; a zero denominator gives NULL. Days are complete
-- ones (see performance_tracker_last_complete_day), and a period that begins before the first day loaded is not
-- compared with: its figures are NULL instead of too small.

CREATE TYPE kpi_summary_row AS (
  metric text,
  unit text,
  value numeric,
  prior_value numeric,
  change_pct double precision,
  period_start date,
  period_end date,
  prior_period_start date,
  prior_period_end date
);
COMMENT ON TYPE kpi_summary_row IS 'A row of kpi_summary(): one metric of the period and of the one before.';
COMMENT ON COLUMN kpi_summary_row.metric IS
  'revenue, ad_spend, roas, acos, ctr, cpc, conversion_rate, clicks, impressions or units_sold, in this order';
COMMENT ON COLUMN kpi_summary_row.unit IS
  '''money'' (currency of daily_performance), ''ratio'' (a fraction: 0.02 is 2%; roas is money per money) or ''count''';
COMMENT ON COLUMN kpi_summary_row.value IS
  'sum over the period, or quotient of two sums; NULL without rows or with a zero denominator';
COMMENT ON COLUMN kpi_summary_row.prior_value IS
  'the same of the period before; NULL also when that begins before the first day loaded';
COMMENT ON COLUMN kpi_summary_row.change_pct IS 'change against prior_value in percent (12.5 is +12.5%), or NULL';
COMMENT ON COLUMN kpi_summary_row.period_start IS 'first day of the period';
COMMENT ON COLUMN kpi_summary_row.period_end IS 'last day of the period';
COMMENT ON COLUMN kpi_summary_row.prior_period_start IS 'first day of the period before, which is equally long';
COMMENT ON COLUMN kpi_summary_row.prior_period_end IS 'last day of the period before';

CREATE FUNCTION performance_tracker_change_pct(value numeric, prior_value numeric) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT round(100 * (value - prior_value) / NULLIF(abs(prior_value), 0), 2)::double precision $$;
COMMENT ON FUNCTION performance_tracker_change_pct(numeric, numeric) IS
  'Internal: change in percent, rounded to 2 digits; NULL when either value is, or the prior one is zero.';

CREATE FUNCTION kpi_summary(
  period_start date DEFAULT NULL,
  period_end date DEFAULT NULL,
  product text DEFAULT NULL,
  category text DEFAULT NULL
) RETURNS SETOF kpi_summary_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 10
AS $$
#variable_conflict use_column
DECLARE
  last_day date;
  first_day date;
  days integer;
  loaded_from date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_filter(kpi_summary.product, kpi_summary.category);
  last_day := COALESCE(kpi_summary.period_end, @extschema@.performance_tracker_last_complete_day(), current_date - 1);
  first_day := COALESCE(kpi_summary.period_start, last_day - 6);
  IF NOT isfinite(first_day) OR NOT isfinite(last_day) OR first_day > last_day
     OR last_day - first_day >= 36525 THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('the period from %s to %s is not one of 1 to 36525 days', first_day, last_day),
      HINT = 'period_start must not be after period_end, which is the last complete day when left out.';
  END IF;
  days := last_day - first_day + 1;
  loaded_from := (SELECT min(d.date)::date FROM daily_performance d);

  RETURN QUERY
  WITH sums AS (
    SELECT d.date >= first_day AS is_current,
           sum(d.revenue)::numeric AS revenue, sum(d.ad_spend)::numeric AS ad_spend,
           sum(d.clicks)::numeric AS clicks,
           sum(d.impressions)::numeric AS impressions, sum(d.units_sold)::numeric AS units_sold
    FROM daily_performance d
    JOIN products p ON p.id = d.product_id
    WHERE d.date >= first_day - days AND d.date < last_day + 1
      AND (d.date >= first_day OR loaded_from <= first_day - days)
      AND (kpi_summary.product IS NULL OR p.name = kpi_summary.product)
      AND (kpi_summary.category IS NULL OR p.category = kpi_summary.category)
    GROUP BY 1
  ), metrics AS (
    SELECT s.is_current, m.*
    FROM sums s
    CROSS JOIN LATERAL (VALUES
      ('revenue', s.revenue),
      ('ad_spend', s.ad_spend),
      ('roas', round(s.revenue / NULLIF(s.ad_spend, 0), 6)),
      ('acos', round(s.ad_spend / NULLIF(s.revenue, 0), 6)),
      ('ctr', round(s.clicks / NULLIF(s.impressions, 0), 6)),
      ('cpc', round(s.ad_spend / NULLIF(s.clicks, 0), 4)),
      ('conversion_rate', round(s.units_sold / NULLIF(s.clicks, 0), 6)),
      ('clicks', s.clicks),
      ('impressions', s.impressions),
      ('units_sold', s.units_sold)) AS m (metric, value)
  )
  SELECT u.metric, u.unit, c.value, b.value, @extschema@.performance_tracker_change_pct(c.value, b.value),
         first_day, last_day, first_day - days, first_day - 1
  FROM (VALUES (1, 'revenue', 'money'), (2, 'ad_spend', 'money'), (3, 'roas', 'ratio'), (4, 'acos', 'ratio'),
               (5, 'ctr', 'ratio'), (6, 'cpc', 'money'), (7, 'conversion_rate', 'ratio'), (8, 'clicks', 'count'),
               (9, 'impressions', 'count'), (10, 'units_sold', 'count')) AS u (place, metric, unit)
  LEFT JOIN metrics c ON c.metric = u.metric AND c.is_current
  LEFT JOIN metrics b ON b.metric = u.metric AND NOT b.is_current
  ORDER BY u.place;
END
$$;
COMMENT ON FUNCTION kpi_summary(date, date, text, text) IS
$$Key figures of a period with their change against the equally long period before, one row a metric.

Reads daily_performance and products on the search_path. Without arguments: the last 7 complete days against the 7
before. An empty table gives ten rows of NULLs.

- period_start: first day; NULL is 6 days before period_end.
- period_end: last day; NULL is the last complete one (yesterday, or the last day loaded).
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.

Errors: 22023 for a wrong argument (the hint lists products or categories that exist), 42P01 when a table is missing.

Example: SELECT metric, value, prior_value, change_pct FROM kpi_summary(category => 'Electronics');$$;

CREATE TYPE top_sellers_row AS (
  rank integer,
  product text,
  category text,
  revenue numeric,
  units_sold bigint,
  ad_spend numeric,
  roas double precision,
  revenue_share double precision
);
COMMENT ON TYPE top_sellers_row IS 'A row of top_sellers(). Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN top_sellers_row.rank IS '1 is the product with the highest revenue';
COMMENT ON COLUMN top_sellers_row.product IS 'name of the product';
COMMENT ON COLUMN top_sellers_row.category IS 'its category, or NULL';
COMMENT ON COLUMN top_sellers_row.revenue IS 'revenue over the period';
COMMENT ON COLUMN top_sellers_row.units_sold IS 'units sold over the period';
COMMENT ON COLUMN top_sellers_row.ad_spend IS 'ad spend over the period';
COMMENT ON COLUMN top_sellers_row.roas IS 'revenue / ad_spend (4 is 4 of revenue for 1 of spend); NULL without spend';
COMMENT ON COLUMN top_sellers_row.revenue_share IS
  'fraction of the revenue of all products (of the category, when one is given): 0.25 is a quarter';

CREATE FUNCTION top_sellers(n integer DEFAULT 5, days integer DEFAULT 7, category text DEFAULT NULL)
  RETURNS SETOF top_sellers_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 5
AS $$
#variable_conflict use_column
DECLARE
  last_day date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_range('n', top_sellers.n, 1, 1000000);
  PERFORM @extschema@.performance_tracker_check_range('days', top_sellers.days, 1, 36525);
  PERFORM @extschema@.performance_tracker_check_filter(NULL, top_sellers.category);
  last_day := @extschema@.performance_tracker_last_complete_day();

  RETURN QUERY
  SELECT row_number() OVER (ORDER BY t.revenue DESC, t.product)::integer, t.product, t.category, t.revenue,
         t.units_sold, t.ad_spend, round(t.revenue / NULLIF(t.ad_spend, 0), 6)::double precision,
         round(t.revenue / NULLIF(sum(t.revenue) OVER (), 0), 6)::double precision
  FROM (SELECT p.name::text AS product, p.category::text AS category, sum(d.revenue)::numeric AS revenue,
               sum(d.units_sold)::bigint AS units_sold, sum(d.ad_spend)::numeric AS ad_spend
        FROM daily_performance d
        JOIN products p ON p.id = d.product_id
        WHERE d.date >= last_day - top_sellers.days + 1 AND d.date < last_day + 1
          AND (top_sellers.category IS NULL OR p.category = top_sellers.category)
        GROUP BY p.name, p.category
        HAVING sum(d.revenue) > 0) t
  ORDER BY 1
  LIMIT top_sellers.n;
END
$$;
COMMENT ON FUNCTION top_sellers(integer, integer, text) IS
$$Products with the highest revenue over the last complete days.

Products without revenue in the period are left out. Reads daily_performance and products on the search_path.

- n: how many products at most, 1 or more.
- days: length of the period, 1 to 36,525 days; it ends with the last complete one (yesterday, or the last day loaded).
- category: only this category; NULL is all of them.

Errors: 22023 for a wrong argument (the hint lists categories that exist), 42P01 when a table is missing.

Example: SELECT rank, product, revenue, revenue_share FROM top_sellers(n => 3, days => 30);$$;

CREATE TYPE worst_performers_row AS (
  rank integer,
  product text,
  category text,
  roas double precision,
  acos double precision,
  revenue numeric,
  ad_spend numeric
);
COMMENT ON TYPE worst_performers_row IS
  'A row of worst_performers(). Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN worst_performers_row.rank IS '1 is the product with the lowest return on ad spend';
COMMENT ON COLUMN worst_performers_row.product IS 'name of the product';
COMMENT ON COLUMN worst_performers_row.category IS 'its category, or NULL';
COMMENT ON COLUMN worst_performers_row.roas IS 'revenue / ad_spend (4 is 4 of revenue for 1 of spend)';
COMMENT ON COLUMN worst_performers_row.acos IS 'ad_spend / revenue as a fraction (0.35 is 35%); NULL without revenue';
COMMENT ON COLUMN worst_performers_row.revenue IS 'revenue over the period';
COMMENT ON COLUMN worst_performers_row.ad_spend IS 'ad spend over the period, above zero';

CREATE FUNCTION worst_performers(n integer DEFAULT 5, days integer DEFAULT 7, category text DEFAULT NULL)
  RETURNS SETOF worst_performers_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 5
AS $$
#variable_conflict use_column
DECLARE
  last_day date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_range('n', worst_performers.n, 1, 1000000);
  PERFORM @extschema@.performance_tracker_check_range('days', worst_performers.days, 1, 36525);
  PERFORM @extschema@.performance_tracker_check_filter(NULL, worst_performers.category);
  last_day := @extschema@.performance_tracker_last_complete_day();

  RETURN QUERY
  SELECT row_number() OVER (ORDER BY t.revenue / t.ad_spend, t.ad_spend DESC, t.product)::integer,
         t.product, t.category, round(t.revenue / t.ad_spend, 6)::double precision,
         round(t.ad_spend / NULLIF(t.revenue, 0), 6)::double precision, t.revenue, t.ad_spend
  FROM (SELECT p.name::text AS product, p.category::text AS category,
               COALESCE(sum(d.revenue)::numeric, 0) AS revenue, sum(d.ad_spend)::numeric AS ad_spend
        FROM daily_performance d
        JOIN products p ON p.id = d.product_id
        WHERE d.date >= last_day - worst_performers.days + 1 AND d.date < last_day + 1
          AND (worst_performers.category IS NULL OR p.category = worst_performers.category)
        GROUP BY p.name, p.category
        HAVING sum(d.ad_spend) > 0) t
  ORDER BY 1
  LIMIT worst_performers.n;
END
$$;
COMMENT ON FUNCTION worst_performers(integer, integer, text) IS
$$Products with the lowest return on ad spend (ROAS) over the last complete days, the worst first.

Products without ad spend in the period are not judged. Reads daily_performance and products on the search_path.

- n: how many products at most, 1 or more.
- days: length of the period, 1 to 36,525 days; it ends with the last complete one (yesterday, or the last day loaded).
- category: only this category; NULL is all of them.

Errors: 22023 for a wrong argument (the hint lists categories that exist), 42P01 when a table is missing.

Example: SELECT rank, product, roas, ad_spend FROM worst_performers(n => 3);$$;

CREATE TYPE week_over_week_row AS (
  product text,
  category text,
  revenue numeric,
  prior_revenue numeric,
  change numeric,
  change_pct double precision
);
COMMENT ON TYPE week_over_week_row IS 'A row of week_over_week(). Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN week_over_week_row.product IS 'name of the product';
COMMENT ON COLUMN week_over_week_row.category IS 'its category, or NULL';
COMMENT ON COLUMN week_over_week_row.revenue IS 'revenue over the period; NULL when it has no rows in it';
COMMENT ON COLUMN week_over_week_row.prior_revenue IS
  'revenue over the period before; NULL without rows, or when that begins before the first day loaded';
COMMENT ON COLUMN week_over_week_row.change IS 'revenue - prior_revenue, or NULL';
COMMENT ON COLUMN week_over_week_row.change_pct IS 'the change in percent of prior_revenue (12.5 is +12.5%), or NULL';

CREATE FUNCTION week_over_week(days integer DEFAULT 7, product text DEFAULT NULL, category text DEFAULT NULL)
  RETURNS SETOF week_over_week_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day date;
  first_day date;
  has_prior boolean;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_range('days', week_over_week.days, 1, 36525);
  PERFORM @extschema@.performance_tracker_check_filter(week_over_week.product, week_over_week.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  first_day := last_day - week_over_week.days + 1;
  has_prior := (SELECT min(d.date)::date FROM daily_performance d) <= first_day - week_over_week.days;

  RETURN QUERY
  SELECT t.product, t.category, t.revenue, t.prior_revenue, t.revenue - t.prior_revenue,
         @extschema@.performance_tracker_change_pct(t.revenue, t.prior_revenue)
  FROM (SELECT p.name::text AS product, p.category::text AS category,
               (sum(d.revenue) FILTER (WHERE d.date >= first_day))::numeric AS revenue,
               (sum(d.revenue) FILTER (WHERE d.date < first_day AND has_prior))::numeric AS prior_revenue
        FROM daily_performance d
        JOIN products p ON p.id = d.product_id
        WHERE d.date >= first_day - week_over_week.days AND d.date < last_day + 1
          AND (week_over_week.product IS NULL OR p.name = week_over_week.product)
          AND (week_over_week.category IS NULL OR p.category = week_over_week.category)
        GROUP BY p.name, p.category) t
  ORDER BY t.revenue - t.prior_revenue, t.product;
END
$$;
COMMENT ON FUNCTION week_over_week(integer, text, text) IS
$$Revenue of each product over the last complete days against the equally many before, the biggest loss first.

Reads daily_performance and products on the search_path.

- days: length of both periods, 1 to 36,525 days; the later ends with the last complete one (yesterday, or the last
  day loaded).
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.

Errors: 22023 for a wrong argument (the hint lists products or categories that exist), 42P01 when a table is missing.

Example: SELECT product, revenue, prior_revenue, change_pct FROM week_over_week(days => 7) WHERE change_pct < -10;$$;
-- SPDX-License-Identifier: PostgreSQL
--
-- The caller's tables as one value, read in one scan, for the chapters that look at all products at once.
--
-- Not a time_series per product and metric: anomalies, promotions and recommendations judge five metrics of all products
-- together, day by day beside the promotions of that day, against weekday baselines that leave promotion days out.

CREATE TYPE performance_tracker_panel AS (
  first_day date,
  days integer,
  product_ids integer[],
  product_names text[],
  product_categories text[],
  product_prices double precision[],
  cell_products integer[],
  cell_days integer[],
  impressions double precision[],
  clicks double precision[],
  ad_spend double precision[],
  units_sold double precision[],
  revenue double precision[],
  promotion_ids integer[],
  promotion_names text[],
  promotion_products integer[],
  promotion_categories text[],
  promotion_starts date[],
  promotion_ends date[],
  promotion_discounts double precision[]
);
COMMENT ON TYPE performance_tracker_panel IS 'Internal: products, daily_performance and promotions over some days.';
COMMENT ON COLUMN performance_tracker_panel.first_day IS 'first day of the calendar';
COMMENT ON COLUMN performance_tracker_panel.days IS 'days of the calendar';
COMMENT ON COLUMN performance_tracker_panel.product_ids IS 'of products, ordered by name';
COMMENT ON COLUMN performance_tracker_panel.product_names IS 'of products';
COMMENT ON COLUMN performance_tracker_panel.product_categories IS 'of products, may hold NULLs';
COMMENT ON COLUMN performance_tracker_panel.product_prices IS 'list prices, may hold NULLs';
COMMENT ON COLUMN performance_tracker_panel.cell_products IS 'product id of each row of daily_performance';
COMMENT ON COLUMN performance_tracker_panel.cell_days IS 'days after first_day of each row';
COMMENT ON COLUMN performance_tracker_panel.impressions IS 'of each row';
COMMENT ON COLUMN performance_tracker_panel.clicks IS 'of each row';
COMMENT ON COLUMN performance_tracker_panel.ad_spend IS 'of each row, money';
COMMENT ON COLUMN performance_tracker_panel.units_sold IS 'of each row';
COMMENT ON COLUMN performance_tracker_panel.revenue IS 'of each row, money';
COMMENT ON COLUMN performance_tracker_panel.promotion_ids IS 'of promotions; empty without such a table';
COMMENT ON COLUMN performance_tracker_panel.promotion_names IS 'of promotions';
COMMENT ON COLUMN performance_tracker_panel.promotion_products IS 'product ids; NULL for a category or the whole shop';
COMMENT ON COLUMN performance_tracker_panel.promotion_categories IS 'categories; NULL for a product or the whole shop';
COMMENT ON COLUMN performance_tracker_panel.promotion_starts IS 'first days';
COMMENT ON COLUMN performance_tracker_panel.promotion_ends IS 'last days';
COMMENT ON COLUMN performance_tracker_panel.promotion_discounts IS 'percent, may hold NULLs';

CREATE FUNCTION performance_tracker_read_panel(first_day date, last_day date) RETURNS performance_tracker_panel
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
#variable_conflict use_column
DECLARE
  panel @extschema@.performance_tracker_panel;
BEGIN
  panel.first_day := performance_tracker_read_panel.first_day;
  panel.days := performance_tracker_read_panel.last_day - performance_tracker_read_panel.first_day + 1;
  SELECT array_agg(p.id ORDER BY p.name, p.id), array_agg(p.name ORDER BY p.name, p.id),
         array_agg(p.category ORDER BY p.name, p.id), array_agg(p.price ORDER BY p.name, p.id)
  INTO panel.product_ids, panel.product_names, panel.product_categories, panel.product_prices
  -- By bytes, so that the answer does not depend on the database's collation. A view over other tables may have no
  -- price to offer; to_jsonb asks for a column that need not be there.
  FROM (SELECT p.id::integer, p.name::text COLLATE "C" AS name, p.category::text,
               (to_jsonb(p) ->> 'price')::double precision AS price
        FROM products p) p;

  SELECT array_agg(d.product_id::integer), array_agg(d.date::date - performance_tracker_read_panel.first_day),
         array_agg(d.impressions::double precision), array_agg(d.clicks::double precision),
         array_agg(d.ad_spend::double precision), array_agg(d.units_sold::double precision),
         array_agg(d.revenue::double precision)
  INTO panel.cell_products, panel.cell_days, panel.impressions, panel.clicks, panel.ad_spend, panel.units_sold,
       panel.revenue
  FROM daily_performance d
  WHERE d.date >= performance_tracker_read_panel.first_day AND d.date < performance_tracker_read_panel.last_day + 1;

  IF to_regclass('promotions') IS NOT NULL THEN
    SELECT array_agg(p.id ORDER BY p.id), array_agg(p.name ORDER BY p.id), array_agg(p.product_id ORDER BY p.id),
           array_agg(p.category ORDER BY p.id), array_agg(p.first ORDER BY p.id), array_agg(p.last ORDER BY p.id),
           array_agg(p.discount_pct ORDER BY p.id)
    INTO panel.promotion_ids, panel.promotion_names, panel.promotion_products, panel.promotion_categories,
         panel.promotion_starts, panel.promotion_ends, panel.promotion_discounts
    -- A promotion without an end may be stored as one until infinity, which has no number of days.
    FROM (SELECT p.id::integer, p.name::text, p.product_id::integer, p.category::text,
                 greatest(p.promotion_start::date, date '1900-01-01') AS first,
                 least(p.promotion_end::date, date '9999-12-31') AS last,
                 (to_jsonb(p) ->> 'discount_pct')::double precision AS discount_pct
          FROM promotions p
          WHERE p.promotion_start IS NOT NULL AND p.promotion_end IS NOT NULL) p;
  END IF;

  panel.product_ids := COALESCE(panel.product_ids, '{}');
  panel.product_names := COALESCE(panel.product_names, '{}');
  panel.product_categories := COALESCE(panel.product_categories, '{}');
  panel.product_prices := COALESCE(panel.product_prices, '{}');
  panel.cell_products := COALESCE(panel.cell_products, '{}');
  panel.cell_days := COALESCE(panel.cell_days, '{}');
  panel.impressions := COALESCE(panel.impressions, '{}');
  panel.clicks := COALESCE(panel.clicks, '{}');
  panel.ad_spend := COALESCE(panel.ad_spend, '{}');
  panel.units_sold := COALESCE(panel.units_sold, '{}');
  panel.revenue := COALESCE(panel.revenue, '{}');
  panel.promotion_ids := COALESCE(panel.promotion_ids, '{}');
  panel.promotion_names := COALESCE(panel.promotion_names, '{}');
  panel.promotion_products := COALESCE(panel.promotion_products, '{}');
  panel.promotion_categories := COALESCE(panel.promotion_categories, '{}');
  panel.promotion_starts := COALESCE(panel.promotion_starts, '{}');
  panel.promotion_ends := COALESCE(panel.promotion_ends, '{}');
  panel.promotion_discounts := COALESCE(panel.promotion_discounts, '{}');
  RETURN panel;
END
$$;
COMMENT ON FUNCTION performance_tracker_read_panel(date, date) IS
  'Internal: the caller''s tables from first_day to last_day, one scan of daily_performance; promotions only if there '
  'is such a table.';
-- SPDX-License-Identifier: PostgreSQL
--
-- Days out of the ordinary, and why. docs/analytics-method.md has the method and its measured error rates.

CREATE FUNCTION performance_tracker_check_z_threshold(z_threshold double precision) RETURNS void
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_check_z_threshold';
COMMENT ON FUNCTION performance_tracker_check_z_threshold(double precision) IS
  'Internal: raises 22004 for NULL and 22023 outside of 0.1 to 100.';

CREATE TYPE detect_anomalies_row AS (
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
COMMENT ON TYPE detect_anomalies_row IS 'A row of detect_anomalies(): one judged day of one series.';
COMMENT ON COLUMN detect_anomalies_row.category IS 'category of the series; NULL for the total';
COMMENT ON COLUMN detect_anomalies_row.product IS 'product of the series; NULL for a category or the total';
COMMENT ON COLUMN detect_anomalies_row.day IS 'the judged day';
COMMENT ON COLUMN detect_anomalies_row.metric IS 'as asked for; ratios are fractions, money is in the currency of daily_performance';
COMMENT ON COLUMN detect_anomalies_row.actual_value IS 'value of the day';
COMMENT ON COLUMN detect_anomalies_row.expected_value IS
  'what the days before, their weekdays and trend let expect; NULL with fewer than 14 days of history';
COMMENT ON COLUMN detect_anomalies_row.lower_bound IS 'expected_value - z_threshold deviations, not below zero';
COMMENT ON COLUMN detect_anomalies_row.upper_bound IS 'expected_value + z_threshold deviations';
COMMENT ON COLUMN detect_anomalies_row.z_score IS 'deviations (standard deviations of a day) above expected_value';
COMMENT ON COLUMN detect_anomalies_row.direction IS '''spike'' above expected_value, ''drop'' otherwise';
COMMENT ON COLUMN detect_anomalies_row.is_anomaly IS
  'true when abs(z_score) reaches z_threshold on enough volume and no running promotion explains it';
COMMENT ON COLUMN detect_anomalies_row.anomaly_probability IS
  '1 - two-sided p-value of z_score under Student''s t: 0.99 is a deviation that 1% of normal days reach';
COMMENT ON COLUMN detect_anomalies_row.hypothesis_code IS
  'promotion, tracking_outage, stock_out, spend_cut, spend_surge, impressions_drop, impressions_surge, ctr_change, '
  'conversion_drop, conversion_surge, price_change, cpc_change, broad_market_move, unknown; low_volume and '
  'insufficient_history for days that are not judged; NULL for a normal day';
COMMENT ON COLUMN detect_anomalies_row.hypothesis IS 'the hypothesis as a sentence; NULL for a normal day';
COMMENT ON COLUMN detect_anomalies_row.evidence IS
  'what it was drawn from: drivers (each with actual, expected, ratio, z_score and its contribution in log points), '
  'driver_product with its share of the deviation, products_moved_share, promotions, history_days, events '
  '(purchases or clicks behind the day) and expected_events';

CREATE FUNCTION performance_tracker_detect_anomalies(
  panel performance_tracker_panel,
  days integer,
  z_threshold double precision,
  product text,
  category text,
  metric text,
  by text,
  include_normal boolean
) RETURNS SETOF detect_anomalies_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 20
  AS 'MODULE_PATHNAME', 'performance_tracker_detect_anomalies';
COMMENT ON FUNCTION performance_tracker_detect_anomalies(performance_tracker_panel, integer, double precision, text, text, text, text, boolean) IS
  'Internal: detect_anomalies() on data already read.';

CREATE FUNCTION detect_anomalies(
  days integer DEFAULT 7,
  z_threshold double precision DEFAULT 1.8,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  metric text DEFAULT 'revenue',
  by text DEFAULT 'product',
  include_normal boolean DEFAULT false
) RETURNS SETOF detect_anomalies_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', detect_anomalies.days, 1, 366);
  PERFORM @extschema@.performance_tracker_check_z_threshold(detect_anomalies.z_threshold);
  PERFORM @extschema@.performance_tracker_check_choice('metric', detect_anomalies.metric, 'revenue', 'units_sold',
    'clicks', 'impressions', 'ad_spend', 'ctr', 'conversion_rate', 'roas', 'acos', 'cpc');
  PERFORM @extschema@.performance_tracker_check_choice('by', detect_anomalies.by, 'total', 'category', 'product');
  IF detect_anomalies.include_normal IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'include_normal must not be NULL',
      HINT = 'Leave include_normal out to get its default.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_filter(detect_anomalies.product, detect_anomalies.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  -- All products, also when one is asked for: only they can tell a tracking outage or a market that moved. 91 days
  -- of history for the first judged day.
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_detect_anomalies(
    @extschema@.performance_tracker_read_panel(last_day - detect_anomalies.days - 90, last_day),
    detect_anomalies.days, detect_anomalies.z_threshold, detect_anomalies.product, detect_anomalies.category,
    detect_anomalies.metric, detect_anomalies.by, detect_anomalies.include_normal);
END
$$;
COMMENT ON FUNCTION detect_anomalies(integer, double precision, text, text, text, text, boolean) IS
$$Finds the days of the last week that are out of the ordinary, and the most likely reason, largest deviation first.

Reads daily_performance, products and, if there is such a table, promotions on the search_path. Each day is compared
with what the up to 91 days before it let expect (robust weekday baseline with trend; at least 14 days, promotion days
left out), so neither the day itself nor another anomaly hides it. Days without a row are not judged. A rise during a
promotion is explained by it and is no anomaly. On clean data about 6 days in 100 reach the default threshold of 1.8
and fewer than 1 in 100 reaches 3.

- days: the most recent complete days to judge, 1 to 366.
- z_threshold: deviations from the expected value that make an anomaly, 0.1 to 100.
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.
- metric: revenue, units_sold, clicks, impressions, ad_spend, ctr, conversion_rate, roas, acos or cpc.
- by: product, category or total: what makes one series.
- include_normal: true also returns the judged days that are no anomaly, including those that a promotion explains.

Errors: 22023 for a wrong argument (the hint lists products or categories that exist), 42P01 when a table is missing.
An empty table gives no rows.

Example: SELECT product, day, actual_value, expected_value, z_score, hypothesis FROM detect_anomalies(days => 14, z_threshold => 2.5);$$;
-- SPDX-License-Identifier: PostgreSQL
--
-- What to do next, product by product. docs/analytics-method.md spells out the assumptions behind the money.

CREATE TYPE recommendations_row AS (
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
COMMENT ON TYPE recommendations_row IS
  'A row of recommendations(). Amounts are in the currency of daily_performance, per period of the given days.';
COMMENT ON COLUMN recommendations_row.recommendation_type IS
  'acos_high, roas_high, ctr_low, conversion_rate_low, revenue_drop, or not_enough_evidence for a threshold crossed on '
  'numbers too small to tell';
COMMENT ON COLUMN recommendations_row.severity IS '''warning'', ''info'' or ''success''';
COMMENT ON COLUMN recommendations_row.product IS 'name of the product';
COMMENT ON COLUMN recommendations_row.category IS 'its category, or NULL';
COMMENT ON COLUMN recommendations_row.metric IS 'acos, roas, ctr, conversion_rate or revenue';
COMMENT ON COLUMN recommendations_row.current_value IS
  'of the last days: a fraction (0.02 is 2%; roas is money per money), or money for revenue';
COMMENT ON COLUMN recommendations_row.prior_value IS
  'the same of the days before; NULL without data or with a zero denominator';
COMMENT ON COLUMN recommendations_row.change_pct IS 'change against prior_value in percent (12.5 is +12.5%), or NULL';
COMMENT ON COLUMN recommendations_row.trend IS '''up'', ''down'' or ''flat'' (within 1%); NULL without prior_value';
COMMENT ON COLUMN recommendations_row.expected_impact IS
  'what the action is expected to bring: money, revenue at a margin of 35% minus ad spend, per period; NULL when it '
  'cannot be estimated';
COMMENT ON COLUMN recommendations_row.impact_lower_bound IS 'lower end of its 80% interval';
COMMENT ON COLUMN recommendations_row.impact_upper_bound IS 'upper end of its 80% interval';
COMMENT ON COLUMN recommendations_row.action IS 'what to do, as a sentence';
COMMENT ON COLUMN recommendations_row.reason IS 'why, with the numbers and the assumptions';

CREATE FUNCTION performance_tracker_recommendations(
  panel performance_tracker_panel,
  days integer,
  product text,
  category text
) RETURNS SETOF recommendations_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 20
  AS 'MODULE_PATHNAME', 'performance_tracker_recommendations';
COMMENT ON FUNCTION performance_tracker_recommendations(performance_tracker_panel, integer, text, text) IS
  'Internal: recommendations() on data already read.';

CREATE FUNCTION recommendations(
  days integer DEFAULT 7,
  product text DEFAULT NULL,
  category text DEFAULT NULL
) RETURNS SETOF recommendations_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', recommendations.days, 1, 366);
  PERFORM @extschema@.performance_tracker_check_tables('products', 'daily_performance');
  PERFORM @extschema@.performance_tracker_check_filter(recommendations.product, recommendations.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  -- Two periods, and the six weeks that tell how much a day varies.
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_recommendations(
    @extschema@.performance_tracker_read_panel(last_day - greatest(2 * recommendations.days, 42) + 1, last_day),
    recommendations.days, recommendations.product, recommendations.category);
END
$$;
COMMENT ON FUNCTION recommendations(integer, text, text) IS
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
-- SPDX-License-Identifier: PostgreSQL
--
-- A series as a value: ordered, regular, its gaps known.

CREATE TYPE time_series;

CREATE FUNCTION time_series_in(cstring) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_in';
CREATE FUNCTION time_series_out(time_series) RETURNS cstring
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_out';
CREATE FUNCTION time_series_recv(internal) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_recv';
CREATE FUNCTION time_series_send(time_series) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_send';

CREATE TYPE time_series (
  INPUT = time_series_in,
  OUTPUT = time_series_out,
  RECEIVE = time_series_recv,
  SEND = time_series_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended
);
COMMENT ON TYPE time_series IS
$$A regular series of double precision values: first time, step (a fixed interval or calendar months), one value a
step, NULL where missing; at most 1000000 values in the years 1 to 9999. Built by the aggregate time_series(time,
value). Series of the same step can be added: a + b; = and <> compare times and values.

Example: SELECT '2026-01-01 / 1 day : {112,118,NULL,129}'::time_series;$$;
COMMENT ON FUNCTION time_series_in(cstring) IS
$$Internal: Text form of a time_series.

Example: SELECT '2026-01-01 / 1 day : {112,118,NULL,129}'::time_series;$$;
COMMENT ON FUNCTION time_series_out(time_series) IS
$$Internal: Text form of a time_series, the same whatever DateStyle and TimeZone are.

Example: SELECT '2026-01-01 / 1 day : {1,2}'::time_series;$$;
COMMENT ON FUNCTION time_series_recv(internal) IS
  'Internal: Binary form of a time_series, checked; version 1.';
COMMENT ON FUNCTION time_series_send(time_series) IS
  'Internal: Binary form of a time_series, version 1.';

CREATE FUNCTION time_series_eq(time_series, time_series) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_eq';
CREATE FUNCTION time_series_ne(time_series, time_series) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_ne';
CREATE FUNCTION time_series_hash(time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_hash';
COMMENT ON FUNCTION time_series_eq(time_series, time_series) IS
$$Internal: Whether two series have the same times and the same values, missing ones included.

Example: SELECT '{}'::time_series = '{}'::time_series;$$;
COMMENT ON FUNCTION time_series_ne(time_series, time_series) IS
$$Internal: Whether two series differ in a time or a value.

Example: SELECT '{}'::time_series <> '{}'::time_series;$$;
COMMENT ON FUNCTION time_series_hash(time_series) IS
  'Internal: Hash for GROUP BY, DISTINCT and hash joins on series.';

CREATE OPERATOR = (
  LEFTARG = time_series, RIGHTARG = time_series, FUNCTION = time_series_eq, COMMUTATOR = =, NEGATOR = <>,
  RESTRICT = eqsel, JOIN = eqjoinsel, HASHES
);
CREATE OPERATOR <> (
  LEFTARG = time_series, RIGHTARG = time_series, FUNCTION = time_series_ne, COMMUTATOR = <>, NEGATOR = =,
  RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR = (time_series, time_series) IS 'Same times and same values, missing ones included.';
COMMENT ON OPERATOR <> (time_series, time_series) IS 'They differ in a time or a value.';
CREATE OPERATOR CLASS time_series_hash_ops DEFAULT FOR TYPE time_series USING hash AS
  OPERATOR 1 =, FUNCTION 1 time_series_hash(time_series);

-- The aggregate. Its state is a bytea, not internal, so that partial states travel between processes and nodes.
-- Three kinds of time with two, three or four arguments each: aggregates have neither defaults nor named arguments.

CREATE FUNCTION time_series_combine(bytea, bytea) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_combine';
CREATE FUNCTION time_series_finish(bytea) RETURNS time_series
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_finish';
COMMENT ON FUNCTION time_series_combine(bytea, bytea) IS
  'Internal: joins two partial states of time_series(…).';
COMMENT ON FUNCTION time_series_finish(bytea) IS
  'Internal: the series of a state of time_series(…).';

DO $do$
DECLARE
  kind record;
  shape record;
BEGIN
  FOR kind IN
    SELECT * FROM (VALUES
      ('date', '', 'the day of an observation'),
      ('timestamp', '::timestamp', 'the local time of an observation; for hours in a zone with daylight saving use '
                                   'timestamptz'),
      ('timestamptz', '::timestamp AT TIME ZONE ''UTC''',
       'the point in time of an observation; days and months are those of UTC, for another zone use '
       '(time AT TIME ZONE ''Europe/Berlin'')::date')) v (time_type, conversion, meaning)
  LOOP
    FOR shape IN
      SELECT * FROM (VALUES
        ('', '', 'The step is found: calendar months, quarters or years, otherwise the smallest gap. Two rows at one '
                 'time are an error.'),
        (', interval', ', ''1 day''', 'The third argument is the step; NULL finds it.'),
        (', interval, text', ', ''1 day'', ''sum''',
         'The third argument is the step, NULL to find it; the fourth says what becomes of rows at the same time: error, '
         'sum, mean or last.')) v (extra, example, meaning)
    LOOP
      EXECUTE format($sql$
        CREATE FUNCTION time_series_append(bytea, %1$s, double precision%2$s) RETURNS bytea
          LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_%1$s';
        COMMENT ON FUNCTION time_series_append(bytea, %1$s, double precision%2$s) IS
          'Internal: adds an observation to a state of time_series(…).';
        CREATE AGGREGATE time_series(%1$s, double precision%2$s) (
          SFUNC = time_series_append, STYPE = bytea, SSPACE = 4096,
          COMBINEFUNC = time_series_combine, FINALFUNC = time_series_finish, FINALFUNC_MODIFY = READ_ONLY,
          PARALLEL = SAFE
        );
        COMMENT ON AGGREGATE time_series(%1$s, double precision%2$s) IS %3$L;
      $sql$, kind.time_type, shape.extra,
        format(E'The series of (time, value) rows in any order; time is %s. A NULL or NaN value and a step without a\nrow '
               'are missing values; NULL over no rows. %s\n\nExample: SELECT product_id, time_series(date%s, revenue%s) '
               'FROM daily_performance GROUP BY product_id;',
               kind.meaning, shape.meaning, kind.conversion, shape.example));
    END LOOP;
  END LOOP;
END
$do$;

-- What one can ask of a series.

CREATE FUNCTION length(series time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_length';
COMMENT ON FUNCTION length(time_series) IS
$$Number of steps, missing values included.

Example: SELECT length('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION missing_values(series time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_missing';
COMMENT ON FUNCTION missing_values(time_series) IS
$$Number of steps without a value: those that no row fell on and those whose value was NULL.

Example: SELECT missing_values('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION start_timestamp(series time_series) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_start';
COMMENT ON FUNCTION start_timestamp(time_series) IS
$$First time (UTC for a series of timestamptz), NULL for an empty series.

Example: SELECT start_timestamp('2026-01-01 / 1 day : {1,NULL,3}'::time_series)::date;$$;

CREATE FUNCTION end_timestamp(series time_series) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_end';
COMMENT ON FUNCTION end_timestamp(time_series) IS
$$Last time (UTC for a series of timestamptz), NULL for an empty series.

Example: SELECT end_timestamp('2026-01-01 / 1 day : {1,NULL,3}'::time_series)::date;$$;

CREATE FUNCTION step(series time_series) RETURNS interval
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_step';
COMMENT ON FUNCTION step(time_series) IS
$$Distance between two values.

Example: SELECT step('2026-01-01 / 1 month : {1,2}'::time_series);$$;

CREATE FUNCTION to_array(series time_series) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_to_array';
COMMENT ON FUNCTION to_array(time_series) IS
$$The values, oldest first, NULL where missing.

Example: SELECT to_array('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION time_series(data double precision[], start_timestamp timestamp, step interval) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_from_array';
COMMENT ON FUNCTION time_series(double precision[], timestamp, interval) IS
$$The series of an array that is in order already; of dates when start and step are whole days.

Example: SELECT time_series(ARRAY[112,118,132,129], '1949-01-01', '1 month');$$;

CREATE FUNCTION slice(series time_series, from_timestamp timestamp DEFAULT NULL, to_timestamp timestamp DEFAULT NULL)
  RETURNS time_series
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_slice';
COMMENT ON FUNCTION slice(time_series, timestamp, timestamp) IS
$$The part from one time to another.

- series: any series.
- from_timestamp, to_timestamp: both included; NULL for no bound.

Example: SELECT slice('2026-01-01 / 1 day : {1,2,3,4}'::time_series, '2026-01-02', '2026-01-03');$$;

CREATE FUNCTION value_at(series time_series, "time" timestamp) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_value_at';
COMMENT ON FUNCTION value_at(time_series, timestamp) IS
$$The value at a time, NULL where it is missing or outside of the series.

Example: SELECT value_at('2026-01-01 / 1 day : {1,2,3}'::time_series, '2026-01-02');$$;

CREATE FUNCTION unnest(series time_series, OUT time_series_timestamp timestamp, OUT time_series_data double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'performance_tracker_time_series_unnest';
COMMENT ON FUNCTION unnest(time_series) IS
$$One row a step: its time (UTC for a series of timestamptz) and its value, NULL where missing.

Example: SELECT * FROM unnest('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION time_series_add(time_series, time_series) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_add';
COMMENT ON FUNCTION time_series_add(time_series, time_series) IS
$$Internal: Sum of two series of the same step over both periods; a value missing in one of them counts as nothing, in both as
missing.

Example: SELECT '2026-01-01 / 1 day : {1,2}'::time_series + '2026-01-02 / 1 day : {10,20}'::time_series;$$;

CREATE OPERATOR + (LEFTARG = time_series, RIGHTARG = time_series, FUNCTION = time_series_add, COMMUTATOR = +);

COMMENT ON OPERATOR + (time_series, time_series) IS
  'Sum over both periods; a value missing in one of them counts as nothing, in both as missing.';

CREATE AGGREGATE sum(time_series) (
  SFUNC = time_series_add, STYPE = time_series, COMBINEFUNC = time_series_add, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(time_series) IS
$$Sum of series of the same step, as of +.

Example: SELECT sum(series) FROM (SELECT time_series(date, revenue) AS series FROM daily_performance GROUP BY product_id) s;$$;
-- SPDX-License-Identifier: PostgreSQL
--
-- Models as values: fit once, keep, forecast, carry forward.

CREATE TYPE arima_model;

CREATE FUNCTION arima_model_in(cstring) RETURNS arima_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_in';
CREATE FUNCTION arima_model_out(arima_model) RETURNS cstring
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_out';
CREATE FUNCTION arima_model_recv(internal) RETURNS arima_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_recv';
CREATE FUNCTION arima_model_send(arima_model) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_send';

CREATE TYPE arima_model (
  INPUT = arima_model_in,
  OUTPUT = arima_model_out,
  RECEIVE = arima_model_recv,
  SEND = arima_model_send,
  INTERNALLENGTH = VARIABLE,
  STORAGE = extended
);
COMMENT ON TYPE arima_model IS
$$A fitted seasonal ARIMA model with the series it was fitted to: order, coefficients and their standard errors,
likelihood, variance. Made by auto_arima(series) or arima(series, …), used by forecast(model), coefficients(model),
evaluate(model), residuals(model), update(model, series). Its text form keeps every digit.

Example: SELECT auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series);$$;
COMMENT ON FUNCTION arima_model_in(cstring) IS 'Internal: text form of an arima_model.';
COMMENT ON FUNCTION arima_model_out(arima_model) IS 'Internal: text form of an arima_model.';
COMMENT ON FUNCTION arima_model_recv(internal) IS 'Internal: binary form of an arima_model, checked; version 1.';
COMMENT ON FUNCTION arima_model_send(arima_model) IS 'Internal: binary form of an arima_model, version 1.';

-- Fitting
--
-- COST of a search: a few ms, kept just below what would start parallel workers for ten series (tests/sql/plans.sql).
--
-- postgres_fdw refuses calls with text or arrays of our types among their arguments, defaults included. The planner
-- replaces a call that leaves these at their defaults by one without them: EXPLAIN shows performance_tracker_….

CREATE FUNCTION performance_tracker_model_support(internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_support';
COMMENT ON FUNCTION performance_tracker_model_support(internal) IS
  'Internal: tells the planner how arima(…) and auto_arima(…) can be sent to a foreign server.';

CREATE FUNCTION performance_tracker_arima(
  series time_series, p integer, d integer, q integer,
  seasonal_p integer, seasonal_d integer, seasonal_q integer, season_length integer
) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'performance_tracker_arima_shippable';
COMMENT ON FUNCTION performance_tracker_arima(time_series, integer, integer, integer, integer, integer, integer, integer) IS
  'Internal: arima(…) with constant and xreg at their defaults.';

CREATE FUNCTION performance_tracker_auto_arima(
  series time_series, season_length integer, max_p integer, max_q integer, max_seasonal_p integer,
  max_seasonal_q integer, max_order integer, max_d integer, max_seasonal_d integer, start_p integer, start_q integer,
  start_seasonal_p integer, start_seasonal_q integer, d integer, seasonal_d integer, stationary boolean,
  seasonal boolean, stepwise boolean, max_models integer, allow_mean boolean, allow_drift boolean
) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_shippable';
COMMENT ON FUNCTION performance_tracker_auto_arima(time_series, integer, integer, integer, integer, integer, integer,
integer, integer, integer, integer, integer, integer, integer, integer, boolean, boolean, boolean, integer, boolean,
boolean) IS
  'Internal: auto_arima(…) with ic, unit_root_test, seasonal_test and xreg at their defaults.';

CREATE FUNCTION arima(
  series time_series,
  p integer DEFAULT 0, d integer DEFAULT 0, q integer DEFAULT 0,
  seasonal_p integer DEFAULT 0, seasonal_d integer DEFAULT 0, seasonal_q integer DEFAULT 0,
  season_length integer DEFAULT 1,
  constant text DEFAULT NULL,
  xreg time_series[] DEFAULT NULL
) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 SUPPORT performance_tracker_model_support
  AS 'MODULE_PATHNAME', 'performance_tracker_arima';
COMMENT ON FUNCTION arima(time_series, integer, integer, integer, integer, integer, integer, integer, text, time_series[]) IS
$$Fits a seasonal ARIMA model of a given order by maximum likelihood (Box & Jenkins 1970; signs as in R's arima).

- series: the observations.
- p, d, q: autoregressive order, differences, moving average order; p and q up to 24, d up to 3.
- seasonal_p, seasonal_d, seasonal_q: the same at the season's lag.
- season_length: observations in a season, 1 to 366; above 1 where a seasonal order is given.
- constant: mean, drift or none; NULL is mean without differences and none with them.
- xreg: regressors, series of the same step that have a value at every step of the series.

Missing values are handled exactly. 22023 for a wrong argument or too few observations, 22000 for a constant series.

Example: SELECT arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series, p => 1, d => 1);$$;

CREATE FUNCTION auto_arima(
  series time_series,
  season_length integer DEFAULT NULL,
  max_p integer DEFAULT 5,
  max_q integer DEFAULT 5,
  max_seasonal_p integer DEFAULT 2,
  max_seasonal_q integer DEFAULT 2,
  max_order integer DEFAULT 5,
  max_d integer DEFAULT 2,
  max_seasonal_d integer DEFAULT 1,
  start_p integer DEFAULT 2,
  start_q integer DEFAULT 2,
  start_seasonal_p integer DEFAULT 1,
  start_seasonal_q integer DEFAULT 1,
  d integer DEFAULT NULL,
  seasonal_d integer DEFAULT NULL,
  stationary boolean DEFAULT false,
  seasonal boolean DEFAULT true,
  stepwise boolean DEFAULT true,
  max_models integer DEFAULT 94,
  ic text DEFAULT 'aicc',
  unit_root_test text DEFAULT 'kpss',
  seasonal_test text DEFAULT 'seasonal_strength',
  allow_mean boolean DEFAULT true,
  allow_drift boolean DEFAULT true,
  xreg time_series[] DEFAULT NULL
) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 SUPPORT performance_tracker_model_support
  AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima';
COMMENT ON FUNCTION auto_arima(time_series, integer, integer, integer, integer, integer, integer, integer, integer, integer, integer,
integer, integer, integer, integer, boolean, boolean, boolean, integer, text, text, text, boolean, boolean,
time_series[]) IS
$$Chooses and fits a seasonal ARIMA model: differences by tests, orders by an information criterion of the exact
likelihood (Hyndman & Khandakar 2008).

- series: the observations.
- season_length: observations in a season, 1 to 366; 1 is none, NULL finds it.
- max_p, max_q, max_seasonal_p, max_seasonal_q, max_order: the largest orders; max_order bounds their sum in a full
  search (stepwise => false).
- max_d, max_seasonal_d: most differences that the tests may choose.
- d, seasonal_d: differences given instead of tested.
- start_p, start_q, start_seasonal_p, start_seasonal_q: where the stepwise search begins.
- stationary: true allows no differences.
- seasonal: false allows no seasonal part.
- stepwise: false fits every order within the bounds.
- max_models: most models that the stepwise search fits.
- ic: aicc, aic or bic.
- unit_root_test: kpss, adf or pp.
- seasonal_test: seasonal_strength, ocsb or canova_hansen.
- allow_mean, allow_drift: whether a constant may be tried.
- xreg: regressors, series of the same step that have a value at every step of the series.

Every series gets a model, the one that forecast(series) uses; what cannot carry a search is carried on, and
forecast_status of evaluate(model) says so: fewer than 10 observations by their mean, a constant by its value, a straight
line or exact season by itself, and where no model can be fitted the last value, or the one a
season before (naive). 22023 for a wrong argument, 22000 for a series without a single observation.

Example: SELECT auto_arima(time_series(date, revenue)) FROM daily_performance WHERE product_id = 1;$$;

CREATE FUNCTION auto_arima_finish(bytea) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_finish';
COMMENT ON FUNCTION auto_arima_finish(bytea) IS 'Internal: the model of a state of time_series(…).';
CREATE FUNCTION arima_finish(bytea) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'performance_tracker_arima_finish';
COMMENT ON FUNCTION arima_finish(bytea) IS 'Internal: the model of a state of arima(time, value, p, d, q).';

-- Aggregates, because these scale out: grouped by the key of a distributed or foreign table they run where the data are.
DO $do$
DECLARE
  kind record;
  shape record;
BEGIN
  FOR kind IN SELECT * FROM (VALUES ('date', ''), ('timestamp', '::timestamp'),
                                    ('timestamptz', '::timestamp AT TIME ZONE ''UTC''')) v (time_type, conversion)
  LOOP
    EXECUTE format($sql$
      CREATE FUNCTION auto_arima_append(bytea, %1$s, double precision, integer) RETURNS bytea
        LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_append_%1$s';
      COMMENT ON FUNCTION auto_arima_append(bytea, %1$s, double precision, integer) IS
        'Internal: adds an observation to a state of auto_arima(time, value, season_length).';
      CREATE AGGREGATE auto_arima(%1$s, double precision) (
        SFUNC = time_series_append, STYPE = bytea, SSPACE = 4096,
        COMBINEFUNC = time_series_combine, FINALFUNC = auto_arima_finish, FINALFUNC_MODIFY = READ_ONLY,
        PARALLEL = SAFE
      );
      COMMENT ON AGGREGATE auto_arima(%1$s, double precision) IS %2$L;
      CREATE AGGREGATE auto_arima(%1$s, double precision, integer) (
        SFUNC = auto_arima_append, STYPE = bytea, SSPACE = 4096,
        COMBINEFUNC = time_series_combine, FINALFUNC = auto_arima_finish, FINALFUNC_MODIFY = READ_ONLY,
        PARALLEL = SAFE
      );
      COMMENT ON AGGREGATE auto_arima(%1$s, double precision, integer) IS %3$L;
    $sql$, kind.time_type,
      format(E'auto_arima(time_series(time, value)) with its defaults, as one aggregate.\n\nExample: SELECT product_id, '
             'auto_arima(date%s, revenue) FROM daily_performance GROUP BY product_id;', kind.conversion),
      format(E'auto_arima(time_series(time, value), season_length), as one aggregate.\n\nExample: SELECT product_id, '
             'auto_arima(date%s, revenue, 7) FROM daily_performance GROUP BY product_id;', kind.conversion));
    FOR shape IN
      SELECT * FROM (VALUES
        ('', ', 0, 1, 1', 'p, d, q'),
        (', integer, integer, integer, integer', ', 0, 1, 1, 0, 1, 1, 7',
         'p, d, q, seasonal_p, seasonal_d, seasonal_q, season_length')) v (extra, example, arguments)
    LOOP
      EXECUTE format($sql$
        CREATE FUNCTION arima_append(bytea, %1$s, double precision, integer, integer, integer%2$s) RETURNS bytea
          LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_append_%1$s';
        COMMENT ON FUNCTION arima_append(bytea, %1$s, double precision, integer, integer, integer%2$s) IS
          'Internal: adds an observation to a state of arima(time, value, p, d, q).';
        CREATE AGGREGATE arima(%1$s, double precision, integer, integer, integer%2$s) (
          SFUNC = arima_append, STYPE = bytea, SSPACE = 4096,
          COMBINEFUNC = time_series_combine, FINALFUNC = arima_finish, FINALFUNC_MODIFY = READ_ONLY,
          PARALLEL = SAFE
        );
        COMMENT ON AGGREGATE arima(%1$s, double precision, integer, integer, integer%2$s) IS %3$L;
      $sql$, kind.time_type, shape.extra,
        format(E'arima(time_series(time, value), %s), as one aggregate; the order is that of the group''s first row.'
               '\n\nExample: SELECT product_id, arima(date%s, revenue%s) FROM daily_performance GROUP BY product_id;',
               shape.arguments, kind.conversion, shape.example));
    END LOOP;
  END LOOP;
END
$do$;

CREATE FUNCTION update(model arima_model, series time_series) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_update';
COMMENT ON FUNCTION update(arima_model, time_series) IS
$$The model carried forward over more data, without a search and without an optimisation: order and ARMA coefficients
are kept, the constant and the variance follow from them in closed form.

- model: what arima(…) or auto_arima(…) returned.
- series: what came since, or the whole series again; the same steps. Values given again replace the old ones.

22023 when the steps differ.

Example: SELECT update(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series),
  '2026-01-13 / 1 day : {11,13}');$$;

CREATE FUNCTION update(model arima_model, series time_series, xreg time_series[]) RETURNS arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_update';
COMMENT ON FUNCTION update(arima_model, time_series, time_series[]) IS
$$update(model, series) for a model with regressors; their coefficients follow in closed form too.

- model: what arima(…) or auto_arima(…) returned.
- series: what came since, or the whole series again; the same steps. Values given again replace the old ones.
- xreg: the model's regressors over all of the data.

22023 when the steps differ or a regressor does not cover the data.

Example: SELECT update(arima('2026-01-01 / 1 day : {5,7,6,8,7,9,8,10}'::time_series, 1,
    xreg => ARRAY['2026-01-01 / 1 day : {0,1,0,0,1,0,0,1}'::time_series]),
  '2026-01-09 / 1 day : {11,13}', ARRAY['2026-01-01 / 1 day : {0,1,0,0,1,0,0,1,1,0}'::time_series]);$$;

CREATE TYPE candidate_model_row AS (
  model text,
  non_seasonal_p integer,
  non_seasonal_d integer,
  non_seasonal_q integer,
  seasonal_p integer,
  seasonal_d integer,
  seasonal_q integer,
  season_length integer,
  has_drift boolean,
  criterion double precision,
  is_selected boolean,
  outcome text,
  iterations integer
);
COMMENT ON TYPE candidate_model_row IS 'A row of candidate_models(): a model that the search tried.';
COMMENT ON COLUMN candidate_model_row.model IS 'the model, such as ARIMA(1,1,1)(0,1,1)[7]';
COMMENT ON COLUMN candidate_model_row.non_seasonal_p IS 'autoregressive order';
COMMENT ON COLUMN candidate_model_row.non_seasonal_d IS 'differences';
COMMENT ON COLUMN candidate_model_row.non_seasonal_q IS 'moving average order';
COMMENT ON COLUMN candidate_model_row.seasonal_p IS 'seasonal autoregressive order';
COMMENT ON COLUMN candidate_model_row.seasonal_d IS 'seasonal differences';
COMMENT ON COLUMN candidate_model_row.seasonal_q IS 'seasonal moving average order';
COMMENT ON COLUMN candidate_model_row.season_length IS 'observations in a season, 1 for none';
COMMENT ON COLUMN candidate_model_row.has_drift IS 'whether the model has a drift';
COMMENT ON COLUMN candidate_model_row.criterion IS
  'the information criterion asked for; of an abandoned model what it had reached; NULL when there is none';
COMMENT ON COLUMN candidate_model_row.is_selected IS 'whether this is the model that auto_arima() returns';
COMMENT ON COLUMN candidate_model_row.outcome IS 'what became of it: selected, or why it was dropped';
COMMENT ON COLUMN candidate_model_row.iterations IS 'iterations of the optimiser';

CREATE FUNCTION candidate_models(
  series time_series,
  season_length integer DEFAULT NULL,
  max_p integer DEFAULT 5,
  max_q integer DEFAULT 5,
  max_seasonal_p integer DEFAULT 2,
  max_seasonal_q integer DEFAULT 2,
  max_order integer DEFAULT 5,
  max_d integer DEFAULT 2,
  max_seasonal_d integer DEFAULT 1,
  start_p integer DEFAULT 2,
  start_q integer DEFAULT 2,
  start_seasonal_p integer DEFAULT 1,
  start_seasonal_q integer DEFAULT 1,
  d integer DEFAULT NULL,
  seasonal_d integer DEFAULT NULL,
  stationary boolean DEFAULT false,
  seasonal boolean DEFAULT true,
  stepwise boolean DEFAULT true,
  max_models integer DEFAULT 94,
  ic text DEFAULT 'aicc',
  unit_root_test text DEFAULT 'kpss',
  seasonal_test text DEFAULT 'seasonal_strength',
  allow_mean boolean DEFAULT true,
  allow_drift boolean DEFAULT true,
  xreg time_series[] DEFAULT NULL
) RETURNS SETOF candidate_model_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 ROWS 25 AS 'MODULE_PATHNAME', 'performance_tracker_candidate_models';
COMMENT ON FUNCTION candidate_models(time_series, integer, integer, integer, integer, integer, integer, integer, integer, integer, integer,
integer, integer, integer, integer, boolean, boolean, boolean, integer, text, text, text, boolean, boolean,
time_series[]) IS
$$Every model that auto_arima() tries for these arguments, in the order tried, with its criterion and its outcome.
Arguments as of auto_arima(). 22000 for a series that gets its model without a search.

Example: SELECT model, criterion, outcome
  FROM candidate_models('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series);$$;

-- Forecasting

CREATE TYPE series_forecast_row AS (
  time_series_type text,
  forecast_timestamp timestamp,
  time_series_data double precision,
  forecast_value double precision,
  standard_error double precision,
  confidence_level double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision,
  model text,
  forecast_status text
);
COMMENT ON TYPE series_forecast_row IS 'A row of forecast() over a series or a model. Numbers are in the unit of the data.';
COMMENT ON COLUMN series_forecast_row.time_series_type IS '''history'' or ''forecast''';
COMMENT ON COLUMN series_forecast_row.forecast_timestamp IS
  'time of the row, midnight for days, UTC for a series of timestamptz; goes on in the steps of the series';
COMMENT ON COLUMN series_forecast_row.time_series_data IS 'the observation; NULL where it is missing, and in forecast rows';
COMMENT ON COLUMN series_forecast_row.forecast_value IS
  'expected value; in history rows the one-step-ahead fitted value, NULL where there is none';
COMMENT ON COLUMN series_forecast_row.standard_error IS 'of the forecast, by the model''s variance; NULL in history rows';
COMMENT ON COLUMN series_forecast_row.confidence_level IS
  'probability that the interval covers the value, as a fraction: 0.8 is 80%; NULL in history rows';
COMMENT ON COLUMN series_forecast_row.prediction_interval_lower_bound IS 'lower end of the interval; NULL in history rows';
COMMENT ON COLUMN series_forecast_row.prediction_interval_upper_bound IS 'upper end of the interval; NULL in history rows';
COMMENT ON COLUMN series_forecast_row.model IS 'the model, such as ARIMA(1,1,1)(0,1,1)[7]';
COMMENT ON COLUMN series_forecast_row.forecast_status IS
  'what the reader should know: a fallback that was taken, missing observations; NULL when there is nothing to say';

CREATE FUNCTION forecast(
  series time_series,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'arima',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  xreg time_series[] DEFAULT NULL
) RETURNS SETOF series_forecast_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 ROWS 30 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_series';
COMMENT ON FUNCTION forecast(time_series, integer, double precision, integer, text, boolean, boolean, time_series[]) IS
$$Forecasts a series by automatic seasonal ARIMA (Hyndman & Khandakar 2008), with intervals and the times of its steps.

- series: the observations.
- horizon: steps ahead, 1 to 10,000.
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it.
- method: arima, moving_average (mean of the last 7 observations) or seasonal_naive (the value one season before).
- nonnegative: true keeps forecast and bounds from falling below zero, for money and counts.
- include_history: true puts the observations and their fitted values before the forecast.
- xreg: regressors, series of the same step with a value at every step of the series and of the horizon.

A series that cannot carry a model is still answered, and forecast_status says how. 22023 and 22004 for a wrong
argument, 22000 for a series without a single observation.

Example: SELECT p.name, f.forecast_timestamp::date, f.forecast_value
  FROM (SELECT product_id, time_series(date, revenue) AS series FROM daily_performance GROUP BY product_id) s
  JOIN products p ON p.id = s.product_id, forecast(s.series, horizon => 7) f;$$;

CREATE FUNCTION forecast(
  model arima_model,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  xreg time_series[] DEFAULT NULL
) RETURNS SETOF series_forecast_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 ROWS 30 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model';
COMMENT ON FUNCTION forecast(arima_model, integer, double precision, boolean, boolean, time_series[]) IS
$$Forecasts from a model that is there already, without fitting anything. Arguments as of forecast(series).

Example: SELECT f.* FROM forecast(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), 3) f;$$;

-- What a model says of itself

CREATE TYPE model_evaluation_row AS (
  model text,
  non_seasonal_p integer,
  non_seasonal_d integer,
  non_seasonal_q integer,
  seasonal_p integer,
  seasonal_d integer,
  seasonal_q integer,
  season_length integer,
  has_drift boolean,
  log_likelihood double precision,
  aic double precision,
  aicc double precision,
  bic double precision,
  variance double precision,
  observations integer,
  converged boolean,
  iterations integer,
  forecast_status text
);
COMMENT ON TYPE model_evaluation_row IS 'The row of evaluate(model).';
COMMENT ON COLUMN model_evaluation_row.model IS 'the model, such as ARIMA(1,1,1)(0,1,1)[7] with drift';
COMMENT ON COLUMN model_evaluation_row.non_seasonal_p IS 'autoregressive order';
COMMENT ON COLUMN model_evaluation_row.non_seasonal_d IS 'differences';
COMMENT ON COLUMN model_evaluation_row.non_seasonal_q IS 'moving average order';
COMMENT ON COLUMN model_evaluation_row.seasonal_p IS 'seasonal autoregressive order';
COMMENT ON COLUMN model_evaluation_row.seasonal_d IS 'seasonal differences';
COMMENT ON COLUMN model_evaluation_row.seasonal_q IS 'seasonal moving average order';
COMMENT ON COLUMN model_evaluation_row.season_length IS 'observations in a season, 1 for none';
COMMENT ON COLUMN model_evaluation_row.has_drift IS 'whether the model has a drift';
COMMENT ON COLUMN model_evaluation_row.log_likelihood IS 'exact Gaussian log-likelihood of the differenced observations';
COMMENT ON COLUMN model_evaluation_row.aic IS
  'Akaike''s information criterion; smaller is better, among models of the same differences';
COMMENT ON COLUMN model_evaluation_row.aicc IS 'the same, corrected for short series; NULL when there are too few observations';
COMMENT ON COLUMN model_evaluation_row.bic IS 'Schwarz''s information criterion';
COMMENT ON COLUMN model_evaluation_row.variance IS 'of the innovations, the unit of the data squared';
COMMENT ON COLUMN model_evaluation_row.observations IS 'that enter the likelihood';
COMMENT ON COLUMN model_evaluation_row.converged IS 'whether the likelihood''s maximum was reached to full precision';
COMMENT ON COLUMN model_evaluation_row.iterations IS 'iterations of the optimiser';
COMMENT ON COLUMN model_evaluation_row.forecast_status IS 'what the reader should know; NULL when there is nothing to say';

CREATE FUNCTION evaluate(model arima_model) RETURNS SETOF model_evaluation_row
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1 AS 'MODULE_PATHNAME', 'performance_tracker_evaluate';
COMMENT ON FUNCTION evaluate(arima_model) IS
$$Order, likelihood, information criteria and variance of a model, as one row.

Example: SELECT model, aicc, variance
  FROM evaluate(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;

CREATE FUNCTION coefficients(model arima_model, OUT coefficient text, OUT estimate double precision,
                             OUT standard_error double precision, OUT z_score double precision,
                             OUT p_value double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5 AS 'MODULE_PATHNAME', 'performance_tracker_coefficients';
COMMENT ON FUNCTION coefficients(arima_model) IS
$$The coefficients of a model: ar1, ma1, sar1, sma1, …, mean, drift, xreg1, …, with standard errors from the curvature of
the likelihood, estimate / standard error, and the p-value of a coefficient of zero (Wald).

Example: SELECT * FROM coefficients(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;

CREATE FUNCTION residuals(model arima_model, OUT time_series_timestamp timestamp, OUT time_series_data double precision,
                          OUT fitted double precision, OUT residual double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'performance_tracker_residuals';
COMMENT ON FUNCTION residuals(arima_model) IS
$$One row a step of the model's series: its value, the prediction from the steps before it, and their difference; NULL
where a value is missing or differencing has used it up.

Example: SELECT * FROM residuals(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;
-- SPDX-License-Identifier: PostgreSQL
--
-- What a series is made of, how well it can be forecast, what may come, and what did not fit.

CREATE FUNCTION detect_season_length(series time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_detect_season_length';
COMMENT ON FUNCTION detect_season_length(time_series) IS
$$How many steps make a season: 7 for daily data with a weekly pattern, 1 when there is none or too little data to tell.
Means of the season's phases compete by the extended Bayesian information criterion (Chen & Chen 2008).

Example: SELECT detect_season_length(time_series(date, revenue)) FROM daily_performance WHERE product_id = 1;$$;

CREATE TYPE series_decomposition_row AS (
  time_series_timestamp timestamp,
  time_series_data double precision,
  trend double precision,
  seasonal double precision,
  seasonal_components double precision[],
  residual double precision
);
COMMENT ON TYPE series_decomposition_row IS 'A row of decompose(): a step of the series. Numbers are in the unit of the data.';
COMMENT ON COLUMN series_decomposition_row.time_series_timestamp IS 'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN series_decomposition_row.time_series_data IS 'the observation; NULL where it is missing';
COMMENT ON COLUMN series_decomposition_row.trend IS 'the level, smooth over seasons';
COMMENT ON COLUMN series_decomposition_row.seasonal IS 'sum of seasonal_components, 0 without a season';
COMMENT ON COLUMN series_decomposition_row.seasonal_components IS 'one for each season length, the shortest first';
COMMENT ON COLUMN series_decomposition_row.residual IS 'time_series_data - (trend + seasonal); NULL where the observation is missing';

CREATE FUNCTION decompose(series time_series, season_lengths integer[] DEFAULT NULL)
  RETURNS SETOF series_decomposition_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 365 AS 'MODULE_PATHNAME', 'performance_tracker_decompose';
COMMENT ON FUNCTION decompose(time_series, integer[]) IS
$$Splits a series into trend, seasons and residual, which add up to it: STL for one season (Cleveland et al. 1990), MSTL
for several (Bandara, Hyndman & Bergmeir 2021), a straight trend by loess for none.

- series: the observations; missing ones are interpolated for the fit and stay missing in time_series_data and residual.
- season_lengths: steps in each season, 1 to 366, such as '{7,365}'; the series must have more than two of each. '{}' or
  '{1}' is no season, NULL finds one (detect_season_length).

22023 for a wrong season length, 22000 for a series without a single observation.

Example: SELECT d.* FROM decompose((SELECT time_series(date, revenue) FROM daily_performance WHERE product_id = 1)) d;$$;

-- Backtests

CREATE TYPE backtest_row AS (
  fold_id integer,
  train_end timestamp,
  horizon_step integer,
  forecast_timestamp timestamp,
  actual double precision,
  forecast_value double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision,
  seasonal_naive_value double precision,
  model text
);
COMMENT ON TYPE backtest_row IS 'A row of backtest(): one step ahead of one fold. Numbers are in the unit of the data.';
COMMENT ON COLUMN backtest_row.fold_id IS 'number of the fold, 1 for the oldest';
COMMENT ON COLUMN backtest_row.train_end IS 'time of the last step that the forecast knew';
COMMENT ON COLUMN backtest_row.horizon_step IS 'steps ahead of train_end, from 1';
COMMENT ON COLUMN backtest_row.forecast_timestamp IS 'time of the forecast step, UTC for a series of timestamptz';
COMMENT ON COLUMN backtest_row.actual IS 'what came; NULL where it is missing';
COMMENT ON COLUMN backtest_row.forecast_value IS 'what was expected at train_end';
COMMENT ON COLUMN backtest_row.prediction_interval_lower_bound IS 'lower end of the interval at confidence_level';
COMMENT ON COLUMN backtest_row.prediction_interval_upper_bound IS 'upper end of the interval at confidence_level';
COMMENT ON COLUMN backtest_row.seasonal_naive_value IS 'the value one season before, known at train_end: what a method has to beat';
COMMENT ON COLUMN backtest_row.model IS 'the model of the fold, such as ARIMA(1,1,1)(0,1,1)[7]';

CREATE FUNCTION backtest(
  series time_series,
  folds integer DEFAULT 5,
  horizon integer DEFAULT NULL,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'arima',
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  xreg time_series[] DEFAULT NULL
) RETURNS SETOF backtest_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000 ROWS 35 AS 'MODULE_PATHNAME', 'performance_tracker_backtest';
COMMENT ON FUNCTION backtest(time_series, integer, integer, integer, text, double precision, boolean, time_series[]) IS
$$Forecasts the series' own past by a rolling origin (Tashman 2000): each fold is trained, with its own search for season
and model, on what lies before it and never on what comes after. The folds follow each other without overlap and end with
the series.

- series: the observations.
- folds: rounds of training and testing, 1 to 1,000.
- horizon: steps ahead in each fold; NULL is a season, 7 without one, but all folds within the later half of the series.
- season_length: steps in a season, 1 to 366; 1 is no season, NULL finds it in each training part.
- method: arima, moving_average or seasonal_naive, as of forecast(series).
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- nonnegative: true keeps forecast and bounds from falling below zero.
- xreg: for arima, regressors with a value at every step of the series; over a horizon they are taken as known.

22023 for a wrong argument and when less than 10 steps are left to train the first fold.

Example: SELECT b.* FROM backtest((SELECT time_series(date, revenue) FROM daily_performance WHERE product_id = 1),
  folds => 2) b;$$;

CREATE TYPE backtest_summary_row AS (
  method text,
  mae double precision,
  rmse double precision,
  mape double precision,
  smape double precision,
  mase double precision,
  bias double precision,
  coverage double precision,
  folds integer,
  n integer
);
COMMENT ON TYPE backtest_summary_row IS
  'A row of backtest_summary(): the errors e = forecast - actual of a method over all folds and steps with an actual.';
COMMENT ON COLUMN backtest_summary_row.method IS 'the method asked for, or seasonal_naive';
COMMENT ON COLUMN backtest_summary_row.mae IS 'mean |e|, the unit of the data';
COMMENT ON COLUMN backtest_summary_row.rmse IS 'square root of mean e squared, the unit of the data';
COMMENT ON COLUMN backtest_summary_row.mape IS 'mean |e / actual|, a fraction; NULL when an actual is 0';
COMMENT ON COLUMN backtest_summary_row.smape IS
  'mean 2 |e| / (|actual| + |forecast|), 0 to 2; NULL when both are 0 at a step';
COMMENT ON COLUMN backtest_summary_row.mase IS
  'mean |e| / q, where q is the mean |value - value one season before| of the fold''s training part (Hyndman & Koehler 2006): below 1 is better than seasonal naive one season ahead; NULL when a q is 0';
COMMENT ON COLUMN backtest_summary_row.bias IS 'mean e, the unit of the data; above 0 is too high';
COMMENT ON COLUMN backtest_summary_row.coverage IS 'fraction of actuals within the interval; close to confidence_level when intervals are right';
COMMENT ON COLUMN backtest_summary_row.folds IS 'folds with an actual';
COMMENT ON COLUMN backtest_summary_row.n IS 'actuals that entered';

CREATE FUNCTION backtest_summary(
  series time_series,
  folds integer DEFAULT 5,
  horizon integer DEFAULT NULL,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'arima',
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  xreg time_series[] DEFAULT NULL
) RETURNS SETOF backtest_summary_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000 ROWS 2 AS 'MODULE_PATHNAME', 'performance_tracker_backtest_summary';
COMMENT ON FUNCTION backtest_summary(time_series, integer, integer, integer, text, double precision, boolean, time_series[]) IS
$$The accuracy of a method over the folds of backtest(), one row for it and one for seasonal naive on the same folds.

- series: the observations.
- folds: rounds of training and testing, 1 to 1,000.
- horizon: steps ahead in each fold; NULL is a season, 7 without one, but all folds within the later half of the series.
- season_length: steps in a season, 1 to 366; 1 is no season, NULL finds it in each training part.
- method: arima, moving_average or seasonal_naive, as of forecast(series).
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- nonnegative: true keeps forecast and bounds from falling below zero.
- xreg: for arima, regressors with a value at every step of the series; over a horizon they are taken as known.

22023 for a wrong argument and when less than 10 steps are left to train the first fold.

Example: SELECT method, mase, coverage
  FROM backtest_summary((SELECT time_series(date, revenue) FROM daily_performance WHERE product_id = 1), folds => 2);$$;

-- Anomalies

CREATE TYPE series_anomaly_row AS (
  time_series_timestamp timestamp,
  time_series_data double precision,
  expected_value double precision,
  lower_bound double precision,
  upper_bound double precision,
  z_score double precision,
  direction text,
  is_anomaly boolean,
  anomaly_probability double precision
);
COMMENT ON TYPE series_anomaly_row IS 'A row of detect_anomalies(series). Numbers are in the unit of the data.';
COMMENT ON COLUMN series_anomaly_row.time_series_timestamp IS 'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN series_anomaly_row.time_series_data IS 'the observation; NULL where it is missing';
COMMENT ON COLUMN series_anomaly_row.expected_value IS 'what neighbours and season let expect';
COMMENT ON COLUMN series_anomaly_row.lower_bound IS 'expected_value - z_threshold scales';
COMMENT ON COLUMN series_anomaly_row.upper_bound IS 'expected_value + z_threshold scales';
COMMENT ON COLUMN series_anomaly_row.z_score IS 'deviation from expected_value in scales; NULL where the observation is missing';
COMMENT ON COLUMN series_anomaly_row.direction IS '''spike'' above, ''drop'' below expected_value, NULL without a deviation';
COMMENT ON COLUMN series_anomaly_row.is_anomaly IS 'whether |z_score| is above z_threshold';
COMMENT ON COLUMN series_anomaly_row.anomaly_probability IS
  '1 - two-sided p-value of z_score under the normal distribution: near 1 for an anomaly';

CREATE FUNCTION detect_anomalies(
  series time_series,
  z_threshold double precision DEFAULT 3,
  season_length integer DEFAULT NULL,
  include_normal boolean DEFAULT false
) RETURNS SETOF series_anomaly_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 5 AS 'MODULE_PATHNAME', 'performance_tracker_series_anomalies';
COMMENT ON FUNCTION detect_anomalies(time_series, double precision, integer, boolean) IS
$$Values of a series that fit neither their neighbours nor their season. With a season the expected value is trend +
seasonal of a robust STL (Cleveland et al. 1990), which outliers do not bend; without one, or with two seasons or fewer, it
is the median of up to seven observations on each side. The scale is the biweight scale of the deviations (Lax 1985),
or 1.2533 times the mean absolute one when more than half of the values are met exactly. It looks back on a series: later
values are used too.

- series: the observations.
- z_threshold: scales beyond which a value is an anomaly, 0.1 to 100.
- season_length: steps in a season, 1 to 366; 1 is no season, NULL finds it.
- include_normal: true also returns the steps that are no anomaly.

22023 for a wrong argument, 22000 for a series without a single observation.

Example: SELECT a.* FROM detect_anomalies('2026-01-01 / 1 day : {5,7,6,8,7,90,8,7,9,6,8,7}'::time_series) a;$$;

-- Sample paths

CREATE TYPE simulation_row AS (
  path integer,
  horizon_step integer,
  forecast_timestamp timestamp,
  simulated_value double precision
);
COMMENT ON TYPE simulation_row IS 'A row of simulate(): a step of a sample path.';
COMMENT ON COLUMN simulation_row.path IS 'number of the path, from 1';
COMMENT ON COLUMN simulation_row.horizon_step IS 'steps ahead, from 1';
COMMENT ON COLUMN simulation_row.forecast_timestamp IS 'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN simulation_row.simulated_value IS 'a value that may come, in the unit of the data';

CREATE FUNCTION simulate(
  model arima_model,
  horizon integer DEFAULT 30,
  paths integer DEFAULT 100,
  seed bigint DEFAULT 0,
  xreg time_series[] DEFAULT NULL
) RETURNS SETOF simulation_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 3000 AS 'MODULE_PATHNAME', 'performance_tracker_simulate';
COMMENT ON FUNCTION simulate(arima_model, integer, integer, bigint, time_series[]) IS
$$Draws futures of a series from its model, for questions about several steps together: the total of a month, the chance
to run out. Each step has the mean and the variance of forecast(model); the steps of a path hang together as the model
says.

- model: what arima(…) or auto_arima(…) returned.
- horizon: steps ahead, 1 to 10,000.
- paths: how many futures to draw; horizon * paths at most 10,000,000.
- seed: any number; the same seed gives the same paths, whatever the machine.
- xreg: for a model with regressors, their series with a value at every step of the horizon.

Example: SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY total) AS total_exceeded_once_in_ten
  FROM (SELECT path, sum(simulated_value) AS total
        FROM simulate(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), 7, seed => 42)
        GROUP BY path) s;$$;

-- Explanations

CREATE TYPE forecast_explanation_row AS (
  time_series_type text,
  time_series_timestamp timestamp,
  time_series_data double precision,
  forecast_value double precision,
  trend double precision,
  seasonal double precision,
  regressor_effect double precision,
  residual double precision,
  standard_error double precision,
  confidence_level double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision
);
COMMENT ON TYPE forecast_explanation_row IS 'A row of explain_forecast(). Numbers are in the unit of the data.';
COMMENT ON COLUMN forecast_explanation_row.time_series_type IS '''history'' or ''forecast''';
COMMENT ON COLUMN forecast_explanation_row.time_series_timestamp IS 'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN forecast_explanation_row.time_series_data IS 'the observation; NULL where it is missing, and in forecast rows';
COMMENT ON COLUMN forecast_explanation_row.forecast_value IS
  'expected value; in history rows the one-step-ahead fitted value, NULL where there is none';
COMMENT ON COLUMN forecast_explanation_row.trend IS 'the level; in forecast rows what season and regressors leave of the forecast';
COMMENT ON COLUMN forecast_explanation_row.seasonal IS 'deviation from the level by the season, 0 for a model without one';
COMMENT ON COLUMN forecast_explanation_row.regressor_effect IS 'sum of coefficient * regressor, 0 without regressors';
COMMENT ON COLUMN forecast_explanation_row.residual IS
  'what of the observation is left; NULL where it is missing, 0 in forecast rows';
COMMENT ON COLUMN forecast_explanation_row.standard_error IS 'of the forecast, by the model''s variance; NULL in history rows';
COMMENT ON COLUMN forecast_explanation_row.confidence_level IS 'coverage of the interval as a fraction; NULL in history rows';
COMMENT ON COLUMN forecast_explanation_row.prediction_interval_lower_bound IS 'lower end of the interval; NULL in history rows';
COMMENT ON COLUMN forecast_explanation_row.prediction_interval_upper_bound IS 'upper end of the interval; NULL in history rows';

CREATE FUNCTION explain_forecast(
  model arima_model,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  xreg time_series[] DEFAULT NULL
) RETURNS SETOF forecast_explanation_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 395 AS 'MODULE_PATHNAME', 'performance_tracker_explain_forecast';
COMMENT ON FUNCTION explain_forecast(arima_model, integer, double precision, time_series[]) IS
$$What history and forecast are made of. In history rows trend + seasonal + regressor_effect + residual is the observation,
in forecast rows trend + seasonal + regressor_effect is forecast_value. Trend and season are those of STL (Cleveland et
al. 1990) over history and forecast together, freed of the regressors, at the model's season.

- model: what arima(…) or auto_arima(…) returned.
- horizon: steps ahead, 1 to 10,000.
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- xreg: for a model with regressors, their series with a value at every step of the horizon.

Example: SELECT e.* FROM explain_forecast(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), 3) e;$$;

-- A whole table in one call

CREATE TYPE table_forecast_row AS (
  ids jsonb,
  time_series_type text,
  forecast_timestamp timestamp,
  time_series_data double precision,
  forecast_value double precision,
  standard_error double precision,
  confidence_level double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision,
  model text,
  forecast_status text
);
COMMENT ON TYPE table_forecast_row IS 'A row of forecast() over a table. Numbers are in the unit of the data.';
COMMENT ON COLUMN table_forecast_row.ids IS 'what the series is of: an object with the values of id_cols, {} without any';
COMMENT ON COLUMN table_forecast_row.time_series_type IS '''history'' or ''forecast''';
COMMENT ON COLUMN table_forecast_row.forecast_timestamp IS
  'time of the row, midnight for days, UTC for a timestamptz column; goes on in the steps of the series';
COMMENT ON COLUMN table_forecast_row.time_series_data IS 'the observation; NULL where it is missing, and in forecast rows';
COMMENT ON COLUMN table_forecast_row.forecast_value IS
  'expected value; in history rows the one-step-ahead fitted value, NULL where there is none';
COMMENT ON COLUMN table_forecast_row.standard_error IS 'of the forecast, by the model''s variance; NULL in history rows';
COMMENT ON COLUMN table_forecast_row.confidence_level IS 'coverage of the interval as a fraction; NULL in history rows';
COMMENT ON COLUMN table_forecast_row.prediction_interval_lower_bound IS 'lower end of the interval; NULL in history rows';
COMMENT ON COLUMN table_forecast_row.prediction_interval_upper_bound IS 'upper end of the interval; NULL in history rows';
COMMENT ON COLUMN table_forecast_row.model IS 'the model, such as ARIMA(1,1,1)(0,1,1)[7]';
COMMENT ON COLUMN table_forecast_row.forecast_status IS 'what the reader should know; NULL when there is nothing to say';

-- A name as it stands in the catalog, or as SQL would write it: quoted, with a schema. The first kind needs no quotes
-- for capitals, blanks or quotes in the name.
CREATE FUNCTION performance_tracker_find_table(table_name text) RETURNS oid
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  identifier CONSTANT text := '("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)';
  found oid;
BEGIN
  IF table_name IS NULL THEN
    RAISE null_value_not_allowed USING MESSAGE = 'table_name must not be NULL', HINT = 'Name a table or a view.';
  END IF;
  found := (SELECT c.oid FROM pg_catalog.pg_class c
            WHERE c.relname = table_name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND pg_catalog.pg_table_is_visible(c.oid));
  IF found IS NULL AND table_name ~ ('^' || identifier || '(\.' || identifier || '){0,2}$') THEN
    found := (SELECT c.oid FROM pg_catalog.pg_class c
              WHERE c.oid = pg_catalog.to_regclass(table_name) AND c.relkind IN ('r', 'p', 'v', 'm', 'f'));
  END IF;
  IF found IS NULL THEN
    RAISE undefined_table USING
      MESSAGE = format('there is no table or view "%s"', table_name),
      HINT = COALESCE('Existing ones, closest first: ' || @extschema@.performance_tracker_closest(table_name,
                        ARRAY(SELECT c.relname::text FROM pg_catalog.pg_class c
                              WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_catalog.pg_table_is_visible(c.oid)
                                AND c.relnamespace <> 'pg_catalog'::regnamespace)) || '. ', '')
             || 'A table outside of the search_path needs its schema: schema.table.';
  END IF;
  RETURN found;
END
$$;
COMMENT ON FUNCTION performance_tracker_find_table(text) IS
  'Internal: the table or view of this name; raises 42P01, with the closest existing names in the hint, when there is none.';

CREATE FUNCTION performance_tracker_check_column(table_oid oid, argument text, column_name text, types regtype[])
  RETURNS regtype
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  actual regtype;
BEGIN
  IF column_name IS NULL THEN
    RAISE null_value_not_allowed USING
      MESSAGE = format('%s must not be NULL', argument), HINT = format('Name a column of %s.', table_oid::regclass);
  END IF;
  -- A domain counts as what it is made of.
  WITH RECURSIVE made_of (type) AS (
    SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = table_oid AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT t.typbasetype FROM made_of m JOIN pg_catalog.pg_type t ON t.oid = m.type WHERE t.typtype = 'd'
  )
  SELECT m.type INTO actual FROM made_of m JOIN pg_catalog.pg_type t ON t.oid = m.type WHERE t.typtype <> 'd';
  IF actual IS NULL THEN
    RAISE undefined_column USING
      MESSAGE = format('%s has no column "%s"', table_oid::regclass, column_name),
      HINT = format('%s is one of its columns, closest first: %s.', argument,
                    @extschema@.performance_tracker_closest(column_name,
                      ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                            WHERE a.attrelid = table_oid AND a.attnum > 0 AND NOT a.attisdropped)));
  END IF;
  IF actual <> ALL (types) THEN
    RAISE datatype_mismatch USING
      MESSAGE = format('column "%s" of %s is of type %s', column_name, table_oid::regclass, actual),
      HINT = format('%s is a column of type %s; a view can cast it.', argument, array_to_string(types, ', '));
  END IF;
  IF NOT pg_catalog.has_column_privilege(table_oid, column_name, 'SELECT') THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('permission denied for column "%s" of %s', column_name, table_oid::regclass),
      HINT = format('Its owner can allow it: GRANT SELECT ON %s TO %I.', table_oid::regclass, current_user);
  END IF;
  RETURN actual;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_column(oid, text, text, regtype[]) IS
  'Internal: the type of a column; raises 42703, 42804 or 42501 unless the table has it, of one of the types (NULL: any), '
  'and the caller may read it.';

-- Restricted, not safe: workers cannot read temporary tables, and its own query may use workers this way.
CREATE FUNCTION forecast(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'arima',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  duplicates text DEFAULT 'error',
  step interval DEFAULT NULL
) RETURNS SETOF table_forecast_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 3000
AS $$
DECLARE
  source oid := @extschema@.performance_tracker_find_table(table_name);
  id_col text;
  id_list text;
  id_object text;
  time_type regtype;
BEGIN
  time_type := @extschema@.performance_tracker_check_column(source, 'timestamp_col', timestamp_col,
                                                            '{date,timestamp,timestamptz}');
  PERFORM @extschema@.performance_tracker_check_column(source, 'data_col', data_col,
                                                       '{smallint,integer,bigint,numeric,real,double precision}');
  IF id_cols IS NULL THEN
    RAISE null_value_not_allowed USING
      MESSAGE = 'id_cols must not be NULL', HINT = 'Leave id_cols out when the table holds one series.';
  ELSIF cardinality(id_cols) > 32 THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('id_cols names %s columns, the limit is 32', cardinality(id_cols)),
      HINT = 'Name only the columns that tell the series apart.';
  END IF;
  FOREACH id_col IN ARRAY id_cols LOOP
    PERFORM @extschema@.performance_tracker_check_column(source, 'id_cols', id_col, NULL);
  END LOOP;
  PERFORM @extschema@.performance_tracker_check_forecast(horizon, confidence_level, method);
  PERFORM @extschema@.performance_tracker_check_choice('duplicates', duplicates, 'error', 'sum', 'mean', 'last');

  -- Every name below was found in the catalog and is quoted; values are parameters.
  SELECT string_agg(format('t.%I', c.name), ', ' ORDER BY c.position),
         string_agg(format('%L, t.%I', c.name, c.name), ', ' ORDER BY c.position)
  INTO id_list, id_object
  FROM unnest(id_cols) WITH ORDINALITY AS c (name, position);
  RETURN QUERY EXECUTE format(
    'SELECT s.ids, f.* FROM (SELECT jsonb_build_object(%s) AS ids, @extschema@.time_series(t.%I::%s, '
    't.%I::double precision, $1, $2) AS series FROM %s t%s) s CROSS JOIN LATERAL @extschema@.forecast(s.series, $3, '
    '$4, $5, $6, $7, $8) f WHERE s.series IS NOT NULL',
    id_object, timestamp_col, time_type, data_col, source::regclass, ' GROUP BY ' || id_list || ' ORDER BY ' || id_list)
    USING step, duplicates, horizon, confidence_level, season_length, method, nonnegative, include_history;
END
$$;
COMMENT ON FUNCTION forecast(text, text, text, text[], integer, double precision, integer, text, boolean, boolean,
text, interval) IS
$$Forecasts every series of a table or view in one call; the same as forecast(time_series(timestamp_col, data_col)) for
each group of id_cols, with the rights of the caller. What follows data_col is best given by name.

- table_name: a table, view or foreign table, its name as in the catalog or as in SQL (quoted, with a schema).
- timestamp_col: its column of type date, timestamp or timestamptz (days and months are those of UTC).
- data_col: its column of numbers; NULL is a missing value.
- id_cols: its columns that tell the series apart, up to 32; none for a single series.
- horizon: steps ahead, 1 to 10,000.
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it for each series.
- method: arima, moving_average (mean of the last 7 observations) or seasonal_naive (the value one season before).
- nonnegative: true keeps forecast and bounds from falling below zero, for money and counts.
- include_history: true puts the observations and their fitted values before the forecast.
- duplicates: what becomes of rows of a series at the same time: error, sum, mean or last.
- step: distance between two values, such as '1 day'; NULL finds it for each series.

42P01 and 42703, with the closest names as a hint, for a table or column that does not exist, 42804 for a column of
another type, 42501 for one that the caller may not read.

Example: SELECT * FROM forecast('daily_performance', 'date', 'revenue', id_cols => '{product_id}', horizon => 7);$$;
