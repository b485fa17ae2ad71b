#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# Nobody's functions, operators or types take the place of those that the extension means. Two attacks, with everything
# that fits a call of the extension's SQL better than pg_catalog's own (look_alikes.inc): a role that may only create in
# a database makes them in a schema of its own and creates the extension there, whose script runs as superuser; and a
# role that may create in public makes them there, where a superuser then calls each function and reads each view.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)

home=$PGDATABASE
attacker=performance_tracker_test_attacker_$$
theirs=${home}_theirs
public=${home}_public
work=$(mktemp -d)
cleanup() {
  psql -Xq -d "$home" -c "DROP DATABASE IF EXISTS $theirs WITH (FORCE)" -c "DROP DATABASE IF EXISTS $public WITH (FORCE)" \
    -c "DROP ROLE IF EXISTS $attacker" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
sql -c "CREATE ROLE $attacker LOGIN NOSUPERUSER" -c "CREATE DATABASE $theirs TEMPLATE template0 ENCODING 'UTF8'" \
  -c "CREATE DATABASE $public TEMPLATE template0 ENCODING 'UTF8'"

cat "$root"/sql/extension/*.sql "$root"/sql/schema/*.sql >"$work/scripts.sql"
# look_alikes SCHEMA: all of them, by the attacker.
look_alikes() {
  psql -XAtq -U "$attacker" -v ON_ERROR_STOP=1 -v schema="$1" -v names=pg_temp.scripts <<SQL
\set content \`cat '$work/scripts.sql'\`
CREATE TEMPORARY TABLE scripts AS SELECT :'content' AS script;
\i $here/look_alikes.inc
SET search_path = pg_catalog;
SELECT count(*) FROM pg_proc WHERE pronamespace = '$1'::regnamespace AND proowner = '$attacker'::regrole;
SQL
}

# Statements of this test itself, which do not fall for what it makes.
plainly() { PGOPTIONS="-c client_min_messages=warning -c search_path=pg_catalog" sql "$@"; }

plan 14

# The script of a trusted extension, in the attacker's schema
export PGDATABASE=$theirs
sql -c "GRANT CREATE ON DATABASE $theirs TO $attacker"
sql -U "$attacker" -c "CREATE SCHEMA theirs"
made=$(look_alikes theirs)
[ "$made" -gt 10000 ]
ok $? "a role that may only create in a database makes $made look-alikes"
like "$(sql -U "$attacker" -c "SET search_path = theirs" -c "SELECT format('%s', 'a'::text)" 2>&1 || true)" "a look-alike ran as $attacker" \
  "format() with texts is theirs when they are on the path"
like "$(sql -U "$attacker" -c "SET search_path = theirs" -c "SELECT 1::numeric > 0" 2>&1 || true)" "a look-alike ran" "numeric > integer too"
is "$(sql -U "$attacker" -c "SET search_path = theirs" -c "CREATE EXTENSION performance_tracker SCHEMA theirs" 2>&1)" "" \
  "none of them runs in CREATE EXTENSION … SCHEMA theirs"
# The script of an update is made from the same chapters; before a release there is a way to run it (extension/Makefile).
if [[ $(cat "$root/VERSION") == *-unreleased ]]; then
  is "$(sql -U "$attacker" -c "SET search_path = theirs" -c "ALTER EXTENSION performance_tracker UPDATE TO 'development'" -c "ALTER EXTENSION performance_tracker UPDATE" 2>&1)" "" \
    "nor in ALTER EXTENSION … UPDATE"
else
  ok 0 "an update is none at a release"
fi
is "$(plainly -c "SELECT count(*) FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
              WHERE p.proowner <> 10" -c "SELECT rolsuper FROM pg_roles WHERE rolname = '$attacker'")" $'0\nf' "and they are nobody else than before"

# Functions and views in public, called by a superuser
export PGDATABASE=$public
sql -c "GRANT CREATE ON SCHEMA public TO $attacker" -c "CREATE EXTENSION performance_tracker"
schema_files() { for file in "$root"/sql/schema/*.sql; do psql -Xq -v ON_ERROR_STOP=1 -f "$file" || return; done 2>&1 | grep -v NOTICE || true; }
schema_files
sql -f "$here/fixture.inc" -c "INSERT INTO promotions (name, product_id, promotion_start, promotion_end)
  SELECT 'Sale', 1, current_date - 20, current_date - 14"

# Each call of what a user may call, with all the arguments where a shorter overload of somebody's would fit better.
cat >"$work/calls" <<'SQL'
SELECT * FROM forecast_revenue(3, NULL::pg_catalog.text, NULL::pg_catalog.text, 'total'::pg_catalog.text, 0.8::pg_catalog.float8, 'arima'::pg_catalog.text, true)
SELECT * FROM forecast_revenue(3, 'Wireless Mouse'::pg_catalog.text, 'Electronics'::pg_catalog.text, 'product'::pg_catalog.text, 0.8::pg_catalog.float8, 'moving_average'::pg_catalog.text, false)
SELECT * FROM kpi_summary(NULL::pg_catalog.date, NULL::pg_catalog.date, NULL::pg_catalog.text, NULL::pg_catalog.text, 'previous'::pg_catalog.text, 'total'::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM kpi_summary(NULL::pg_catalog.date, NULL::pg_catalog.date, 'Wireless Mouse'::pg_catalog.text, NULL::pg_catalog.text, 'previous'::pg_catalog.text, 'total'::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM kpi_summary(NULL::pg_catalog.date, NULL::pg_catalog.date, 'x'::pg_catalog.text, NULL::pg_catalog.text, 'previous'::pg_catalog.text, 'total'::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM kpi_summary(NULL::pg_catalog.date, NULL::pg_catalog.date, NULL::pg_catalog.text, 'x'::pg_catalog.text, 'previous'::pg_catalog.text, 'total'::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM kpi_summary(NULL::pg_catalog.date, NULL::pg_catalog.date, 'Wireless Mouse'::pg_catalog.text, 'Toys'::pg_catalog.text, 'previous'::pg_catalog.text, 'total'::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM kpi_summary('2026-01-02'::pg_catalog.date, '2026-01-01'::pg_catalog.date, NULL::pg_catalog.text, NULL::pg_catalog.text, 'previous'::pg_catalog.text, 'total'::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM top_sellers(5, 7, NULL::pg_catalog.text)
SELECT * FROM top_sellers(0, 7, NULL::pg_catalog.text)
SELECT * FROM top_sellers(NULL::integer, 7, NULL::pg_catalog.text)
SELECT * FROM worst_performers(5, 7, 'Toys'::pg_catalog.text)
SELECT * FROM week_over_week(7, NULL::pg_catalog.text, NULL::pg_catalog.text)
SELECT * FROM detect_anomalies(7, 1.8::pg_catalog.float8, NULL::pg_catalog.text, NULL::pg_catalog.text, 'revenue'::pg_catalog.text, 'product'::pg_catalog.text, true)
SELECT * FROM detect_anomalies(7, 1.8::pg_catalog.float8, NULL::pg_catalog.text, NULL::pg_catalog.text, 'x'::pg_catalog.text, 'product'::pg_catalog.text, true)
SELECT * FROM recommendations(7, NULL::pg_catalog.text, NULL::pg_catalog.text)
SELECT * FROM promotion_impact(NULL::integer, NULL::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM promotion_impact(7777, NULL::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date)
SELECT * FROM promotion_impact(NULL::integer, 'Wireless Mouse'::pg_catalog.text, '2026-01-02'::pg_catalog.date, '2026-01-01'::pg_catalog.date)
SELECT * FROM forecast('daily_performance'::pg_catalog.text, 'date'::pg_catalog.text, 'revenue'::pg_catalog.text, '{product_id}'::pg_catalog.text[], 3, 0.8::pg_catalog.float8, 7, 'arima'::pg_catalog.text, true, false, 'error'::pg_catalog.text, '1 day'::interval)
SELECT * FROM forecast('no table'::pg_catalog.text, 'date'::pg_catalog.text, 'revenue'::pg_catalog.text, '{}'::pg_catalog.text[], 3, 0.8::pg_catalog.float8, 7, 'arima'::pg_catalog.text, true, false, 'error'::pg_catalog.text, '1 day'::interval)
SELECT * FROM forecast('products'::pg_catalog.text, 'name'::pg_catalog.text, 'price'::pg_catalog.text, '{}'::pg_catalog.text[], 3, 0.8::pg_catalog.float8, 7, 'arima'::pg_catalog.text, true, false, 'error'::pg_catalog.text, '1 day'::interval)
SELECT * FROM forecast('products'::pg_catalog.text, 'nothing'::pg_catalog.text, 'price'::pg_catalog.text, '{}'::pg_catalog.text[], 3, 0.8::pg_catalog.float8, 7, 'arima'::pg_catalog.text, true, false, 'error'::pg_catalog.text, '1 day'::interval)
SELECT * FROM forecast('public.daily_performance'::pg_catalog.text, 'date'::pg_catalog.text, 'revenue'::pg_catalog.text, '{}'::pg_catalog.text[], 3, 0.8::pg_catalog.float8, 7, 'x'::pg_catalog.text, true, false, 'x'::pg_catalog.text, '1 day'::interval)
SELECT * FROM shop_holidays('2026-01-01'::pg_catalog.date, '2026-12-31'::pg_catalog.date, 'DE'::pg_catalog.text)
SELECT * FROM current_kpis
SELECT * FROM current_forecast
SELECT * FROM current_category_forecast
SELECT * FROM current_anomalies
SELECT * FROM current_recommendations
SELECT * FROM current_promotion_impact
SELECT * FROM daily_metrics ORDER BY 1, 2, 3
SELECT * FROM daily_category_metrics ORDER BY 1, 2, 3
SELECT * FROM daily_total_metrics ORDER BY 1, 2, 3
SQL
# answers [SQL…]: what the calls answer, an error in place of rows where that is the answer, after some statements.
answers() { { printf '%s;\n' "${@:-SELECT}"; sed 's/$/;/' "$work/calls"; } | psql -XAtq -v SHOW_CONTEXT=never 2>&1 |
  sed -E 's/^psql:<stdin>:[0-9]+: //; s/pg_catalog\.//g'; }
answers >"$work/before"
is "$(grep -c look-alike "$work/before" || true)|$(grep -c "^ERROR:  " "$work/before")" "0|13" \
  "each call answers what it should before there is anything to fall for"
made=$(look_alikes public)
[ "$made" -gt 10000 ]
ok $? "a role that may create in public makes $made look-alikes there"

# Overloads of our own functions, in their own schema: fewer arguments than ours, single ones for VARIADIC ones, and
# integers where ours has a wider type. Not of those that a user calls: whose schema that is decides what they call.
plainly -U "$attacker" >/dev/null <<'SQL'
DO $$
DECLARE
  f record;
  arguments text[];
  given integer;
  signature text;
BEGIN
  FOR f IN
    SELECT p.proname, p.pronargs, p.pronargdefaults, p.provariadic,
           ARRAY(SELECT t::regtype::text FROM unnest(p.proargtypes) WITH ORDINALITY AS u (t, place) ORDER BY place) AS types
    FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
      AND (p.proname LIKE 'performance\_tracker\_%' OR (p.proname = 'forecast' AND p.proargtypes[0]::regtype::text <> 'text'))
  LOOP
    FOR given IN GREATEST(f.pronargs - f.pronargdefaults, 1) .. f.pronargs + 5 LOOP
      arguments := f.types[1 : LEAST(given, f.pronargs)];
      IF f.provariadic <> 0 AND given >= f.pronargs THEN
        arguments[f.pronargs] := 'text';
        arguments := arguments || array_fill('text'::text, ARRAY[given - f.pronargs]);
      ELSIF given > f.pronargs THEN
        CONTINUE;
      END IF;
      FOREACH signature IN ARRAY ARRAY[array_to_string(arguments, ','), replace(array_to_string(arguments, ','), 'bigint', 'integer'),
                                       replace(array_to_string(arguments, ','), 'double precision', 'numeric')] LOOP
        BEGIN
          EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS text LANGUAGE plpgsql AS %L', f.proname, signature,
                         $f$BEGIN RAISE EXCEPTION 'a look-alike ran: an overload of our own'; END$f$);
        EXCEPTION WHEN duplicate_function OR insufficient_privilege OR invalid_function_definition THEN NULL;
        END;
      END LOOP;
    END LOOP;
  END LOOP;
END
$$;
SQL
[ "$(plainly -c "SELECT count(*) FROM pg_proc WHERE proowner = '$attacker'::regrole AND proname LIKE 'performance\_tracker\_%'")" -ge 5 ]
ok $? "and overloads of the functions that ours call"
like "$(sql -c "SELECT performance_tracker_check_tables('products', 'products')" 2>&1 || true)" "a look-alike ran" \
  "which fit better than ours where arguments are left out"

answers >"$work/after"
is "$(diff "$work/before" "$work/after" | head -n 5)" "" "none of them runs for a superuser: each function and view answers as before"
answers "SET search_path = public, pg_catalog" >"$work/after"
is "$(diff "$work/before" "$work/after" | grep -v 'search_path' | head -n 5)" "" "nor where public stands before pg_catalog"
temporary=("SET client_min_messages = error")
for name in text date record regclass regtype oid name jsonb timestamptz numeric bool pg_class pg_attribute pg_type pg_constraint; do
  temporary+=("CREATE TEMPORARY TABLE $name (trap integer)")
done
answers "${temporary[@]}" >"$work/after"
# Hints that list tables list these.
is "$(diff <(grep -v '^HINT:  Existing ones' "$work/before") <(grep -v '^HINT:  Existing ones' "$work/after") | head -n 5)" "" \
  "nor do temporary tables, which come before pg_catalog, stand in for types and catalogs"
is "$(schema_files)" "" "nor does one run when the schema is applied once more"
