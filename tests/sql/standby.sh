#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# A streaming standby of the server under test, a cluster of its own: every function that the extension has gives there,
# in parallel workers and to a role that may only read, the rows that it gives on the primary; and a fit never holds up
# the replay.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
# shellcheck source=scripts/common.sh
. "$here/../../scripts/common.sh"

PGDATABASE=${PGDATABASE:?}_standby
export PGDATABASE
destdir=$(extension_place)
work=$(mktemp -d /tmp/standby.XXXXXX)
standby_cluster() {
  env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGOPTIONS CLUSTER_MODE=test CLUSTER_DIR="$work" \
    CLUSTER_DESTDIR="$destdir" "$ROOT/scripts/cluster" "$@"
}
cleanup() {
  standby_cluster destroy >/dev/null 2>&1 || true
  rm -rf "$work"
  sql -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE WITH (FORCE)"
}
trap cleanup EXIT

# --- the primary: the shop of the other tests, its sales partitioned by product, stored series and models ---------------------
sql -d postgres -c "CREATE DATABASE $PGDATABASE TEMPLATE template0 ENCODING 'UTF8'"
for file in "$ROOT"/sql/schema/*.sql; do sql -f "$file" >/dev/null; done
sql <<SQL
\i $here/fixture.inc
INSERT INTO promotions (name, product_id, promotion_start, promotion_end) VALUES ('Mouse week', 1, current_date - 14, current_date - 8);
-- Something to find and to recommend.
UPDATE daily_performance SET revenue = revenue * 3 WHERE product_id = 20 AND date = current_date - 3;
UPDATE daily_performance SET ad_spend = revenue * 0.5 WHERE product_id = 3;
UPDATE daily_performance SET revenue = revenue * 0.5 WHERE product_id = 6 AND date >= current_date - 7;
CREATE TABLE sales (sku int, day date, amount float8) PARTITION BY HASH (sku);
CREATE TABLE sales_0 PARTITION OF sales FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sales_1 PARTITION OF sales FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO sales SELECT product_id, date, revenue FROM daily_performance;
CREATE TABLE series AS SELECT sku, time_series(day, amount) AS series FROM sales GROUP BY sku;
CREATE TABLE models AS SELECT sku, auto_arima(day, amount, 7) AS model FROM sales WHERE day < current_date - 14 GROUP BY sku;
ANALYZE sales, series, models;
CREATE TABLE doomed AS SELECT 1 AS one;
CREATE TABLE cases (name text, query text);
INSERT INTO cases VALUES
  ('forecast_revenue of the shop', 'SELECT * FROM forecast_revenue(include_history => true)'),
  ('forecast_revenue of each category', 'SELECT * FROM forecast_revenue(by => ''category'')'),
  ('forecast_revenue of each product', 'SELECT * FROM forecast_revenue(by => ''product'')'),
  ('forecast of a named table', 'SELECT * FROM forecast(''sales'', ''day'', ''amount'', ''{sku}'', horizon => 7)'),
  ('forecast of grouped rows', 'SELECT s.sku, f.* FROM (SELECT sku, time_series(day, amount) AS series FROM sales GROUP BY sku) s, forecast(series, 7) f'),
  ('forecast in the select list', 'SELECT sku, forecast(series, 7) FROM series'),
  ('auto_arima, the aggregate', 'SELECT sku, auto_arima(day, amount, 7) FROM sales GROUP BY sku'),
  ('auto_arima, the function', 'SELECT sku, auto_arima(series, season_length => 7, ic => ''bic'') FROM series'),
  ('arima', 'SELECT sku, arima(day, amount, 1, 0, 1) FROM sales GROUP BY sku'),
  ('time_series', 'SELECT sku, time_series(day, amount) FROM sales GROUP BY sku'),
  ('time_series of sums', 'SELECT time_series(day, amount, NULL, ''sum'') FROM sales'),
  ('sum of series', 'SELECT sum(series) FROM series'),
  ('stored models, forecast', 'SELECT m.sku, f.* FROM models m, forecast(m.model, 14) f'),
  ('stored models, carried forward', 'SELECT sku, f.* FROM models m JOIN series s USING (sku), forecast(update(m.model, s.series), 7) f'),
  ('stored models, reported', 'SELECT sku, e.*, c.* FROM models m, evaluate(m.model) e, coefficients(m.model) c'),
  ('stored models, explained', 'SELECT sku, e.* FROM models m, explain_forecast(m.model, 7) e'),
  ('simulate', 'SELECT sku, s.* FROM models m, simulate(m.model, 7, 20, seed => 1) s'),
  ('backtest', 'SELECT sku, b.* FROM series, backtest(series, 7) b WHERE sku <= 4'),
  ('backtest_summary', 'SELECT sku, b.* FROM series, backtest_summary(series, 7) b WHERE sku <= 4'),
  ('decompose', 'SELECT sku, d.* FROM series, decompose(series) d'),
  ('detect_anomalies of series', 'SELECT sku, a.* FROM series, detect_anomalies(series) a'),
  ('detect_anomalies of the shop', 'SELECT * FROM detect_anomalies(include_normal => true)'),
  ('recommendations', 'SELECT * FROM recommendations()'),
  ('promotion_impact', 'SELECT * FROM promotion_impact()'),
  ('kpi_summary', 'SELECT * FROM kpi_summary()'),
  ('top_sellers', 'SELECT * FROM top_sellers()'),
  ('worst_performers', 'SELECT * FROM worst_performers()'),
  ('week_over_week', 'SELECT * FROM week_over_week()');
-- And what the comment of each public function gives as its example.
INSERT INTO cases
SELECT 'example of ' || p.oid::regprocedure, substring(obj_description(p.oid, 'pg_proc') FROM '\n\nExample: (.+);\$')
FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
WHERE e.extname = 'performance_tracker' AND obj_description(p.oid, 'pg_proc') NOT LIKE 'Internal:%'
  AND p.prokind <> 'p';  -- a procedure writes, and that is the primary's
-- The views of the BI tools. Versions of tables hold counters that each server has of its own.
INSERT INTO cases SELECT 'view ' || viewname, 'SELECT * FROM ' || viewname FROM pg_views
WHERE schemaname = 'public' AND viewname <> 'data_versions';
INSERT INTO etl_sources (source, channel, data_through) SELECT 'google_ads', 'google', max(date) FROM daily_performance;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO performance_tracker_reader;
SQL

# --- the standby ---------------------------------------------------------------------------------------------------------
if is_root; then chown "$(database_account)" "$work"; fi
as_database_account "$("${PG_CONFIG:-pg_config}" --bindir)/pg_basebackup" -h "$PGHOST" -p "${PGPORT:-5432}" \
  -U "${PGUSER:-postgres}" -D "$work/data" --write-recovery-conf --checkpoint=fast --no-sync
standby_cluster start >/dev/null 2>&1
standby_port=$(sed -n 4p "$work/data/postmaster.pid")
on_standby() { PGHOST=$work/run PGPORT=$standby_port psql -XAtq "$@"; }

# Until the standby has replayed what the primary has written so far; prints how many milliseconds that took.
wait_for_replay() {
  local began=${EPOCHREALTIME/./} written
  written=$(sql -c "SELECT pg_current_wal_insert_lsn()")
  for _ in {1..1000}; do
    if [ "$(on_standby -c "SELECT pg_last_wal_replay_lsn() >= '$written'")" = t ]; then break; fi
    sleep 0.01
  done
  echo $(((${EPOCHREALTIME/./} - began) / 1000))
}

# --- the same rows -----------------------------------------------------------------------------------------------------------
forced=force_parallel_mode
if [ "$(sql -c "SHOW server_version_num")" -ge 160000 ]; then forced=debug_parallel_query; fi
parallel="-c parallel_setup_cost=0 -c parallel_tuple_cost=0 -c min_parallel_table_scan_size=0 -c enable_partitionwise_aggregate=on"
parallel+=" -c max_parallel_workers_per_gather=2 -c $forced=on -c role=performance_tracker_reader -c client_min_messages=warning"
answers="SELECT format('SELECT %L, count(*), md5(string_agg(x::text, chr(10) ORDER BY x::text)) FROM (%s) x', name, query)
  FROM cases ORDER BY name"
names=$(sql -c "SELECT name FROM cases ORDER BY name")
workers=("SELECT sku, auto_arima(day, amount, 7) FROM sales GROUP BY sku" "SELECT sku, auto_arima(series) FROM series"
  "SELECT sku, forecast(model, 14) FROM models" "SELECT * FROM forecast_revenue(by => 'product')"
  "SELECT * FROM detect_anomalies()" "SELECT * FROM recommendations()" "SELECT * FROM kpi_summary()")

plan $((5 + ${#workers[@]} + $(wc -l <<<"$names")))
wait_for_replay >/dev/null
is "$(on_standby -c "SELECT pg_is_in_recovery(), count(*) FROM models")" "t|24" "the standby has replayed what was written"
like "$(on_standby -c "DELETE FROM models" 2>&1 || true)" "cannot execute DELETE in a read-only transaction" "and takes no writes"

here_rows=$(sql -v ON_ERROR_STOP=0 -F ': ' <<<"$answers \\gexec")
there_rows=$(PGOPTIONS=$parallel on_standby -F ': ' <<<"$answers \\gexec" 2>&1 || true)
while read -r name; do
  got=$(grep -F "$name: " <<<"$there_rows" || true)
  wanted=$(grep -F "$name: " <<<"$here_rows" || true)
  if [[ $wanted =~ :\ [1-9][0-9]*:\ [0-9a-f]{32}$ ]]; then is "$got" "$wanted" "the rows of the primary: $name"; else
    is "$wanted" "at least one row on the primary" "$name"
  fi
done <<<"$names"
# What psql said that is no row: the errors.
grep -vE ': [0-9]+: ([0-9a-f]{32})?$' <<<"$there_rows" | sed 's/^/# /' || true

for query in "${workers[@]}"; do
  like "$(PGOPTIONS=$parallel on_standby -c "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) $query")" 'Workers Launched: [12]' \
    "workers run there: $query"
done

# --- a fit in the way of the replay ----------------------------------------------------------------------------------------------
# Many seconds of search over a table that the primary drops: the standby ends the fit, and goes on.
on_standby -c "ALTER SYSTEM SET max_standby_streaming_delay = '100ms'" -c "SELECT pg_reload_conf()" >/dev/null
PGAPPNAME=long on_standby -c "SELECT auto_arima(time_series(array_agg(100 + 30 * sin(t / 9.0) + (t * 7919) % 101 ORDER BY t),
  '2000-01-01', '1 hour'), season_length => 96, stepwise => false, max_order => 14) IS NULL
  FROM generate_series(1, 5000) t WHERE EXISTS (SELECT FROM doomed)" >"$work/long" 2>&1 &
client=$!
for _ in {1..200}; do
  running=$(on_standby -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'long' AND state = 'active'
    AND query_start < clock_timestamp() - interval '0.3 seconds'")
  if [ "$running" = 1 ]; then break; fi
  sleep 0.02
done
is "$running" 1 "a long fit runs on the standby"
sql -c "DROP TABLE doomed"
held=$(wait_for_replay)
ok "$([ "$held" -lt 2000 ]; echo $?)" "it holds up the replay of a dropped table no longer than the standby allows ($held ms, 100 are allowed)"
wait $client || true
like "$(cat "$work/long")" 'canceling statement due to conflict with recovery' "and its client is told"
