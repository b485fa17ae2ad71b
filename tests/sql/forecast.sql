-- SPDX-License-Identifier: PostgreSQL
--
-- forecast() over arrays: shape of the answer, properties that hold for any series, bad input.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(64);

-- 120 days with a weekly season, a trend and a deterministic disturbance.
CREATE TEMPORARY TABLE weekly AS
SELECT array_agg(100 + 0.5 * t + 20 * sin(2 * pi() * t / 7) + ((t * 7919) % 13 - 6) ORDER BY t)::float8[] AS data
FROM generate_series(1, 120) t;

-- The shape of the answer
SELECT is((SELECT count(*) FROM weekly, forecast(data)), 30::bigint, 'thirty steps by default');
SELECT is((SELECT count(*) FROM weekly, forecast(data, 1)), 1::bigint, 'the smallest horizon');
SELECT is((SELECT count(*) FROM weekly, forecast(data, 10000)), 10000::bigint, 'the largest horizon');
SELECT results_eq('SELECT time_series_type, horizon_step FROM weekly, forecast(data, 3)',
  $$ VALUES ('forecast', 1), ('forecast', 2), ('forecast', 3) $$, 'steps count from 1');
SELECT is_empty('SELECT FROM weekly, forecast(data) WHERE time_series_data IS NOT NULL OR forecast_value IS NULL
  OR standard_error IS NULL OR prediction_interval_lower_bound IS NULL OR prediction_interval_upper_bound IS NULL
  OR model IS NULL', 'forecast rows have everything but an observation');
SELECT is((SELECT array_agg(DISTINCT confidence_level) FROM weekly, forecast(data)), '{0.8}', 'an 80% interval by default');
SELECT is((SELECT array_agg(time_series_data ORDER BY horizon_step) FROM weekly, forecast(data, include_history => true)
           WHERE time_series_type = 'history'), (SELECT data FROM weekly), 'history is the data, in order');
SELECT is((SELECT ARRAY[min(horizon_step), max(horizon_step)] FROM weekly, forecast(data, include_history => true)
           WHERE time_series_type = 'history'), '{-119,0}', 'history counts back from the last observation, 0');
SELECT cmp_ok((SELECT count(forecast_value) FROM weekly, forecast(data, include_history => true)
           WHERE time_series_type = 'history'), '>', 60::bigint, 'most observations have a fitted value');

-- Properties that hold for any series
SELECT is_empty('SELECT FROM weekly, forecast(data) WHERE NOT prediction_interval_lower_bound <= forecast_value
  OR NOT forecast_value <= prediction_interval_upper_bound', 'the forecast lies in its interval');
SELECT is_empty('SELECT FROM weekly, forecast(data, confidence_level => 0.5) a JOIN forecast((SELECT data FROM weekly),
  confidence_level => 0.99) b USING (horizon_step)
  WHERE a.forecast_value <> b.forecast_value OR a.prediction_interval_upper_bound >= b.prediction_interval_upper_bound
  OR a.prediction_interval_lower_bound <= b.prediction_interval_lower_bound',
  'more confidence is a wider interval around the same forecast');
SELECT results_eq('SELECT f.* FROM weekly, forecast(data) f', 'SELECT f.* FROM weekly, forecast(data) f',
  'the same call gives the same answer to the last bit');
SELECT is_empty($$ SELECT FROM weekly, forecast(data, 14, season_length => 7) f
  WHERE abs(f.forecast_value - (100 + 0.5 * (120 + f.horizon_step) + 20 * sin(2 * pi() * (120 + f.horizon_step) / 7)))
        > 15 $$, 'trend and season continue, within the disturbance');
SELECT is_empty('SELECT FROM weekly, forecast(data, season_length => 7) a
  JOIN forecast((SELECT array_agg(u * 1e6 ORDER BY o) FROM weekly, unnest(data) WITH ORDINALITY x (u, o)),
                season_length => 7) b USING (horizon_step)
  WHERE abs(b.forecast_value / a.forecast_value / 1e6 - 1) > 1e-3', 'a million times the data, a million times the forecast');
SELECT is((SELECT sum(f.time_series_data) FROM forecast('[5:8]={1,2,3,4}'::float8[], include_history => true) f), 10::float8,
  'an array may begin at any subscript');
SELECT is((SELECT count(*) FROM forecast(ARRAY[1, 2, 3]) f), 30::bigint, 'integers are taken too');
SELECT is((SELECT count(*) FROM forecast(ARRAY[1.5, 2.5]::numeric[]) f), 30::bigint, 'numerics are taken too');

-- Baselines
SELECT is((SELECT array_agg(DISTINCT f.forecast_value) FROM
  forecast(ARRAY[100, 100, 1, 2, 3, 4, 5, 6, 7]::float8[], 5, method => 'moving_average') f), '{4}',
  'moving average: the mean of the last seven');
SELECT is((SELECT array_agg(f.forecast_value ORDER BY f.horizon_step) FROM
  forecast(ARRAY[1, 2, 3, 4, 5, 6]::float8[], 4, season_length => 3, method => 'seasonal_naive') f), '{4,5,6,4}',
  'seasonal naive: the value one season before');

-- Every series answers
SELECT is((SELECT array_agg(DISTINCT f.forecast_value) FROM forecast(ARRAY[5]::float8[]) f), '{5}', 'one observation');
SELECT isnt((SELECT max(f.forecast_status) FROM forecast(ARRAY[5]::float8[]) f), NULL, 'one observation is said so');
SELECT is((SELECT count(f.forecast_value) FROM forecast(ARRAY[3, 5, 4, 6, 5]::float8[]) f), 30::bigint, 'five observations');
SELECT isnt((SELECT max(f.forecast_status) FROM forecast(ARRAY[3, 5, 4, 6, 5]::float8[]) f), NULL, 'five are said so');
SELECT is((SELECT array_agg(DISTINCT f.forecast_value) FROM forecast(array_fill(0::float8, '{50}')) f), '{0}', 'all zero');
SELECT is((SELECT array_agg(DISTINCT f.forecast_value) FROM forecast(array_fill(7::float8, '{50}')) f), '{7}', 'all equal');
SELECT is((SELECT count(f.forecast_value) FROM forecast(ARRAY[NULL, 1, NULL, 2, NULL, NULL, 3]::float8[]) f), 30::bigint, 'gaps');
SELECT matches((SELECT max(f.forecast_status) FROM forecast(ARRAY[NULL, 1, NULL, 2, NULL, NULL, 3]::float8[]) f), '4',
  'missing observations are counted');
SELECT results_eq($$ SELECT f.* FROM forecast('{1,NaN,2,3}'::float8[]) f $$, $$ SELECT f.* FROM forecast('{1,NULL,2,3}'::float8[]) f $$,
  'NaN is missing, like NULL');
SELECT is((SELECT count(f.forecast_value) FROM forecast(ARRAY[1e300, -1e300, 1e300, -1e300, 1e300]::float8[]) f),
  30::bigint, 'enormous values');
SELECT is_empty($$ SELECT FROM forecast(ARRAY[1e308, -1e308, 1e308, -1e308, 1e308]::float8[]) f
  WHERE f.forecast_value IN ('NaN', 'Infinity', '-Infinity') OR f.standard_error IN ('NaN', 'Infinity')
  OR f.prediction_interval_upper_bound IN ('NaN', 'Infinity') $$, 'never NaN or infinity');
SELECT is((SELECT count(f.forecast_value) FROM forecast(ARRAY[1e-300, 2e-300, 1e-300, 3e-300]::float8[]) f), 30::bigint, 'tiny values');
SELECT cmp_ok((SELECT min(f.prediction_interval_lower_bound) FROM
  forecast(ARRAY[9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 3, 0]::float8[], nonnegative => true) f), '>=', 0::float8,
  'nonnegative holds the bounds at zero');
SELECT cmp_ok((SELECT min(f.prediction_interval_lower_bound) FROM
  forecast(ARRAY[9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 3, 0]::float8[], method => 'arima') f), '<', 0::float8, 'which are free otherwise');
SELECT cmp_ok((SELECT min(f.prediction_interval_lower_bound) FROM
  forecast(ARRAY[9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 3, 0]::float8[]) f), '>=', 0::float8,
  'the automatic choice keeps what was never negative so');

-- Bad input, one a line
\ir functions.inc
PREPARE f(float8[], int, float8, int, text) AS SELECT FROM forecast($1, $2, $3, $4, $5);
SELECT throws_ok($$ EXECUTE f(NULL, 3, 0.8, 1, 'arima') $$, '22004', 'data must not be NULL', 'data NULL');
SELECT throws_ok($$ EXECUTE f('{}', 3, 0.8, 1, 'arima') $$, '22000', NULL, 'data empty');
SELECT throws_ok($$ EXECUTE f('{NULL,NULL}', 3, 0.8, 1, 'arima') $$, '22000', NULL, 'data all NULL');
SELECT throws_ok($$ EXECUTE f('{{1,2},{3,4}}', 3, 0.8, 1, 'arima') $$, '2202E', 'data must be a one-dimensional array, not one of 2 dimensions', 'data of two dimensions');
SELECT throws_ok($$ EXECUTE f('{1,Infinity,3}', 3, 0.8, 1, 'arima') $$, '22000', 'data[2] is infinite', 'data infinite');
SELECT throws_ok($$ EXECUTE f('{1,-Infinity}', 3, 0.8, 1, 'arima') $$, '22000', 'data[2] is infinite', 'data infinite below');
SELECT throws_ok($$ EXECUTE f(array_fill(1::float8, '{1000001}'), 3, 0.8, 1, 'arima') $$, '54000', 'data has 1000001 elements, the limit is 1000000', 'data too long');
SELECT throws_ok($$ EXECUTE f('{1,2}', NULL, 0.8, 1, 'arima') $$, '22004', 'horizon must not be NULL', 'horizon NULL');
SELECT throws_ok($$ EXECUTE f('{1,2}', 0, 0.8, 1, 'arima') $$, '22023', 'horizon must be between 1 and 10000, not 0', 'horizon 0');
SELECT throws_ok($$ EXECUTE f('{1,2}', -1, 0.8, 1, 'arima') $$, '22023', 'horizon must be between 1 and 10000, not -1', 'horizon negative');
SELECT throws_ok($$ EXECUTE f('{1,2}', 10001, 0.8, 1, 'arima') $$, '22023', 'horizon must be between 1 and 10000, not 10001', 'horizon too large');
SELECT throws_ok($$ EXECUTE f('{1,2}', 2147483647, 0.8, 1, 'arima') $$, '22023', 'horizon must be between 1 and 10000, not 2147483647', 'horizon enormous');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, NULL, 1, 'arima') $$, '22004', 'confidence_level must not be NULL', 'confidence NULL');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 80, 1, 'arima') $$, '22023', 'confidence_level must be between 0 and 1, not 80', 'confidence 80');
SELECT imatches(hint_of($$ EXECUTE f('{1,2}', 3, 80, 1, 'arima') $$), 'did you mean 0\.80?\?', 'confidence 80 meant 0.80');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 0, 1, 'arima') $$, '22023', NULL, 'confidence 0');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 1, 1, 'arima') $$, '22023', NULL, 'confidence 1');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, -0.5, 1, 'arima') $$, '22023', NULL, 'confidence negative');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 'NaN', 1, 'arima') $$, '22023', 'confidence_level must be a finite number, not NaN', 'confidence NaN');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 'Infinity', 1, 'arima') $$, '22023', NULL, 'confidence infinite');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 0.8, 0, 'arima') $$, '22023', 'season_length must be between 1 and 366, not 0', 'season 0');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 0.8, -7, 'arima') $$, '22023', 'season_length must be between 1 and 366, not -7', 'season negative');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 0.8, 367, 'arima') $$, '22023', 'season_length must be between 1 and 366, not 367', 'season too long');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 0.8, 1, NULL) $$, '22004', 'method must not be NULL', 'method NULL');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 0.8, 1, 'ARIMA') $$, '22023', 'unknown method "ARIMA"', 'method in capitals');
SELECT throws_ok($$ EXECUTE f('{1,2}', 3, 0.8, 1, '') $$, '22023', 'unknown method ""', 'method empty');
SELECT is(hint_of($$ EXECUTE f('{1,2}', 3, 0.8, 1, 'prophet') $$), 'method is one of auto, arima, ets, theta, level_shape, weekday_median, tsb, croston, moving_average, seasonal_naive.', 'the hint lists the methods');
SELECT is_empty($$
  SELECT p.oid::regprocedure, m FROM pg_proc p, regexp_matches(hint_of($q$ EXECUTE f('{1,2}', 3, 0.8, 1, 'prophet') $q$), '[a-z_]+(?=[,.])', 'g') AS m
  WHERE obj_description(p.oid, 'pg_proc') ~ 'method: auto \(' AND obj_description(p.oid, 'pg_proc') !~ ('\m' || m[1] || '\M') $$, 'and so do the comments');
SELECT cmp_ok((SELECT count(*) FROM pg_proc p WHERE obj_description(p.oid, 'pg_proc') ~ 'method: auto \('), '>=', 3::bigint, 'of each function that takes any');
SELECT throws_ok($$ SELECT FROM forecast('{1,2}'::float8[], include_history => NULL) $$, '22004', 'include_history must not be NULL', 'include_history NULL');
SELECT * FROM finish();
ROLLBACK;
