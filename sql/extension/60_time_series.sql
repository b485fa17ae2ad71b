-- SPDX-License-Identifier: PostgreSQL
--
-- A series as a value: ordered, regular, its gaps known.

CREATE TYPE time_series;

CREATE FUNCTION time_series_in(cstring) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_in';
CREATE FUNCTION time_series_out(time_series) RETURNS cstring
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_out';
CREATE FUNCTION time_series_recv(internal) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_recv';
CREATE FUNCTION time_series_send(time_series) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_send';

CREATE TYPE time_series (
  INPUT = time_series_in,
  OUTPUT = time_series_out,
  RECEIVE = time_series_recv,
  SEND = time_series_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended
);
COMMENT ON TYPE time_series IS
$$A regular series of double precision values: first time, step (a fixed interval or calendar months), one value a
step, NULL where missing; at most 1000000 values in the years 1 to 9999. Built by the aggregate time_series(time,
value). Series of the same step can be added: a + b; = and <> compare times and values.

Example: SELECT '2026-01-01 / 1 day : {112,118,NULL,129}'::time_series;$$;
COMMENT ON FUNCTION time_series_in(cstring) IS
$$Internal: Text form of a time_series.

Example: SELECT '2026-01-01 / 1 day : {112,118,NULL,129}'::time_series;$$;
COMMENT ON FUNCTION time_series_out(time_series) IS
$$Internal: Text form of a time_series, the same whatever DateStyle and TimeZone are.

Example: SELECT '2026-01-01 / 1 day : {1,2}'::time_series;$$;
COMMENT ON FUNCTION time_series_recv(internal) IS
  'Internal: Binary form of a time_series, checked; version 1.';
COMMENT ON FUNCTION time_series_send(time_series) IS
  'Internal: Binary form of a time_series, version 1.';

CREATE FUNCTION time_series_eq(time_series, time_series) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_eq';
CREATE FUNCTION time_series_ne(time_series, time_series) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_ne';
CREATE FUNCTION time_series_hash(time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_hash';
COMMENT ON FUNCTION time_series_eq(time_series, time_series) IS
$$Internal: Whether two series have the same times and the same values, missing ones included.

Example: SELECT '{}'::time_series = '{}'::time_series;$$;
COMMENT ON FUNCTION time_series_ne(time_series, time_series) IS
$$Internal: Whether two series differ in a time or a value.

Example: SELECT '{}'::time_series <> '{}'::time_series;$$;
COMMENT ON FUNCTION time_series_hash(time_series) IS
  'Internal: Hash for GROUP BY, DISTINCT and hash joins on series.';

CREATE OPERATOR = (
  LEFTARG = time_series, RIGHTARG = time_series, FUNCTION = time_series_eq, COMMUTATOR = =, NEGATOR = <>,
  RESTRICT = eqsel, JOIN = eqjoinsel, HASHES
);
CREATE OPERATOR <> (
  LEFTARG = time_series, RIGHTARG = time_series, FUNCTION = time_series_ne, COMMUTATOR = <>, NEGATOR = =,
  RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR = (time_series, time_series) IS 'Same times and same values, missing ones included.';
COMMENT ON OPERATOR <> (time_series, time_series) IS 'They differ in a time or a value.';
CREATE OPERATOR CLASS time_series_hash_ops DEFAULT FOR TYPE time_series USING hash AS
  OPERATOR 1 =, FUNCTION 1 time_series_hash(time_series);

-- The aggregate. Its state is a bytea, not internal, so that partial states travel between processes and nodes.
-- Three kinds of time with two, three or four arguments each: aggregates have neither defaults nor named arguments.

CREATE FUNCTION time_series_combine(bytea, bytea) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_combine';
CREATE FUNCTION time_series_finish(bytea) RETURNS time_series
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_finish';
COMMENT ON FUNCTION time_series_combine(bytea, bytea) IS
  'Internal: joins two partial states of time_series(…).';
COMMENT ON FUNCTION time_series_finish(bytea) IS
  'Internal: the series of a state of time_series(…).';

DO $do$
DECLARE
  kind record;
  shape record;
BEGIN
  FOR kind IN
    SELECT * FROM (VALUES
      ('date', '', 'the day of an observation'),
      ('timestamp', '::timestamp', 'the local time of an observation; for hours in a zone with daylight saving use '
                                   'timestamptz'),
      ('timestamptz', '::timestamp AT TIME ZONE ''UTC''',
       'the point in time of an observation; days and months are those of UTC, for another zone use '
       '(time AT TIME ZONE ''Europe/Berlin'')::date')) v (time_type, conversion, meaning)
  LOOP
    FOR shape IN
      SELECT * FROM (VALUES
        ('', '', 'The step is found: calendar months, quarters or years, otherwise the smallest gap. Two rows at one '
                 'time are an error.'),
        (', interval', ', ''1 day''', 'The third argument is the step; NULL finds it.'),
        (', interval, text', ', ''1 day'', ''sum''',
         'The third argument is the step, NULL to find it; the fourth says what becomes of rows at the same time: error, '
         'sum, mean or last.')) v (extra, example, meaning)
    LOOP
      EXECUTE format($sql$
        CREATE FUNCTION time_series_append(bytea, %1$s, double precision%2$s) RETURNS bytea
          LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_%1$s';
        COMMENT ON FUNCTION time_series_append(bytea, %1$s, double precision%2$s) IS
          'Internal: adds an observation to a state of time_series(…).';
        CREATE AGGREGATE time_series(%1$s, double precision%2$s) (
          SFUNC = time_series_append, STYPE = bytea, SSPACE = 4096,
          COMBINEFUNC = time_series_combine, FINALFUNC = time_series_finish, FINALFUNC_MODIFY = READ_ONLY,
          PARALLEL = SAFE
        );
        COMMENT ON AGGREGATE time_series(%1$s, double precision%2$s) IS %3$L;
      $sql$, kind.time_type, shape.extra,
        format(E'The series of (time, value) rows in any order; time is %s. A NULL or NaN value and a step without a\nrow '
               'are missing values; NULL over no rows. %s\n\nExample: SELECT product_id, time_series(date%s, revenue%s) '
               'FROM daily_performance GROUP BY product_id;',
               kind.meaning, shape.meaning, kind.conversion, shape.example));
    END LOOP;
  END LOOP;
END
$do$;

-- What one can ask of a series.

CREATE FUNCTION length(series time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_length';
COMMENT ON FUNCTION length(time_series) IS
$$Number of steps, missing values included.

Example: SELECT length('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION missing_values(series time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_missing';
COMMENT ON FUNCTION missing_values(time_series) IS
$$Number of steps without a value: those that no row fell on and those whose value was NULL.

Example: SELECT missing_values('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION start_timestamp(series time_series) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_start';
COMMENT ON FUNCTION start_timestamp(time_series) IS
$$First time (UTC for a series of timestamptz), NULL for an empty series.

Example: SELECT start_timestamp('2026-01-01 / 1 day : {1,NULL,3}'::time_series)::date;$$;

CREATE FUNCTION end_timestamp(series time_series) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_end';
COMMENT ON FUNCTION end_timestamp(time_series) IS
$$Last time (UTC for a series of timestamptz), NULL for an empty series.

Example: SELECT end_timestamp('2026-01-01 / 1 day : {1,NULL,3}'::time_series)::date;$$;

CREATE FUNCTION step(series time_series) RETURNS interval
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_step';
COMMENT ON FUNCTION step(time_series) IS
$$Distance between two values.

Example: SELECT step('2026-01-01 / 1 month : {1,2}'::time_series);$$;

CREATE FUNCTION to_array(series time_series) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_to_array';
COMMENT ON FUNCTION to_array(time_series) IS
$$The values, oldest first, NULL where missing.

Example: SELECT to_array('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION time_series(data double precision[], start_timestamp timestamp, step interval) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_from_array';
COMMENT ON FUNCTION time_series(double precision[], timestamp, interval) IS
$$The series of an array that is in order already; of dates when start and step are whole days.

Example: SELECT time_series(ARRAY[112,118,132,129], '1949-01-01', '1 month');$$;

CREATE FUNCTION slice(series time_series, from_timestamp timestamp DEFAULT NULL, to_timestamp timestamp DEFAULT NULL)
  RETURNS time_series
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_slice';
COMMENT ON FUNCTION slice(time_series, timestamp, timestamp) IS
$$The part from one time to another.

- series: any series.
- from_timestamp, to_timestamp: both included; NULL for no bound.

Example: SELECT slice('2026-01-01 / 1 day : {1,2,3,4}'::time_series, '2026-01-02', '2026-01-03');$$;

CREATE FUNCTION value_at(series time_series, "time" timestamp) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_value_at';
COMMENT ON FUNCTION value_at(time_series, timestamp) IS
$$The value at a time, NULL where it is missing or outside of the series.

Example: SELECT value_at('2026-01-01 / 1 day : {1,2,3}'::time_series, '2026-01-02');$$;

CREATE FUNCTION unnest(series time_series, OUT time_series_timestamp timestamp, OUT time_series_data double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'performance_tracker_time_series_unnest';
COMMENT ON FUNCTION unnest(time_series) IS
$$One row a step: its time (UTC for a series of timestamptz) and its value, NULL where missing.

Example: SELECT * FROM unnest('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION time_series_add(time_series, time_series) RETURNS time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_add';
COMMENT ON FUNCTION time_series_add(time_series, time_series) IS
$$Internal: Sum of two series of the same step over both periods; a value missing in one of them counts as nothing, in both as
missing.

Example: SELECT '2026-01-01 / 1 day : {1,2}'::time_series + '2026-01-02 / 1 day : {10,20}'::time_series;$$;

CREATE OPERATOR + (LEFTARG = time_series, RIGHTARG = time_series, FUNCTION = time_series_add, COMMUTATOR = +);

COMMENT ON OPERATOR + (time_series, time_series) IS
  'Sum over both periods; a value missing in one of them counts as nothing, in both as missing.';

CREATE AGGREGATE sum(time_series) (
  SFUNC = time_series_add, STYPE = time_series, COMBINEFUNC = time_series_add, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sum(time_series) IS
$$Sum of series of the same step, as of +.

Example: SELECT sum(series) FROM (SELECT time_series(date, revenue) AS series FROM daily_performance GROUP BY product_id) s;$$;
