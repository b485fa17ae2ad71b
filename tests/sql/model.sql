-- SPDX-License-Identifier: PostgreSQL
--
-- Models as values: fits, forecasts, reports, carrying forward, forms, bad input.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(73);

\ir series.inc
CREATE TEMPORARY TABLE models AS SELECT sku, auto_arima(series, season_length => 7) AS fit FROM series;

-- AirPassengers, log scale: Box & Jenkins' airline model; figures of R 4.2.2, arima(log(AirPassengers), c(0,1,1), list(order = c(0,1,1), period = 12), method = "ML")
CREATE TEMPORARY TABLE airline AS
SELECT arima(time_series((SELECT array_agg(ln(x)) FROM unnest('{112,118,132,129,121,135,148,148,136,119,104,118,115,126,141,135,125,149,170,170,158,133,114,140,145,150,178,163,172,178,199,199,184,162,146,166,171,180,193,181,183,218,230,242,209,191,172,194,196,196,236,235,229,243,264,272,237,211,180,201,204,188,235,227,234,264,302,293,259,229,203,229,242,233,267,269,270,315,364,347,312,274,237,278,284,277,317,313,318,374,413,405,355,306,271,306,315,301,356,348,355,422,465,467,404,347,305,336,340,318,362,348,363,435,491,505,404,359,310,337,360,342,406,396,420,472,548,559,463,407,362,405,417,391,419,461,472,535,622,606,508,461,390,432}'::float8[]) x),
  '1949-01-01', '1 month'), d => 1, q => 1, seasonal_d => 1, seasonal_q => 1, season_length => 12) AS fit;
SELECT cmp_ok((SELECT log_likelihood FROM airline, evaluate(fit)), '>=', 244.6965 - 1e-4::float8, 'the likelihood of R or a better one');
SELECT ok((SELECT abs(estimate + 0.4018) < 5e-4 FROM airline, coefficients(fit) WHERE coefficient = 'ma1'), 'ma1 as in R');
SELECT ok((SELECT abs(estimate + 0.5569) < 5e-4 FROM airline, coefficients(fit) WHERE coefficient = 'sma1'), 'sma1 as in R');
SELECT ok((SELECT abs(standard_error - 0.0896) < 5e-4 FROM airline, coefficients(fit) WHERE coefficient = 'ma1'), 'and its standard error');
SELECT is((SELECT model FROM airline, evaluate(fit)), 'ARIMA(0,1,1)(0,1,1)[12]', 'named');
SELECT is((SELECT min(forecast_timestamp)::date FROM airline, forecast(fit, 12)), '1961-01-01', 'the forecast begins after the series');
SELECT is((SELECT max(forecast_timestamp)::date FROM airline, forecast(fit, 12)), '1961-12-01', 'and goes on in months');
SELECT ok((SELECT abs(forecast_value - 6.110186) < 1e-3 FROM airline, forecast(fit, 1)), 'the first value as in R');

-- One vocabulary: series, model, table of models
SELECT is((SELECT count(*) FROM models, forecast(fit, 30)), 90::bigint, 'forecasts of stored models');
SELECT results_eq('SELECT sku, f.* FROM models, forecast(fit, 5) f ORDER BY sku, forecast_timestamp',
  'SELECT sku, f.* FROM series, forecast(series, 5, season_length => 7, method => ''arima'') f ORDER BY sku, forecast_timestamp', 'forecast(series) is fit and forecast in one');
CREATE TEMPORARY TABLE awkward (name, series) AS
SELECT v.name, time_series(v.data, '2026-01-01', '1 day') FROM (VALUES
  ('constant', array_fill(7.5::float8, '{40}')),
  ('zero', array_fill(0::float8, '{40}')),
  ('a spike', array_fill(0::float8, '{40}') || 1e6::float8 || array_fill(0::float8, '{9}')),
  ('short', '{3,1,NULL,4}'),
  ('mostly missing', (SELECT array_agg(CASE WHEN i % 3 = 0 THEN i % 7 + (i % 11) / 10.0 END ORDER BY i) FROM generate_series(0, 139) i)),
  ('tiny', (SELECT array_agg(1e-300 * (i % 7 + (i * i % 11) / 10.0) ORDER BY i) FROM generate_series(0, 79) i)),
  ('huge', (SELECT array_agg(1e300 * (i % 7 + (i * i % 11) / 10.0) ORDER BY i) FROM generate_series(0, 79) i))) v (name, data);
SELECT results_eq('SELECT name, f.* FROM awkward, forecast(auto_arima(series, season_length => 7), 10, include_history => true) f ORDER BY name, forecast_timestamp',
  'SELECT name, f.* FROM awkward, forecast(series, 10, season_length => 7, method => ''arima'', include_history => true) f ORDER BY name, forecast_timestamp', 'also where there is no model to search');
SELECT is((SELECT DISTINCT model || ': ' || forecast_status FROM awkward, forecast(series, season_length => 7, method => 'arima') WHERE name = 'mostly missing'),
  'ARIMA(0,0,0)(0,1,0)[7]: 93 missing values', 'two thirds missing are no reason not to model');
SELECT is((SELECT forecast_status FROM awkward, evaluate(auto_arima(series, season_length => 7)) WHERE name = 'mostly missing'),
  '93 missing values; models that undo a difference fit better: one difference fewer may do', 'the statistician''s remark is told where the model is');
SELECT is((SELECT description FROM awkward, explain_forecast(fit_model(series, 'arima', 7)) e WHERE awkward.name = 'mostly missing' AND part = 'remark'),
  'models that undo a difference fit better: one difference fewer may do', 'and where the forecast is explained');
SELECT is((SELECT DISTINCT status_code FROM awkward, forecast(series, season_length => 7, method => 'arima') WHERE name = 'mostly missing'), 'missing_values,model_note', 'with a code for each');
SELECT is_empty($$SELECT name FROM awkward, forecast(series, season_length => 7) WHERE standard_error IS NULL OR prediction_interval_upper_bound IN ('NaN', 'infinity')$$, 'whatever the scale');
SELECT results_eq('SELECT forecast_value FROM series, forecast(series, 5, season_length => 7) WHERE sku = 1',
  'SELECT forecast_value FROM series, forecast(to_array(series), 5, season_length => 7) WHERE sku = 1', 'and the same as of the array');
SELECT set_eq('SELECT sku, auto_arima(day, amount)::text FROM sales GROUP BY sku',
  'SELECT sku, auto_arima(time_series(day, amount))::text FROM sales GROUP BY sku', 'the aggregate is the function of the series');
-- The planner replaces a call whose texts and regressors are at their defaults; CASE hides that they are.
SELECT set_eq($$SELECT sku, auto_arima(series, 7, max_p => 2, allow_drift => false)::text, arima(series, 1, 0, 1)::text FROM series$$,
  $$SELECT sku, auto_arima(series, 7, max_p => 2, allow_drift => false, ic => CASE WHEN sku > 0 THEN 'aicc' END, seasonal_test => CASE WHEN sku > 0 THEN 'seasonal_strength' END,
      unit_root_test => CASE WHEN sku > 0 THEN 'kpss' END)::text, arima(series, 1, 0, 1, constant => CASE WHEN sku > 0 THEN 'mean' END)::text FROM series$$,
  'the defaults of the search are those that the declaration shows');
SELECT is((SELECT pg_get_function_arguments(oid) FROM pg_proc WHERE prosrc = 'performance_tracker_candidate_models'), (SELECT pg_get_function_arguments(oid) FROM pg_proc WHERE prosrc = 'performance_tracker_auto_arima'),
  'candidate_models takes what auto_arima takes, with its defaults');
SELECT is((SELECT auto_arima(day, amount) FROM sales WHERE sku = 0)::text, NULL, 'NULL over no rows');
SELECT set_eq('SELECT sku, arima(day, amount, 1, 1, 1)::text FROM sales GROUP BY sku',
  'SELECT sku, arima(time_series(day, amount), 1, 1, 1)::text FROM sales GROUP BY sku', 'so is the aggregate of a given order');
SELECT set_eq('SELECT sku, arima(day, amount, 0, 0, 1, 0, 1, 1, 7)::text FROM sales GROUP BY sku',
  'SELECT sku, arima(time_series(day, amount), 0, 0, 1, 0, 1, 1, 7)::text FROM sales GROUP BY sku', 'with a season');
SELECT is((SELECT arima(day, amount, 1, 0, 0) FROM sales WHERE sku = 0)::text, NULL, 'NULL over no rows, too');
SELECT throws_ok('SELECT arima(day, amount, -1, 0, 0) FROM sales WHERE sku = 1', '22023', 'p must not be -1', 'a negative order');
SELECT throws_ok('SELECT arima(day, amount, 99, 0, 0) FROM sales WHERE sku = 1', '22023', NULL, 'an order beyond the limit');
SELECT throws_ok('SELECT arima(day, amount, NULL, 0, 0) FROM sales WHERE sku = 1', '22004', NULL, 'an order of NULL');
SELECT throws_ok('SELECT arima(day, amount, 1, 0, 0, 1, 0, 0, 70000) FROM sales WHERE sku = 1', '22023', NULL, 'a season beyond the limit');
SELECT is((SELECT count(*) FROM models, forecast(fit, 2, include_history => true) WHERE sku = 1 AND time_series_type = 'history'), 120::bigint, 'history on request');
SELECT is((SELECT min(prediction_interval_lower_bound) FROM forecast('2026-01-01 / 1 day : {0,5,0,3,0,0,9,0,1,0,0,4,0,0,2,0}'::time_series, nonnegative => true)), 0::float8, 'nonnegative');
SELECT is((SELECT DISTINCT model FROM series, forecast(series, method => 'seasonal_naive', season_length => 7)), 'Seasonal naive [7]', 'a baseline over a series');

-- Reports
SELECT is((SELECT count(*) FROM models, evaluate(fit)), 3::bigint, 'one row of evaluate a model');
SELECT is((SELECT count(*) FROM candidate_models((SELECT series FROM series WHERE sku = 1), season_length => 7) WHERE is_selected), 1::bigint, 'one candidate is selected');
SELECT is((SELECT c.model FROM candidate_models((SELECT series FROM series WHERE sku = 1), season_length => 7) c WHERE is_selected),
          (SELECT split_part(e.model, ' with', 1) || CASE WHEN e.model LIKE '% with%' THEN ' with' || split_part(e.model, ' with', 2) ELSE '' END FROM models, evaluate(fit) e WHERE sku = 1), 'the one that auto_arima() returns');
SELECT cmp_ok((SELECT count(*) FROM candidate_models((SELECT series FROM series WHERE sku = 1), season_length => 7)), '>', 5::bigint, 'several are tried');
SELECT is((SELECT count(*) FROM models, residuals(fit) WHERE sku = 1), 120::bigint, 'a residual a step');
SELECT ok((SELECT bool_and(abs(time_series_data - fitted - residual) < 1e-9) FROM models, residuals(fit)), 'data = fitted + residual');
SELECT is_empty('SELECT FROM models, coefficients(fit) WHERE estimate IS NULL OR p_value NOT BETWEEN 0 AND 1', 'p-values are probabilities');
SELECT is((SELECT forecast_status FROM evaluate(auto_arima('2026-01-01 / 1 day : {1,2,3}'::time_series))), 'only 3 observations, fewer than 10: the mean is carried on', 'a short series says so');
SELECT is((SELECT forecast_value FROM forecast('2026-01-01 / 1 day : {5,5,5}'::time_series, 1)), 5::float8, 'a constant series goes on');
SELECT is((SELECT forecast_value FROM forecast('2026-01-01 / 1 day : {5}'::time_series, 1)), 5::float8, 'so does a single observation');

-- Carried forward
CREATE TEMPORARY TABLE more AS SELECT sku, slice(series, to_timestamp => '2026-03-31') AS first, slice(series, from_timestamp => '2026-04-01') AS rest FROM series;
SELECT is((SELECT (residuals(update(arima(first, 1, 0, 1), rest))).time_series_timestamp::date FROM more WHERE sku = 1 ORDER BY 1 DESC LIMIT 1), '2026-04-30', 'the series goes on');
SELECT results_eq($$SELECT coefficient, estimate FROM more, coefficients(update(arima(first, 1, 0, 1), rest)) WHERE sku = 1 AND coefficient <> 'mean'$$,
  $$SELECT coefficient, estimate FROM more, coefficients(arima(first, 1, 0, 1)) WHERE sku = 1 AND coefficient <> 'mean'$$, 'the coefficients stay');
SELECT is((SELECT min(forecast_timestamp)::date FROM more, forecast(update(arima(first, 1, 0, 1), rest), 1) WHERE sku = 1), '2026-05-01', 'the forecast begins later');
SELECT is((SELECT update(fit, slice(series, '2026-04-01'))::text FROM models JOIN series USING (sku) WHERE sku = 1),
          (SELECT update(fit, series)::text FROM models JOIN series USING (sku) WHERE sku = 1), 'known data change nothing');

-- Regressors
CREATE TEMPORARY TABLE promotion AS SELECT time_series(date '2026-01-01' + i, CASE WHEN i % 11 < 2 THEN 1 ELSE 0 END) AS series FROM generate_series(0, 149) i;
CREATE TEMPORARY TABLE promoted AS
SELECT auto_arima(s.series + (SELECT time_series(day, 50 * coalesce(value_at(p.series, day), 0)) FROM sales WHERE sku = 1), season_length => 7, xreg => ARRAY[p.series]) AS fit
FROM series s, promotion p WHERE sku = 1;
SELECT ok((SELECT abs(estimate - 50) < 5 FROM promoted, coefficients(fit) WHERE coefficient = 'xreg1'), 'a regressor''s effect is found');
SELECT is((SELECT count(*) FROM promoted, promotion p, forecast(fit, 30, xreg => ARRAY[p.series])), 30::bigint, 'a forecast with its future values');
SELECT throws_ok('SELECT forecast(fit, 30) FROM promoted', '22023', 'the model has 1 regressors, 0 were given', 'without them');
SELECT throws_ok('SELECT forecast(fit, 31, xreg => ARRAY[p.series]) FROM promoted, promotion p', '22023', 'xreg[1] has no value at 2026-05-31', 'with too few of them');
SELECT throws_ok($$SELECT arima(s.series, 1, xreg => ARRAY[slice(p.series, '2026-01-03')]) FROM series s, promotion p$$, '22023', 'xreg[1] has no value at 2026-01-01', 'a regressor that begins later');
SELECT throws_ok($$SELECT arima(series, 1, xreg => ARRAY['2026-01-01 / 1 month : {1,2}'::time_series]) FROM series$$, '22023', NULL, 'a regressor of another step');
SELECT throws_ok($$SELECT arima(series, 1, xreg => ARRAY[NULL::time_series]) FROM series$$, '22004', NULL, 'no regressor');
SELECT throws_ok($$SELECT arima(series, 1, xreg => ARRAY[series]) FROM series$$, '22000', NULL, 'the series itself as a regressor');

-- Forms
SELECT is((SELECT bool_and(fit::text::arima_model::text = fit::text) FROM models), true, 'the text form reads back');
SELECT '/tmp/performance_tracker_test_' || pg_backend_pid() AS file \gset
COPY models TO :'file' (FORMAT binary);
CREATE TEMPORARY TABLE models_again (LIKE models);
COPY models_again FROM :'file' (FORMAT binary);
\setenv FILE :file
\! rm -f "$FILE"
SELECT set_eq('SELECT sku, fit::text FROM models_again', 'SELECT sku, fit::text FROM models', 'and so does the binary form');
SELECT matches((SELECT fit::text FROM airline), '^ARIMA\(0,1,1\)\(0,1,1\)\[12\] \{ma1: -0\.4.* \(0\.0.*\), sma1: .*\} variance .* series 1949-01-01 / 1 month : \{', 'a text that says what it is');

-- Bad input, one a line
SELECT throws_ok($$SELECT auto_arima('{}'::time_series)$$, '22000', NULL, 'an empty series');
SELECT throws_ok($$SELECT auto_arima('2026-01-01 / 1 day : {NULL,NULL}'::time_series)$$, '22000', NULL, 'only missing values');
SELECT throws_ok($$SELECT auto_arima(NULL::time_series)$$, '22004', NULL, 'no series');
SELECT throws_ok($$SELECT auto_arima(series, season_length => 0) FROM series$$, '22023', NULL, 'season_length 0');
SELECT throws_ok($$SELECT auto_arima(series, season_length => 367) FROM series$$, '22023', NULL, 'season_length 367');
SELECT throws_ok($$SELECT auto_arima(series, max_p => -1) FROM series$$, '22023', NULL, 'max_p -1');
SELECT throws_ok($$SELECT auto_arima(series, ic => 'hqic') FROM series$$, '22023', 'unknown ic "hqic"', 'an unknown criterion');
SELECT throws_ok($$SELECT auto_arima(series, unit_root_test => 'x') FROM series$$, '22023', NULL, 'an unknown test');
SELECT throws_ok($$SELECT arima(series, 25) FROM series$$, '22023', NULL, 'p 25');
SELECT throws_ok($$SELECT arima(series, 1, constant => 'trend') FROM series$$, '22023', NULL, 'an unknown constant');
SELECT throws_ok($$SELECT arima(series, seasonal_p => 1) FROM series$$, '22023', NULL, 'a season of length 1');
SELECT throws_ok($$SELECT arima('2026-01-01 / 1 day : {1,2,3}', 2, 1, 2)$$, '22023', NULL, 'too few observations');
SELECT throws_ok($$SELECT forecast(fit, 0) FROM models$$, '22023', NULL, 'horizon 0');
SELECT throws_ok($$SELECT forecast(fit, 10, 80) FROM models$$, '22023', NULL, 'confidence 80');
SELECT throws_ok($$SELECT forecast(NULL::arima_model)$$, '22004', NULL, 'no model');
SELECT throws_ok($$SELECT update(fit, '2026-05-01 / 1 month : {1,2}') FROM models$$, '22023', NULL, 'data of another step');
SELECT throws_ok($$SELECT 'ARIMA'::arima_model$$, '22023', NULL, 'no model in the text');

SELECT * FROM finish();
ROLLBACK;
