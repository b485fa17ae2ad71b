-- SPDX-License-Identifier: PostgreSQL
--
-- kpi_summary(), top_sellers(), worst_performers(), week_over_week().
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
-- A shop that can be recomputed by hand: two periods of 7 days, three products.
--                          per day now: impressions clicks spend units revenue | before
-- Wireless Mouse (Electronics)              1000    50   10     5   100        |  half of everything but impressions
-- Desk Lamp (Home)                           500    10   20     1    30        |  the same
-- Pen (no category)                          100     0    0     2     6        |  nothing sold
INSERT INTO products (name, price, category) VALUES ('Wireless Mouse', 20, 'Electronics'), ('Desk Lamp', 30, 'Home'), ('Pen', 3, NULL);
INSERT INTO daily_performance
SELECT current_date - age, p.id,
       CASE p.id - m.id WHEN 0 THEN 1000 WHEN 1 THEN 500 ELSE 100 END,
       CASE p.id - m.id WHEN 0 THEN 50 / h.half WHEN 1 THEN 10 ELSE 0 END,
       CASE p.id - m.id WHEN 0 THEN 10.0 / h.half WHEN 1 THEN 20 ELSE 0 END,
       CASE p.id - m.id WHEN 0 THEN 5 WHEN 1 THEN 1 ELSE 2 END,
       CASE p.id - m.id WHEN 0 THEN 100.0 / h.half WHEN 1 THEN 30 ELSE 6 * (2 - h.half) END
FROM products p
CROSS JOIN (SELECT min(id) AS id FROM products) m
CROSS JOIN generate_series(1, 14) age
CROSS JOIN LATERAL (SELECT CASE WHEN age > 7 THEN 2 ELSE 1 END AS half) h;
SELECT plan(74);

-- kpi_summary
CREATE TEMPORARY TABLE by_hand AS SELECT * FROM (VALUES
  ('revenue', 'money', 952.00, 560.00, 70.0::float8),
  ('ad_spend', 'money', 210.00, 175.00, 20.0),
  ('roas', 'ratio', 4.533333, 3.200000, 41.67),
  ('acos', 'ratio', 0.220588, 0.312500, -29.41),
  ('ctr', 'ratio', 0.037500, 0.021875, 71.43),
  ('cpc', 'money', 0.5000, 0.7143, -30.0),
  ('conversion_rate', 'ratio', 0.133333, 0.228571, -41.67),
  ('clicks', 'count', 420, 245, 71.43),
  ('impressions', 'count', 11200, 11200, 0),
  ('units_sold', 'count', 56, 56, 0)) v (metric, unit, value, prior_value, change_pct);
SELECT results_eq('SELECT metric, unit, value, prior_value, change_pct FROM kpi_summary() WHERE metric IN (SELECT metric FROM by_hand)', 'TABLE by_hand',
  'all metrics, Σ/Σ, recomputed by hand');
SELECT results_eq('SELECT DISTINCT period_start, period_end, prior_period_start, prior_period_end FROM kpi_summary()',
  'SELECT current_date - 7, current_date - 1, current_date - 14, current_date - 8', 'the last 7 complete days against the 7 before');
SELECT results_eq($$ SELECT value FROM kpi_summary(product => 'Desk Lamp') WHERE metric IN ('revenue', 'acos') $$,
  'VALUES (210.00), (0.666667)', 'a product');
SELECT results_eq($$ SELECT value FROM kpi_summary(category => 'Electronics') WHERE metric IN ('revenue', 'roas') $$,
  'VALUES (700.00), (10.000000)', 'a category');
SELECT results_eq($$ SELECT metric FROM kpi_summary(product => 'Pen') WHERE value IS NULL $$,
  $$ VALUES ('roas'), ('cpc'), ('conversion_rate') $$, 'zero denominators are NULL');
SELECT results_eq($$ SELECT value, prior_value, change_pct FROM kpi_summary(product => 'Pen') WHERE metric = 'revenue' $$,
  'VALUES (42.00, 0.00, NULL::float8)', 'a change from zero has no percentage');
SELECT results_eq($$ SELECT value, prior_value, prior_period_start FROM kpi_summary(current_date - 2) WHERE metric = 'revenue' $$,
  'VALUES (272.00, 272.00, current_date - 4)', 'period_start alone: to the last complete day');
SELECT results_eq($$ SELECT value, prior_value, period_start FROM kpi_summary(period_end => current_date - 8) WHERE metric = 'revenue' $$,
  'VALUES (560.00, NULL::numeric, current_date - 14)', 'a period before the first load is not compared with');
SELECT results_eq($$ SELECT value, prior_value FROM kpi_summary(current_date - 10, current_date - 1) WHERE metric = 'revenue' $$,
  'VALUES (1192.00, NULL::numeric)', 'nor one that begins before it');
SELECT results_eq($$ SELECT count(*), count(value), count(prior_value) FROM kpi_summary('1999-01-01', '1999-01-07') $$,
  'SELECT count(kpi_place), 0::bigint, 0::bigint FROM metrics()', 'no rows in the period: a row of NULLs for each metric');

-- Another comparison, other groups
SELECT results_eq($$ SELECT value, prior_value, prior_period_start, prior_period_end FROM kpi_summary(current_date - 3, compare => 'same_weekdays') WHERE metric = 'revenue' $$,
  'VALUES (408.00, 240.00, current_date - 10, current_date - 8)', 'the same weekdays of the week before, recomputed by hand');
SELECT results_eq($$ SELECT count(prior_value), min(prior_period_start) FROM kpi_summary(compare => 'last_year') $$,
  'VALUES (0::bigint, current_date - 371)', 'last year was not loaded');
SELECT results_eq($$ SELECT value, prior_value, change_pct FROM kpi_summary(compare_start => current_date - 14, compare_end => current_date - 11) WHERE metric IN ('revenue', 'roas') $$,
  'VALUES (952.00, 320.00, 70.0::float8), (4.533333, 3.200000, 41.67)', 'two dates; sums of periods of different length per day');
SELECT results_eq($$ SELECT category, product, value, prior_value FROM kpi_summary(by => 'product') WHERE metric = 'revenue' $$, $$ VALUES
  ('Electronics', 'Wireless Mouse', 700.00, 350.00), ('Home', 'Desk Lamp', 210.00, 210.00), (NULL, 'Pen', 42.00, 0.00) $$, 'by product');
SELECT results_eq($$ SELECT category, product, metric, value FROM kpi_summary(by => 'category', category => 'Home') LIMIT 2 $$,
  $$ VALUES ('Home', NULL, 'revenue', 210.00), ('Home', NULL, 'ad_spend', 140.00) $$, 'by category, of one');
SELECT results_eq($$ SELECT metric, sum(value) FROM kpi_summary(by => 'category') WHERE unit = 'count' OR metric IN ('revenue', 'ad_spend') GROUP BY 1 ORDER BY 1 $$,
  $$ SELECT metric, value FROM kpi_summary() WHERE unit = 'count' OR metric IN ('revenue', 'ad_spend') ORDER BY 1 $$, 'sums of the categories are the total');
SELECT results_eq('SELECT DISTINCT usual_swing_pct, is_unusual, status_code, kpi_status FROM kpi_summary()',
  $$ VALUES (NULL::float8, NULL::boolean, 'complete', NULL::text) $$, 'two weeks do not tell what is usual');
SELECT throws_ok($$ SELECT FROM kpi_summary(compare => 'last year') $$, '22023', 'unknown compare "last year"', 'comparison unknown');
SELECT throws_ok($$ SELECT FROM kpi_summary(by => 'day') $$, '22023', 'unknown by "day"', 'group unknown');
SELECT throws_ok($$ SELECT FROM kpi_summary(compare_start => '2026-01-01') $$, '22023', NULL, 'one date is no period');
SELECT throws_ok($$ SELECT FROM kpi_summary(compare_start => '-infinity', compare_end => 'infinity') $$, '22023', NULL, 'nor is eternity');

-- What is usual: 20 weeks of a revenue that alternates by a tenth, the last one up by half.
SAVEPOINT usual;
DELETE FROM daily_performance;
INSERT INTO daily_performance SELECT current_date - age, p.id, 1000, 100, 50, 10, CASE WHEN age <= 7 THEN 150 WHEN (age - 1) / 7 % 2 = 0 THEN 110 ELSE 100 END
FROM products p, generate_series(1, 140) age WHERE p.name = 'Desk Lamp';
SELECT results_eq($$ SELECT metric, usual_swing_pct, is_unusual FROM kpi_summary() WHERE metric IN ('revenue', 'roas', 'clicks') $$,
  -- every change of history is a factor of 1.1: 100 * (1.1 ^ (2 * (1 + 1.3 / 12)) - 1)
  $$ VALUES ('revenue', 23.52::float8, true), ('roas', 23.52, true), ('clicks', 0, false) $$, 'the usual swing, recomputed by hand, and a rise beyond it');
SELECT results_eq($$ SELECT change_pct, usual_swing_pct, is_unusual FROM kpi_summary(period_end => current_date - 8) WHERE metric = 'revenue' $$,
  'VALUES (-9.09::float8, 23.52::float8, false)', 'a change within it');
SELECT results_eq($$ SELECT is_unusual FROM kpi_summary(compare_start => current_date - 14, compare_end => current_date - 8) WHERE metric = 'revenue' $$,
  'VALUES (true)', 'two dates are held against the same weekdays'' swing');
SELECT results_eq($$ SELECT count(usual_swing_pct) FROM kpi_summary(current_date - 28) $$, 'VALUES (0::bigint)', 'four weeks at a time are too few of them');

-- An unfinished last day
SELECT results_eq('SELECT last_day, complete_until, days_late, missing_products, status_code, status FROM data_freshness()',
  $$ VALUES (current_date - 1, current_date - 1, 0, 0, 'complete', NULL::text) $$, 'a last day that is all there');
UPDATE daily_performance SET impressions = 450, clicks = 45, units_sold = 4, revenue = 40 WHERE date = current_date - 1;
SELECT results_eq('SELECT complete_until, status_code FROM data_freshness()', $$ VALUES (current_date - 2, 'partly_loaded') $$, 'half a day');
SELECT results_eq($$ SELECT period_end, value, change_pct, status_code, kpi_status LIKE '%looks incomplete%The period ends the day before.' FROM kpi_summary() WHERE metric = 'clicks' $$,
  $$ VALUES (current_date - 2, 700::numeric, 0::float8, 'partly_loaded', true) $$, 'is left out and named');
SELECT results_eq($$ SELECT period_end, value, status_code FROM kpi_summary(period_end => current_date - 1) WHERE metric = 'clicks' $$,
  $$ VALUES (current_date - 1, 645::numeric, 'partly_loaded') $$, 'or taken as asked, and named');
SELECT results_eq($$ SELECT DISTINCT status_code FROM kpi_summary(period_end => current_date - 9) $$, $$ VALUES ('complete') $$, 'a period before it is complete');
UPDATE daily_performance SET impressions = 100000, clicks = 10000, units_sold = 1000 WHERE date < current_date - 1;
UPDATE daily_performance SET impressions = 100000, clicks = 10000, units_sold = 700 WHERE date = current_date - 1;
SELECT results_eq('SELECT complete_until, status_code FROM data_freshness()', $$ VALUES (current_date - 1, 'purchases_late') $$, 'clicks without their purchases');
DELETE FROM daily_performance WHERE date > current_date - 4;
SELECT results_eq('SELECT last_day, days_late, status_code, status LIKE ''%3 later days are missing.'' FROM data_freshness()',
  $$ VALUES (current_date - 4, 3, 'late', true) $$, 'a load that stopped');
DELETE FROM daily_performance WHERE extract(isodow FROM date) IN (extract(isodow FROM current_date - 1), extract(isodow FROM current_date - 2));
SELECT results_eq('SELECT days_late FROM data_freshness()', 'VALUES (1)', 'closed weekdays are not late');
INSERT INTO daily_performance SELECT d.date, p.id, 10, 1, 1, 1, 1 FROM products p, daily_performance d WHERE p.name <> 'Desk Lamp' AND d.date < current_date - 4;
SELECT results_eq('SELECT expected_products, missing_products, status_code FROM data_freshness()', $$ VALUES (3, 2, 'missing_rows') $$, 'two of three products are missing');
ROLLBACK TO usual;

-- top_sellers
SELECT results_eq('SELECT * FROM top_sellers()', $$ VALUES
  (1, 'Wireless Mouse', 'Electronics', 700.00, 35::bigint, 70.00, 10::float8, 0.735294::float8),
  (2, 'Desk Lamp', 'Home', 210.00, 7, 140.00, 1.5, 0.220588),
  (3, 'Pen', NULL, 42.00, 14, 0.00, NULL, 0.044118) $$, 'by revenue, recomputed by hand');
SELECT is((SELECT sum(revenue_share)::numeric(9, 5) FROM top_sellers()), 1.00000, 'the shares add up');
SELECT results_eq('SELECT rank, product FROM top_sellers(n => 1)', $$ VALUES (1, 'Wireless Mouse') $$, 'the first');
SELECT results_eq('SELECT revenue_share FROM top_sellers(n => 1)', 'VALUES (0.735294::float8)', 'shares are of all, not of the listed');
SELECT results_eq($$ SELECT product, revenue_share FROM top_sellers(category => 'Home') $$, $$ VALUES ('Desk Lamp', 1::float8) $$, 'a category');
SELECT results_eq('SELECT revenue FROM top_sellers(days => 14)', 'VALUES (1050.00), (420.00), (42.00)', 'fourteen days');
SELECT results_eq('SELECT revenue FROM top_sellers(days => 36525)', 'SELECT revenue FROM top_sellers(days => 14)', 'more days than there are');

-- worst_performers
SELECT results_eq('SELECT * FROM worst_performers()', $$ VALUES
  (1, 'Desk Lamp', 'Home', 1.5::float8, 0.666667::float8, 210.00, 140.00),
  (2, 'Wireless Mouse', 'Electronics', 10, 0.1, 700.00, 70.00) $$, 'by ROAS; without spend there is nothing to judge');
SELECT results_eq('SELECT product FROM worst_performers(n => 1)', $$ VALUES ('Desk Lamp') $$, 'the worst');
UPDATE daily_performance SET revenue = 0 WHERE product_id = (SELECT id FROM products WHERE name = 'Wireless Mouse');
SELECT results_eq('SELECT product, roas, acos FROM worst_performers(n => 1)', $$ VALUES ('Wireless Mouse', 0::float8, NULL::float8) $$,
  'spend without revenue is the worst, its ACOS unknown');
SELECT is_empty($$ SELECT FROM top_sellers() WHERE product = 'Wireless Mouse' $$, 'and it is no seller');
UPDATE daily_performance SET revenue = CASE WHEN date < current_date - 7 THEN 50 ELSE 100 END
WHERE product_id = (SELECT id FROM products WHERE name = 'Wireless Mouse');

-- week_over_week
SELECT results_eq('SELECT * FROM week_over_week()', $$ VALUES
  ('Desk Lamp', 'Home', 210.00, 210.00, 0.00, 0::float8),
  ('Pen', NULL, 42.00, 0.00, 42.00, NULL),
  ('Wireless Mouse', 'Electronics', 700.00, 350.00, 350.00, 100) $$, 'the biggest loss first, recomputed by hand');
SELECT results_eq($$ SELECT product FROM week_over_week(category => 'Home') $$, $$ VALUES ('Desk Lamp') $$, 'a category');
SELECT results_eq($$ SELECT change_pct FROM week_over_week(product => 'Wireless Mouse') $$, 'VALUES (100::float8)', 'a product');
SELECT results_eq($$ SELECT revenue, prior_revenue FROM week_over_week(3, 'Wireless Mouse') $$, 'VALUES (300.00, 300.00)', 'three days');
SELECT results_eq($$ SELECT prior_revenue, change, change_pct FROM week_over_week(8, 'Wireless Mouse') $$,
  'VALUES (NULL::numeric, NULL::numeric, NULL::float8)', 'half a period before is not compared with');
DELETE FROM daily_performance WHERE date >= current_date - 7 AND product_id = (SELECT id FROM products WHERE name = 'Pen');
SELECT results_eq($$ SELECT revenue, prior_revenue FROM week_over_week(product => 'Pen') $$, 'VALUES (NULL::numeric, 0.00)',
  'a product that is gone is still listed');

-- Days that are not complete
INSERT INTO daily_performance (date, product_id, revenue)
  SELECT current_date + d, id, 1e6 FROM products, generate_series(0, 5) d;
SELECT is((SELECT max(revenue) FROM top_sellers()), 700.00, 'top_sellers ignores today and the future');
SELECT is((SELECT max(revenue) FROM week_over_week()), 700.00, 'week_over_week ignores them');
SELECT is((SELECT max(value) FROM kpi_summary() WHERE metric = 'revenue'), 910.00, 'kpi_summary ignores them');
DELETE FROM daily_performance WHERE date >= current_date;

-- Views with types of their own
CREATE SCHEMA other;
CREATE VIEW other.products AS SELECT id::bigint, name::varchar(80), category::varchar FROM public.products;
CREATE VIEW other.daily_performance AS SELECT date + time '23:59' AS date, product_id::bigint, impressions::float8, clicks::bigint,
  ad_spend::float8, units_sold::numeric, revenue::float8 FROM public.daily_performance;
CREATE TEMPORARY TABLE expected AS SELECT * FROM kpi_summary();
CREATE TEMPORARY TABLE expected_top AS SELECT * FROM top_sellers();
CREATE TEMPORARY TABLE expected_worst AS SELECT * FROM worst_performers();
CREATE TEMPORARY TABLE expected_week AS SELECT * FROM week_over_week();
SET LOCAL search_path = other, public, tap;
SELECT results_eq('SELECT * FROM kpi_summary()', 'SELECT * FROM expected', 'kpi_summary over other types');
SELECT results_eq('SELECT * FROM top_sellers()', 'SELECT * FROM expected_top', 'top_sellers over other types');
SELECT results_eq('SELECT * FROM worst_performers()', 'SELECT * FROM expected_worst', 'worst_performers over other types');
SELECT results_eq('SELECT * FROM week_over_week()', 'SELECT * FROM expected_week', 'week_over_week over other types');
SET LOCAL search_path = public, tap;

-- Bad input, one a line
SELECT throws_ok($$ SELECT FROM kpi_summary('2026-02-02', '2026-02-01') $$, '22023', 'the period from 2026-02-02 to 2026-02-01 is not one of 1 to 36525 days', 'period backwards');
SELECT throws_ok($$ SELECT FROM kpi_summary('-infinity') $$, '22023', NULL, 'period without beginning');
SELECT throws_ok($$ SELECT FROM kpi_summary(period_end => 'infinity') $$, '22023', NULL, 'period without end');
SELECT throws_ok($$ SELECT FROM kpi_summary('0001-01-01', '5000-01-01') $$, '22023', NULL, 'period of millennia');
SELECT throws_ok($$ SELECT FROM kpi_summary(product => 'Wireless') $$, '22U01', 'unknown product "Wireless"', 'product unknown');
SELECT throws_ok($$ SELECT FROM kpi_summary(category => 'home') $$, '22U01', 'unknown category "home"', 'category unknown');
SELECT throws_ok($$ SELECT FROM top_sellers(n => 0) $$, '22023', 'n must be between 1 and 1000000, not 0', 'n 0');
SELECT throws_ok($$ SELECT FROM top_sellers(n => NULL) $$, '22004', 'n must not be NULL', 'n NULL');
SELECT throws_ok($$ SELECT FROM top_sellers(days => -7) $$, '22023', 'days must be between 1 and 36525, not -7', 'days negative');
SELECT throws_ok($$ SELECT FROM worst_performers(days => 2147483647) $$, '22023', 'days must be between 1 and 36525, not 2147483647', 'days enormous');
SELECT throws_ok($$ SELECT FROM worst_performers(category => 'x') $$, '22U01', 'unknown category "x"', 'category unknown');
SELECT throws_ok($$ SELECT FROM week_over_week(days => 0) $$, '22023', 'days must be between 1 and 36525, not 0', 'days 0');

-- Nothing there
DELETE FROM daily_performance;
SELECT is((SELECT count(*) FROM top_sellers()) + (SELECT count(*) FROM worst_performers()) + (SELECT count(*) FROM week_over_week()),
  0::bigint, 'an empty table has no rows to rank');
SELECT results_eq('SELECT count(*), count(value), max(period_end) FROM kpi_summary()',
  'SELECT count(kpi_place), 0::bigint, current_date - 1 FROM metrics()', 'an empty table has all figures, all NULL');
SELECT results_eq('SELECT status_code FROM data_freshness()', $$ VALUES ('no_data') $$, 'and nothing fresh');
DROP TABLE daily_performance CASCADE;
SELECT throws_ok($$ SELECT FROM kpi_summary() $$, '42P01', NULL, 'a missing table');
SELECT * FROM finish();
ROLLBACK;
