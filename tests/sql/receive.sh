#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# Truncated and forged binary values through the types' receive functions: refused or read, never a crash. The rounds
# are bounded and the seed is fixed; ROUNDS=1000000 for a long run by hand.
set -euo pipefail
# shellcheck source=tests/sql/tap.bash
. "$(dirname "${BASH_SOURCE[0]}")/tap.bash"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pg_config=${PG_CONFIG:-pg_config}
g++ -std=c++20 -O1 -Wall -Wextra -Werror -I"$("$pg_config" --includedir)" "$here/receive_fuzz.cpp" \
  -o "$work/receive_fuzz" -L"$("$pg_config" --libdir)" -lpq

plan 2

hex() { psql -XAtq -c "SELECT encode($1, 'hex')"; }

series=()
for text in '{}' '2026-01-01 / 1 day : {112,118,NULL,129}' '2026-01-31 / 1 month end : {5,6}' \
  '2026-01-01 06:30:00.25+00 / 15 minutes : {1,2,3}'; do
  series+=("$(hex "time_series_send('$text')")")
done
like "$("$work/receive_fuzz" time_series "${ROUNDS:-20000}" "${series[@]}" 2>&1)" '^[0-9]+ read, [0-9]+ refused$' \
  "forged time_series are refused or read"

models=()
for fit in "arima('2026-01-01 / 1 day : {5,7,6,8,7,9,8,10,9,11,10,12}', 1, 0, 1)" \
  "arima('2026-01-31 / 1 month end : {5,7,6,NULL,7,9,8,10,9,11,10,12}', 0, 1, 1, constant => 'drift')" \
  "auto_arima('2026-01-01 / 1 day : {1,2}'::time_series)" \
  "arima('2026-01-01 / 1 day : {5,7,6,8,7,9,8,10}', 1, xreg => ARRAY['2026-01-01 / 1 day : {0,1,0,0,1,0,0,1}'::time_series])"; do
  models+=("$(hex "arima_model_send($fit)")")
done
like "$("$work/receive_fuzz" arima_model "${ROUNDS:-20000}" "${models[@]}" 2>&1)" '^[0-9]+ read, [0-9]+ refused$' \
  "forged models are refused or read"
