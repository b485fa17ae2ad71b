-- SPDX-License-Identifier: PostgreSQL
--
-- metrics(): the one table of metrics, and that the others follow it.
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
BEGIN;
\ir fixture.inc
SELECT plan(7);

SELECT results_eq('SELECT metric FROM metrics() WHERE kpi_place IS NOT NULL ORDER BY kpi_place', 'SELECT metric FROM kpi_summary()',
  'kpi_summary() has a row for each metric with a place, in that order');
SELECT results_eq('SELECT unit FROM metrics() WHERE kpi_place IS NOT NULL ORDER BY kpi_place', 'SELECT unit FROM kpi_summary()',
  'in its unit');
SELECT set_eq('SELECT DISTINCT m.metric FROM metrics() m, detect_anomalies(metric => m.metric, include_normal => true) a WHERE abs(a.expected_value) < ''infinity'' AND abs(a.z_score) < ''infinity''',
  'SELECT metric FROM metrics()', 'detect_anomalies() judges each of them');
SELECT is_empty($$ SELECT FROM metrics() m, unnest(m.numerator || m.denominator || m.events) c
  WHERE c IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'daily_performance'::regclass AND attname = ltrim(c, '-')) $$,
  'they are made of columns of daily_performance');
SELECT is_empty($$ SELECT FROM metrics() m, unnest(m.drivers) d WHERE ltrim(d, '-') NOT IN (SELECT metric FROM metrics()) $$,
  'and driven by metrics');
SELECT is_empty($$ SELECT FROM metrics() WHERE label_key <> 'metric.' || metric OR unit NOT IN ('money', 'ratio', 'count')
  OR good_direction NOT IN ('up', 'down') $$, 'labels, units and directions are as documented');
SELECT is((SELECT numerator FROM metrics() WHERE metric = 'acos'), ARRAY['ad_spend'], 'ACOS divides ad spend');

SELECT finish();
ROLLBACK;
