-- SPDX-License-Identifier: PostgreSQL
--
-- What kpi_summary() is made of: a metric from its sums, and the earlier periods that tell what change is usual.

-- `above` has +1, -1 or 0 for each of the five sums, `below` the place of the denominator or NULL. Term by term, because
-- the planner inlines an expression and no subquery: it is evaluated for each product, period and metric.
CREATE FUNCTION @extschema@.performance_tracker_kpi_total(sums numeric[], above integer[]) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT (CASE WHEN above[1] OPERATOR(pg_catalog.=) 0 THEN 0 ELSE above[1] OPERATOR(pg_catalog.*) sums[1] END)
    OPERATOR(pg_catalog.+) (CASE WHEN above[2] OPERATOR(pg_catalog.=) 0 THEN 0 ELSE above[2] OPERATOR(pg_catalog.*) sums[2] END)
    OPERATOR(pg_catalog.+) (CASE WHEN above[3] OPERATOR(pg_catalog.=) 0 THEN 0 ELSE above[3] OPERATOR(pg_catalog.*) sums[3] END)
    OPERATOR(pg_catalog.+) (CASE WHEN above[4] OPERATOR(pg_catalog.=) 0 THEN 0 ELSE above[4] OPERATOR(pg_catalog.*) sums[4] END)
    OPERATOR(pg_catalog.+) (CASE WHEN above[5] OPERATOR(pg_catalog.=) 0 THEN 0 ELSE above[5] OPERATOR(pg_catalog.*) sums[5] END)
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_kpi_total(numeric[], integer[]) IS
  'Internal: the sums of impressions, clicks, ad_spend, units_sold and revenue that a metric adds up.';

-- `single` is the place of the one sum that a metric without terms to add has above its line, NULL for the others.
CREATE FUNCTION @extschema@.performance_tracker_kpi_value(sums numeric[], single integer, above integer[], below integer, digits integer)
  RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN below IS NULL AND single IS NOT NULL THEN sums[single]
              WHEN below IS NULL THEN @extschema@.performance_tracker_kpi_total(sums, above)
              WHEN single IS NOT NULL THEN @extschema@.performance_tracker_ratio(sums[single], sums[below], digits)
              ELSE @extschema@.performance_tracker_ratio(@extschema@.performance_tracker_kpi_total(sums, above), sums[below], digits) END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_kpi_value(numeric[], integer, integer[], integer, integer) IS
  'Internal: a metric of the sums of impressions, clicks, ad_spend, units_sold and revenue.';

-- The period itself (place 0) and earlier ones like it, each with the one it is compared with. Earlier ones end before the
-- period begins, at the same weekday; twelve weeks of them, or five lengths of a longer period. They are compared with
-- what lies as far back as the period's own comparison; for last year or any two dates, with the same weekdays just before,
-- because what a year adds to a shop is no noise.
CREATE FUNCTION @extschema@.performance_tracker_kpi_windows(
  first_day date, last_day date, prior_first date, prior_last date, compare text, loaded_from date
) RETURNS TABLE (place integer, is_current boolean, window_start date, window_end date)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  ROWS 26
AS $$
  SELECT w.place, s.is_current, w.start OPERATOR(pg_catalog.-) s.back, w.start OPERATOR(pg_catalog.-) s.back OPERATOR(pg_catalog.+) (l.days OPERATOR(pg_catalog.-) 1)
  FROM (SELECT last_day OPERATOR(pg_catalog.-) first_day OPERATOR(pg_catalog.+) 1 AS days, ((last_day OPERATOR(pg_catalog.-) first_day) OPERATOR(pg_catalog.+) 7) OPERATOR(pg_catalog./) 7 AS weeks) l
  CROSS JOIN LATERAL (
    SELECT n.place, first_day OPERATOR(pg_catalog.-) (7 OPERATOR(pg_catalog.*) ((l.weeks OPERATOR(pg_catalog.+) n.place) OPERATOR(pg_catalog.-) 1)) AS start,
           CASE WHEN compare OPERATOR(pg_catalog.=) 'previous' THEN l.days ELSE 7 OPERATOR(pg_catalog.*) l.weeks END AS lag
    FROM pg_catalog.generate_series(1, CASE WHEN l.days OPERATOR(pg_catalog.<=) 92 THEN GREATEST(12, 5 OPERATOR(pg_catalog.*) l.weeks) ELSE 0 END) AS n (place)) w
  CROSS JOIN LATERAL (VALUES (true, 0), (false, w.lag)) s (is_current, back)
  WHERE (w.start OPERATOR(pg_catalog.-) w.lag) OPERATOR(pg_catalog.>=) loaded_from
  UNION ALL SELECT 0, true, first_day, last_day
  UNION ALL SELECT 0, false, prior_first, prior_last WHERE loaded_from OPERATOR(pg_catalog.<=) prior_first
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_kpi_windows(date, date, date, date, text, date) IS
  'Internal: the periods whose sums kpi_summary() needs; none that begins before the first day loaded.';
