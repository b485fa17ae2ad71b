-- SPDX-License-Identifier: PostgreSQL
--
-- What a series is made of, backtests, sample paths, explanations, anomalies.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(100);

\ir series.inc
CREATE TEMPORARY TABLE gappy AS
SELECT time_series(day, CASE WHEN extract(day FROM day) <> 15 THEN amount END) AS series FROM sales WHERE sku = 1;

-- Decomposition
SELECT is((SELECT array_agg(detect_season_length(series)) FROM series), '{7,7,7}', 'the week is found');
SELECT is(detect_season_length('{}'), 1, 'no season in an empty series');
SELECT is((SELECT count(*) FROM gappy, decompose(series)), 120::bigint, 'a row a step');
SELECT is_empty('SELECT d.* FROM gappy, decompose(series) d WHERE abs(trend + seasonal + residual - time_series_data) > 1e-9
  OR (time_series_data IS NULL) <> (residual IS NULL) OR trend IS NULL OR seasonal IS NULL', 'the parts add up, gaps stay gaps');
SELECT is_empty('SELECT d.* FROM gappy, decompose(series, ''{7,30}'') d WHERE cardinality(seasonal_components) <> 2
  OR seasonal <> seasonal_components[1] + seasonal_components[2]', 'two seasons');
SELECT ok((SELECT max(seasonal) - min(seasonal) > 25 FROM series, decompose(series) WHERE sku = 1), 'the season that was put in');
SELECT is((SELECT DISTINCT seasonal_components FROM series, decompose(series, '{}')), '{}', 'no season on request');
SELECT is((SELECT d.time_series_timestamp FROM decompose('2026-01-31 / 1 month end : {1,2}') d OFFSET 1), '2026-02-28', 'in the steps of the series');
SELECT throws_ok($$SELECT decompose(series, '{60}') FROM series$$, '22023', 'a season of 60 needs more than 120 steps, the series has 120', 'a season that is too long');
SELECT throws_ok($$SELECT decompose(series, '{0}') FROM series$$, '22023', NULL, 'a season of 0');
SELECT throws_ok($$SELECT decompose(series, '{NULL}') FROM series$$, '22004', NULL, 'a season of NULL');
SELECT throws_ok($$SELECT decompose(series, '{{7},{30}}') FROM series$$, '2202E', NULL, 'seasons in two dimensions');
SELECT throws_ok($$SELECT decompose('{}')$$, '22000', NULL, 'an empty series');
SELECT throws_ok($$SELECT decompose('2026-01-01 / 1 day : {NULL,NULL}')$$, '22000', NULL, 'only missing values');
SELECT throws_ok($$SELECT decompose(NULL)$$, '22004', NULL, 'no series');

-- Backtests
SELECT is((SELECT count(*) FROM series, backtest(series, season_length => 7) WHERE sku = 1), 35::bigint, 'five folds of a season');
SELECT is((SELECT array_agg(DISTINCT train_end::date ORDER BY train_end::date) FROM series, backtest(series, 3, 10) WHERE sku = 1),
  '{2026-03-31,2026-04-10,2026-04-20}', 'the folds end with the series');
SELECT is_empty('SELECT b.* FROM series, backtest(series, 2, 10) b WHERE forecast_timestamp <> train_end + horizon_step * interval ''1 day''
  OR actual IS DISTINCT FROM value_at(series, forecast_timestamp)', 'what came, at its time');
SELECT results_eq($$SELECT b.forecast_value, b.prediction_interval_lower_bound, b.model FROM series, backtest(series, 3, 10) b WHERE sku = 2 AND fold_id = 1$$,
  $$SELECT f.forecast_value, f.prediction_interval_lower_bound, f.model FROM series, forecast(slice(series, to_timestamp => '2026-03-31'), 10) f WHERE sku = 2$$,
  'a fold is the forecast of what was known');
SELECT is_empty('SELECT b.* FROM series, backtest(series, 2, 7, 7) b WHERE seasonal_naive_value <> value_at(series, forecast_timestamp - interval ''7 days'')', 'seasonal naive');
SELECT is((SELECT array_agg(method) FROM series, backtest_summary(series, 2) WHERE sku = 1), '{auto,seasonal_naive}', 'side by side');
SELECT is((SELECT array_agg(method) FROM series, backtest_summary(series, 2, method => 'seasonal_naive') WHERE sku = 1), '{seasonal_naive}', 'or alone');
SELECT results_eq($$SELECT round(mae::numeric, 9), round(rmse::numeric, 9), round(mape::numeric, 9), round(smape::numeric, 9), round(bias::numeric, 9), round(coverage::numeric, 9), n
  FROM gappy, backtest_summary(series, 3, 14) WHERE method = 'auto'$$,
  $$SELECT round(avg(abs(e))::numeric, 9), round(sqrt(avg(e * e))::numeric, 9), round(avg(abs(e / a))::numeric, 9), round(avg(2 * abs(e) / (abs(a) + abs(f)))::numeric, 9),
           round(avg(e)::numeric, 9), round(avg((a BETWEEN l AND u)::int)::numeric, 9), count(e)::int
    FROM (SELECT forecast_value - actual AS e, actual AS a, forecast_value AS f, prediction_interval_lower_bound AS l, prediction_interval_upper_bound AS u
          FROM gappy, backtest(series, 3, 14)) s WHERE e IS NOT NULL$$, 'the measures are those of the rows');
SELECT results_eq($$SELECT round(mase::numeric, 9) FROM series, backtest_summary(series, 1, 14, 7) WHERE sku = 1 AND method = 'auto'$$,
  $$SELECT round((avg(abs(forecast_value - actual)) / (SELECT avg(abs(a.amount - b.amount)) FROM sales a JOIN sales b ON b.sku = a.sku AND b.day = a.day - 7 WHERE a.sku = 1 AND a.day <= '2026-04-16'))::numeric, 9)
    FROM series, backtest(series, 1, 14, 7) WHERE sku = 1$$, 'MASE by its definition');
SELECT ok((SELECT a.mase < b.mase FROM series, backtest_summary(series) a, backtest_summary(series) b WHERE sku = 1 AND a.method = 'auto' AND b.method = 'seasonal_naive'), 'a model beats seasonal naive where there is noise');
SELECT results_eq($$SELECT mape, smape, mase, mae FROM backtest_summary('2026-01-01 / 1 day : {0,0,0,0,0,0,0,0,0,0,0,0,0,0}', 2, 2) WHERE method = 'auto'$$,
  $$VALUES (NULL::float8, NULL::float8, NULL::float8, 0::float8)$$, 'zero denominators');
SELECT throws_ok($$SELECT backtest(series, 0) FROM series$$, '22023', NULL, 'folds 0');
SELECT throws_ok($$SELECT backtest(series, horizon => 0) FROM series$$, '22023', NULL, 'horizon 0');
SELECT throws_ok($$SELECT backtest(series, 5, 30) FROM series$$, '22023', '5 folds of 30 steps need a series of at least 160 steps, this one has 120', 'too long a horizon');
SELECT throws_ok($$SELECT backtest(series, confidence_level => 80) FROM series$$, '22023', NULL, 'confidence 80');
SELECT throws_ok($$SELECT backtest(series, method => 'prophet') FROM series$$, '22023', 'unknown method "prophet"', 'an unknown method');
SELECT throws_ok($$SELECT backtest_summary(series, method => 'seasonal_naive', xreg => ARRAY[series]) FROM series$$, '22023', NULL, 'a regressor without use');
SELECT throws_ok($$SELECT backtest('{}')$$, '22023', NULL, 'an empty series in a backtest');

-- Anomalies
CREATE TEMPORARY TABLE odd AS
SELECT time_series(day, amount + CASE day WHEN '2026-02-10' THEN 60 WHEN '2026-04-30' THEN -60 ELSE 0 END) AS series FROM sales WHERE sku = 1;
SELECT results_eq('SELECT time_series_timestamp::date, direction, is_anomaly FROM odd, detect_anomalies(series) WHERE abs(z_score) > 6 ORDER BY 1',
  $$VALUES ('2026-02-10'::date, 'spike', true), ('2026-04-30', 'drop', true)$$, 'what was put in');
SELECT is((SELECT count(*) FROM gappy, detect_anomalies(series, include_normal => true)), 120::bigint, 'every step on request');
SELECT is_empty('SELECT a.* FROM gappy, detect_anomalies(series, 2.5, include_normal => true) a WHERE (time_series_data IS NULL) <> (z_score IS NULL)
  OR expected_value IS NULL OR (time_series_data IS NOT NULL AND is_anomaly <> (time_series_data NOT BETWEEN lower_bound AND upper_bound))
  OR anomaly_probability NOT BETWEEN 0 AND 1 OR is_anomaly IS NULL', 'bounds, z-scores and judgements agree');
SELECT is((SELECT count(*) FROM detect_anomalies('2026-01-01 / 1 day : {5,5,5,5,5,5}'::time_series)), 0::bigint, 'a constant series has none');
SELECT is((SELECT count(*) FROM detect_anomalies('2026-01-01 / 1 day : {5}'::time_series, include_normal => true)), 1::bigint, 'a single observation is normal');
SELECT lives_ok('SELECT * FROM detect_anomalies(7, 1.8)', 'the function of the shop is still meant by days');
SELECT results_eq($$ SELECT time_series_timestamp::date, direction FROM detect_anomalies(
    (SELECT time_series(date '2026-01-01' + g, CASE g WHEN 70 THEN 40 ELSE 10 + g % 3 END::float8) FROM generate_series(0, 89) g), online => true) $$,
  $$ VALUES (date '2026-03-12', 'spike') $$, 'online: an alarm on the day, and one only');
SELECT is((SELECT count(*) FROM gappy, detect_anomalies(series, include_normal => true, online => true)), 120::bigint, 'online: every step on request');
SELECT throws_ok($$SELECT detect_anomalies(series, 0, online => true) FROM odd$$, '22023', NULL, 'online: z_threshold 0');
SELECT throws_ok($$SELECT detect_anomalies(series, 0) FROM odd$$, '22023', NULL, 'z_threshold 0');
SELECT throws_ok($$SELECT detect_anomalies(series, 'NaN') FROM odd$$, '22023', NULL, 'z_threshold NaN');
SELECT throws_ok($$SELECT detect_anomalies(series, season_length => 0) FROM odd$$, '22023', NULL, 'season_length 0 of anomalies');
SELECT throws_ok($$SELECT detect_anomalies('2026-01-01 / 1 day : {NULL}'::time_series)$$, '22000', NULL, 'nothing to judge');
SELECT throws_ok($$SELECT detect_anomalies(NULL::time_series)$$, '22004', NULL, 'no series to judge');

-- Sample paths
CREATE TEMPORARY TABLE models AS SELECT sku, auto_arima(series, season_length => 7) AS fit FROM series;
SELECT is((SELECT count(*) FROM models, simulate(fit)), 9000::bigint, 'a hundred paths of thirty steps');
SELECT results_eq('SELECT s.* FROM models, simulate(fit, 5, 3, 42) s WHERE sku = 1', 'SELECT s.* FROM models, simulate(fit, 5, 3, seed => 42) s WHERE sku = 1', 'a seed means the same paths');
SELECT isnt((SELECT sum(simulated_value) FROM models, simulate(fit, 5, 3, 42) WHERE sku = 1), (SELECT sum(simulated_value) FROM models, simulate(fit, 5, 3, 43) WHERE sku = 1), 'another one others');
SELECT is_empty('SELECT FROM models JOIN LATERAL (SELECT forecast_timestamp, avg(simulated_value) AS mean, stddev(simulated_value) AS deviation FROM simulate(fit, 14, 5000) GROUP BY 1) s ON true
  JOIN LATERAL forecast(fit, 14) f USING (forecast_timestamp)
  WHERE abs(mean - forecast_value) > 4 * standard_error / sqrt(5000) OR abs(deviation / standard_error - 1) > 0.05', 'mean and deviation are those of the forecast');
SELECT is((SELECT count(*) FROM models JOIN LATERAL simulate(fit, 14, 1) s ON true JOIN LATERAL forecast(fit, 14) f USING (forecast_timestamp)), 42::bigint, 'at the times of the forecast');
SELECT is((SELECT array_agg(simulated_value) FROM simulate(auto_arima('2026-01-01 / 1 day : {5}'::time_series), 2, 1)), '{5,5}', 'nothing varies without variance');
SELECT throws_ok($$SELECT simulate(fit, 0) FROM models$$, '22023', NULL, 'horizon 0 of a simulation');
SELECT throws_ok($$SELECT simulate(fit, paths => 0) FROM models$$, '22023', NULL, 'paths 0');
SELECT throws_ok($$SELECT simulate(fit, 10000, 1001) FROM models$$, '22023', NULL, 'too many values');
SELECT throws_ok($$SELECT simulate(fit, seed => NULL) FROM models$$, '22004', NULL, 'no seed');
SELECT throws_ok($$SELECT simulate(NULL)$$, '22004', NULL, 'no model to simulate');

-- Explanations
SELECT is_empty('SELECT FROM models, explain_forecast(fit, 14) WHERE time_series_type = ''history'' AND abs(trend + seasonal + regressor_effect + residual - time_series_data) > 1e-9',
  'the parts add up to the data');
SELECT is_empty('SELECT FROM models, explain_forecast(fit, 14) WHERE time_series_type = ''forecast'' AND (abs(trend + seasonal + regressor_effect - forecast_value) > 1e-9 OR residual <> 0)',
  'and to the forecast');
SELECT results_eq('SELECT time_series_timestamp, forecast_value, standard_error, confidence_level, prediction_interval_lower_bound, prediction_interval_upper_bound FROM models, explain_forecast(fit, 14, 0.9) WHERE sku = 1',
  'SELECT forecast_timestamp, forecast_value, standard_error, confidence_level, prediction_interval_lower_bound, prediction_interval_upper_bound FROM models, forecast(fit, 14, 0.9, include_history => true) WHERE sku = 1', 'the forecast is that of forecast()');
SELECT is((SELECT count(*) FROM gappy, explain_forecast(auto_arima(series), 5) WHERE time_series_type = 'history' AND residual IS NULL AND time_series_data IS NULL AND trend IS NOT NULL), 4::bigint, 'gaps stay gaps');
CREATE TEMPORARY TABLE promotion AS SELECT time_series(date '2026-01-01' + i, CASE WHEN i % 11 < 2 THEN 1 ELSE 0 END) AS series FROM generate_series(0, 149) i;
CREATE TEMPORARY TABLE promoted AS
SELECT auto_arima(s.series + (SELECT time_series(day, 50 * value_at(p.series, day)) FROM sales WHERE sku = 1), season_length => 7, xreg => ARRAY[p.series]) AS fit
FROM series s, promotion p WHERE sku = 1;
SELECT is_empty('SELECT FROM promoted, promotion p, explain_forecast(fit, 30, xreg => ARRAY[p.series]) e WHERE abs(regressor_effect - 50 * value_at(p.series, time_series_timestamp)) > 5
  OR abs(trend + seasonal + regressor_effect + coalesce(residual, 0) - coalesce(time_series_data, e.forecast_value)) > 1e-9', 'the effect of a regressor');
SELECT is((SELECT count(*) FROM promoted, promotion p, simulate(fit, 30, 2, xreg => ARRAY[p.series])), 60::bigint, 'paths with a regressor');
SELECT throws_ok('SELECT explain_forecast(fit) FROM promoted', '22023', 'the model has 1 regressors, 0 were given', 'an explanation without them');
SELECT throws_ok('SELECT simulate(fit) FROM promoted', '22023', 'the model has 1 regressors, 0 were given', 'paths without them');
SELECT throws_ok($$SELECT explain_forecast(fit, 10, 80) FROM models$$, '22023', NULL, 'confidence 80 of an explanation');
SELECT throws_ok($$SELECT explain_forecast(NULL::arima_model)$$, '22004', NULL, 'no model to explain');

-- A whole table
CREATE SCHEMA "Odd ""schema";
CREATE TABLE "Odd ""schema"."Odd 'table""" AS SELECT sku AS "Sku ""1""", 'x' || sku AS "a'b", day AS "The day", amount AS "Amount; --" FROM sales WHERE day < '2026-02-10';
CREATE VIEW public.sales_view AS SELECT sku, day::timestamptz AS at, amount::numeric AS amount FROM (SELECT * FROM "Odd ""schema"."Odd 'table""") t (sku, b, day, amount);
CREATE DOMAIN public.money_amount AS numeric CHECK (value >= 0);
CREATE DOMAIN public.price_amount AS money_amount;
CREATE TABLE public.priced AS SELECT day, amount::price_amount AS price, 'text'::text AS note FROM sales WHERE sku = 1;
SELECT results_eq($$SELECT (ids->>'sku')::int, f.forecast_timestamp, f.forecast_value, f.forecast_status FROM forecast('sales', 'day', 'amount', id_cols => '{sku}', horizon => 3) f ORDER BY 1, 2$$,
  'SELECT sku, f.forecast_timestamp, f.forecast_value, f.forecast_status FROM series, forecast(series, 3) f ORDER BY 1, 2', 'the same as series by series');
SELECT results_eq($$SELECT ids, forecast_timestamp, forecast_value FROM forecast('"Odd ""schema"."Odd ''table"""', 'The day', 'Amount; --', ARRAY['Sku "1"', 'a''b'], 2)$$,
  $$SELECT jsonb_build_object('Sku "1"', sku, 'a''b', 'x' || sku), f.forecast_timestamp, f.forecast_value FROM series, forecast(slice(series, to_timestamp => '2026-02-09'), 2) f ORDER BY sku, 2$$,
  'names with quotes, capitals and blanks');
SET LOCAL search_path = "Odd ""schema", public, tap, pg_temp;
SELECT is((SELECT count(*) FROM forecast('Odd ''table"', 'The day', 'Amount; --', ARRAY['Sku "1"'], 2)), 6::bigint, 'a name as in the catalog');
SET LOCAL search_path = public, tap;
SELECT is((SELECT count(*) FROM forecast('public.sales_view', 'at', 'amount', id_cols => '{sku}', horizon => 2)), 6::bigint, 'a view, with its schema');
SELECT is((SELECT count(DISTINCT ids) FROM forecast('priced', 'day', 'price', include_history => true)), 1::bigint, 'one series, of a domain over a domain');
SELECT is((SELECT count(*) FROM forecast('priced', 'day', 'price', horizon => 2, include_history => true)), 122::bigint, 'with its history');
SELECT is((SELECT DISTINCT model FROM forecast('priced', 'day', 'price', method => 'seasonal_naive', season_length => 7)), 'Seasonal naive [7]', 'by another method');
SELECT is((SELECT DISTINCT confidence_level FROM forecast('priced', 'day', 'price', confidence_level => 0.95)), 0.95::float8, 'at another level');
CREATE TEMPORARY VIEW fridays AS SELECT day, amount FROM sales WHERE sku = 1 AND extract(isodow FROM day) = 5;
SELECT is((SELECT array_agg(forecast_timestamp::date) FROM forecast('fridays', 'day', 'amount', horizon => 1, step => '1 day')), '{2026-04-25}', 'in given steps');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'amount')$$, '21000', 'two rows at 2026-01-01', 'several rows at one time');
SELECT is((SELECT count(*) FROM forecast('sales', 'day', 'amount', duplicates => 'sum', horizon => 4)), 4::bigint, 'summed on request');
CREATE TABLE public.nothing (day date, amount int, sku int);
SELECT is((SELECT count(*) FROM forecast('nothing', 'day', 'amount')), 0::bigint, 'no rows of an empty table');
SELECT is((SELECT count(*) FROM forecast('nothing', 'day', 'amount', id_cols => '{sku}')), 0::bigint, 'nor by groups');
SELECT throws_ok($$SELECT forecast('no_such', 'day', 'amount')$$, '42P01', 'there is no table or view "no_such"', 'an unknown table');
SELECT throws_ok($$SELECT forecast('sales; DROP TABLE sales', 'day', 'amount')$$, '42P01', NULL, 'a statement for a table');
SELECT throws_ok($$SELECT forecast('"sales', 'day', 'amount')$$, '42P01', NULL, 'half a quote');
SELECT throws_ok($$SELECT forecast('no_such.sales', 'day', 'amount')$$, '42P01', NULL, 'an unknown schema');
SELECT throws_ok($$SELECT forecast('sales', 'days', 'amount')$$, '42703', 'sales has no column "days"', 'an unknown column');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'amount + 1')$$, '42703', NULL, 'an expression for a column');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'amount', id_cols => '{sku,1}')$$, '42703', NULL, 'an unknown id');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'ctid')$$, '42703', NULL, 'a system column');
SELECT throws_ok($$SELECT forecast('sales', 'amount', 'amount')$$, '42804', 'column "amount" of sales is of type double precision', 'numbers for times');
SELECT throws_ok($$SELECT forecast('priced', 'day', 'note')$$, '42804', NULL, 'text for numbers');
SELECT throws_ok($$SELECT forecast(NULL, 'day', 'amount')$$, '22004', NULL, 'no table');
SELECT throws_ok($$SELECT forecast('sales', 'day', NULL)$$, '22004', NULL, 'no column');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'amount', id_cols => NULL)$$, '22004', NULL, 'no ids');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'amount', id_cols => '{sku}', horizon => 0)$$, '22023', NULL, 'horizon 0 of a table');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'amount', id_cols => '{sku}', method => 'prophet')$$, '22023', NULL, 'an unknown method for a table');
SELECT throws_ok($$SELECT forecast('sales', 'day', 'amount', id_cols => '{sku}', duplicates => 'drop')$$, '22023', 'unknown duplicates "drop"', 'an unknown policy');

-- With the rights of the caller
GRANT USAGE ON SCHEMA public, tap TO performance_tracker_reader;
GRANT SELECT (day) ON priced TO performance_tracker_reader;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO performance_tracker_reader;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO performance_tracker_reader;
SET LOCAL ROLE performance_tracker_reader;
SELECT throws_ok($$SELECT forecast('priced', 'day', 'price')$$, '42501', 'permission denied for column "price" of priced', 'a column that the caller may not read');
SELECT throws_ok($$SELECT forecast('"Odd ""schema"."Odd ''table"""', 'The day', 'Amount; --')$$, '42501', NULL, 'a schema that the caller may not use');
SELECT is((SELECT count(*) FROM forecast('daily_performance', 'date', 'revenue', id_cols => '{product_id}', horizon => 1, method => 'seasonal_naive')), 24::bigint, 'a table that the caller may read');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
