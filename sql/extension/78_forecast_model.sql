-- SPDX-License-Identifier: PostgreSQL
--
-- A fit of any method as a value: kept, forecast from, carried forward. arima_model is the same for ARIMA alone, with
-- functions of its own.

CREATE TYPE @extschema@.forecast_model;

CREATE FUNCTION @extschema@.forecast_model_in(cstring) RETURNS @extschema@.forecast_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model_in';
CREATE FUNCTION @extschema@.forecast_model_out(@extschema@.forecast_model) RETURNS cstring
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model_out';
CREATE FUNCTION @extschema@.forecast_model_recv(internal) RETURNS @extschema@.forecast_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model_recv';
CREATE FUNCTION @extschema@.forecast_model_send(@extschema@.forecast_model) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model_send';

-- Preferred, so that a parameter without a type is one of these where a function takes either kind of model.
CREATE TYPE @extschema@.forecast_model (
  INPUT = @extschema@.forecast_model_in,
  OUTPUT = @extschema@.forecast_model_out,
  RECEIVE = @extschema@.forecast_model_recv,
  SEND = @extschema@.forecast_model_send,
  INTERNALLENGTH = VARIABLE,
  CATEGORY = 'U',
  PREFERRED = true,
  STORAGE = extended
);
COMMENT ON TYPE @extschema@.forecast_model IS
$$A fit of any method with the series it was fitted to: the method's name, what it has learned, and what was said about it.
Made by fit_model(series), used by forecast(model), simulate(model), update(model, series), describe(model). Its text is the
method's name, a colon and hexadecimal digits, which keep every digit; its binary form says its version.

Example: SELECT fit_model('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series);$$;
COMMENT ON FUNCTION @extschema@.forecast_model_in(cstring) IS 'Internal: text form of a forecast_model.';
COMMENT ON FUNCTION @extschema@.forecast_model_out(@extschema@.forecast_model) IS 'Internal: text form of a forecast_model.';
COMMENT ON FUNCTION @extschema@.forecast_model_recv(internal) IS 'Internal: binary form of a forecast_model, checked; version 1.';
COMMENT ON FUNCTION @extschema@.forecast_model_send(@extschema@.forecast_model) IS 'Internal: binary form of a forecast_model, version 1.';

CREATE FUNCTION @extschema@.performance_tracker_model_from_bytes(bytea) RETURNS @extschema@.forecast_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_from_bytes';
COMMENT ON FUNCTION @extschema@.performance_tracker_model_from_bytes(bytea) IS 'Internal: the cast from bytea, checked.';
CREATE CAST (@extschema@.forecast_model AS bytea) WITH FUNCTION @extschema@.forecast_model_send(@extschema@.forecast_model);
CREATE CAST (bytea AS @extschema@.forecast_model) WITH FUNCTION @extschema@.performance_tracker_model_from_bytes(bytea);
COMMENT ON CAST (@extschema@.forecast_model AS bytea) IS 'The binary form: a table of these does not depend on the extension.';
COMMENT ON CAST (bytea AS @extschema@.forecast_model) IS 'From the binary form, checked.';

CREATE FUNCTION @extschema@.fit_model(
  series @extschema@.time_series,
  method text DEFAULT 'auto',
  season_length integer DEFAULT NULL,
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS @extschema@.forecast_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'performance_tracker_fit_model';
COMMENT ON FUNCTION @extschema@.fit_model(@extschema@.time_series, text, integer, @extschema@.time_series[]) IS
$$Fits a series by any method, to keep the fit.

- @series
- @method
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it.
- xreg: regressors, series of the same step that have a value at every step of the series; for methods that take them.

22023 for a wrong argument, 22000 for a series without a single observation.

Example: SELECT fit_model(time_series(date, revenue), 'seasonal_naive', 7) FROM daily_performance WHERE product_id = 1;$$;

CREATE FUNCTION @extschema@.performance_tracker_model_base(
  model @extschema@.forecast_model, horizon integer, levels double precision[], include_history boolean,
  keep_errors boolean, xreg @extschema@.time_series[]
) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_model_base';
COMMENT ON FUNCTION @extschema@.performance_tracker_model_base(@extschema@.forecast_model, integer, double precision[], boolean,
boolean, @extschema@.time_series[]) IS 'Internal: what performance_tracker_fit_series gives, from a model that is there.';

CREATE FUNCTION @extschema@.forecast(
  model @extschema@.forecast_model,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  xreg @extschema@.time_series[] DEFAULT NULL,
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.forecast_model_row
  LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 30
AS $$
  SELECT f.* FROM @extschema@.performance_tracker_forecast_rows(
    @extschema@.performance_tracker_model_base(model, horizon, COALESCE(levels, ARRAY[confidence_level]), include_history,
                                               false, xreg), nonnegative, false) f
$$;
COMMENT ON FUNCTION @extschema@.forecast(@extschema@.forecast_model, integer, double precision, boolean, boolean,
@extschema@.time_series[], double precision[]) IS
$$Forecasts from a kept model of any method, without fitting anything.

- model: what fit_model(…) or update(…) returned.
- @horizon
- @confidence_level
- @nonnegative
- @include_history
- xreg: the model's regressors, their values going on over the horizon.
- @levels

Example: SELECT f.* FROM (SELECT fit_model(time_series(date, revenue)) AS model FROM daily_performance WHERE product_id = 1) m, forecast(m.model, 7) f;$$;

CREATE FUNCTION @extschema@.update(model @extschema@.forecast_model, series @extschema@.time_series)
  RETURNS @extschema@.forecast_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_update_forecast_model';
COMMENT ON FUNCTION @extschema@.update(@extschema@.forecast_model, @extschema@.time_series) IS
$$The model carried forward over more data with the parameters that it has: no search. NULL for NULL.

- model: what fit_model(…) or update(…) returned.
- series: what came since, or the whole series again, on the model's steps: one row will do. Values given again replace
  the old ones.

22023 when the data do not lie on the model's steps.

Example: SELECT update(fit_model('2026-01-01 / 1 week : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), '2026-03-26 / 1 day : {11}'::time_series);$$;

CREATE FUNCTION @extschema@.update(model @extschema@.forecast_model, series @extschema@.time_series, xreg @extschema@.time_series[])
  RETURNS @extschema@.forecast_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_update_forecast_model';
COMMENT ON FUNCTION @extschema@.update(@extschema@.forecast_model, @extschema@.time_series, @extschema@.time_series[]) IS
$$update(model, series) for a model with regressors.

- model: what fit_model(…) or update(…) returned.
- series: what came since, or the whole series again.
- xreg: the model's regressors over all of the data.

22023 when the steps differ or a regressor does not cover the data.

Example: SELECT update(fit_model('2026-01-01 / 1 day : {5,7,6,8,7,9,8,10,7,8,9,9}'::time_series, xreg => ARRAY['2026-01-01 / 1 day : {0,1,0,0,1,0,0,1,0,1,0,1}'::time_series]),
  '2026-01-13 / 1 day : {11,13}'::time_series, ARRAY['2026-01-01 / 1 day : {0,1,0,0,1,0,0,1,0,1,0,1,1,0}'::time_series]);$$;

CREATE FUNCTION @extschema@.end_timestamp(model @extschema@.forecast_model) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model_end';
COMMENT ON FUNCTION @extschema@.end_timestamp(@extschema@.forecast_model) IS
$$Last time of the series that the model knows: what comes after it is to be carried over.

Example: SELECT end_timestamp(fit_model('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series))::date;$$;

CREATE FUNCTION @extschema@.end_timestamp(model @extschema@.arima_model) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_model_end';
COMMENT ON FUNCTION @extschema@.end_timestamp(@extschema@.arima_model) IS
$$Last time of the series that the model knows: what comes after it is to be carried over.

Example: SELECT end_timestamp(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series))::date;$$;

CREATE FUNCTION @extschema@.describe(
  model @extschema@.forecast_model, OUT method text, OUT model_name text, OUT origin text, OUT season_length integer,
  OUT steps integer, OUT start_timestamp timestamp, OUT end_timestamp timestamp, OUT forecast_status text
) RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model_describe';
COMMENT ON FUNCTION @extschema@.describe(@extschema@.forecast_model) IS
$$What a kept model is: its method, the model in words, how it came to be (fitted, carried, refit: restated, refit: drifted),
its season, the steps that it knows with the first and the last of them, and what was said about the fit.

Example: SELECT * FROM describe(fit_model('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;

CREATE FUNCTION @extschema@.measures(model @extschema@.forecast_model, OUT measure text, OUT value double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 8 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model_measures';
COMMENT ON FUNCTION @extschema@.measures(@extschema@.forecast_model) IS
$$The numbers that describe a fit: likelihood and criteria of ARIMA, weights of a combination, whatever its method has.

Example: SELECT * FROM measures(fit_model('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;

CREATE TYPE @extschema@.forecast_part_row AS (
  part text,
  name text,
  value double precision,
  description text
);
COMMENT ON TYPE @extschema@.forecast_part_row IS 'A row of explain_forecast(forecast_model): one thing to know about a fit.';
COMMENT ON COLUMN @extschema@.forecast_part_row.part IS
  'member (a method that takes part), measure (a number of the fit), status (what was said to the reader) or remark (for a statistician)';
COMMENT ON COLUMN @extschema@.forecast_part_row.name IS
  'name of the method, of the measure or the status code; NULL for sentences';
COMMENT ON COLUMN @extschema@.forecast_part_row.value IS
  'weight of a member, a fraction of 1; value of a measure, in its own unit; NULL for others';
COMMENT ON COLUMN @extschema@.forecast_part_row.description IS 'the member''s model; the meaning of a code; the sentences';

CREATE FUNCTION @extschema@.explain_forecast(model @extschema@.forecast_model) RETURNS SETOF @extschema@.forecast_part_row
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10 AS 'MODULE_PATHNAME', 'performance_tracker_explain_forecast_model';
COMMENT ON FUNCTION @extschema@.explain_forecast(@extschema@.forecast_model) IS
$$What a forecast is made of, one row each: the methods that take part with their weights (the heaviest first), the numbers
of the fit, what is said to the reader of the forecast with its codes, and remarks on the model for a statistician.

- model: what fit_model(…) or update(…) returned.

Example: SELECT name, value AS weight, description FROM explain_forecast(fit_model('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series)) WHERE part = 'member';$$;

CREATE FUNCTION @extschema@.simulate(
  model @extschema@.forecast_model,
  horizon integer DEFAULT 30,
  paths integer DEFAULT 100,
  seed bigint DEFAULT 0,
  xreg @extschema@.time_series[] DEFAULT NULL,
  OUT path integer, OUT horizon_step integer, OUT forecast_timestamp timestamp, OUT simulated_value double precision
) RETURNS SETOF record
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 3000 AS 'MODULE_PATHNAME', 'performance_tracker_simulate_forecast_model';
COMMENT ON FUNCTION @extschema@.simulate(@extschema@.forecast_model, integer, integer, bigint, @extschema@.time_series[]) IS
$$Sample paths of a kept model's future, joint over the horizon.

- model: what fit_model(…) or update(…) returned.
- @horizon
- paths: how many.
- seed: the same seed gives the same paths.
- xreg: the model's regressors, their values going on over the horizon.
- path, horizon_step, forecast_timestamp, simulated_value: number of the path, step ahead, its time, the value.

Example: SELECT max(simulated_value) FROM simulate(fit_model('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), 7, 10);$$;

CREATE FUNCTION @extschema@.performance_tracker_refresh_model(
  model @extschema@.forecast_model, series @extschema@.time_series, refit boolean, method text, season_length integer
) RETURNS @extschema@.forecast_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5000 AS 'MODULE_PATHNAME', 'performance_tracker_refresh_model';
COMMENT ON FUNCTION @extschema@.performance_tracker_refresh_model(@extschema@.forecast_model, @extschema@.time_series, boolean,
text, integer) IS
  'Internal: the model carried over the series; fitted again where that is asked for, the past was restated or the errors '
  'have drifted; fitted where there is none.';

CREATE FUNCTION @extschema@.performance_tracker_model_origin(model @extschema@.forecast_model) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_origin';
COMMENT ON FUNCTION @extschema@.performance_tracker_model_origin(@extschema@.forecast_model) IS
  'Internal: the column origin of describe(model).';
