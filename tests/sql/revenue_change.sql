-- SPDX-License-Identifier: PostgreSQL
--
-- explain_revenue_change() and revenue_bridge(): lines that add up to the cent, the cause first, and what they say of bad input.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(41);

SELECT results_eq('SELECT rank, kind, amount, amount_share FROM explain_revenue_change()',
  $$ SELECT 1, 'nothing_unusual', sum(CASE WHEN date >= current_date - 7 THEN revenue ELSE -revenue END), 1::float8 FROM daily_performance WHERE date >= current_date - 14 $$,
  'a quiet week is one line');

-- A product without sales, a deal that ended, and rows that did not come, one after the other
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE product_id = 13 AND date BETWEEN current_date - 5 AND current_date - 2;
SELECT results_eq('SELECT kind, scope, subject, since, until, sentence FROM explain_revenue_change() WHERE rank = 1',
  $$ VALUES ('incident', 'product', 'Beauty 13', current_date - 5, current_date - 2, 'incident.stock_out_or_tracking') $$, 'an incident first');
SELECT matches((SELECT reason FROM explain_revenue_change() WHERE rank = 1), 'cannot be told apart', 'what cannot be told is said');
SELECT is((SELECT count(*) FROM explain_revenue_change(product => 'Beauty 13') WHERE kind = 'incident'), 1::bigint, 'of its product');
SELECT is((SELECT count(*) FROM explain_revenue_change(category => 'Beauty') WHERE kind = 'incident'), 1::bigint, 'of its category');
SELECT is((SELECT count(*) FROM explain_revenue_change(category => 'Toys') WHERE kind = 'incident'), 0::bigint, 'not of another one');
SELECT is((SELECT sentence FROM explain_revenue_change(period_start => current_date - 1, period_end => current_date - 1, compare_start => current_date - 5, compare_end => current_date - 2)
  WHERE kind = 'incident'), 'over.down', 'and over the day after');

SAVEPOINT incident;
INSERT INTO promotions (id, name, product_id, promotion_start, promotion_end) VALUES (901, 'Deal', 24, current_date - 14, current_date - 8);
UPDATE daily_performance SET units_sold = 2 * units_sold, revenue = 2 * revenue WHERE product_id = 24 AND date BETWEEN current_date - 14 AND current_date - 8;
SELECT results_eq('SELECT rank, sentence, subject FROM explain_revenue_change()',
  $$ VALUES (1, 'promotion.ended', 'Toys 24'), (2, 'incident.stock_out_or_tracking', 'Beauty 13'), (3, 'others', NULL) $$, 'the larger one first, the rest last');
SELECT is((SELECT parameters -> 'promotions' FROM explain_revenue_change() WHERE rank = 1), '["Deal"]', 'with its name for the sentence');
SELECT is((SELECT sentence FROM explain_revenue_change(period_start => current_date - 14, period_end => current_date - 8) WHERE rank = 1), 'promotion.began', 'it began the week before');
INSERT INTO promotions (id, name, category, promotion_start, promotion_end) VALUES (902, 'Days of toys', 'Toys', current_date - 14, current_date - 8);
SELECT is((SELECT parameters -> 'told_apart' FROM explain_revenue_change(product => 'Toys 24') WHERE rank = 1), 'false', 'two on the same days cannot be told apart');
SELECT matches((SELECT reason FROM explain_revenue_change(product => 'Toys 24') WHERE rank = 1), 'cannot be told apart', 'and the sentence says so');
ROLLBACK TO incident;

DELETE FROM daily_performance WHERE date = current_date - 3;
SELECT results_eq('SELECT kind, sentence, since FROM explain_revenue_change() WHERE rank = 1', $$ VALUES ('missing_data', 'missing_data.load', current_date - 3) $$, 'a load that is missing');
ROLLBACK TO incident;

UPDATE daily_performance SET impressions = 0.6 * impressions, clicks = 0.6 * clicks, units_sold = 0.6 * units_sold, revenue = 0.6 * revenue WHERE date = current_date - 4;
SELECT is((SELECT parameters ->> 'cause' FROM explain_revenue_change() WHERE rank = 1), 'broad_market_move', 'a day of the market');
INSERT INTO holidays (date, name) VALUES (current_date - 4, 'Founders Day');
SELECT results_eq('SELECT kind, subject, sentence FROM explain_revenue_change() WHERE rank = 1', $$ VALUES ('holiday', 'Founders Day', 'holiday.down') $$, 'a day of the shop''s calendar');
ROLLBACK TO incident;

-- They add up to the cent, whatever is asked for, also in a shop that is not well kept
DELETE FROM daily_performance WHERE product_id = 3 AND date < current_date - 7;
DELETE FROM daily_performance WHERE product_id = 9 AND date >= current_date - 7;
UPDATE daily_performance SET revenue = NULL WHERE product_id = 5 AND date = current_date - 2;
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE product_id = 20;
SELECT is_empty($$
  SELECT q.* FROM (VALUES ('previous', 7), ('previous', 3), ('previous', 10), ('same_weekdays', 5), ('previous', 28)) a (compare, days),
  LATERAL (SELECT sum(amount), max(revenue) - max(prior_revenue) AS change, min(period_start) AS first, min(prior_period_start) AS prior_first
           FROM explain_revenue_change(period_start => current_date - a.days, compare => a.compare)) q (total, change, first, prior_first)
  WHERE q.total IS DISTINCT FROM q.change
     OR q.change IS DISTINCT FROM (SELECT sum(CASE WHEN d.date >= q.first THEN d.revenue ELSE -d.revenue END) FROM daily_performance d
                                   WHERE d.date >= q.prior_first AND (d.date >= q.first OR d.date < q.prior_first + a.days)) $$, 'lines add up exactly');
SELECT is_empty($$ SELECT p.name FROM products p, LATERAL (SELECT sum(amount) AS total, max(revenue) - max(prior_revenue) AS change
  FROM explain_revenue_change(product => p.name)) q WHERE q.total <> q.change $$, 'for each product');
SELECT is((SELECT sentence FROM explain_revenue_change(product => (SELECT name FROM products WHERE id = 3)) WHERE rank = 1), 'product.new', 'a new product');
SELECT is((SELECT sentence FROM explain_revenue_change(product => (SELECT name FROM products WHERE id = 9)) WHERE rank = 1), 'product.gone', 'one that is gone');
SELECT cmp_ok((SELECT count(*) FROM explain_revenue_change(max_reasons => 3)), '<=', 3::bigint, 'as many lines as asked for');
SELECT is((SELECT count(*) FROM explain_revenue_change(compare_start => current_date - 60, compare_end => current_date - 54) WHERE rank = 1), 1::bigint, 'two dates of one''s own, far away');

-- The bridge
SELECT is_empty($$ SELECT a.x FROM (VALUES ('category'), ('product'), ('driver')) a (x), LATERAL (SELECT sum(amount) FILTER (WHERE step NOT IN ('prior', 'period'))
  - max(amount) FILTER (WHERE step = 'period') + max(amount) FILTER (WHERE step = 'prior') AS gap FROM revenue_bridge(by => a.x)) b WHERE gap <> 0 $$, 'steps add up exactly');
SELECT is_empty($$ SELECT p.name FROM products p, LATERAL (SELECT sum(amount) FILTER (WHERE step = 'driver') AS total,
  max(value) FILTER (WHERE step = 'period') - max(prior_value) FILTER (WHERE step = 'prior') AS change FROM revenue_bridge(product => p.name)) q
  WHERE q.total <> q.change $$, 'by driver, for each product, without a sale and without a row too');
SELECT is_empty($$ SELECT FROM (SELECT bridge_end, lead(bridge_start) OVER (ORDER BY place) AS next, lead(step) OVER (ORDER BY place) AS step FROM revenue_bridge()) b
  WHERE bridge_end <> next AND step <> 'period' $$, 'each begins where the one before ends');
SELECT results_eq($$ SELECT step, segments FROM revenue_bridge(by => 'product', max_steps => 3) WHERE step = 'others' $$, $$ VALUES ('others', 21) $$, 'the rest is one step');
SELECT is((SELECT count(*) FROM revenue_bridge(category => 'Toys') WHERE step = 'product'), 4::bigint, 'of a category by product');
SELECT is((SELECT array_agg(segment ORDER BY place) FROM revenue_bridge(product => 'Toys 24') WHERE step = 'driver'), '{impressions,ctr,conversion_rate,price}'::text[], 'of a product by driver');
SELECT is((SELECT segment FROM revenue_bridge(product => 'Beauty 13', period_start => current_date - 5, period_end => current_date - 2, compare_start => current_date - 12, compare_end => current_date - 9)
  WHERE step = 'driver' ORDER BY abs(amount) DESC LIMIT 1), 'conversion_rate', 'what fell to nothing has the change');

-- Nothing to compare with, and bad input
SELECT results_eq($$ SELECT kind, amount, prior_revenue FROM explain_revenue_change(compare => 'last_year') $$, $$ VALUES ('no_comparison', NULL::numeric, NULL::numeric) $$, 'no data a year before');
SELECT is_empty($$ SELECT FROM revenue_bridge(compare => 'last_year') $$, 'and no bridge');
SELECT throws_ok($$ SELECT FROM explain_revenue_change(compare => 'tomorrow') $$, '22023', 'unknown compare "tomorrow"', 'compare unknown');
SELECT throws_ok($$ SELECT FROM explain_revenue_change(product => 'Nothing') $$, '22U01', NULL, 'product unknown');
SELECT throws_ok($$ SELECT FROM explain_revenue_change(max_reasons => 1) $$, '22023', NULL, 'one line');
SELECT throws_ok($$ SELECT FROM explain_revenue_change(false_alarms => 1000) $$, '22023', NULL, 'false_alarms 1000');
SELECT throws_ok($$ SELECT FROM explain_revenue_change(period_start => current_date, period_end => current_date - 1) $$, '22023', NULL, 'the wrong way round');
SELECT throws_ok($$ SELECT FROM explain_revenue_change(compare_start => current_date) $$, '22023', NULL, 'one of two dates');
SELECT throws_ok($$ SELECT FROM revenue_bridge(by => 'colour') $$, '22023', 'unknown by "colour"', 'by unknown');
SELECT lives_ok($$ SELECT FROM explain_revenue_change(period_start => current_date + 10, period_end => current_date + 20) $$, 'days to come');
DELETE FROM daily_performance WHERE product_id > 1;
SELECT isnt_empty('SELECT FROM explain_revenue_change()', 'a shop of one product');
DELETE FROM daily_performance;
SELECT is_empty('SELECT FROM explain_revenue_change()', 'an empty table');
SELECT is_empty('SELECT FROM revenue_bridge()', 'for the bridge as well');
SELECT finish();
ROLLBACK;
