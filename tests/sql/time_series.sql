-- SPDX-License-Identifier: PostgreSQL
--
-- The type time_series: forms, aggregate, policies, parallel plans, bad input.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(69);

-- Forms
SELECT is('2026-01-01 / 1 day : {112,118,NULL,129}'::time_series::text, '2026-01-01 / 1 day : {112,118,NULL,129}', 'text form');
SELECT is('{}'::time_series::text, '{}', 'an empty series');
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL timezone = 'Asia/Kolkata';
SELECT is('2026-01-02 03:00:00+00 / 1 hour : {0.1}'::time_series::text, '2026-01-02 03:00:00+00 / 1 hour : {0.1}',
          'the text form does not depend on the session');
RESET datestyle;
RESET timezone;
SELECT ok('2026-01-01 / 1 day : {1,NULL,0}'::time_series = '2026-01-01 / 24 hours : {1,null,-0}', 'equal whatever was written');
SELECT ok('2026-01-01 / 1 day : {1}'::time_series <> '2026-01-02 / 1 day : {1}', 'another start is another series');
SELECT ok('2026-01-01 / 1 day : {1}'::time_series <> '2026-01-01 00:00:00 / 1 day : {1}', 'a date is not a timestamp');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT s FROM (VALUES ('2026-01-01 / 1 day : {1,NULL,0}'::time_series),
           ('2026-01-01 / 1 day : {1,NULL,-0}')) v (s)) d), 1::bigint, 'DISTINCT by hash');
SET LOCAL enable_sort = off;
SELECT is((SELECT count(*) FROM (SELECT s FROM (VALUES ('2026-01-01 / 1 day : {1,NULL,0}'::time_series),
           ('2026-01-01 / 1 day : {1,NULL,-0}')) v (s) GROUP BY s) g), 1::bigint, 'GROUP BY a series');
RESET enable_sort;

-- The aggregate
CREATE TEMPORARY TABLE sales AS
SELECT k AS sku, date '2025-01-01' + i AS day, ((k * 31 + i * 17) % 100)::numeric(10,2) AS amount
FROM generate_series(1, 50) k, generate_series(0, 364) i;

SELECT is((SELECT to_array(time_series(day, amount)) FROM sales WHERE sku = 3),
          (SELECT array_agg(amount::float8 ORDER BY day) FROM sales WHERE sku = 3), 'the values in order of time');
SELECT is((SELECT to_array(time_series(day, amount ORDER BY amount)) FROM sales WHERE sku = 3),
          (SELECT array_agg(amount::float8 ORDER BY day) FROM sales WHERE sku = 3), 'rows come in any order');
SELECT is((SELECT time_series(day, amount)::text FROM sales WHERE sku = 0), NULL, 'NULL over no rows');
SELECT is((SELECT time_series(d, v)::text FROM (VALUES ('2026-01-01'::date, 1), ('2026-01-02', NULL), ('2026-01-04', 4)) t (d, v)),
          '2026-01-01 / 1 day : {1,NULL,NULL,4}', 'a NULL value and a gap are missing');
SELECT is((SELECT missing_values(time_series(d, v)) FROM (VALUES ('2026-01-01'::date, 1), ('2026-01-02', NULL), ('2026-01-04', 4)) t (d, v)),
          2, 'and counted');
SELECT is((SELECT time_series(d, 'NaN'::float8)::text FROM (VALUES ('2026-01-01'::date)) t (d)), '2026-01-01 / 1 day : {NULL}', 'NaN is missing');
SELECT is((SELECT step(time_series(d, 1)) FROM (VALUES ('2026-01-01'::date), ('2026-02-01'), ('2026-04-01')) t (d)), '1 month', 'months are found');
SELECT is((SELECT time_series(d, 1)::text FROM (VALUES ('2026-01-31'::date), ('2026-02-28'), ('2026-03-31')) t (d)),
          '2026-01-31 / 1 month end : {1,1,1}', 'month ends are found');
SELECT is((SELECT step(time_series(d, 1)) FROM (VALUES ('2026-01-01'::date), ('2026-04-01'), ('2026-07-01')) t (d)), '3 months', 'quarters are found');
SELECT is((SELECT step(time_series(d, 1)) FROM (VALUES ('2026-01-05'::date), ('2026-01-12'), ('2026-01-26')) t (d)), '7 days', 'weeks are found');
SELECT is((SELECT step(time_series(d, 1)) FROM (VALUES ('2026-01-05 00:00'::timestamp), ('2026-01-05 00:15')) t (d)), '15 minutes', 'a fixed interval is found');
SELECT is((SELECT time_series(d, 1, '1 day')::text FROM (VALUES ('2026-01-01'::date), ('2026-01-03')) t (d)),
          '2026-01-01 / 1 day : {1,NULL,1}', 'a step that is given');
SELECT is((SELECT time_series(d, v, NULL, 'sum')::text FROM (VALUES ('2026-01-01'::date, 1), ('2026-01-01', 2), ('2026-01-02', 5)) t (d, v)),
          '2026-01-01 / 1 day : {3,5}', 'duplicates summed');
SELECT is((SELECT time_series(d, v, NULL, 'mean')::text FROM (VALUES ('2026-01-01'::date, 1), ('2026-01-01', 2), ('2026-01-02', 5)) t (d, v)),
          '2026-01-01 / 1 day : {1.5,5}', 'duplicates averaged');
SELECT is((SELECT time_series(d, v, NULL, 'last' ORDER BY v)::text FROM (VALUES ('2026-01-01'::date, 1), ('2026-01-01', 2), ('2026-01-02', 5)) t (d, v)),
          '2026-01-01 / 1 day : {2,5}', 'the last duplicate');
SELECT is((SELECT count(*) FROM (SELECT sku, time_series(day, amount) OVER (PARTITION BY sku ORDER BY day) s FROM sales WHERE sku < 3) w
           WHERE length(s) BETWEEN 1 AND 365), 730::bigint, 'as a window function');

-- Hours over the end of daylight saving
CREATE TEMPORARY TABLE hours AS
SELECT generate_series('2026-10-24 22:00+00'::timestamptz, '2026-10-25 04:00+00', '1 hour') AS at;
SELECT is((SELECT length(time_series(at, 1)) FROM hours), 7, 'points in time have no doubled hour');
SELECT throws_ok($$SELECT time_series(at AT TIME ZONE 'Europe/Berlin', 1) FROM hours$$, '21000', 'two rows at 2026-10-25 02:00:00', 'local time has one');

-- What one can ask
SELECT is(length('2026-01-01 / 1 day : {1,NULL,3}'::time_series), 3, 'length');
SELECT is(start_timestamp('2026-01-01 / 1 day : {1,NULL,3}'::time_series)::date, '2026-01-01', 'start');
SELECT is(end_timestamp('2026-01-31 / 1 month end : {1,2}'::time_series)::date, '2026-02-28', 'end');
SELECT is(start_timestamp('{}'::time_series), NULL, 'an empty series has no start');
SELECT is(slice('2026-01-01 / 1 day : {1,2,3,4}', '2026-01-02', '2026-01-03')::text, '2026-01-02 / 1 day : {2,3}', 'slice includes both ends');
SELECT is(slice('2026-01-01 / 1 day : {1,2,3,4}', from_timestamp => '2026-01-03 12:00')::text, '2026-01-04 / 1 day : {4}', 'slice from between two steps');
SELECT is(slice('2026-01-01 / 1 month : {1,2,3,4}', to_timestamp => '2026-03-31')::text, '2026-01-01 / 1 month : {1,2,3}', 'slice of months');
SELECT is(slice('2026-01-01 / 1 day : {1,2,3,4}', '2027-01-02')::text, '{}', 'slice of nothing');
SELECT is(slice('2026-01-01 / 1 day : {1,2}', '-infinity', 'infinity')::text, '2026-01-01 / 1 day : {1,2}', 'slice without end');
SELECT is(value_at('2026-01-01 / 1 day : {1,2}', '2026-01-02'), 2::float8, 'a value at a time');
SELECT is(value_at('2026-01-01 / 1 day : {1,2}', '2026-01-02 01:00'), NULL, 'none between two steps');
SELECT is(value_at('2026-01-01 / 1 day : {1,2}', '2025-12-31'), NULL, 'none before the first');
SELECT results_eq($$SELECT * FROM unnest('2026-01-31 / 1 month end : {1,NULL,3}'::time_series)$$,
  $$VALUES ('2026-01-31'::timestamp, 1::float8), ('2026-02-28', NULL), ('2026-03-31', 3)$$, 'unnest');
SELECT is(time_series(ARRAY[1,NULL,3], '2026-01-01', '1 month')::text, '2026-01-01 / 1 month : {1,NULL,3}', 'from an array');
SELECT is(time_series(ARRAY[1,2], '2026-01-01 06:00', '1 hour')::text, '2026-01-01 06:00:00 / 1 hour : {1,2}', 'from an array of hours');
SELECT is(('2026-01-01 / 1 day : {1,NULL}'::time_series + '2026-01-02 / 1 day : {NULL,20}')::text, '2026-01-01 / 1 day : {1,NULL,20}', 'sum over both periods');
SELECT is(('2026-01-03 / 1 day : {1}'::time_series + '2026-01-01 / 1 day : {5}')::text, '2026-01-01 / 1 day : {5,NULL,1}', 'the second begins first');
SELECT is((SELECT to_array(sum(s)) FROM (SELECT time_series(day, amount) s FROM sales GROUP BY sku) x),
          (SELECT array_agg(a::float8 ORDER BY day) FROM (SELECT day, sum(amount) a FROM sales GROUP BY day) x), 'sum of series');

-- Workers build parts, the leader joins them
CREATE TABLE parallel_sales AS SELECT * FROM sales;
ANALYZE parallel_sales;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; lines text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP lines := lines || line || E'\n'; END LOOP;
  RETURN lines;
END $$;
SELECT matches(pg_temp.plan_of('SELECT time_series(day, amount) FROM parallel_sales GROUP BY sku'), 'Partial .*Aggregate', 'workers aggregate');
SELECT set_eq('SELECT sku, time_series(day, amount)::text FROM parallel_sales GROUP BY sku',
  $$SELECT sku, time_series(array_agg(amount::float8 ORDER BY day), min(day), '1 day')::text FROM sales GROUP BY sku$$, 'and the result is the same');
SELECT is((SELECT sum(value_at(s, '2025-06-01')) FROM (SELECT time_series(day, amount) s FROM parallel_sales GROUP BY sku) x),
          (SELECT sum(amount)::float8 FROM sales WHERE day = '2025-06-01'), 'a value out of each');

-- A stored series is the same after COPY in binary, through send and receive
CREATE TABLE stored AS SELECT sku, time_series(day, amount) AS series FROM sales WHERE sku <= 3 GROUP BY sku;
CREATE TABLE stored_again (LIKE stored);
SELECT '/tmp/performance_tracker_test_' || pg_backend_pid() AS file \gset
COPY stored TO :'file' (FORMAT binary);
COPY stored_again FROM :'file' (FORMAT binary);
\setenv FILE :file
\! rm -f "$FILE"
SELECT set_eq('SELECT sku, series::text FROM stored_again', 'SELECT sku, series::text FROM stored', 'binary form reads back');
SELECT is((SELECT encode(time_series_send('2026-01-01 / 1 day : {1}'), 'hex')),
          '0101000000000000000000010002ea470ae86000000000141dd760003ff0000000000000', 'binary form, version 1');

-- Bad input, one a line
SELECT throws_ok($$SELECT 'x'::time_series$$, '22023', NULL, 'no series');
SELECT throws_ok($$SELECT '2026-02-30 / 1 day : {1}'::time_series$$, '22023', NULL, 'no such day');
SELECT throws_ok($$SELECT '2026-01-01 / 1 day : {Infinity}'::time_series$$, '22023', NULL, 'infinity in text');
SELECT throws_ok($$SELECT time_series(day, amount) FROM sales$$, '21000', 'two rows at 2025-01-01', 'two rows on one day');
SELECT throws_ok($$SELECT time_series(d, 1) FROM (VALUES ('2026-01-01 00:00'::timestamp), ('2026-01-01 01:00'), ('2026-01-01 02:30')) t (d)$$, '22000', '2026-01-01 02:30:00 does not lie on steps of 1 hour, the smallest gap between two times', 'mixed steps');
SELECT throws_ok($$SELECT time_series(d, 1, '1 week') FROM (VALUES ('2026-01-01'::date), ('2026-01-07')) t (d)$$, '22000', '2026-01-07 does not lie on steps of 1 week', 'not the step that was given');
SELECT throws_ok($$SELECT time_series(d, 1) FROM (VALUES (NULL::date)) t (d)$$, '22004', NULL, 'time NULL');
SELECT throws_ok($$SELECT time_series(d, 1) FROM (VALUES ('infinity'::date)) t (d)$$, '22008', NULL, 'time infinity');
SELECT throws_ok($$SELECT time_series(d, 'Infinity'::float8) FROM (VALUES ('2026-01-01'::date)) t (d)$$, '22000', 'the observation at 2026-01-01 is infinite', 'value infinity');
SELECT throws_ok($$SELECT time_series(d, 1) FROM (VALUES ('0044-03-15 BC'::date)) t (d)$$, '22000', NULL, 'before the year 1');
SELECT throws_ok($$SELECT time_series(d, 1, '1 month 1 day') FROM (VALUES ('2026-01-01'::date)) t (d)$$, '22023', NULL, 'a mixed interval');
SELECT throws_ok($$SELECT time_series(d, 1, '0 days') FROM (VALUES ('2026-01-01'::date)) t (d)$$, '22023', NULL, 'no interval');
SELECT throws_ok($$SELECT time_series(d, 1, '1 hour') FROM (VALUES ('2026-01-01'::date)) t (d)$$, '22023', NULL, 'hours of dates');
SELECT throws_ok($$SELECT time_series(d, 1, NULL, 'median') FROM (VALUES ('2026-01-01'::date)) t (d)$$, '22023', 'unknown duplicates "median"', 'an unknown policy');
SELECT throws_ok($$SELECT time_series(d, 1, '1 second') FROM (VALUES ('2026-01-01'::timestamp), ('2027-01-01')) t (d)$$, '54000', NULL, 'a grid of 31 million seconds');
SELECT throws_ok($$SELECT '2026-01-01 / 1 day : {1}'::time_series + '2026-01-01 / 1 week : {1}'$$, '22023', NULL, 'two steps in a sum');
SELECT throws_ok($$SELECT time_series_append(NULL, date '2026-01-01', 1)$$, '0A000', NULL, 'a support function by itself');
SELECT throws_ok($$SELECT time_series_finish('\x00')$$, '22P03', NULL, 'a forged state');
SELECT throws_ok($$SELECT time_series_finish(('\x01537470' || '01000000' || '00000000' || 'ffffff7f' || '0000000000000000')::bytea)$$, '22P03', NULL, 'a forged count');
SELECT throws_ok($$SELECT time_series(ARRAY[1,2], 'infinity', '1 day')$$, '22008', NULL, 'an array from infinity');

SELECT * FROM finish();
ROLLBACK;
