#!/usr/bin/env bash
# SPDX-License-Identifier: PostgreSQL
#
# A coordinator and two nodes over postgres_fdw, three private clusters: fits that are grouped by the partition key run
# on the nodes, each node on its own rows, and give what one server gives. Figures: bench/foreign_nodes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/sql/tap.bash
. "$here/tap.bash"
# shellcheck source=tests/sql/foreign_nodes.bash
. "$here/foreign_nodes.bash"

destdir=$(extension_place)
trap stop_nodes EXIT
start_nodes "$(mktemp -d /tmp/nodes.XXXXXX)" "$destdir"
fill_nodes 12 56
for name in node_1 node_2; do
  on "$name" -c "ALTER SYSTEM SET log_statement = 'all'" -c "SELECT pg_reload_conf()" >/dev/null
done

series=12
aggregate="SELECT series_id, auto_arima(day, amount) AS model FROM %s GROUP BY series_id"
seasonal="SELECT series_id, auto_arima(day, amount, 7) AS model FROM %s GROUP BY series_id"
function="SELECT series_id, auto_arima(time_series(day, amount), season_length => 7) AS model FROM %s GROUP BY series_id"
options="SELECT series_id, auto_arima(time_series(day, amount), max_p => 2, max_q => 1, d => 0) AS model FROM %s GROUP BY series_id"
order="SELECT series_id, arima(time_series(day, amount), p => 1, seasonal_d => 1, season_length => 7) AS model FROM %s GROUP BY series_id"
given="SELECT series_id, arima(day, amount, 1, 0, 0, 0, 1, 0, 7) AS model FROM %s GROUP BY series_id"
criterion="SELECT series_id, auto_arima(time_series(day, amount), ic => 'bic') AS model FROM %s GROUP BY series_id"
series_only="SELECT series_id, time_series(day, amount) AS model FROM %s GROUP BY series_id"
forecast="SELECT series_id, f.forecast_value AS model FROM (SELECT series_id, auto_arima(day, amount) AS fit FROM %s GROUP BY series_id) s, forecast(fit, 3) f"
# Carried forward on the nodes too: fitted to the first six weeks, then given all of them.
carried="SELECT series_id, update(auto_arima(day, amount) FILTER (WHERE day < '2025-02-12'), time_series(day, amount)) AS model FROM %s GROUP BY series_id"

# shellcheck disable=SC2059  # the queries are formats
query() { printf "$1" "$2"; }
remote() { on coordinator -c "EXPLAIN (VERBOSE, COSTS off) $(query "$1" sales)" | sed -n 's/^ *Remote SQL: //p'; }
answer() { on coordinator -c "SELECT md5(string_agg(series_id || ' ' || model::text, ',' ORDER BY series_id, model::text)) FROM ($(query "$1" "$2")) s"; }

plan 31
shares=$(on node_1 -c "SELECT count(DISTINCT series_id) FROM sales")+$(on node_2 -c "SELECT count(DISTINCT series_id) FROM sales")
is "$((shares))" "$series" "the series are spread over the nodes ($shares), none on both"
like "$shares" '^[1-9][0-9]*\+[1-9]' "and each has some"

is "$(remote "$aggregate" | sort -u)" "SELECT series_id, public.auto_arima(day, amount) FROM public.sales GROUP BY 1" \
  "the aggregate auto_arima(time, value) is sent to the nodes"
is "$(remote "$aggregate" | wc -l)" 2 "to both of them"
is "$(on coordinator -c "EXPLAIN (COSTS off) $(query "$aggregate" sales)" | grep -c 'Async Foreign Scan')" 2 "at the same time"
is "$(remote "$seasonal" | sort -u)" "SELECT series_id, public.auto_arima(day, amount, 7) FROM public.sales GROUP BY 1" \
  "so is auto_arima(time, value, season_length)"
is "$(remote "$series_only" | sort -u)" "SELECT series_id, public.time_series(day, amount) FROM public.sales GROUP BY 1" "and time_series"
like "$(remote "$function" | sort -u)" '^SELECT series_id, public\.performance_tracker_auto_arima\(public\.time_series\(day, amount\), 7, [^)]*\) FROM public\.sales GROUP BY 1$' \
  "the function auto_arima(series, …) is sent without its texts and regressors, which are at their defaults"
like "$(remote "$options" | sort -u)" 'performance_tracker_auto_arima\(.*, NULL::integer, 2, 1, .* FROM public\.sales GROUP BY 1$' "with other options as well"
like "$(remote "$order" | sort -u)" 'performance_tracker_arima\(public\.time_series\(day, amount\), 1, 0, 0, 0, 1, 0, 7\) FROM public\.sales GROUP BY 1$' "so is arima(series, …)"
is "$(remote "$given" | sort -u)" "SELECT series_id, public.arima(day, amount, 1, 0, 0, 0, 1, 0, 7) FROM public.sales GROUP BY 1" \
  "and the aggregate arima(time, value, …)"
is "$(remote "$criterion" | sort -u)" "SELECT series_id, public.time_series(day, amount) FROM public.sales GROUP BY 1" \
  "with a text of its own it gets whole series from there: postgres_fdw never sends a text constant to a function"
like "$(remote "$carried" | sort -u)" '^SELECT series_id, public\.update\(public\.auto_arima\(day, amount\) FILTER .*, public\.time_series\(day, amount\)\) FROM public\.sales GROUP BY 1$' \
  "and update(model, series)"
is "$(remote "$forecast" | sort -u)" "SELECT series_id, public.auto_arima(day, amount) FROM public.sales GROUP BY 1" \
  "of a forecast the fits are, the cheap rest is local"

for name in aggregate seasonal function options order given criterion series_only forecast carried; do
  is "$(answer "${!name}" sales)" "$(answer "${!name}" local_sales)" "the same answer as from a local table: $name"
done

# What the nodes really did: the fits arrived there, and no row of the data came back.
# The statement of a cursor stands on a line of its own in the log.
asked=$(grep -lE $'^\tSELECT series_id, public.auto_arima\\(day, amount\\) FROM public.sales GROUP BY 1$' \
  "$nodes_directory"/node_{1,2}/log/postgresql.log || true)
is "$(grep -c . <<<"$asked")" 2 "both nodes were asked for the models"
returned=$(on coordinator -c "EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) $(query "$aggregate" sales)" |
  sed -nE 's/.*Async Foreign Scan \(actual rows=([0-9]+) .*/\1/p' | paste -sd+)
is "$returned" "$shares" "and each returned one model for each of its series"
is "$(on coordinator -c "SELECT count(*) FROM ($(query "$seasonal" local_sales)) a JOIN ($(query "$function" local_sales)) b USING (series_id)
  WHERE a.model::text = b.model::text")" "$series" "the aggregate with a season is the function with one"
is "$(on coordinator -c "BEGIN; SET LOCAL enable_partitionwise_aggregate = off; EXPLAIN (VERBOSE, COSTS off) $(query "$aggregate" sales)" |
  grep -c 'auto_arima.*FROM public.sales')" 0 "without enable_partitionwise_aggregate they would not be"
# The way to options with texts: a view on each node, foreign tables over the views.
for name in node_1 node_2; do on "$name" -c "CREATE VIEW models AS $(query "$criterion" sales)"; done
on coordinator -c "CREATE TABLE models (series_id int NOT NULL, model arima_model) PARTITION BY HASH (series_id)" \
  -c "CREATE FOREIGN TABLE models_1 PARTITION OF models FOR VALUES WITH (MODULUS 2, REMAINDER 0) SERVER node_1 OPTIONS (table_name 'models')" \
  -c "CREATE FOREIGN TABLE models_2 PARTITION OF models FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER node_2 OPTIONS (table_name 'models')"
views="SELECT series_id, model FROM models"
is "$(remote "$views" | sort -u)" "SELECT series_id, model FROM public.models" "a view on each node fits there, with any option"
is "$(answer "$views" sales)" "$(answer "$criterion" local_sales)" "and gives what a local table gives"

on node_2 -c "INSERT INTO sales SELECT * FROM sales LIMIT 1"
like "$(on coordinator -c "$(query "$aggregate" sales)" 2>&1 || true)" 'two rows at 2025-.*Group them first' "an error on a node reaches the caller, with its hint"
