-- SPDX-License-Identifier: PostgreSQL
--
-- Run in a database with a release, it makes the table whose dump is stored-by-RELEASE.sql (pg_dump -Fp --table=kept --table=said
-- --no-owner --no-acl): values as that release kept them, as text and as the bytes that it sent, and what it forecast from
-- them. tests/sql/stored_values.sh asks this version to read and use them.
CREATE EXTENSION performance_tracker;
CREATE TABLE kept (name text PRIMARY KEY, series time_series, model arima_model);
INSERT INTO kept
SELECT name, series, CASE
    WHEN name LIKE 'given%' THEN arima(series, 1, 0, 1, constant => 'mean')
    WHEN name LIKE 'drift%' THEN arima(series, 0, 1, 1, constant => 'drift')
    WHEN name LIKE 'regressor%' THEN arima(series, 1, 0, 0, xreg => ARRAY[time_series(ARRAY(SELECT (t % 3)::float8 FROM generate_series(1, 60) t), '2026-01-01', '1 day')])
    WHEN name NOT LIKE 'empty%' THEN auto_arima(series) END
FROM (
  SELECT 'days', time_series('2026-01-01'::date + t, 100 + 20 * sin(t * 0.8976) + t * 7919 % 31) FROM generate_series(0, 119) t
  UNION ALL SELECT 'given days with gaps', time_series('2026-01-01'::date + t, 50 + t * 7919 % 17) FROM generate_series(0, 99) t WHERE t % 9 <> 4
  UNION ALL SELECT 'drift of months', time_series(('2001-01-31'::date + t * interval '1 month')::timestamp, 10.0 + t + t * 7919 % 5) FROM generate_series(0, 59) t
  UNION ALL SELECT 'hours in UTC', time_series('2026-03-01'::timestamptz + t * interval '1 hour', 5 + t * 7919 % 11 + 3 * cos(t * 0.2618)) FROM generate_series(0, 239) t
  UNION ALL SELECT 'regressor', time_series((SELECT array_agg(10 + 2.0 * (t % 3) + (t * 7919 % 13) / 5.0 ORDER BY t) FROM generate_series(1, 60) t), '2026-01-01', '1 day')
  UNION ALL SELECT 'constant', time_series('2026-01-01'::date + t, 7) FROM generate_series(0, 29) t
  UNION ALL SELECT 'pattern', time_series('2026-01-01'::date + t, t % 7) FROM generate_series(0, 48) t
  UNION ALL SELECT 'three values', '2026-01-01 / 1 day : {3,NULL,4}'::time_series
  UNION ALL SELECT 'large', time_series('2026-01-01'::date + t, 1e200 * (1 + t * 7919 % 7)) FROM generate_series(0, 39) t
  UNION ALL SELECT 'empty', '{}'::time_series
) s (name, series);
-- What the release says of each, and how it forecasts: texts and numbers that do not depend on its types.
CREATE TABLE said AS
SELECT k.name, md5(series::text) AS series_text, md5(model::text) AS model_text, encode(time_series_send(series), 'hex') AS series_bytes,
  encode(arima_model_send(model), 'hex') AS model_bytes,
  CASE WHEN model IS NOT NULL AND name <> 'regressor' THEN ARRAY(SELECT forecast_value FROM forecast(model, 5)) END AS forecast_value,
  CASE WHEN model IS NOT NULL AND name <> 'regressor' THEN ARRAY(SELECT standard_error FROM forecast(model, 5)) END AS standard_error
FROM kept k;
