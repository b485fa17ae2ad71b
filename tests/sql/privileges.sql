-- SPDX-License-Identifier: PostgreSQL
--
-- Internals stand apart: each has the prefix or belongs to a type or an aggregate, and whatever no caller needs is
-- executable by its owner alone. Aggregates, types and models work for a role that has none of these rights.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(13);

CREATE TEMPORARY TABLE functions AS
SELECT p.oid, p.oid::regprocedure::text AS signature, p.proname, p.prokind, p.prosrc, p.prosupport,
  obj_description(p.oid, 'pg_proc') AS comment,
  EXISTS (SELECT FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE') AS is_public
FROM pg_extension e JOIN pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e' AND d.classid = 'pg_proc'::regclass
JOIN pg_proc p ON p.oid = d.objid
WHERE e.extname = 'performance_tracker';

-- What PostgreSQL calls without asking whether the caller may.
CREATE TEMPORARY TABLE unasked AS
SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn]::oid[]) AS oid
FROM pg_aggregate WHERE aggfnoid IN (SELECT oid FROM functions)
UNION SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze]::oid[]) FROM pg_type
UNION SELECT prosupport::oid FROM functions;
-- Operators and casts do ask.
CREATE TEMPORARY TABLE asked AS
SELECT oprcode::oid AS oid FROM pg_operator UNION SELECT castfunc FROM pg_cast UNION SELECT amproc::oid FROM pg_amproc;

SELECT is_empty($$ SELECT signature FROM functions WHERE prokind <> 'a' AND is_public AND oid IN (SELECT oid FROM unasked) AND oid NOT IN (SELECT oid FROM asked) $$,
  'what types and aggregates are made of is executable by nobody else');
SELECT is_empty($$ SELECT signature FROM functions WHERE comment LIKE 'Internal:%' AND proname NOT LIKE 'performance\_tracker\_%'
  AND oid NOT IN (SELECT oid FROM unasked UNION SELECT oid FROM asked) $$,
  'every other internal function has the prefix');
-- By its name in the body of another function of ours; the two that the planner's support puts in place are made of the function's name.
SELECT is_empty($$ SELECT f.signature FROM functions f WHERE f.is_public AND f.comment LIKE 'Internal:%'
  AND f.oid NOT IN (SELECT oid FROM asked) AND f.proname NOT IN ('performance_tracker_arima', 'performance_tracker_auto_arima')
  AND NOT EXISTS (SELECT FROM functions g WHERE g.oid <> f.oid AND g.prosrc ~ ('\y' || f.proname || '\('))
  AND NOT EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.objid = r.oid WHERE d.refobjid = f.oid) $$,
  'internal functions that the caller may execute are called by functions with the caller''s rights');
SELECT is_empty($$ SELECT signature FROM functions WHERE NOT is_public AND oid NOT IN (SELECT oid FROM unasked)
  AND proname <> 'performance_tracker_library_version' $$, 'and nothing else is closed');
SELECT is_empty($$ SELECT signature FROM functions WHERE NOT is_public AND oid IN (SELECT oid FROM asked) $$, 'operators and casts, for which the caller is asked, are open');
SELECT is_empty($$ SELECT signature FROM functions WHERE prokind = 'a' AND NOT is_public $$, 'aggregates are open');

-- By a role that has nothing but what everybody has.
CREATE TEMPORARY TABLE days AS SELECT '2026-01-01'::date + t AS day, (t * 7919 % 101)::float8 AS amount, '2026-01-01 / 1 day : {1,2}'::time_series AS series
FROM generate_series(0, 60) t;
CREATE ROLE performance_tracker_nobody;
GRANT SELECT ON days TO performance_tracker_nobody;
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA tap, %I TO performance_tracker_nobody', (SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema())); END $$;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO performance_tracker_nobody;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO performance_tracker_nobody;
SET LOCAL ROLE performance_tracker_nobody;
SELECT throws_ok($$ SELECT time_series_finish('\x00'::bytea) $$, '42501', NULL, 'a final function is refused by its privileges');
SELECT throws_ok($$ SELECT time_series_combine('\x00'::bytea, '\x00'::bytea) $$, '42501', NULL, 'so is a combining one');
SELECT lives_ok($$ SELECT time_series(day, amount), sum(series), arima(day, amount, 1, 0, 0), auto_arima(day, amount, 7) FROM days $$, 'all aggregates work');
SELECT lives_ok($$ SELECT day, time_series(day, amount) OVER (ORDER BY day) FROM days $$, 'as window functions too');
SELECT is((SELECT (time_series(day, amount)::text::time_series)::text = time_series(day, amount)::text AND fit_model(time_series(day, amount), 'theta')::text::forecast_model IS NOT NULL
    AND auto_arima(time_series(day, amount))::text::arima_model IS NOT NULL FROM days), true, 'and every type is read and written');
RESET ROLE;

-- The general names among the public ones take a type of ours first: calls of others keep their meaning.
SELECT is_empty($$ SELECT signature FROM functions JOIN pg_proc p USING (oid) WHERE p.proname IN ('length', 'step', 'update', 'slice', 'unnest', 'sum', 'evaluate', 'describe', 'measures', 'residuals', 'coefficients')
  AND p.proargtypes[0] NOT IN ('time_series'::regtype, 'arima_model'::regtype, 'forecast_model'::regtype) $$, 'general names belong to our types');
SELECT is(length('abc') || ',' || length('abc'::bytea) || ',' || (SELECT sum(x) FROM unnest('{1,2}'::int[]) x), '3,3,3', 'and literals are still texts to length()');

SELECT * FROM finish();
ROLLBACK;
