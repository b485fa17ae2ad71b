-- SPDX-License-Identifier: PostgreSQL
--
-- key_drivers(): contributions that add up, for sums and ratios, on the shop's tables and on others.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(18);

-- Something of everything: a product that appears, one that vanishes, columns that are NULL, one without sales.
DELETE FROM daily_performance WHERE product_id = 3 AND date < current_date - 7;
DELETE FROM daily_performance WHERE product_id = 9 AND date >= current_date - 7;
UPDATE daily_performance SET revenue = NULL WHERE product_id = 5 AND date = current_date - 2;
UPDATE daily_performance SET ad_spend = 3 * ad_spend WHERE product_id = 12 AND date >= current_date - 4;
UPDATE daily_performance SET units_sold = 0, revenue = 0 WHERE product_id = 20;

SELECT is_empty($$ SELECT dimension FROM key_drivers() GROUP BY dimension
  HAVING sum(contribution) <> max(total_value) - max(total_prior_value) $$, 'the contributions to a sum add up exactly, by each dimension');
SELECT is((SELECT count(DISTINCT dimension) FROM key_drivers()), 2::bigint, 'by category and by product');
SELECT is_empty($$ SELECT m.metric, d.dimension FROM metrics() m, key_drivers(m.metric, dimensions => '{category,product,weekday,day}') d
  GROUP BY 1, 2 HAVING abs(sum(d.contribution) - (max(d.total_value) - max(d.total_prior_value))) > 1e-9 $$, 'so do those of every metric, ratios too');
SELECT is_empty($$ SELECT FROM metrics() m, key_drivers(m.metric) d WHERE m.denominator IS NOT NULL AND d.contribution <> d.rate_effect + d.mix_effect $$,
  'a ratio changes by rate and by mix');
SELECT results_eq($$ SELECT total_value, total_prior_value FROM key_drivers('roas', dimensions => '{category}') LIMIT 1 $$,
  $$ SELECT (sum(revenue) FILTER (WHERE date >= current_date - 7) / sum(ad_spend) FILTER (WHERE date >= current_date - 7))::numeric,
            (sum(revenue) FILTER (WHERE date < current_date - 7) / sum(ad_spend) FILTER (WHERE date < current_date - 7))::numeric
     FROM daily_performance WHERE date >= current_date - 14 $$, 'and the totals are sums over sums');
SELECT is((SELECT rate_effect FROM key_drivers('roas') WHERE segment = (SELECT name FROM products WHERE id = 3)), 0::numeric, 'a new product is mix');
SELECT cmp_ok((SELECT rate_effect FROM key_drivers('roas') WHERE segment = (SELECT name FROM products WHERE id = 12)), '<', 0::numeric, 'dearer advertising is rate');
SELECT is((SELECT total_prior_value FROM key_drivers(compare => 'last_year') LIMIT 1), 0::numeric, 'a year before the first day there is nothing');
SELECT is((SELECT total_prior_value FROM key_drivers(compare_start => current_date - 30, compare_end => current_date - 24) LIMIT 1),
  (SELECT sum(revenue) FROM daily_performance WHERE date BETWEEN current_date - 30 AND current_date - 24), 'two dates of one''s own');
SELECT is((SELECT count(*) FROM key_drivers(product => 'Wireless Mouse', dimensions => '{product}')), 1::bigint, 'a filter');
SELECT results_eq($$ SELECT segment, contribution FROM key_drivers('daily_performance', 'clicks', '{product_id}', 'date', current_date - 7, current_date - 1, NULL, NULL) ORDER BY 1 $$,
  $$ SELECT p.id::text, sum(CASE WHEN d.date >= current_date - 7 THEN d.clicks ELSE -d.clicks END)::numeric FROM daily_performance d JOIN products p ON p.id = d.product_id
     WHERE d.date >= current_date - 14 GROUP BY p.id ORDER BY 1 $$, 'any table');
SELECT is_empty($$ SELECT dimension FROM key_drivers('daily_performance', 'revenue', '{product_id,date}', 'date', current_date - 7, current_date - 1, current_date - 21, current_date - 15, 'ad_spend')
  GROUP BY dimension HAVING abs(sum(contribution) - max(total_value) + max(total_prior_value)) > 1e-9 $$, 'any ratio');
SELECT throws_ok($$ SELECT FROM key_drivers('magic') $$, '22023', 'unknown metric "magic"', 'metric unknown');
SELECT throws_ok($$ SELECT FROM key_drivers(compare => 'tomorrow') $$, '22023', 'unknown compare "tomorrow"', 'compare unknown');
SELECT throws_ok($$ SELECT FROM key_drivers(dimensions => '{colour}') $$, '22023', 'unknown dimensions "colour"', 'dimension unknown');
SELECT throws_ok($$ SELECT FROM key_drivers(compare_start => current_date) $$, '22023', NULL, 'one of two dates');
SELECT throws_ok($$ SELECT FROM key_drivers('nowhere', 'a', '{b}', 'c', current_date, current_date, NULL, NULL) $$, '42P01', 'there is no table "nowhere"', 'no such table');
SELECT throws_ok($$ SELECT FROM key_drivers('daily_performance', 'a"; DROP TABLE products; --', '{product_id}', 'date', current_date, current_date, NULL, NULL) $$, '42703', NULL, 'no such column');
SELECT finish();
ROLLBACK;
