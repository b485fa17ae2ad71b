-- SPDX-License-Identifier: PostgreSQL
--
-- What nobody calls directly is executable by its owner alone. For the functions that an aggregate is made of PostgreSQL asks
-- the privileges of the owner of the aggregate, and for the text and binary forms of types and the support of the planner none.
-- Other internal functions are called by functions that run with the rights of their caller, who needs EXECUTE for them;
-- tests/sql/privileges.sql tells the two apart.

REVOKE EXECUTE ON FUNCTION @extschema@.arima_append(pg_catalog.bytea, pg_catalog.date, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_append(pg_catalog.bytea, pg_catalog.date, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_append(pg_catalog.bytea, pg_catalog.timestamp, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_append(pg_catalog.bytea, pg_catalog.timestamp, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_append(pg_catalog.bytea, pg_catalog.timestamptz, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_append(pg_catalog.bytea, pg_catalog.timestamptz, pg_catalog.float8, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_finish(pg_catalog.bytea) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_model_in(pg_catalog.cstring) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_model_out(@extschema@.arima_model) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_model_recv(pg_catalog.internal) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.arima_model_send(@extschema@.arima_model) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.auto_arima_append(pg_catalog.bytea, pg_catalog.date, pg_catalog.float8, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.auto_arima_append(pg_catalog.bytea, pg_catalog.timestamp, pg_catalog.float8, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.auto_arima_append(pg_catalog.bytea, pg_catalog.timestamptz, pg_catalog.float8, pg_catalog.int4) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.auto_arima_finish(pg_catalog.bytea) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.forecast_model_in(pg_catalog.cstring) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.forecast_model_out(@extschema@.forecast_model) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.forecast_model_recv(pg_catalog.internal) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.performance_tracker_cells_append(pg_catalog.internal, pg_catalog.date, pg_catalog.int4, pg_catalog.date, pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any") FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.performance_tracker_cells_finish(pg_catalog.internal) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.performance_tracker_model_support(pg_catalog.internal) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.date, pg_catalog.float8) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.date, pg_catalog.float8, pg_catalog.interval) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.date, pg_catalog.float8, pg_catalog.interval, pg_catalog.text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.timestamp, pg_catalog.float8) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.timestamp, pg_catalog.float8, pg_catalog.interval) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.timestamp, pg_catalog.float8, pg_catalog.interval, pg_catalog.text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.timestamptz, pg_catalog.float8) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.timestamptz, pg_catalog.float8, pg_catalog.interval) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_append(pg_catalog.bytea, pg_catalog.timestamptz, pg_catalog.float8, pg_catalog.interval, pg_catalog.text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_combine(pg_catalog.bytea, pg_catalog.bytea) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_finish(pg_catalog.bytea) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_in(pg_catalog.cstring) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_out(@extschema@.time_series) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_recv(pg_catalog.internal) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.time_series_send(@extschema@.time_series) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION @extschema@.performance_tracker_library_version() FROM PUBLIC;
