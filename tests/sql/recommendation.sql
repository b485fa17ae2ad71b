-- SPDX-License-Identifier: PostgreSQL
--
-- recommendations() over the tables: each rule, the money, and what it refuses.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(76);

CREATE FUNCTION sums(from_age int, to_age int) RETURNS TABLE (product text, revenue numeric, spend numeric, clicks bigint, impressions bigint, units bigint)
LANGUAGE sql AS $$
  SELECT p.name, sum(d.revenue), sum(d.ad_spend), sum(d.clicks), sum(d.impressions), sum(d.units_sold)
  FROM daily_performance d JOIN products p ON p.id = d.product_id
  WHERE d.date BETWEEN current_date - from_age AND current_date - to_age GROUP BY p.name $$;

-- Everything here has been as it is for 90 days: what is beyond a line is told in the product's turn, once in four weeks.
-- A week of another spend is news: the floor's rules, recomputed from the tables.
SELECT is_empty($$ SELECT FROM recommendations() r JOIN sums(7, 1) s USING (product) WHERE r.metric = 'acos' AND s.spend / s.revenue <= 0.35
  AND r.recommendation_type <> 'spend_saturated' OR r.metric = 'roas' AND s.revenue / s.spend <= 4 AND r.severity <> 'success' $$, 'no rule fires on the other side of its line');
SELECT cmp_ok((SELECT count(*) FROM recommendations()), '<', (SELECT count(*) FROM sums(7, 1) WHERE spend / revenue > 0.35 OR revenue / spend > 4),
  'what is normal is not told of every product every week');
SELECT is_empty($$ SELECT FROM recommendations() WHERE recommendation_type IN ('ctr_low', 'conversion_rate_low', 'revenue_drop', 'not_enough_evidence') $$,
  'nothing else is wrong here');
SELECT is_empty($$ SELECT product, cause FROM recommendations() GROUP BY product, cause HAVING count(*) > 1 $$, 'one row a product and cause');
SELECT is_empty($$ SELECT FROM recommendations() r JOIN sums(7, 1) s USING (product) JOIN sums(14, 8) b USING (product)
  WHERE r.metric = 'acos' AND (abs(r.current_value - s.spend / s.revenue) > 1e-6 OR abs(r.prior_value - b.spend / b.revenue) > 1e-6
    OR abs(r.change_pct - 100 * (r.current_value / r.prior_value - 1)) > 0.01) $$, 'ratios are sums over sums, of both periods');
SELECT is_empty($$ SELECT FROM recommendations() WHERE severity = 'success' AND impact_lower_bound <= 0 $$, 'a success is one at its lower bound too');
CREATE VIEW out_of_order AS SELECT FROM (SELECT severity, impact_lower_bound, lag(severity) OVER w AS before_severity, lag(impact_lower_bound) OVER w AS before_impact
    FROM recommendations() WITH ORDINALITY AS r WINDOW w AS (ORDER BY ordinality)) o
  WHERE before_severity = severity AND before_impact < impact_lower_bound OR before_severity = 'success' AND severity = 'warning';
SELECT is_empty('TABLE out_of_order', 'warnings first, each by the lower bound');
SELECT is_empty('SELECT FROM recommendations() WHERE NOT (impact_lower_bound <= expected_impact AND expected_impact <= impact_upper_bound)', 'the interval encloses the impact');
SELECT is_empty('SELECT FROM recommendations() WHERE scale(expected_impact) <> 2', 'money is to the cent');
SELECT is_empty($$ SELECT FROM recommendations() WHERE action = '' OR reason !~ '[0-9]' OR cause = '' OR jsonb_typeof(evidence) <> 'array' $$, 'each says what to do, and why, with numbers');
SELECT is_empty($$ SELECT FROM recommendations() WHERE margin_known OR margin <> 0.35 OR reason NOT LIKE '%assumed margin of 35%' $$, 'an assumed margin is said to be one');

SAVEPOINT calm;
UPDATE daily_performance SET impressions = clicks * 60 WHERE product_id = 12 AND date >= current_date - 7;
SELECT results_eq($$ SELECT severity, current_value, trend, cause FROM recommendations() WHERE product = 'Sports 12' AND recommendation_type = 'ctr_low' $$,
  $$ VALUES ('warning', 0.016667::float8, 'down', 'ctr_change') $$, 'CTR below 2%');
UPDATE daily_performance SET clicks = 2 * clicks, impressions = 2 * impressions, ad_spend = 2 * ad_spend WHERE product_id = 12 AND date >= current_date - 7;
SELECT isnt_empty($$ SELECT FROM recommendations(product => 'Sports 12') WHERE recommendation_type = 'conversion_rate_low' AND severity = 'warning' $$, 'conversion rate below 8%');
UPDATE daily_performance SET ad_spend = 4 * ad_spend WHERE product_id = 5 AND date >= current_date - 7;
SELECT isnt_empty($$ SELECT FROM recommendations(product => 'Home 5') WHERE recommendation_type = 'acos_high' $$, 'ACOS above 35%');
-- CTR collapses, and with the clicks spend and revenue: the cause is the ad, and no budget is blamed.
UPDATE daily_performance SET clicks = clicks / 3, ad_spend = ad_spend / 3, units_sold = round(units_sold / 3.0), revenue = round(units_sold / 3.0) * 17 WHERE product_id = 7 AND date >= current_date - 7;
SELECT results_eq($$ SELECT recommendation_type, cause, action ~ 'budget', evidence @> '[{"what": "ctr"}]' FROM recommendations(product => 'Home 7') WHERE cause <> 'budget' $$,
  $$ VALUES ('revenue_drop', 'ctr_change', false, true) $$, 'a collapse of the CTR is not called a budget cut');
UPDATE daily_performance SET revenue = revenue / 2, units_sold = units_sold / 2 WHERE product_id = 24 AND date >= current_date - 7;
SELECT results_eq($$ SELECT severity, trend, expected_impact > 0, cause FROM recommendations(product => 'Toys 24') WHERE recommendation_type = 'revenue_drop' $$,
  $$ VALUES ('warning', 'down', true, 'conversion_drop') $$, 'revenue below 85% of the week before');
SELECT is_empty($$ SELECT FROM recommendations(product => 'Toys 24', days => 30) WHERE recommendation_type = 'revenue_drop' $$, 'a month does not see it');
INSERT INTO promotions (name, product_id, promotion_start, promotion_end) VALUES ('Sale', 24, current_date - 14, current_date - 9);
SELECT results_eq($$ SELECT severity FROM recommendations(product => 'Toys 24') WHERE recommendation_type = 'revenue_drop' $$, $$ VALUES ('info') $$,
  'after a promotion a drop is information');
-- PostgreSQL 16 and later may answer the join with the dismissed ones in the order of a hash table.
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_nestloop = off;
DISCARD PLANS;
SELECT is_empty('TABLE out_of_order', 'in whatever way the dismissed ones are left out');
RESET enable_hashjoin;
RESET enable_nestloop;
DISCARD PLANS;
ROLLBACK TO calm;

-- Too little to tell
UPDATE daily_performance SET clicks = 5, impressions = 200, ad_spend = 1, units_sold = 0, revenue = 0 WHERE product_id = 3 AND date >= current_date - 7;
UPDATE daily_performance SET units_sold = 1, revenue = 13 WHERE product_id = 3 AND date IN (current_date - 3, current_date - 5);
SELECT results_eq($$ SELECT DISTINCT recommendation_type, severity, expected_impact FROM recommendations(product => 'Electronics 3') WHERE metric = 'conversion_rate' $$,
  $$ VALUES ('not_enough_evidence', 'info', NULL::numeric) $$, 'two sales on 35 clicks are no evidence of 8%');
ROLLBACK TO calm;

-- Zero denominators, missing days
UPDATE daily_performance SET impressions = 0, clicks = 0, ad_spend = 0, units_sold = 0, revenue = 0 WHERE product_id = 3;
SELECT is_empty($$ SELECT FROM recommendations(product => 'Electronics 3') $$, 'a product without anything is not judged');
UPDATE daily_performance SET clicks = 500, ad_spend = 250, impressions = 20000 WHERE product_id = 3 AND date >= current_date - 7;
SELECT results_eq($$ SELECT recommendation_type, prior_value, change_pct, trend, expected_impact FROM recommendations(product => 'Electronics 3') $$,
  $$ VALUES ('conversion_rate_low', NULL::float8, NULL::float8, NULL::text, 1274.00) $$,
  'clicks without sales: worth 8% of 3,500 clicks at the list price of 13 and a margin of 35%');
UPDATE products SET price = NULL WHERE id = 3;
SELECT results_eq($$ SELECT expected_impact FROM recommendations(product => 'Electronics 3') $$, 'VALUES (NULL::numeric)', 'no price, no money');
ROLLBACK TO calm;
DELETE FROM daily_performance WHERE date IN (current_date - 2, current_date - 4, current_date - 6);
SELECT is_empty($$ SELECT FROM recommendations() WHERE metric = 'revenue' $$, 'missing days are no drop');
DELETE FROM daily_performance WHERE date < current_date - 7;
SELECT is_empty($$ SELECT FROM recommendations() WHERE prior_value IS NOT NULL OR metric = 'revenue' $$, 'without days before there is no comparison');
UPDATE daily_performance SET ad_spend = 4 * ad_spend;
SELECT isnt_empty($$ SELECT FROM recommendations() WHERE metric = 'acos' $$, 'but ratios are judged');
ROLLBACK TO calm;
INSERT INTO daily_performance (date, product_id, impressions, clicks, ad_spend, units_sold, revenue) SELECT current_date, id, 1, 1, 1e6, 0, 0 FROM products;
SELECT is((SELECT max(current_value) FROM recommendations() WHERE metric = 'acos') < 1, true, 'today does not count');
ROLLBACK TO calm;
SELECT is_empty($$ SELECT FROM recommendations(category => 'Toys') WHERE category <> 'Toys' $$, 'a category');

-- Costs, thresholds, dismissals
UPDATE products SET unit_cost = 0.5 * price;
SELECT is_empty('SELECT FROM recommendations() WHERE NOT margin_known OR abs(margin - 0.5) > 0.01 OR abs(break_even_roas - 2) > 0.05', 'costs are data');
UPDATE products SET margin_pct = 80 WHERE category = 'Toys';
SELECT is_empty($$ SELECT FROM recommendations(category => 'Toys') WHERE margin <> 0.8 $$, 'a margin in percent wins');
UPDATE products SET margin_pct = 0;
SELECT is_empty($$ SELECT FROM recommendations() WHERE severity = 'success' OR break_even_roas IS NOT NULL $$, 'without a margin nothing is a success');
UPDATE products SET margin_pct = -20;
SELECT lives_ok('SELECT FROM recommendations()', 'goods below their cost');
UPDATE products SET margin_pct = 100;
SELECT lives_ok('SELECT FROM recommendations()', 'goods for nothing');
ROLLBACK TO calm;
UPDATE daily_performance SET ad_spend = 4 * ad_spend WHERE product_id = 5 AND date >= current_date - 7;
INSERT INTO recommendation_thresholds (rule, category, value) VALUES ('acos_ceiling', 'Home', 9);
SELECT is_empty($$ SELECT FROM recommendations(product => 'Home 5') WHERE recommendation_type = 'acos_high' $$, 'a category has its own line');
INSERT INTO recommendation_thresholds (rule, product_id, value) VALUES ('acos_ceiling', 5, 0.3);
SELECT isnt_empty($$ SELECT FROM recommendations(product => 'Home 5') WHERE recommendation_type = 'acos_high' $$, 'and a product');
SELECT dismiss_recommendation('Home 5', 'acos_high', note => 'known');
SELECT is_empty($$ SELECT FROM recommendations(product => 'Home 5') WHERE recommendation_type = 'acos_high' $$, 'dismissed');
SELECT is(restore_recommendation('Home 5', 'acos_high'), true, 'restored');
SELECT isnt_empty($$ SELECT FROM recommendations(product => 'Home 5') WHERE recommendation_type = 'acos_high' $$, 'and there again');
SELECT is(restore_recommendation('Home 5', 'acos_high'), false, 'nothing to restore');
SELECT throws_ok($$ SELECT dismiss_recommendation('x', 'acos_high') $$, '22U01', 'unknown product "x"', 'dismissing of an unknown product');
SELECT throws_ok($$ SELECT dismiss_recommendation('Home 5', 'x') $$, '22023', 'unknown recommendation_type "x"', 'of an unknown type');
SELECT throws_ok($$ SELECT dismiss_recommendation('Home 5', 'ctr_low', current_date - 1) $$, '22023', NULL, 'until yesterday');
SELECT throws_ok($$ INSERT INTO recommendation_thresholds (rule, product_id, value) VALUES ('acos_ceiling', 5, 0.4) $$, '23505', NULL, 'the table refuses a second row of a rule');
INSERT INTO recommendation_thresholds (rule, value) VALUES ('roas_target', 2);
SELECT throws_like('SELECT FROM recommendations()', 'recommendation_thresholds contradict each other%', 'thresholds that contradict each other');
UPDATE recommendation_thresholds SET rule = 'roas' WHERE rule = 'roas_target';
SELECT throws_ok('SELECT FROM recommendations()', '22023', 'recommendation_thresholds has an unknown rule "roas"', 'an unknown rule');
SELECT results_eq('SELECT rule FROM recommendation_rules() WHERE default_value IS NOT NULL', $$ VALUES ('acos_ceiling'), ('roas_target'), ('ctr_floor'), ('conversion_floor'), ('revenue_floor') $$, 'the rules');
ROLLBACK TO calm;

-- Budgets
SELECT is_empty($$ SELECT FROM reallocate_budget() WHERE abs(proposed_spend / current_spend - 1) > 0.3001 OR expected_gain NOT BETWEEN gain_lower_bound AND gain_upper_bound
  OR abs(profit_then - profit_now - expected_gain) > 0.02 $$, 'within max_change, and the sums agree');
SELECT results_eq($$ SELECT product IS NULL, abs(current_spend - proposed_spend) < 0.05 FROM reallocate_budget() OFFSET 24 $$, 'VALUES (true, true)', 'the last row is the whole, and spends as much');
SELECT results_eq('SELECT count(*) FROM reallocate_budget()', 'VALUES (25::bigint)', 'a row a product');
SELECT is((SELECT sum(proposed_spend) > sum(current_spend) FROM reallocate_budget(total => (SELECT 1.1 * sum(ad_spend) FROM daily_performance WHERE date >= current_date - 28)) WHERE product IS NOT NULL), true, 'a larger total');
SELECT results_eq($$ SELECT count(*) FROM reallocate_budget(category => 'Toys') $$, 'VALUES (5::bigint)', 'of a category');
SELECT isnt_empty($$ SELECT FROM design_budget_test(product => 'Toys 24') WHERE test_days BETWEEN 7 AND 56 AND test_days % 7 = 0 AND elasticity_error_then < elasticity_error_now $$, 'a test that would tell more');
SELECT throws_ok('SELECT FROM reallocate_budget(total => 1)', '22023', NULL, 'a total out of reach');
SELECT throws_ok('SELECT FROM reallocate_budget(total => -1)', '22023', 'total must be zero or above, not -1.00', 'a negative total');
SELECT throws_ok('SELECT FROM reallocate_budget(max_change => 30)', '22023', 'max_change must be above 0 and at most 0.9, not 30.000', 'percent for a fraction');
SELECT throws_ok('SELECT FROM reallocate_budget(max_change => NULL)', '22004', NULL, 'max_change NULL');
SELECT throws_ok('SELECT FROM reallocate_budget(days => 3)', '22023', 'days must be between 7 and 366, not 3', 'three days');
SELECT throws_ok($$ SELECT FROM reallocate_budget(product => 'x') $$, '22U01', 'unknown product "x"', 'an unknown product');
UPDATE daily_performance SET ad_spend = 0;
SELECT is_empty('SELECT FROM reallocate_budget()', 'budgets of 0');
SELECT is_empty('SELECT FROM design_budget_test()', 'no test without spend');
ROLLBACK TO calm;
DELETE FROM daily_performance WHERE date < current_date - 10;
SELECT lives_ok('SELECT FROM reallocate_budget()', 'ten days of history');
DELETE FROM daily_performance WHERE product_id > 1;
DELETE FROM products WHERE id > 1;
SELECT results_eq('SELECT action FROM reallocate_budget() WHERE product IS NULL', $$ VALUES ('keep') $$, 'a shop of one product keeps its budget');
SELECT lives_ok('SELECT FROM recommendations()', 'and has its advice');
UPDATE daily_performance SET impressions = NULL, clicks = NULL, ad_spend = NULL, units_sold = NULL, revenue = NULL;
SELECT is_empty('SELECT FROM recommendations()', 'NULLs in each column');
SELECT is_empty('SELECT FROM reallocate_budget()', 'NULLs are no budget');
ROLLBACK TO calm;

-- Bad input, one a line
SELECT throws_ok($$ SELECT FROM recommendations(days => 0) $$, '22023', 'days must be between 1 and 366, not 0', 'days 0');
SELECT throws_ok($$ SELECT FROM recommendations(days => -7) $$, '22023', 'days must be between 1 and 366, not -7', 'days negative');
SELECT throws_ok($$ SELECT FROM recommendations(days => 1000000) $$, '22023', 'days must be between 1 and 366, not 1000000', 'days enormous');
SELECT throws_ok($$ SELECT FROM recommendations(days => NULL) $$, '22004', 'days must not be NULL', 'days NULL');
SELECT throws_ok($$ SELECT FROM recommendations(product => 'x') $$, '22U01', 'unknown product "x"', 'product unknown');
SELECT throws_ok($$ SELECT FROM recommendations(category => '') $$, '22U01', 'unknown category ""', 'category empty');
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
