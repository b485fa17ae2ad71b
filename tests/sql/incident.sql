-- SPDX-License-Identifier: PostgreSQL
--
-- incidents(): one row for what belongs together, with its cause, its money and who carries it; and bad input.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(24);

SELECT is_empty('SELECT FROM incidents(60)', 'a quiet shop has none');

-- Four days without a sale are one incident of one product
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE product_id = 13 AND date BETWEEN current_date - 12 AND current_date - 9;
SELECT results_eq('SELECT scope, incident_start, incident_end, goes_on, direction, products, categories, hypothesis_code FROM incidents()',
  $$ VALUES ('product', current_date - 12, current_date - 9, false, 'drop', ARRAY['Beauty 13'], ARRAY['Beauty'], 'stock_out_or_tracking') $$, 'four days are one row');
SELECT results_eq('SELECT revenue, round((revenue - expected_revenue - revenue_effect)::numeric, 2) FROM incidents()', 'VALUES (0::float8, 0.00)', 'with the money that was lost');
SELECT cmp_ok((SELECT revenue_effect FROM incidents()), '<', -1000::float8, 'which is what four days usually bring');
SELECT matches((SELECT hypothesis FROM incidents()), 'units and clicks cannot tell them apart', 'and what cannot be told is said');
SELECT is((SELECT evidence #>> '{conversion_rate,actual}' FROM incidents()), '0', 'evidence');
SELECT is_empty($$ SELECT FROM incidents(product => 'Wireless Mouse') $$, 'not one of another product');
SELECT isnt_empty($$ SELECT FROM incidents(product => 'Beauty 13') $$, 'one of its product');
SELECT isnt_empty($$ SELECT FROM incidents(category => 'Beauty') $$, 'and of its category');
SELECT is_empty('SELECT FROM incidents(days => 5)', 'it was before these days');

-- A shop-wide outage is one row, not twenty-four
SAVEPOINT quiet;
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE date BETWEEN current_date - 3 AND current_date - 1;
SELECT results_eq($$ SELECT scope, incident_start, goes_on, hypothesis_code, cardinality(products) >= 23 FROM incidents() WHERE incident_end = current_date - 1 $$,
  $$ VALUES ('shop', current_date - 3, true, 'tracking_outage', true) $$, 'the parent instead of its children, and it goes on');
SELECT is((SELECT count(*) FROM incidents()), 2::bigint, 'and the other one beside it');
ROLLBACK TO quiet;

-- A level that lasts is the new normal after a week
UPDATE daily_performance SET impressions = impressions / 4, clicks = clicks / 4, ad_spend = ad_spend / 4, units_sold = units_sold / 4,
  revenue = round(revenue / 4, 2) WHERE product_id = 24 AND date >= current_date - 20;
SELECT ok((SELECT new_level_since BETWEEN current_date - 15 AND current_date - 12 AND incident_end <= current_date - 12 FROM incidents() WHERE 'Toys 24' = ANY (products)),
  'a week on a new level, and it is the normal one');

-- A load that is missing
DELETE FROM daily_performance WHERE date = current_date - 2 AND product_id > 6;
SELECT results_eq($$ SELECT incident_start, incident_end, cardinality(products) FROM incidents() WHERE hypothesis_code = 'missing_load' $$,
  $$ VALUES (current_date - 2, current_date - 2, 18) $$, 'rows that did not come');

-- Bad input
SELECT throws_ok('SELECT FROM incidents(days => 0)', '22023', NULL, 'days 0');
SELECT throws_ok('SELECT FROM incidents(false_alarms => 1000)', '22023', NULL, 'false_alarms 1000');
SELECT throws_ok($$ SELECT FROM incidents(product => 'Nothing') $$, '22U01', NULL, 'product unknown');
UPDATE daily_performance SET impressions = NULL WHERE product_id = 1;
UPDATE daily_performance SET clicks = NULL WHERE product_id = 2;
UPDATE daily_performance SET ad_spend = NULL WHERE product_id = 4;
UPDATE daily_performance SET units_sold = NULL WHERE product_id = 5;
UPDATE daily_performance SET revenue = NULL WHERE product_id = 6;
UPDATE daily_performance SET ad_spend = 10, revenue = 0, units_sold = 0 WHERE product_id = 7;
UPDATE daily_performance SET ad_spend = 0, impressions = 0, clicks = 0 WHERE product_id = 8;
ALTER TABLE products DROP CONSTRAINT products_name_key;
UPDATE products SET name = 'Wireless Mouse' WHERE id IN (10, 11);
SELECT lives_ok('SELECT FROM incidents(90)', 'NULLs in each column, spend without revenue and the reverse, names that are not unique');
SELECT lives_ok('SELECT FROM detect_anomalies(90, by => ''category'', include_normal => true)', 'and so for days');
DELETE FROM daily_performance WHERE product_id <> 13;
SELECT isnt_empty('SELECT FROM incidents()', 'a shop of one product');
DELETE FROM daily_performance WHERE date < current_date - 10;
SELECT lives_ok('SELECT FROM incidents()', 'ten days of history');
UPDATE daily_performance SET impressions = 0, clicks = 0, ad_spend = 0, units_sold = 0, revenue = 0;
SELECT is_empty('SELECT FROM incidents()', 'nothing but zeros');
DELETE FROM daily_performance;
SELECT is_empty('SELECT FROM incidents()', 'an empty table');
SELECT is_empty('SELECT FROM key_drivers()', 'for key_drivers() as well');
SELECT finish();
ROLLBACK;
