-- SPDX-License-Identifier: PostgreSQL
--
-- Why a figure changed: the change of a sum or of a ratio, taken apart by any dimensions, exactly additive.
--
-- A sum changes by the sum of its segments' changes. A ratio R = sum N / sum D with weights w = D_i / D and rates
-- r = N_i / D_i changes by
--   sum over i of  (w + w')/2 * (r' - r)  +  ((r + r')/2 - (R + R')/2) * (w' - w)
-- the first part being the segment's rate, the second the mix (Bennet 1920: means of both periods as weights leave no
-- remainder; the mean ratio is subtracted because the weights' changes add up to zero).

CREATE TYPE @extschema@.key_drivers_row AS (
  dimension text,
  segment text,
  value numeric,
  prior_value numeric,
  contribution numeric,
  contribution_share double precision,
  rate_effect numeric,
  mix_effect numeric,
  total_value numeric,
  total_prior_value numeric
);
COMMENT ON TYPE @extschema@.key_drivers_row IS 'A row of key_drivers(): what one segment had to do with a change.';
COMMENT ON COLUMN @extschema@.key_drivers_row.dimension IS 'name of the dimension: the contributions of each add up to the change';
COMMENT ON COLUMN @extschema@.key_drivers_row.segment IS 'value of the dimension; NULL for rows without one';
COMMENT ON COLUMN @extschema@.key_drivers_row.value IS 'sum or ratio of the segment in the period; NULL without rows or with a zero denominator';
COMMENT ON COLUMN @extschema@.key_drivers_row.prior_value IS 'the same of the period compared with';
COMMENT ON COLUMN @extschema@.key_drivers_row.contribution IS
  'what the segment adds to total_value - total_prior_value; rate_effect + mix_effect for a ratio';
COMMENT ON COLUMN @extschema@.key_drivers_row.contribution_share IS 'contribution as a fraction of the whole change; NULL when nothing changed';
COMMENT ON COLUMN @extschema@.key_drivers_row.rate_effect IS 'of a ratio: because the segment''s own ratio changed; NULL for a sum';
COMMENT ON COLUMN @extschema@.key_drivers_row.mix_effect IS
  'of a ratio: because the segment, better or worse than the whole, had another share of the denominator; NULL for a sum';
COMMENT ON COLUMN @extschema@.key_drivers_row.total_value IS 'sum or ratio of the whole in the period';
COMMENT ON COLUMN @extschema@.key_drivers_row.total_prior_value IS 'the same of the period compared with';

-- `source` is SQL of this chapter's making: a quoted relation or a subquery.
CREATE FUNCTION @extschema@.performance_tracker_key_drivers(
  source text,
  numerator text,
  denominator text,
  dimensions text[],
  timestamp_col text,
  period_start date,
  period_end date,
  compare_start date,
  compare_end date
) RETURNS SETOF @extschema@.key_drivers_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 100000 ROWS 30
AS $$
DECLARE
  dimension pg_catalog.text;
BEGIN
  FOREACH dimension IN ARRAY dimensions LOOP
    RETURN QUERY EXECUTE pg_catalog.format($query$
      WITH parts AS (
        SELECT s.%1$I::pg_catalog.text AS segment,
               COALESCE(pg_catalog.sum(%2$s) FILTER (WHERE s.%4$I OPERATOR(pg_catalog.>=) $1 AND s.%4$I OPERATOR(pg_catalog.<) $2), 0)::pg_catalog.numeric AS n1,
               COALESCE(pg_catalog.sum(%2$s) FILTER (WHERE s.%4$I OPERATOR(pg_catalog.>=) $3 AND s.%4$I OPERATOR(pg_catalog.<) $4), 0)::pg_catalog.numeric AS n0,
               COALESCE(pg_catalog.sum(%3$s) FILTER (WHERE s.%4$I OPERATOR(pg_catalog.>=) $1 AND s.%4$I OPERATOR(pg_catalog.<) $2), 0)::pg_catalog.numeric AS d1,
               COALESCE(pg_catalog.sum(%3$s) FILTER (WHERE s.%4$I OPERATOR(pg_catalog.>=) $3 AND s.%4$I OPERATOR(pg_catalog.<) $4), 0)::pg_catalog.numeric AS d0
        FROM %5$s s
        WHERE s.%4$I OPERATOR(pg_catalog.>=) LEAST($1, $3) AND s.%4$I OPERATOR(pg_catalog.<) GREATEST($2, $4)
        GROUP BY 1
      ), totals AS (
        SELECT p.*, pg_catalog.sum(n1) OVER () AS nn1, pg_catalog.sum(n0) OVER () AS nn0,
               pg_catalog.sum(d1) OVER () AS dd1, pg_catalog.sum(d0) OVER () AS dd0
        FROM parts p
      ), rates AS (
        SELECT t.*, NULLIF(dd1, 0) IS NOT NULL AND NULLIF(dd0, 0) IS NOT NULL AS comparable,
               CASE WHEN d1 OPERATOR(pg_catalog.<>) 0 THEN n1 OPERATOR(pg_catalog./) d1 END AS r1,
               CASE WHEN d0 OPERATOR(pg_catalog.<>) 0 THEN n0 OPERATOR(pg_catalog./) d0 END AS r0,
               d1 OPERATOR(pg_catalog./) NULLIF(dd1, 0) AS w1, d0 OPERATOR(pg_catalog./) NULLIF(dd0, 0) AS w0,
               nn1 OPERATOR(pg_catalog./) NULLIF(dd1, 0) AS rr1, nn0 OPERATOR(pg_catalog./) NULLIF(dd0, 0) AS rr0
        FROM totals t
      ), effects AS (
        -- A segment that is new or gone, or has no denominator, has no change of its rate: all that it does is mix. Its
        -- part of the whole ratio is its numerator over the whole denominator, whatever its own.
        SELECT r.*,
               COALESCE((w0 OPERATOR(pg_catalog.+) w1) OPERATOR(pg_catalog./) 2 OPERATOR(pg_catalog.*) (r1 OPERATOR(pg_catalog.-) r0), 0) AS rate,
               (n1 OPERATOR(pg_catalog./) NULLIF(dd1, 0)) OPERATOR(pg_catalog.-) (n0 OPERATOR(pg_catalog./) NULLIF(dd0, 0))
                 OPERATOR(pg_catalog.-) ((rr0 OPERATOR(pg_catalog.+) rr1) OPERATOR(pg_catalog./) 2 OPERATOR(pg_catalog.*) (w1 OPERATOR(pg_catalog.-) w0))
                 OPERATOR(pg_catalog.-) COALESCE((w0 OPERATOR(pg_catalog.+) w1) OPERATOR(pg_catalog./) 2 OPERATOR(pg_catalog.*) (r1 OPERATOR(pg_catalog.-) r0), 0) AS mix
        FROM rates r
      )
      SELECT %6$L::pg_catalog.text, e.segment,
             CASE WHEN $5 THEN e.r1 ELSE e.n1 END, CASE WHEN $5 THEN e.r0 ELSE e.n0 END,
             CASE WHEN $5 THEN CASE WHEN e.comparable THEN e.rate OPERATOR(pg_catalog.+) e.mix END ELSE e.n1 OPERATOR(pg_catalog.-) e.n0 END,
             CASE WHEN $5 THEN CASE WHEN e.comparable THEN (e.rate OPERATOR(pg_catalog.+) e.mix) OPERATOR(pg_catalog./) NULLIF(e.rr1 OPERATOR(pg_catalog.-) e.rr0, 0) END
                  ELSE (e.n1 OPERATOR(pg_catalog.-) e.n0) OPERATOR(pg_catalog./) NULLIF(e.nn1 OPERATOR(pg_catalog.-) e.nn0, 0) END::double precision,
             CASE WHEN $5 AND e.comparable THEN e.rate END, CASE WHEN $5 AND e.comparable THEN e.mix END,
             CASE WHEN $5 THEN e.rr1 ELSE e.nn1 END, CASE WHEN $5 THEN e.rr0 ELSE e.nn0 END
      FROM effects e
      ORDER BY pg_catalog.abs(CASE WHEN $5 THEN e.rate OPERATOR(pg_catalog.+) e.mix ELSE e.n1 OPERATOR(pg_catalog.-) e.n0 END) DESC NULLS LAST, e.segment
      $query$, dimension, numerator, COALESCE(denominator, '1'), timestamp_col, source, dimension)
    USING period_start, period_end OPERATOR(pg_catalog.+) 1, compare_start, compare_end OPERATOR(pg_catalog.+) 1,
          denominator IS NOT NULL;
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_key_drivers(text, text, text, text[], text, date, date, date, date) IS
  'Internal: key_drivers() of a source that is SQL already.';

-- The period compared with: as long as the period itself unless both its days are given.
CREATE FUNCTION @extschema@.performance_tracker_compare_period(
  period_start date,
  period_end date,
  compare text,
  compare_start date,
  compare_end date,
  OUT first_day date,
  OUT last_day date
)
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  shift integer;
BEGIN
  IF compare_start IS NOT NULL OR compare_end IS NOT NULL THEN
    IF compare_start IS NULL OR compare_end IS NULL OR compare_start OPERATOR(pg_catalog.>) compare_end THEN
      RAISE invalid_parameter_value USING
        COLUMN = 'compare_end',
        MESSAGE = pg_catalog.format('the period from %s to %s cannot be compared with', COALESCE(compare_start::pg_catalog.text, 'NULL'),
                                    COALESCE(compare_end::pg_catalog.text, 'NULL')),
        HINT = 'Give compare_start and compare_end both, in this order, or neither.';
    END IF;
    first_day := compare_start;
    last_day := compare_end;
    RETURN;
  END IF;
  PERFORM @extschema@.performance_tracker_check_choice('compare', compare, VARIADIC '{previous,same_weekdays,last_year}'::pg_catalog.text[]);
  shift := period_end OPERATOR(pg_catalog.-) period_start OPERATOR(pg_catalog.+) 1;
  IF compare OPERATOR(pg_catalog.=) 'same_weekdays' THEN
    shift := 7 OPERATOR(pg_catalog.*) ((shift OPERATOR(pg_catalog.+) 6) OPERATOR(pg_catalog./) 7);
  ELSIF compare OPERATOR(pg_catalog.=) 'last_year' THEN
    shift := 364;  -- 52 weeks, so that weekdays meet weekdays
  END IF;
  first_day := period_start OPERATOR(pg_catalog.-) shift;
  last_day := period_end OPERATOR(pg_catalog.-) shift;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_compare_period(date, date, text, date, date) IS
  'Internal: the period that compare, or compare_start and compare_end, stand for. Raises 22023 and 22004.';

CREATE FUNCTION @extschema@.key_drivers(
  metric text DEFAULT 'revenue',
  period_start date DEFAULT NULL,
  period_end date DEFAULT NULL,
  compare text DEFAULT 'previous',
  dimensions text[] DEFAULT '{category,product}',
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  compare_start date DEFAULT NULL,
  compare_end date DEFAULT NULL
) RETURNS SETOF @extschema@.key_drivers_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 100000 ROWS 30
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
  first_day pg_catalog.date;
  prior pg_catalog.record;
  info pg_catalog.record;
  dimension pg_catalog.text;
BEGIN
  PERFORM @extschema@.performance_tracker_check_choice('metric', key_drivers.metric,
    VARIADIC ARRAY(SELECT m.metric FROM @extschema@.metrics() m));
  FOREACH dimension IN ARRAY COALESCE(key_drivers.dimensions, '{}'::pg_catalog.text[]) LOOP
    PERFORM @extschema@.performance_tracker_check_choice('dimensions', dimension, VARIADIC '{category,product,weekday,day}'::pg_catalog.text[]);
  END LOOP;
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(key_drivers.product, key_drivers.category);
  last_day := COALESCE(key_drivers.period_end, @extschema@.performance_tracker_last_complete_day());
  first_day := COALESCE(key_drivers.period_start, last_day OPERATOR(pg_catalog.-) 6);
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  IF NOT pg_catalog.isfinite(first_day) OR NOT pg_catalog.isfinite(last_day) OR first_day OPERATOR(pg_catalog.>) last_day THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'period_end',
      MESSAGE = pg_catalog.format('the period from %s to %s is none', first_day, last_day),
      HINT = 'period_start must not be after period_end, which is the last complete day when left out.';
  END IF;
  SELECT * INTO prior FROM @extschema@.performance_tracker_compare_period(first_day, last_day, key_drivers.compare,
    key_drivers.compare_start, key_drivers.compare_end);
  SELECT m.numerator, m.denominator INTO info FROM @extschema@.metrics() m
  WHERE m.metric OPERATOR(pg_catalog.=) key_drivers.metric;
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_key_drivers(
    pg_catalog.format($query$(SELECT d.*, d.date::pg_catalog.date AS day, p.name AS product, p.category,
        pg_catalog.to_char(d.date, 'Dy') AS weekday
      FROM daily_performance d JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
      WHERE (%1$L IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) %1$L)
        AND (%2$L IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) %2$L))$query$,
      key_drivers.product, key_drivers.category),
    (SELECT pg_catalog.string_agg(
       CASE WHEN pg_catalog.left(c.name, 1) OPERATOR(pg_catalog.=) '-' THEN '- ' ELSE '+ ' END
         OPERATOR(pg_catalog.||) pg_catalog.format('COALESCE(s.%I, 0)', pg_catalog.ltrim(c.name, '-')), ' ' ORDER BY c.place)
     FROM pg_catalog.unnest(info.numerator) WITH ORDINALITY c (name, place)),
    's.' OPERATOR(pg_catalog.||) pg_catalog.quote_ident(info.denominator),
    COALESCE(key_drivers.dimensions, '{}'::pg_catalog.text[]), 'date', first_day, last_day, prior.first_day, prior.last_day);
END
$$;
COMMENT ON FUNCTION @extschema@.key_drivers(text, date, date, text, text[], text, text, date, date) IS
$$Takes a change of a key figure apart: which categories, products or weekdays made it, exactly additive.

Reads daily_performance and products on the search_path. A sum changes by its segments' changes; a ratio by what each
segment's own ratio did (rate_effect) and by what its share of the denominator did (mix_effect), without a remainder
(Bennet 1920). The contributions of each dimension add up to total_value - total_prior_value.

- metric: one of metrics().
- period_start: first day; NULL is 6 days before period_end.
- period_end: last day; NULL is the last complete one (yesterday, or the last day loaded).
- compare: previous (the days before, as many), same_weekdays (whole weeks before) or last_year (52 weeks before).
- dimensions: any of category, product, weekday and day; each is one breakdown of the whole change.
- @product
- @category
- compare_start: with compare_end: compare with these days instead.
- compare_end: their last day.

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing. An empty table gives no rows.

Example: SELECT dimension, segment, contribution, rate_effect, mix_effect FROM key_drivers('roas', compare => 'same_weekdays');$$;

CREATE FUNCTION @extschema@.key_drivers(
  table_name text,
  data_col text,
  dimensions text[],
  timestamp_col text,
  period_start date,
  period_end date,
  compare_start date,
  compare_end date,
  denominator_col text DEFAULT NULL
) RETURNS SETOF @extschema@.key_drivers_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 100000 ROWS 30
AS $$
#variable_conflict use_column
DECLARE
  relation pg_catalog.regclass := pg_catalog.to_regclass(key_drivers.table_name);
  missing pg_catalog.text;
  prior pg_catalog.record;
BEGIN
  IF relation IS NULL THEN
    RAISE undefined_table USING
      MESSAGE = pg_catalog.format('there is no table "%s"', key_drivers.table_name),
      HINT = 'Give table_name as you would write it in FROM, with its schema if that is not on the search_path.';
  END IF;
  missing := (SELECT pg_catalog.string_agg(pg_catalog.format('"%s"', w.name), ', ')
              FROM pg_catalog.unnest(key_drivers.dimensions OPERATOR(pg_catalog.||) key_drivers.data_col
                     OPERATOR(pg_catalog.||) key_drivers.timestamp_col OPERATOR(pg_catalog.||) key_drivers.denominator_col) w (name)
              WHERE w.name IS NOT NULL AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_attribute a
                WHERE a.attrelid OPERATOR(pg_catalog.=) relation::pg_catalog.oid AND a.attname::pg_catalog.text OPERATOR(pg_catalog.=) w.name
                  AND NOT a.attisdropped));
  IF missing IS NOT NULL THEN
    RAISE undefined_column USING
      MESSAGE = pg_catalog.format('%s has no column %s', relation, missing),
      HINT = 'data_col, denominator_col, timestamp_col and dimensions are names of columns, as they are stored.';
  END IF;
  IF key_drivers.period_start OPERATOR(pg_catalog.>) key_drivers.period_end OR key_drivers.period_start IS NULL OR key_drivers.period_end IS NULL THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'period_end',
      MESSAGE = pg_catalog.format('the period from %s to %s is none', COALESCE(key_drivers.period_start::pg_catalog.text, 'NULL'),
                                  COALESCE(key_drivers.period_end::pg_catalog.text, 'NULL')),
      HINT = 'Give both days, the first one first.';
  END IF;
  SELECT * INTO prior FROM @extschema@.performance_tracker_compare_period(key_drivers.period_start, key_drivers.period_end,
    'previous', key_drivers.compare_start, key_drivers.compare_end);
  RETURN QUERY SELECT * FROM @extschema@.performance_tracker_key_drivers(
    relation::pg_catalog.text, 's.' OPERATOR(pg_catalog.||) pg_catalog.quote_ident(key_drivers.data_col),
    's.' OPERATOR(pg_catalog.||) pg_catalog.quote_ident(key_drivers.denominator_col), key_drivers.dimensions,
    key_drivers.timestamp_col, key_drivers.period_start, key_drivers.period_end, prior.first_day, prior.last_day);
END
$$;
COMMENT ON FUNCTION @extschema@.key_drivers(text, text, text[], text, date, date, date, date, text) IS
$$The same for any table: a sum, or a ratio of two sums, by any of its columns.

- table_name: table or view, as in FROM.
- data_col: the column that is added up; of a ratio, above the line.
- dimensions: columns; each is one breakdown of the whole change.
- timestamp_col: date or timestamp.
- period_start: first day.
- period_end: last day.
- compare_start: first day of the period to compare with; NULL is the days before, as many.
- compare_end: its last day.
- denominator_col: the column below the line; NULL for a sum.

Errors: 42P01 and 42703 for a table or a column that is not there, 22023 for another period.

Name table_name in the call, as below: literals alone would fit both functions of this name.

Example: SELECT segment, contribution FROM key_drivers(table_name => 'daily_performance', data_col => 'revenue', dimensions => '{product_id}', timestamp_col => 'date', period_start => '2026-11-01', period_end => '2026-11-07', compare_start => '2026-10-25', compare_end => '2026-10-31');$$;
