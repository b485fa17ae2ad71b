-- SPDX-License-Identifier: PostgreSQL
--
-- The domain functions bound to the tables of this schema: forecast_revenue_here(…) is forecast_revenue(…), and so for each
-- that reads the shop's tables, with the same arguments and defaults, whatever the caller's search_path. Materialised views
-- need them (from PostgreSQL 17 on REFRESH has no search_path, and pg_restore never had), and so do tools that set it
-- themselves. The rights are the caller's all the same.
--
-- Made from the catalog, so that they follow the extension; idempotent. One whose arguments have changed is made anew,
-- unless something depends on it: then the old one stays and goes on answering, and a notice names it.
DO $$
DECLARE
    home CONSTANT pg_catalog.text := pg_catalog.current_schema();
    f record;
    old pg_catalog.regprocedure;
BEGIN
    FOR f IN
        SELECT p.oid, p.proname, n.nspname,
               pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
               pg_catalog.pg_get_function_identity_arguments(p.oid) AS identity,
               pg_catalog.pg_get_function_result(p.oid) AS result,
               c.description AS comment,
               (SELECT pg_catalog.string_agg('$' OPERATOR(pg_catalog.||) i::pg_catalog.text, ', ' ORDER BY i)
                FROM pg_catalog.generate_series(1, p.pronargs::pg_catalog.int4) AS i) AS parameters,
               p.procost, p.prorows
        FROM pg_catalog.pg_extension e
        JOIN pg_catalog.pg_depend d ON d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
                                   AND d.refobjid OPERATOR(pg_catalog.=) e.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'
                                   AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
        JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) d.objid
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
        JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang
        -- Not obj_description(): up to PostgreSQL 13 operators of its body are found by the path.
        JOIN pg_catalog.pg_description c ON c.classoid OPERATOR(pg_catalog.=) d.classid AND c.objoid OPERATOR(pg_catalog.=) p.oid
                                        AND c.objsubid OPERATOR(pg_catalog.=) 0
        WHERE e.extname OPERATOR(pg_catalog.=) 'performance_tracker' AND l.lanname OPERATOR(pg_catalog.=) 'plpgsql'
          AND p.prokind OPERATOR(pg_catalog.=) 'f' AND p.provolatile OPERATOR(pg_catalog.=) 's'
          AND p.proparallel OPERATOR(pg_catalog.=) 's' AND p.proretset
          AND p.proname OPERATOR(pg_catalog.!~) '^(performance_tracker_|_)'
          AND c.description OPERATOR(pg_catalog.!~) '^Internal:'
          AND p.prosrc OPERATOR(pg_catalog.~) '\y(daily_performance|products|performance_tracker_(check_tables|read_panel|last_complete_day))\y'
        ORDER BY p.oid
    LOOP
        SELECT p.oid::pg_catalog.regprocedure INTO old
        FROM pg_catalog.pg_proc p
        WHERE p.pronamespace OPERATOR(pg_catalog.=) pg_catalog.quote_ident(home)::pg_catalog.regnamespace
          AND p.proname OPERATOR(pg_catalog.=) (f.proname::pg_catalog.text OPERATOR(pg_catalog.||) '_here')
          AND pg_catalog.pg_get_function_arguments(p.oid) OPERATOR(pg_catalog.<>) f.arguments
        LIMIT 1;
        IF old IS NOT NULL THEN
            BEGIN
                EXECUTE pg_catalog.format('DROP FUNCTION %s', old);
            EXCEPTION WHEN dependent_objects_still_exist THEN
                RAISE NOTICE '% stays as it is, because something depends on it: drop that, and apply sql/schema again', old;
                CONTINUE;
            END;
        END IF;
        EXECUTE pg_catalog.format(
            'CREATE OR REPLACE FUNCTION %I.%I(%s) RETURNS %s LANGUAGE sql STABLE PARALLEL SAFE COST %s ROWS %s '
            'SET search_path = %I, pg_temp AS %L',
            home, f.proname::pg_catalog.text OPERATOR(pg_catalog.||) '_here', f.arguments, f.result, f.procost, f.prorows, home,
            pg_catalog.format('SELECT * FROM %I.%I(%s)', f.nspname, f.proname, f.parameters));
        EXECUTE pg_catalog.format(
            'COMMENT ON FUNCTION %I.%I(%s) IS %L', home, f.proname::pg_catalog.text OPERATOR(pg_catalog.||) '_here', f.identity,
            pg_catalog.format('%s() with the tables of the schema %I, whatever the search_path: for materialised views. %s',
                              f.proname, home, pg_catalog.split_part(f.comment, E'\n\n', 1)));
    END LOOP;
END
$$;
