-- SPDX-License-Identifier: PostgreSQL
--
-- The worst that a reading role can ask of each function, as far as we could think of it. What stands before the first name is
-- run once, by the owner; then each statement by itself.
CREATE EXTENSION performance_tracker;
CREATE TABLE million AS
SELECT time_series(array_agg(100 + 30 * sin(t / 9.0) + (t::bigint * 7919) % 101 ORDER BY t), '2000-01-01', '1 hour') AS series,
       time_series(array_agg(CASE WHEN t % 7 <> 3 THEN 100 + 30 * sin(t / 9.0) + (t::bigint * 7919) % 101 END ORDER BY t), '2000-01-01', '1 hour') AS holed,
       time_series(array_agg(CASE WHEN t % 13 = 0 THEN t % 5 ELSE 0 END::float8 ORDER BY t), '2000-01-01', '1 hour') AS sparse,
       array_agg(100 + 30 * sin(t / 9.0) + (t::bigint * 7919) % 101 ORDER BY t) AS data
FROM generate_series(1, 1000000) t;
CREATE TABLE thousands AS
SELECT n, time_series(array_agg(100 + 30 * sin(t / 9.0) + (t::bigint * 7919) % 101 ORDER BY t), '2000-01-01', '1 day') AS series
FROM unnest(ARRAY[1000, 10000, 50000]) n, generate_series(1, n) t GROUP BY n;
CREATE TABLE kept AS
SELECT arima(series, 1, 1, 1) AS arima, fit_model(series, 'theta') AS theta, fit_model(series, 'auto') AS automatic, auto_arima(series, 24) AS seasonal FROM million;
CREATE TABLE rows_of_a_million (id int, at timestamp, amount float8);
INSERT INTO rows_of_a_million SELECT 1, '2000-01-01'::timestamp + t * interval '1 hour', t % 101 FROM generate_series(1, 1000000) t;
ANALYZE;
-- name: arima(1,1,1)
SELECT count(arima(series, 1, 1, 1)) FROM million;
-- name: arima(5,2,5)(2,1,2)[24]
SELECT count(arima(series, 5, 2, 5, 2, 1, 2, 24)) FROM million;
-- name: arima(1,0,1)(3,1,3)[366]
SELECT count(arima(series, 1, 0, 1, 3, 1, 3, 366)) FROM million;
-- name: arima with holes
SELECT count(arima(holed, 1, 1, 1)) FROM million;
-- name: arima with holes and a season of 366
SELECT count(arima(holed, 1, 1, 1, 1, 1, 1, 366)) FROM million;
-- name: arima with 50 regressors
SELECT count(arima(series, 1, 1, 1, xreg => array_fill(series, ARRAY[50]))) FROM million;
-- name: arima with 50 regressors that differ
SELECT count(arima(series, 1, 1, 1, xreg => (SELECT array_agg(m.series + time_series(array_fill(i::float8, ARRAY[1000000]), '2000-01-01', '1 hour')) FROM generate_series(1, 20) i))) FROM million m;
-- name: auto_arima
SELECT count(auto_arima(series)) FROM million;
-- name: auto_arima every order
SELECT count(auto_arima(series, 366, stepwise => false, max_order => 20, max_p => 10, max_q => 10)) FROM million;
-- name: auto_arima holed
SELECT count(auto_arima(holed, 24)) FROM million;
-- name: candidate_models
SELECT count(*) FROM million, candidate_models(series, 168);
-- name: update arima
SELECT count(update(arima, slice(series, from_timestamp => end_timestamp(series) - interval '1000 hours'))) FROM kept, million;
-- name: update automatic
SELECT count(update(automatic, slice(series, from_timestamp => end_timestamp(series) - interval '1000 hours'))) FROM kept, million;
-- name: fit_model automatic
SELECT count(fit_model(series, 'auto')) FROM million;
-- name: fit_model ets
SELECT count(fit_model(series, 'ets', 24)) FROM million;
-- name: fit_model theta
SELECT count(fit_model(series, 'theta', 24)) FROM million;
-- name: fit_model arima with 366
SELECT count(fit_model(series, 'arima', 366)) FROM million;
-- name: forecast of a sparse series
SELECT count(*) FROM million, forecast(sparse, 10000);
-- name: forecast series 10000 ahead
SELECT count(*) FROM million, forecast(series, 10000, include_history => true);
-- name: forecast array
SELECT count(*) FROM million, forecast(data, 10000);
-- name: forecast text
SELECT count(*) FROM million, forecast(array_to_string(data, ' '), 10000);
-- name: forecast with levels
SELECT count(*) FROM million, forecast(series, 10000, levels => (SELECT array_agg(i / 1001.0) FROM generate_series(1, 1000) i));
-- name: forecast model
SELECT count(*) FROM kept, forecast(seasonal, 10000, include_history => true);
-- name: forecast kept automatic
SELECT count(*) FROM kept, forecast(automatic, 10000, include_history => true);
-- name: explain_forecast
SELECT count(*) FROM kept, explain_forecast(seasonal, 10000);
-- name: evaluate
SELECT count(*) FROM kept, evaluate(seasonal);
-- name: residuals
SELECT count(*) FROM kept, residuals(seasonal);
-- name: coefficients
SELECT count(*) FROM kept, coefficients(seasonal);
-- name: simulate 10 million values of arima
SELECT count(*) FROM kept, simulate(arima, 10000, 1000);
-- name: simulate 10 million values in many paths
SELECT count(*) FROM kept, simulate(arima, 1, 10000000);
-- name: simulate more than the limit
SELECT count(*) FROM kept, simulate(arima, 10000, 2000000000);
-- name: simulate kept automatic
SELECT count(*) FROM kept, simulate(automatic, 10000, 1000);
-- name: simulate theta
SELECT count(*) FROM kept, simulate(theta, 10000, 1000);
-- name: backtest 1000 folds
SELECT count(*) FROM million, backtest(series, 1000, 400, method => 'seasonal_naive');
-- name: backtest 1000 folds automatic
SELECT count(*) FROM million, backtest(series, 1000, 10);
-- name: backtest 1000 folds of the longest horizon
SELECT count(*) FROM million, backtest(series, 90, 10000, method => 'moving_average');
-- name: backtest_summary
SELECT count(*) FROM million, backtest_summary(series, 90, 10000, method => 'seasonal_naive');
-- name: decompose
SELECT count(*) FROM million, decompose(series, ARRAY[24, 168]);
-- name: decompose in ten seasons
SELECT count(*) FROM million, decompose(series, ARRAY[24, 168, 300, 1000, 2000, 3000, 5000, 8000, 8760, 9000]);
-- name: decompose in the longest season
SELECT count(*) FROM million, decompose(series, ARRAY[499999]);
-- name: decompose by itself
SELECT count(*) FROM million, decompose(series);
-- name: detect_anomalies
SELECT count(*) FROM million, detect_anomalies(series, 0.001, 24, include_normal => true);
-- name: detect_anomalies in the longest season
SELECT count(*) FROM million, detect_anomalies(series, 3, 400000);
-- name: detect_season_length
SELECT sum(detect_season_length(series)) FROM million;
-- name: forecast_sum
SELECT count(*) FROM million, forecast_sum(series, 10000);
-- name: fit_calendar_series
SELECT length(performance_tracker_fit_calendar_series(series, 10000, ARRAY[0.8], NULL, 'auto', true, false, 'total', NULL, NULL, '')) FROM million;
-- name: calendar_effects
SELECT count(*) FROM million, performance_tracker_calendar_effects(series, 10000, 'total', NULL, NULL, '');
-- name: calendar of a long text
SELECT count(*) FROM thousands, performance_tracker_calendar_effects(series, 10000, 'total', NULL, NULL, repeat('x', 100000000)) WHERE n = 1000;
-- name: holidays of ten thousand years
SELECT count(*) FROM holidays('DE', '0001-01-01', '9999-12-31');
-- name: edit_distance of long words
SELECT performance_tracker_edit_distance(repeat('a', 100000), repeat('b', 100000));
-- name: closest of many long words
SELECT performance_tracker_closest(repeat('a', 10000), array_fill(repeat('b', 10000), ARRAY[1000]));
-- name: reconcile_family of a thousand
SELECT cardinality(performance_tracker_reconcile_family(base, array_fill(base, ARRAY[1000]))) FROM (SELECT performance_tracker_fit_series(series, 30, ARRAY[0.8], 7, 'seasonal_naive', false, false, NULL) AS base FROM thousands WHERE n = 1000 OFFSET 0) b;
-- name: reconcile_family of twenty thousand
SELECT cardinality(performance_tracker_reconcile_family(base, array_fill(base, ARRAY[20000]))) FROM (SELECT performance_tracker_fit_series(series, 30, ARRAY[0.8], 7, 'seasonal_naive', false, false, NULL) AS base FROM thousands WHERE n = 1000 OFFSET 0) b;
-- name: reconcile_family of long ones
SELECT cardinality(performance_tracker_reconcile_family(base, array_fill(base, ARRAY[10]))) FROM (SELECT performance_tracker_fit_series(series, 10000, ARRAY[0.8], 7, 'seasonal_naive', true, false, NULL) AS base FROM million OFFSET 0) b;
-- name: reconcile_family of 100 with 10000 steps
SELECT cardinality(performance_tracker_reconcile_family(base, array_fill(base, ARRAY[1000]))) FROM (SELECT performance_tracker_fit_series(series, 10000, ARRAY[0.8], 7, 'seasonal_naive', false, false, NULL) AS base FROM thousands WHERE n = 10000 OFFSET 0) b;
-- name: forecast_rows of a long one
SELECT count(*) FROM (SELECT performance_tracker_fit_series(series, 10000, (SELECT array_agg(i / 101.0) FROM generate_series(1, 100) i), 24, 'seasonal_naive', true, false, NULL) AS base FROM million OFFSET 0) b, performance_tracker_forecast_rows(base, true, true);
-- name: time_series of a million rows backwards
SELECT length(time_series(at, amount)) FROM (SELECT * FROM rows_of_a_million ORDER BY at DESC) r;
-- name: time_series of five million rows
SELECT length(time_series('2000-01-01'::timestamp + (t % 1000000) * interval '1 hour', t::float8, '1 hour', 'sum')) FROM generate_series(1, 5000000) t;
-- name: time_series of fifty million rows
SELECT length(time_series('2000-01-01'::timestamp + (t % 1000000) * interval '1 hour', t::float8, '1 hour', 'sum')) FROM generate_series(1, 50000000) t;
-- name: time_series with a gap of ages
SELECT length(time_series(at, 1.0)) FROM (VALUES ('0001-01-01'::timestamp), ('0001-01-01 00:00:01'), ('9999-12-31')) v(at);
-- name: a thousand aggregates at once
SELECT count(*) FROM (SELECT t % 1000 AS g, time_series('2000-01-01'::timestamp + (t / 1000) * interval '1 hour', t::float8) AS s FROM generate_series(1, 5000000) t GROUP BY 1) g;
-- name: sum of series
SELECT length(sum(series)) FROM million, generate_series(1, 100);
-- name: series to text and back
SELECT length(series::text::time_series) FROM million;
-- name: series from a text of nothing but commas
SELECT length(('2000-01-01 / 1 hour : {' || repeat(',', 200000000) || '}')::time_series);
-- name: model to text and back
SELECT length(automatic::text::forecast_model::text) FROM kept;
-- name: unnest
SELECT count(*) FROM million, unnest(series);
-- name: to_array
SELECT cardinality(to_array(series)) FROM million;
-- name: slices
SELECT sum(length(slice(series, from_timestamp => '2000-01-01'::timestamp + i * interval '1 hour'))) FROM million, generate_series(1, 100) i;
-- name: complete_series
SELECT length(performance_tracker_complete_series(series, '9999-12-31', 'zero')) FROM million;
-- name: forecast table
SELECT count(*) FROM forecast('rows_of_a_million', 'at', 'amount', id_cols => '{id}', horizon => 10000);
-- name: simulate table
SELECT count(*) FROM simulate('rows_of_a_million', 'at', 'amount', horizon => 10000, paths => 1000);
-- name: backtest table
SELECT count(*) FROM backtest('rows_of_a_million', 'at', 'amount', folds => 1000, horizon => 400, method => 'seasonal_naive');
-- name: decompose table
SELECT count(*) FROM decompose('rows_of_a_million', 'at', 'amount');
-- name: key_drivers table
SELECT count(*) FROM key_drivers('rows_of_a_million', 'amount', '{id}', 'at', '2000-01-01', '2050-01-01', '2051-01-01', '2099-01-01');
-- name: check_choice with a million names
SELECT performance_tracker_check_choice('a', 'b', VARIADIC (SELECT array_agg(i::text) FROM generate_series(1, 1000000) i));
