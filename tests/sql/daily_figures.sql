-- SPDX-License-Identifier: PostgreSQL
--
-- daily_figures(): the days with their metrics, as metrics() and the views have them.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(17);

SELECT results_eq('SELECT (t.*)::text FROM daily_figures(36525) f JOIN daily_total_metrics v USING (date), LATERAL (SELECT f.impressions, f.clicks, f.ad_spend, f.units_sold, f.revenue, f.ctr, f.cpc, f.conversion_rate, f.roas, f.acos) t ORDER BY date',
  'SELECT (t.*)::text FROM daily_total_metrics v, LATERAL (SELECT v.impressions, v.clicks, v.ad_spend, v.units_sold, v.revenue, v.ctr, v.cpc, v.conversion_rate, v.roas, v.acos) t WHERE date < current_date ORDER BY date',
  'the days of the shop are those of the view');
SELECT is((SELECT count(*) FROM daily_figures(36525, by => 'category')), (SELECT count(*) FROM daily_category_metrics WHERE date < current_date), 'a row a day and category');
SELECT is((SELECT count(*) FROM daily_figures(36525, by => 'product')), (SELECT count(*) FROM daily_metrics WHERE date < current_date), 'a row a day and product');
SELECT is((SELECT array_agg(DISTINCT product || '/' || category) FROM daily_figures(product => 'Wireless Mouse')), '{Wireless Mouse/Electronics}', 'a product is named with its category');
SELECT is((SELECT array_agg(DISTINCT category) FROM daily_figures(category => 'Electronics') WHERE product IS NULL), '{Electronics}', 'a category is one row a day');
SELECT is((SELECT count(DISTINCT date) FROM daily_figures(3)), 3::bigint, 'as many days as asked for');
SELECT is((SELECT max(date) FROM daily_figures()), (SELECT data_through FROM data_status), 'up to the last complete one');
SELECT results_eq('SELECT sum(revenue) FROM daily_figures(7)', 'SELECT value FROM kpi_summary() WHERE metric = ''revenue''', 'they add up to the key figures');
-- What each column is, metrics() says: of every metric that the rows have, in sums and in single rows.
SELECT is_empty($$ SELECT a.attname FROM pg_attribute a WHERE attrelid = 'daily_figures_row'::regclass AND attnum > 3
  AND attname NOT IN (SELECT metric FROM metrics()) $$, 'every column is a metric');
SELECT is((SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'daily_total_metrics'::regclass AND attnum > 2),
  (SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'daily_figures_row'::regclass AND attnum > 3), 'the views have the same ones');
SELECT is(performance_tracker_metric_expression('roas', true), 'CASE WHEN pg_catalog.sum(d.ad_spend) OPERATOR(pg_catalog.<>) 0 THEN (pg_catalog.sum(d.revenue))::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.ad_spend)::double precision END', 'a ratio divides sums');
SELECT is(performance_tracker_metric_expression('no_such', true), NULL, 'what is no metric has no expression');
SELECT throws_ok('SELECT FROM daily_figures(0)', '22023', 'days must be between 1 and 36525, not 0', 'no days');
SELECT throws_ok($$ SELECT FROM daily_figures(by => 'week') $$, '22023', 'unknown by "week"', 'an unknown grouping');
SELECT throws_ok($$ SELECT FROM daily_figures(product => 'x') $$, '22U01', 'unknown product "x"', 'an unknown product');
SELECT throws_ok($$ SELECT FROM daily_figures(product => 'Wireless Mouse', category => 'Toys') $$, '22023', NULL, 'of another category');
SET LOCAL search_path = tap, pg_catalog;
SELECT throws_ok('SELECT FROM public.daily_figures()', '42P01', NULL, 'without the tables');

SELECT finish();
ROLLBACK;
