-- SPDX-License-Identifier: PostgreSQL
--
-- The functions over series, called for every series of a table, a view or a query: with the rights of the caller, read only.

CREATE TYPE @extschema@.table_forecast_row AS (
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
  forecast_status text,
  status_code text
);
COMMENT ON TYPE @extschema@.table_forecast_row IS 'A row of forecast() over a table. Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.table_forecast_row.forecast_timestamp IS
  'time of the row, midnight for days, UTC for a timestamptz column; goes on in the steps of the series';
COMMENT ON COLUMN @extschema@.table_forecast_row.confidence_level IS 'coverage of the interval as a fraction; NULL in history rows';

CREATE FUNCTION @extschema@.detect_anomalies(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  z_threshold double precision DEFAULT 3,
  season_length integer DEFAULT NULL,
  include_normal boolean DEFAULT false,
  duplicates text DEFAULT NULL,
  step interval DEFAULT NULL,
  fill text DEFAULT 'missing',
  time_zone text DEFAULT NULL,
  online boolean DEFAULT false
) RETURNS SETOF @extschema@.table_anomaly_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 100
AS $$
BEGIN
  RETURN QUERY EXECUTE pg_catalog.format(
    'SELECT s.ids, f.* FROM (%s) s CROSS JOIN LATERAL @extschema@.detect_anomalies(s.result, $1, $2, $3, $4) f',
    @extschema@.performance_tracker_table_query('{series}', table_name, timestamp_col, data_col, id_cols, duplicates, step,
      fill, time_zone, '{}'::pg_catalog.text[], NULL::pg_catalog.text, 0))
    USING z_threshold, season_length, include_normal, online;
END
$$;
COMMENT ON FUNCTION @extschema@.detect_anomalies(text, text, text, text[], double precision, integer, boolean, text, interval, text,
text, boolean) IS
$$Values of every series of a table that fit neither their neighbours nor their season: detect_anomalies(series) for each group of id_cols.

- @table_name
- @timestamp_col
- @data_col
- @id_cols
- z_threshold: deviations from the expected value beyond which a value is an anomaly, 0.1 to 100.
- @season_length
- include_normal: true also returns the steps that are no anomaly.
- @duplicates
- @step
- @fill
- @time_zone
- online: true judges each value from the ones before it alone, as detect_anomalies(series) says.

Example: SELECT ids, time_series_timestamp, z_score FROM detect_anomalies('daily_performance', 'date', 'revenue', id_cols => '{product_id}');$$;

CREATE FUNCTION @extschema@.backtest(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  folds integer DEFAULT 5,
  horizon integer DEFAULT NULL,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  duplicates text DEFAULT NULL,
  step interval DEFAULT NULL,
  fill text DEFAULT 'missing',
  time_zone text DEFAULT NULL,
  covariate_cols text[] DEFAULT '{}',
  holiday_region text DEFAULT NULL
) RETURNS SETOF @extschema@.table_backtest_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 3500
AS $$
BEGIN
  RETURN QUERY EXECUTE pg_catalog.format(
    'SELECT s.ids, f.* FROM (%s) s CROSS JOIN LATERAL @extschema@.backtest(s.result[1], $1, $2, $3, $4, $5, $6, s.result[2:]) f',
    @extschema@.performance_tracker_table_query('ARRAY[{series}] OPERATOR(pg_catalog.||) COALESCE({xreg}, ''{}''::@extschema@.time_series[])', table_name, timestamp_col, data_col, id_cols, duplicates, step,
      fill, time_zone, covariate_cols, holiday_region, 0))
    USING folds, horizon, season_length, method, confidence_level, nonnegative;
END
$$;
COMMENT ON FUNCTION @extschema@.backtest(text, text, text, text[], integer, integer, integer, text, double precision, boolean, text, interval, text,
text, text[], text) IS
$$Forecasts the past of every series of a table, step by step: backtest(series) for each group of id_cols.

- @table_name
- @timestamp_col
- @data_col
- @id_cols
- folds: parts of the history that are forecast, each from what was before it, 1 to 1,000.
- horizon: steps of a fold; NULL is a season, but all folds within half of the series.
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it in each training part.
- @method
- @confidence_level
- @nonnegative
- @duplicates
- @step
- @fill
- @time_zone
- covariate_cols: its columns of numbers or booleans that explain the values.
- holiday_region: as of holidays(): one more regressor, 1 on public holidays. Days only.

Example: SELECT * FROM backtest('daily_performance', 'date', 'revenue', id_cols => '{product_id}', folds => 2, method => 'seasonal_naive');$$;

CREATE FUNCTION @extschema@.backtest_summary(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  folds integer DEFAULT 5,
  horizon integer DEFAULT NULL,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  confidence_level double precision DEFAULT 0.80,
  nonnegative boolean DEFAULT false,
  duplicates text DEFAULT NULL,
  step interval DEFAULT NULL,
  fill text DEFAULT 'missing',
  time_zone text DEFAULT NULL,
  covariate_cols text[] DEFAULT '{}',
  holiday_region text DEFAULT NULL
) RETURNS SETOF @extschema@.table_backtest_summary_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 200
AS $$
BEGIN
  RETURN QUERY EXECUTE pg_catalog.format(
    'SELECT s.ids, f.* FROM (%s) s CROSS JOIN LATERAL @extschema@.backtest_summary(s.result[1], $1, $2, $3, $4, $5, $6, s.result[2:]) f',
    @extschema@.performance_tracker_table_query('ARRAY[{series}] OPERATOR(pg_catalog.||) COALESCE({xreg}, ''{}''::@extschema@.time_series[])', table_name, timestamp_col, data_col, id_cols, duplicates, step,
      fill, time_zone, covariate_cols, holiday_region, 0))
    USING folds, horizon, season_length, method, confidence_level, nonnegative;
END
$$;
COMMENT ON FUNCTION @extschema@.backtest_summary(text, text, text, text[], integer, integer, integer, text, double precision, boolean, text, interval, text,
text, text[], text) IS
$$Says how well a method forecasts every series of a table: backtest_summary(series) for each group of id_cols.

- @table_name
- @timestamp_col
- @data_col
- @id_cols
- folds: parts of the history that are forecast, each from what was before it, 1 to 1,000.
- horizon: steps of a fold; NULL is a season, but all folds within half of the series.
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it in each training part.
- @method
- @confidence_level
- @nonnegative
- @duplicates
- @step
- @fill
- @time_zone
- covariate_cols: its columns of numbers or booleans that explain the values.
- holiday_region: as of holidays(): one more regressor, 1 on public holidays. Days only.

Example: SELECT * FROM backtest_summary('daily_performance', 'date', 'revenue', id_cols => '{product_id}', folds => 2, method => 'seasonal_naive');$$;

CREATE FUNCTION @extschema@.decompose(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  season_lengths integer[] DEFAULT NULL,
  duplicates text DEFAULT NULL,
  step interval DEFAULT NULL,
  fill text DEFAULT 'missing',
  time_zone text DEFAULT NULL
) RETURNS SETOF @extschema@.table_decomposition_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 3000
AS $$
BEGIN
  RETURN QUERY EXECUTE pg_catalog.format(
    'SELECT s.ids, f.* FROM (%s) s CROSS JOIN LATERAL @extschema@.decompose(s.result, $1) f',
    @extschema@.performance_tracker_table_query('{series}', table_name, timestamp_col, data_col, id_cols, duplicates, step,
      fill, time_zone, '{}'::pg_catalog.text[], NULL::pg_catalog.text, 0))
    USING season_lengths;
END
$$;
COMMENT ON FUNCTION @extschema@.decompose(text, text, text, text[], integer[], text, interval, text, text) IS
$$Splits every series of a table into trend, seasons and residual: decompose(series) for each group of id_cols.

- @table_name
- @timestamp_col
- @data_col
- @id_cols
- season_lengths: steps in each season; NULL finds one for each series.
- @duplicates
- @step
- @fill
- @time_zone

Example: SELECT * FROM decompose('daily_performance', 'date', 'revenue', id_cols => '{product_id}', season_lengths => '{7}');$$;

CREATE FUNCTION @extschema@.candidate_models(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  season_length integer DEFAULT NULL,
  duplicates text DEFAULT NULL,
  step interval DEFAULT NULL,
  fill text DEFAULT 'missing',
  time_zone text DEFAULT NULL
) RETURNS SETOF @extschema@.table_candidate_model_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 500
AS $$
BEGIN
  RETURN QUERY EXECUTE pg_catalog.format(
    'SELECT s.ids, f.* FROM (%s) s CROSS JOIN LATERAL @extschema@.candidate_models(s.result, $1) f',
    @extschema@.performance_tracker_table_query('{series}', table_name, timestamp_col, data_col, id_cols, duplicates, step,
      fill, time_zone, '{}'::pg_catalog.text[], NULL::pg_catalog.text, 0))
    USING season_length;
END
$$;
COMMENT ON FUNCTION @extschema@.candidate_models(text, text, text, text[], integer, text, interval, text, text) IS
$$Lists the models that the search tries for every series of a table: candidate_models(series) for each group of id_cols.

- @table_name
- @timestamp_col
- @data_col
- @id_cols
- @season_length
- @duplicates
- @step
- @fill
- @time_zone

Example: SELECT * FROM candidate_models('daily_performance', 'date', 'revenue', id_cols => '{product_id}', season_length => 7) WHERE is_selected;$$;

CREATE FUNCTION @extschema@.simulate(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  horizon integer DEFAULT 30,
  paths integer DEFAULT 100,
  seed bigint DEFAULT 0,
  season_length integer DEFAULT NULL,
  duplicates text DEFAULT NULL,
  step interval DEFAULT NULL,
  fill text DEFAULT 'missing',
  time_zone text DEFAULT NULL
) RETURNS SETOF @extschema@.table_simulation_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 30000
AS $$
BEGIN
  RETURN QUERY EXECUTE pg_catalog.format(
    'SELECT s.ids, f.* FROM (%s) s CROSS JOIN LATERAL @extschema@.simulate(s.result, $1, $2, $3) f',
    @extschema@.performance_tracker_table_query('@extschema@.auto_arima({series}, season_length => $4)', table_name, timestamp_col, data_col, id_cols, duplicates, step,
      fill, time_zone, '{}'::pg_catalog.text[], NULL::pg_catalog.text, 0))
    USING horizon, paths, seed, season_length;
END
$$;
COMMENT ON FUNCTION @extschema@.simulate(text, text, text, text[], integer, integer, bigint, integer, text, interval, text, text) IS
$$Draws sample paths of the future of every series of a table: simulate(auto_arima(series)) for each group of id_cols.

- @table_name
- @timestamp_col
- @data_col
- @id_cols
- @horizon
- paths: sample paths of each series.
- seed: the same seed gives the same paths.
- @season_length
- @duplicates
- @step
- @fill
- @time_zone

Example: SELECT ids, max(simulated_value) FROM simulate('daily_performance', 'date', 'revenue', id_cols => '{product_id}', horizon => 7, paths => 10) GROUP BY ids;$$;

-- Restricted, not safe: workers cannot read temporary tables, and its own query may use workers this way.
CREATE FUNCTION @extschema@.forecast(
  table_name text,
  timestamp_col text,
  data_col text,
  id_cols text[] DEFAULT '{}',
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  duplicates text DEFAULT NULL,
  step interval DEFAULT NULL,
  fill text DEFAULT 'missing',
  time_zone text DEFAULT NULL,
  covariate_cols text[] DEFAULT '{}',
  holiday_region text DEFAULT NULL,
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.table_forecast_row
  LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 1000000 ROWS 3000
AS $$
DECLARE
  wanted_levels CONSTANT double precision[] := COALESCE(levels, ARRAY[confidence_level]);
BEGIN
  PERFORM @extschema@.performance_tracker_check_forecast(horizon, confidence_level, method);
  PERFORM @extschema@.performance_tracker_check_fit(horizon, wanted_levels, season_length, method);
  PERFORM @extschema@.performance_tracker_check_flag('nonnegative', nonnegative);
  PERFORM @extschema@.performance_tracker_check_flag('include_history', include_history);
  RETURN QUERY EXECUTE pg_catalog.format(
    'SELECT s.ids, f.time_series_type, f.forecast_timestamp, f.time_series_data, f.forecast_value, f.standard_error, '
    'f.confidence_level, f.prediction_interval_lower_bound, f.prediction_interval_upper_bound, f.model, '
    'CASE WHEN s.stopped IS NULL AND s.begins_late IS NULL AND s.ends_early IS NULL THEN f.forecast_status '
    'ELSE pg_catalog.concat_ws(''; '', f.forecast_status, CASE WHEN s.stopped IS NOT NULL THEN pg_catalog.concat(''no values after '', s.stopped) END, '
    'CASE WHEN s.ends_early IS NOT NULL THEN pg_catalog.concat(''the last step ends early, at '', s.ends_early, '', and does not count'') END, '
    'CASE WHEN s.begins_late IS NOT NULL THEN pg_catalog.concat(''the first step begins late, at '', s.begins_late, '', and does not count'') END) END, '
    'CASE WHEN s.stopped IS NULL AND s.begins_late IS NULL AND s.ends_early IS NULL THEN f.status_code '
    'ELSE pg_catalog.concat_ws('','', f.status_code, CASE WHEN s.stopped IS NOT NULL THEN ''ended_early'' END, '
    'CASE WHEN s.begins_late IS NOT NULL OR s.ends_early IS NOT NULL THEN ''incomplete_step'' END) END '
    'FROM (%s) s CROSS JOIN LATERAL @extschema@.performance_tracker_forecast_rows(s.result, $6, false) f',
    @extschema@.performance_tracker_table_query(
      '@extschema@.performance_tracker_fit_series({series}, $1, $2, $3, $4, $5, false, {xreg})',
      table_name, timestamp_col, data_col, id_cols, duplicates, step, fill, time_zone, covariate_cols, holiday_region, horizon))
    USING horizon, wanted_levels, season_length, method, include_history, nonnegative;
END
$$;
COMMENT ON FUNCTION @extschema@.forecast(text, text, text, text[], integer, double precision, integer, text, boolean, boolean,
text, interval, text, text, text[], text, double precision[]) IS
$$Forecasts every series of a table, a view or a query in one call: forecast(time_series(timestamp_col, data_col)) for each
group of id_cols. What follows data_col is best given by name.

All series are forecast from the same last time on: a series that ended before goes on with missing values, and
forecast_status says so.

- @table_name
- @timestamp_col
- @data_col
- @id_cols
- @horizon
- @confidence_level
- @season_length
- method: @any_method
- nonnegative: true keeps forecast and bounds from falling below zero, for money and counts; auto does so by itself where
  no observation is negative.
- @include_history
- @duplicates
- @step
- @fill
- @time_zone
- covariate_cols: its columns of numbers or booleans that explain the values (promotions, prices, opening days). Rows whose
  value is NULL, after the last value of the table, are the future: each step of the horizon needs one.
- holiday_region: as of holidays(), such as DE: one more regressor, 1 on public holidays. Days only.
- @levels

42P01 and 42703, with the closest names as a hint, for a table or column that does not exist, 42804 for a column of
another type, 42501 for one that the caller may not read, 22023 for a step of the future without its covariate (it says which).

Example: SELECT * FROM forecast('daily_performance', 'date', 'revenue', id_cols => '{product_id}', horizon => 7);$$;

-- A driver sends the argument of forecast($1, 30) without a type, and PostgreSQL then takes the function of text. Without
-- this one it could not tell arrays, series and models apart (42725).
CREATE FUNCTION @extschema@.forecast(
  data text,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  nonnegative boolean DEFAULT false,
  include_history boolean DEFAULT false,
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.forecast_row
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 100000 ROWS 30
AS $$
BEGIN
  IF data OPERATOR(pg_catalog.!~) '^\s*\{' THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'data',
      MESSAGE = pg_catalog.format('data is not an array: "%s"', pg_catalog."left"(data, 40)),
      HINT = 'Write {112,118,NULL,129}, cast a series or a model ($1::time_series), or name table, time and value: '
             'forecast(''sales'', ''day'', ''amount'').';
  END IF;
  RETURN QUERY SELECT f.* FROM @extschema@.forecast(data::double precision[], horizon, confidence_level, season_length,
                                                    method, nonnegative, include_history, levels) f;
END
$$;
COMMENT ON FUNCTION @extschema@.forecast(text, integer, double precision, integer, text, boolean, boolean, double precision[]) IS
$$forecast(data) for an array that comes as text, as drivers send a parameter without a type.

- data: the observations, oldest first, as {112,118,NULL,129}.
- horizon, confidence_level, season_length, method, nonnegative, include_history, levels: as of forecast(data).

Example: SELECT * FROM forecast('{112,118,132,129,121,135,148,148,136,119,104,118}', horizon => 3);$$;
