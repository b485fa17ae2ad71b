-- SPDX-License-Identifier: PostgreSQL
--
-- Checks that the domain functions share, all named performance_tracker_…, all internal. They read the caller's
-- tables by the caller's search_path; those that return void raise when something is wrong, so that a chapter's
-- function begins with PERFORM @extschema@.performance_tracker_check_…(…).
--
-- Conventions of the chapters: a function that reads tables is plpgsql (its body is parsed when it runs, so the
-- extension can be created before the tables), STABLE, PARALLEL SAFE, without SET search_path. Its row type is a
-- composite type named <function>_row, whose columns carry the comments: plpgsql refuses RETURNS TABLE columns that
-- are called like an argument (product, category), and a type can grow in an upgrade while views depend on it.
-- Columns of the caller's tables are cast (name::text, sum(…)::numeric): they may be views with types of their own,
-- also with a timestamp as date, hence date < last_day + 1 instead of <= last_day.

CREATE FUNCTION performance_tracker_edit_distance("left" text, "right" text) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_edit_distance';
COMMENT ON FUNCTION performance_tracker_edit_distance(text, text) IS
  'Internal: characters to insert, delete or substitute to get from one text to the other (Levenshtein 1966).';

-- 42P01 with both ways out, before a query of ours fails with a bare "relation does not exist".
CREATE FUNCTION performance_tracker_check_tables(VARIADIC tables text[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  missing text := (SELECT string_agg(t, ', ') FROM unnest(tables) t WHERE to_regclass(quote_ident(t)) IS NULL);
BEGIN
  IF missing IS NOT NULL THEN
    RAISE undefined_table USING
      MESSAGE = format('not found on the search_path (%s): %s', current_setting('search_path'), missing),
      HINT = 'Apply the files of sql/schema in this database, or create views of these names over tables of your '
             'own. If they are in another schema, put it on the search_path.';
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_tables(text[]) IS
  'Internal: raises 42P01 with a hint unless each named table or view is on the caller''s search_path.';

-- 22004 for NULL, 22023 outside the range.
CREATE FUNCTION performance_tracker_check_range(argument text, value bigint, low bigint, high bigint) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
  IF value IS NULL THEN
    RAISE null_value_not_allowed USING
      MESSAGE = format('%s must not be NULL', argument),
      HINT = format('Leave %s out to get its default.', argument);
  ELSIF value NOT BETWEEN low AND high THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('%s must be between %s and %s, not %s', argument, low, high, value),
      HINT = format('Give %s a whole number in that range, or leave it out to get its default.', argument);
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_range(text, bigint, bigint, bigint) IS
  'Internal: raises 22004 when the value is NULL and 22023 when it is outside low..high.';

-- 22004 for NULL, 22023 for a word that is not one of the allowed ones.
CREATE FUNCTION performance_tracker_check_choice(argument text, value text, VARIADIC choices text[]) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
  IF value IS NULL THEN
    RAISE null_value_not_allowed USING
      MESSAGE = format('%s must not be NULL', argument),
      HINT = format('Leave %s out to get its default.', argument);
  ELSIF value <> ALL (choices) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('unknown %s "%s"', argument, value),
      HINT = format('%s is one of %s.', argument, array_to_string(choices, ', '));
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_choice(text, text, text[]) IS
  'Internal: raises 22004 when the value is NULL and 22023, with the choices in the hint, when it is none of them.';

-- Names that contain the wanted text come first, then by edit distance; case is ignored.
CREATE FUNCTION performance_tracker_closest(wanted text, names text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT string_agg('"' || n.name || '"', ', ' ORDER BY n.rank)
  FROM (SELECT u.name, row_number() OVER (ORDER BY
            strpos(lower(u.name), lower(wanted)) = 0,
            @extschema@.performance_tracker_edit_distance(lower(u.name), lower(wanted)),
            u.name) AS rank
        FROM unnest(names) AS u(name)
        WHERE u.name IS NOT NULL) n
  WHERE n.rank <= 10
$$;
COMMENT ON FUNCTION performance_tracker_closest(text, text[]) IS
  'Internal: up to ten of the names, quoted, the most similar to the wanted one first; NULL when there is none.';

CREATE FUNCTION performance_tracker_check_filter(wanted_product text, wanted_category text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  actual text;
BEGIN
  IF wanted_category IS NOT NULL AND NOT EXISTS (SELECT FROM products p WHERE p.category = wanted_category) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('unknown category "%s"', wanted_category),
      HINT = COALESCE('Existing categories, closest first: '
                      || @extschema@.performance_tracker_closest(wanted_category,
                           ARRAY(SELECT DISTINCT p.category::text FROM products p)) || '.',
                      'No product has a category yet.');
  END IF;
  IF wanted_product IS NULL THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM products p WHERE p.name = wanted_product) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = format('unknown product "%s"', wanted_product),
      HINT = COALESCE('Existing products, closest first: '
                      || @extschema@.performance_tracker_closest(wanted_product,
                           ARRAY(SELECT DISTINCT p.name::text FROM products p)) || '.',
                      'The table products is empty.');
  END IF;
  IF wanted_category IS NOT NULL
     AND NOT EXISTS (SELECT FROM products p WHERE p.name = wanted_product AND p.category = wanted_category) THEN
    actual := (SELECT string_agg(DISTINCT p.category, ', ') FROM products p WHERE p.name = wanted_product);
    RAISE invalid_parameter_value USING
      MESSAGE = format('product "%s" is not in category "%s"', wanted_product, wanted_category),
      HINT = COALESCE(format('Its category is "%s"; leave the category out.', actual),
                      'It has no category; leave the category out.');
  END IF;
END
$$;
COMMENT ON FUNCTION performance_tracker_check_filter(text, text) IS
  'Internal: raises 22023, with the closest existing names in the hint, for a product or category that does not '
  'exist or that do not belong together; NULL stands for all of them.';

-- Today is never complete, and neither are days after the last load.
CREATE FUNCTION performance_tracker_last_complete_day() RETURNS date
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  -- least() ignores NULL, and an empty table has no day at all.
  RETURN (SELECT CASE WHEN max(d.date) IS NOT NULL THEN least(max(d.date)::date, current_date - 1) END
          FROM daily_performance d);
END
$$;
COMMENT ON FUNCTION performance_tracker_last_complete_day() IS
  'Internal: the last day that analyses may judge, least(max(date), yesterday); NULL for an empty table.';
