-- SPDX-License-Identifier: PostgreSQL
--
-- What one can ask of a series.

CREATE FUNCTION @extschema@.length(series @extschema@.time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_length';
COMMENT ON FUNCTION @extschema@.length(@extschema@.time_series) IS
$$Number of steps, missing values included.

Example: SELECT length('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION @extschema@.missing_values(series @extschema@.time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_missing';
COMMENT ON FUNCTION @extschema@.missing_values(@extschema@.time_series) IS
$$Number of steps without a value: those that no row fell on and those whose value was NULL.

Example: SELECT missing_values('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION @extschema@.start_timestamp(series @extschema@.time_series) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_start';
COMMENT ON FUNCTION @extschema@.start_timestamp(@extschema@.time_series) IS
$$First time (UTC for a series of timestamptz), NULL for an empty series.

Example: SELECT start_timestamp('2026-01-01 / 1 day : {1,NULL,3}'::time_series)::date;$$;

CREATE FUNCTION @extschema@.end_timestamp(series @extschema@.time_series) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_end';
COMMENT ON FUNCTION @extschema@.end_timestamp(@extschema@.time_series) IS
$$Last time (UTC for a series of timestamptz), NULL for an empty series.

Example: SELECT end_timestamp('2026-01-01 / 1 day : {1,NULL,3}'::time_series)::date;$$;

CREATE FUNCTION @extschema@.step(series @extschema@.time_series) RETURNS interval
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_step';
COMMENT ON FUNCTION @extschema@.step(@extschema@.time_series) IS
$$Distance between two values.

Example: SELECT step('2026-01-01 / 1 month : {1,2}'::time_series);$$;

CREATE FUNCTION @extschema@.to_array(series @extschema@.time_series) RETURNS double precision[]
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_to_array';
COMMENT ON FUNCTION @extschema@.to_array(@extschema@.time_series) IS
$$The values, oldest first, NULL where missing.

Example: SELECT to_array('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION @extschema@.time_series(data double precision[], start_timestamp timestamp, step interval)
  RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_from_array';
COMMENT ON FUNCTION @extschema@.time_series(double precision[], timestamp, interval) IS
$$The series of an array that is in order already; of dates when start and step are whole days.

Example: SELECT time_series(ARRAY[112,118,132,129], '1949-01-01', '1 month');$$;

CREATE FUNCTION @extschema@.slice(series @extschema@.time_series, from_timestamp timestamp DEFAULT NULL, to_timestamp timestamp DEFAULT NULL)
  RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_slice';
COMMENT ON FUNCTION @extschema@.slice(@extschema@.time_series, timestamp, timestamp) IS
$$The part from one time to another.

- series: any series.
- from_timestamp, to_timestamp: both included; NULL for no bound.

Example: SELECT slice('2026-01-01 / 1 day : {1,2,3,4}'::time_series, '2026-01-02', '2026-01-03');$$;

CREATE FUNCTION @extschema@.value_at(series @extschema@.time_series, "time" timestamp) RETURNS double precision
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_value_at';
COMMENT ON FUNCTION @extschema@.value_at(@extschema@.time_series, timestamp) IS
$$The value at a time, NULL where it is missing or outside of the series.

Example: SELECT value_at('2026-01-01 / 1 day : {1,2,3}'::time_series, '2026-01-02');$$;

CREATE FUNCTION @extschema@.unnest(series @extschema@.time_series, OUT time_series_timestamp timestamp, OUT time_series_data double precision)
  RETURNS SETOF record
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'performance_tracker_time_series_unnest';
COMMENT ON FUNCTION @extschema@.unnest(@extschema@.time_series) IS
$$One row a step: its time (UTC for a series of timestamptz) and its value, NULL where missing.

Example: SELECT * FROM unnest('2026-01-01 / 1 day : {1,NULL,3}'::time_series);$$;

CREATE FUNCTION @extschema@.time_series_add(@extschema@.time_series, @extschema@.time_series) RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_add';
COMMENT ON FUNCTION @extschema@.time_series_add(@extschema@.time_series, @extschema@.time_series) IS
$$Internal: Sum of two series of the same step over both periods; a value missing in one of them counts as nothing, in both as
missing.

Example: SELECT '2026-01-01 / 1 day : {1,2}'::time_series + '2026-01-02 / 1 day : {10,20}'::time_series;$$;

CREATE OPERATOR @extschema@.+ (
  LEFTARG = @extschema@.time_series, RIGHTARG = @extschema@.time_series, FUNCTION = @extschema@.time_series_add,
  COMMUTATOR = OPERATOR(@extschema@.+)
);

COMMENT ON OPERATOR @extschema@.+ (@extschema@.time_series, @extschema@.time_series) IS
  'Sum over both periods; a value missing in one of them counts as nothing, in both as missing.';

CREATE AGGREGATE @extschema@.sum(@extschema@.time_series) (
  SFUNC = @extschema@.time_series_add, STYPE = @extschema@.time_series, COMBINEFUNC = @extschema@.time_series_add, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.sum(@extschema@.time_series) IS
$$Sum of series of the same step, as of +.

Example: SELECT sum(series) FROM (SELECT time_series(date, revenue) AS series FROM daily_performance GROUP BY product_id) s;$$;
