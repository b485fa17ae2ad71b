#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# Dumps that releases have made (tests/reference/releases/stored-by-*.sql, by store.sql there) are restored under this version:
# every series and model is the same in text and in bytes, forecasts what it forecast then, and is carried on.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
root=$(cd "$here/../.." && pwd)

home=$PGDATABASE
scratch=${home}_stored
trap 'psql -Xq -d "$home" -c "DROP DATABASE IF EXISTS $scratch WITH (FORCE)"' EXIT
dumps=("$root"/tests/reference/releases/stored-by-*.sql)
plan $((7 * ${#dumps[@]}))
for dump in "${dumps[@]}"; do
  release=$(basename "${dump#*stored-by-}" .sql)
  psql -Xq -d "$home" -c "DROP DATABASE IF EXISTS $scratch WITH (FORCE)" -c "CREATE DATABASE $scratch TEMPLATE template0 ENCODING 'UTF8'" 2>/dev/null
  export PGDATABASE=$scratch
  sql -c "CREATE EXTENSION performance_tracker"
  is "$(sql -f "$dump" 2>&1 | grep -i error || true)" "" "the dump of $release is restored"
  is "$(sql -c "SELECT count(*), count(series), count(model) FROM kept")" "10|10|9" "with its series and models"
  is "$(sql -c "SELECT name FROM kept JOIN said USING (name) WHERE md5(series::text) IS DISTINCT FROM series_text OR md5(model::text) IS DISTINCT FROM model_text")" "" \
    "each of them the same text"
  # What a binary dump or a standby's disk holds: read as the type, and sent again.
  sql -c "CREATE TABLE bytes AS SELECT name, series_bytes, model_bytes FROM said" -c "CREATE TABLE series_read (s time_series)" -c "CREATE TABLE models_read (m arima_model)"
  for kind in series models; do
    column=${kind%s}_bytes; [ "$kind" = series ] && column=series_bytes
    # A COPY file in binary form: header, then a row of one field each, its length and its bytes; then -1.
    { sql -c "SELECT '5047434f50590aff0d0a000000000000000000' || string_agg('0001' || lpad(to_hex(length($column) / 2), 8, '0') || $column, '' ORDER BY name) || 'ffff'
      FROM bytes WHERE $column IS NOT NULL" | tr -d '\n'; } | perl -ne 'print pack "H*", $_' | sql -c "COPY ${kind}_read FROM STDIN WITH (FORMAT binary)"
  done
  is "$(sql -c "SELECT (SELECT count(*) FROM series_read) || ' ' || (SELECT count(*) FROM models_read)
    || ' ' || (SELECT count(*) FROM series_read WHERE s::text IN (SELECT series::text FROM kept)) || ' ' || (SELECT count(*) FROM models_read WHERE m::text IN (SELECT model::text FROM kept))")" \
    "10 9 10 9" "each of its bytes is read as what its text says"
  is "$(sql -c "SELECT s.name, f.n FROM said s JOIN kept k USING (name), LATERAL (SELECT count(*) AS n FROM unnest(s.forecast_value, s.standard_error, ARRAY(SELECT forecast_value FROM forecast(k.model, 5)),
      ARRAY(SELECT standard_error FROM forecast(k.model, 5))) u(then_value, then_error, now_value, now_error)
    WHERE abs(now_value - then_value) > 1e-6 * greatest(abs(then_value), 1e-6) OR abs(now_error - then_error) > 1e-6 * greatest(abs(then_error), 1e-6) OR (now_value IS NULL) <> (then_value IS NULL)) f
    WHERE f.n > 0")" "" "and forecasts what it forecast then"
  is "$(sql -c "SELECT count(*) FROM kept k, evaluate(update(k.model, slice(k.series, from_timestamp => start_timestamp(k.series)))) WHERE k.name <> 'regressor' AND k.model IS NOT NULL")" 8 "each model is carried on"
  is "$(sql -c "SELECT count(*) FROM kept, forecast(series, 3) WHERE length(series) > 0")" 27 "and each series is forecast anew"
done
