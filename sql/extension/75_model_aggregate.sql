-- SPDX-License-Identifier: PostgreSQL
--
-- Rows into models: aggregates, because these scale out. Grouped by the key of a distributed or foreign table they run
-- where the data are. Written out for the reason given in 62_time_series_aggregate.sql.

CREATE FUNCTION @extschema@.auto_arima_finish(bytea) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50000 AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_finish';
COMMENT ON FUNCTION @extschema@.auto_arima_finish(bytea) IS 'Internal: the model of a state of time_series(…).';
CREATE FUNCTION @extschema@.arima_finish(bytea) RETURNS @extschema@.arima_model
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'performance_tracker_arima_finish';
COMMENT ON FUNCTION @extschema@.arima_finish(bytea) IS 'Internal: the model of a state of arima(time, value, p, d, q).';

CREATE FUNCTION @extschema@.auto_arima_append(bytea, date, double precision, integer) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_append_date';
COMMENT ON FUNCTION @extschema@.auto_arima_append(bytea, date, double precision, integer) IS
  'Internal: adds an observation to a state of auto_arima(time, value, season_length).';
CREATE AGGREGATE @extschema@.auto_arima(date, double precision) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.auto_arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.auto_arima(date, double precision) IS
$$auto_arima(time_series(time, value)) with its defaults, as one aggregate.

Example: SELECT product_id, auto_arima(date, revenue) FROM daily_performance GROUP BY product_id;$$;
CREATE AGGREGATE @extschema@.auto_arima(date, double precision, integer) (
  SFUNC = @extschema@.auto_arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.auto_arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.auto_arima(date, double precision, integer) IS
$$auto_arima(time_series(time, value), season_length), as one aggregate.

Example: SELECT product_id, auto_arima(date, revenue, 7) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.arima_append(bytea, date, double precision, integer, integer, integer)
  RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_append_date';
COMMENT ON FUNCTION @extschema@.arima_append(bytea, date, double precision, integer, integer, integer) IS
  'Internal: adds an observation to a state of arima(time, value, p, d, q).';
CREATE AGGREGATE @extschema@.arima(date, double precision, integer, integer, integer) (
  SFUNC = @extschema@.arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.arima(date, double precision, integer, integer, integer) IS
$$arima(time_series(time, value), p, d, q), as one aggregate; the order is that of the group's first row.

Example: SELECT product_id, arima(date, revenue, 0, 1, 1) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.arima_append(bytea, date, double precision, integer, integer, integer, integer, integer, integer, integer)
  RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_append_date';
COMMENT ON FUNCTION @extschema@.arima_append(bytea, date, double precision, integer, integer, integer, integer, integer, integer, integer) IS
  'Internal: adds an observation to a state of arima(time, value, p, d, q).';
CREATE AGGREGATE @extschema@.arima(date, double precision, integer, integer, integer, integer, integer, integer, integer) (
  SFUNC = @extschema@.arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.arima(date, double precision, integer, integer, integer, integer, integer, integer, integer) IS
$$arima(time_series(time, value), p, d, q, seasonal_p, seasonal_d, seasonal_q, season_length), as one aggregate; the
order is that of the group's first row.

Example: SELECT product_id, arima(date, revenue, 0, 1, 1, 0, 1, 1, 7) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.auto_arima_append(bytea, timestamp, double precision, integer) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_append_timestamp';
COMMENT ON FUNCTION @extschema@.auto_arima_append(bytea, timestamp, double precision, integer) IS
  'Internal: adds an observation to a state of auto_arima(time, value, season_length).';
CREATE AGGREGATE @extschema@.auto_arima(timestamp, double precision) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.auto_arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.auto_arima(timestamp, double precision) IS
$$auto_arima(time_series(time, value)) with its defaults, as one aggregate.

Example: SELECT product_id, auto_arima(date::timestamp, revenue) FROM daily_performance GROUP BY product_id;$$;
CREATE AGGREGATE @extschema@.auto_arima(timestamp, double precision, integer) (
  SFUNC = @extschema@.auto_arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.auto_arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.auto_arima(timestamp, double precision, integer) IS
$$auto_arima(time_series(time, value), season_length), as one aggregate.

Example: SELECT product_id, auto_arima(date::timestamp, revenue, 7) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.arima_append(bytea, timestamp, double precision, integer, integer, integer)
  RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_append_timestamp';
COMMENT ON FUNCTION @extschema@.arima_append(bytea, timestamp, double precision, integer, integer, integer) IS
  'Internal: adds an observation to a state of arima(time, value, p, d, q).';
CREATE AGGREGATE @extschema@.arima(timestamp, double precision, integer, integer, integer) (
  SFUNC = @extschema@.arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.arima(timestamp, double precision, integer, integer, integer) IS
$$arima(time_series(time, value), p, d, q), as one aggregate; the order is that of the group's first row.

Example: SELECT product_id, arima(date::timestamp, revenue, 0, 1, 1) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.arima_append(bytea, timestamp, double precision, integer, integer, integer, integer, integer, integer, integer)
  RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_append_timestamp';
COMMENT ON FUNCTION @extschema@.arima_append(bytea, timestamp, double precision, integer, integer, integer, integer, integer, integer, integer) IS
  'Internal: adds an observation to a state of arima(time, value, p, d, q).';
CREATE AGGREGATE @extschema@.arima(timestamp, double precision, integer, integer, integer, integer, integer, integer, integer) (
  SFUNC = @extschema@.arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.arima(timestamp, double precision, integer, integer, integer, integer, integer, integer, integer) IS
$$arima(time_series(time, value), p, d, q, seasonal_p, seasonal_d, seasonal_q, season_length), as one aggregate; the
order is that of the group's first row.

Example: SELECT product_id, arima(date::timestamp, revenue, 0, 1, 1, 0, 1, 1, 7) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.auto_arima_append(bytea, timestamptz, double precision, integer) RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_auto_arima_append_timestamptz';
COMMENT ON FUNCTION @extschema@.auto_arima_append(bytea, timestamptz, double precision, integer) IS
  'Internal: adds an observation to a state of auto_arima(time, value, season_length).';
CREATE AGGREGATE @extschema@.auto_arima(timestamptz, double precision) (
  SFUNC = @extschema@.time_series_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.auto_arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.auto_arima(timestamptz, double precision) IS
$$auto_arima(time_series(time, value)) with its defaults, as one aggregate.

Example: SELECT product_id, auto_arima(date::timestamp AT TIME ZONE 'UTC', revenue) FROM daily_performance GROUP BY product_id;$$;
CREATE AGGREGATE @extschema@.auto_arima(timestamptz, double precision, integer) (
  SFUNC = @extschema@.auto_arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.auto_arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.auto_arima(timestamptz, double precision, integer) IS
$$auto_arima(time_series(time, value), season_length), as one aggregate.

Example: SELECT product_id, auto_arima(date::timestamp AT TIME ZONE 'UTC', revenue, 7) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.arima_append(bytea, timestamptz, double precision, integer, integer, integer)
  RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_append_timestamptz';
COMMENT ON FUNCTION @extschema@.arima_append(bytea, timestamptz, double precision, integer, integer, integer) IS
  'Internal: adds an observation to a state of arima(time, value, p, d, q).';
CREATE AGGREGATE @extschema@.arima(timestamptz, double precision, integer, integer, integer) (
  SFUNC = @extschema@.arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.arima(timestamptz, double precision, integer, integer, integer) IS
$$arima(time_series(time, value), p, d, q), as one aggregate; the order is that of the group's first row.

Example: SELECT product_id, arima(date::timestamp AT TIME ZONE 'UTC', revenue, 0, 1, 1) FROM daily_performance GROUP BY product_id;$$;

CREATE FUNCTION @extschema@.arima_append(bytea, timestamptz, double precision, integer, integer, integer, integer, integer, integer, integer)
  RETURNS bytea
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_arima_append_timestamptz';
COMMENT ON FUNCTION @extschema@.arima_append(bytea, timestamptz, double precision, integer, integer, integer, integer, integer, integer, integer) IS
  'Internal: adds an observation to a state of arima(time, value, p, d, q).';
CREATE AGGREGATE @extschema@.arima(timestamptz, double precision, integer, integer, integer, integer, integer, integer, integer) (
  SFUNC = @extschema@.arima_append, STYPE = bytea, SSPACE = 4096,
  COMBINEFUNC = @extschema@.time_series_combine, FINALFUNC = @extschema@.arima_finish,
  FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.arima(timestamptz, double precision, integer, integer, integer, integer, integer, integer, integer) IS
$$arima(time_series(time, value), p, d, q, seasonal_p, seasonal_d, seasonal_q, season_length), as one aggregate; the
order is that of the group's first row.

Example: SELECT product_id, arima(date::timestamp AT TIME ZONE 'UTC', revenue, 0, 1, 1, 0, 1, 1, 7) FROM daily_performance GROUP BY product_id;$$;
