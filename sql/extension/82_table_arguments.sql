-- SPDX-License-Identifier: PostgreSQL
--
-- What the functions over tables check before they read: the names of table and columns, found in the catalog.

-- A name as it stands in the catalog, or as SQL would write it: quoted, with a schema. The first kind needs no quotes
-- for capitals, blanks or quotes in the name.
CREATE FUNCTION @extschema@.performance_tracker_find_table(table_name text) RETURNS oid
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  -- A name as SQL writes it, up to three of them joined by dots.
  qualified CONSTANT pg_catalog.text :=
    '^("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)(\.("([^"]|"")+"|[[:alpha:]_][[:alnum:]_$]*)){0,2}$';
  found pg_catalog.oid;
BEGIN
  IF table_name IS NULL THEN
    RAISE null_value_not_allowed USING COLUMN = 'table_name', MESSAGE = 'table_name must not be NULL', HINT = 'Name a table or a view.';
  END IF;
  found := (SELECT c.oid FROM pg_catalog.pg_class c
            WHERE c.relname OPERATOR(pg_catalog.=) table_name AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}')
              AND pg_catalog.pg_table_is_visible(c.oid));
  IF found IS NULL AND table_name OPERATOR(pg_catalog.~) qualified THEN
    found := (SELECT c.oid FROM pg_catalog.pg_class c
              WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(table_name) AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}'));
  END IF;
  IF found IS NULL THEN
    RAISE undefined_table USING
      COLUMN = 'table_name',
      MESSAGE = pg_catalog.format('there is no table or view "%s"', table_name),
      HINT = COALESCE('Existing ones, closest first: ' OPERATOR(pg_catalog.||) @extschema@.performance_tracker_closest(table_name,
                        ARRAY(SELECT c.relname::pg_catalog.text FROM pg_catalog.pg_class c
                              WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}') AND pg_catalog.pg_table_is_visible(c.oid)
                                AND c.relnamespace OPERATOR(pg_catalog.<>) 'pg_catalog'::pg_catalog.regnamespace))
                      OPERATOR(pg_catalog.||) '. ', '')
             OPERATOR(pg_catalog.||) 'A table outside of the search_path needs its schema: schema.table.';
  END IF;
  RETURN found;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_find_table(text) IS
  'Internal: the table or view of this name; raises 42P01, with the closest existing names in the hint, when there is none.';

CREATE FUNCTION @extschema@.performance_tracker_check_column(table_oid oid, argument text, column_name text, types regtype[])
  RETURNS regtype
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  actual pg_catalog.regtype;
BEGIN
  IF column_name IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must not be NULL', argument),
      HINT = pg_catalog.format('Name a column of %s.', table_oid::pg_catalog.regclass);
  END IF;
  -- A domain counts as what it is made of.
  WITH RECURSIVE made_of (type) AS (
    SELECT a.atttypid FROM pg_catalog.pg_attribute a
    WHERE a.attrelid OPERATOR(pg_catalog.=) table_oid AND a.attname OPERATOR(pg_catalog.=) column_name
      AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
    UNION ALL
    SELECT t.typbasetype FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
    WHERE t.typtype OPERATOR(pg_catalog.=) 'd'
  )
  SELECT m.type INTO actual FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
  WHERE t.typtype OPERATOR(pg_catalog.<>) 'd';
  IF actual IS NULL THEN
    RAISE undefined_column USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s has no column "%s"', table_oid::pg_catalog.regclass, column_name),
      HINT = pg_catalog.format('%s is one of its columns, closest first: %s.', argument,
                    @extschema@.performance_tracker_closest(column_name,
                      ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
                            WHERE a.attrelid OPERATOR(pg_catalog.=) table_oid AND a.attnum OPERATOR(pg_catalog.>) 0
                              AND NOT a.attisdropped)));
  END IF;
  IF actual OPERATOR(pg_catalog.<>) ALL (types) THEN
    RAISE datatype_mismatch USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('column "%s" of %s is of type %s', column_name, table_oid::pg_catalog.regclass,
                                  actual),
      HINT = pg_catalog.format('%s is a column of type %s; a view can cast it.', argument,
                               pg_catalog.array_to_string(types, ', '));
  END IF;
  IF NOT pg_catalog.has_column_privilege(table_oid, column_name, 'SELECT') THEN
    RAISE insufficient_privilege USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('permission denied for column "%s" of %s', column_name, table_oid::pg_catalog.regclass),
      HINT = pg_catalog.format('Its owner can allow it: GRANT SELECT ON %s TO %I.', table_oid::pg_catalog.regclass,
                               current_user);
  END IF;
  RETURN actual;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_column(oid, text, text, regtype[]) IS
  'Internal: the type of a column; raises 42703, 42804 or 42501 unless the table has it, of one of the types (NULL: any), '
  'and the caller may read it.';

-- The same of a column of a query that stands in for a table. Its plan is made, its rows are not read.
CREATE FUNCTION @extschema@.performance_tracker_check_query_column(
  query text, argument text, column_name text, types regtype[]
) RETURNS regtype
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  given pg_catalog.oid;
  actual pg_catalog.regtype;
BEGIN
  IF column_name IS NULL THEN
    RAISE null_value_not_allowed USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('%s must not be NULL', argument), HINT = 'Name a column of the query.';
  END IF;
  EXECUTE pg_catalog.format(E'SELECT pg_catalog.pg_typeof(q.%I) FROM (SELECT) o LEFT JOIN (%s\n) q ON false',
                            column_name, query) INTO given;
  WITH RECURSIVE made_of (type) AS (
    SELECT given
    UNION ALL
    SELECT t.typbasetype FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
    WHERE t.typtype OPERATOR(pg_catalog.=) 'd'
  )
  SELECT m.type INTO actual FROM made_of m JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) m.type
  WHERE t.typtype OPERATOR(pg_catalog.<>) 'd';
  IF actual OPERATOR(pg_catalog.<>) ALL (types) THEN
    RAISE datatype_mismatch USING
      COLUMN = argument,
      MESSAGE = pg_catalog.format('column "%s" of the query is of type %s', column_name, actual),
      HINT = pg_catalog.format('%s is a column of type %s; the query can cast it.', argument,
                               pg_catalog.array_to_string(types, ', '));
  END IF;
  RETURN actual;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_check_query_column(text, text, text, regtype[]) IS
  'Internal: the type of a column of a query; raises 42804 unless it is one of the types (NULL: any).';
