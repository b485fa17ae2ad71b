-- SPDX-License-Identifier: PostgreSQL

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
