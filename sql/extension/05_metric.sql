-- SPDX-License-Identifier: PostgreSQL
--
-- The table of metrics, which lives in core/shop/metric.h: functions, pages and tools ask here instead of repeating it.

CREATE TYPE @extschema@.metrics_row AS (
  metric pg_catalog.text,
  label_key pg_catalog.text,
  unit pg_catalog.text,
  numerator pg_catalog.text[],
  denominator pg_catalog.text,
  good_direction pg_catalog.text,
  events pg_catalog.text,
  drivers pg_catalog.text[],
  kpi_place pg_catalog.int4,
  digits pg_catalog.int4
);
COMMENT ON TYPE @extschema@.metrics_row IS 'A row of metrics(): one metric and how it is computed.';
COMMENT ON COLUMN @extschema@.metrics_row.metric IS 'its name, as arguments and columns called metric use it';
COMMENT ON COLUMN @extschema@.metrics_row.label_key IS 'the key of its label in texts of pages: ''metric.roas''';
COMMENT ON COLUMN @extschema@.metrics_row.numerator IS
  'columns of daily_performance that are added up; one with a minus in front is subtracted';
COMMENT ON COLUMN @extschema@.metrics_row.denominator IS
  'the column by whose sum the numerator is divided; NULL for a metric that is a sum';
COMMENT ON COLUMN @extschema@.metrics_row.good_direction IS '''up'' or ''down''; NULL where neither is good by itself';
COMMENT ON COLUMN @extschema@.metrics_row.events IS 'the column that counts the random events behind it';
COMMENT ON COLUMN @extschema@.metrics_row.drivers IS
  'metrics whose product it is; one with a minus in front divides';
COMMENT ON COLUMN @extschema@.metrics_row.kpi_place IS 'its row of kpi_summary(); NULL for one that is not there';
COMMENT ON COLUMN @extschema@.metrics_row.digits IS 'decimals of its value in kpi_summary()';

CREATE FUNCTION @extschema@.metrics() RETURNS SETOF @extschema@.metrics_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 10 ROWS 11
  AS 'MODULE_PATHNAME', 'performance_tracker_metrics';
COMMENT ON FUNCTION @extschema@.metrics() IS
$$The metrics that functions of this extension know: what each is made of, in which unit and direction, and what drives it.

Reads no table. Takes no arguments and raises no error.

Example: SELECT metric, unit, numerator, denominator FROM metrics() ORDER BY kpi_place;$$;
