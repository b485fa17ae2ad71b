#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# The extension comes and goes without touching anybody's data: created by a role that is no superuser, in any
# schema, dropped, created again, updated, dumped and restored.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)

home=$PGDATABASE
scratch=${home}_lifecycle
restored=${home}_restored
owner=performance_tracker_test_owner_$$
cleanup() {
  psql -Xq -d "$home" -c "DROP DATABASE IF EXISTS $restored WITH (FORCE)" -c "DROP DATABASE IF EXISTS $scratch WITH (FORCE)" \
    -c "DROP ROLE IF EXISTS $owner" 2>/dev/null
}
trap cleanup EXIT
sql -c "CREATE ROLE $owner LOGIN NOSUPERUSER" -c "CREATE DATABASE $scratch TEMPLATE template0 ENCODING 'UTF8' OWNER $owner"
export PGDATABASE=$scratch
as_owner() { sql -U "$owner" "$@"; }

plan 18
as_owner -c "CREATE EXTENSION performance_tracker"
ok $? "the owner of a database, no superuser, creates the extension"
is "$(as_owner -c "SELECT count(*) FROM forecast('{1,2,3}'::float8[])")" 30 "and uses it"

as_owner -f "$root/sql/schema/010_tables.sql" >/dev/null
as_owner -f "$here/fixture.inc"
checksum="SELECT md5(string_agg(t::text, ',' ORDER BY t)) FROM (SELECT * FROM products p JOIN daily_performance d ON d.product_id = p.id) t"
before=$(as_owner -c "$checksum")
as_owner -c "CREATE VIEW outlook AS SELECT * FROM forecast_revenue(3, by => 'category')"
answer=$(as_owner -c "SELECT md5(string_agg(o::text, ',' ORDER BY o)) FROM outlook o")

# Dump and restore: the extension is one line of the dump, views that use it come back, the answers are the same.
pg_dump -Fp | grep -c 'CREATE EXTENSION.*performance_tracker' >/dev/null
ok $? "a dump creates the extension by name"
is "$(pg_dump -Fp | grep -cE '^CREATE (FUNCTION|TYPE)' || true)" 0 "and holds none of its functions and types"
sql -d "$home" -c "CREATE DATABASE $restored TEMPLATE template0 ENCODING 'UTF8'"
pg_dump -Fp | psql -Xq -v ON_ERROR_STOP=1 -d "$restored" >/dev/null
ok $? "the dump restores without an error"
is "$(sql -d "$restored" -c "$checksum")" "$before" "with the same rows"
is "$(sql -d "$restored" -c "SELECT md5(string_agg(o::text, ',' ORDER BY o)) FROM outlook o")" "$answer" "and the same forecasts"

# Update
is "$(as_owner -c "ALTER EXTENSION performance_tracker UPDATE" 2>&1 | grep -c ERROR || true)" 0 "an update to the version at hand changes nothing"
is "$(sql -c "SELECT count(*) FROM pg_available_extension_versions v CROSS JOIN pg_extension_update_paths('performance_tracker') u
              WHERE v.name = 'performance_tracker' AND u.target = (SELECT default_version FROM pg_available_extensions WHERE name = 'performance_tracker')
              AND u.source <> u.target AND u.path IS NULL")" 0 "from each version there is a way to the newest"

# Drop
like "$(as_owner -c "DROP EXTENSION performance_tracker" 2>&1 || true)" "view outlook depends on function forecast_revenue" \
  "a drop that would take a view along is refused"
as_owner -c "DROP EXTENSION performance_tracker CASCADE" 2>/dev/null
is "$(as_owner -c "$checksum")" "$before" "after the drop each row is there"
is "$(as_owner -c "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'")" 0 "and no function is left"
is "$(as_owner -c "CREATE EXTENSION performance_tracker; DROP EXTENSION performance_tracker; CREATE EXTENSION performance_tracker;
  SELECT count(*) FROM forecast_revenue()" 2>/dev/null)" 30 "created again, dropped and created in one session, it works"
is "$(as_owner -c "BEGIN; DROP EXTENSION performance_tracker; ROLLBACK; SELECT count(*) FROM kpi_summary()")" 10 "a drop rolls back"

# Another schema: functions are called by it, tables are found by the search_path.
as_owner -c "DROP EXTENSION performance_tracker; CREATE SCHEMA analytics; CREATE EXTENSION performance_tracker SCHEMA analytics"
is "$(as_owner -c "SELECT count(*) FROM analytics.forecast_revenue(2, by => 'category')")" 12 "in a schema that is not on the search_path"
is "$(as_owner -c "SELECT count(*) FROM analytics.kpi_summary() UNION ALL SELECT count(*) FROM analytics.top_sellers() UNION ALL
  SELECT count(*) FROM analytics.worst_performers() UNION ALL SELECT count(*) FROM analytics.week_over_week()")" $'10\n5\n5\n24' "each function there"
like "$(as_owner -c "SELECT FROM analytics.forecast_revenue(product => 'wireless')" 2>&1 || true)" 'HINT:  Existing products, closest first: "Wireless Mouse"' "errors and hints too"
like "$(as_owner -c "ALTER EXTENSION performance_tracker SET SCHEMA public" 2>&1 || true)" "does not support SET SCHEMA" "it does not move"
