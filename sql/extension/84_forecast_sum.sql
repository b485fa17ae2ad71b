-- SPDX-License-Identifier: PostgreSQL
--
-- Sums of forecasts: a month with its interval, and the chance to reach a target.

CREATE FUNCTION @extschema@.performance_tracker_forecast_sum(
  series @extschema@.time_series, first_step integer, last_step integer, levels double precision[], target double precision,
  known double precision, season_length integer, method text, nonnegative boolean, expected double precision[],
  OUT forecast_value double precision, OUT standard_error double precision, OUT confidence_level double precision,
  OUT prediction_interval_lower_bound double precision, OUT prediction_interval_upper_bound double precision,
  OUT target_probability double precision, OUT model text, OUT forecast_status text, OUT status_code text
) RETURNS SETOF record
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100000 ROWS 1 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_sum';
COMMENT ON FUNCTION @extschema@.performance_tracker_forecast_sum(@extschema@.time_series, integer, integer, double precision[],
double precision, double precision, integer, text, boolean, double precision[]) IS
  'Internal: the sum of the steps first_step to last_step after the series, and of what is known, by joint sample paths.';

CREATE TYPE @extschema@.forecast_sum_row AS (
  period_start date,
  period_end date,
  observed_value double precision,
  forecast_value double precision,
  standard_error double precision,
  confidence_level double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision,
  target double precision,
  target_probability double precision,
  model text,
  forecast_status text,
  status_code text
);
COMMENT ON TYPE @extschema@.forecast_sum_row IS 'A row of forecast_sum(): a period at one level. Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.forecast_sum_row.observed_value IS 'revenue of the days of the period that are over';
COMMENT ON COLUMN @extschema@.forecast_sum_row.forecast_value IS
  'expected revenue of the whole period: observed_value and the sum of forecast_revenue() over the days to come';
COMMENT ON COLUMN @extschema@.forecast_sum_row.standard_error IS 'of forecast_value';
COMMENT ON COLUMN @extschema@.forecast_sum_row.confidence_level IS 'probability that the interval covers the sum, as a fraction';
COMMENT ON COLUMN @extschema@.forecast_sum_row.prediction_interval_lower_bound IS 'lower end of the interval of the sum';
COMMENT ON COLUMN @extschema@.forecast_sum_row.prediction_interval_upper_bound IS 'upper end of the interval of the sum';
COMMENT ON COLUMN @extschema@.forecast_sum_row.target IS 'the target that was asked about; NULL without one';
COMMENT ON COLUMN @extschema@.forecast_sum_row.target_probability IS 'probability that the period reaches the target, 0 to 1';
COMMENT ON COLUMN @extschema@.forecast_sum_row.model IS 'the model that was chosen for the series';
COMMENT ON COLUMN @extschema@.forecast_sum_row.status_code IS 'the same as codes, with commas between them: forecast_status_codes()';

CREATE FUNCTION @extschema@.forecast_sum(
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  period_start date DEFAULT NULL,
  period_end date DEFAULT NULL,
  target double precision DEFAULT NULL,
  confidence_level double precision DEFAULT 0.80,
  method text DEFAULT 'auto',
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.forecast_sum_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 1
AS $$
DECLARE
  last_day pg_catalog.date;
  first_day CONSTANT pg_catalog.date := forecast_sum.period_start;
  begin_day pg_catalog.date;
  end_day pg_catalog.date;
  wanted_levels CONSTANT double precision[] := COALESCE(forecast_sum.levels, ARRAY[forecast_sum.confidence_level]);
  first_step pg_catalog.int4;
  expected double precision[];
  history @extschema@.time_series;
  observed double precision;
BEGIN
  PERFORM @extschema@.performance_tracker_check_fit(1, wanted_levels, 7, forecast_sum.method);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(forecast_sum.product, forecast_sum.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RAISE data_exception USING
      MESSAGE = 'daily_performance holds no day to forecast from',
      HINT = 'Load daily performance first; today does not count, because it is not complete.';
  END IF;
  -- The month that the next day belongs to.
  begin_day := COALESCE(first_day, pg_catalog.date_trunc('month', (last_day OPERATOR(pg_catalog.+) 1)::timestamp)::pg_catalog.date);
  end_day := COALESCE(forecast_sum.period_end, (pg_catalog.date_trunc('month', begin_day::timestamp)
               OPERATOR(pg_catalog.+) '1 month'::interval)::pg_catalog.date OPERATOR(pg_catalog.-) 1);
  IF NOT pg_catalog.isfinite(begin_day) OR NOT pg_catalog.isfinite(end_day) OR end_day OPERATOR(pg_catalog.<) begin_day THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'period_end',
      MESSAGE = pg_catalog.format('the period from %s to %s has no day', begin_day, end_day),
      HINT = 'period_start must not be after period_end.';
  ELSIF end_day OPERATOR(pg_catalog.<=) last_day THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'period_end',
      MESSAGE = pg_catalog.format('the period from %s to %s is over', begin_day, end_day),
      HINT = pg_catalog.format('period_end must be after %s, the last complete day.', last_day);
  END IF;
  first_step := GREATEST(begin_day OPERATOR(pg_catalog.-) last_day, 1);
  SELECT pg_catalog.array_agg(f.forecast_value ORDER BY f.forecast_timestamp) INTO expected
  FROM @extschema@.forecast_revenue(
    horizon => end_day OPERATOR(pg_catalog.-) last_day, product => forecast_sum.product, category => forecast_sum.category,
    by => 'total'::pg_catalog.text, confidence_level => wanted_levels[1], method => forecast_sum.method, include_history => false,
    levels => NULL::double precision[], reconcile => true, calendar => true, what_if => NULL::pg_catalog.jsonb) f
  WHERE f.forecast_timestamp OPERATOR(pg_catalog.>=) begin_day;

  SELECT @extschema@.time_series(d.day, d.revenue, interval '1 day') OPERATOR(@extschema@.+)
           @extschema@.time_series('{NULL}'::double precision[], last_day::timestamp, interval '1 day'),
         COALESCE(pg_catalog.sum(d.revenue) FILTER (WHERE d.day OPERATOR(pg_catalog.>=) begin_day), 0)
  INTO history, observed
  FROM (SELECT d.date::pg_catalog.date AS day,
               CASE WHEN pg_catalog.sum(d.revenue)::double precision OPERATOR(pg_catalog.<>) 'NaN'
                    THEN pg_catalog.sum(d.revenue)::double precision END AS revenue
        FROM daily_performance d
        JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
        WHERE d.date OPERATOR(pg_catalog.<) (last_day OPERATOR(pg_catalog.+) 1) AND pg_catalog.isfinite(d.date)
          AND (forecast_sum.product IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) forecast_sum.product)
          AND (forecast_sum.category IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) forecast_sum.category)
        GROUP BY 1) d;
  RETURN QUERY
  SELECT begin_day, end_day, pg_catalog.round(observed::numeric, 4)::double precision,
         pg_catalog.round(f.forecast_value::numeric, 4)::double precision,
         pg_catalog.round(f.standard_error::numeric, 4)::double precision, f.confidence_level,
         pg_catalog.round(f.prediction_interval_lower_bound::numeric, 4)::double precision,
         pg_catalog.round(f.prediction_interval_upper_bound::numeric, 4)::double precision,
         forecast_sum.target, f.target_probability, f.model, f.forecast_status, f.status_code
  FROM @extschema@.performance_tracker_forecast_sum(history, first_step, end_day OPERATOR(pg_catalog.-) last_day, wanted_levels,
         forecast_sum.target, observed, 7, forecast_sum.method, true, expected) f;
END
$$;
COMMENT ON FUNCTION @extschema@.forecast_sum(text, text, date, date, double precision, double precision, text, double precision[]) IS
$$The revenue of a period, most of all of the month that runs: its interval, and the chance that it reaches a target.

The bounds of single days do not add up. The distribution is that of 5,000 joint sample paths of the series' model, moved
to the values of forecast_revenue(), of which forecast_value is the sum; days that are over count as they were. The
uncertainty of the coefficients is not in it, as in every interval of the model.

- @product
- @category
- period_start: first day; NULL is the first of the month that the next day belongs to.
- period_end: last day, after the last complete one; NULL is the last of period_start's month.
- target: revenue of the whole period whose chance is asked for; NULL for none.
- @confidence_level
- method: a method of forecast_revenue().
- @levels

Errors: 22023 for a wrong argument or a period that is over, 42P01 when a table is missing, 22000 when there is no row at all.

Example: SELECT forecast_value, prediction_interval_lower_bound, prediction_interval_upper_bound, target_probability FROM forecast_sum(target => 100000);$$;

CREATE FUNCTION @extschema@.forecast_sum(
  series @extschema@.time_series,
  horizon integer DEFAULT 30,
  target double precision DEFAULT NULL,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  nonnegative boolean DEFAULT false,
  levels double precision[] DEFAULT NULL,
  OUT forecast_value double precision, OUT standard_error double precision, OUT interval_level double precision,
  OUT prediction_interval_lower_bound double precision, OUT prediction_interval_upper_bound double precision,
  OUT target_probability double precision, OUT model text, OUT forecast_status text, OUT status_code text
) RETURNS SETOF record
  LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100000 ROWS 1
AS $$
  SELECT f.* FROM @extschema@.performance_tracker_forecast_sum(series, 1, horizon, COALESCE(levels, ARRAY[confidence_level]),
                                                               target, 0, season_length, method, nonnegative, NULL) f
$$;
COMMENT ON FUNCTION @extschema@.forecast_sum(@extschema@.time_series, integer, double precision, double precision, integer, text,
boolean, double precision[]) IS
$$The sum of a series' next values, with its interval and the chance to reach a target, from 5,000 joint sample paths.

- @series
- horizon: steps ahead that are summed, 1 to 10,000.
- target: of the sum; NULL for none.
- @confidence_level
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it.
- @method
- nonnegative: true keeps each value of each path from falling below zero.
- @levels
- forecast_value, standard_error, interval_level, prediction_interval_lower_bound, prediction_interval_upper_bound: of the sum.
- target_probability: that it reaches the target, 0 to 1.
- model, forecast_status, status_code: as of forecast().

Example: SELECT * FROM forecast_sum('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series, horizon => 7, target => 80);$$;
