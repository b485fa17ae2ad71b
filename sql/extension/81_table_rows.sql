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
COMMENT ON COLUMN @extschema@.table_anomaly_row.time_series_data IS 'the observation; NULL where it is missing';

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
COMMENT ON COLUMN @extschema@.table_backtest_row.forecast_value IS 'what was expected at train_end';
COMMENT ON COLUMN @extschema@.table_backtest_row.prediction_interval_lower_bound IS
  'lower end of the interval at confidence_level';
COMMENT ON COLUMN @extschema@.table_backtest_row.prediction_interval_upper_bound IS
  'upper end of the interval at confidence_level';
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
COMMENT ON COLUMN @extschema@.table_decomposition_row.time_series_data IS 'the observation; NULL where it is missing';

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

CREATE TYPE @extschema@.table_simulation_row AS (
  ids jsonb,
  path integer,
  horizon_step integer,
  forecast_timestamp timestamp,
  simulated_value double precision
);
COMMENT ON TYPE @extschema@.table_simulation_row IS 'A row of simulate() over a table.';
COMMENT ON COLUMN @extschema@.table_simulation_row.horizon_step IS 'steps ahead, from 1';
COMMENT ON COLUMN @extschema@.table_simulation_row.forecast_timestamp IS
  'time of the step, UTC for a series of timestamptz';
