-- SPDX-License-Identifier: PostgreSQL
--
-- The checks that all chapters share: names, ranges, tables, tenants.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(31);

SELECT is(performance_tracker_edit_distance('kitten', 'sitting'), 3, 'edit distance of the textbook pair');
SELECT is(performance_tracker_edit_distance('', ''), 0, 'edit distance of nothing');
SELECT is(performance_tracker_edit_distance('Kaffee', 'Käffee'), 1, 'a non-ASCII letter is one character');
SELECT is(performance_tracker_edit_distance(repeat('ä', 1000), repeat('ä', 1000)), 0,
          'long texts are cut between characters, not refused');
SELECT is(performance_tracker_edit_distance(NULL, 'a'), NULL, 'NULL in, NULL out');

SELECT is(performance_tracker_closest('mouse', ARRAY['Desk', 'Wireless Mouse', 'House']),
          '"Wireless Mouse", "House", "Desk"', 'names that contain the text come first, then the nearest');
SELECT is(performance_tracker_closest('x', ARRAY[]::text[]), NULL, 'no names, no suggestion');
SELECT is(array_length(string_to_array(performance_tracker_closest('x',
            ARRAY(SELECT 'name' || i FROM generate_series(1, 50) i)), ', '), 1), 10, 'at most ten names');

SELECT lives_ok($$ SELECT performance_tracker_check_range('days', 7, 1, 36525) $$, 'a value in range');
SELECT throws_ok($$ SELECT performance_tracker_check_range('days', 0, 1, 36525) $$, '22023',
                 'days must be between 1 and 36525, not 0', 'below the range');
SELECT throws_ok($$ SELECT performance_tracker_check_range('days', NULL, 1, 36525) $$, '22004',
                 'days must not be NULL', 'NULL where a value is needed');
SELECT throws_ok($$ SELECT performance_tracker_check_choice('by', 'week', 'total', 'product') $$, '22023',
                 'unknown by "week"', 'a word that is none of the choices');
SELECT throws_ok($$ SELECT performance_tracker_check_choice('by', NULL, 'total', 'product') $$, '22004',
                 'by must not be NULL', 'NULL is none of the choices');

\ir functions.inc

SELECT lives_ok($$ SELECT performance_tracker_check_filter('Wireless Mouse', 'Electronics') $$, 'a product of its category');
SELECT lives_ok($$ SELECT performance_tracker_check_filter(NULL, NULL) $$, 'NULL is all of them');
SELECT throws_ok($$ SELECT performance_tracker_check_filter('Wireles Mouse', NULL) $$, '22U01',
                 'unknown product "Wireles Mouse"', 'a mistyped product');
SELECT matches(hint_of($$ SELECT performance_tracker_check_filter('Wireles Mouse', NULL) $$),
               '^Existing products, closest first: "Wireless Mouse", ', 'the hint names the right one first');
SELECT throws_ok($$ SELECT performance_tracker_check_filter('', NULL) $$, '22U01', 'unknown product ""',
                 'the empty text is no product');
SELECT throws_ok($$ SELECT performance_tracker_check_filter($q$'; DROP TABLE products; --$q$, NULL) $$, '22U01',
                 $$unknown product "'; DROP TABLE products; --"$$, 'a name is data, never SQL');
SELECT throws_ok($$ SELECT performance_tracker_check_filter(NULL, 'electronic') $$, '22U01',
                 'unknown category "electronic"', 'a mistyped category');
SELECT matches(hint_of($$ SELECT performance_tracker_check_filter(NULL, 'electronic') $$),
               '^Existing categories, closest first: "Electronics", ', 'the hint names the right one first');
SELECT throws_ok($$ SELECT performance_tracker_check_filter('Wireless Mouse', 'Toys') $$, '22023',
                 'product "Wireless Mouse" is not in category "Toys"', 'a product of another category');
SELECT is(hint_of($$ SELECT performance_tracker_check_filter('Wireless Mouse', 'Toys') $$),
          'Its category is "Electronics"; leave the category out.', 'the hint names its category');

-- Errors name their argument, so that nobody has to read the message for it: those of plpgsql and those of the library.
SELECT results_eq($q$SELECT c.call, argument_of('SELECT FROM ' || c.call) FROM (VALUES
    ($$kpi_summary(product => 'x')$$), ($$kpi_summary(category => 'x')$$), ($$kpi_summary(category => 'Toys', product => 'Wireless Mouse')$$),
    ('kpi_summary(''2026-02-02'', ''2026-02-01'')'), ('top_sellers(n => 0)'), ('top_sellers(days => 0)'), ('forecast_revenue(horizon => 0)'),
    ('forecast_revenue(confidence_level => 80)'), ('forecast_revenue(confidence_level => ''NaN'')'), ('forecast_revenue(method => ''x'')'),
    ('forecast_revenue(by => ''x'')'), ('forecast_revenue(levels => ''{}'')'), ('forecast_revenue(include_history => NULL)'), ('forecast_revenue(what_if => ''{}'')'),
    ('detect_anomalies(days => 0)'), ('detect_anomalies(z_threshold => -1)'), ('detect_anomalies(false_alarms => 0)'), ('detect_anomalies(metric => ''x'')'),
    ('incidents(days => 0)'), ('recommendations(days => 0)'), ('reallocate_budget(max_change => 2)'), ('promotion_impact(promotion_id => -1)'),
    ('promotion_impact(promotion_start => current_date)'), ('key_drivers(metric => ''x'')'), ('daily_figures(days => NULL)'), ('holidays(''x'', current_date, current_date)'),
    ('forecast(''{1,2,3}''::float8[], season_length => 0)'), ('auto_arima(''2026-01-01 / 1 day : {1,2,3}'', ic => ''x'')')) c (call)$q$,
  $q$VALUES ($$kpi_summary(product => 'x')$$, '22U01 product'), ($$kpi_summary(category => 'x')$$, '22U01 category'), ($$kpi_summary(category => 'Toys', product => 'Wireless Mouse')$$, '22023 category'),
    ('kpi_summary(''2026-02-02'', ''2026-02-01'')', '22023 period_end'), ('top_sellers(n => 0)', '22023 n'), ('top_sellers(days => 0)', '22023 days'), ('forecast_revenue(horizon => 0)', '22023 horizon'),
    ('forecast_revenue(confidence_level => 80)', '22023 confidence_level'), ('forecast_revenue(confidence_level => ''NaN'')', '22023 confidence_level'), ('forecast_revenue(method => ''x'')', '22023 method'),
    ('forecast_revenue(by => ''x'')', '22023 by'), ('forecast_revenue(levels => ''{}'')', '22023 levels'), ('forecast_revenue(include_history => NULL)', '22004 include_history'), ('forecast_revenue(what_if => ''{}'')', '22023 what_if'),
    ('detect_anomalies(days => 0)', '22023 days'), ('detect_anomalies(z_threshold => -1)', '22023 z_threshold'), ('detect_anomalies(false_alarms => 0)', '22023 false_alarms'), ('detect_anomalies(metric => ''x'')', '22023 metric'),
    ('incidents(days => 0)', '22023 days'), ('recommendations(days => 0)', '22023 days'), ('reallocate_budget(max_change => 2)', '22023 max_change'), ('promotion_impact(promotion_id => -1)', '22U01 promotion_id'),
    ('promotion_impact(promotion_start => current_date)', '22023 promotion_start'), ('key_drivers(metric => ''x'')', '22023 metric'), ('daily_figures(days => NULL)', '22004 days'), ('holidays(''x'', current_date, current_date)', '22023 region'),
    ('forecast(''{1,2,3}''::float8[], season_length => 0)', '22023 season_length'), ('auto_arima(''2026-01-01 / 1 day : {1,2,3}'', ic => ''x'')', '22023 ic')$q$,
  'every wrong argument is named in COLUMN');

SELECT is(performance_tracker_last_complete_day(), current_date - 1, 'yesterday is the last complete day');
INSERT INTO daily_performance (date, product_id, revenue) VALUES (current_date, 1, 1), (current_date + 3, 1, 1);
SELECT is(performance_tracker_last_complete_day(), current_date - 1, 'today and the future are not complete');
DELETE FROM daily_performance WHERE date > current_date - 5;
SELECT is(performance_tracker_last_complete_day(), current_date - 5, 'when the load is late, its last day');
SAVEPOINT before_delete;
DELETE FROM daily_performance;
SELECT is(performance_tracker_last_complete_day(), NULL, 'an empty table has no complete day');
ROLLBACK TO before_delete;

-- Missing tables: the error says so before the query fails, and the hint says both ways out.
SET LOCAL search_path = tap;
SELECT throws_ok($$ SELECT * FROM public.forecast_revenue() $$, '42P01',
                 'not found on the search_path (tap): products, daily_performance', 'missing tables');
SET LOCAL search_path = public, tap;
SELECT matches(hint_of($$ SET LOCAL search_path = tap; SELECT * FROM public.forecast_revenue() $$),
               'Apply the files of sql/schema .* or create views of these names', 'the hint says both ways out');

-- A tenant per schema: the same session, the same statement, another search_path.
CREATE SCHEMA tenant_a;
CREATE SCHEMA tenant_b;
CREATE VIEW tenant_a.products AS SELECT * FROM products WHERE category = 'Toys';
CREATE VIEW tenant_a.daily_performance AS SELECT * FROM daily_performance;
CREATE VIEW tenant_b.products AS SELECT * FROM products WHERE category = 'Books';
CREATE VIEW tenant_b.daily_performance AS SELECT * FROM daily_performance;
CREATE TEMPORARY TABLE seen (tenant text, categories text[]);
PREPARE best AS INSERT INTO seen SELECT current_schema, array_agg(DISTINCT category) FROM public.top_sellers(days => 30);
SET LOCAL search_path = tenant_a, tap;
EXECUTE best;
SET LOCAL search_path = tenant_b, tap;
EXECUTE best;
SET LOCAL search_path = public, tap;
SELECT results_eq('SELECT tenant, categories FROM seen ORDER BY tenant',
                  $$ VALUES ('tenant_a', '{Toys}'::text[]), ('tenant_b', '{Books}') $$,
                  'each tenant sees its own tables, also through a prepared statement');
SELECT * FROM finish();
ROLLBACK;
