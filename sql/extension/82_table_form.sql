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

-- A name as it stands in the catalog, or as SQL would write it: quoted, with a schema. The first kind needs no quotes
-- for capitals, blanks or quotes in the name.
CREATE FUNCTION @extschema@.performance_tracker_find_table(table_name text) RETURNS oid
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  -- A name as SQL writes it, up to three of them joined by dots.
  qualified CONSTANT pg_catalog.text :=
    '^("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)(\.("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)){0,2}$';
  found pg_catalog.oid;
BEGIN
  IF table_name IS NULL THEN
    RAISE null_value_not_allowed USING COLUMN = 'table_name', MESSAGE = 'table_name must not be NULL', HINT = 'Name a table or a view.';
  END IF;
  found := (SELECT c.oid FROM pg_catalog.pg_class c
            WHERE c.relname OPERATOR(pg_catalog.=) table_name AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}')
              AND pg_catalog.pg_table_is_visible(c.oid));
  IF found IS NULL AND table_name OPERATOR(pg_catalog.~) qualified THEN
    found := (SELECT c.oid FROM pg_catalog.pg_class c
              WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(table_name) AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}'));
  END IF;
  IF found IS NULL THEN
    RAISE undefined_table USING
      COLUMN = 'table_name',
      MESSAGE = pg_catalog.format('there is no table or view "%s"', table_name),
      HINT = COALESCE('Existing ones, closest first: ' OPERATOR(pg_catalog.||) @extschema@.performance_tracker_closest(table_name,
                        ARRAY(SELECT c.relname::pg_catalog.text FROM pg_catalog.pg_class c
                              WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}') AND pg_catalog.pg_table_is_visible(c.oid)
                                AND c.relnamespace OPERATOR(pg_catalog.<>) 'pg_catalog'::pg_catalog.regnamespace))
                      OPERATOR(pg_catalog.||) '. ', '')
             OPERATOR(pg_catalog.||) 'A table outside of the search_path needs its schema: schema.table.';
  END IF;
  RETURN found;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_find_table(text) IS
  'Internal: the table or view of this name; raises 42P01, with the closest existing names in the hint, when there is none.';

CREATE FUNCTION @extschema@.performance_tracker_check_column(table_oid oid, argument text, column_name text, types regtype[])
  RETURNS regtype
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  actual pg_catalog.regtype;
BEGIN
  IF column_name IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must not be NULL', argument),
      HINT = pg_catalog.format('Name a column of %s.', table_oid::pg_catalog.regclass);
  END IF;
  -- A domain counts as what it is made of.
  WITH RECURSIVE made_of (type) AS (
    SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE a.attrelid OPERATOR(pg_catalog.=) table_oid AND a.attname OPERATOR(pg_catalog.=) column_name
      AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
    UNION ALL
    SELECT t.typbasetype FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
    WHERE t.typtype OPERATOR(pg_catalog.=) 'd'
  )
  SELECT m.type INTO actual FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
  WHERE t.typtype OPERATOR(pg_catalog.<>) 'd';
  IF actual IS NULL THEN
    RAISE undefined_column USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s has no column "%s"', table_oid::pg_catalog.regclass, column_name),
      HINT = pg_catalog.format('%s is one of its columns, closest first: %s.', argument,
                    @extschema@.performance_tracker_closest(column_name,
                      ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
                            WHERE a.attrelid OPERATOR(pg_catalog.=) table_oid AND a.attnum OPERATOR(pg_catalog.>) 0
                              AND NOT a.attisdropped)));
  END IF;
  IF actual OPERATOR(pg_catalog.<>) ALL (types) THEN
    RAISE datatype_mismatch USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('column "%s" of %s is of type %s', column_name, table_oid::pg_catalog.regclass,
                                  actual),
      HINT = pg_catalog.format('%s is a column of type %s; a view can cast it.', argument,
                               pg_catalog.array_to_string(types, ', '));
  END IF;
  IF NOT pg_catalog.has_column_privilege(table_oid, column_name, 'SELECT') THEN
    RAISE insufficient_privilege USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('permission denied for column "%s" of %s', column_name, table_oid::pg_catalog.regclass),
      HINT = pg_catalog.format('Its owner can allow it: GRANT SELECT ON %s TO %I.', table_oid::pg_catalog.regclass,
                               current_user);
  END IF;
  RETURN actual;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_column(oid, text, text, regtype[]) IS
  'Internal: the type of a column; raises 42703, 42804 or 42501 unless the table has it, of one of the types (NULL: any), '
  'and the caller may read it.';

-- The same of a column of a query that stands in for a table. Its plan is made, its rows are not read.
CREATE FUNCTION @extschema@.performance_tracker_check_query_column(
  query text, argument text, column_name text, types regtype[]
) RETURNS regtype
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  given pg_catalog.oid;
  actual pg_catalog.regtype;
BEGIN
  IF column_name IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must not be NULL', argument), HINT = 'Name a column of the query.';
  END IF;
  EXECUTE pg_catalog.format(E'SELECT pg_catalog.pg_typeof(q.%I) FROM (SELECT) o LEFT JOIN (%s\n) q ON false',
                            column_name, query) INTO given;
  WITH RECURSIVE made_of (type) AS (
    SELECT given
    UNION ALL
    SELECT t.typbasetype FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
    WHERE t.typtype OPERATOR(pg_catalog.=) 'd'
  )
  SELECT m.type INTO actual FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
  WHERE t.typtype OPERATOR(pg_catalog.<>) 'd';
  IF actual OPERATOR(pg_catalog.<>) ALL (types) THEN
    RAISE datatype_mismatch USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('column "%s" of the query is of type %s', column_name, actual),
      HINT = pg_catalog.format('%s is a column of type %s; the query can cast it.', argument,
                               pg_catalog.array_to_string(types, ', '));
  END IF;
  RETURN actual;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_query_column(text, text, text, regtype[]) IS
  'Internal: the type of a column of a query; raises 42804 unless it is one of the types (NULL: any).';

CREATE FUNCTION @extschema@.performance_tracker_bucket("time" timestamp, step interval) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_bucket';
COMMENT ON FUNCTION @extschema@.performance_tracker_bucket(timestamp, interval) IS
  'Internal: the beginning of the step that a time falls into; weeks begin on Mondays, months and years with themselves.';

CREATE FUNCTION @extschema@.performance_tracker_complete_series(
  series @extschema@.time_series, last_time timestamp, fill text
) RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_complete_series';
COMMENT ON FUNCTION @extschema@.performance_tracker_complete_series(@extschema@.time_series, timestamp, text) IS
  'Internal: the series up to a common last time, its gaps filled.';

CREATE FUNCTION @extschema@.performance_tracker_complete_regressor(
  regressor @extschema@.time_series, series @extschema@.time_series
) RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_complete_regressor';
COMMENT ON FUNCTION @extschema@.performance_tracker_complete_regressor(@extschema@.time_series, @extschema@.time_series) IS
  'Internal: the regressor with 0 on steps where neither it nor the series has a value.';

CREATE FUNCTION @extschema@.performance_tracker_last_observed(series @extschema@.time_series, last_time timestamp)
  RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_last_observed';
COMMENT ON FUNCTION @extschema@.performance_tracker_last_observed(@extschema@.time_series, timestamp) IS
  'Internal: the time of the last value of a series that has none at its last step up to last_time, NULL otherwise.';

-- How a time column becomes the time of a step, as an expression over t.
CREATE FUNCTION @extschema@.performance_tracker_time_expression(
  timestamp_col text, time_type regtype, step interval, duplicates text, time_zone text
) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  plain CONSTANT pg_catalog.text := pg_catalog.format('t.%I::%s', timestamp_col, time_type);
  whole_days CONSTANT pg_catalog.bool := step OPERATOR(pg_catalog.>=) '1 day'::interval;
BEGIN
  IF time_zone IS NOT NULL THEN
    IF time_type OPERATOR(pg_catalog.<>) 'timestamptz'::pg_catalog.regtype OR step IS NULL THEN
      RAISE invalid_parameter_value USING
        COLUMN = 'time_zone',
        MESSAGE = pg_catalog.format('time_zone "%s" needs a timestamptz column and a step', time_zone),
        HINT = 'It says whose days a point in time falls into: step => ''1 day'', time_zone => ''Europe/Berlin''.';
    END IF;
    PERFORM pg_catalog.timezone(time_zone, pg_catalog.now());  -- 22023 for a zone that does not exist
  END IF;
  IF step IS NULL THEN
    RETURN plain;
  ELSIF time_type OPERATOR(pg_catalog.=) 'timestamptz'::pg_catalog.regtype AND NOT whole_days THEN
    -- Hours are counted in UTC: a change of clocks neither loses one nor counts one twice.
    RETURN pg_catalog.format('pg_catalog.timezone(''UTC'', @extschema@.performance_tracker_bucket('
                             'pg_catalog.timezone(''UTC'', t.%I), %L::interval))', timestamp_col, step);
  ELSIF time_type OPERATOR(pg_catalog.=) 'timestamptz'::pg_catalog.regtype THEN
    RETURN pg_catalog.format('@extschema@.performance_tracker_bucket(pg_catalog.timezone(%L, t.%I), %L::interval)::pg_catalog.date',
                             COALESCE(time_zone, 'UTC'), timestamp_col, step);
  ELSIF time_type OPERATOR(pg_catalog.=) 'timestamp'::pg_catalog.regtype THEN
    RETURN pg_catalog.format('@extschema@.performance_tracker_bucket(t.%I, %L::interval)%s', timestamp_col, step,
                             CASE WHEN whole_days THEN '::pg_catalog.date' END);
  ELSIF duplicates OPERATOR(pg_catalog.<>) 'error' THEN
    RETURN pg_catalog.format('@extschema@.performance_tracker_bucket(t.%I::timestamp, %L::interval)::pg_catalog.date',
                             timestamp_col, step);
  END IF;
  RETURN plain;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_time_expression(text, regtype, interval, text, text) IS
  'Internal: the SQL that puts a time column into steps.';

-- The one query that all functions over tables run: a row for each series, with `expression` over its {series} and
-- {xreg}. Names were found in the catalog, or are columns of the query, and are quoted; values are literals. Where the
-- expression fits a model it stands beside the aggregate, so that workers and partitions do it.
CREATE FUNCTION @extschema@.performance_tracker_table_query(
  expression text, table_name text, timestamp_col text, data_col text, id_cols text[], duplicates text, step interval,
  fill text, time_zone text, covariate_cols text[] DEFAULT '{}', holiday_region text DEFAULT NULL, horizon integer DEFAULT 0
) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  numbers CONSTANT pg_catalog.regtype[] := '{smallint,integer,bigint,numeric,real,double precision}';
  times CONSTANT pg_catalog.regtype[] := '{pg_catalog.date,timestamp,timestamp with time zone}';
  is_query CONSTANT pg_catalog.bool := COALESCE(table_name OPERATOR(pg_catalog.~*) '^\s*(select|with|values|table)\s', false);
  table_oid pg_catalog.oid;
  source pg_catalog.text;
  time_type pg_catalog.regtype;
  time_expression pg_catalog.text;
  policy pg_catalog.text := COALESCE(duplicates, CASE WHEN step IS NULL THEN 'error' ELSE 'sum' END);
  series pg_catalog.text;
  completed pg_catalog.text;
  regressors pg_catalog.text[] := '{}';
  id_list pg_catalog.text;
  id_object pg_catalog.text;
  name pg_catalog.text;
  kind pg_catalog.regtype;
  first_time timestamp;
  last_time timestamp;
BEGIN
  IF is_query THEN
    source := pg_catalog.concat('(', table_name, E'\n)');
    time_type := @extschema@.performance_tracker_check_query_column(table_name, 'timestamp_col', timestamp_col, times);
    PERFORM @extschema@.performance_tracker_check_query_column(table_name, 'data_col', data_col, numbers);
  ELSE
    table_oid := @extschema@.performance_tracker_find_table(table_name);
    source := table_oid::pg_catalog.regclass::pg_catalog.text;
    time_type := @extschema@.performance_tracker_check_column(table_oid, 'timestamp_col', timestamp_col, times);
    PERFORM @extschema@.performance_tracker_check_column(table_oid, 'data_col', data_col, numbers);
  END IF;
  IF id_cols IS NULL OR covariate_cols IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = CASE WHEN id_cols IS NULL THEN 'id_cols' ELSE 'covariate_cols' END,
      MESSAGE = pg_catalog.format('%s must not be NULL', CASE WHEN id_cols IS NULL THEN 'id_cols' ELSE 'covariate_cols' END),
      HINT = 'Leave id_cols out when the table holds one series, covariate_cols when nothing explains it.';
  ELSIF GREATEST(pg_catalog.cardinality(id_cols), pg_catalog.cardinality(covariate_cols)) OPERATOR(pg_catalog.>) 32 THEN
    RAISE invalid_parameter_value USING
      MESSAGE = pg_catalog.format('%s columns are named where the limit is 32',
                                  GREATEST(pg_catalog.cardinality(id_cols), pg_catalog.cardinality(covariate_cols))),
      HINT = 'Name only the columns that tell the series apart, and those that explain them.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_choice('duplicates', policy,
    VARIADIC '{error,sum,mean,last}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_choice('fill', fill, VARIADIC '{missing,zero,previous}'::pg_catalog.text[]);
  FOREACH name IN ARRAY id_cols LOOP
    IF is_query THEN
      PERFORM @extschema@.performance_tracker_check_query_column(table_name, 'id_cols', name, NULL);
    ELSE
      PERFORM @extschema@.performance_tracker_check_column(table_oid, 'id_cols', name, NULL);
    END IF;
  END LOOP;
  time_expression := @extschema@.performance_tracker_time_expression(timestamp_col, time_type, step,
                                                                     COALESCE(duplicates, 'error'), time_zone);

  -- The common end: the last observation where rows without one are the future, the last row otherwise.
  EXECUTE pg_catalog.format(
    'SELECT pg_catalog.min(%1$s)::timestamp, pg_catalog.max(%1$s)::timestamp FROM %2$s t WHERE %3$s',
    CASE WHEN time_type OPERATOR(pg_catalog.=) 'timestamptz'::pg_catalog.regtype
              AND time_expression OPERATOR(pg_catalog.!~) '::pg_catalog.date$'
         THEN pg_catalog.format('pg_catalog.timezone(''UTC'', %s)', time_expression) ELSE time_expression END,
    source,
    CASE WHEN pg_catalog.cardinality(covariate_cols) OPERATOR(pg_catalog.>) 0
         THEN pg_catalog.format('t.%I IS NOT NULL', data_col) ELSE 'true' END) INTO first_time, last_time;
  last_time := COALESCE(last_time, '2000-01-01');  -- no rows: a NULL would be folded into the fit when it is planned
  series := pg_catalog.format('@extschema@.time_series(%s, t.%I::double precision, %L::interval, %L::pg_catalog.text)',
                              time_expression, data_col, step, policy);
  completed := pg_catalog.format('@extschema@.performance_tracker_complete_series(%s, %L::timestamp, %L)', series, last_time, fill);

  FOREACH name IN ARRAY covariate_cols LOOP
    IF is_query THEN
      kind := @extschema@.performance_tracker_check_query_column(table_name, 'covariate_cols', name,
        numbers OPERATOR(pg_catalog.||) 'boolean'::pg_catalog.regtype);
    ELSE
      kind := @extschema@.performance_tracker_check_column(table_oid, 'covariate_cols', name,
        numbers OPERATOR(pg_catalog.||) 'boolean'::pg_catalog.regtype);
    END IF;
    regressors := regressors OPERATOR(pg_catalog.||) pg_catalog.format(
      '@extschema@.performance_tracker_complete_regressor(@extschema@.time_series(%s, t.%I%s::double precision, '
      '%L::interval, ''mean''::pg_catalog.text), @extschema@.performance_tracker_complete_series(%s, %L::timestamp, ''missing''))',
      time_expression, name, CASE WHEN kind OPERATOR(pg_catalog.=) 'boolean'::pg_catalog.regtype THEN '::pg_catalog.int4' END,
      step, series, last_time);
  END LOOP;
  IF holiday_region IS NOT NULL THEN
    IF time_type OPERATOR(pg_catalog.<>) 'date'::pg_catalog.regtype AND COALESCE(step OPERATOR(pg_catalog.<>) '1 day'::interval, true) THEN
      RAISE invalid_parameter_value USING
        COLUMN = 'holiday_region',
        MESSAGE = 'holiday_region needs days',
        HINT = 'Give a column of type date, or step => ''1 day''.';
    END IF;
    IF EXISTS (SELECT FROM @extschema@.holidays(holiday_region, first_time::pg_catalog.date, last_time::pg_catalog.date) h
               WHERE h.kind OPERATOR(pg_catalog.<>) 'commerce') THEN
      regressors := regressors OPERATOR(pg_catalog.||) (
        SELECT pg_catalog.format('%L::@extschema@.time_series', @extschema@.time_series(
                 d.day::pg_catalog.date, CASE WHEN EXISTS (
                   SELECT FROM @extschema@.holidays(holiday_region, first_time::pg_catalog.date,
                                                    (last_time::pg_catalog.date OPERATOR(pg_catalog.+) horizon)) h
                   WHERE h.kind OPERATOR(pg_catalog.<>) 'commerce' AND h.date OPERATOR(pg_catalog.=) d.day::pg_catalog.date)
                   THEN 1.0 ELSE 0.0 END::double precision, '1 day'::interval))
        FROM pg_catalog.generate_series(first_time, last_time OPERATOR(pg_catalog.+)
               pg_catalog.make_interval(days => horizon), '1 day'::interval) d (day));
    END IF;
  END IF;

  SELECT pg_catalog.string_agg(pg_catalog.format('t.%I', c.name), ', ' ORDER BY c.position),
         pg_catalog.string_agg(pg_catalog.format('%L, t.%I', c.name, c.name), ', ' ORDER BY c.position)
  INTO id_list, id_object
  FROM pg_catalog.unnest(id_cols) WITH ORDINALITY AS c (name, position);
  RETURN pg_catalog.format(
    'SELECT pg_catalog.jsonb_build_object(%s) AS ids, %s AS result, '
    '@extschema@.performance_tracker_last_observed(%s, %L::timestamp) AS stopped '
    'FROM %s t%s HAVING pg_catalog.count(t.%I) OPERATOR(pg_catalog.>) 0%s',
    id_object,
    pg_catalog.replace(pg_catalog.replace(expression, '{series}', completed), '{xreg}',
      CASE WHEN pg_catalog.cardinality(regressors) OPERATOR(pg_catalog.>) 0
           THEN pg_catalog.format('ARRAY[%s]', pg_catalog.array_to_string(regressors, ', '))
           ELSE 'NULL::@extschema@.time_series[]' END),
    series, last_time, source, ' GROUP BY ' OPERATOR(pg_catalog.||) id_list, data_col,
    ' ORDER BY ' OPERATOR(pg_catalog.||) id_list);
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_table_query(text, text, text, text, text[], text, interval, text, text,
text[], text, integer) IS
  'Internal: the text of the query that a function over a table runs; raises what is wrong with table, columns and options.';

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
    'CASE WHEN s.stopped IS NULL THEN f.forecast_status '
    'ELSE pg_catalog.concat_ws(''; '', f.forecast_status, pg_catalog.format(''no values after %%s'', s.stopped)) END, '
    'CASE WHEN s.stopped IS NULL THEN f.status_code ELSE pg_catalog.concat_ws('','', f.status_code, ''ended_early'') END '
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
- method: auto (the methods that suit the series, combined by their errors at earlier origins), or one alone: arima, ets,
  theta, level_shape, weekday_median, tsb, croston, moving_average (mean of the last 7 observations) or seasonal_naive
  (the value one season before).
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
