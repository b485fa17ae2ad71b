#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# What one statement may take: whatever asks for more memory than a call's limit is told so, with the way out, before any
# of it is taken, forged panels among it; and a confidence level so near 1 that its quantile is noise is refused.
set -euo pipefail
# shellcheck source=tests/sql/tap.bash
. "$(dirname "${BASH_SOURCE[0]}")/tap.bash"

plan 36

sql -c "CREATE TABLE million AS SELECT time_series(array_agg(CASE WHEN t % 2 = 0 THEN 100 + t % 101 END ORDER BY t), '2000-01-01', '1 hour') AS holed,
          time_series(array_agg(100 + t % 101 + t % 7 ORDER BY t), '2000-01-01', '1 hour') AS whole FROM generate_series(1, 1000000) t"
trap 'sql -c "DROP TABLE million"' EXIT

# refused STATEMENT SQLSTATE MESSAGE HINT NAME [MOST]: and the backend's largest resident size, in MB, stays below MOST,
# 300 where the arguments themselves are small. Linux tells it; a statement that cannot be measured fails.
refused() {
  local answer peak
  answer=$(psql -XAtq 2>&1 <<SQL
\set VERBOSITY verbose
SELECT pg_backend_pid() AS pid \gset
$1;
\setenv BACKEND :pid
\! awk '/^VmHWM/ { print "peak " int(\$2 / 1024) }' /proc/\$BACKEND/status
SQL
)
  like "$answer" "$2: $3" "$5 is refused ($2)"
  if [ -n "$4" ]; then like "$answer" "HINT:  $4" "with the way out"; fi
  peak=$(sed -n 's/^peak //p' <<<"$answer")
  ok "$([ "${peak:-100000}" -lt "${6:-300}" ]; echo $?)" "before its memory is taken (at most ${peak:-unknown} MB)"
}

# Whatever columns the panel has by now.
columns=$(sql -c "SELECT attname FROM pg_attribute WHERE attrelid = 'performance_tracker_panel'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")
panel() {  # panel COLUMN=VALUE...: a panel of one product, with some columns of one's own
  local -A value=([first_day]="'2026-01-01'" [days]=30 [product_ids]="'{1}'" [product_names]="'{a}'" [product_categories]="'{a}'" [product_prices]="'{1}'")
  local given column row=() empty="'{}'"
  for given in "$@"; do value[${given%%=*}]=${given#*=}; done
  for column in $columns; do row+=("${value[$column]:-$empty}"); done
  (IFS=,; echo "ROW(${row[*]})::performance_tracker_panel")
}
many="array_fill(1, ARRAY[500000])" words="array_fill('a'::text, ARRAY[500000])" prices="array_fill(1::float8, ARRAY[500000])"
# Every column of products as long as the others, whatever there are.
product_columns=()
while IFS='|' read -r column type; do
  case $type in
    integer*) product_columns+=("$column=$many") ;;
    text*) product_columns+=("$column=$words") ;;
    *) product_columns+=("$column=$prices") ;;
  esac
done < <(sql -c "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
                 WHERE attrelid = 'performance_tracker_panel'::regclass AND attname LIKE 'product\_%' AND NOT attisdropped")
wide=$(panel days=36525 "${product_columns[@]}")

refused "SELECT count(*) FROM million, decompose(whole, (SELECT array_agg(i) FROM generate_series(2, 300) i))" 54000 \
  "season_lengths names 299 seasons, the limit is 10" "Name those that the data can have" "decompose() with 299 seasons of a million values"
refused "SELECT arima(holed, 1, 1, 1, 3, 1, 3, 366) IS NULL FROM million" 54000 \
  "ARIMA\(1,1,1\)\(3,1,3\)\[366\] on 1000000 steps, 500000 of them missing, would take [0-9]+ MB of memory, the limit is 1024 MB" \
  "Take the latest part of the series" "arima() of order 3 in a season of 366, half of a million values missing,"
refused "SELECT count(*) FROM performance_tracker_recommendations($wide, 7, NULL, NULL)" 54000 \
  "500000 products on 36525 days would take [0-9]+ MB of memory" "Ask for fewer days" "a panel of half a million products over a hundred years"
refused "SELECT count(arima(whole, 1, 1, 1, xreg => array_fill(whole, ARRAY[20]))) FROM million" 54000 \
  "xreg of 20 series of 1000000 steps would take [0-9]+ MB of memory" "Take the latest part of the series" "arima() with 20 regressors of a million values" 600
refused "SELECT count(arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8}'::time_series, 1, xreg => array_fill('2026-01-01 / 1 day : {5,7,6,8,8,9,8}'::time_series, ARRAY[101])))" 54000 \
  "xreg has 101 series, the limit is 100" "Keep those that explain most" "more regressors than a model can keep"
refused "SELECT performance_tracker_reconcile_family(f, array_fill(f, ARRAY[200000])) IS NULL
    FROM (SELECT performance_tracker_fit_series('2026-01-01 / 1 day : {5,7,6,8,8,9,8}', 30, '{0.8}', 1, 'seasonal_naive', false, false, NULL) AS f OFFSET 0) s" 54000 \
  "adding up 200000 forecasts would take [0-9]+ MB of memory" "Ask for fewer products at a time" "a family of 200,000" 700

# 366 initial states of a million values were 2.9 GB of derivatives: now a stretch of the series decides.
refused "SET statement_timeout = '5s'; SELECT fit_model(whole, 'ets', 366) IS NULL FROM million" 57014 "canceling statement due to statement timeout" "" "fit_model() by ets in a season of 366, after five seconds,"
# Its arrays are there already; what is refused is to unpack, take apart and copy them.
like "$(error_of "SELECT count(*) FROM performance_tracker_recommendations($(panel "product_names=ARRAY[repeat('x', 150000000), repeat('x', 150000000)]"), 7, NULL, NULL)")" \
  "54000: a panel of [0-9]+ MB, the limit is 256 MB.hint: Ask for fewer days" "a panel of 300 MB is refused"

# Confidence levels
near="0.9999999999999999"
for call in "forecast('{1,2,3,4,5,6}'::float8[], 1, $near)" "forecast('2026-01-01 / 1 day : {1,2,3,4,5,6}'::time_series, 1, $near)" \
  "forecast(arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8}'::time_series, 1), 1, $near)" "forecast_revenue(confidence_level => $near)" \
  "explain_forecast(arima('2026-01-01 / 1 day : {5,7,6,8,8,9,8}'::time_series, 1), 1, $near)" \
  "backtest('2026-01-01 / 1 day : {5,7,6,8,8,9,8,5,7,6,8,8,9,8,5,7}'::time_series, 1, 2, confidence_level => $near)"; do
  is "$(error_of "SELECT * FROM $call" | head -n 2)" \
    "22023: confidence_level $near is too near 1 to be told from it"$'\n'"hint: The largest is 0.999999999." "${call%%(*}() refuses a confidence level next to 1"
done
is "$(sql -c "SELECT count(*), count(*) FILTER (WHERE prediction_interval_upper_bound BETWEEN forecast_value + 6 * standard_error AND forecast_value + 6.2 * standard_error)
  FROM forecast('{1,5,2,8,3,9,1,4}'::float8[], 3, 0.999999999)")" "3|3" "the largest level is answered by its quantile, 6.1"
is "$(sql -c "SELECT count(*) FROM forecast('{1,5,2,8,3,9,1,4}'::float8[], 3, 1e-300) WHERE prediction_interval_lower_bound IS NOT NULL")" 3 \
  "and the smallest has bounds too"
for level in 0 1 -0.5 80 1e308; do
  like "$(error_of "SELECT * FROM forecast('{1,5,2,8,3,9,1,4}'::float8[], 3, $level)")" "22023: confidence_level must be between 0 and 1, not " \
    "confidence_level => $level is no fraction"
done
is "$(error_of "SELECT * FROM forecast('{1,5,2,8}'::float8[], 3, 80)" | tail -n 1)" "hint: Did you mean 0.8?" "and 80 is asked after"
is "$(error_of "SELECT * FROM forecast('{1,5,2,8}'::float8[], 3, 'NaN')" | head -c 5)" 22023 "NaN is none either"
