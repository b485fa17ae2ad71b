# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=bash
#
# Three private clusters on Unix sockets: `coordinator` holds the hash-partitioned table `sales (series_id, day, amount)`,
# whose partitions are foreign tables on `node_1` and `node_2`. For the test of the pushdown and for its figures.
#
#   start_nodes DIRECTORY DESTDIR         DIRECTORY is short (a socket's path) and the caller's; DESTDIR as of scripts/cluster
#   fill_nodes SERIES DAYS                sales, the same rows as the local table `local_sales`
#   on coordinator|node_1|node_2 [psql arguments]
#   stop_nodes                            clusters and data are gone

nodes_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
nodes_directory=

node() {  # node NAME COMMAND...: scripts/cluster on one of the three
  local name=$1
  shift
  env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u PGOPTIONS CLUSTER_MODE=test CLUSTER_DIR="$nodes_directory/$name" \
    CLUSTER_DESTDIR="$nodes_destdir" "$nodes_root/scripts/cluster" "$@"
}

on() {
  local name=$1
  shift
  PGHOST=$nodes_directory/$name/run PGPORT=5432 PGUSER=postgres PGDATABASE=postgres psql -XAtq -v ON_ERROR_STOP=1 "$@"
}

start_nodes() {
  nodes_directory=$1 nodes_destdir=$2
  chmod a+rx "$nodes_directory"
  local name
  for name in coordinator node_1 node_2; do
    node "$name" start >/dev/null 2>&1
    on "$name" -c "CREATE EXTENSION performance_tracker"
  done
  for name in node_1 node_2; do
    on "$name" -c "CREATE TABLE sales (series_id int NOT NULL, day date NOT NULL, amount double precision)"
  done
  on coordinator -v node_1="$nodes_directory/node_1/run" -v node_2="$nodes_directory/node_2/run" <<'SQL'
CREATE EXTENSION postgres_fdw;
-- extensions: what the nodes have installed too, so that its functions may be sent there.
CREATE SERVER node_1 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :'node_1', port '5432', dbname 'postgres',
  extensions 'performance_tracker', async_capable 'true', fetch_size '10000', use_remote_estimate 'true');
CREATE SERVER node_2 FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :'node_2', port '5432', dbname 'postgres',
  extensions 'performance_tracker', async_capable 'true', fetch_size '10000', use_remote_estimate 'true');
CREATE USER MAPPING FOR CURRENT_USER SERVER node_1 OPTIONS (user 'postgres');
CREATE USER MAPPING FOR CURRENT_USER SERVER node_2 OPTIONS (user 'postgres');
CREATE TABLE sales (series_id int NOT NULL, day date NOT NULL, amount double precision) PARTITION BY HASH (series_id);
CREATE FOREIGN TABLE sales_1 PARTITION OF sales FOR VALUES WITH (MODULUS 2, REMAINDER 0)
  SERVER node_1 OPTIONS (table_name 'sales', batch_size '1000');
CREATE FOREIGN TABLE sales_2 PARTITION OF sales FOR VALUES WITH (MODULUS 2, REMAINDER 1)
  SERVER node_2 OPTIONS (table_name 'sales', batch_size '1000');
CREATE TABLE local_sales (LIKE sales);
ALTER DATABASE postgres SET enable_partitionwise_aggregate = on;
SQL
}

fill_nodes() {
  # A level, a trend, a week and an irregular part that any machine draws alike.
  on coordinator -v series="$1" -v days="$2" <<'SQL'
INSERT INTO local_sales
  SELECT s, date '2025-01-01' + t, round((100 + s % 50 + 0.02 * t + 10 * sin(2 * pi() * (t + s) / 7)
    + (hashint4(s * 1009 + t) % 1000) / 100.0)::numeric, 2)
  FROM generate_series(1, :series) s, generate_series(0, :days - 1) t;
INSERT INTO sales SELECT * FROM local_sales;
ANALYZE local_sales;
SQL
  on node_1 -c "ANALYZE sales"
  on node_2 -c "ANALYZE sales"
  on coordinator -c "ANALYZE sales"
}

stop_nodes() {
  local name
  for name in coordinator node_1 node_2; do node "$name" destroy >/dev/null 2>&1 || true; done
  rm -rf "$nodes_directory"
}
