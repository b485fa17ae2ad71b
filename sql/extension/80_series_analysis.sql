-- SPDX-License-Identifier: PostgreSQL
--
-- What a series is made of, how well it can be forecast, what may come, and what did not fit.

CREATE FUNCTION @extschema@.detect_season_length(series @extschema@.time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_detect_season_length';
COMMENT ON FUNCTION @extschema@.detect_season_length(@extschema@.time_series) IS
$$How many steps make a season: 7 for daily data with a weekly pattern, 1 when there is none or too little data to tell.
Means of the season's phases compete by the extended Bayesian information criterion (Chen & Chen 2008).

Example: SELECT detect_season_length(time_series(date, revenue)) FROM daily_performance WHERE product_id = 1;$$;

CREATE TYPE @extschema@.series_decomposition_row AS (
  time_series_timestamp timestamp,
  time_series_data double precision,
  trend double precision,
  seasonal double precision,
  seasonal_components double precision[],
  residual double precision
);
COMMENT ON TYPE @extschema@.series_decomposition_row IS 'A row of decompose(): a step of the series. Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.series_decomposition_row.time_series_data IS 'the observation; NULL where it is missing';

CREATE FUNCTION @extschema@.decompose(series @extschema@.time_series, season_lengths integer[] DEFAULT NULL)
  RETURNS SETOF @extschema@.series_decomposition_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 365 AS 'MODULE_PATHNAME', 'performance_tracker_decompose';
COMMENT ON FUNCTION @extschema@.decompose(@extschema@.time_series, integer[]) IS
$$Splits a series into trend, seasons and residual, which add up to it: STL for one season (Cleveland et al. 1990), MSTL
for several (Bandara, Hyndman & Bergmeir 2021), a straight trend by loess for none.

- series: the observations; missing ones are interpolated for the fit and stay missing in time_series_data and residual.
- season_lengths: steps in each season, 1 to 366, such as '{7,365}'; the series must have more than two of each. '{}' or
  '{1}' is no season, NULL finds one (detect_season_length).

22023 for a wrong season length, 22000 for a series without a single observation.

Example: SELECT d.* FROM decompose((SELECT time_series(date, revenue) FROM daily_performance WHERE product_id = 1)) d;$$;

-- Backtests

CREATE TYPE @extschema@.backtest_row AS (
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
COMMENT ON TYPE @extschema@.backtest_row IS 'A row of backtest(): one step ahead of one fold. Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.backtest_row.forecast_value IS 'what was expected at train_end';
COMMENT ON COLUMN @extschema@.backtest_row.prediction_interval_lower_bound IS 'lower end of the interval at confidence_level';
COMMENT ON COLUMN @extschema@.backtest_row.prediction_interval_upper_bound IS 'upper end of the interval at confidence_level';
COMMENT ON COLUMN @extschema@.backtest_row.model IS 'the model of the fold, such as ARIMA(1,1,1)(0,1,1)[7]';

CREATE FUNCTION @extschema@.backtest(
  series @extschema@.time_series,
  folds integer DEFAULT 5,
  horizon integer DEFAULT NULL,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS SETOF @extschema@.backtest_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000 ROWS 35 AS 'MODULE_PATHNAME', 'performance_tracker_backtest';
COMMENT ON FUNCTION @extschema@.backtest(@extschema@.time_series, integer, integer, integer, text, double precision, boolean, @extschema@.time_series[]) IS
$$Forecasts the series' own past by a rolling origin (Tashman 2000): each fold is trained, with its own search for season
and model, on what lies before it and never on what comes after. The folds follow each other without overlap and end with
the series.

- @series
- folds: rounds of training and testing, 1 to 1,000.
- horizon: steps ahead in each fold; NULL is a season, 7 without one, but all folds within the later half of the series.
- season_length: steps in a season, 1 to 366; 1 is no season, NULL finds it in each training part.
- method: a method of forecast(series).
- @confidence_level
- @nonnegative
- xreg: for methods that take them (auto, arima), regressors with a value at every step of the series; over a horizon they are taken as known.

22023 for a wrong argument and when less than 10 steps are left to train the first fold.

Example: SELECT b.* FROM backtest((SELECT time_series(date, revenue) FROM daily_performance WHERE product_id = 1),
  folds => 2) b;$$;

CREATE TYPE @extschema@.backtest_summary_row AS (
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
COMMENT ON TYPE @extschema@.backtest_summary_row IS
  'A row of backtest_summary(): the errors e = forecast - actual of a method over all folds and steps with an actual.';

CREATE FUNCTION @extschema@.backtest_summary(
  series @extschema@.time_series,
  folds integer DEFAULT 5,
  horizon integer DEFAULT NULL,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS SETOF @extschema@.backtest_summary_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 500000 ROWS 2 AS 'MODULE_PATHNAME', 'performance_tracker_backtest_summary';
COMMENT ON FUNCTION @extschema@.backtest_summary(@extschema@.time_series, integer, integer, integer, text, double precision, boolean, @extschema@.time_series[]) IS
$$The accuracy of a method over the folds of backtest(), one row for it and one for seasonal naive on the same folds.

- @series
- folds: rounds of training and testing, 1 to 1,000.
- horizon: steps ahead in each fold; NULL is a season, 7 without one, but all folds within the later half of the series.
- season_length: steps in a season, 1 to 366; 1 is no season, NULL finds it in each training part.
- method: a method of forecast(series).
- @confidence_level
- @nonnegative
- xreg: for methods that take them (auto, arima), regressors with a value at every step of the series; over a horizon they are taken as known.

22023 for a wrong argument and when less than 10 steps are left to train the first fold.

Example: SELECT method, mase, coverage
  FROM backtest_summary((SELECT time_series(date, revenue) FROM daily_performance WHERE product_id = 1), folds => 2);$$;

-- Anomalies

CREATE TYPE @extschema@.series_anomaly_row AS (
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
COMMENT ON TYPE @extschema@.series_anomaly_row IS 'A row of detect_anomalies(series). Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.series_anomaly_row.time_series_data IS 'the observation; NULL where it is missing';

CREATE FUNCTION @extschema@.detect_anomalies(
  series @extschema@.time_series,
  z_threshold double precision DEFAULT 3,
  season_length integer DEFAULT NULL,
  include_normal boolean DEFAULT false,
  online boolean DEFAULT false
) RETURNS SETOF @extschema@.series_anomaly_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 5 AS 'MODULE_PATHNAME', 'performance_tracker_series_anomalies';
COMMENT ON FUNCTION @extschema@.detect_anomalies(@extschema@.time_series, double precision, integer, boolean, boolean) IS
$$Values of a series that fit neither their neighbours nor their season. With a season the expected value is trend +
seasonal of a robust STL (Cleveland et al. 1990), which outliers do not bend; without one, or with two seasons or fewer, it
is the median of up to seven observations on each side. The scale is the biweight scale of the deviations (Lax 1985),
or 1.2533 times the mean absolute one when more than half of the values are met exactly. It looks back on a series: later
values are used too.

With online, each value is judged from those before it alone, as an alarm would: expected is the best of three exponential
predictors, and a value (or the drift, the unrest or the range of the last ones) is an anomaly when it is further out than
z_threshold deviations and, by what this series has shown so far, out of the ordinary for it. The first 30 values are not
judged. An alarm is given once, not at each step while it lasts. anomaly_probability is then 0.5 or more for an anomaly.

- @series
- z_threshold: scales beyond which a value is an anomaly, 0.1 to 100.
- season_length: steps in a season, 1 to 366; 1 is no season, NULL finds it.
- include_normal: true also returns the steps that are no anomaly.
- online: true judges each value from the ones before it; season_length is not used then.

22023 for a wrong argument, 22000 for a series without a single observation.

Example: SELECT a.* FROM detect_anomalies('2026-01-01 / 1 day : {5,7,6,8,7,90,8,7,9,6,8,7}'::time_series) a;$$;

-- Sample paths

CREATE TYPE @extschema@.simulation_row AS (
  path integer,
  horizon_step integer,
  forecast_timestamp timestamp,
  simulated_value double precision
);
COMMENT ON TYPE @extschema@.simulation_row IS 'A row of simulate(): a step of a sample path.';
COMMENT ON COLUMN @extschema@.simulation_row.horizon_step IS 'steps ahead, from 1';
COMMENT ON COLUMN @extschema@.simulation_row.forecast_timestamp IS 'time of the step, UTC for a series of timestamptz';

CREATE FUNCTION @extschema@.simulate(
  model @extschema@.arima_model,
  horizon integer DEFAULT 30,
  paths integer DEFAULT 100,
  seed bigint DEFAULT 0,
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS SETOF @extschema@.simulation_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 3000 AS 'MODULE_PATHNAME', 'performance_tracker_simulate';
COMMENT ON FUNCTION @extschema@.simulate(@extschema@.arima_model, integer, integer, bigint, @extschema@.time_series[]) IS
$$Draws futures of a series from its model, for questions about several steps together: the total of a month, the chance
to run out. Each step has the mean and the variance of forecast(model); the steps of a path hang together as the model
says.

- model: what arima(…) or auto_arima(…) returned.
- @horizon
- paths: how many futures to draw; horizon * paths at most 10,000,000.
- seed: any number; the same seed gives the same paths, whatever the machine.
- xreg: for a model with regressors, their series with a value at every step of the horizon.

Example: SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY total) AS total_exceeded_once_in_ten
  FROM (SELECT path, sum(simulated_value) AS total
        FROM simulate(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), 7, seed => 42)
        GROUP BY path) s;$$;

-- Explanations

CREATE TYPE @extschema@.forecast_explanation_row AS (
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
COMMENT ON TYPE @extschema@.forecast_explanation_row IS 'A row of explain_forecast(). Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.forecast_explanation_row.trend IS 'the level; in forecast rows what season and regressors leave of the forecast';
COMMENT ON COLUMN @extschema@.forecast_explanation_row.seasonal IS 'deviation from the level by the season, 0 for a model without one';
COMMENT ON COLUMN @extschema@.forecast_explanation_row.regressor_effect IS 'sum of coefficient * regressor, 0 without regressors';
COMMENT ON COLUMN @extschema@.forecast_explanation_row.residual IS
  'what of the observation is left; NULL where it is missing, 0 in forecast rows';
COMMENT ON COLUMN @extschema@.forecast_explanation_row.confidence_level IS 'coverage of the interval as a fraction; NULL in history rows';

CREATE FUNCTION @extschema@.explain_forecast(
  model @extschema@.arima_model,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  xreg @extschema@.time_series[] DEFAULT NULL
) RETURNS SETOF @extschema@.forecast_explanation_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 ROWS 395 AS 'MODULE_PATHNAME', 'performance_tracker_explain_forecast';
COMMENT ON FUNCTION @extschema@.explain_forecast(@extschema@.arima_model, integer, double precision, @extschema@.time_series[]) IS
$$What history and forecast are made of. In history rows trend + seasonal + regressor_effect + residual is the observation,
in forecast rows trend + seasonal + regressor_effect is forecast_value. Trend and season are those of STL (Cleveland et
al. 1990) over history and forecast together, freed of the regressors, at the model's season.

- model: what arima(…) or auto_arima(…) returned.
- @horizon
- @confidence_level
- xreg: for a model with regressors, their series with a value at every step of the horizon.

Example: SELECT e.* FROM explain_forecast(auto_arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}'::time_series), 3) e;$$;

-- A whole table in one call
