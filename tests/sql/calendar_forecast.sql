-- SPDX-License-Identifier: PostgreSQL
--
-- Promotions, holidays, closed days and bad days in forecast_revenue(), and their rows in revenue_effects().
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(23);
\ir functions.inc

-- Whatever the day of the test is, no holiday by chance.
INSERT INTO holidays (date, name, ignored) SELECT date, name, true FROM shop_holidays(current_date - 100, current_date + 100);
SELECT is_empty($$ SELECT * FROM revenue_effects() $$, 'no promotion, no holiday that counts: no row');
SELECT results_eq($$ SELECT forecast_value FROM forecast_revenue(10) $$, $$ SELECT forecast_value FROM forecast_revenue(10, calendar => false) $$,
  'and the forecast is that of the method alone');

-- Two promotions that sold half as much again, a third one planned.
INSERT INTO promotions (name, product_id, promotion_start, promotion_end) VALUES
  ('Mouse days', 1, current_date - 70, current_date - 64), ('Mouse days', 1, current_date - 30, current_date - 24),
  ('Mouse days', 1, current_date + 3, current_date + 5), ('Old', 1, '2001-01-01', '2001-01-05');
UPDATE daily_performance SET revenue = revenue * 1.5 FROM promotions m
WHERE daily_performance.product_id = 1 AND date BETWEEN m.promotion_start AND m.promotion_end;
SELECT results_eq($$ SELECT kind, name, days_seen, days_ahead FROM revenue_effects(10, product => 'Wireless Mouse') $$,
  $$ VALUES ('promotion', 'promotions', 14, 3) $$, 'the effect is a row');
SELECT ok((SELECT abs(relative_effect - 0.5) < 0.08 AND standard_error BETWEEN 0 AND 0.1 FROM revenue_effects(10, product => 'Wireless Mouse')),
  'of half as much again, with its error');
CREATE TEMPORARY TABLE planned AS
SELECT forecast_timestamp AS day, f.forecast_value / g.forecast_value AS ratio, f.forecast_status, f.status_code
FROM forecast_revenue(10, product => 'Wireless Mouse', reconcile => false) f
JOIN forecast_revenue(10, product => 'Wireless Mouse', reconcile => false, what_if => NULL, calendar => true) same USING (forecast_timestamp)
JOIN forecast_revenue(10, product => 'Wireless Mouse', reconcile => false, method => 'seasonal_naive') g USING (forecast_timestamp);
SELECT ok((SELECT min(ratio) FILTER (WHERE day BETWEEN current_date + 3 AND current_date + 5)
                  > 1.25 * max(ratio) FILTER (WHERE day NOT BETWEEN current_date + 3 AND current_date + 5) FROM planned),
  'the planned promotion moves its days, and no other');
SELECT ok((SELECT bool_and(forecast_status ~ 'with promotions \+\d\d%' AND status_code ~ '\ycalendar\y') FROM planned), 'the status says so');
SELECT ok((SELECT sum(f.forecast_value) > 1.2 * sum(g.forecast_value)
  FROM forecast_revenue(10, product => 'Home 8', reconcile => false,
    what_if => format('[{"product": "Home 8", "promotion_start": "%s", "promotion_end": "%s"}]', current_date, current_date + 9)::jsonb) f
  JOIN forecast_revenue(10, product => 'Home 8', reconcile => false) g USING (forecast_timestamp)),
  'a product that was never promoted takes the effect from the shop');
SELECT ok((SELECT sum(f.forecast_value) > 1.05 * sum(g.forecast_value)
  FROM forecast_revenue(10, product => 'Wireless Mouse', reconcile => false,
    what_if => format('[{"product": "Wireless Mouse", "promotion_start": "%s", "promotion_end": "%s"}]', current_date, current_date + 9)::jsonb) f
  JOIN forecast_revenue(10, product => 'Wireless Mouse', reconcile => false) g USING (forecast_timestamp)), 'a promotion to try out sells more');
SELECT is((SELECT days_ahead FROM revenue_effects(10, product => 'Wireless Mouse',
    what_if => format('[{"product": "Wireless Mouse", "promotion_start": "%s", "promotion_end": "%s"}]', current_date, current_date + 9)::jsonb)),
  10, 'revenue_effects knows it too');
SELECT throws_ok($$ SELECT FROM forecast_revenue(what_if => '{"product": "x"}') $$, '22023', 'what_if must be a JSON array of promotions, not object', 'what_if is an array');
SELECT throws_ok($$ SELECT FROM forecast_revenue(what_if => '[{"product": "x", "promotion_start": "2026-01-01", "promotion_end": "2026-01-01"}]') $$,
  '22U01', 'unknown product "x"', 'of known products');
SELECT throws_ok($$ SELECT FROM forecast_revenue(what_if => '[{"product": "Home 8", "promotion_start": "2026-01-02", "promotion_end": "2026-01-01"}]') $$,
  '22023', NULL, 'with a start before the end');
SELECT throws_ok($$ SELECT FROM forecast_revenue(calendar => NULL) $$, '22004', NULL, 'a flag has no third state');
SELECT is((SELECT count(*) FROM forecast_revenue(3, by => 'product')), 72::bigint, 'all products, reconciled');
SELECT ok((SELECT abs(sum(p.forecast_value) - max(t.forecast_value)) < 0.01
  FROM forecast_revenue(5, by => 'product') p JOIN forecast_revenue(5) t USING (forecast_timestamp) WHERE p.forecast_timestamp = current_date + 3),
  'they still add up on a day of the promotion');

-- Closed days, given and learned
INSERT INTO holidays (date, name, closed) VALUES (current_date + 1, 'Stocktaking', true);
SELECT results_eq($$ SELECT forecast_value, prediction_interval_upper_bound FROM forecast_revenue(2) WHERE forecast_timestamp = current_date + 1 $$,
  $$ VALUES (0::float8, 0::float8) $$, 'nothing is sold on a day that is closed');
DELETE FROM holidays WHERE name = 'Stocktaking';
UPDATE daily_performance SET revenue = 0 WHERE extract(isodow FROM date) = 7;
SELECT is((SELECT count(*) FROM forecast_revenue(14) WHERE forecast_value = 0 AND extract(isodow FROM forecast_timestamp) = 7), 2::bigint, 'Sundays that were always closed');
SELECT ok((SELECT bool_and(forecast_status ~ 'closed on Sundays') FROM forecast_revenue(1)), 'and the status names them');

-- A bad booking
UPDATE daily_performance SET revenue = 900000 WHERE date = current_date - 30 AND product_id = 9;
SELECT ok((SELECT max(prediction_interval_upper_bound) < 60000 AND bool_and(forecast_status ~ (current_date - 30)::text)
  FROM forecast_revenue(7, product => 'Sports 9', reconcile => false)), 'one booking of 900,000 does not ruin the forecast, and is named');
SELECT results_eq($$ SELECT kind, day FROM revenue_effects(product => 'Sports 9') WHERE kind = 'outlier' $$, $$ VALUES ('outlier', current_date - 30) $$, 'its row');

-- Without the tables, and by a role that may only read
GRANT USAGE ON SCHEMA tap TO performance_tracker_reader;
GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO performance_tracker_reader;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO performance_tracker_reader;
SET LOCAL ROLE performance_tracker_reader;
SELECT lives_ok($$ SELECT FROM public.revenue_effects() $$, 'the reader sees effects');
RESET ROLE;
DROP TABLE promotions, holidays, shop_settings CASCADE;
SELECT is((SELECT count(*) FROM forecast_revenue(3)), 3::bigint, 'neither table is needed');
CREATE TABLE promotions (code text);
SELECT is((SELECT count(*) FROM forecast_revenue(3)), 3::bigint, 'another table called promotions is left alone');
SELECT * FROM finish();
ROLLBACK;
