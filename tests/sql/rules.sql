-- SPDX-License-Identifier: PostgreSQL
--
-- What holds for every function of the extension: documented, honest about volatility and parallelism, callable by
-- a role that may only read, in a read-only transaction, in a parallel worker, by any search_path.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(19);

CREATE TEMPORARY VIEW functions AS
SELECT p.*, p.oid::regprocedure::text AS signature, obj_description(p.oid, 'pg_proc') AS comment
FROM pg_extension e
JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
                AND d.classid = 'pg_proc'::regclass
JOIN pg_proc p ON p.oid = d.objid
WHERE e.extname = 'performance_tracker' AND p.prokind <> 'p';

SELECT results_eq($$ SELECT p.oid::regprocedure::text ~ '^refresh_forecasts', p.prosecdef, obj_description(p.oid, 'pg_proc') ~ '\n\nExample: .+;$' FROM pg_proc p
  JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid
  WHERE e.extname = 'performance_tracker' AND p.prokind = 'p' $$, $$ VALUES (true, false, true) $$,
  'one procedure writes, with the rights of the caller');

-- Documentation in the catalog
SELECT cmp_ok((SELECT count(*) FROM functions), '>=', 13::bigint, 'the extension has its functions');
SELECT is_empty('SELECT signature FROM functions WHERE comment IS NULL', 'each function has a comment');
SELECT is_empty($$ SELECT signature FROM functions WHERE proname LIKE 'performance\_tracker\_%' AND comment NOT LIKE 'Internal:%' $$,
  'what is named performance_tracker_… is internal');
SELECT is_empty($$ SELECT signature FROM functions WHERE comment NOT LIKE 'Internal:%' AND comment !~ '\n\nExample: .+;$' $$,
  'each comment of a public function ends with one example');
SELECT is_empty($$ SELECT signature, a FROM functions, unnest(proargnames) a
  WHERE comment NOT LIKE 'Internal:%' AND pronargdefaults > 0 AND (pronargs > 3 OR comment LIKE E'%\n- %')
    AND comment !~ ('\n- ([a-z_]+, )*' || a || '(, [a-z_]+)*[:;]') AND comment !~ '\yArguments as of \w+\(' $$, 'and, where there are many arguments, explains each of them');
SELECT is_empty($$ SELECT t.typname, a.attname FROM pg_depend d
  JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid AND t.typrelid <> 0
  JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0
  WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'performance_tracker') AND d.deptype = 'e'
    AND (col_description(a.attrelid, a.attnum) IS NULL OR obj_description(t.oid, 'pg_type') IS NULL) $$,
  'each row type and each of its columns has a comment');

-- Honest declarations
SELECT is_empty('SELECT signature FROM functions WHERE prosecdef', 'nothing runs with the rights of its owner');
SELECT is_empty($$ SELECT signature FROM functions WHERE provolatile = 'v' OR proparallel <> 's'
  AND NOT (signature ~ '^\w+\(text,text,text,text\[\],' AND proparallel = 'r') $$,
  'nothing volatile, all parallel safe but the functions that read any table, temporary ones too');
-- How a function's own statements are planned is its own business: 25_panel.sql.
SELECT is_empty($$ SELECT signature FROM functions WHERE array_remove(proconfig, 'plan_cache_mode=force_custom_plan') <> '{}' $$,
  'nothing changes the caller''s settings');
SELECT is_empty($$ SELECT signature FROM functions JOIN pg_language l ON l.oid = prolang WHERE l.lanname = 'plpgsql'
  AND proname NOT IN ('performance_tracker_table_query', 'performance_tracker_check_query_column')
  AND regexp_replace(prosrc, CASE WHEN signature ~ '^\w+\(text,text,text,text\[\],' OR signature LIKE 'daily_figures(%' THEN '\yRETURN QUERY EXECUTE pg_catalog\.format\('
           WHEN signature LIKE 'forecast_revenue(%' THEN '\yRETURN QUERY EXECUTE public\.performance_tracker_revenue_query\(' ELSE '^$' END, '')
      ~ '\y(INSERT|UPDATE|DELETE|CREATE|EXECUTE|EXCEPTION WHEN)\y' $$,
  'nothing writes or opens a subtransaction (which a parallel worker may not), and only the functions over a table, the days and the forecast of the shop build SQL');
SELECT is_empty('SELECT signature FROM functions WHERE proretset AND prorows = 1000', 'realistic ROWS where there are rows');

-- Every example of every public function, by the role that may only read, in a read-only transaction.
CREATE TEMPORARY TABLE examples AS
SELECT signature, substring(comment FROM '\n\nExample: (.+);$') AS example FROM functions
WHERE comment NOT LIKE 'Internal:%';
CREATE FUNCTION run_example(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE command;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
GRANT SELECT ON examples TO performance_tracker_reader;
GRANT USAGE ON SCHEMA tap TO performance_tracker_reader;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO performance_tracker_reader;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO performance_tracker_reader;

SET LOCAL ROLE performance_tracker_reader;
SELECT throws_ok('INSERT INTO products (name) VALUES (''x'')', '42501', NULL, 'the reader may not write');
SELECT is_empty('SELECT signature, run_example(example) FROM examples WHERE run_example(example) IS NOT NULL',
  'each example runs for a role that may only read');
RESET ROLE;

-- In a parallel worker: the plan must say so, and the answer must be the leader's.
SELECT set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query'
                       ELSE 'force_parallel_mode' END, 'off', true) AS off \gset
CREATE TEMPORARY TABLE alone AS SELECT * FROM forecast_revenue(3, by => 'product', include_history => true);
CREATE TEMPORARY TABLE alone_kpi AS SELECT * FROM kpi_summary();
SELECT set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query'
                       ELSE 'force_parallel_mode' END, 'on', true) AS "on" \gset
\ir functions.inc
SELECT matches(plan_of('SELECT * FROM forecast_revenue()'), 'Gather', 'a worker runs it when it is told to');
SELECT results_eq('SELECT * FROM forecast_revenue(3, by => ''product'', include_history => true)', 'SELECT * FROM alone',
  'forecast_revenue answers the same in a worker');
SELECT results_eq('SELECT * FROM kpi_summary()', 'SELECT * FROM alone_kpi', 'kpi_summary too');
SELECT throws_ok('SELECT * FROM forecast_revenue(product => ''x'')', '22U01', 'unknown product "x"', 'errors cross the worker');

-- Last, because there is no way back from it: the whole transaction becomes read-only.
SET LOCAL TRANSACTION READ ONLY;
SELECT is_empty('SELECT signature, run_example(example) FROM examples WHERE run_example(example) IS NOT NULL',
  'each example runs in a read-only transaction');
SELECT * FROM finish();
ROLLBACK;
