-- SPDX-License-Identifier: PostgreSQL
--
-- The functions over a table, a view or a query: steps, ends, gaps, covariates, clocks, rights.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(83);
\ir functions.inc

-- Two stores over 120 days and 14 planned ones: a promotion adds 50, one store closes on Sundays and ended ten days early.
CREATE TABLE store_sales AS
SELECT s AS store, date '2026-01-01' + t AS day,
       CASE WHEN t < 120 - 10 * (s - 1) THEN 100 * s + t % 7 + (t * 7919 % 13) / 4.0 + CASE WHEN t % 11 < 2 THEN 50 ELSE 0 END END AS sales,
       t % 11 < 2 AS promo, (t * 31 % 17)::numeric AS price
FROM generate_series(1, 2) s, generate_series(0, 133) t WHERE NOT (s = 2 AND t % 7 = 3 AND t < 120);
ANALYZE store_sales;

-- Covariates: the future is where the value is missing
CREATE TEMPORARY TABLE told AS SELECT * FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo}', horizon => 14, season_length => 7);
SELECT results_eq('SELECT min(forecast_timestamp), max(forecast_timestamp), count(*) FROM told',
  $$ VALUES ('2026-05-01'::timestamp, '2026-05-14'::timestamp, 28::bigint) $$, 'the horizon begins after the last value, for all series');
SELECT cmp_ok((SELECT min(forecast_value) FROM told WHERE (ids->>'store')::int = 1 AND (forecast_timestamp::date - date '2026-01-01') % 11 < 2), '>', 135::float8,
  'a planned promotion moves the forecast');
SELECT cmp_ok((SELECT max(forecast_value) FROM told WHERE (ids->>'store')::int = 1 AND (forecast_timestamp::date - date '2026-01-01') % 11 >= 2), '<', 125::float8,
  'and only on its days');
SELECT results_eq($$ SELECT DISTINCT forecast_status ~ 'no values after 2026-04-20', status_code ~ 'ended_early' FROM told WHERE ids->>'store' = '2' $$,
  'VALUES (true, true)', 'a series that stopped before says so');
SELECT is_empty($$ SELECT FROM told WHERE ids->>'store' = '1' AND (forecast_status ~ 'no values after' OR status_code ~ 'ended_early') $$, 'the other does not');
SELECT lives_ok($$ SELECT * FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo,price}', horizon => 5, levels => '{0.5,0.9}') $$, 'two covariates, two levels');
SELECT throws_ok($$ SELECT * FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo}', horizon => 15) $$, '22023',
  'xreg[1] has no value at 2026-05-15', 'a future day without its covariate is named');
UPDATE store_sales SET promo = NULL WHERE store = 1 AND day = '2026-02-03';
SELECT throws_ok($$ SELECT * FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo}', horizon => 3) $$, '22023',
  'xreg[1] has no value at 2026-02-03', 'and a past one that has a value');
UPDATE store_sales SET promo = false WHERE promo IS NULL;
SELECT lives_ok($$ SELECT * FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', holiday_region => 'DE', horizon => 7, covariate_cols => '{promo}') $$, 'holidays of a region beside them');
SELECT throws_ok($$ SELECT * FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', holiday_region => 'Atlantis') $$, '22023', NULL, 'an unknown region');
SELECT is((SELECT count(*) FROM backtest('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo}', folds => 2, horizon => 7)), 28::bigint, 'a backtest with covariates');

-- Covariates that say nothing, or the same twice, change nothing
CREATE VIEW odd_covariates AS SELECT *, 7 AS always, true AS every_day, promo::int AS promo_again, 1 - promo::int AS no_promo FROM store_sales WHERE store = 1;
CREATE TEMPORARY TABLE without AS SELECT forecast_value FROM forecast('SELECT day, sales FROM odd_covariates WHERE sales IS NOT NULL', 'day', 'sales', horizon => 5, season_length => 7);
CREATE TEMPORARY TABLE promoted AS SELECT forecast_value FROM forecast('odd_covariates', 'day', 'sales', covariate_cols => '{promo}', horizon => 5, season_length => 7);
SELECT results_eq($$ SELECT forecast_value FROM forecast('odd_covariates', 'day', 'sales', covariate_cols => '{always}', horizon => 5, season_length => 7) $$, 'TABLE without', 'a constant covariate');
SELECT results_eq($$ SELECT forecast_value FROM forecast('odd_covariates', 'day', 'sales', covariate_cols => '{every_day}', horizon => 5, season_length => 7) $$, 'TABLE without', 'a promotion on every day');
SELECT results_eq($$ SELECT forecast_value FROM forecast('odd_covariates', 'day', 'sales', covariate_cols => '{promo,promo_again}', horizon => 5, season_length => 7) $$, 'TABLE promoted', 'a covariate twice');
SELECT results_eq($$ SELECT round(forecast_value::numeric, 6) FROM forecast('odd_covariates', 'day', 'sales', covariate_cols => '{promo,no_promo}', horizon => 5, season_length => 7) $$,
  'SELECT round(forecast_value::numeric, 6) FROM promoted', 'two that add up to one');

-- What a gap is
SELECT results_eq($$ SELECT time_series_data FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo}', horizon => 1, include_history => true, fill => 'zero')
  WHERE ids->>'store' = '2' AND forecast_timestamp = '2026-01-04' $$, 'VALUES (0::float8)', 'fill => zero: a day without a row sold nothing');
SELECT results_eq($$ SELECT time_series_data FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo}', horizon => 1, include_history => true, fill => 'previous')
  WHERE ids->>'store' = '2' AND forecast_timestamp IN ('2026-01-03', '2026-01-04') $$,
  $$ SELECT sales::float8 FROM store_sales, generate_series(1, 2) WHERE store = 2 AND day = '2026-01-03' $$, 'fill => previous: the last value holds');
SELECT results_eq($$ SELECT DISTINCT time_series_data IS NULL FROM forecast('store_sales', 'day', 'sales', id_cols => '{store}', covariate_cols => '{promo}', horizon => 1, include_history => true)
  WHERE ids->>'store' = '2' AND forecast_timestamp = '2026-01-04' $$, 'VALUES (true)', 'by default it is missing');
CREATE TABLE sparse AS SELECT date '2026-01-01' + t AS day, 30 AS amount FROM generate_series(0, 89) t WHERE t % 10 = 0 UNION ALL SELECT '2026-03-31', NULL;
SELECT cmp_ok((SELECT sum(forecast_value) FROM forecast('sparse', 'day', 'amount', fill => 'zero', step => '1 day')), '<', 200::float8, 'days without an order do not sell: 90 in 30 days');
SELECT throws_ok($$ SELECT * FROM forecast('sparse', 'day', 'amount', fill => 'one') $$, '22023', 'unknown fill "one"', 'an unknown fill');
SELECT throws_ok($$ SELECT * FROM forecast('sparse', 'day', 'amount', fill => NULL) $$, '22004', 'fill must not be NULL', 'fill NULL');

-- Events into steps
CREATE TABLE orders AS SELECT timestamptz '2026-03-20 00:20+00' + i * interval '40 minutes' AS at, 10.0 AS amount FROM generate_series(0, 719) i;
SELECT results_eq($$ SELECT time_series_data, count(*) FROM forecast('orders', 'at', 'amount', step => '1 day', time_zone => 'Europe/Berlin', include_history => true, horizon => 1)
  WHERE forecast_timestamp BETWEEN '2026-03-21' AND '2026-04-08' GROUP BY 1 ORDER BY 1 $$,
  'VALUES (350::float8, 1::bigint), (360, 18)', 'local days: one of 23 hours where the clocks change');
SELECT is_empty($$ SELECT FROM forecast('orders', 'at', 'amount', step => '1 hour', time_zone => 'Europe/Berlin', fill => 'zero', include_history => true, horizon => 1)
  WHERE time_series_type = 'history' AND time_series_data NOT IN (10, 20) $$, 'fill => zero on hours: no hour is lost or doubled by the change of clocks');
SELECT is((SELECT count(*) FROM forecast('orders', 'at', 'amount', step => '2 hours', include_history => true, horizon => 1) WHERE time_series_type = 'history'), 240::bigint, 'steps of two hours');
SELECT is((SELECT min(forecast_timestamp) FROM forecast('orders', 'at', 'amount', step => '7 days', include_history => true, horizon => 1)), '2026-03-16'::timestamp, 'weeks begin on Mondays');
SELECT is((SELECT array_agg(time_series_data ORDER BY forecast_timestamp) FROM forecast('store_sales', 'day', 'price', step => '1 month', duplicates => 'sum', include_history => true, horizon => 1)
  WHERE time_series_type = 'history'), (SELECT array_agg(p ORDER BY m) FROM (SELECT date_trunc('month', day) AS m, sum(price)::float8 AS p FROM store_sales GROUP BY 1) s), 'days into months, when duplicates are to be summed');

-- Steps that their times do not fill
CREATE TABLE hours AS SELECT at, 10 + extract(hour FROM at)::int AS v FROM generate_series(timestamp '2026-03-01 00:00', timestamp '2026-05-10 10:00', interval '1 hour') at;
CREATE VIEW hourly_told AS SELECT * FROM forecast('hours', 'at', 'v', step => '1 day', horizon => 2, include_history => true);
SELECT is((SELECT max(forecast_timestamp) FROM hourly_told WHERE time_series_type = 'history'), '2026-05-09'::timestamp, 'the day that is not over does not count');
SELECT is((SELECT DISTINCT forecast_status FROM hourly_told), 'all observations are equal: their value is carried on; the last step ends early, at 2026-05-10 10:00:00, and does not count', 'and it is said');
SELECT results_eq($$ SELECT DISTINCT status_code ~ 'incomplete_step' FROM hourly_told $$, 'VALUES (true)', 'as a code too');
SELECT is((SELECT min(forecast_value) FROM hourly_told WHERE time_series_type = 'forecast'), 516::float8, 'so the next day is a whole one');
DELETE FROM hours WHERE at >= '2026-05-10';
SELECT results_eq($$ SELECT max(forecast_timestamp) FILTER (WHERE time_series_type = 'history'), bool_or(status_code ~ 'incomplete_step') FROM hourly_told $$,
  $$ VALUES ('2026-05-09'::timestamp, false) $$, 'a day that is over counts');
DELETE FROM hours WHERE at < '2026-03-01 07:00';
SELECT is((SELECT min(forecast_timestamp) FROM hourly_told), '2026-03-02'::timestamp, 'nor does a first day that begins late');
SELECT is((SELECT forecast_status FROM forecast('SELECT day, sales FROM store_sales WHERE store = 1 AND sales IS NOT NULL AND day < ''2026-04-27''', 'day', 'sales', step => '7 days', horizon => 1)), 'the first step begins late, at 2026-01-01 00:00:00, and does not count', 'a week to its Sunday is whole');
SELECT is((SELECT forecast_timestamp FROM forecast('SELECT day, sales FROM store_sales WHERE store = 1 AND sales IS NOT NULL AND day < ''2026-04-24''', 'day', 'sales', step => '7 days', horizon => 1)), '2026-04-20'::timestamp, 'dates into weeks: Thursday''s does not count');
SELECT is((SELECT forecast_timestamp FROM forecast('SELECT date ''2026-01-03'' + 7 * w AS day, w % 3 AS v FROM generate_series(0, 11) w', 'day', 'v', step => '7 days', horizon => 1)), '2026-03-28'::timestamp, 'one date a week keeps its weekday');
SELECT is((SELECT forecast_timestamp FROM forecast('SELECT date ''2024-12-31'' + d AS day, d % 7 AS v FROM generate_series(0, 610) d', 'day', 'v', step => '1 month', horizon => 1)), '2026-09-01'::timestamp, 'days into months, without the one day of the first and the two of the last');
SELECT is((SELECT count(*) FROM forecast('SELECT 1 AS id, at, v FROM hours UNION ALL SELECT 2, ''2026-05-10 03:00'', 4 UNION ALL SELECT 1, ''2026-05-10 03:00'', 4', 'at', 'v', id_cols => '{id}', step => '1 day', horizon => 3)), 3::bigint, 'a series of the last day alone has no forecast yet, the others have');
CREATE TABLE working_days AS SELECT day::date AS day, 200 + 3 * extract(dow FROM day) + (extract(doy FROM day)::int * 37 % 11) AS v FROM generate_series(timestamp '2025-01-01', timestamp '2026-05-08', interval '1 day') day WHERE extract(dow FROM day) BETWEEN 1 AND 5;
SELECT matches((SELECT DISTINCT forecast_status FROM forecast('working_days', 'day', 'v')), '2 of the 7 steps of a season never have a value', 'working days: what was never seen is told');
SELECT results_eq($$ SELECT COALESCE(status_code ~ 'never_observed', false), forecast_value = 0 FROM forecast('working_days', 'day', 'v', fill => 'zero', step => '1 day', horizon => 2) $$,
  'VALUES (false, true), (false, true)', 'and zero is zero');
SELECT throws_ok($$ SELECT * FROM forecast('orders', 'at', 'amount', step => '1 day', time_zone => 'Mars/Base') $$, '22023', NULL, 'an unknown zone');
SELECT throws_ok($$ SELECT * FROM forecast('orders', 'at', 'amount', time_zone => 'Europe/Berlin') $$, '22023', 'time_zone "Europe/Berlin" needs a timestamptz column and a step', 'a zone without a step');
SELECT throws_ok($$ SELECT * FROM forecast('orders', 'at', 'amount', step => '0 days') $$, '22023', NULL, 'step 0');
SELECT throws_ok($$ SELECT * FROM forecast('orders', 'at', 'amount', step => '1 month 1 day') $$, '22023', NULL, 'a step of both');
SELECT throws_ok($$ SELECT * FROM forecast('orders', 'at', 'amount', step => '1 day', holiday_region => 'DE', covariate_cols => '{none}') $$, '42703', NULL, 'an unknown covariate');
SELECT throws_ok($$ SELECT * FROM forecast('store_sales', 'day', 'sales', covariate_cols => '{day}') $$, '42804', NULL, 'a covariate of another type');
SELECT throws_ok($$ SELECT * FROM forecast('store_sales', 'day', 'sales', covariate_cols => NULL) $$, '22004', 'covariate_cols must not be NULL', 'covariates NULL');

-- A query in place of a table
SELECT results_eq($$ SELECT forecast_timestamp, forecast_value FROM forecast('SELECT day, sales FROM store_sales WHERE store = 1 AND sales > 0 -- the first', 'day', 'sales', horizon => 3) $$,
  $$ SELECT forecast_timestamp, forecast_value FROM forecast((SELECT time_series(day, sales::float8) FROM store_sales WHERE store = 1 AND sales > 0), 3) $$, 'a query, with a comment at its end');
SELECT is((SELECT count(*) FROM forecast($$ WITH x AS (SELECT * FROM store_sales) SELECT store, day, sales + 1 AS more FROM x WHERE sales IS NOT NULL $$, 'day', 'more', '{store}', 2)), 4::bigint, 'with WITH');
SELECT throws_ok($$ SELECT * FROM forecast('SELECT day, sales FROM store_sales', 'day', 'amount') $$, '42703', NULL, 'a column that the query lacks');
SELECT throws_ok($$ SELECT * FROM forecast('SELECT day, sales::text AS sales FROM store_sales', 'day', 'sales') $$, '42804', 'column "sales" of the query is of type text', 'a column of another type');
SELECT throws_ok($$ SELECT * FROM forecast('SELECT day, sales FROM', 'day', 'sales') $$, '42601', NULL, 'half a query');
SELECT throws_ok($$ SELECT * FROM forecast('WITH gone AS (DELETE FROM store_sales RETURNING *) SELECT day, sales FROM gone', 'day', 'sales') $$, '0A000', NULL, 'a query that writes');
SELECT throws_ok($$ SELECT * FROM forecast('SELECT day, sales FROM store_sales) q ON true; DROP TABLE store_sales; --', 'day', 'sales') $$, NULL, NULL, 'a query that breaks out');
SELECT throws_ok($$ SELECT * FROM forecast('SELECT day, sales FROM store_sales FOR UPDATE', 'day', 'sales') $$, NULL, NULL, 'a query that locks');
SELECT is((SELECT count(*) > 0 FROM store_sales), true, 'the table is still there');

-- The other functions over tables
SELECT is((SELECT count(*) FROM detect_anomalies('store_sales', 'day', 'sales', id_cols => '{store}', step => '1 day', include_normal => true)), 268::bigint, 'anomalies');
SELECT results_eq($$ SELECT time_series_timestamp, z_score FROM detect_anomalies('SELECT day, sales FROM store_sales WHERE store = 1 AND sales > 0', 'day', 'sales', season_length => 7) $$,
  $$ SELECT time_series_timestamp, z_score FROM detect_anomalies((SELECT time_series(day, sales::float8) FROM store_sales WHERE store = 1 AND sales > 0), 3, 7) $$, 'are those of the series');
SELECT is((SELECT count(*) FROM decompose('store_sales', 'day', 'price', id_cols => '{store}', season_lengths => '{7}') WHERE residual IS NULL), 17::bigint, 'a decomposition');
SELECT is((SELECT count(*) FROM candidate_models('SELECT day, sales FROM store_sales WHERE store = 1', 'day', 'sales', season_length => 7) WHERE is_selected), 1::bigint, 'candidates');
SELECT is((SELECT count(*) FROM simulate('store_sales', 'day', 'price', id_cols => '{store}', horizon => 3, paths => 4)), 24::bigint, 'sample paths');
SELECT is((SELECT count(*) FROM backtest_summary('store_sales', 'day', 'price', id_cols => '{store}', folds => 2, method => 'moving_average')), 4::bigint, 'the summary of a backtest');

CREATE TEMPORARY TABLE store_sales_of_one AS SELECT time_series(day, price::float8) AS series FROM store_sales WHERE store = 1;

-- Parameters without a type, as drivers send them (42725 before)
PREPARE array_of_text AS SELECT * FROM forecast($1, 3);
PREPARE named_array AS SELECT * FROM forecast($1, horizon => $2);
PREPARE whole_table AS SELECT * FROM forecast($1, $2, $3);
PREPARE table_with_ids AS SELECT * FROM forecast($1, $2, $3, id_cols => $4, horizon => $5);
PREPARE anomalies_of_table AS SELECT * FROM detect_anomalies($1, $2, $3);
SELECT is((SELECT array_agg(parameter_types::text ORDER BY name) FROM pg_prepared_statements),
  '{"{text,text,text}","{text}","{text,integer}","{text,text,text,text[],integer}","{text,text,text}"}', 'are told apart');
SELECT results_eq($$ EXECUTE array_of_text ('{1,2,3,4,5,6,7,8,9,10,11,13}') $$, 'SELECT * FROM forecast(ARRAY[1,2,3,4,5,6,7,8,9,10,11,13]::float8[], 3)', 'an array as text');
SELECT throws_ok($$ SELECT * FROM forecast('store_sales') $$, '22023', 'data is not an array: "store_sales"', 'a table alone');
SELECT throws_ok($$ SELECT * FROM forecast('{1,x}') $$, '22P02', NULL, 'half an array');

PREPARE carried AS SELECT update($1, $2);
PREPARE from_model AS SELECT * FROM simulate($1, 7);
PREPARE last AS SELECT end_timestamp($1);
PREPARE parts AS SELECT * FROM explain_forecast($1);
PREPARE tested AS SELECT * FROM backtest($1);
SELECT is((SELECT array_agg(parameter_types::text ORDER BY name) FROM pg_prepared_statements WHERE name IN ('carried', 'from_model', 'last', 'parts', 'tested')),
  '{"{forecast_model,time_series}","{forecast_model}","{forecast_model}","{forecast_model}","{time_series}"}', 'models and series too');
SELECT throws_ok($$ EXECUTE parts ('nonsense') $$, '22023', NULL, 'and read as what they are');

-- Several levels of any series
SELECT results_eq($$ SELECT horizon_step, confidence_level FROM forecast(ARRAY[1,3,2,5,4,6,5,7,6,9,8,9]::float8[], 2, levels => '{0.5,0.95}') $$,
  'VALUES (1, 0.5::float8), (1, 0.95), (2, 0.5), (2, 0.95)', 'of an array');
SELECT results_eq($$ SELECT prediction_interval_lower_bound, prediction_interval_upper_bound FROM forecast(ARRAY[1,3,2,5,4,6,5,7,6,9,8,9]::float8[], 2, levels => '{0.5,0.95}') WHERE confidence_level = 0.95 $$,
  'SELECT prediction_interval_lower_bound, prediction_interval_upper_bound FROM forecast(ARRAY[1,3,2,5,4,6,5,7,6,9,8,9]::float8[], 2, 0.95)', 'a level among others is as alone');
SELECT results_eq($$ SELECT f.confidence_level, f.prediction_interval_upper_bound FROM store_sales_of_one s, forecast(s.series, 2, levels => '{0.8,0.5}') f $$,
  $$ SELECT l, f.prediction_interval_upper_bound FROM store_sales_of_one s, generate_series(1, 2) step, unnest('{0.8,0.5}'::float8[]) l, forecast(s.series, 2, l) f
     WHERE f.forecast_timestamp = end_timestamp(s.series) + step * interval '1 day' ORDER BY step, l DESC $$, 'of a series');
SELECT is((SELECT count(DISTINCT f.confidence_level) FROM store_sales_of_one s, forecast(auto_arima(s.series), 2, levels => '{0.8,0.5,0.9}') f), 3::bigint, 'of a model');
SELECT throws_ok($$ SELECT FROM forecast(ARRAY[1,2]::float8[], levels => '{}') $$, '22023', NULL, 'none');
SELECT throws_ok($$ SELECT FROM forecast(ARRAY[1,2]::float8[], levels => '{0.8,0.8}') $$, '22023', NULL, 'one twice');
SELECT throws_ok($$ SELECT FROM forecast(ARRAY[1,2]::float8[], levels => '{80}') $$, '22023', NULL, 'one of 80');
SELECT is((SELECT DISTINCT status_code FROM forecast(ARRAY[1,2,NULL,4]::float8[], 1)), 'missing_values,too_few_observations', 'codes of an array');
SELECT is((SELECT DISTINCT status_code FROM forecast('{1,2,NULL,4}', 1)), 'missing_values,too_few_observations', 'and of its text');

-- What a forecast is made of
SELECT ok((SELECT abs(sum(value) - 1) < 1e-9 AND count(*) > 1 FROM store_sales_of_one s, explain_forecast(fit_model(s.series, season_length => 7)) WHERE part = 'member'), 'members and their weights');
SELECT is((SELECT array_agg(name) FROM store_sales_of_one s, explain_forecast(fit_model(s.series, 'theta', 7)) WHERE part = 'member'), '{theta}', 'a method alone is its own member');
SELECT is_empty($$ SELECT name FROM store_sales_of_one s, explain_forecast(fit_model(s.series)) WHERE part = 'status' AND name NOT IN (SELECT status_code FROM forecast_status_codes()) $$, 'codes are of the list');

-- Read only, with the rights of the caller
GRANT USAGE ON SCHEMA public, tap TO performance_tracker_reader;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO performance_tracker_reader;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO performance_tracker_reader;
SET LOCAL ROLE performance_tracker_reader;
SELECT throws_ok($$ SELECT * FROM forecast('SELECT day, sales FROM store_sales', 'day', 'sales') $$, '42501', NULL, 'a query over what the caller may not read');
SELECT is((SELECT count(*) FROM forecast('SELECT date, sum(revenue) AS revenue FROM daily_performance GROUP BY date', 'date', 'revenue', horizon => 2)), 2::bigint, 'a query over what it may');
RESET ROLE;
SET LOCAL transaction_read_only = on;
SELECT is((SELECT count(*) FROM forecast('store_sales', 'day', 'price', '{store}', 2)), 4::bigint, 'in a read-only transaction');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT model FROM forecast('store_sales', 'day', 'price', '{store}', 2, method => 'moving_average')) m), 1::bigint, 'by another method');

SELECT * FROM finish();
ROLLBACK;
