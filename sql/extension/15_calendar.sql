-- SPDX-License-Identifier: PostgreSQL
--
-- The calendar: days that are computed, and the shop's own from its tables. Forecasts, anomalies and promotions ask
-- shop_holidays(), so that all of them know the same days.

CREATE TYPE @extschema@.holidays_row AS (
  region text,
  date date,
  name text,
  kind text
);
COMMENT ON TYPE @extschema@.holidays_row IS 'A row of holidays(): one day under one name.';
COMMENT ON COLUMN @extschema@.holidays_row.region IS 'region of the calendar: DE, FR, GB, US or international';
COMMENT ON COLUMN @extschema@.holidays_row.name IS 'name of the day in English, the same in each region';
COMMENT ON COLUMN @extschema@.holidays_row.kind IS
  '''public'' (a holiday by law), ''observed'' (the working day that is free in its place) or ''commerce'' (shops feel it, offices do not)';

CREATE FUNCTION @extschema@.holidays(region text, period_start date, period_end date) RETURNS SETOF @extschema@.holidays_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 ROWS 30
  AS 'MODULE_PATHNAME', 'performance_tracker_holidays';
COMMENT ON FUNCTION @extschema@.holidays(text, date, date) IS
$$Computes public holidays and the main days of commerce of a region, for any years from 1900 to 2200.

- region: DE, FR, GB (also UK; England and Wales), US (federal) or international (the few days that trade feels in all of
  them); upper or lower case.
- period_start: first day.
- period_end: last day, included.

Easter by the anonymous Gregorian algorithm; each year has the days that its law gave it. Errors: 22023 for an unknown
region (the hint lists the known ones) or another period, 22004 for NULL.

Example: SELECT date, name FROM holidays('DE', '2026-12-01', '2026-12-31');$$;

CREATE FUNCTION @extschema@.performance_tracker_has_columns(relation text, VARIADIC columns text[]) RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT pg_catalog.to_regclass(pg_catalog.quote_ident(relation)) IS NOT NULL
     AND NOT EXISTS (
       SELECT FROM pg_catalog.unnest(columns) AS wanted (name)
       WHERE NOT EXISTS (
         SELECT FROM pg_catalog.pg_attribute a
         WHERE a.attrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(pg_catalog.quote_ident(relation))::pg_catalog.oid
           AND a.attname::pg_catalog.text OPERATOR(pg_catalog.=) wanted.name AND NOT a.attisdropped))
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_has_columns(text, text[]) IS
  'Internal: whether a table or view of that name with these columns is on the caller''s search_path; for tables that a shop may do without.';

-- static SQL in plpgsql is parsed when it is reached, so a missing table costs nothing.
CREATE FUNCTION @extschema@.performance_tracker_holiday_region() RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  IF @extschema@.performance_tracker_has_columns('shop_settings', VARIADIC '{holiday_region}'::pg_catalog.text[]) THEN
    RETURN COALESCE((SELECT s.holiday_region::pg_catalog.text FROM shop_settings s
                     WHERE s.holiday_region IS NOT NULL LIMIT 1), 'international');
  END IF;
  RETURN 'international';
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_holiday_region() IS
  'Internal: shop_settings.holiday_region of the caller''s search_path, international when there is none.';

CREATE TYPE @extschema@.shop_holidays_row AS (
  date date,
  name text,
  kind text,
  closed boolean
);
COMMENT ON TYPE @extschema@.shop_holidays_row IS 'A row of shop_holidays(): one day under one name.';
COMMENT ON COLUMN @extschema@.shop_holidays_row.name IS 'name of the day';
COMMENT ON COLUMN @extschema@.shop_holidays_row.kind IS
  '''public'', ''observed'' or ''commerce'' as in holidays(); ''own'' for a day of the shop''s table';
COMMENT ON COLUMN @extschema@.shop_holidays_row.closed IS 'true when the shop''s table says that nothing is sold on that day';

CREATE FUNCTION @extschema@.shop_holidays(period_start date, period_end date, holiday_region text DEFAULT NULL)
  RETURNS SETOF @extschema@.shop_holidays_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE COST 5000 ROWS 30
AS $$
#variable_conflict use_column
DECLARE
  wanted_region pg_catalog.text := COALESCE(shop_holidays.holiday_region, @extschema@.performance_tracker_holiday_region());
  first_day pg_catalog.date := GREATEST(shop_holidays.period_start, '1900-01-01'::pg_catalog.date);
  last_day pg_catalog.date := LEAST(shop_holidays.period_end, '2200-12-31'::pg_catalog.date);
BEGIN
  IF NOT @extschema@.performance_tracker_has_columns('holidays', VARIADIC '{date,name}'::pg_catalog.text[]) THEN
    RETURN QUERY
    SELECT h.date, h.name, h.kind, false FROM @extschema@.holidays(wanted_region, first_day, last_day) h;
    RETURN;
  END IF;
  -- The columns beside date and name may be missing from a view of somebody's own, hence to_jsonb.
  RETURN QUERY
  WITH own AS (
    SELECT DISTINCT h.date::pg_catalog.date AS date, h.name::pg_catalog.text AS name,
           COALESCE((row.j OPERATOR(pg_catalog.->>) 'closed')::pg_catalog.bool, false) AS closed,
           COALESCE((row.j OPERATOR(pg_catalog.->>) 'ignored')::pg_catalog.bool, false) AS ignored
    FROM holidays h
    CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(h) AS j) AS row
    WHERE h.date::pg_catalog.date OPERATOR(pg_catalog.>=) first_day
      AND h.date::pg_catalog.date OPERATOR(pg_catalog.<=) last_day
      AND h.name IS NOT NULL
      AND (row.j OPERATOR(pg_catalog.->>) 'region' IS NULL
           OR pg_catalog.lower(row.j OPERATOR(pg_catalog.->>) 'region') OPERATOR(pg_catalog.=) pg_catalog.lower(wanted_region))
  )
  SELECT COALESCE(o.date, c.date), COALESCE(o.name, c.name), COALESCE(c.kind, 'own'), COALESCE(o.closed, false)
  FROM @extschema@.holidays(wanted_region, first_day, last_day) c
  FULL JOIN own o ON o.date OPERATOR(pg_catalog.=) c.date AND o.name OPERATOR(pg_catalog.=) c.name
  WHERE NOT COALESCE(o.ignored, false)
  ORDER BY 1, 2;
END
$$;
COMMENT ON FUNCTION @extschema@.shop_holidays(date, date, text) IS
$$The days that the shop's calendar knows: holidays() of its region and the rows of its own table.

Reads holidays(region, date, name, closed, ignored) and shop_settings(holiday_region) on the search_path if they are there;
a shop without them has the days of the region international. Rows of the table with another region than the wanted one are
left out, rows without a region hold in each. A row with the date and name of a computed day says more about it: closed
(nothing is sold) or ignored (not a holiday for this shop).

- period_start: first day.
- period_end: last day, included.
- holiday_region: as in holidays(); NULL is the shop's own.

Errors: 22023 for an unknown region (the hint lists the known ones).

Example: SELECT * FROM shop_holidays('2026-11-20', '2026-12-31', holiday_region => 'US');$$;
