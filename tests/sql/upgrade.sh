#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# What outlives a version: stored series and models. An update runs its script and leaves them alone (a made-up next
# version, in an installation and a cluster of its own); the binary forms of version 1, kept in tests/reference/binary.csv,
# are read by every later version; tables of both types go through pg_dump and pg_restore, as text and as binary copy.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)

destdir=$(extension_place)
work=$(mktemp -d /tmp/upgrade.XXXXXX)
chmod a+rx "$work"
cluster() {
  env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGOPTIONS CLUSTER_MODE=test CLUSTER_DIR="$work/cluster" \
    CLUSTER_DESTDIR="$work/install" "$root/scripts/cluster" "$@"
}
trap 'cluster destroy >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
there() { PGHOST=$work/cluster/run PGPORT=5432 PGUSER=postgres PGDATABASE=${database:-postgres} psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$root/extension/performance_tracker.control")
next=$version.1-test
update_script=performance_tracker--$version--$next.sql
stored() {
  there -c "SELECT md5(string_agg(kept::text, ',' ORDER BY id)) FROM kept"
}

plan 18

# An upgrade script is a file beside the chapters: the Makefile finds and installs it.
mkdir -p "$work/source/sql"
cp -r "$root/extension" "$work/source/extension"
cp -r "$root/sql/extension" "$work/source/sql/extension"
cat >"$work/source/sql/extension/$update_script" <<'SQL'
\echo Use "ALTER EXTENSION performance_tracker UPDATE" to load this file. \quit
CREATE FUNCTION longest(a time_series, b time_series) RETURNS time_series LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN @extschema@.length(a) >= @extschema@.length(b) THEN a ELSE b END;
SQL
# shellcheck disable=SC2016  # make expands it
like "$(make -s -C "$work/source/extension" PG_CONFIG="${PG_CONFIG:-pg_config}" --eval='show-data: ; @echo $(DATA)' show-data 2>/dev/null)" \
  "$update_script" "the Makefile installs upgrade scripts"

cp -r "$destdir" "$work/install"
chmod -R a+rX "$work/install"
control=$(find "$work/install" -name performance_tracker.control)
cp "$work/source/sql/extension/$update_script" "$(dirname "$control")/"
cluster start >/dev/null 2>&1
there -c "CREATE EXTENSION performance_tracker" \
  -c "CREATE TABLE kept (id int PRIMARY KEY, series time_series, model arima_model)" \
  -c "INSERT INTO kept SELECT k, time_series(date '2026-01-01' + t, 100 + k + 10 * sin(t) + t % 7), NULL
      FROM generate_series(1, 5) k, generate_series(0, 59) t GROUP BY k" \
  -c "UPDATE kept SET model = auto_arima(series, season_length => 7)" \
  -c "INSERT INTO kept VALUES (6, '{}', NULL), (7, '2026-01-31 / 1 month end : {5,NULL,7}', NULL),
      (8, '2026-01-01 06:30:00.25+00 / 15 minutes : {1,1e-300,3}', NULL)" \
  -c "CREATE VIEW outlook AS SELECT id, f.* FROM kept k, forecast(k.model, 3) f WHERE k.model IS NOT NULL"
before=$(stored)
outlook=$(there -c "SELECT md5(string_agg(o::text, ',' ORDER BY o::text)) FROM outlook o")

# Update
is "$(there -c "SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker'")" "$version" "a database with version $version"
like "$(there -c "SELECT longest('{}', '{}')" 2>&1 || true)" "does not exist" "has nothing of the next one"
is "$(there -c "ALTER EXTENSION performance_tracker UPDATE TO '$next'" 2>&1)" "" "is updated"
is "$(there -c "SELECT extversion FROM pg_extension WHERE extname = 'performance_tracker'")" "$next" "to the next version"
is "$(there -c "SELECT longest('2026-01-01 / 1 day : {1,2}', '{}')")" "2026-01-01 / 1 day : {1,2}" "has what it brings"
is "$(there -c "SELECT count(*) FROM pg_depend WHERE objid = 'longest'::regproc AND deptype = 'e'")" 1 "as a part of the extension"
is "$(stored)" "$before" "keeps its series and models"
is "$(there -c "SELECT md5(string_agg(o::text, ',' ORDER BY o::text)) FROM outlook o")" "$outlook" "and its views with the same forecasts"

# Binary forms of version 1, written once and never again: type, text form, hexadecimal binary form.
reference=$root/tests/reference/binary.csv
there -c "CREATE TABLE reference (type text, description text, binary_form text, text_form text)" \
  -c "\copy reference FROM '$reference' WITH (FORMAT csv, HEADER)"
like "$(there -c "SELECT count(*) FILTER (WHERE type = 'time_series') || ' ' || count(*) FILTER (WHERE type = 'arima_model') FROM reference")" \
  '^6 5$' "reference values of both types"
for type in time_series arima_model; do
  # A COPY in binary format calls the type's receive function: header, one column, trailer.
  there -c "CREATE TABLE read_$type (value $type)"
  there -c "SELECT '5047434f50590aff0d0a00' || '0000000000000000' || string_agg('0001' || lpad(to_hex(length(binary_form) / 2), 8, '0') || binary_form, '' ORDER BY description) || 'ffff'
            FROM reference WHERE type = '$type'" | tr -d '\n' | python3 -c "import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))" >"$work/$type.bin"
  there -c "\copy read_$type FROM '$work/$type.bin' WITH (FORMAT binary)"
  is "$(there -c "SELECT string_agg(value::text, E'\n' ORDER BY value::text COLLATE \"C\") FROM read_$type")" \
    "$(there -c "SELECT string_agg(text_form, E'\n' ORDER BY text_form COLLATE \"C\") FROM reference WHERE type = '$type'")" \
    "every $type of binary version 1 is read, to the last digit"
done
is "$(there -c "SELECT count(*) FROM reference WHERE type = 'time_series' AND encode(time_series_send(text_form::time_series), 'hex') <> binary_form
                UNION ALL SELECT count(*) FROM reference WHERE type = 'arima_model' AND encode(arima_model_send(text_form::arima_model), 'hex') <> binary_form")" \
  $'0\n0' "text and binary form are the same value"
is "$(there -c "SELECT count(DISTINCT value::text), count(e.variance) FROM read_arima_model, evaluate(value) e")" "5|5" \
  "models of version 1 can be used"

# Dump and restore
dump() { PGHOST=$work/cluster/run PGPORT=5432 PGUSER=postgres pg_dump "$@" postgres; }
there -c "DROP TABLE reference, read_time_series, read_arima_model"
there -c "ALTER EXTENSION performance_tracker DROP FUNCTION longest" -c "DROP FUNCTION longest"
dump -Fc -f "$work/dump"
there -c "CREATE DATABASE restored TEMPLATE template0"
is "$(PGHOST=$work/cluster/run PGPORT=5432 PGUSER=postgres pg_restore --exit-on-error -d restored "$work/dump" 2>&1)" "" \
  "tables of series and models are restored from a dump"
is "$(database=restored stored)" "$before" "the same to the last digit"
is "$(database=restored there -c "SELECT md5(string_agg(o::text, ',' ORDER BY o::text)) FROM outlook o")" "$outlook" "with the same forecasts"
there -c "CREATE TABLE copied (LIKE kept)" -c "COPY kept TO '$work/cluster/run/kept' WITH (FORMAT binary)" \
  -c "COPY copied FROM '$work/cluster/run/kept' WITH (FORMAT binary)"
is "$(there -c "SELECT count(*) FROM kept k JOIN copied c USING (id) WHERE c::text = k::text")" 8 "and through a binary COPY"
