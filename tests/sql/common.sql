-- SPDX-License-Identifier: PostgreSQL
--
-- The checks that all chapters share: names, ranges, tables, tenants.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(30);

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
SELECT throws_ok($$ SELECT performance_tracker_check_filter('Wireles Mouse', NULL) $$, '22023',
                 'unknown product "Wireles Mouse"', 'a mistyped product');
SELECT matches(hint_of($$ SELECT performance_tracker_check_filter('Wireles Mouse', NULL) $$),
               '^Existing products, closest first: "Wireless Mouse", ', 'the hint names the right one first');
SELECT throws_ok($$ SELECT performance_tracker_check_filter('', NULL) $$, '22023', 'unknown product ""',
                 'the empty text is no product');
SELECT throws_ok($$ SELECT performance_tracker_check_filter($q$'; DROP TABLE products; --$q$, NULL) $$, '22023',
                 $$unknown product "'; DROP TABLE products; --"$$, 'a name is data, never SQL');
SELECT throws_ok($$ SELECT performance_tracker_check_filter(NULL, 'electronic') $$, '22023',
                 'unknown category "electronic"', 'a mistyped category');
SELECT matches(hint_of($$ SELECT performance_tracker_check_filter(NULL, 'electronic') $$),
               '^Existing categories, closest first: "Electronics", ', 'the hint names the right one first');
SELECT throws_ok($$ SELECT performance_tracker_check_filter('Wireless Mouse', 'Toys') $$, '22023',
                 'product "Wireless Mouse" is not in category "Toys"', 'a product of another category');
SELECT is(hint_of($$ SELECT performance_tracker_check_filter('Wireless Mouse', 'Toys') $$),
          'Its category is "Electronics"; leave the category out.', 'the hint names its category');

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
