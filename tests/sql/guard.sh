#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# The border between C++ exceptions and Postgres errors: every way out of the C++ phase becomes a proper error, runs
# the destructors, and leaves the session working. A small library of misbehaving functions is built for it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
chmod 755 "$directory"  # the server's account loads the library
pg_config=${PG_CONFIG:-pg_config}
"${CXX:-g++}" -std=c++20 -O1 -g -fPIC -shared -Wall -Wextra -Werror -Wno-register \
  -fvisibility=hidden -DPGDLLEXPORT='__attribute__((visibility("default")))' \
  -I"$root/extension" -isystem "$("$pg_config" --includedir-server)" \
  "$here/guard_probe.cpp" "$root"/extension/pg/{guard,progress,arguments,arrays,tuples}.cpp -o "$directory/probe.so"

sql <<SQL
CREATE SCHEMA probe;
CREATE FUNCTION probe.leave(way text) RETURNS void LANGUAGE c AS '$directory/probe', 'probe_leave';
CREATE FUNCTION probe.alive() RETURNS int LANGUAGE c AS '$directory/probe', 'probe_alive';
CREATE FUNCTION probe.rows(mistake text) RETURNS TABLE (a int, b text) LANGUAGE c AS '$directory/probe', 'probe_rows';
CREATE FUNCTION probe.difference("left" int, "right" int) RETURNS int LANGUAGE c AS '$directory/probe', 'probe_difference';
CREATE FUNCTION probe.turned("right" int, more text, "left" int) RETURNS int LANGUAGE c AS '$directory/probe', 'probe_difference';
CREATE FUNCTION probe.renamed("left" int, "rihgt" int) RETURNS int LANGUAGE c AS '$directory/probe', 'probe_difference';
CREATE FUNCTION probe.unnamed(int, int) RETURNS int LANGUAGE c AS '$directory/probe', 'probe_difference';
CREATE FUNCTION probe.retyped("left" int, "right" bigint) RETURNS int LANGUAGE c AS '$directory/probe', 'probe_difference';
CREATE FUNCTION probe.returned("left" int, OUT "right" int) RETURNS int LANGUAGE c AS '$directory/probe', 'probe_difference';
CREATE FUNCTION probe.doubles(data float8[]) RETURNS float8[] LANGUAGE c AS '$directory/probe', 'probe_doubles';
SQL
trap 'rm -rf "$directory"; sql -c "DROP SCHEMA probe CASCADE"' EXIT

bug='hint: This is a bug in performance_tracker; please report it.'
plan 29
is "$(error_of "SELECT probe.leave('invalid_argument')")" $'22023: a wrong argument\nhint: the way out' "InvalidArgument"
is "$(error_of "SELECT probe.leave('no_hint')")" "22023: a wrong argument" "InvalidArgument without a hint"
is "$(error_of "SELECT probe.leave('invalid_data')")" $'22000: wrong data\nhint: the way out' "InvalidData"
like "$(error_of "SELECT probe.leave('bad_alloc')")" "^53200: out of memory" "bad_alloc"
like "$(error_of "SELECT probe.leave('too_large')")" "^53200: out of memory" "an allocation beyond all limits"
like "$(error_of "SELECT probe.leave('vector_too_large')")" "^53200: out of memory" "a vector that no machine can hold"
like "$(error_of "SELECT probe.leave('cancelled')")" "^57014: " "Cancelled"
is "$(error_of "SELECT probe.leave('logic_error')")" $'XX000: 100%s of a bug\n'"$bug" "any other exception; its text is no format"
is "$(error_of "SELECT probe.leave('not_an_exception')")" $'XX000: unknown exception\n'"$bug" "something thrown that is no exception"
is "$(error_of "SELECT probe.leave('long_text')" | head -1)" "22023: $(printf 'x%.0s' {1..1022})" "a long text is cut between characters"
like "$(error_of "SET statement_timeout = '20ms'; SELECT probe.leave('wait')")" "^57014: canceling statement due to statement timeout" "an interrupt keeps its own error"
is "$(error_of 'SELECT probe.leave(NULL)')" $'22004: way must not be NULL\nhint: Leave way out to get its default.' "NULL where a value is needed"

# All in one session: each error is caught, and afterwards nothing is alive and the session works.
result=$(sql <<'SQL'
SET statement_timeout = '10s';
DO $$
DECLARE way text;
BEGIN
  FOREACH way IN ARRAY '{invalid_argument,invalid_data,bad_alloc,too_large,logic_error,not_an_exception,long_text,fine}'::text[] LOOP
    FOR i IN 1..1000 LOOP
      BEGIN
        PERFORM probe.leave(way);
      EXCEPTION WHEN OTHERS THEN NULL;
      END;
    END LOOP;
  END LOOP;
END $$;
SELECT probe.alive();
SET statement_timeout = '20ms';
DO $$ BEGIN PERFORM probe.leave('wait'); EXCEPTION WHEN query_canceled THEN NULL; END $$;
SELECT probe.alive();
SELECT 'works';
SQL
)
is "$result" $'0\n0\nworks' "8,000 ways out destroy what was alive, also the interrupted one, and the session works"

is "$(sql -c "SELECT * FROM probe.rows('none')")" "1|two" "a row that fits"
# Rows that do not fit their type mean that library and SQL are of two versions; the cluster goes on.
other_version="55000: this function of performance_tracker is of another version than its library
hint: Run ALTER EXTENSION performance_tracker UPDATE; in this database."
is "$(error_of "SELECT * FROM probe.rows('too_few')")" "$other_version" "a column forgotten"
is "$(error_of "SELECT * FROM probe.rows('too_many')")" "$other_version" "a column too many"
is "$(error_of "SELECT * FROM probe.rows('wrong_type')")" "$other_version" "a column of another type"
is "$(sql -c "SELECT probe.rows('none'), 1")" "(1,two)|1" "a set in the select list"

# Arguments are found by the names that SQL declares: in any order, and never another one in their place.
is "$(sql -c "SELECT probe.difference(7, 3), probe.difference(\"right\" => 7, \"left\" => 3), probe.turned(3, 'x', 7)")" \
  "4|-4|4" "arguments are read by name, in whatever order they are declared"
is "$(sql -c "SELECT sum(probe.turned(i, NULL, 2 * i)) FROM generate_series(1, 1000) i")" "500500" "and so in each row of a query"
is "$(error_of 'SELECT probe.renamed(7, 3)')" "$other_version" "an argument renamed in SQL alone"
is "$(error_of 'SELECT probe.unnamed(7, 3)')" "$other_version" "arguments without names"
is "$(error_of 'SELECT probe.retyped(7, 3)')" "$other_version" "an argument of another type"
is "$(error_of 'SELECT probe.returned(7)')" "$other_version" "a result of that name is no argument"
like "$(PGOPTIONS='-c client_min_messages=error' psql -qXAt -c 'SELECT probe.renamed(7, 3)' 2>&1 || true)" \
  "an argument right of type integer, which probe.renamed\(integer,integer\) does not have" "the error names argument, type and function"

is "$(sql -c "SELECT probe.doubles('{}'), probe.doubles('{1,NULL,3}'), probe.doubles('{NaN}'), probe.doubles('[7:8]={1,2}')")" \
  "{}|{1,NULL,3}|{NULL}|{1,2}" "arrays in and out"
is "$(sql -c "SELECT probe.doubles(array_agg(CASE WHEN i % 9 <> 0 THEN i END ORDER BY i)) = array_agg(CASE WHEN i % 9 <> 0 THEN i END ORDER BY i)::float8[] FROM generate_series(1, 1000) i")" \
  "t" "NULLs stay in their places"
like "$(error_of "SELECT probe.doubles('{{1},{2}}')")" "^2202E: " "two dimensions"
is "$(sql -c "CREATE TABLE probe.t AS SELECT ARRAY[1,NULL,3]::float8[] AS a" -c "SELECT probe.doubles(a) IS NOT NULL FROM probe.t" -c "SELECT a FROM probe.t")" \
  $'t\n{1,NULL,3}' "an argument is never written to"
