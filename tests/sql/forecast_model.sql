-- SPDX-License-Identifier: PostgreSQL
--
-- Fits of any method as values, the shop's own kept and carried, and sums of forecasts.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(58);

CREATE TEMPORARY TABLE series AS SELECT time_series(date, revenue) AS series FROM daily_performance WHERE product_id = 1;
CREATE TEMPORARY TABLE methods AS SELECT unnest(ARRAY['arima', 'moving_average', 'seasonal_naive']) AS method;
CREATE TEMPORARY TABLE models AS SELECT method AS kind, fit_model(series, method, 7) AS kept FROM series, methods;

SELECT is_empty($$ SELECT FROM models JOIN LATERAL forecast(kept, 14) f ON true
  JOIN (SELECT m.method AS kind, s.forecast_timestamp, s.forecast_value FROM series, methods m, forecast(series, 14, season_length => 7, method => m.method) s) s
    ON s.kind = models.kind AND s.forecast_timestamp = f.forecast_timestamp WHERE abs(f.forecast_value - s.forecast_value) > 1e-6 $$, 'a kept model of each method forecasts as forecast() does');
SELECT is_empty('SELECT FROM models WHERE kept::text::forecast_model::text <> kept::text', 'its text keeps every digit');
SELECT is_empty('SELECT FROM models WHERE kept::bytea::forecast_model::text <> kept::text', 'its bytes too');
SELECT is_empty('SELECT FROM models WHERE kept::text NOT LIKE kind || '':01%''', 'the text begins with the method, the bytes with the version');
SELECT results_eq('SELECT d.method, d.origin, d.season_length, d.steps, d.end_timestamp FROM models m, describe(kept) d WHERE m.kind = ''arima''',
  'SELECT ''arima'', ''fitted'', 7, 90, current_date - 1 + time ''00:00''', 'a model says what it is');
SELECT is((SELECT count(*) FROM models, measures(kept) WHERE kind = 'arima' AND measure = 'aicc'), 1::bigint, 'and its numbers');
SELECT is((SELECT count(*) FROM models, forecast(kept, 3, levels => '{0.5,0.9}', include_history => true)), 288::bigint, 'levels and history');
SELECT is_empty($$ SELECT FROM models, forecast(kept, 5, confidence_level => 0.99, nonnegative => true) WHERE prediction_interval_lower_bound < 0 $$, 'never negative on request');
SELECT is((SELECT count(*) FROM models, simulate(kept, 5, 3)), 45::bigint, 'sample paths of each method');
SELECT results_eq('SELECT simulated_value FROM models, simulate(kept, 5, 3, 7) WHERE kind = ''arima''', 'SELECT simulated_value FROM models, simulate(kept, 5, 3, 7) WHERE kind = ''arima''', 'a seed means the same paths');

-- Carried
SELECT is((SELECT array_agg(end_timestamp(update(kept, time_series(ARRAY[500.0], current_date::timestamp, '1 day')))::date ORDER BY kind) FROM models),
  array_fill(current_date, ARRAY[3]), 'every method is carried over a day');
SELECT is((SELECT DISTINCT d.origin FROM models, describe(update(kept, time_series(ARRAY[500.0], current_date::timestamp, '1 day'))) d), 'carried', 'and says so');
CREATE TEMPORARY TABLE weekly AS SELECT fit_model(time_series(date '2026-01-05' + 7 * i, 10 + i % 5 + (i * 7919 % 13) / 10.0)) AS kept, auto_arima(time_series(date '2026-01-05' + 7 * i, 10 + i % 5 + (i * 7919 % 13) / 10.0)) AS arima FROM generate_series(0, 29) i;
SELECT is((SELECT end_timestamp(update(kept, (SELECT time_series(date '2026-08-03', 12))))::date FROM weekly), '2026-08-03', 'one weekly row, without its step');
SELECT is((SELECT end_timestamp(update(arima, (SELECT time_series(date '2026-08-03', 12))))::date FROM weekly), '2026-08-03', 'for an arima_model too');
CREATE TEMPORARY TABLE monthly AS SELECT fit_model(time_series((date '2024-01-01' + i * interval '1 month')::date, 10 + i % 12 + (i * 7919 % 13) / 10.0)) AS kept FROM generate_series(0, 29) i;
SELECT is((SELECT end_timestamp(update(kept, '2026-07-01 / 1 day : {12}'::time_series))::date FROM monthly), '2026-07-01', 'one monthly row');
SELECT throws_ok($$ SELECT update(kept, '2026-07-02 / 1 day : {12}'::time_series) FROM monthly $$, '22023', NULL, 'a day that is none of its steps');
SELECT is(update(NULL::forecast_model, '2026-07-01 / 1 day : {12}'::time_series)::text, NULL, 'NULL for no model');
SELECT is((SELECT update(kept, NULL::time_series)::text FROM monthly), NULL, 'NULL for no series');
SELECT is(end_timestamp(NULL::forecast_model), NULL, 'and NULL ends nowhere');
CREATE TEMPORARY TABLE promoted AS SELECT fit_model(time_series(date '2026-01-01' + i, 10 + i % 7 + (i * 7919 % 13) / 10.0 + 5 * (i % 11 / 9)), xreg => ARRAY[time_series(date '2026-01-01' + i, i % 11 / 9)]) AS kept FROM generate_series(0, 99) i;
SELECT throws_ok('SELECT forecast(kept, 3) FROM promoted', '22023', 'the model has 1 regressors, 0 were given', 'a forecast without its regressors');
SELECT lives_ok($$ SELECT forecast(kept, 3, xreg => ARRAY[(SELECT time_series(date '2026-01-01' + i, i % 11 / 9) FROM generate_series(0, 110) i)]) FROM promoted $$, 'and with them');

-- Bad input, one a line
SELECT throws_ok($$ SELECT 'arima:01'::forecast_model $$, '22023', NULL, 'half a model');
SELECT throws_ok($$ SELECT 'x'::forecast_model $$, '22023', NULL, 'no model');
SELECT throws_ok($$ SELECT '\x01'::bytea::forecast_model $$, '22023', NULL, 'bytes of something else');
SELECT throws_ok($$ SELECT ('seasonal_naive' || substr(kept::text, 6))::forecast_model FROM models WHERE kind = 'arima' $$, '22023', NULL, 'the wrong name');
SELECT throws_ok($$ SELECT fit_model(series, 'prophet') FROM series $$, '22023', NULL, 'an unknown method');
SELECT throws_ok($$ SELECT fit_model(series, season_length => 0) FROM series $$, '22023', NULL, 'season 0');
SELECT throws_ok($$ SELECT fit_model(NULL) $$, '22004', NULL, 'no series to fit');
SELECT throws_ok($$ SELECT forecast(kept, 0) FROM models $$, '22023', NULL, 'horizon 0');
SELECT throws_ok($$ SELECT forecast(kept, 3, 80) FROM models $$, '22023', NULL, 'confidence 80');
SELECT throws_ok($$ SELECT simulate(kept, 3, 0) FROM models $$, '22023', NULL, 'no paths');

-- The shop's own
SELECT lives_ok('CALL refresh_forecasts()', 'the shop''s models are fitted');
SELECT results_eq('SELECT level, count(*) FROM kept_models GROUP BY 1 ORDER BY 1', $$ VALUES ('category', 6::bigint), ('product', 24), ('total', 1) $$, 'one for each series');
SELECT results_eq('SELECT DISTINCT origin, last_day, fitted_on FROM kept_models', 'SELECT ''fitted'', current_date - 1, current_date - 1', 'up to the last complete day');
SELECT results_eq('SELECT forecast_date, forecast_value, lower_bound, upper_bound FROM kept_forecasts WHERE level = ''total'' ORDER BY 1',
  'SELECT forecast_timestamp, forecast_value, prediction_interval_lower_bound, prediction_interval_upper_bound FROM forecast_revenue(calendar => false) ORDER BY 1', 'their forecasts are those of forecast_revenue() without the calendar');
SELECT results_eq('SELECT category, product, forecast_date, forecast_value FROM kept_forecasts WHERE level = ''product'' ORDER BY 1, 2, 3',
  'SELECT category, product, forecast_timestamp, forecast_value FROM forecast_revenue(by => ''product'', calendar => false) ORDER BY 1, 2, 3', 'of products too');
CALL refresh_forecasts(refit_share => 0);
SELECT results_eq('SELECT origin, count(*) FROM kept_models GROUP BY 1', $$ VALUES ('carried', 31::bigint) $$, 'without news they are carried');
UPDATE daily_performance SET revenue = revenue + 100 WHERE product_id = 3 AND date = current_date - 10;
INSERT INTO products (name, category) VALUES ('New', 'Toys');
INSERT INTO daily_performance (date, product_id, revenue) SELECT current_date - a, (SELECT max(id) FROM products), 20 + a FROM generate_series(1, 20) a;
CALL refresh_forecasts(refit_share => 0, levels => '{0.5,0.8}');
SELECT is((SELECT origin FROM kept_models WHERE product = 'Electronics 3'), 'refit: restated', 'a correction of the past fits it again');
SELECT is((SELECT origin FROM kept_models WHERE product = 'New'), 'fitted', 'a new product is fitted');
SELECT is((SELECT origin FROM kept_models WHERE product = 'Toys 24'), 'carried', 'the others are carried');
SELECT is_empty($$ SELECT FROM (SELECT forecast_date, confidence_level, sum(forecast_value::numeric) FILTER (WHERE level = 'total') AS t, sum(forecast_value::numeric) FILTER (WHERE level = 'category') AS c,
  sum(forecast_value::numeric) FILTER (WHERE level = 'product') AS p FROM kept_forecasts GROUP BY 1, 2) x WHERE t <> c OR t <> p $$, 'kept forecasts add up');
SELECT is((SELECT count(*) FROM kept_forecasts), 33 * 30 * 2 - 60::bigint, 'a row for each level');
CALL refresh_forecasts(refit_share => 1);
SELECT is((SELECT count(*) FROM kept_models WHERE origin = 'fitted'), 32::bigint, 'a share of one fits all again');
CALL refresh_forecasts(method => 'seasonal_naive', refit_share => 0);
SELECT is((SELECT count(*) FROM kept_models WHERE model::forecast_model::text LIKE 'seasonal\_naive:%'), 32::bigint, 'another method too');
SELECT throws_ok('CALL refresh_forecasts(refit_share => 2)', '22023', 'refit_share must be between 0 and 1, not 2', 'a share of 2');
SELECT throws_ok('CALL refresh_forecasts(horizon => 0)', '22023', NULL, 'refresh with horizon 0');
SELECT throws_ok('CALL refresh_forecasts(look_back => 0)', '22023', NULL, 'a look back of 0');
GRANT USAGE ON SCHEMA tap TO performance_tracker_reader, performance_tracker_etl;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO performance_tracker_reader, performance_tracker_etl;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO performance_tracker_reader, performance_tracker_etl;
SET LOCAL ROLE performance_tracker_reader;
SELECT throws_ok('CALL public.refresh_forecasts()', '42501', NULL, 'a reader may not refresh');
SELECT lives_ok('SELECT * FROM kept_forecasts', 'but read what was refreshed');
RESET ROLE;
SET LOCAL ROLE performance_tracker_etl;
SELECT lives_ok('CALL public.refresh_forecasts(refit_share => 0)', 'the load may');
RESET ROLE;

-- Sums
SELECT results_eq($$ SELECT round(forecast_value::numeric, 2) FROM forecast_sum(period_start => current_date, period_end => current_date + 29) $$,
  $$ SELECT round(sum(forecast_value)::numeric, 2) FROM forecast_revenue() $$, 'the sum is that of the days');
SELECT results_eq($$ SELECT observed_value, round(forecast_value::numeric, 2) FROM forecast_sum(category => 'Toys', period_start => current_date - 3, period_end => current_date + 1) $$,
  $$ SELECT (SELECT sum(revenue)::float8 FROM daily_performance JOIN products ON id = product_id WHERE category = 'Toys' AND date >= current_date - 3),
       (SELECT round((sum(forecast_value) + (SELECT sum(revenue)::float8 FROM daily_performance JOIN products ON id = product_id WHERE category = 'Toys' AND date >= current_date - 3))::numeric, 2)
        FROM forecast_revenue(2, category => 'Toys')) $$, 'days that are over count as they were');
SELECT results_eq($$ SELECT target_probability FROM forecast_sum(period_start => current_date, period_end => current_date, target => 0) UNION ALL SELECT target_probability FROM forecast_sum(period_start => current_date, period_end => current_date, target => 1e12) $$,
  'VALUES (1::float8), (0)', 'nothing is certain to be reached, a fortune is not');
SELECT is((SELECT count(*) FROM forecast_sum(levels => '{0.5,0.9}')), 2::bigint, 'two levels of the month that runs');
SELECT throws_ok($$ SELECT forecast_sum(period_start => '2020-01-01', period_end => '2020-01-31') $$, '22023', 'the period from 2020-01-01 to 2020-01-31 is over', 'a period that is over');
SELECT throws_ok($$ SELECT forecast_sum(period_start => current_date + 9, period_end => current_date) $$, '22023', NULL, 'a period without a day');
SELECT throws_ok($$ SELECT forecast_sum(product => 'Nobody') $$, '22U01', 'unknown product "Nobody"', 'an unknown product');
SELECT results_eq($$ SELECT f.target_probability > 0.9, f.prediction_interval_lower_bound <= f.forecast_value FROM series, forecast_sum(series, 7, 1) f $$, 'VALUES (true, true)', 'the sum of any series');
SELECT * FROM finish();
ROLLBACK;
