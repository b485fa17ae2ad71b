-- SPDX-License-Identifier: PostgreSQL
--
-- Models as values: fit once, keep, forecast, carry forward.

CREATE TYPE @extschema@.arima_model;

CREATE FUNCTION @extschema@.arima_model_in(cstring) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_in';
CREATE FUNCTION @extschema@.arima_model_out(@extschema@.arima_model) RETURNS cstring
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_out';
CREATE FUNCTION @extschema@.arima_model_recv(internal) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_recv';
CREATE FUNCTION @extschema@.arima_model_send(@extschema@.arima_model) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_send';

CREATE TYPE @extschema@.arima_model (
  INPUT = @extschema@.arima_model_in,
  OUTPUT = @extschema@.arima_model_out,
  RECEIVE = @extschema@.arima_model_recv,
  SEND = @extschema@.arima_model_send,
  INTERNALLENGTH = VARIABLE,
  STORAGE = extended
);
COMMENT ON TYPE @extschema@.arima_model IS
$$A fitted seasonal ARIMA model with the series it was fitted to: order, coefficients and their standard errors,
likelihood, variance. Made by auto_arima(series) or arima(series, …), used by forecast(model), coefficients(model),
evaluate(model), residuals(model), update(model, series). Its text form keeps every digit.

Example: SELECT auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series);$$;
COMMENT ON FUNCTION @extschema@.arima_model_in(cstring) IS 'Internal: text form of an arima_model.';
COMMENT ON FUNCTION @extschema@.arima_model_out(@extschema@.arima_model) IS 'Internal: text form of an arima_model.';
COMMENT ON FUNCTION @extschema@.arima_model_recv(internal) IS 'Internal: binary form of an arima_model, checked; version 1.';
COMMENT ON FUNCTION @extschema@.arima_model_send(@extschema@.arima_model) IS 'Internal: binary form of an arima_model, version 1.';

-- Fitting
--
-- COST of a search: a few ms, kept just below what would start parallel workers for ten series (tests/sql/plans.sql).
--
-- postgres_fdw refuses calls with text or arrays of our types among their arguments, defaults included. The planner
-- replaces a call that leaves these at their defaults by one without them: EXPLAIN shows performance_tracker_….

CREATE FUNCTION @extschema@.performance_tracker_model_support(internal) RETURNS internal
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_model_support';
COMMENT ON FUNCTION @extschema@.performance_tracker_model_support(internal) IS
  'Internal: tells the planner how arima(…) and auto_arima(…) can be sent to a foreign server.';

CREATE FUNCTION @extschema@.performance_tracker_arima(
  series @extschema@.time_series, p integer, d integer, q integer,
  seasonal_p integer, seasonal_d integer, seasonal_q integer, season_length integer
) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'performance_tracker_arima_shippable';
COMMENT ON FUNCTION @extschema@.performance_tracker_arima(@extschema@.time_series, integer, integer, integer, integer, integer, integer, integer) IS
  'Internal: arima(…) with constant and xreg at their defaults.';

CREATE FUNCTION @extschema@.performance_tracker_auto_arima(
  series @extschema@.time_series, season_length integer, max_p integer, max_q integer, max_seasonal_p integer,
  max_seasonal_q integer, max_order integer, max_d integer, max_seasonal_d integer, start_p integer, start_q integer,
  start_seasonal_p integer, start_seasonal_q integer, d integer, seasonal_d integer, stationary boolean,
  seasonal boolean, stepwise boolean, max_models integer, allow_mean boolean, allow_drift boolean
) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_shippable';
COMMENT ON FUNCTION @extschema@.performance_tracker_auto_arima(@extschema@.time_series, integer, integer, integer, integer, integer, integer,
integer, integer, integer, integer, integer, integer, integer, integer, boolean, boolean, boolean, integer, boolean,
boolean) IS
  'Internal: auto_arima(…) with ic, unit_root_test, seasonal_test and xreg at their defaults.';

CREATE FUNCTION @extschema@.arima(
  series @extschema@.time_series,
  p integer DEFAULT 0, d integer DEFAULT 0, q integer DEFAULT 0,
  seasonal_p integer DEFAULT 0, seasonal_d integer DEFAULT 0, seasonal_q integer DEFAULT 0,
  season_length integer DEFAULT 1,
  constant text DEFAULT NULL,
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 SUPPORT @extschema@.performance_tracker_model_support
  AS 'MODULE_PATHNAME', 'performance_tracker_arima';
COMMENT ON FUNCTION @extschema@.arima(@extschema@.time_series, integer, integer, integer, integer, integer, integer, integer, text, @extschema@.time_series[]) IS
$$Fits a seasonal ARIMA model of a given order by maximum likelihood (Box & Jenkins 1970; signs as in R's arima).

- @series
- p, d, q: autoregressive order, differences, moving average order; p and q up to 24, d up to 3.
- seasonal_p, seasonal_d, seasonal_q: the same at the season's lag.
- season_length: observations in a season, 1 to 366; above 1 where a seasonal order is given.
- constant: mean, drift or none; NULL is mean without differences and none with them.
- xreg: regressors, series of the same step that have a value at every step of the series.

Missing values are handled exactly. 22023 for a wrong argument or too few observations, 22000 for a constant series.

Example: SELECT arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series, p => 1, d => 1);$$;

CREATE FUNCTION @extschema@.auto_arima(
  series @extschema@.time_series,
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
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 SUPPORT @extschema@.performance_tracker_model_support
  AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima';
COMMENT ON FUNCTION @extschema@.auto_arima(@extschema@.time_series, integer, integer, integer, integer, integer, integer, integer, integer, integer, integer,
integer, integer, integer, integer, boolean, boolean, boolean, integer, text, text, text, boolean, boolean,
@extschema@.time_series[]) IS
$$Chooses and fits a seasonal ARIMA model: differences by tests, orders by an information criterion of the exact
likelihood (Hyndman & Khandakar 2008).

- @series
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

CREATE FUNCTION @extschema@.update(model @extschema@.arima_model, series @extschema@.time_series) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_update';
COMMENT ON FUNCTION @extschema@.update(@extschema@.arima_model, @extschema@.time_series) IS
$$The model carried forward over more data, without a search and without an optimisation: order and ARMA coefficients
are kept, the constant and the variance follow from them in closed form.

- model: what arima(…) or auto_arima(…) returned.
- series: what came since, or the whole series again; the same steps. Values given again replace the old ones.

22023 when the steps differ.

Example: SELECT update(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series),
  '2026-01-13 / 1 day : {11,13}');$$;

CREATE FUNCTION @extschema@.update(model @extschema@.arima_model, series @extschema@.time_series, xreg @extschema@.time_series[]) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_update';
COMMENT ON FUNCTION @extschema@.update(@extschema@.arima_model, @extschema@.time_series, @extschema@.time_series[]) IS
$$update(model, series) for a model with regressors; their coefficients follow in closed form too.

- model: what arima(…) or auto_arima(…) returned.
- series: what came since, or the whole series again; the same steps. Values given again replace the old ones.
- xreg: the model's regressors over all of the data.

22023 when the steps differ or a regressor does not cover the data.

Example: SELECT update(arima('2026-01-01 / 1 day : {5,7,6,8,7,9,8,10}'::time_series, 1,
    xreg => ARRAY['2026-01-01 / 1 day : {0,1,0,0,1,0,0,1}'::time_series]),
  '2026-01-09 / 1 day : {11,13}', ARRAY['2026-01-01 / 1 day : {0,1,0,0,1,0,0,1,1,0}'::time_series]);$$;

CREATE TYPE @extschema@.candidate_model_row AS (
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
COMMENT ON TYPE @extschema@.candidate_model_row IS 'A row of candidate_models(): a model that the search tried.';

CREATE FUNCTION @extschema@.candidate_models(
  series @extschema@.time_series,
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
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS SETOF @extschema@.candidate_model_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 ROWS 25 AS 'MODULE_PATHNAME', 'performance_tracker_candidate_models';
COMMENT ON FUNCTION @extschema@.candidate_models(@extschema@.time_series, integer, integer, integer, integer, integer, integer, integer, integer, integer, integer,
integer, integer, integer, integer, boolean, boolean, boolean, integer, text, text, text, boolean, boolean,
@extschema@.time_series[]) IS
$$Every model that auto_arima() tries for these arguments, in the order tried, with its criterion and its outcome.
Arguments as of auto_arima(). 22000 for a series that gets its model without a search.

Example: SELECT model, criterion, outcome
  FROM candidate_models('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series);$$;

-- Forecasting

CREATE TYPE @extschema@.series_forecast_row AS (
  time_series_type text,
  forecast_timestamp timestamp,
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
COMMENT ON TYPE @extschema@.series_forecast_row IS 'A row of forecast() over a series or a model. Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.series_forecast_row.forecast_timestamp IS
  'time of the row, midnight for days, UTC for a series of timestamptz; goes on in the steps of the series';
COMMENT ON COLUMN @extschema@.series_forecast_row.forecast_status IS
  'what the reader should know: a fallback that was taken, missing observations; NULL when there is nothing to say';
COMMENT ON COLUMN @extschema@.series_forecast_row.status_code IS
  'the same as codes, with commas between them: forecast_status_codes() lists them; NULL when there is nothing to say';

CREATE FUNCTION @extschema@.forecast(
  series @extschema@.time_series,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  xreg @extschema@.time_series[] DEFAULT NULL,
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.series_forecast_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 ROWS 30 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_series';
COMMENT ON FUNCTION @extschema@.forecast(@extschema@.time_series, integer, double precision, integer, text, boolean, boolean,
@extschema@.time_series[], double precision[]) IS
$$Forecasts a series, with intervals and the times of its steps: ARIMA, exponential smoothing, Theta and others, combined
or chosen.

- @series
- @horizon
- @confidence_level
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it.
- method: @any_method
- nonnegative: true keeps forecast and bounds from falling below zero, for money and counts; auto does so by itself where
  no observation is negative.
- @include_history
- xreg: regressors, series of the same step with a value at every step of the series and of the horizon.
- @levels

A series that cannot carry a model is still answered, and forecast_status says how. 22023 and 22004 for a wrong
argument, 22000 for a series without a single observation.

Example: SELECT p.name, f.forecast_timestamp::date, f.forecast_value
  FROM (SELECT product_id, time_series(date, revenue) AS series FROM daily_performance GROUP BY product_id) s
  JOIN products p ON p.id = s.product_id, forecast(s.series, horizon => 7) f;$$;

CREATE FUNCTION @extschema@.forecast(
  model @extschema@.arima_model,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  xreg @extschema@.time_series[] DEFAULT NULL,
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.series_forecast_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 ROWS 30 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_model';
COMMENT ON FUNCTION @extschema@.forecast(@extschema@.arima_model, integer, double precision, boolean, boolean, @extschema@.time_series[],
double precision[]) IS
$$Forecasts from a model that is there already, without fitting anything. Arguments as of forecast(series).

Example: SELECT f.* FROM forecast(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), 3) f;$$;

-- What a model says of itself

CREATE TYPE @extschema@.model_evaluation_row AS (
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
COMMENT ON TYPE @extschema@.model_evaluation_row IS 'The row of evaluate(model).';
COMMENT ON COLUMN @extschema@.model_evaluation_row.model IS 'the model, such as ARIMA(1,1,1)(0,1,1)[7] with drift';
COMMENT ON COLUMN @extschema@.model_evaluation_row.log_likelihood IS 'exact Gaussian log-likelihood of the differenced observations';
COMMENT ON COLUMN @extschema@.model_evaluation_row.aic IS
  'Akaike''s information criterion; smaller is better, among models of the same differences';
COMMENT ON COLUMN @extschema@.model_evaluation_row.aicc IS 'the same, corrected for short series; NULL when there are too few observations';
COMMENT ON COLUMN @extschema@.model_evaluation_row.bic IS 'Schwarz''s information criterion';
COMMENT ON COLUMN @extschema@.model_evaluation_row.variance IS 'of the innovations, the unit of the data squared';
COMMENT ON COLUMN @extschema@.model_evaluation_row.observations IS 'that enter the likelihood';
COMMENT ON COLUMN @extschema@.model_evaluation_row.converged IS 'whether the likelihood''s maximum was reached to full precision';

CREATE FUNCTION @extschema@.evaluate(model @extschema@.arima_model) RETURNS SETOF @extschema@.model_evaluation_row
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1 AS 'MODULE_PATHNAME', 'performance_tracker_evaluate';
COMMENT ON FUNCTION @extschema@.evaluate(@extschema@.arima_model) IS
$$Order, likelihood, information criteria and variance of a model, as one row.

Example: SELECT model, aicc, variance
  FROM evaluate(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;

CREATE FUNCTION @extschema@.coefficients(model @extschema@.arima_model, OUT coefficient text, OUT estimate double precision,
                             OUT standard_error double precision, OUT z_score double precision,
                             OUT p_value double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 5 AS 'MODULE_PATHNAME', 'performance_tracker_coefficients';
COMMENT ON FUNCTION @extschema@.coefficients(@extschema@.arima_model) IS
$$The coefficients of a model: ar1, ma1, sar1, sma1, …, mean, drift, xreg1, …, with standard errors from the curvature of
the likelihood, estimate / standard error, and the p-value of a coefficient of zero (Wald).

Example: SELECT * FROM coefficients(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;

CREATE FUNCTION @extschema@.residuals(model @extschema@.arima_model, OUT time_series_timestamp timestamp, OUT time_series_data double precision,
                          OUT fitted double precision, OUT residual double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'performance_tracker_residuals';
COMMENT ON FUNCTION @extschema@.residuals(@extschema@.arima_model) IS
$$One row a step of the model's series: its value, the prediction from the steps before it, and their difference; NULL
where a value is missing or differencing has used it up.

Example: SELECT * FROM residuals(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series));$$;
