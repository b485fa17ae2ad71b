-- SPDX-License-Identifier: PostgreSQL
--
-- recommendations() over the tables: each rule, the money, and what it refuses.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(34);

CREATE FUNCTION sums(from_age int, to_age int) RETURNS TABLE (product text, revenue numeric, spend numeric, clicks bigint, impressions bigint, units bigint)
LANGUAGE sql AS $$
  SELECT p.name, sum(d.revenue), sum(d.ad_spend), sum(d.clicks), sum(d.impressions), sum(d.units_sold)
  FROM daily_performance d JOIN products p ON p.id = d.product_id
  WHERE d.date BETWEEN current_date - from_age AND current_date - to_age GROUP BY p.name $$;

-- The floor's rules, recomputed from the tables. Every product here sells well over 41 units a week.
SELECT set_eq($$ SELECT product FROM recommendations() WHERE recommendation_type = 'acos_high' $$,
  'SELECT product FROM sums(7, 1) WHERE spend / revenue > 0.35', 'ACOS above 35%');
SELECT set_eq($$ SELECT product FROM recommendations() WHERE recommendation_type = 'roas_high' $$,
  'SELECT product FROM sums(7, 1) WHERE revenue / spend > 4', 'ROAS above 4');
SELECT is_empty($$ SELECT FROM recommendations() WHERE recommendation_type IN ('ctr_low', 'conversion_rate_low', 'revenue_drop', 'not_enough_evidence') $$,
  'nothing else is wrong here');
SELECT is_empty($$ SELECT FROM recommendations() r JOIN sums(7, 1) s USING (product) JOIN sums(14, 8) b USING (product)
  WHERE r.metric = 'acos' AND (abs(r.current_value - s.spend / s.revenue) > 1e-6 OR abs(r.prior_value - b.spend / b.revenue) > 1e-6
    OR abs(r.change_pct - 100 * (r.current_value / r.prior_value - 1)) > 0.01) $$, 'ratios are sums over sums, of both periods');
SELECT results_eq('SELECT DISTINCT severity FROM recommendations() ORDER BY severity DESC', $$ VALUES ('warning'), ('success') $$, 'their severities');
SELECT is_empty($$ SELECT FROM (SELECT severity, expected_impact, lag(severity) OVER w AS before_severity, lag(expected_impact) OVER w AS before_impact
    FROM recommendations() WITH ORDINALITY AS r WINDOW w AS (ORDER BY ordinality)) o
  WHERE before_severity = severity AND before_impact < expected_impact OR before_severity = 'success' AND severity = 'warning' $$,
  'warnings first, each by impact');
SELECT is_empty('SELECT FROM recommendations() WHERE NOT (impact_lower_bound <= expected_impact AND expected_impact <= impact_upper_bound)', 'the interval encloses the impact');
SELECT is_empty('SELECT FROM recommendations() WHERE scale(expected_impact) <> 2', 'money is to the cent');
SELECT is_empty($$ SELECT FROM recommendations() WHERE action = '' OR reason !~ '[0-9]' $$, 'each says what to do, and why, with numbers');

SAVEPOINT calm;
UPDATE daily_performance SET impressions = clicks * 60 WHERE product_id = 12;
SELECT results_eq($$ SELECT severity, current_value, trend FROM recommendations() WHERE product = 'Sports 12' AND recommendation_type = 'ctr_low' $$,
  $$ VALUES ('warning', 0.016667::float8, 'flat') $$, 'CTR below 2%');
UPDATE daily_performance SET clicks = 2 * clicks, impressions = 2 * impressions, ad_spend = 2 * ad_spend WHERE product_id = 12;
SELECT isnt_empty($$ SELECT FROM recommendations(product => 'Sports 12') WHERE recommendation_type = 'conversion_rate_low' AND severity = 'warning' $$, 'conversion rate below 8%');
UPDATE daily_performance SET revenue = revenue / 2, units_sold = units_sold / 2 WHERE product_id = 24 AND date >= current_date - 7;
SELECT results_eq($$ SELECT severity, trend, expected_impact > 0 FROM recommendations(product => 'Toys 24') WHERE recommendation_type = 'revenue_drop' $$,
  $$ VALUES ('warning', 'down', true) $$, 'revenue below 85% of the week before');
SELECT is_empty($$ SELECT FROM recommendations(product => 'Toys 24', days => 30) WHERE recommendation_type = 'revenue_drop' $$, 'a month does not see it');
INSERT INTO promotions (name, product_id, promotion_start, promotion_end) VALUES ('Sale', 24, current_date - 14, current_date - 9);
SELECT results_eq($$ SELECT severity FROM recommendations(product => 'Toys 24') WHERE recommendation_type = 'revenue_drop' $$, $$ VALUES ('info') $$,
  'after a promotion a drop is information');
ROLLBACK TO calm;

-- Too little to tell
UPDATE daily_performance SET clicks = 5, impressions = 200, ad_spend = 1, units_sold = 0, revenue = 0 WHERE product_id = 3;
UPDATE daily_performance SET units_sold = 1, revenue = 13 WHERE product_id = 3 AND date IN (current_date - 3, current_date - 5);
SELECT results_eq($$ SELECT DISTINCT recommendation_type, severity, expected_impact FROM recommendations(product => 'Electronics 3') WHERE metric = 'conversion_rate' $$,
  $$ VALUES ('not_enough_evidence', 'info', NULL::numeric) $$, 'two sales on 35 clicks are no evidence of 8%');
ROLLBACK TO calm;

-- Zero denominators, missing days
UPDATE daily_performance SET impressions = 0, clicks = 0, ad_spend = 0, units_sold = 0, revenue = 0 WHERE product_id = 3;
SELECT is_empty($$ SELECT FROM recommendations(product => 'Electronics 3') $$, 'a product without anything is not judged');
UPDATE daily_performance SET clicks = 500, ad_spend = 250, impressions = 20000 WHERE product_id = 3;
SELECT results_eq($$ SELECT recommendation_type, prior_value, change_pct, trend, expected_impact FROM recommendations(product => 'Electronics 3') $$,
  $$ VALUES ('conversion_rate_low', 0::float8, NULL::float8, NULL::text, 1274.00) $$,
  'clicks without sales: worth 8% of 3,500 clicks at the list price of 13 and a margin of 35%');
UPDATE products SET price = NULL WHERE id = 3;
SELECT results_eq($$ SELECT expected_impact FROM recommendations(product => 'Electronics 3') $$, 'VALUES (NULL::numeric)', 'no price, no money');
ROLLBACK TO calm;
DELETE FROM daily_performance WHERE date IN (current_date - 2, current_date - 4, current_date - 6);
SELECT is_empty($$ SELECT FROM recommendations() WHERE metric = 'revenue' $$, 'missing days are no drop');
DELETE FROM daily_performance WHERE date < current_date - 7;
SELECT is_empty($$ SELECT FROM recommendations() WHERE prior_value IS NOT NULL OR metric = 'revenue' $$, 'without days before there is no comparison');
SELECT isnt_empty($$ SELECT FROM recommendations() WHERE metric = 'acos' $$, 'but ratios are judged');
ROLLBACK TO calm;
INSERT INTO daily_performance (date, product_id, impressions, clicks, ad_spend, units_sold, revenue) SELECT current_date, id, 1, 1, 1e6, 0, 0 FROM products;
SELECT is((SELECT max(current_value) FROM recommendations() WHERE metric = 'acos') < 1, true, 'today does not count');
ROLLBACK TO calm;
SELECT is_empty($$ SELECT FROM recommendations(category => 'Toys') WHERE category <> 'Toys' $$, 'a category');

-- Bad input, one a line
SELECT throws_ok($$ SELECT FROM recommendations(days => 0) $$, '22023', 'days must be between 1 and 366, not 0', 'days 0');
SELECT throws_ok($$ SELECT FROM recommendations(days => -7) $$, '22023', 'days must be between 1 and 366, not -7', 'days negative');
SELECT throws_ok($$ SELECT FROM recommendations(days => 1000000) $$, '22023', 'days must be between 1 and 366, not 1000000', 'days enormous');
SELECT throws_ok($$ SELECT FROM recommendations(days => NULL) $$, '22004', 'days must not be NULL', 'days NULL');
SELECT throws_ok($$ SELECT FROM recommendations(product => 'x') $$, '22023', 'unknown product "x"', 'product unknown');
SELECT throws_ok($$ SELECT FROM recommendations(category => '') $$, '22023', 'unknown category ""', 'category empty');
SELECT throws_ok($$ SELECT FROM recommendations(product => 'Toys 24', category => 'Books') $$, '22023', NULL, 'product of another category');

-- Nothing there
SELECT lives_ok('DROP TABLE promotions CASCADE', 'promotions are optional');
SELECT isnt_empty('SELECT FROM recommendations()', 'and nothing is missing without them');
DELETE FROM daily_performance;
SELECT is_empty('SELECT FROM recommendations()', 'an empty table has nothing to recommend');
DROP TABLE daily_performance CASCADE;
SELECT throws_ok('SELECT FROM recommendations()', '42P01', NULL, 'a missing table is said to be missing');
SELECT * FROM finish();
ROLLBACK;
