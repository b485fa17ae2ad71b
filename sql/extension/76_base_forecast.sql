-- SPDX-License-Identifier: PostgreSQL
--
-- A series' forecast as one value. What makes it stands in a select list, so that parallel workers and the nodes of a
-- partitioned table do the fitting; what puts the parts together and writes rows costs nothing beside it. The value is a
-- bytea that lives within one query: nothing stores it, its form may change with any version.

CREATE FUNCTION @extschema@.performance_tracker_fit_series(
  series @extschema@.time_series, horizon integer, levels double precision[], season_length integer, method text,
  include_history boolean, keep_errors boolean, xreg @extschema@.time_series[]
) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'performance_tracker_fit_series';
COMMENT ON FUNCTION @extschema@.performance_tracker_fit_series(@extschema@.time_series, integer, double precision[],
integer, text, boolean, boolean, @extschema@.time_series[]) IS
  'Internal: the forecast of a series, not yet reconciled or cut off at zero; keep_errors for reconciliation.';

CREATE FUNCTION @extschema@.performance_tracker_check_fit(
  horizon integer, levels double precision[], season_length integer, method text
) RETURNS void
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_check_fit';
COMMENT ON FUNCTION @extschema@.performance_tracker_check_fit(integer, double precision[], integer, text) IS
  'Internal: raises what performance_tracker_fit_series would raise for these options, before any table is read.';

CREATE FUNCTION @extschema@.performance_tracker_reconcile_family(parent bytea, children bytea[]) RETURNS bytea[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'performance_tracker_reconcile_family';
COMMENT ON FUNCTION @extschema@.performance_tracker_reconcile_family(bytea, bytea[]) IS
  'Internal: the parent''s forecast, rounded, and then its children''s in line with it: not below zero, their sum the '
  'parent''s to a hundredth of a cent.';

CREATE TYPE @extschema@.forecast_model_row AS (
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
COMMENT ON TYPE @extschema@.forecast_model_row IS
  'A row of forecast(forecast_model). Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.forecast_model_row.forecast_timestamp IS 'time of the row';
COMMENT ON COLUMN @extschema@.forecast_model_row.time_series_data IS 'the observation, in history rows';
COMMENT ON COLUMN @extschema@.forecast_model_row.forecast_value IS 'expected value';
COMMENT ON COLUMN @extschema@.forecast_model_row.standard_error IS 'of the forecast';
COMMENT ON COLUMN @extschema@.forecast_model_row.confidence_level IS 'coverage of the interval, a fraction';
COMMENT ON COLUMN @extschema@.forecast_model_row.prediction_interval_lower_bound IS 'lower end';
COMMENT ON COLUMN @extschema@.forecast_model_row.prediction_interval_upper_bound IS 'upper end';
COMMENT ON COLUMN @extschema@.forecast_model_row.model IS 'the model';
COMMENT ON COLUMN @extschema@.forecast_model_row.forecast_status IS 'what the reader should know';
COMMENT ON COLUMN @extschema@.forecast_model_row.status_code IS 'the same as codes, with commas between them';

CREATE FUNCTION @extschema@.performance_tracker_forecast_rows(forecast bytea, nonnegative boolean, money boolean)
  RETURNS SETOF @extschema@.forecast_model_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 30 AS 'MODULE_PATHNAME', 'performance_tracker_forecast_rows';
COMMENT ON FUNCTION @extschema@.performance_tracker_forecast_rows(bytea, boolean, boolean) IS
  'Internal: the rows of a forecast, a row for each step and level; money rounds to a hundredth of a cent.';

CREATE FUNCTION @extschema@.performance_tracker_status_codes(OUT status_code text, OUT meaning text) RETURNS SETOF record
  LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 20 AS 'MODULE_PATHNAME', 'performance_tracker_status_codes';
COMMENT ON FUNCTION @extschema@.performance_tracker_status_codes() IS 'Internal: the codes of fits and forecasts.';

CREATE FUNCTION @extschema@.forecast_status_codes(OUT status_code text, OUT meaning text) RETURNS SETOF record
  LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20
AS $$
  SELECT c.status_code, c.meaning FROM @extschema@.performance_tracker_status_codes() c
  UNION ALL
  VALUES ('ended_early', 'the series has no rows on its last days: others go on longer'),
         ('incomplete_step', 'the times do not fill the first or the last step, which does not count')
$$;
COMMENT ON FUNCTION @extschema@.forecast_status_codes() IS
$$Every code that a column status_code may hold, with what it means.

Example: SELECT * FROM forecast_status_codes();$$;
