-- SPDX-License-Identifier: PostgreSQL
--
-- What the planner makes of the declared costs: workers for 10,000 series, none for ten; and the query shapes that
-- docs/scaling.md recommends or warns of. Plans only, nothing is fitted.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(20);

\ir functions.inc

-- As a user who sets nothing finds it: 10,000 stored series of 150 days (14 MB in the table itself), and ten of them.
SELECT is_empty($$ SELECT name, setting FROM pg_settings WHERE name ~ 'parallel|_cost$|partitionwise' AND setting <> boot_val $$,
  'every setting that decides on workers is at its default');
CREATE TABLE stored AS SELECT s AS series_id,
  time_series(ARRAY(SELECT 100.0 + s % 50 + (t * 7919) % 101 FROM generate_series(1, 150) t), '2026-01-01', '1 day') AS series
  FROM generate_series(1, 10000) s;
CREATE TABLE ten_stored AS SELECT * FROM stored WHERE series_id <= 10;
ANALYZE stored, ten_stored;
SELECT matches(plan_of('SELECT series_id, auto_arima(series) FROM stored'), '^Gather\n +Workers Planned: [12]\n +->  Parallel Seq Scan',
  'by default the fits of 10,000 stored series are made by workers');
SELECT doesnt_match(plan_of('SELECT series_id, auto_arima(series) FROM ten_stored'), 'Gather', 'those of ten are not');
SELECT matches(plan_of('SELECT series_id, forecast(series, 7) FROM stored'), '^Gather\n +Workers Planned: [12]\n +->  ProjectSet',
  'so are the forecasts of 10,000');
SELECT doesnt_match(plan_of('SELECT series_id, forecast(series, 7) FROM ten_stored'), 'Gather', 'and those of ten are not');

CREATE TABLE sales (series_id int, day date, amount float8) PARTITION BY HASH (series_id);
CREATE TABLE sales_0 PARTITION OF sales FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE sales_1 PARTITION OF sales FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE sales_2 PARTITION OF sales FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE sales_3 PARTITION OF sales FOR VALUES WITH (MODULUS 4, REMAINDER 3);
CREATE TABLE ten_sales (LIKE sales) PARTITION BY HASH (series_id);
CREATE TABLE ten_sales_0 PARTITION OF ten_sales FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE ten_sales_1 PARTITION OF ten_sales FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO sales SELECT s, date '2026-01-01' + t, s + t FROM generate_series(1, 10000) s, generate_series(0, 19) t;
INSERT INTO ten_sales SELECT s, date '2026-01-01' + t, s + t FROM generate_series(1, 10) s, generate_series(0, 364) t;
CREATE TABLE whole AS TABLE sales;
-- A table of series is a few pages, the values are out of line: its size alone never calls for workers.
CREATE TABLE series AS SELECT series_id, time_series(day, amount) AS series FROM sales GROUP BY series_id;
CREATE TABLE ten_series AS SELECT series_id, time_series(day, amount) AS series FROM ten_sales GROUP BY series_id;
ALTER TABLE series SET (parallel_workers = 2);
ALTER TABLE ten_series SET (parallel_workers = 2);
ANALYZE sales, ten_sales, whole, series, ten_series;
SET enable_partitionwise_aggregate = on;

-- Partitioned by the key: each worker aggregates and fits whole partitions.
SELECT matches(plan_of('SELECT series_id, auto_arima(day, amount) FROM sales GROUP BY series_id'),
  '^Gather\n.*Workers Planned: 2\n +->  Parallel Append\n +->  \w*Aggregate', '10,000 series of a partitioned table: workers');
SELECT matches(plan_of('SELECT series_id, auto_arima(day, amount, 7) FROM sales GROUP BY series_id'),
  '^Gather\n', 'with a season too');
SELECT doesnt_match(plan_of('SELECT series_id, auto_arima(day, amount) FROM ten_sales GROUP BY series_id'), 'Gather',
  'ten series: none');
SELECT matches(plan_of('SELECT series_id, auto_arima(time_series(day, amount), stepwise => false) FROM sales GROUP BY series_id'),
  '^Gather\n.*Workers Planned: 2\n +->  Parallel Append\n +->  \w*Aggregate', 'the function over the aggregate: workers');
SELECT matches(plan_of('SELECT s.series_id, f.forecast_value FROM (SELECT series_id, auto_arima(day, amount) AS model FROM sales GROUP BY series_id) s, forecast(model, 7) f'),
  'Nested Loop\n +->  Gather\n.*Workers Planned: 2\n', 'forecasts of 10,000 series: the fits are made by workers');
SELECT matches(plan_of('CREATE TABLE models AS SELECT series_id, auto_arima(day, amount) AS model FROM sales GROUP BY series_id'),
  '^Gather\n', 'models that are kept: workers');

-- Stored series: each worker fits the rows that it reads.
SELECT matches(plan_of('SELECT series_id, auto_arima(series) FROM series'), '^Gather\n.*Workers Planned: 2\n',
  '10,000 stored series: workers');
SELECT doesnt_match(plan_of('SELECT series_id, auto_arima(series) FROM ten_series'), 'Gather', 'ten stored series: none');
SELECT matches(plan_of('SELECT series_id, forecast(series, 7) FROM series'), 'Gather\n.*Workers Planned: 2\n',
  'forecasts in the select list: workers');

-- What PostgreSQL cannot do, so that a version that can will be noticed.
SELECT matches(plan_of('SELECT series_id, auto_arima(day, amount) FROM whole GROUP BY series_id'), '^(Finalize )?\w*Aggregate',
  'a plain table: workers may collect the rows, the leader fits');
SELECT doesnt_match(plan_of('SELECT series_id, f.* FROM ten_series, forecast(series, 7) f'), 'Gather', 'LATERAL over ten series: no workers');

SET enable_partitionwise_aggregate = off;
SELECT doesnt_match(plan_of('SELECT series_id, auto_arima(day, amount) FROM sales GROUP BY series_id'),
  'Parallel Append\n +->  \w*Aggregate', 'without enable_partitionwise_aggregate the leader fits');

-- The shop's products, in a plain table: whole branches, from scan to fit, by workers. Not for thirty of them.
INSERT INTO products (name, category) SELECT 'P' || k, 'C' || k % 20 FROM generate_series(1, 5000) k;
INSERT INTO daily_performance (date, product_id, revenue) SELECT date '2026-01-01' + t, p.id, 5
  FROM products p, generate_series(1, 20) t;
ANALYZE products, daily_performance;
SELECT format('PREPARE revenue_%s (int, float8[], text, bool, bool, date, text, text, text[], text) AS %s', by,
              performance_tracker_revenue_query(by, true)) FROM (VALUES ('product'), ('category')) v (by) \gexec
SELECT matches(plan_of($$ EXECUTE revenue_product (30, '{0.8}', 'arima', false, true, '2026-01-21', NULL, NULL, NULL, '') $$),
  'CTE fits\n +->  Gather\n +Workers Planned: 2\n +->  Parallel Append\n +->  \w*Aggregate', 'forecast_revenue by product: workers');
SELECT doesnt_match(plan_of($$ EXECUTE revenue_product (30, '{0.8}', 'arima', false, true, '2026-01-21', NULL, NULL, NULL, '') $$),
  'Gather Merge|Finalize', 'and no branch is split');

-- The estimates themselves
SELECT matches((SELECT array_to_string(array_agg(e), E'\n') FROM (SELECT plan_of('SELECT * FROM forecast(''{1,2,3}''::float8[], 5)') AS e) x),
  'Function Scan on forecast', 'a single forecast is a function scan');
SELECT * FROM finish();
ROLLBACK;
