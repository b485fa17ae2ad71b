-- SPDX-License-Identifier: PostgreSQL
--
-- Holidays: computed ones, the shop's own, and a shop without any table of them.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
SELECT plan(24);
\ir functions.inc

-- holidays()
SELECT results_eq($$ SELECT date, name, kind FROM holidays('DE', '2026-12-24', '2026-12-26') $$,
  $$ VALUES ('2026-12-24'::date, 'Christmas Eve', 'commerce'), ('2026-12-25', 'Christmas Day', 'public'),
            ('2026-12-26', 'Second Day of Christmas', 'public') $$, 'Christmas in Germany');
SELECT is((SELECT string_agg(DISTINCT region, ',') FROM holidays('uk', '2026-01-01', '2026-12-31')), 'GB', 'UK is GB, in any case');
SELECT is((SELECT date FROM holidays('US', '2026-01-01', '2026-12-31') WHERE name = 'Thanksgiving'), '2026-11-26'::date, 'Thanksgiving');
SELECT results_eq($$ SELECT date, kind FROM holidays('GB', '2021-12-01', '2021-12-31') WHERE name LIKE '%(substitute)' ORDER BY 1 $$,
  $$ VALUES ('2021-12-27'::date, 'observed'), ('2021-12-28', 'observed') $$, 'two substitutes in a row');
SELECT is_empty($$ SELECT FROM holidays('FR', '2026-07-15', '2026-08-14') $$, 'a month without any');
SELECT cmp_ok((SELECT count(*) FROM holidays('US', '1900-01-01', '2200-12-31')), '>', 5000::bigint, 'three centuries in one call');
SELECT throws_ok($$ SELECT FROM holidays('XX', '2026-01-01', '2026-12-31') $$, '22023', 'unknown holiday region "XX"', 'an unknown region');
SELECT matches(hint_of($$ SELECT FROM holidays('XX', '2026-01-01', '2026-12-31') $$), 'DE, FR, GB, US, international', 'the hint lists the known ones');
SELECT throws_ok($$ SELECT FROM holidays('DE', '2026-12-31', '2026-01-01') $$, '22023', NULL, 'an end before the start');
SELECT throws_ok($$ SELECT FROM holidays('DE', '1899-01-01', '2026-01-01') $$, '22023', NULL, 'a year before the first');
SELECT throws_ok($$ SELECT FROM holidays('DE', '-infinity', 'infinity') $$, '22008', NULL, 'infinite days');
SELECT throws_ok($$ SELECT FROM holidays(NULL, '2026-01-01', '2026-01-01') $$, '22004', NULL, 'no region');

-- The shop's calendar
SELECT results_eq($$ SELECT name FROM shop_holidays('2026-12-24', '2026-12-26') $$,
  $$ VALUES ('Christmas Eve'), ('Christmas Day'), ('Boxing Day') $$, 'a shop that has not said where it is');
INSERT INTO shop_settings (holiday_region) VALUES ('DE');
SELECT is((SELECT string_agg(name, ',') FROM shop_holidays('2026-10-01', '2026-10-05')), 'German Unity Day', 'a shop in Germany');
SELECT is_empty($$ SELECT FROM shop_holidays('2026-10-01', '2026-10-05', holiday_region => 'FR') $$, 'another region on request');
INSERT INTO holidays (region, date, name, closed, ignored) VALUES
  (NULL, '2026-07-10', 'Summer sale', false, false), ('DE', '2026-07-11', 'Stocktaking', true, false),
  ('FR', '2026-07-12', 'Soldes', false, false), ('DE', '2026-10-03', 'German Unity Day', false, true),
  (NULL, '2026-12-25', 'Christmas Day', true, false);
SELECT results_eq($$ SELECT date, name, kind, closed FROM shop_holidays('2026-07-01', '2026-07-31') $$,
  $$ VALUES ('2026-07-10'::date, 'Summer sale', 'own', false), ('2026-07-11', 'Stocktaking', 'own', true) $$, 'own days');
SELECT is_empty($$ SELECT FROM shop_holidays('2026-10-03', '2026-10-03') $$, 'a computed day that is none for this shop');
SELECT results_eq($$ SELECT name, kind, closed FROM shop_holidays('2026-12-25', '2026-12-25') $$,
  $$ VALUES ('Christmas Day', 'public', true) $$, 'a computed day on which the shop is closed');
SELECT throws_ok($$ INSERT INTO shop_settings (holiday_region) VALUES ('FR') $$, '23505', NULL, 'one row of settings');
SELECT throws_ok($$ INSERT INTO holidays (date, name) VALUES ('2026-07-10', 'Summer sale') $$, '23505', NULL, 'a day is entered once');
SELECT throws_ok($$ SELECT FROM shop_holidays('2026-01-01', '2026-12-31', holiday_region => 'XX') $$, '22023', NULL, 'an unknown region here too');

-- Without the tables, and with tables of these names that are something else
DROP TABLE holidays, shop_settings CASCADE;
SELECT is((SELECT count(*) FROM shop_holidays('2026-12-24', '2026-12-26')), 3::bigint, 'neither table is needed');
CREATE TABLE holidays (employee text, days integer);
CREATE TABLE shop_settings (key text, value text);
SELECT is((SELECT count(*) FROM shop_holidays('2026-12-24', '2026-12-26')), 3::bigint, 'other tables of these names are left alone');
DROP TABLE holidays;
CREATE VIEW holidays AS SELECT '2026-12-24 10:00'::timestamp AS date, 'Market'::varchar AS name;
SELECT is((SELECT kind FROM shop_holidays('2026-12-24', '2026-12-26') WHERE name = 'Market'), 'own', 'a view with types of its own');
SELECT * FROM finish();
ROLLBACK;
