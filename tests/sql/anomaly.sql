-- SPDX-License-Identifier: PostgreSQL
--
-- detect_anomalies() over the tables: what it finds, what it must not find, and what it refuses.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(72);

\ir functions.inc

-- A quiet shop
SELECT is_empty('SELECT * FROM detect_anomalies()', 'nothing happened, nothing is flagged');
SELECT is_empty($$ SELECT * FROM detect_anomalies(by => 'category') $$, 'nor by category');
SELECT is_empty($$ SELECT * FROM detect_anomalies(by => 'total', days => 30) $$, 'nor in the total of a month');
SELECT results_eq('SELECT count(*), count(DISTINCT product), min(day), max(day) FROM detect_anomalies(include_normal => true)',
  'VALUES (168::bigint, 24::bigint, current_date - 7, current_date - 1)', 'every product and complete day is judged');
SELECT is_empty('SELECT * FROM detect_anomalies(include_normal => true) WHERE NOT (lower_bound <= expected_value AND expected_value <= upper_bound) OR lower_bound < 0',
  'bounds enclose what is expected and are never negative');
SELECT is_empty('SELECT * FROM detect_anomalies(include_normal => true) WHERE abs(actual_value / expected_value - 1) > 0.15',
  'the weekday is known: a Saturday sells 1.4 times a Tuesday here');
SELECT is_empty($$ SELECT * FROM detect_anomalies(include_normal => true) WHERE hypothesis IS NOT NULL OR hypothesis_code IS NOT NULL $$,
  'a normal day needs no hypothesis');
SELECT is_empty($$ SELECT * FROM detect_anomalies(include_normal => true, z_threshold => 1.8)
  WHERE (abs(z_score) < 1.7) AND actual_value NOT BETWEEN lower_bound AND upper_bound
     OR (abs(z_score) > 1.9) AND actual_value BETWEEN lower_bound AND upper_bound $$,
  'the bounds are z_threshold deviations away');
SELECT results_eq($$ SELECT DISTINCT product, day, z_score, anomaly_probability FROM detect_anomalies(3, include_normal => true) ORDER BY 1, 2 $$,
  $$ SELECT product, day, z_score, anomaly_probability FROM detect_anomalies(40, include_normal => true) WHERE day >= current_date - 3 ORDER BY 1, 2 $$,
  'a day has the same score whatever number of days is asked for');

-- A stock-out
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE product_id = 13 AND date = current_date - 3;
SELECT results_eq('SELECT product, category, day, metric, actual_value, direction, is_anomaly, hypothesis_code FROM detect_anomalies()',
  $$ VALUES ('Beauty 13', 'Beauty', current_date - 3, 'revenue', 0::float8, 'drop', true, 'stock_out_or_tracking') $$, 'a product sells nothing');
SELECT cmp_ok((SELECT anomaly_probability FROM detect_anomalies()), '>', 0.99::float8, 'and that is no chance');
SELECT cmp_ok((SELECT expected_value FROM detect_anomalies()), '>', 400::float8, 'the day itself is not in its baseline');
SELECT matches((SELECT hypothesis FROM detect_anomalies()), '^Clicks came in as usual but next to nothing was sold', 'said in a sentence');
SELECT is((SELECT evidence #>> '{drivers,conversion_rate,actual}' FROM detect_anomalies()), '0', 'with the driver that did it');
SELECT results_eq($$ SELECT product, evidence ->> 'driver_product' FROM detect_anomalies(category => 'Beauty', by => 'category', z_threshold => 1.8) $$,
  $$ VALUES (NULL, 'Beauty 13') $$, 'the category names the product that moved it');
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(metric => 'units_sold') $$, $$ VALUES ('stock_out_or_tracking') $$, 'in units too');
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(metric => 'conversion_rate') $$, $$ VALUES ('stock_out_or_tracking') $$, 'in the conversion rate too');
SELECT is_empty($$ SELECT FROM detect_anomalies(metric => 'clicks') UNION ALL SELECT FROM detect_anomalies(metric => 'impressions')
  UNION ALL SELECT FROM detect_anomalies(metric => 'ad_spend') UNION ALL SELECT FROM detect_anomalies(metric => 'ctr')
  UNION ALL SELECT FROM detect_anomalies(metric => 'cpc') $$, 'and nothing else moved');
SELECT is_empty($$ SELECT FROM detect_anomalies(metric => 'acos') WHERE product = 'Beauty 13' $$, 'a zero denominator is not judged');
SELECT is_empty($$ SELECT FROM detect_anomalies(product => 'Wireless Mouse') $$, 'a filter leaves it out');
SELECT is_empty($$ SELECT FROM detect_anomalies(category => 'Books') $$, 'so does a category');
SELECT is_empty($$ SELECT FROM detect_anomalies(days => 2) $$, 'so does a shorter window');
SELECT is_empty($$ SELECT FROM detect_anomalies(z_threshold => 50) $$, 'and a threshold beyond it');
SELECT isnt_empty($$ SELECT FROM detect_anomalies(z_threshold => 3) $$, 'not one below');

-- The cause is found, one after the other
SAVEPOINT quiet;
UPDATE daily_performance SET units_sold = 3 * units_sold, revenue = 3 * revenue WHERE product_id = 20 AND date = current_date - 2;
SELECT results_eq($$ SELECT direction, hypothesis_code FROM detect_anomalies(product => 'Books 20') $$, $$ VALUES ('spike', 'conversion_surge') $$, 'three times the sales');
UPDATE daily_performance SET revenue = revenue * 2 WHERE product_id = 21 AND date = current_date - 2;
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(product => 'Toys 21') $$, $$ VALUES ('price_change') $$, 'twice the price');
UPDATE daily_performance SET impressions = impressions / 4, clicks = clicks / 4, ad_spend = ad_spend / 4, units_sold = units_sold / 4, revenue = revenue / 4
WHERE product_id = 22 AND date = current_date - 2;
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(product => 'Toys 22') $$, $$ VALUES ('spend_cut') $$, 'a quarter of the budget');
UPDATE daily_performance SET impressions = impressions / 4, clicks = clicks / 4, units_sold = units_sold / 4, revenue = revenue / 4
WHERE product_id = 23 AND date = current_date - 2;
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(product => 'Toys 23') $$, $$ VALUES ('impressions_drop') $$, 'the same money, a quarter of the reach');
UPDATE daily_performance SET clicks = clicks / 4, ad_spend = ad_spend / 4, units_sold = units_sold / 4, revenue = revenue / 4
WHERE product_id = 24 AND date = current_date - 2;
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(product => 'Toys 24') $$, $$ VALUES ('ctr_change') $$, 'seen but not clicked');
SELECT is((SELECT count(*) FROM (SELECT a.actual_value, a.expected_value, sum((d.value ->> 'contribution')::float8) AS total
  FROM detect_anomalies() a, jsonb_each(a.evidence -> 'drivers') d WHERE a.actual_value > 0 GROUP BY a.product, a.day, 1, 2) s
  WHERE abs(total - ln(actual_value / expected_value)) > 1e-4), 0::bigint, 'the contributions of the drivers add up');
SELECT results_eq('SELECT abs(z_score) FROM detect_anomalies()', 'SELECT abs(z_score) FROM detect_anomalies() ORDER BY 1 DESC', 'the largest first');
ROLLBACK TO quiet;
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE date = current_date - 2;
SELECT is((SELECT count(*) FROM detect_anomalies() WHERE day = current_date - 2 AND hypothesis_code = 'tracking_outage'), 24::bigint,
  'no revenue for any product, clicks as usual: tracking');
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(by => 'total') WHERE day = current_date - 2 $$, $$ VALUES ('tracking_outage') $$, 'in the total too');
SELECT results_eq($$ SELECT DISTINCT hypothesis_code FROM detect_anomalies(product => 'Toys 24') $$, $$ VALUES ('tracking_outage') $$, 'known also when one product is asked for');
ROLLBACK TO quiet;
UPDATE daily_performance SET units_sold = 2 * units_sold, revenue = 2 * revenue WHERE date = current_date - 2;
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(by => 'total') WHERE day = current_date - 2 $$, $$ VALUES ('broad_market_move') $$, 'everything moved');
ROLLBACK TO quiet;

-- Promotions
UPDATE daily_performance SET units_sold = 3 * units_sold, revenue = 2.5 * revenue WHERE product_id = 20 AND date BETWEEN current_date - 4 AND current_date - 2;
SELECT is((SELECT count(*) FROM detect_anomalies(product => 'Books 20')), 3::bigint, 'three days of high sales');
INSERT INTO promotions (name, product_id, promotion_start, promotion_end) VALUES ('Reading week "24"', 20, current_date - 4, current_date - 2);
SELECT is_empty($$ SELECT FROM detect_anomalies(product => 'Books 20') $$, 'are explained by a promotion');
SELECT results_eq($$ SELECT DISTINCT hypothesis_code, is_anomaly, evidence -> 'promotions' FROM detect_anomalies(product => 'Books 20', include_normal => true) WHERE hypothesis_code IS NOT NULL $$,
  $$ VALUES ('promotion', false, '["Reading week \"24\""]'::jsonb) $$, 'and shown on request');
UPDATE promotions SET product_id = NULL, category = 'Toys';
SELECT is((SELECT count(*) FROM detect_anomalies(product => 'Books 20')), 3::bigint, 'a promotion of another category explains nothing');
UPDATE promotions SET category = 'Books';
SELECT is_empty($$ SELECT FROM detect_anomalies(product => 'Books 20') $$, 'one of its category does');
UPDATE promotions SET category = NULL;
SELECT is_empty($$ SELECT FROM detect_anomalies(product => 'Books 20') $$, 'so does one of the whole shop');
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE product_id = 20 AND date = current_date - 3;
SELECT results_eq($$ SELECT hypothesis_code FROM detect_anomalies(product => 'Books 20') $$, $$ VALUES ('stock_out_or_tracking') $$, 'no promotion explains a fall');
ROLLBACK TO quiet;

-- Missing and incomplete days
DELETE FROM daily_performance WHERE product_id = 13 AND date = current_date - 3;
SELECT is_empty('SELECT FROM detect_anomalies()', 'a missing day is not a day without sales');
DELETE FROM daily_performance WHERE product_id > 12 AND date = current_date - 1;
SELECT is_empty($$ SELECT FROM detect_anomalies(by => 'total') $$, 'half a day is no collapse of the total');
INSERT INTO daily_performance (date, product_id, revenue) SELECT current_date + d, id, 0 FROM products, generate_series(0, 3) d;
SELECT is((SELECT max(day) FROM detect_anomalies(include_normal => true)), current_date - 1, 'today and the future are not judged');
UPDATE daily_performance SET revenue = NULL, units_sold = NULL WHERE product_id = 5 AND date = current_date - 2;
SELECT is_empty('SELECT FROM detect_anomalies()', 'NULL is missing too');
ROLLBACK TO quiet;
DELETE FROM daily_performance WHERE date < current_date - 20;
SELECT results_eq($$ SELECT count(*), count(expected_value), min(evidence ->> 'history_days') FROM detect_anomalies(days => 7, include_normal => true)
  WHERE hypothesis_code = 'insufficient_history' $$, $$ VALUES (24::bigint, 0::bigint, '13') $$, 'thirteen days of history are not enough');
ROLLBACK TO quiet;

-- Tables of one's own
CREATE SCHEMA other;
CREATE VIEW other.products AS SELECT id::bigint, name::varchar(80), category::varchar FROM public.products;
CREATE VIEW other.daily_performance AS SELECT date + time '23:59' AS date, product_id::bigint, impressions::float8, clicks::bigint,
  ad_spend::float8, units_sold::numeric, revenue::float8 FROM public.daily_performance;
CREATE TEMPORARY TABLE expected AS SELECT * FROM detect_anomalies(include_normal => true);
SET LOCAL search_path = other, tap;
SELECT results_eq('SELECT * FROM public.detect_anomalies(include_normal => true)', 'SELECT * FROM expected',
  'views with types of their own, and no promotions at all');
SET LOCAL search_path = public, tap;

-- Bad input, one a line
SELECT throws_ok($$ SELECT FROM detect_anomalies(days => 0) $$, '22023', 'days must be between 1 and 366, not 0', 'days 0');
SELECT throws_ok($$ SELECT FROM detect_anomalies(days => -3) $$, '22023', 'days must be between 1 and 366, not -3', 'days negative');
SELECT throws_ok($$ SELECT FROM detect_anomalies(days => 2147483647) $$, '22023', 'days must be between 1 and 366, not 2147483647', 'days enormous');
SELECT throws_ok($$ SELECT FROM detect_anomalies(days => NULL) $$, '22004', 'days must not be NULL', 'days NULL');
SELECT throws_ok($$ SELECT FROM detect_anomalies(z_threshold => 0) $$, '22023', 'z_threshold must be between 0.1 and 100, not 0', 'z_threshold 0');
SELECT throws_ok($$ SELECT FROM detect_anomalies(z_threshold => -1.8) $$, '22023', NULL, 'z_threshold negative');
SELECT throws_ok($$ SELECT FROM detect_anomalies(z_threshold => 'NaN') $$, '22023', NULL, 'z_threshold NaN');
SELECT throws_ok($$ SELECT FROM detect_anomalies(z_threshold => 'Infinity') $$, '22023', NULL, 'z_threshold infinite');
SELECT throws_ok($$ SELECT FROM detect_anomalies(false_alarms => 0) $$, '22023', 'false_alarms must be between 0.01 and 100, not 0', 'false_alarms 0');
SELECT throws_ok($$ SELECT FROM detect_anomalies(false_alarms => NULL) $$, '22004', NULL, 'false_alarms NULL');
SELECT throws_ok($$ SELECT FROM detect_anomalies(method => 'magic') $$, '22023', 'unknown method "magic"', 'method unknown');
SELECT isnt_empty($$ SELECT FROM detect_anomalies(method => 'zscore', days => 60) $$, 'the plain rule sees weekends');
SELECT lives_ok($$ SELECT * FROM detect_anomalies(method => 'forecast', product => 'Wireless Mouse') $$, 'the series'' own model');
SELECT throws_ok($$ SELECT FROM detect_anomalies(metric => 'magic') $$, '22023', 'unknown metric "magic"', 'metric unknown');
SELECT throws_ok($$ SELECT FROM detect_anomalies(by => 'week') $$, '22023', 'unknown by "week"', 'by unknown');
SELECT throws_ok($$ SELECT FROM detect_anomalies(product => 'Wireles Mouse') $$, '22U01', 'unknown product "Wireles Mouse"', 'product unknown');
SELECT throws_ok($$ SELECT FROM detect_anomalies(category => 'toys') $$, '22U01', 'unknown category "toys"', 'category unknown');
SELECT throws_ok($$ SELECT FROM detect_anomalies(include_normal => NULL) $$, '22004', 'include_normal must not be NULL', 'include_normal NULL');
SELECT matches(hint_of($$ SELECT FROM detect_anomalies(product => 'Wireles Mouse') $$), '"Wireless Mouse"', 'the hint names what exists');

-- Numbers of the tables are read as ::double precision reads them, to the last bit
CREATE TEMPORARY TABLE numbers AS
  SELECT round((hashint8extended(i, 1) / 9223372036854775807.0 * 10::numeric ^ (i % 19 - 4)), i % 7) AS value, i
  FROM generate_series(1, 20000) i
  UNION ALL SELECT v::numeric, 0 FROM unnest('{0,-0.01,0.1,1e-30,123456789012345678901234.5,9007199254740993,-99999999999999.99,10000,1e20,NaN}'::text[]) v;
SELECT is((SELECT count(*) FROM (
    SELECT (c.r).revenue AS read FROM (SELECT performance_tracker_cells('2026-01-01', 1, date '2026-01-01', 0, 0::smallint, 0::bigint, 0::real, value
                                                                        ORDER BY i, value) AS r FROM numbers) c) a,
    (SELECT array_agg(CASE WHEN value <> 'NaN' THEN value::float8 ELSE 'NaN' END ORDER BY i, value) AS cast_to FROM numbers) b
  WHERE a.read IS DISTINCT FROM b.cast_to), 0::bigint, 'numeric is read as its cast is');
SELECT is((performance_tracker_cells('2026-01-01', 7, date '2026-01-03', 1::smallint, 2::bigint, 3.5::real, '4.25'::text, NULL::numeric))::text,
  '({7},{2},{1},{2},{3.5},{4.25},{NaN})', 'columns of any type that has numbers');
SELECT is((SELECT performance_tracker_cells('2026-01-01', NULL, date '2026-01-03', 1, 2, 3, 4, 5)), NULL, 'rows of no product are nobody''s');

-- Nothing there
DELETE FROM daily_performance;
SELECT is_empty('SELECT FROM detect_anomalies(include_normal => true)', 'an empty table has nothing to judge');
DROP TABLE daily_performance CASCADE;
SELECT throws_ok('SELECT FROM detect_anomalies()', '42P01', NULL, 'a missing table is said to be missing');
SELECT * FROM finish();
ROLLBACK;
