#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# The extension in a schema whose name has to be quoted: every example of every public function, with that schema written
# before each function and each type, for a session on whose path are the tables alone.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)

home=$PGDATABASE
scratch=${home}_any_schema
trap 'psql -Xq -d "$home" -c "DROP DATABASE IF EXISTS $scratch WITH (FORCE)"' EXIT
sql -c "CREATE DATABASE $scratch TEMPLATE template0 ENCODING 'UTF8'"
export PGDATABASE=$scratch

plan 5
is "$(sql -c 'CREATE SCHEMA "Ad analytics; of us"' -c 'CREATE EXTENSION performance_tracker SCHEMA "Ad analytics; of us"' 2>&1)" "" \
  "the extension is created in a schema with blanks, capitals and a semicolon"
for file in "$root"/sql/schema/*.sql; do
  PGOPTIONS="$PGOPTIONS -c search_path=public,\"Ad\\ analytics;\\ of\\ us\"" sql -f "$file" >/dev/null
done
ok $? "the shop's schema finds it there"
sql -f "$here/fixture.inc" >/dev/null

answer=$(sql <<'SQL'
CREATE TEMPORARY TABLE functions AS
SELECT p.proname, p.oid::regprocedure::text AS signature, substring(obj_description(p.oid, 'pg_proc') FROM '\n\nExample: (.+);$') AS example
FROM pg_extension e JOIN pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e' AND d.classid = 'pg_proc'::regclass JOIN pg_proc p ON p.oid = d.objid
WHERE e.extname = 'performance_tracker' AND obj_description(p.oid, 'pg_proc') NOT LIKE 'Internal:%';
CREATE FUNCTION pg_temp.run(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE command;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SET search_path = public;
-- Qualified: names before a parenthesis, unless something is written before them already; types after ::. sum() of numbers is
-- PostgreSQL's.
CREATE TEMPORARY TABLE qualified AS
SELECT signature, regexp_replace(regexp_replace(regexp_replace(example,
  '(?<![\w.])(' || (SELECT string_agg(DISTINCT proname, '|') FROM functions WHERE proname <> 'sum') || '|sum(?=\(series))\(', '"Ad analytics; of us".\1(', 'g'),
  '::(time_series|arima_model|forecast_model)', '::"Ad analytics; of us".\1', 'g'),
  -- Operators of ours between series.
  '(\w+) ([+=]|<>) (other|b|series)\y', '\1 OPERATOR("Ad analytics; of us".\2) \3', 'g') AS example
FROM functions;
SELECT count(*) FROM qualified WHERE example LIKE '%"Ad analytics; of us".%';
SELECT signature, example, pg_temp.run(example) FROM qualified WHERE pg_temp.run(example) IS NOT NULL;
SELECT pg_temp.run('SELECT * FROM forecast_revenue(2)');
SQL
)
ok "$([ "$(head -n 1 <<<"$answer")" -ge 60 ]; echo $?)" "the examples are written with the schema ($(head -n 1 <<<"$answer") of them)"
is "$(tail -n +2 <<<"$answer" | head -n -1)" "" "each of them runs from a path without that schema"
like "$(tail -n 1 <<<"$answer")" '^42883 function forecast_revenue' "where a bare name is not found"
