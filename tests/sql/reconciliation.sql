-- SPDX-License-Identifier: PostgreSQL
--
-- Levels that add up: forecast_revenue() by total, category and product, and reconcile() over any hierarchy.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(49);

-- Noise that no model foresees, so that the levels' own forecasts differ; and what a shop has: a product without a
-- category, one that began late, one that ended, one that sells nothing, gaps. (Not random(): before 15 it was another generator,
-- and which data these are would depend on the version.)
CREATE FUNCTION pg_temp.noise(product integer, ago integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || left(md5(product || ' ' || ago), 7))::bit(28)::int / 268435456.0 $$;
UPDATE daily_performance SET revenue = round((revenue * (0.4 + 1.2 * pg_temp.noise(product_id, current_date - date)))::numeric, 2);
INSERT INTO products (name, price, category) VALUES ('Loose', 1, NULL), ('Late', 2, 'Toys'), ('Zero', 1, 'Books');
INSERT INTO daily_performance (date, product_id, revenue)
  SELECT current_date - a, (SELECT id FROM products WHERE name = 'Loose'), 40 + 10 * pg_temp.noise(1000, a) FROM generate_series(1, 90) a
  UNION ALL SELECT current_date - a, (SELECT id FROM products WHERE name = 'Late'), 300 * pg_temp.noise(1001, a) FROM generate_series(1, 3) a
  UNION ALL SELECT current_date - a, (SELECT id FROM products WHERE name = 'Zero'), 0 FROM generate_series(1, 90) a;
DELETE FROM daily_performance WHERE product_id = 7 AND date > current_date - 20;
DELETE FROM daily_performance WHERE product_id % 5 = 0 AND date = current_date - 33;

CREATE TEMPORARY TABLE total AS SELECT * FROM forecast_revenue();
CREATE TEMPORARY TABLE categories AS SELECT * FROM forecast_revenue(by => 'category');
CREATE TEMPORARY TABLE by_product AS SELECT * FROM forecast_revenue(by => 'product');
CREATE TEMPORARY TABLE raw AS SELECT * FROM forecast_revenue(by => 'product', reconcile => false);

SELECT is((SELECT count(DISTINCT (category, product)) FROM by_product), 27::bigint, 'every product has its forecast');
SELECT cmp_ok((SELECT max(abs(r.value - t.forecast_value)) FROM total t
  JOIN (SELECT forecast_timestamp, sum(forecast_value) AS value FROM raw GROUP BY 1) r USING (forecast_timestamp)), '>', 1::float8,
  'by themselves the products do not add up');
SELECT is_empty($$ SELECT * FROM total t
  JOIN (SELECT forecast_timestamp, sum(forecast_value::numeric) AS value FROM categories GROUP BY 1) c USING (forecast_timestamp)
  WHERE t.forecast_value::numeric <> c.value $$, 'the categories add up to the total, every day, in every digit');
SELECT is_empty($$ SELECT * FROM categories c
  JOIN (SELECT category, forecast_timestamp, sum(forecast_value::numeric) AS value FROM by_product GROUP BY 1, 2) p
    ON p.forecast_timestamp = c.forecast_timestamp AND p.category IS NOT DISTINCT FROM c.category
  WHERE c.forecast_value::numeric <> p.value $$, 'the products add up to their category');
SELECT results_eq($$ SELECT forecast_timestamp, sum(forecast_value::numeric) FROM by_product GROUP BY 1 ORDER BY 1 $$,
  $$ SELECT forecast_timestamp, forecast_value::numeric FROM total ORDER BY 1 $$, 'and to the total');
SELECT is_empty($$ SELECT * FROM total t
  JOIN (SELECT forecast_timestamp, sum(forecast_value::numeric) AS value FROM forecast_revenue(by => 'product', method => 'moving_average') GROUP BY 1) p
    USING (forecast_timestamp)
  JOIN forecast_revenue(method => 'moving_average') m USING (forecast_timestamp)
  WHERE m.forecast_value::numeric <> p.value $$, 'whatever the method');
SELECT is_empty($$ SELECT * FROM (TABLE categories UNION ALL TABLE by_product) f
  WHERE NOT (forecast_value >= 0 AND prediction_interval_lower_bound >= 0
             AND prediction_interval_lower_bound <= forecast_value AND forecast_value <= prediction_interval_upper_bound
             AND standard_error >= 0) $$, 'nothing is below zero, and every value lies within its bounds');
SELECT is_empty($$ SELECT * FROM by_product p JOIN raw r USING (product, forecast_timestamp)
  WHERE p.standard_error > 3 * r.standard_error + 30 $$, 'no interval grows out of proportion');
SELECT is_empty($$ SELECT * FROM categories c
  JOIN (SELECT category, forecast_timestamp, sqrt(sum(standard_error ^ 2)) AS alone, sum(standard_error) AS together
        FROM by_product GROUP BY 1, 2) p USING (category, forecast_timestamp)
  WHERE NOT c.standard_error <= 1.5 * p.together $$, 'a category is no more uncertain than its products moving as one');
-- By theory less than 1, were the covariances known; with noise of three generators it was below 1, 1.005 and 1.03.
SELECT cmp_ok((SELECT sum(p.standard_error ^ 2) / sum(r.standard_error ^ 2) FROM by_product p
  JOIN raw r USING (product, forecast_timestamp)), '<', 1.1::float8, 'on the whole, what adds up is known about as well');
SELECT results_eq($$ SELECT forecast_timestamp, forecast_value, standard_error FROM forecast_revenue(category => 'Toys') $$,
  $$ SELECT forecast_timestamp, forecast_value, standard_error FROM categories WHERE category = 'Toys' ORDER BY 1 $$,
  'one category is as among all');
SELECT results_eq($$ SELECT * FROM forecast_revenue(product => 'Late') $$, $$ SELECT * FROM by_product WHERE product = 'Late' $$,
  'one product is as among all');
SELECT results_eq($$ SELECT * FROM forecast_revenue(product => 'Late', reconcile => false) $$, $$ SELECT * FROM raw WHERE product = 'Late' $$,
  'or by itself');
SELECT results_eq($$ SELECT * FROM forecast_revenue(by => 'product', category => 'Toys') $$,
  $$ SELECT * FROM by_product WHERE category = 'Toys' $$, 'the products of one category as well');
SELECT results_eq($$ SELECT * FROM forecast_revenue(reconcile => false) $$, 'TABLE total', 'the total is the same, reconciled or not');

-- Levels of confidence in one call
SELECT results_eq($$ SELECT forecast_timestamp, confidence_level, prediction_interval_lower_bound, prediction_interval_upper_bound
  FROM forecast_revenue(3, by => 'category', levels => '{0.5,0.8,0.95}') WHERE category = 'Toys' AND confidence_level = 0.8 $$,
  $$ SELECT forecast_timestamp, 0.8::float8, prediction_interval_lower_bound, prediction_interval_upper_bound
  FROM categories WHERE category = 'Toys' ORDER BY 1 LIMIT 3 $$, 'a level among three is as alone');
SELECT is((SELECT count(*) FROM forecast_revenue(3, levels => '{0.5,0.8,0.95}')), 9::bigint, 'a row for each level');
SELECT throws_ok($$ SELECT FROM forecast_revenue(levels => '{}') $$, '22023', NULL, 'no level');
SELECT throws_ok($$ SELECT FROM forecast_revenue(levels => '{0.8,80}') $$, '22023', 'confidence_level must be between 0 and 1, not 80', 'a level of 80');
SELECT throws_ok($$ SELECT FROM forecast_revenue(levels => '{0.8,NULL}') $$, '22023', NULL, 'a level NULL');
SELECT throws_ok($$ SELECT FROM forecast_revenue(levels => '{0.8,0.8}') $$, '22023', NULL, 'a level twice');
SELECT throws_ok($$ SELECT FROM forecast_revenue(reconcile => NULL) $$, '22004', 'reconcile must not be NULL', 'reconcile NULL');

-- Codes
SELECT results_eq($$ SELECT DISTINCT status_code FROM forecast_revenue(product => 'Home 7') WHERE status_code ~ 'ended_early' $$,
  $$ SELECT DISTINCT status_code FROM forecast_revenue(product => 'Home 7') $$, 'a code says what the status says');
SELECT is_empty($$ SELECT code FROM by_product, regexp_split_to_table(status_code, ',') code
  WHERE code NOT IN (SELECT status_code FROM forecast_status_codes()) $$, 'every code is in the list');

-- Any hierarchy
CREATE TEMPORARY TABLE family AS
SELECT array_agg(name ORDER BY name) AS names, array_agg(series ORDER BY name) AS series FROM (
  SELECT COALESCE(p.name, c.category, 'all') AS name, time_series(d.date, d.revenue) AS series
  FROM (SELECT p.category, p.name, d.date, sum(d.revenue) AS revenue FROM daily_performance d JOIN products p ON p.id = d.product_id
        WHERE p.id IN (SELECT id FROM products WHERE category IN ('Toys', 'Books') AND name <> 'Late' ORDER BY id LIMIT 6)
        GROUP BY GROUPING SETS ((d.date), (p.category, d.date), (p.category, p.name, d.date))) d
    LEFT JOIN LATERAL (SELECT d.name) p ON true LEFT JOIN LATERAL (SELECT d.category) c ON true
  GROUP BY 1) s;
CREATE TEMPORARY TABLE edges AS SELECT jsonb_object_agg(category, parts) || jsonb_build_object('all', jsonb_agg(category)) AS hierarchy
  FROM (SELECT category, jsonb_agg(name) AS parts FROM products WHERE name IN (SELECT unnest(names) FROM family) GROUP BY 1) p;
CREATE TEMPORARY TABLE met AS SELECT r.* FROM family, edges, reconcile(names, series, hierarchy, 14, season_length => 7, levels => '{0.5,0.9}') r;
SELECT is((SELECT count(*) FROM met), (SELECT 14 * 2 * cardinality(names)::bigint FROM family), 'a row for each series, step and level');
SELECT is_empty($$ SELECT s.key, t.forecast_timestamp FROM edges, jsonb_each(hierarchy) s JOIN met t ON t.series = s.key AND t.confidence_level = 0.5
  JOIN met p ON p.series IN (SELECT jsonb_array_elements_text(s.value)) AND p.forecast_timestamp = t.forecast_timestamp AND p.confidence_level = 0.5
  GROUP BY 1, 2 HAVING abs(min(t.forecast_value) - sum(p.forecast_value)) > 1e-6 * min(t.forecast_value) $$, 'every sum is that of its parts');
SELECT cmp_ok((SELECT max(abs(forecast_value - own_forecast_value)) FROM met), '>', 0.01::float8, 'which they were not by themselves');
SELECT is_empty('SELECT * FROM met WHERE NOT (prediction_interval_lower_bound <= forecast_value AND forecast_value <= prediction_interval_upper_bound AND standard_error >= 0)',
  'within their bounds');
SELECT is((SELECT count(DISTINCT r.weighting) FROM (SELECT w AS weighting, r.* FROM family, edges, unnest('{min_trace,variance,structural,ols}'::text[]) w,
  reconcile(names, series, hierarchy, 1, season_length => 7, method => 'seasonal_naive', weighting => w) r) r), 4::bigint, 'whatever the weighting');
CREATE TEMPORARY TABLE three AS SELECT ARRAY['a', 'b', 'sum'] AS names,
  ARRAY['2026-01-01 / 1 day : {5,7,6,8,8,9,8,11,9,12,10,12}', '2026-01-01 / 1 day : {3,1,4,1,5,9,2,6,5,3,5,8}', '2026-01-01 / 1 day : {11,9,14,10,18,27,12,23,19,18,20,28}']::time_series[] AS series;
SELECT is_empty($$ SELECT forecast_timestamp FROM three t, reconcile(t.names, t.series, '{"sum": {"a": 1, "b": 2}}', 3) r GROUP BY 1
  HAVING abs(sum(forecast_value * CASE r.series WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE -1 END)) > 1e-9 $$, 'weights count');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": {"a": 1, "b": -2}}', 3) $$, '22023', '"b" has the weight -2.000000 in "sum"', 'a negative weight');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": ["a", "b", "c"]}', 3) $$, '22023', 'the leaf "c" of the hierarchy has no series', 'a leaf that is missing');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": ["a"]}', 3) $$, '22023', 'the series "b" has no place in the hierarchy', 'a series too many');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"total": ["a", "b", "sum"]}', 3) $$, '22023', 'the sum "total" of the hierarchy has no series', 'a sum without a series');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": ["a", "b"], "a": ["sum"]}', 3) $$, '22023', NULL, 'a sum within itself');
SELECT throws_ok($$ SELECT FROM three, reconcile(names[:2], series, '{"sum": ["a", "b"]}', 3) $$, '22023', '2 names for 3 series', 'too few names');
SELECT throws_ok($$ SELECT FROM three, reconcile('{a,a,sum}', series, '{"sum": ["a"]}', 3) $$, '22023', NULL, 'a name twice');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '["a"]', 3) $$, '22023', 'hierarchy must be a JSON object of sums with their parts', 'a hierarchy that is a list');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": "a"}', 3) $$, '22023', NULL, 'parts that are a text');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": ["a", 1]}', 3) $$, '22023', NULL, 'a part that is a number');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": {"a": "x", "b": 1}}', 3) $$, '22023', NULL, 'a weight that is a text');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{}', 3) $$, '22023', 'the hierarchy is empty', 'no hierarchy');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, NULL, 3) $$, '22023', NULL, 'hierarchy NULL');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, ARRAY[series[1], series[2], '2026-01-01 / 1 day : {1,2,3}'::time_series], '{"sum": ["a", "b"]}', 3) $$, '22023',
  'series to reconcile must end at the same time and have the same step, horizon and levels', 'series of different ends');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": ["a", "b"]}', 0) $$, '22023', NULL, 'horizon 0');
SELECT throws_ok($$ SELECT FROM three, reconcile(names, series, '{"sum": ["a", "b"]}', weighting => 'best') $$, '22023', NULL, 'an unknown weighting');
SELECT throws_ok($$ SELECT FROM reconcile(NULL, NULL, '{"sum": ["a", "b"]}') $$, '22004', NULL, 'NULL for all');

-- What is not a forecast of performance_tracker_fit_series
SELECT throws_ok($$ SELECT performance_tracker_forecast_rows('\x00', true, true) $$, '22023', NULL, 'bytes of something else');
SELECT throws_ok($$ SELECT performance_tracker_reconcile_family('\x0102030405', '{}') $$, '22023', NULL, 'and as a parent');
SELECT * FROM finish();
ROLLBACK;
