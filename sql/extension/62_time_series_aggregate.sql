-- SPDX-License-Identifier: PostgreSQL
--
-- Rows into series. The state is a bytea, not internal, so that partial states travel between processes and nodes.
-- Three kinds of time with two, three or four arguments each: aggregates have neither defaults nor named arguments.
-- Written out, not built by a DO block: what creates them can be read, and checked by scripts/lint, as it runs.

CREATE FUNCTION @extschema@.time_series_combine(bytea, bytea) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_combine';
CREATE FUNCTION @extschema@.time_series_finish(bytea) RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_finish';
COMMENT ON FUNCTION @extschema@.time_series_combine(bytea, bytea) IS
  'Internal: joins two partial states of time_series(…).';
COMMENT ON FUNCTION @extschema@.time_series_finish(bytea) IS
  'Internal: the series of a state of time_series(…).';

CREATE FUNCTION @extschema@.time_series_append(bytea, date, double precision) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_date';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, date, double precision) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(date, double precision) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(date, double precision) IS
$$The series of (time, value) rows in any order; time is the day of an observation. A NULL or NaN value and a step
without a row are missing values; NULL over no rows. The step is found: calendar months, quarters or years, otherwise
the smallest gap. Two rows at one time are an error.

Example: SELECT product_id, time_series(date, revenue) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, date, double precision, interval) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_date';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, date, double precision, interval) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(date, double precision, interval) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(date, double precision, interval) IS
$$The series of (time, value) rows in any order; time is the day of an observation. A NULL or NaN value and a step
without a row are missing values; NULL over no rows. The third argument is the step; NULL finds it.

Example: SELECT product_id, time_series(date, revenue, '1 day') FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, date, double precision, interval, text) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_date';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, date, double precision, interval, text) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(date, double precision, interval, text) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(date, double precision, interval, text) IS
$$The series of (time, value) rows in any order; time is the day of an observation. A NULL or NaN value and a step
without a row are missing values; NULL over no rows. The third argument is the step, NULL to find it; the fourth says
what becomes of rows at the same time: error, sum, mean or last.

Example: SELECT product_id, time_series(date, revenue, '1 day', 'sum') FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, timestamp, double precision) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_timestamp';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, timestamp, double precision) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(timestamp, double precision) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(timestamp, double precision) IS
$$The series of (time, value) rows in any order; time is the local time of an observation; for hours in a zone with
daylight saving use timestamptz. A NULL or NaN value and a step without a row are missing values; NULL over no rows.
The step is found: calendar months, quarters or years, otherwise the smallest gap. Two rows at one time are an error.

Example: SELECT product_id, time_series(date::timestamp, revenue) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, timestamp, double precision, interval) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_timestamp';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, timestamp, double precision, interval) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(timestamp, double precision, interval) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(timestamp, double precision, interval) IS
$$The series of (time, value) rows in any order; time is the local time of an observation; for hours in a zone with
daylight saving use timestamptz. A NULL or NaN value and a step without a row are missing values; NULL over no rows.
The third argument is the step; NULL finds it.

Example: SELECT product_id, time_series(date::timestamp, revenue, '1 day') FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, timestamp, double precision, interval, text) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_timestamp';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, timestamp, double precision, interval, text) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(timestamp, double precision, interval, text) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(timestamp, double precision, interval, text) IS
$$The series of (time, value) rows in any order; time is the local time of an observation; for hours in a zone with
daylight saving use timestamptz. A NULL or NaN value and a step without a row are missing values; NULL over no rows.
The third argument is the step, NULL to find it; the fourth says what becomes of rows at the same time: error, sum,
mean or last.

Example: SELECT product_id, time_series(date::timestamp, revenue, '1 day', 'sum') FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, timestamptz, double precision) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_timestamptz';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, timestamptz, double precision) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(timestamptz, double precision) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(timestamptz, double precision) IS
$$The series of (time, value) rows in any order; time is the point in time of an observation; days and months are those
of UTC, for another zone use (time AT TIME ZONE 'Europe/Berlin')::date. A NULL or NaN value and a step without a row
are missing values; NULL over no rows. The step is found: calendar months, quarters or years, otherwise the smallest
gap. Two rows at one time are an error.

Example: SELECT product_id, time_series(date::timestamp AT TIME ZONE 'UTC', revenue) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, timestamptz, double precision, interval) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_timestamptz';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, timestamptz, double precision, interval) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(timestamptz, double precision, interval) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(timestamptz, double precision, interval) IS
$$The series of (time, value) rows in any order; time is the point in time of an observation; days and months are those
of UTC, for another zone use (time AT TIME ZONE 'Europe/Berlin')::date. A NULL or NaN value and a step without a row
are missing values; NULL over no rows. The third argument is the step; NULL finds it.

Example: SELECT product_id, time_series(date::timestamp AT TIME ZONE 'UTC', revenue, '1 day') FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.time_series_append(bytea, timestamptz, double precision, interval, text) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_append_timestamptz';
COMMENT ON FUNCTION @extschema@.time_series_append(bytea, timestamptz, double precision, interval, text) IS
  'Internal: adds an observation to a state of time_series(…).';
CREATE AGGREGATE @extschema@.time_series(timestamptz, double precision, interval, text) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.time_series_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.time_series(timestamptz, double precision, interval, text) IS
$$The series of (time, value) rows in any order; time is the point in time of an observation; days and months are those
of UTC, for another zone use (time AT TIME ZONE 'Europe/Berlin')::date. A NULL or NaN value and a step without a row
are missing values; NULL over no rows. The third argument is the step, NULL to find it; the fourth says what becomes
of rows at the same time: error, sum, mean or last.

Example: SELECT product_id, time_series(date::timestamp AT TIME ZONE 'UTC', revenue, '1 day', 'sum') FROM daily_performance GROUP BY product_id;$$;
