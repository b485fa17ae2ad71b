-- SPDX-License-Identifier: PostgreSQL
--
-- Incidents: flagged days that belong together, one row each. docs/analytics-method.md has the method.

CREATE TYPE @extschema@.incidents_row AS (
  scope text,
  incident_start date,
  incident_end date,
  goes_on boolean,
  direction text,
  revenue double precision,
  expected_revenue double precision,
  revenue_effect double precision,
  ad_spend_effect double precision,
  products text[],
  categories text[],
  hypothesis_code text,
  hypothesis text,
  anomaly_probability double precision,
  new_level_since date,
  evidence jsonb
);
COMMENT ON TYPE @extschema@.incidents_row IS 'A row of incidents(): one incident.';
COMMENT ON COLUMN @extschema@.incidents_row.scope IS '''shop'', ''category'' or ''product'': who had it as a whole';
COMMENT ON COLUMN @extschema@.incidents_row.incident_start IS 'its first day';
COMMENT ON COLUMN @extschema@.incidents_row.incident_end IS 'its last day so far';
COMMENT ON COLUMN @extschema@.incidents_row.goes_on IS 'true when that is the last complete day: it may not be over';
COMMENT ON COLUMN @extschema@.incidents_row.direction IS '''spike'' when revenue was above what was expected, ''drop'' otherwise';
COMMENT ON COLUMN @extschema@.incidents_row.revenue IS 'of the products that carry it, over its days, money';
COMMENT ON COLUMN @extschema@.incidents_row.expected_revenue IS 'what the days before let expect, money';
COMMENT ON COLUMN @extschema@.incidents_row.revenue_effect IS 'revenue - expected_revenue: money won, below zero lost';
COMMENT ON COLUMN @extschema@.incidents_row.ad_spend_effect IS 'ad spend above what was expected, money; below zero saved';
COMMENT ON COLUMN @extschema@.incidents_row.products IS 'that carry it, the one that moved most money first';
COMMENT ON COLUMN @extschema@.incidents_row.categories IS 'of those products, in the order of their names';
COMMENT ON COLUMN @extschema@.incidents_row.hypothesis_code IS 'the cause as in detect_anomalies(), or missing_load';
COMMENT ON COLUMN @extschema@.incidents_row.hypothesis IS 'the cause as a sentence';
COMMENT ON COLUMN @extschema@.incidents_row.anomaly_probability IS '1 - p-value of its clearest day';
COMMENT ON COLUMN @extschema@.incidents_row.new_level_since IS
  'the day from which the new level is the normal one, after a week on it; NULL when it is not';
COMMENT ON COLUMN @extschema@.incidents_row.evidence IS
  'metrics over all its products and days: actual, expected, ratio, z_score and contribution (log points) of each';

CREATE FUNCTION @extschema@.performance_tracker_incidents(
  panel @extschema@.performance_tracker_panel,
  days integer,
  false_alarms double precision,
  product text,
  category text
) RETURNS SETOF @extschema@.incidents_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 20
  AS 'MODULE_PATHNAME', 'performance_tracker_incidents';
COMMENT ON FUNCTION @extschema@.performance_tracker_incidents(@extschema@.performance_tracker_panel, integer, double precision, text, text) IS
  'Internal: incidents() on data already read.';

CREATE FUNCTION @extschema@.incidents(
  days integer DEFAULT 28,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  false_alarms double precision DEFAULT 1
) RETURNS SETOF @extschema@.incidents_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('days', incidents.days, 1, 366);
  PERFORM @extschema@.performance_tracker_check_anomaly_threshold(NULL, incidents.false_alarms);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(incidents.product, incidents.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_incidents(
    @extschema@.performance_tracker_read_panel(
      last_day OPERATOR(pg_catalog.-) incidents.days OPERATOR(pg_catalog.+) 1
               OPERATOR(pg_catalog.-) @extschema@.performance_tracker_anomaly_history_days(), last_day,
      incidents.product, incidents.category, NULL::pg_catalog.int4[]),
    incidents.days, incidents.false_alarms, incidents.product, incidents.category);
END
$$;
COMMENT ON FUNCTION @extschema@.incidents(integer, text, text, double precision) IS
$$Lists what happened in the last weeks, one row an incident: when, what it cost, its cause and who carries it.

Reads what detect_anomalies() reads, and judges days as it does. Flagged days in a row with one cause are one incident
(a day between them does not end it); the same cause in most products of a category or of the shop within a day is one
incident of theirs, and a day on which the whole shop moved is one row. A level that lasts a week is the new normal.
Days without rows of products that had one every day are a missing_load. The most money lost or won comes first.

- days: the most recent complete days to judge, 1 to 366.
- product: only incidents that this product has a part in; NULL is all of them.
- category: only incidents that products of this category have a part in; NULL is all of them.
- false_alarms: as in detect_anomalies().

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.
An empty table gives no rows.

Example: SELECT incident_start, incident_end, goes_on, revenue_effect, hypothesis, products FROM incidents(days => 60);$$;
