-- SPDX-License-Identifier: PostgreSQL
--
-- forecast_revenue() over the shop's tables.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(49);

-- The total
SELECT is((SELECT count(*) FROM forecast_revenue()), 30::bigint, 'thirty days by default');
SELECT results_eq('SELECT min(forecast_timestamp), max(forecast_timestamp) FROM forecast_revenue()',
  'SELECT current_date, current_date + 29', 'they begin after the last complete day');
SELECT is_empty('SELECT FROM forecast_revenue() WHERE category IS NOT NULL OR product IS NOT NULL',
  'the total has neither category nor product');
SELECT is_empty('SELECT FROM forecast_revenue() WHERE confidence_level <> 0.8 OR time_series_type <> ''forecast''
  OR forecast_value IS NULL OR model IS NULL OR NOT prediction_interval_lower_bound <= forecast_value
  OR NOT forecast_value <= prediction_interval_upper_bound', 'values, interval and model on each row');
SELECT results_eq(
  $$ SELECT forecast_timestamp, time_series_data FROM forecast_revenue(include_history => true)
     WHERE time_series_type = 'history' $$,
  'SELECT date, sum(revenue)::float8 FROM daily_performance GROUP BY date ORDER BY date',
  'history is the sum over products, day by day');
SELECT results_eq(
  $$ SELECT round(forecast_value::numeric, 2) FROM forecast_revenue(7, method => 'moving_average') LIMIT 1 $$,
  $$ SELECT round(avg(revenue), 2) FROM (SELECT sum(revenue) AS revenue FROM daily_performance
     WHERE date >= current_date - 7 GROUP BY date) d $$, 'the baseline is the mean of the last seven days');
SELECT results_eq(
  $$ SELECT forecast_timestamp, forecast_value FROM forecast_revenue(7, method => 'seasonal_naive') $$,
  $$ SELECT date + 7, sum(revenue)::float8 FROM daily_performance WHERE date >= current_date - 7
     GROUP BY date ORDER BY date $$, 'seasonal naive is the week before');
SELECT is_empty(
  $$ SELECT FROM forecast_revenue(14) f
     JOIN (SELECT date, sum(revenue) AS revenue FROM daily_performance GROUP BY date) d ON d.date = f.forecast_timestamp - 14
     WHERE abs(f.forecast_value / (d.revenue * 1.025) - 1) > 0.05 $$, 'weekday pattern and trend continue within 5%');

-- Filters and groups
SELECT is((SELECT count(*) FROM forecast_revenue(3, by => 'category')), 18::bigint, 'six categories');
SELECT is((SELECT count(*) FROM forecast_revenue(3, by => 'product')), 72::bigint, 'twenty-four products');
SELECT is((SELECT count(*) FROM forecast_revenue(3, by => 'product', category => 'Toys')), 12::bigint, 'four in a category');
SELECT results_eq('SELECT DISTINCT category, product FROM forecast_revenue(1, by => ''product'') ORDER BY 1, 2',
  'SELECT category, name FROM products ORDER BY 1, 2', 'each product with its category');
SELECT results_eq($$ SELECT DISTINCT category, product FROM forecast_revenue(2, product => 'Wireless Mouse') $$,
  $$ VALUES ('Electronics', 'Wireless Mouse') $$, 'a product names its category too');
SELECT results_eq($$ SELECT DISTINCT category, product FROM forecast_revenue(2, category => 'Toys') $$,
  $$ VALUES ('Toys', NULL) $$, 'a category is one series');
SELECT results_eq($$ SELECT * FROM forecast_revenue(5, product => 'Wireless Mouse') $$,
  $$ SELECT * FROM forecast_revenue(5, by => 'product') WHERE product = 'Wireless Mouse' $$,
  'a product alone is forecast as among all');
SELECT results_eq($$ SELECT * FROM forecast_revenue(5, product => 'Wireless Mouse', category => 'Electronics', by => 'category') $$,
  $$ SELECT * FROM forecast_revenue(5, product => 'Wireless Mouse') $$, 'a given product is always its own series');
SELECT results_eq($$ SELECT * FROM forecast_revenue(5, category => 'Toys') $$,
  $$ SELECT * FROM forecast_revenue(5, by => 'category') WHERE category = 'Toys' $$,
  'a category alone is forecast as among all');
SELECT is_empty($$ SELECT FROM (SELECT category, product, forecast_timestamp, lag((category, product, forecast_timestamp))
     OVER () AS before FROM forecast_revenue(4, by => 'product', include_history => true)) r
     WHERE before >= ROW(category, product, forecast_timestamp) $$, 'ordered by category, product and day');
SELECT is_empty($$ SELECT FROM forecast_revenue(confidence_level => 0.5) a JOIN forecast_revenue(confidence_level => 0.95) b
  USING (forecast_timestamp) WHERE a.prediction_interval_upper_bound >= b.prediction_interval_upper_bound $$,
  'more confidence is a wider interval');

-- Days that are missing, incomplete, or not there at all
INSERT INTO daily_performance (date, product_id, revenue) VALUES (current_date, 1, 1e6), (current_date + 9, 1, 1e6);
SELECT cmp_ok((SELECT max(forecast_value) FROM forecast_revenue(product => 'Wireless Mouse')), '<', 1000::float8,
  'today and the future are not looked at');
DELETE FROM daily_performance WHERE date >= current_date;
DELETE FROM daily_performance WHERE product_id = 1 AND date IN (current_date - 20, current_date - 21, current_date - 40);
SELECT is((SELECT count(*) FROM forecast_revenue(product => 'Wireless Mouse', include_history => true)
           WHERE time_series_type = 'history' AND time_series_data IS NULL), 3::bigint, 'a day without a row is missing, not zero');
SELECT matches((SELECT max(forecast_status) FROM forecast_revenue(product => 'Wireless Mouse')), '3', 'and counted');
SELECT is((SELECT count(*) FROM forecast_revenue(product => 'Wireless Mouse', include_history => true)
           WHERE time_series_type = 'history'), 90::bigint, 'the calendar is not shifted');
UPDATE daily_performance SET revenue = NULL WHERE product_id = 1 AND date = current_date - 10;
SELECT matches((SELECT max(forecast_status) FROM forecast_revenue(product => 'Wireless Mouse')), '4', 'NULL revenue is missing too');
DELETE FROM daily_performance WHERE product_id = 2 AND date > current_date - 12;
SELECT results_eq($$ SELECT min(forecast_timestamp), max(forecast_status) ~ ('no rows after ' || current_date - 12)
  FROM forecast_revenue(product => 'Electronics 2') $$, 'SELECT current_date, true',
  'a series that ended early is forecast for the same days, and says so');
DELETE FROM daily_performance WHERE product_id = 3 AND date < current_date - 5;
SELECT isnt((SELECT max(forecast_status) FROM forecast_revenue(product => 'Electronics 3')), NULL, 'five days: an answer that says it is a fallback');
UPDATE daily_performance SET revenue = 0 WHERE product_id = 4;
SELECT is((SELECT array_agg(DISTINCT forecast_value) FROM forecast_revenue(product => 'Electronics 4')), '{0}', 'no revenue at all is zero');
UPDATE daily_performance SET revenue = GREATEST(0, 50 - (current_date - date - 60) * -1.0) WHERE product_id = 5;
SELECT cmp_ok((SELECT min(prediction_interval_lower_bound) FROM forecast_revenue(60, product => 'Home 5', confidence_level => 0.99)),
  '>=', 0::float8, 'revenue is never forecast negative, bounds included');
INSERT INTO products (name, price, category) VALUES ('Nameless "thing" \ %', 1, NULL);
INSERT INTO daily_performance (date, product_id, revenue)
  SELECT date, (SELECT max(id) FROM products), 10 FROM daily_performance WHERE product_id = 6;
SELECT results_eq($$ SELECT DISTINCT category, product FROM forecast_revenue(product => 'Nameless "thing" \ %') $$,
  $$ VALUES (NULL::text, 'Nameless "thing" \ %') $$, 'any name, and no category');
SELECT is((SELECT count(DISTINCT COALESCE(category, '')) FROM forecast_revenue(1, by => 'category')), 7::bigint,
  'products without a category are a group of their own');

-- Bad input, one a line
SELECT throws_ok($$ SELECT FROM forecast_revenue(horizon => 0) $$, '22023', 'horizon must be between 1 and 10000, not 0', 'horizon 0');
SELECT throws_ok($$ SELECT FROM forecast_revenue(horizon => -3) $$, '22023', 'horizon must be between 1 and 10000, not -3', 'horizon negative');
SELECT throws_ok($$ SELECT FROM forecast_revenue(horizon => 2000000000) $$, '22023', 'horizon must be between 1 and 10000, not 2000000000', 'horizon enormous');
SELECT throws_ok($$ SELECT FROM forecast_revenue(horizon => NULL) $$, '22004', 'horizon must not be NULL', 'horizon NULL');
SELECT throws_ok($$ SELECT FROM forecast_revenue(confidence_level => 80) $$, '22023', 'confidence_level must be between 0 and 1, not 80', 'confidence 80');
SELECT throws_ok($$ SELECT FROM forecast_revenue(confidence_level => 'NaN') $$, '22023', NULL, 'confidence NaN');
SELECT throws_ok($$ SELECT FROM forecast_revenue(by => 'week') $$, '22023', 'unknown by "week"', 'by unknown');
SELECT throws_ok($$ SELECT FROM forecast_revenue(by => NULL) $$, '22004', 'by must not be NULL', 'by NULL');
SELECT throws_ok($$ SELECT FROM forecast_revenue(method => 'prophet') $$, '22023', 'unknown method "prophet"', 'method unknown');
SELECT throws_ok($$ SELECT FROM forecast_revenue(include_history => NULL) $$, '22004', 'include_history must not be NULL', 'include_history NULL');
SELECT throws_ok($$ SELECT FROM forecast_revenue(product => 'Wireless Moose') $$, '22U01', 'unknown product "Wireless Moose"', 'product unknown');
SELECT throws_ok($$ SELECT FROM forecast_revenue(category => 'Toy') $$, '22U01', 'unknown category "Toy"', 'category unknown');
SELECT throws_ok($$ SELECT FROM forecast_revenue(product => 'Wireless Mouse', category => 'Toys') $$, '22023', NULL, 'product of another category');
INSERT INTO products (name) VALUES ('Unsold');
SELECT throws_ok($$ SELECT FROM forecast_revenue(product => 'Unsold') $$, '22000', format('no revenue to forecast: there are no rows up to %s for ''Unsold''', current_date - 1), 'a product without rows');
UPDATE daily_performance SET revenue = NULL WHERE product_id = 8;
SELECT throws_ok($$ SELECT FROM forecast_revenue(product => 'Home 8') $$, '22000', NULL, 'a product with nothing but NULL');
SELECT is((SELECT count(*) FROM forecast_revenue(1, by => 'product')), 24::bigint, 'which does not fail the other 24');
SAVEPOINT before_delete;
DELETE FROM daily_performance WHERE date < current_date;
SELECT throws_ok($$ SELECT FROM forecast_revenue() $$, '22000', 'daily_performance holds no day to forecast from', 'an empty table');
ROLLBACK TO before_delete;
CREATE SCHEMA other;
CREATE VIEW other.products AS SELECT id::bigint, name::varchar(80), category::varchar FROM public.products;
CREATE VIEW other.daily_performance AS SELECT date + time '23:59' AS date, product_id::bigint, revenue::float8 FROM public.daily_performance;
SET LOCAL search_path = other, public, tap;
SELECT is((SELECT count(*) FROM forecast_revenue(2, by => 'product')), 48::bigint, 'views with types of their own');
SET LOCAL search_path = public, tap;
DROP TABLE daily_performance CASCADE;
SELECT throws_ok($$ SELECT FROM forecast_revenue() $$, '42P01', NULL, 'a missing table');
SELECT * FROM finish();
ROLLBACK;
