-- SPDX-License-Identifier: PostgreSQL
--
-- BI views over the tables. Ratios are divided after summing (ROAS = Σ revenue / Σ ad spend), never averaged, and
-- are NULL where the denominator is zero. They are fractions (0.02 = 2%).
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
       d.clicks::double precision / nullif(d.impressions, 0) AS ctr,
       d.ad_spend::double precision / nullif(d.clicks, 0) AS cpc,
       d.units_sold::double precision / nullif(d.clicks, 0) AS conversion_rate,
       d.revenue::double precision / nullif(d.ad_spend, 0)::double precision AS roas,
       d.ad_spend::double precision / nullif(d.revenue, 0)::double precision AS acos
FROM daily_performance d
JOIN products p ON p.id = d.product_id;

CREATE OR REPLACE VIEW daily_category_metrics AS
SELECT d.date,
       d.date::timestamp AT TIME ZONE 'UTC' AS "time",
       p.category,
       sum(d.impressions) AS impressions,
       sum(d.clicks) AS clicks,
       sum(d.ad_spend) AS ad_spend,
       sum(d.units_sold) AS units_sold,
       sum(d.revenue) AS revenue,
       sum(d.clicks)::double precision / nullif(sum(d.impressions), 0) AS ctr,
       sum(d.ad_spend)::double precision / nullif(sum(d.clicks), 0) AS cpc,
       sum(d.units_sold)::double precision / nullif(sum(d.clicks), 0) AS conversion_rate,
       sum(d.revenue)::double precision / nullif(sum(d.ad_spend), 0)::double precision AS roas,
       sum(d.ad_spend)::double precision / nullif(sum(d.revenue), 0)::double precision AS acos
FROM daily_performance d
JOIN products p ON p.id = d.product_id
GROUP BY d.date, p.category;

CREATE OR REPLACE VIEW daily_total_metrics AS
SELECT d.date,
       d.date::timestamp AT TIME ZONE 'UTC' AS "time",
       sum(d.impressions) AS impressions,
       sum(d.clicks) AS clicks,
       sum(d.ad_spend) AS ad_spend,
       sum(d.units_sold) AS units_sold,
       sum(d.revenue) AS revenue,
       sum(d.clicks)::double precision / nullif(sum(d.impressions), 0) AS ctr,
       sum(d.ad_spend)::double precision / nullif(sum(d.clicks), 0) AS cpc,
       sum(d.units_sold)::double precision / nullif(sum(d.clicks), 0) AS conversion_rate,
       sum(d.revenue)::double precision / nullif(sum(d.ad_spend), 0)::double precision AS roas,
       sum(d.ad_spend)::double precision / nullif(sum(d.revenue), 0)::double precision AS acos
FROM daily_performance d
GROUP BY d.date;

GRANT SELECT ON daily_metrics, daily_category_metrics, daily_total_metrics TO performance_tracker_reader;

COMMENT ON VIEW daily_metrics IS 'Counts, money and ratios per day and product. Example: SELECT date, roas FROM daily_metrics WHERE product = ''Wireless Mouse'' ORDER BY date.';
COMMENT ON VIEW daily_category_metrics IS 'Counts, money and ratios per day and category (NULL: products without one), ratios of the sums. Example: SELECT "time", category, revenue FROM daily_category_metrics ORDER BY 1, 2.';
COMMENT ON VIEW daily_total_metrics IS 'Counts, money and ratios of the whole shop per day, ratios of the sums. Example: SELECT "time", revenue, roas FROM daily_total_metrics ORDER BY 1.';

-- The three views share their columns, and so their comments.
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN
        SELECT a.attrelid::regclass AS view_name, a.attname, t.comment
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
        JOIN pg_attribute a ON a.attname = t.column_name
        WHERE a.attrelid IN ('daily_metrics'::regclass, 'daily_category_metrics'::regclass,
                             'daily_total_metrics'::regclass)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', c.view_name, c.attname, c.comment);
    END LOOP;
END
$$;
