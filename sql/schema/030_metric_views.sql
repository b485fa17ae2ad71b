-- SPDX-License-Identifier: PostgreSQL
--
-- BI views over the tables. Ratios are divided after summing (ROAS = Σ revenue / Σ ad spend), never averaged, and
-- are NULL where the denominator is zero. They are fractions (0.02 = 2%).
-- Operators and functions are named with their schema: a view keeps what its creator's search_path found.
-- "time" is the beginning of the day in UTC as timestamptz, for Grafana and others that want an instant.

CREATE EXTENSION IF NOT EXISTS performance_tracker;

-- The views have the metrics that daily_figures() has, each as metrics() says that it is made: one more there is one more
-- column here, at the end.
DO $$
DECLARE
    home CONSTANT pg_catalog.name := (SELECT n.nspname FROM pg_catalog.pg_extension e
                                      JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
                                      WHERE e.extname OPERATOR(pg_catalog.=) 'performance_tracker');
    of_rows pg_catalog.text;
    of_sums pg_catalog.text;
    day CONSTANT pg_catalog.text :=
        $c$d.date, d.date::timestamp AT TIME ZONE 'UTC' AS "time"$c$;
    products CONSTANT pg_catalog.text := 'JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id';
BEGIN
    EXECUTE pg_catalog.format($q$
        SELECT pg_catalog.string_agg(pg_catalog.format('%%s AS %%I',
                 %1$I.performance_tracker_metric_expression(a.attname::pg_catalog.text, false), a.attname), ', ' ORDER BY a.attnum),
               pg_catalog.string_agg(pg_catalog.format('%%s AS %%I',
                 %1$I.performance_tracker_metric_expression(a.attname::pg_catalog.text, true), a.attname), ', ' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid OPERATOR(pg_catalog.=) $1 AND a.attnum OPERATOR(pg_catalog.>) 3 AND NOT a.attisdropped$q$, home)
        INTO of_rows, of_sums USING pg_catalog.format('%I.daily_figures_row', home)::pg_catalog.regclass;
    EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW daily_metrics AS SELECT %s, p.name AS product, p.category, %s FROM daily_performance d %s',
                              day, of_rows, products);
    EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW daily_category_metrics AS SELECT %s, p.category, %s FROM daily_performance d %s GROUP BY d.date, p.category',
                              day, of_sums, products);
    EXECUTE pg_catalog.format('CREATE OR REPLACE VIEW daily_total_metrics AS SELECT %s, %s FROM daily_performance d GROUP BY d.date',
                              day, of_sums);
END
$$;

GRANT SELECT ON daily_metrics, daily_category_metrics, daily_total_metrics TO performance_tracker_reader;

COMMENT ON VIEW daily_metrics IS 'Counts, money and ratios per day and product. Example: SELECT date, roas FROM daily_metrics WHERE product = ''Wireless Mouse'' ORDER BY date.';
COMMENT ON VIEW daily_category_metrics IS 'Counts, money and ratios per day and category (NULL: products without one), ratios of the sums. Example: SELECT "time", category, revenue FROM daily_category_metrics ORDER BY 1, 2.';
COMMENT ON VIEW daily_total_metrics IS 'Counts, money and ratios of the whole shop per day, ratios of the sums. Example: SELECT "time", revenue, roas FROM daily_total_metrics ORDER BY 1.';

-- The three views share their columns, and so their comments.
DO $$
DECLARE
    c pg_catalog.record;
BEGIN
    FOR c IN
        SELECT a.attrelid::pg_catalog.regclass AS view_name, a.attname, t.comment
        FROM (VALUES
            ('date', 'Calendar day. Example: 2026-11-21.'),
            ('time', 'Beginning of that day in UTC. Example: 2026-11-21 00:00:00+00.'),
            ('product', 'Name of the product. Example: Wireless Mouse.'),
            ('category', 'Category, NULL for products without one. Example: Electronics.'),
            ('impressions', 'How often ads were shown, count. Example: 12480.'),
            ('clicks', 'Clicks on ads, count. Example: 391.'),
            ('ad_spend', 'Cost of the clicks in the shop''s currency. Example: 273.70.'),
            ('units_sold', 'Units sold, count. Example: 43.'),
            ('revenue', 'Revenue in the shop''s currency. Example: 1289.57.'),
            ('ctr', 'Click-through rate = clicks / impressions, fraction, NULL without impressions. Example: 0.0313.'),
            ('cpc', 'Cost per click = ad_spend / clicks, money, NULL without clicks. Example: 0.70.'),
            ('conversion_rate', 'units_sold / clicks, fraction, NULL without clicks. Example: 0.11.'),
            ('roas', 'Return on ad spend = revenue / ad_spend, NULL without spend. Example: 4.71.'),
            ('acos', 'Advertising cost of sales = ad_spend / revenue, fraction, NULL without revenue. Example: 0.212.')
        ) AS t (column_name, comment)
        JOIN pg_catalog.pg_attribute a ON a.attname OPERATOR(pg_catalog.=) t.column_name
        WHERE a.attrelid OPERATOR(pg_catalog.=) ANY (
            '{daily_metrics,daily_category_metrics,daily_total_metrics}'::pg_catalog.regclass[])
    LOOP
        EXECUTE pg_catalog.format('COMMENT ON COLUMN %s.%I IS %L', c.view_name, c.attname, c.comment);
    END LOOP;
END
$$;
