-- SPDX-License-Identifier: PostgreSQL
--
-- A series as a value: ordered, regular, its gaps known.

CREATE TYPE @extschema@.time_series;

CREATE FUNCTION @extschema@.time_series_in(cstring) RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_in';
CREATE FUNCTION @extschema@.time_series_out(@extschema@.time_series) RETURNS cstring
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_out';
CREATE FUNCTION @extschema@.time_series_recv(internal) RETURNS @extschema@.time_series
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_recv';
CREATE FUNCTION @extschema@.time_series_send(@extschema@.time_series) RETURNS bytea
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_send';

CREATE TYPE @extschema@.time_series (
  INPUT = @extschema@.time_series_in,
  OUTPUT = @extschema@.time_series_out,
  RECEIVE = @extschema@.time_series_recv,
  SEND = @extschema@.time_series_send,
  INTERNALLENGTH = VARIABLE,
  ALIGNMENT = double,
  STORAGE = extended
);
COMMENT ON TYPE @extschema@.time_series IS
$$A regular series of double precision values: first time, step (a fixed interval or calendar months), one value a
step, NULL where missing; at most 1000000 values in the years 1 to 9999. Built by the aggregate time_series(time,
value). Series of the same step can be added: a + b; = and <> compare times and values.

Example: SELECT '2026-01-01 / 1 day : {112,118,NULL,129}'::time_series;$$;
COMMENT ON FUNCTION @extschema@.time_series_in(cstring) IS
$$Internal: Text form of a time_series.

Example: SELECT '2026-01-01 / 1 day : {112,118,NULL,129}'::time_series;$$;
COMMENT ON FUNCTION @extschema@.time_series_out(@extschema@.time_series) IS
$$Internal: Text form of a time_series, the same whatever DateStyle and TimeZone are.

Example: SELECT '2026-01-01 / 1 day : {1,2}'::time_series;$$;
COMMENT ON FUNCTION @extschema@.time_series_recv(internal) IS
  'Internal: Binary form of a time_series, checked; version 1.';
COMMENT ON FUNCTION @extschema@.time_series_send(@extschema@.time_series) IS
  'Internal: Binary form of a time_series, version 1.';

CREATE FUNCTION @extschema@.time_series_eq(@extschema@.time_series, @extschema@.time_series) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_eq';
CREATE FUNCTION @extschema@.time_series_ne(@extschema@.time_series, @extschema@.time_series) RETURNS boolean
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_ne';
CREATE FUNCTION @extschema@.time_series_hash(@extschema@.time_series) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_time_series_hash';
COMMENT ON FUNCTION @extschema@.time_series_eq(@extschema@.time_series, @extschema@.time_series) IS
$$Internal: Whether two series have the same times and the same values, missing ones included.

Example: SELECT '{}'::time_series = '{}'::time_series;$$;
COMMENT ON FUNCTION @extschema@.time_series_ne(@extschema@.time_series, @extschema@.time_series) IS
$$Internal: Whether two series differ in a time or a value.

Example: SELECT '{}'::time_series <> '{}'::time_series;$$;
COMMENT ON FUNCTION @extschema@.time_series_hash(@extschema@.time_series) IS
  'Internal: Hash for GROUP BY, DISTINCT and hash joins on series.';

CREATE OPERATOR @extschema@.= (
  LEFTARG = @extschema@.time_series, RIGHTARG = @extschema@.time_series, FUNCTION = @extschema@.time_series_eq,
  COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
  RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel, HASHES
);
CREATE OPERATOR @extschema@.<> (
  LEFTARG = @extschema@.time_series, RIGHTARG = @extschema@.time_series, FUNCTION = @extschema@.time_series_ne,
  COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
  RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR @extschema@.= (@extschema@.time_series, @extschema@.time_series) IS 'Same times and same values, missing ones included.';
COMMENT ON OPERATOR @extschema@.<> (@extschema@.time_series, @extschema@.time_series) IS 'They differ in a time or a value.';
CREATE OPERATOR CLASS @extschema@.time_series_hash_ops DEFAULT FOR TYPE @extschema@.time_series USING hash AS
  OPERATOR 1 @extschema@.=, FUNCTION 1 @extschema@.time_series_hash(@extschema@.time_series);
