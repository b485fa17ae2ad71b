-- SPDX-License-Identifier: PostgreSQL
--
-- Whether the last day is all there. An unfinished last day looks like a loss in every comparison, so it is recognised
-- before anything is compared. It is held against the same weekday of the four weeks before: five days are read.

CREATE TYPE @extschema@.data_freshness_row AS (
  last_day date,
  complete_until date,
  days_late integer,
  expected_products integer,
  missing_products integer,
  status_code text,
  status text
);
COMMENT ON TYPE @extschema@.data_freshness_row IS 'The row of data_freshness().';
COMMENT ON COLUMN @extschema@.data_freshness_row.last_day IS 'the last day that has rows and is over (yesterday at most); NULL for an empty table';
COMMENT ON COLUMN @extschema@.data_freshness_row.complete_until IS 'the last day that looks complete: last_day or the day before';
COMMENT ON COLUMN @extschema@.data_freshness_row.days_late IS
  'days after last_day, up to yesterday, that have no row although their weekday usually has some; 0 when nothing is late';
COMMENT ON COLUMN @extschema@.data_freshness_row.expected_products IS
  'products that had a row on this weekday in at least three quarters of the four weeks before';
COMMENT ON COLUMN @extschema@.data_freshness_row.missing_products IS 'how many of them have none on last_day';
COMMENT ON COLUMN @extschema@.data_freshness_row.status_code IS
  'complete; missing_rows (a fifth of the expected products has none), partly_loaded (impressions and clicks below half of '
  'the smallest of the same weekdays), purchases_late (reach as usual, purchases per click below three quarters of the '
  'smallest, by more than chance), late (days are missing after it); no_data';
COMMENT ON COLUMN @extschema@.data_freshness_row.status IS 'the same in words; NULL when complete';

CREATE FUNCTION @extschema@.data_freshness() RETURNS SETOF @extschema@.data_freshness_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 1
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
  days_late integer;
  code pg_catalog.text;
  day pg_catalog.record;
  -- A fifth: the share at which incidents() calls it a missing load.
  too_many CONSTANT pg_catalog.float8 := 0.2;
  -- Below half of what the quietest of four same weekdays had: no season or holiday of the simulated shops reaches it.
  part CONSTANT pg_catalog.float8 := 0.5;
  -- Purchases come in up to some days after the click; a day that lacks a quarter is worth a word.
  attributed CONSTANT pg_catalog.float8 := 0.75;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  last_day := @extschema@.performance_tracker_last_complete_day();
  IF last_day IS NULL THEN
    RETURN QUERY SELECT NULL::pg_catalog.date, NULL::pg_catalog.date, 0, 0, 0, 'no_data', 'There is no data yet.';
    RETURN;
  END IF;
  -- A shop that is closed on Sundays is not late on Monday.
  days_late := (
    SELECT pg_catalog.count(*)
    FROM pg_catalog.generate_series(1, LEAST(current_date OPERATOR(pg_catalog.-) 1 OPERATOR(pg_catalog.-) last_day, 36525)) AS later
    CROSS JOIN LATERAL (SELECT last_day OPERATOR(pg_catalog.+) (((later OPERATOR(pg_catalog.-) 1) OPERATOR(pg_catalog.%) 7) OPERATOR(pg_catalog.+) 1) AS day) AS first_week
    WHERE EXISTS (SELECT FROM pg_catalog.generate_series(1, 4) AS week
                  JOIN daily_performance d
                    ON d.date OPERATOR(pg_catalog.>=) (first_week.day OPERATOR(pg_catalog.-) (7 OPERATOR(pg_catalog.*) week))
                   AND d.date OPERATOR(pg_catalog.<) (first_week.day OPERATOR(pg_catalog.-) (7 OPERATOR(pg_catalog.*) week) OPERATOR(pg_catalog.+) 1)));

  WITH same_weekdays AS (
    SELECT week, last_day OPERATOR(pg_catalog.-) (7 OPERATOR(pg_catalog.*) week) AS day
    FROM pg_catalog.generate_series(0, 4) AS week
  ), cells AS (
    SELECT w.week, d.product_id, d.impressions::double precision, d.clicks::double precision, d.units_sold::double precision
    FROM same_weekdays w
    JOIN daily_performance d ON d.date OPERATOR(pg_catalog.>=) w.day AND d.date OPERATOR(pg_catalog.<) (w.day OPERATOR(pg_catalog.+) 1)
  ), weeks AS (
    SELECT c.week, pg_catalog.sum(c.impressions) AS impressions, pg_catalog.sum(c.clicks) AS clicks,
           pg_catalog.sum(c.units_sold) AS units,
           CASE WHEN pg_catalog.sum(c.clicks) OPERATOR(pg_catalog.>) 0
                THEN pg_catalog.sum(c.units_sold) OPERATOR(pg_catalog./) pg_catalog.sum(c.clicks) END AS conversion
    FROM cells c GROUP BY c.week
  ), usual AS (
    SELECT pg_catalog.count(*) AS weeks, pg_catalog.min(w.impressions) AS impressions, pg_catalog.min(w.clicks) AS clicks,
           pg_catalog.min(w.conversion) AS conversion
    FROM weeks w WHERE w.week OPERATOR(pg_catalog.>) 0
  ), regular AS (
    SELECT pg_catalog.bool_or(c.week OPERATOR(pg_catalog.=) 0) AS is_there
    FROM cells c, usual u
    GROUP BY c.product_id, u.weeks
    HAVING pg_catalog.count(*) FILTER (WHERE c.week OPERATOR(pg_catalog.>) 0) OPERATOR(pg_catalog.>=) pg_catalog.ceil(0.75 OPERATOR(pg_catalog.*) u.weeks)
       AND u.weeks OPERATOR(pg_catalog.>=) 2
  )
  SELECT (SELECT pg_catalog.count(*) FROM regular)::integer AS expected,
         (SELECT pg_catalog.count(*) FROM regular r WHERE NOT r.is_there)::integer AS missing,
         u.weeks OPERATOR(pg_catalog.>=) 2 AND t.impressions OPERATOR(pg_catalog.<) (part OPERATOR(pg_catalog.*) u.impressions)
           AND t.clicks OPERATOR(pg_catalog.<) (part OPERATOR(pg_catalog.*) u.clicks) AS is_part,
         -- Beyond four standard deviations of a Poisson count, so that few sales are not taken for late ones.
         u.weeks OPERATOR(pg_catalog.>=) 2 AND t.units OPERATOR(pg_catalog.<) (attributed OPERATOR(pg_catalog.*) u.conversion OPERATOR(pg_catalog.*) t.clicks)
           AND (u.conversion OPERATOR(pg_catalog.*) t.clicks OPERATOR(pg_catalog.-) t.units)
               OPERATOR(pg_catalog.>) (4 OPERATOR(pg_catalog.*) pg_catalog.sqrt(u.conversion OPERATOR(pg_catalog.*) t.clicks)) AS lacks_purchases
  INTO day
  FROM usual u, weeks t WHERE t.week OPERATOR(pg_catalog.=) 0;

  code := CASE
    WHEN day.missing OPERATOR(pg_catalog.>) (too_many OPERATOR(pg_catalog.*) day.expected) THEN 'missing_rows'
    WHEN day.is_part THEN 'partly_loaded'
    WHEN days_late OPERATOR(pg_catalog.>) 0 THEN 'late'
    WHEN day.lacks_purchases THEN 'purchases_late'
    ELSE 'complete' END;
  RETURN QUERY SELECT last_day, last_day OPERATOR(pg_catalog.-) CASE WHEN code OPERATOR(pg_catalog.=) ANY ('{missing_rows,partly_loaded}') THEN 1 ELSE 0 END,
    days_late, day.expected, day.missing, code, CASE
    WHEN code OPERATOR(pg_catalog.=) 'missing_rows' THEN
      pg_catalog.format('%s is incomplete: %s of %s products have no data for it yet.', last_day, day.missing, day.expected)
    WHEN code OPERATOR(pg_catalog.=) 'partly_loaded' THEN
      pg_catalog.format('%s looks incomplete: impressions and clicks are below half of those of the same weekday in each of the weeks before.', last_day)
    WHEN code OPERATOR(pg_catalog.=) 'late' THEN
      pg_catalog.format('The data ends on %s; %s later %s missing.', last_day, days_late,
                        CASE WHEN days_late OPERATOR(pg_catalog.=) 1 THEN 'day is' ELSE 'days are' END)
    WHEN code OPERATOR(pg_catalog.=) 'purchases_late' THEN
      pg_catalog.format('%s has far fewer purchases per click than the same weekdays before; some may not have been reported yet.', last_day)
    END;
END
$$;
COMMENT ON FUNCTION @extschema@.data_freshness() IS
$$Whether the last day is all there, and whether days are missing after it, as one row.

Reads daily_performance on the search_path: the last day and the same weekday of the four weeks before. kpi_summary()
leaves out a last day that is not complete.

Takes no arguments. Errors: 42P01 when a table is missing. An empty table gives a row with the status no_data.

Example: SELECT last_day, complete_until, status_code, status FROM data_freshness();$$;
