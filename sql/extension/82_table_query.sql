-- SPDX-License-Identifier: PostgreSQL
--
-- The one query that the functions over tables run, and the functions that only it calls.

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

-- The clock that a time is read from: UTC for hours, so that a change of clocks neither loses one nor counts one twice.
CREATE FUNCTION @extschema@.performance_tracker_local_time(timestamp_col text, time_type regtype, step interval, time_zone text)
  RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN time_type OPERATOR(pg_catalog.=) 'timestamptz'::pg_catalog.regtype
              THEN pg_catalog.format('pg_catalog.timezone(%L, t.%I)',
                     CASE WHEN step OPERATOR(pg_catalog.>=) '1 day'::interval THEN COALESCE(time_zone, 'UTC') ELSE 'UTC' END, timestamp_col)
              ELSE pg_catalog.format('t.%I::timestamp', timestamp_col) END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_local_time(text, regtype, interval, text) IS
  'Internal: the SQL that reads a time column as a timestamp of the clock that its steps are counted by.';

-- Times put into steps seldom fill the last one: it is Wednesday, and the week has three days. What such a step adds up
-- to is no observation. Where one is left unfilled for half as long again as any of the 60 steps before it was (three
-- times as long with only 5 to 9 before it), it does not count. With events at random a whole step is taken for one that
-- is not in 0.3% of tables of 60 steps, in 5% of those of 5: for exponential waiting times the chance that the last of
-- n + 1 is more than c times the longest other is n! G(c + 1) / G(n + c + 1). The same of the first step.
CREATE FUNCTION @extschema@.performance_tracker_ends_of(
  buckets timestamp[], firsts timestamp[], lasts timestamp[], step interval,
  OUT first_time timestamp, OUT last_time timestamp, OUT begins_late timestamp, OUT ends_early timestamp
) RETURNS pg_catalog.record
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  n CONSTANT pg_catalog.int4 := COALESCE(pg_catalog.cardinality(buckets), 0);
  others CONSTANT pg_catalog.int4 := LEAST(n OPERATOR(pg_catalog.-) 1, 60);
  factor CONSTANT pg_catalog.float8 := CASE WHEN others OPERATOR(pg_catalog.<) 10 THEN 3.0 ELSE 1.5 END;
  longest interval;
BEGIN
  first_time := buckets[1];
  last_time := buckets[n];
  IF others OPERATOR(pg_catalog.<) 5 OR NOT pg_catalog.isfinite(buckets[1]) OR NOT pg_catalog.isfinite(buckets[n]) THEN
    RETURN;
  END IF;
  longest := (SELECT pg_catalog.max(buckets[i] OPERATOR(pg_catalog.+) step OPERATOR(pg_catalog.-) lasts[i])
              FROM pg_catalog.generate_series(n OPERATOR(pg_catalog.-) others, n OPERATOR(pg_catalog.-) 1) i);
  IF (buckets[n] OPERATOR(pg_catalog.+) step OPERATOR(pg_catalog.-) lasts[n]) OPERATOR(pg_catalog.>=) (longest OPERATOR(pg_catalog.*) factor) THEN
    last_time := buckets[n OPERATOR(pg_catalog.-) 1];
    ends_early := lasts[n];
  END IF;
  longest := (SELECT pg_catalog.max(firsts[i] OPERATOR(pg_catalog.-) buckets[i])
              FROM pg_catalog.generate_series(2, others OPERATOR(pg_catalog.+) 1) i);
  IF firsts[1] OPERATOR(pg_catalog.>) buckets[1]
     AND (firsts[1] OPERATOR(pg_catalog.-) buckets[1]) OPERATOR(pg_catalog.>=) (longest OPERATOR(pg_catalog.*) factor) THEN
    first_time := buckets[2];
    begins_late := firsts[1];
  END IF;
  RETURN;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_ends_of(timestamp[], timestamp[], timestamp[], interval) IS
  'Internal: the first and last step that count, from beginning, first and last time of the 61 steps at both ends.';

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
  observed pg_catalog.text;
  local_time pg_catalog.text;
  bucket pg_catalog.text;
  in_buckets pg_catalog.bool;
  begins_late timestamp;
  ends_early timestamp;
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
  local_time := @extschema@.performance_tracker_local_time(timestamp_col, time_type, step, time_zone);
  in_buckets := step IS NOT NULL AND (time_type OPERATOR(pg_catalog.<>) 'date'::pg_catalog.regtype OR COALESCE(duplicates OPERATOR(pg_catalog.<>) 'error', false));
  IF step IS NOT NULL AND time_type OPERATOR(pg_catalog.=) 'date'::pg_catalog.regtype AND duplicates IS NULL
     AND step OPERATOR(pg_catalog.>) '1 day'::interval THEN
    -- Days are put into weeks or months where some of these hold several; one date in each keeps its own day.
    EXECUTE pg_catalog.format('SELECT pg_catalog.count(DISTINCT t.%1$I) OPERATOR(pg_catalog.>) '
      'pg_catalog.count(DISTINCT @extschema@.performance_tracker_bucket(t.%1$I::timestamp, %2$L::interval)) FROM %3$s t',
      timestamp_col, step, source) INTO in_buckets;
  END IF;
  time_expression := @extschema@.performance_tracker_time_expression(timestamp_col, time_type, step,
                                                                     CASE WHEN in_buckets THEN policy ELSE 'error' END, time_zone);
  bucket := CASE WHEN time_type OPERATOR(pg_catalog.=) 'timestamptz'::pg_catalog.regtype
                      AND time_expression OPERATOR(pg_catalog.!~) '::pg_catalog.date$'
                 THEN pg_catalog.format('pg_catalog.timezone(''UTC'', %s)', time_expression)
                 ELSE pg_catalog.format('(%s)::timestamp', time_expression) END;

  -- The common end: the last observation where rows without one are the future, the last row otherwise.
  observed := CASE WHEN pg_catalog.cardinality(covariate_cols) OPERATOR(pg_catalog.>) 0
                   THEN pg_catalog.format('t.%I IS NOT NULL', data_col) ELSE 'true' END;
  IF in_buckets THEN
    EXECUTE pg_catalog.format(
      'SELECT e.* FROM (SELECT pg_catalog.array_agg(s.bucket ORDER BY s.bucket) AS buckets, '
      'pg_catalog.array_agg(s.first ORDER BY s.bucket) AS firsts, pg_catalog.array_agg(s.last ORDER BY s.bucket) AS lasts FROM ('
      'SELECT b.*, pg_catalog.row_number() OVER (ORDER BY b.bucket) AS i, pg_catalog.count(*) OVER () AS n FROM ('
      'SELECT %s AS bucket, pg_catalog.min(%s) AS first, pg_catalog.max(%2$s) AS last FROM %s t WHERE %s GROUP BY 1) b) s '
      'WHERE s.bucket IS NOT NULL AND (s.i OPERATOR(pg_catalog.<=) 61 OR s.i OPERATOR(pg_catalog.>) (s.n OPERATOR(pg_catalog.-) 62))) a '
      'CROSS JOIN LATERAL @extschema@.performance_tracker_ends_of(a.buckets, a.firsts, a.lasts, %L::interval) e',
      bucket, local_time, source, observed, step) INTO first_time, last_time, begins_late, ends_early;
  ELSE
    EXECUTE pg_catalog.format('SELECT pg_catalog.min(%1$s), pg_catalog.max(%1$s) FROM %2$s t WHERE %3$s', bucket, source, observed)
      INTO first_time, last_time;
  END IF;
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
    '@extschema@.performance_tracker_last_observed(%s, %L::timestamp) AS stopped, '
    '%L::timestamp AS begins_late, %L::timestamp AS ends_early '
    'FROM %s t%s%s HAVING pg_catalog.count(t.%I)%s OPERATOR(pg_catalog.>) 0%s',
    id_object,
    pg_catalog.replace(pg_catalog.replace(expression, '{series}', completed), '{xreg}',
      CASE WHEN pg_catalog.cardinality(regressors) OPERATOR(pg_catalog.>) 0
           THEN pg_catalog.format('ARRAY[%s]', pg_catalog.array_to_string(regressors, ', '))
           ELSE 'NULL::@extschema@.time_series[]' END),
    series, last_time, begins_late, ends_early, source,
    CASE WHEN begins_late IS NOT NULL
         THEN pg_catalog.format(' WHERE %s OPERATOR(pg_catalog.>=) %L::timestamp', local_time, first_time) END,
    ' GROUP BY ' OPERATOR(pg_catalog.||) id_list, data_col,
    CASE WHEN ends_early IS NOT NULL
         THEN pg_catalog.format(' FILTER (WHERE %s OPERATOR(pg_catalog.<=) %L::timestamp)', bucket, last_time) END,
    ' ORDER BY ' OPERATOR(pg_catalog.||) id_list);
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_table_query(text, text, text, text, text[], text, interval, text, text,
text[], text, integer) IS
  'Internal: the text of the query that a function over a table runs; raises what is wrong with table, columns and options.';
