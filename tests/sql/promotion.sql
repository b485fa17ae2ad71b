-- SPDX-License-Identifier: PostgreSQL
--
-- promotion_impact() over the tables: stored and described promotions, what cannot be judged, what it refuses.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(58);

\ir functions.inc

SELECT is_empty('SELECT FROM promotion_impact()', 'no promotions, no rows');
ALTER SEQUENCE promotions_id_seq RESTART WITH 1;
INSERT INTO promotions (name, product_id, category, promotion_start, promotion_end) VALUES
  ('Mouse week', 1, NULL, current_date - 14, current_date - 8),
  ('Toys days', NULL, 'Toys', current_date - 30, current_date - 26),
  ('Everything', NULL, NULL, current_date - 45, current_date - 43),
  ('Nothing happened', 9, NULL, current_date - 20, current_date - 14);
CREATE TEMPORARY TABLE truth AS
SELECT r.id, sum(d.revenue) AS without FROM promotions r
JOIN products p ON r.product_id = p.id OR r.category = p.category OR r.product_id IS NULL AND r.category IS NULL
JOIN daily_performance d ON d.product_id = p.id AND d.date BETWEEN r.promotion_start AND r.promotion_end GROUP BY r.id;
UPDATE daily_performance SET revenue = 1.6 * revenue WHERE product_id = 1 AND date BETWEEN current_date - 14 AND current_date - 8;
UPDATE daily_performance SET revenue = 1.4 * revenue WHERE product_id BETWEEN 21 AND 24 AND date BETWEEN current_date - 30 AND current_date - 26;
UPDATE daily_performance SET revenue = 1.3 * revenue WHERE date BETWEEN current_date - 45 AND current_date - 43;

SELECT results_eq('SELECT promotion_id, promotion, product, category, promotion_start, promotion_end, promotion_status FROM promotion_impact()', $$ VALUES
  (1, 'Mouse week', 'Wireless Mouse', 'Electronics', current_date - 14, current_date - 8, 'completed'),
  (4, 'Nothing happened', 'Sports 9', 'Sports', current_date - 20, current_date - 14, 'completed'),
  (2, 'Toys days', NULL, 'Toys', current_date - 30, current_date - 26, 'completed'),
  (3, 'Everything', NULL, NULL, current_date - 45, current_date - 43, 'completed') $$, 'every promotion, the latest first');
SELECT is_empty('SELECT FROM promotion_impact() i JOIN truth t ON t.id = i.promotion_id WHERE abs(i.counterfactual / t.without - 1) > 0.06',
  'the counterfactual is what there would have been');
SELECT is_empty('SELECT FROM promotion_impact() i JOIN truth t ON t.id = i.promotion_id
  WHERE i.actual - t.without NOT BETWEEN i.effect_lower_bound AND i.effect_upper_bound', 'the interval covers the truth');
SELECT results_eq('SELECT promotion_id, p_value < 0.05 FROM promotion_impact() ORDER BY 1', 'VALUES (1, true), (2, true), (3, true), (4, false)',
  'what had an effect is told from what had none');
SELECT is_empty('SELECT FROM promotion_impact() WHERE abs(absolute_effect - (actual - counterfactual)) > 1e-5 OR abs(relative_effect - absolute_effect / counterfactual) > 1e-5',
  'the effects are those of the sums');
SELECT is_empty($$ SELECT FROM promotion_impact() i JOIN (SELECT r.id, sum(d.revenue) AS revenue FROM promotions r JOIN daily_performance d
  ON d.product_id = r.product_id AND d.date BETWEEN r.promotion_start AND r.promotion_end GROUP BY r.id) s ON s.id = i.promotion_id WHERE abs(s.revenue - i.actual) > 0.001 $$,
  'actual is the revenue of its days');
SELECT matches((SELECT report FROM promotion_impact(1)), '^Promotion "Mouse week" for Wireless Mouse, from .* 95% interval .* by chance', 'the report is prose');
SELECT matches((SELECT report FROM promotion_impact(1)), 'leaving out 3 days under other promotions', 'and says what the baseline left out');
SELECT matches((SELECT report FROM promotion_impact(4)), 'no effect is proven', 'and when there is nothing to claim');

-- Choosing
SELECT results_eq('SELECT promotion FROM promotion_impact(promotion_id => 2)', $$ VALUES ('Toys days') $$, 'one by its id');
SELECT results_eq($$ SELECT promotion_id FROM promotion_impact(product => 'Toys 22') $$, 'VALUES (2), (3)', 'those that touch a product');
SELECT is_empty($$ SELECT FROM promotion_impact(2, 'Wireless Mouse') $$, 'an id of another product');
SELECT results_eq($$ SELECT promotion_id, promotion, product, absolute_effect, p_value FROM promotion_impact(product => 'Wireless Mouse', promotion_start => current_date - 14, promotion_end => current_date - 8) $$,
  $$ SELECT NULL::int, NULL::text, product, absolute_effect, p_value FROM promotion_impact(1) $$, 'the same promotion, described');
SELECT results_eq($$ SELECT product, category FROM promotion_impact(promotion_start => current_date - 5, promotion_end => current_date - 4) $$,
  'VALUES (NULL::text, NULL::text)', 'described for the whole shop');

SELECT results_eq($$ SELECT promotion_id FROM promotion_impact(category => 'Toys') $$, 'VALUES (2), (3)', 'those that touch a category');
SELECT results_eq($$ SELECT promotion_id FROM promotion_impact(product => 'Toys 22', category => 'Toys') $$, 'VALUES (2), (3)', 'a product and its category');
SELECT results_eq($$ SELECT product, category FROM promotion_impact(category => 'Toys', promotion_start => current_date - 30, promotion_end => current_date - 26) $$,
  $$ VALUES (NULL::text, 'Toys') $$, 'described for a category');

-- What else is in the row
SELECT results_eq('SELECT attribution, advertising_effect FROM promotion_impact(1)', $$ VALUES ('no_extra_advertising', NULL::float8) $$, 'as many ads as ever');
SELECT cmp_ok((SELECT jsonb_array_length(controls) FROM promotion_impact(1)), '>=', 10, 'controls by name and weight');
SELECT is_empty($$ SELECT FROM promotion_impact(1), jsonb_array_elements(controls) c WHERE NOT (c ?& '{product,weight}' OR c ? 'others') OR c ->> 'product' = 'Wireless Mouse' $$,
  'and never the promoted product');
SELECT is_empty('SELECT FROM promotion_impact() WHERE profit IS NULL OR NOT (profit_lower_bound <= profit AND profit <= profit_upper_bound) OR margin_known', 'whether it paid, at an assumed margin');
UPDATE products SET unit_cost = price * 0.9;
SELECT is((SELECT margin_known FROM promotion_impact(1)), true, 'with costs it is known');
SELECT matches((SELECT report FROM promotion_impact(1)), 'after the cost of goods', 'and said');
SELECT is((SELECT after_effect BETWEEN after_lower_bound AND after_upper_bound FROM promotion_impact(2)), true, 'the days after');

-- Day by day
SELECT results_eq($$ SELECT phase, count(*) FROM promotion_daily(1) GROUP BY phase ORDER BY phase $$, $$ VALUES ('after', 7::bigint), ('before', 28), ('promotion', 7) $$, 'days before, of it and after it');
SELECT is_empty($$ SELECT FROM promotion_daily(1) d, promotion_impact(1) i WHERE d.day = current_date - 8
  AND (abs(d.cumulative_effect - i.absolute_effect) > 1e-4 OR abs(d.cumulative_lower_bound - i.effect_lower_bound) > 1e-4 OR abs(d.cumulative_upper_bound - i.effect_upper_bound) > 1e-4) $$,
  'its last day has the whole effect');
SELECT is_empty($$ SELECT FROM promotion_daily() WHERE NOT (counterfactual_lower_bound <= counterfactual AND counterfactual <= counterfactual_upper_bound)
  OR abs(effect - (actual - counterfactual)) > 1e-5 OR (phase = 'before') <> (cumulative_effect IS NULL) $$, 'bounds enclose, effects are differences');
SELECT results_eq('SELECT DISTINCT promotion_id FROM promotion_daily() ORDER BY 1', 'VALUES (1), (2), (3), (4)', 'of every promotion');
SELECT throws_ok('SELECT FROM promotion_daily(99)', '22U01', 'unknown promotion_id 99', 'checked like promotion_impact');

-- What cannot be judged says so
UPDATE promotions SET promotion_start = current_date + 3, promotion_end = current_date + 9 WHERE id = 1;
SELECT results_eq('SELECT promotion_status, actual, counterfactual, p_value FROM promotion_impact(1)', $$ VALUES ('planned', NULL::float8, NULL::float8, NULL::float8) $$, 'in the future');
UPDATE promotions SET promotion_start = current_date, promotion_end = current_date + 9 WHERE id = 1;
SELECT results_eq('SELECT promotion_status FROM promotion_impact(1)', $$ VALUES ('planned') $$, 'begins today, and today is not complete');
UPDATE promotions SET promotion_start = current_date - 3, promotion_end = current_date + 3 WHERE id = 1;
SELECT results_eq('SELECT promotion_status, p_value IS NOT NULL FROM promotion_impact(1)', $$ VALUES ('running', true) $$, 'still running');
SELECT matches((SELECT report FROM promotion_impact(1)), 'so far, 3 of 7 days', 'judged on its days so far');
UPDATE promotions SET promotion_start = current_date - 80, promotion_end = current_date - 78 WHERE id = 1;
SELECT results_eq('SELECT promotion_status, actual IS NOT NULL, counterfactual FROM promotion_impact(1)', $$ VALUES ('short_pre_period', true, NULL::float8) $$, 'ten days before it');
UPDATE promotions SET promotion_start = current_date - 800, promotion_end = current_date - 790 WHERE id = 1;
SELECT results_eq('SELECT promotion_status, actual FROM promotion_impact(1)', $$ VALUES ('no_data', NULL::float8) $$, 'before the first day');
UPDATE promotions SET promotion_start = current_date - 10, promotion_end = current_date - 5 WHERE id = 1;
DELETE FROM daily_performance WHERE product_id = 1 AND date BETWEEN current_date - 10 AND current_date - 9;
SELECT matches((SELECT report FROM promotion_impact(1)), '2 days of the promotion without complete data are left out', 'missing days are named');
DELETE FROM daily_performance WHERE product_id = 1 AND date BETWEEN current_date - 10 AND current_date - 5;
SELECT results_eq('SELECT promotion_status FROM promotion_impact(1)', $$ VALUES ('no_data') $$, 'none of its days');
UPDATE daily_performance SET revenue = 0, units_sold = 0 WHERE product_id = 9;
SELECT results_eq('SELECT absolute_effect, relative_effect FROM promotion_impact(4)', 'VALUES (0::float8, NULL::float8)', 'nothing sold before or after');
UPDATE daily_performance SET revenue = 500, units_sold = 5 WHERE product_id = 9;
SELECT results_eq('SELECT abs(counterfactual / 3500 - 1) < 0.02, p_value > 0.05 FROM promotion_impact(4)', 'VALUES (true, true)', 'the same every day');

-- Bad input, one a line
SELECT throws_ok('SELECT FROM promotion_impact(99)', '22U01', 'unknown promotion_id 99', 'promotion_id unknown');
SELECT throws_ok('SELECT FROM promotion_impact(-1)', '22U01', 'unknown promotion_id -1', 'promotion_id negative');
SELECT matches(hint_of('SELECT FROM promotion_impact(99)'), '^Existing promotions, latest first: 1 \(Mouse week\), ', 'the hint lists promotions');
SELECT throws_ok($$ SELECT FROM promotion_impact(product => 'Mouse') $$, '22U01', 'unknown product "Mouse"', 'product unknown');
SELECT throws_ok($$ SELECT FROM promotion_impact(product => 'Toys 22', promotion_start => current_date) $$, '22023', 'promotion_start and promotion_end go together', 'start alone');
SELECT throws_ok($$ SELECT FROM promotion_impact(promotion_end => current_date) $$, '22023', 'promotion_start and promotion_end go together', 'end alone');
SELECT throws_ok($$ SELECT FROM promotion_impact(1, NULL, current_date, current_date) $$, '22023', 'promotion_id excludes promotion_start and promotion_end', 'id and days');
SELECT throws_ok($$ SELECT FROM promotion_impact(NULL, NULL, '2026-02-02', '2026-02-01') $$, '22023', 'the promotion from 2026-02-02 to 2026-02-01 is not one of 1 to 3660 days', 'days backwards');
SELECT throws_ok($$ SELECT FROM promotion_impact(NULL, NULL, '-infinity', 'infinity') $$, '22023', NULL, 'days without end');
SELECT throws_ok($$ SELECT FROM promotion_impact(NULL, NULL, '0001-01-01', '5000-01-01') $$, '22023', NULL, 'millennia');

-- Nothing there
DELETE FROM promotions;
SELECT is(hint_of('SELECT FROM promotion_impact(1)'), 'The table promotions is empty.', 'an empty table of promotions');
DROP TABLE promotions CASCADE;
SELECT throws_ok('SELECT FROM promotion_impact()', '42P01', NULL, 'no table of promotions');
SELECT matches(hint_of('SELECT FROM promotion_impact()'), 'describe the promotion', 'the hint says how to do without');
SELECT results_eq($$ SELECT promotion_status FROM promotion_impact(product => 'Toys 22', promotion_start => current_date - 9, promotion_end => current_date - 3) $$,
  $$ VALUES ('completed') $$, 'which works');
SELECT isnt_empty('SELECT FROM detect_anomalies(include_normal => true)', 'anomalies need no promotions');
DELETE FROM daily_performance;
SELECT results_eq($$ SELECT promotion_status FROM promotion_impact(product => 'Toys 22', promotion_start => current_date - 9, promotion_end => current_date - 3) $$,
  $$ VALUES ('no_data') $$, 'an empty table has no data');
DROP TABLE daily_performance CASCADE;
SELECT throws_ok('SELECT FROM promotion_impact()', '42P01', NULL, 'a missing table is said to be missing');
-- The sixth call of a session took eight times as long as the first
SELECT is((SELECT proconfig FROM pg_proc WHERE proname = 'performance_tracker_read_panel'), '{plan_cache_mode=force_custom_plan}'::text[],
  'the tables are read by a plan for these arguments, however often');
SELECT * FROM finish();
ROLLBACK;
