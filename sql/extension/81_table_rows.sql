-- SPDX-License-Identifier: PostgreSQL
--
-- Rows of the functions over a table: those of the function over one series, with the ids before them; so are the
-- comments. Written out, so that an update finds each type and adds the columns that it has gained.

CREATE TYPE @extschema@.table_anomaly_row AS (
  ids jsonb,
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
COMMENT ON TYPE @extschema@.table_anomaly_row IS 'A row of detect_anomalies() over a table.';
COMMENT ON COLUMN @extschema@.table_anomaly_row.ids IS
  'what the series is of: an object with the values of id_cols, {} without any';
COMMENT ON COLUMN @extschema@.table_anomaly_row.time_series_timestamp IS
  'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN @extschema@.table_anomaly_row.time_series_data IS 'the observation; NULL where it is missing';
COMMENT ON COLUMN @extschema@.table_anomaly_row.expected_value IS 'what neighbours and season let expect';
COMMENT ON COLUMN @extschema@.table_anomaly_row.lower_bound IS 'expected_value - z_threshold scales';
COMMENT ON COLUMN @extschema@.table_anomaly_row.upper_bound IS 'expected_value + z_threshold scales';
COMMENT ON COLUMN @extschema@.table_anomaly_row.z_score IS
  'deviation from expected_value in scales; NULL where the observation is missing';
COMMENT ON COLUMN @extschema@.table_anomaly_row.direction IS
  '''spike'' above, ''drop'' below expected_value, NULL without a deviation';
COMMENT ON COLUMN @extschema@.table_anomaly_row.is_anomaly IS 'whether |z_score| is above z_threshold';
COMMENT ON COLUMN @extschema@.table_anomaly_row.anomaly_probability IS
  '1 - two-sided p-value of z_score under the normal distribution: near 1 for an anomaly';

CREATE TYPE @extschema@.table_backtest_row AS (
  ids jsonb,
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
COMMENT ON TYPE @extschema@.table_backtest_row IS 'A row of backtest() over a table.';
COMMENT ON COLUMN @extschema@.table_backtest_row.ids IS
  'what the series is of: an object with the values of id_cols, {} without any';
COMMENT ON COLUMN @extschema@.table_backtest_row.fold_id IS 'number of the fold, 1 for the oldest';
COMMENT ON COLUMN @extschema@.table_backtest_row.train_end IS 'time of the last step that the forecast knew';
COMMENT ON COLUMN @extschema@.table_backtest_row.horizon_step IS 'steps ahead of train_end, from 1';
COMMENT ON COLUMN @extschema@.table_backtest_row.forecast_timestamp IS
  'time of the forecast step, UTC for a series of timestamptz';
COMMENT ON COLUMN @extschema@.table_backtest_row.actual IS 'what came; NULL where it is missing';
COMMENT ON COLUMN @extschema@.table_backtest_row.forecast_value IS 'what was expected at train_end';
COMMENT ON COLUMN @extschema@.table_backtest_row.prediction_interval_lower_bound IS
  'lower end of the interval at confidence_level';
COMMENT ON COLUMN @extschema@.table_backtest_row.prediction_interval_upper_bound IS
  'upper end of the interval at confidence_level';
COMMENT ON COLUMN @extschema@.table_backtest_row.seasonal_naive_value IS
  'the value one season before, known at train_end: what a method has to beat';
COMMENT ON COLUMN @extschema@.table_backtest_row.model IS 'the model of the fold, such as ARIMA(1,1,1)(0,1,1)[7]';

CREATE TYPE @extschema@.table_backtest_summary_row AS (
  ids jsonb,
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
COMMENT ON TYPE @extschema@.table_backtest_summary_row IS 'A row of backtest_summary() over a table.';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.ids IS
  'what the series is of: an object with the values of id_cols, {} without any';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.method IS 'the method asked for, or seasonal_naive';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.mae IS 'mean |e|, the unit of the data';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.rmse IS 'square root of mean e squared, the unit of the data';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.mape IS 'mean |e / actual|, a fraction; NULL when an actual is 0';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.smape IS
  'mean 2 |e| / (|actual| + |forecast|), 0 to 2; NULL when both are 0 at a step';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.mase IS
  'mean |e| / q, where q is the mean |value - value one season before| of the fold''s training part (Hyndman & Koehler 2006): below 1 is better than seasonal naive one season ahead; NULL when a q is 0';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.bias IS 'mean e, the unit of the data; above 0 is too high';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.coverage IS
  'fraction of actuals within the interval; close to confidence_level when intervals are right';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.folds IS 'folds with an actual';
COMMENT ON COLUMN @extschema@.table_backtest_summary_row.n IS 'actuals that entered';

CREATE TYPE @extschema@.table_decomposition_row AS (
  ids jsonb,
  time_series_timestamp timestamp,
  time_series_data double precision,
  trend double precision,
  seasonal double precision,
  seasonal_components double precision[],
  residual double precision
);
COMMENT ON TYPE @extschema@.table_decomposition_row IS 'A row of decompose() over a table.';
COMMENT ON COLUMN @extschema@.table_decomposition_row.ids IS
  'what the series is of: an object with the values of id_cols, {} without any';
COMMENT ON COLUMN @extschema@.table_decomposition_row.time_series_timestamp IS
  'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN @extschema@.table_decomposition_row.time_series_data IS 'the observation; NULL where it is missing';
COMMENT ON COLUMN @extschema@.table_decomposition_row.trend IS 'the level, smooth over seasons';
COMMENT ON COLUMN @extschema@.table_decomposition_row.seasonal IS 'sum of seasonal_components, 0 without a season';
COMMENT ON COLUMN @extschema@.table_decomposition_row.seasonal_components IS
  'one for each season length, the shortest first';
COMMENT ON COLUMN @extschema@.table_decomposition_row.residual IS
  'time_series_data - (trend + seasonal); NULL where the observation is missing';

CREATE TYPE @extschema@.table_candidate_model_row AS (
  ids jsonb,
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
COMMENT ON TYPE @extschema@.table_candidate_model_row IS 'A row of candidate_models() over a table.';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.ids IS
  'what the series is of: an object with the values of id_cols, {} without any';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.model IS 'the model, such as ARIMA(1,1,1)(0,1,1)[7]';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.non_seasonal_p IS 'autoregressive order';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.non_seasonal_d IS 'differences';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.non_seasonal_q IS 'moving average order';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.seasonal_p IS 'seasonal autoregressive order';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.seasonal_d IS 'seasonal differences';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.seasonal_q IS 'seasonal moving average order';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.season_length IS 'observations in a season, 1 for none';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.has_drift IS 'whether the model has a drift';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.criterion IS
  'the information criterion asked for; of an abandoned model what it had reached; NULL when there is none';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.is_selected IS
  'whether this is the model that auto_arima() returns';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.outcome IS 'what became of it: selected, or why it was dropped';
COMMENT ON COLUMN @extschema@.table_candidate_model_row.iterations IS 'iterations of the optimiser';

CREATE TYPE @extschema@.table_simulation_row AS (
  ids jsonb,
  path integer,
  horizon_step integer,
  forecast_timestamp timestamp,
  simulated_value double precision
);
COMMENT ON TYPE @extschema@.table_simulation_row IS 'A row of simulate() over a table.';
COMMENT ON COLUMN @extschema@.table_simulation_row.ids IS
  'what the series is of: an object with the values of id_cols, {} without any';
COMMENT ON COLUMN @extschema@.table_simulation_row.path IS 'number of the path, from 1';
COMMENT ON COLUMN @extschema@.table_simulation_row.horizon_step IS 'steps ahead, from 1';
COMMENT ON COLUMN @extschema@.table_simulation_row.forecast_timestamp IS
  'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN @extschema@.table_simulation_row.simulated_value IS 'a value that may come, in the unit of the data';
