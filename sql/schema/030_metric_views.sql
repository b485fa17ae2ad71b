-- SPDX-License-Identifier: PostgreSQL
--
-- BI views over the tables. Ratios are divided after summing (ROAS = Σ revenue / Σ ad spend), never averaged, and
-- are NULL where the denominator is zero. They are fractions (0.02 = 2%).
-- Operators and functions are named with their schema: a view keeps what its creator's search_path found.
-- "time" is the beginning of the day in UTC as timestamptz, for Grafana and others that want an instant.

CREATE OR REPLACE VIEW daily_metrics AS
SELECT d.date,
       d.date::timestamp AT TIME ZONE 'UTC' AS "time",
       p.name AS product,
       p.category,
       d.impressions,
       d.clicks,
       d.ad_spend,
       d.units_sold,
       d.revenue,
       CASE WHEN d.impressions OPERATOR(pg_catalog.<>) 0
            THEN d.clicks::double precision OPERATOR(pg_catalog./) d.impressions::double precision END AS ctr,
       CASE WHEN d.clicks OPERATOR(pg_catalog.<>) 0
            THEN d.ad_spend::double precision OPERATOR(pg_catalog./) d.clicks::double precision END AS cpc,
       CASE WHEN d.clicks OPERATOR(pg_catalog.<>) 0
            THEN d.units_sold::double precision OPERATOR(pg_catalog./) d.clicks::double precision END AS conversion_rate,
       CASE WHEN d.ad_spend OPERATOR(pg_catalog.<>) 0
            THEN d.revenue::double precision OPERATOR(pg_catalog./) d.ad_spend::double precision END AS roas,
       CASE WHEN d.revenue OPERATOR(pg_catalog.<>) 0
            THEN d.ad_spend::double precision OPERATOR(pg_catalog./) d.revenue::double precision END AS acos
FROM daily_performance d
JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id;

CREATE OR REPLACE VIEW daily_category_metrics AS
SELECT d.date,
       d.date::timestamp AT TIME ZONE 'UTC' AS "time",
       p.category,
       pg_catalog.sum(d.impressions) AS impressions,
       pg_catalog.sum(d.clicks) AS clicks,
       pg_catalog.sum(d.ad_spend) AS ad_spend,
       pg_catalog.sum(d.units_sold) AS units_sold,
       pg_catalog.sum(d.revenue) AS revenue,
       CASE WHEN pg_catalog.sum(d.impressions) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.clicks)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.impressions)::double precision END AS ctr,
       CASE WHEN pg_catalog.sum(d.clicks) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.ad_spend)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.clicks)::double precision END AS cpc,
       CASE WHEN pg_catalog.sum(d.clicks) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.units_sold)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.clicks)::double precision END AS conversion_rate,
       CASE WHEN pg_catalog.sum(d.ad_spend) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.revenue)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.ad_spend)::double precision END AS roas,
       CASE WHEN pg_catalog.sum(d.revenue) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.ad_spend)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.revenue)::double precision END AS acos
FROM daily_performance d
JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
GROUP BY d.date, p.category;

CREATE OR REPLACE VIEW daily_total_metrics AS
SELECT d.date,
       d.date::timestamp AT TIME ZONE 'UTC' AS "time",
       pg_catalog.sum(d.impressions) AS impressions,
       pg_catalog.sum(d.clicks) AS clicks,
       pg_catalog.sum(d.ad_spend) AS ad_spend,
       pg_catalog.sum(d.units_sold) AS units_sold,
       pg_catalog.sum(d.revenue) AS revenue,
       CASE WHEN pg_catalog.sum(d.impressions) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.clicks)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.impressions)::double precision END AS ctr,
       CASE WHEN pg_catalog.sum(d.clicks) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.ad_spend)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.clicks)::double precision END AS cpc,
       CASE WHEN pg_catalog.sum(d.clicks) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.units_sold)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.clicks)::double precision END AS conversion_rate,
       CASE WHEN pg_catalog.sum(d.ad_spend) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.revenue)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.ad_spend)::double precision END AS roas,
       CASE WHEN pg_catalog.sum(d.revenue) OPERATOR(pg_catalog.<>) 0
            THEN pg_catalog.sum(d.ad_spend)::double precision OPERATOR(pg_catalog./) pg_catalog.sum(d.revenue)::double precision END AS acos
FROM daily_performance d
GROUP BY d.date;

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
