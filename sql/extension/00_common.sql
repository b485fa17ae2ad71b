-- SPDX-License-Identifier: PostgreSQL
--
-- Checks that the domain functions share, all named performance_tracker_…, all internal. They read the caller's
-- tables by the caller's search_path; those that return void raise when something is wrong, so that a chapter's
-- function begins with PERFORM @extschema@.performance_tracker_check_…(…).
--
-- Errors about an argument name it in COLUMN, so that nobody has to look for it in the message: the API does not. A name
-- of the shop's that does not exist (product, category, promotion_id) is 22U01, a SQLSTATE of our own in the class of data
-- exceptions; every other wrong value is 22023, NULL where there must be one 22004.
--
-- Conventions of the chapters: a function that reads tables is plpgsql (its body is parsed when it runs, so the
-- extension can be created before the tables), STABLE, PARALLEL SAFE, without SET search_path. Its row type is a
-- composite type named <function>_row, whose columns carry the comments: plpgsql refuses RETURNS TABLE columns that
-- are called like an argument (product, category), and a type can grow in an upgrade while views depend on it.
-- Every name carries its schema, and scripts/lint sees to it: pg_catalog.format(…), OPERATOR(pg_catalog.+) (which binds
-- like any other operator: sums inside comparisons need brackets), @extschema@.… for our own. pg_catalog comes first on
-- the path only among equals: somebody's format(text, text) fits better than its format(text, VARIADIC "any"), their
-- numeric > integer better than its numeric > numeric. Own functions are called with all arguments, each of the
-- declared type, because whoever may create in the extension's schema can add an overload that fits better. What the
-- search_path is for: products, daily_performance and promotions, and nothing else.
-- Columns of the caller's tables are cast (name::text, sum(…)::numeric): they may be views with types of their own,
-- also with a timestamp as date, hence date < last_day + 1 instead of <= last_day.

-- The library that this session has loaded and this script must be of one build: rows and arguments change together.
DROP FUNCTION IF EXISTS @extschema@.performance_tracker_library_version();
DO $$
BEGIN
  CREATE FUNCTION @extschema@.performance_tracker_library_version() RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'performance_tracker_library_version';
  IF @extschema@.performance_tracker_library_version() OPERATOR(pg_catalog.<>) '@VERSION@' THEN
    RAISE object_not_in_prerequisite_state USING
      MESSAGE = pg_catalog.format('the library of performance_tracker is version %s, its script @VERSION@',
                                  @extschema@.performance_tracker_library_version()),
      HINT = 'Install both from one build. A session that has loaded the library before it was replaced must reconnect.';
  END IF;
EXCEPTION WHEN undefined_function THEN
  RAISE object_not_in_prerequisite_state USING
    MESSAGE = 'the library of performance_tracker is older than its script, which is version @VERSION@',
    HINT = 'Install both from one build. A session that has loaded the library before it was replaced must reconnect.';
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_library_version() IS
  'Internal: version of the library that this session has loaded.';

CREATE FUNCTION @extschema@.performance_tracker_edit_distance("left" text, "right" text) RETURNS integer
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'performance_tracker_edit_distance';
COMMENT ON FUNCTION @extschema@.performance_tracker_edit_distance(text, text) IS
  'Internal: characters to insert, delete or substitute to get from one text to the other (Levenshtein 1966).';

-- 42P01 with both ways out, before a query of ours fails with a bare "relation does not exist".
CREATE FUNCTION @extschema@.performance_tracker_check_tables(VARIADIC tables text[]) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  missing pg_catalog.text := (SELECT pg_catalog.string_agg(t.name, ', ') FROM pg_catalog.unnest(tables) AS t (name)
                              WHERE pg_catalog.to_regclass(pg_catalog.quote_ident(t.name)) IS NULL);
BEGIN
  IF missing IS NOT NULL THEN
    RAISE undefined_table USING
      MESSAGE = pg_catalog.format('not found on the search_path (%s): %s',
                                  pg_catalog.current_setting('search_path'), missing),
      HINT = 'Apply the files of sql/schema in this database, or create views of these names over tables of your '
             'own. If they are in another schema, put it on the search_path.';
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_tables(text[]) IS
  'Internal: raises 42P01 with a hint unless each named table or view is on the caller''s search_path.';

-- 22004 for NULL, 22023 outside the range.
CREATE FUNCTION @extschema@.performance_tracker_check_range(argument text, value integer, low integer, high integer)
  RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
  IF value IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must not be NULL', argument),
      HINT = pg_catalog.format('Leave %s out to get its default.', argument);
  ELSIF value OPERATOR(pg_catalog.<) low OR value OPERATOR(pg_catalog.>) high THEN
    RAISE invalid_parameter_value USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must be between %s and %s, not %s', argument, low, high, value),
      HINT = pg_catalog.format('Give %s a whole number in that range, or leave it out to get its default.', argument);
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_range(text, integer, integer, integer) IS
  'Internal: raises 22004 when the value is NULL and 22023 when it is outside low..high.';

-- 22004 for NULL, 22023 for a word that is not one of the allowed ones.
CREATE FUNCTION @extschema@.performance_tracker_check_choice(argument text, value text, VARIADIC choices text[]) RETURNS void
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
  IF value IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must not be NULL', argument),
      HINT = pg_catalog.format('Leave %s out to get its default.', argument);
  ELSIF value OPERATOR(pg_catalog.<>) ALL (choices) THEN
    RAISE invalid_parameter_value USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('unknown %s "%s"', argument, value),
      HINT = pg_catalog.format('%s is one of %s.', argument, pg_catalog.array_to_string(choices, ', '));
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_choice(text, text, text[]) IS
  'Internal: raises 22004 when the value is NULL and 22023, with the choices in the hint, when it is none of them.';

-- Names that contain the wanted text come first, then by edit distance; case is ignored.
CREATE FUNCTION @extschema@.performance_tracker_closest(wanted text, names text[]) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT pg_catalog.string_agg(pg_catalog.format('"%s"', n.name), ', ' ORDER BY n.rank)
  FROM (SELECT u.name, pg_catalog.row_number() OVER (ORDER BY
            pg_catalog.strpos(pg_catalog.lower(u.name), pg_catalog.lower(wanted)) OPERATOR(pg_catalog.=) 0,
            @extschema@.performance_tracker_edit_distance(pg_catalog.lower(u.name), pg_catalog.lower(wanted)),
            u.name) AS rank
        FROM pg_catalog.unnest(names) AS u (name)
        WHERE u.name IS NOT NULL) n
  WHERE n.rank OPERATOR(pg_catalog.<=) 10
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_closest(text, text[]) IS
  'Internal: up to ten of the names, quoted, the most similar to the wanted one first; NULL when there is none.';

CREATE FUNCTION @extschema@.performance_tracker_check_filter(wanted_product text, wanted_category text) RETURNS void
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  actual pg_catalog.text;
BEGIN
  IF wanted_category IS NOT NULL
     AND NOT EXISTS (SELECT FROM products p WHERE p.category::pg_catalog.text OPERATOR(pg_catalog.=) wanted_category) THEN
    RAISE SQLSTATE '22U01' USING
      COLUMN = 'category',
      MESSAGE = pg_catalog.format('unknown category "%s"', wanted_category),
      HINT = COALESCE('Existing categories, closest first: '
                      OPERATOR(pg_catalog.||) @extschema@.performance_tracker_closest(wanted_category,
                              ARRAY(SELECT DISTINCT p.category::pg_catalog.text FROM products p)) OPERATOR(pg_catalog.||) '.',
                      'No product has a category yet.');
  END IF;
  IF wanted_product IS NULL THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM products p WHERE p.name::pg_catalog.text OPERATOR(pg_catalog.=) wanted_product) THEN
    RAISE SQLSTATE '22U01' USING
      COLUMN = 'product',
      MESSAGE = pg_catalog.format('unknown product "%s"', wanted_product),
      HINT = COALESCE('Existing products, closest first: '
                      OPERATOR(pg_catalog.||) @extschema@.performance_tracker_closest(wanted_product,
                              ARRAY(SELECT DISTINCT p.name::pg_catalog.text FROM products p)) OPERATOR(pg_catalog.||) '.',
                      'The table products is empty.');
  END IF;
  IF wanted_category IS NOT NULL
     AND NOT EXISTS (SELECT FROM products p WHERE p.name::pg_catalog.text OPERATOR(pg_catalog.=) wanted_product
                     AND p.category::pg_catalog.text OPERATOR(pg_catalog.=) wanted_category) THEN
    actual := (SELECT pg_catalog.string_agg(DISTINCT p.category::pg_catalog.text, ', ') FROM products p
               WHERE p.name::pg_catalog.text OPERATOR(pg_catalog.=) wanted_product);
    RAISE invalid_parameter_value USING
      COLUMN = 'category',
      MESSAGE = pg_catalog.format('product "%s" is not in category "%s"', wanted_product, wanted_category),
      HINT = CASE WHEN actual IS NULL THEN 'It has no category; leave the category out.'
                  ELSE pg_catalog.format('Its category is "%s"; leave the category out.', actual) END;
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_filter(text, text) IS
  'Internal: raises 22U01, with the closest existing names in the hint, for a product or category that does not '
  'exist, 22023 when they do not belong together; NULL stands for all of them.';

-- Today is never complete, and neither are days after the last load.
CREATE FUNCTION @extschema@.performance_tracker_last_complete_day() RETURNS date
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  -- least() ignores NULL, and an empty table has no day at all.
  RETURN (SELECT CASE WHEN pg_catalog.max(d.date) IS NOT NULL
                      THEN LEAST(pg_catalog.max(d.date)::pg_catalog.date, current_date OPERATOR(pg_catalog.-) 1) END
          FROM daily_performance d);
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_last_complete_day() IS
  'Internal: the last day that analyses may judge, least(max(date), yesterday); NULL for an empty table.';
