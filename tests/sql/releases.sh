#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# From each release to this version, in a cluster of its own: the script of each (tests/reference/releases) is installed as
# it was, its series and models are stored, and ALTER EXTENSION UPDATE leaves exactly what a fresh installation makes: every
# member compared, line by line. What cannot be kept makes the update fail as a whole, and so does an older or newer library.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)

releases=("$root"/tests/reference/releases/performance_tracker--*.sql)
version=$(cat "$root/VERSION")
destdir=$(extension_place)
work=$(mktemp -d /tmp/releases.XXXXXX)
chmod a+rx "$work"
cluster() {
  env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGOPTIONS CLUSTER_MODE=test CLUSTER_DIR="$work/cluster" \
    CLUSTER_DESTDIR="$work/install" "$root/scripts/cluster" "$@"
}
trap 'cluster destroy >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
there() { PGHOST=$work/cluster/run PGPORT=5432 PGUSER=postgres PGDATABASE=${database:-postgres} psql -XAtq -v ON_ERROR_STOP=1 "$@"; }
install_release() { there -c "CREATE EXTENSION performance_tracker VERSION '$1'"; }
new_database() {
  database=postgres there -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -c "CREATE DATABASE $1 TEMPLATE template0 ENCODING 'UTF8'"
  database=$1
}
members() { there -f "$here/members.inc"; }
update() { there -c "ALTER EXTENSION performance_tracker UPDATE" 2>&1 || true; }

plan $((16 + 10 * ${#releases[@]}))

cp -r "$destdir" "$work/install"
chmod -R a+rX "$work/install"
scripts=$(dirname "$(find "$work/install" -name performance_tracker.control)")
# A release's script was run with the library of that release. Here is only this version's: functions that it has no more
# are told to be another one, which the update has to take away or to replace as well.
library=$(find "$work/install" -name performance_tracker.so)
for file in "${releases[@]}"; do
  cp "$file" "$scripts/"
  comm -23 <(grep -o "'performance_tracker_[a-z0-9_]*'" "$file" | tr -d "'" | sort -u) <(nm -D --defined-only "$library" | awk '{ print $3 }' | sort) |
    while read -r gone; do sed -i "s/'$gone';/'performance_tracker_library_version';/" "$scripts/$(basename "$file")"; done
done
cluster start >/dev/null 2>&1

is "$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$scripts/performance_tracker.control")" "$version" "VERSION is the version of the extension"
is "$(sed -n 's/^ *"version": "\(.*\)",\?$/\1/p' "$root/extension/META.json" | sort -u | grep -vx 1.0.0)" "$version" "and of META.json"
is "$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/dashboard/package.json" | head -n 1) $(sed -n 's/^ *"version": "\(.*\)",$/\1/p' "$root/dashboard/package-lock.json" | head -n 2 | sort -u)" \
  "$version $version" "and of the page's package and its lock"
new_database fresh
there -c "CREATE EXTENSION performance_tracker"
fresh=$(members)
ok "$([ "$(wc -l <<<"$fresh")" -gt 300 ]; echo $?)" "a fresh installation has its members"
is "$(there -c "SELECT performance_tracker_library_version()")" "$version" "the library says which version it is"

stored="SELECT md5(string_agg(description || type || COALESCE(series::text, model::text), ',' ORDER BY type, description)) FROM kept"
for file in "${releases[@]}"; do
  release=$(basename "${file#*--}" .sql)
  new_database updated
  install_release "$release"
  is "$(there -c "SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker'")" "$release" "a database with release $release"
  # A package is replaced before its databases are updated. (Each call for itself: those that raise end nothing.)
  there -f "$here/every_call.inc" >"$work/calls"
  like "$(grep -c . "$work/calls") calls: $({ cat "$work/calls"; echo "SELECT 'lives';"; } | there -v ON_ERROR_STOP=0 2>/dev/null | tail -n 1)" '^[1-9][0-9][0-9]+ calls: lives$' \
    "each of its functions answers or raises under this library"
  # Values as that release sent them, views over functions that are still there, and rights of the user's own.
  there -c "CREATE TABLE reference (type text, description text, binary_form text, text_form text)" \
    -c "\copy reference FROM '$root/tests/reference/binary.csv' WITH (FORMAT csv, HEADER)" \
    -c "CREATE TABLE kept (type text, description text, series time_series, model arima_model)" \
    -c "INSERT INTO kept SELECT type, description, CASE WHEN type = 'time_series' THEN text_form::time_series END,
          CASE WHEN type = 'arima_model' THEN text_form::arima_model END FROM reference WHERE type IN ('time_series', 'arima_model')" \
    -c "CREATE VIEW outlook AS SELECT description, e.model, e.variance FROM kept k, evaluate(k.model) e" \
    -c "CREATE INDEX ON kept USING hash (series)" \
    -c "REVOKE EXECUTE ON FUNCTION evaluate(arima_model) FROM PUBLIC"
  before=$(there -c "$stored" -c "SELECT md5(string_agg(o::text, ',' ORDER BY o::text)) FROM outlook o")
  is "$(update)" "" "is updated"
  is "$(there -c "SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker'")" "$version" "to this version"
  is "$(there -c "$stored" -c "SELECT md5(string_agg(o::text, ',' ORDER BY o::text)) FROM outlook o")" "$before" "and keeps series, models and views"
  is "$(there -c "SELECT count(*) FROM (SELECT auto_arima(series) FROM kept WHERE length(series) > 0 UNION ALL SELECT update(model, '{}') FROM kept WHERE model IS NOT NULL) x")" \
    "$(there -c "SELECT count(*) FROM kept WHERE length(series) > 0 OR model IS NOT NULL")" "which this version computes with"
  is "$(there -c "SELECT has_function_privilege('pg_monitor', 'evaluate(arima_model)', 'EXECUTE')")" f "rights that were taken stay taken"
  there -c "GRANT EXECUTE ON FUNCTION evaluate(arima_model) TO PUBLIC"
  is "$(diff <(grep -vF 'function public.evaluate(public.arima_model)' <<<"$fresh") <(members | grep -vF 'function public.evaluate(public.arima_model)') | head -n 10)" "" \
    "each member is as in a fresh installation"
  is "$(there -c "DROP TABLE kept, reference CASCADE" -c "DROP EXTENSION performance_tracker" -c "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'" 2>&1 | tail -n 1)" \
    0 "and the extension takes all of it along when it goes"
  new_database elsewhere
  there -c 'CREATE SCHEMA "of their own %"' -c "CREATE EXTENSION performance_tracker VERSION '$release' SCHEMA \"of their own %\"" 2>/dev/null ||
    there -c 'DROP SCHEMA "of their own %"' -c 'CREATE SCHEMA "of their own"' -c "CREATE EXTENSION performance_tracker VERSION '$release' SCHEMA \"of their own\""
  is "$(update)" "" "in any schema"
done

# There and back within a version
oldest=$(basename "${releases[0]#*--}" .sql)
new_database again
there -c "CREATE EXTENSION performance_tracker" -c "CREATE TABLE kept AS SELECT '2026-01-01 / 1 day : {1,2}'::time_series AS series"
is "$(there -c "BEGIN" -c "ALTER EXTENSION performance_tracker UPDATE TO 'development'" -c "ALTER EXTENSION performance_tracker UPDATE" -c "COMMIT" 2>&1)" "" \
  "before its release a version is updated to itself, in one transaction"
is "$(diff <(echo "$fresh") <(members) | head -n 10)" "" "and is as a fresh installation"
is "$(there -c "BEGIN" -c "SAVEPOINT a" -c "ALTER EXTENSION performance_tracker UPDATE TO 'development'" -c "ALTER EXTENSION performance_tracker UPDATE" -c "ROLLBACK TO a" -c "COMMIT" -c "SELECT series FROM kept" 2>&1)" \
  "2026-01-01 / 1 day : {1,2}" "or is rolled back"

# Refused, with nothing changed
new_database refused
install_release "$oldest"
there -c "CREATE TABLE orders (day date, amount float8)" -c "CREATE VIEW mine AS SELECT * FROM forecast('orders', 'day', 'amount')"
before=$(members)
answer=$(update)
like "$answer" "performance_tracker cannot be updated while something uses forecast\(text,text,text,text\[\]" "a view over a function that is gone makes the update fail"
like "$answer" "view mine depends on function.*HINT:  Nothing was changed" "naming the view, and the way out"
is "$(diff <(echo "$before") <(members) | head -n 10)$(there -c "SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker'")" "$oldest" "nothing was changed"
there -c "DROP VIEW mine"
is "$(update)" "" "without it the update goes through"
new_database interrupted
install_release "$oldest"
before=$(members)
like "$(there -c "SET statement_timeout = '5ms'" -c "ALTER EXTENSION performance_tracker UPDATE" 2>&1 || true)" "canceling statement due to statement timeout" "an update that is interrupted"
is "$(diff <(echo "$before") <(members) | head -n 10)" "" "leaves the version before it whole"

# A library of another build
new_database strange
sed "s/'$version'/'99.0.0'/g; s/is version $version/is version 99.0.0/" "$scripts/performance_tracker--$version.sql" >"$scripts/performance_tracker--99.0.0.sql"
sed "s/performance_tracker_library_version';/a_function_of_the_future';/" "$scripts/performance_tracker--$version.sql" >"$scripts/performance_tracker--98.0.0.sql"
like "$(there -c "CREATE EXTENSION performance_tracker VERSION '99.0.0'" 2>&1 || true)" "the library of performance_tracker is version $version, its script.*HINT:  Install both from one build" \
  "a script of another version than the library is refused"
like "$(there -c "CREATE EXTENSION performance_tracker VERSION '98.0.0'" 2>&1 || true)" "the library of performance_tracker is older than its script" "one that the library is too old to ask, too"
