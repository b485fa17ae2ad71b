-- SPDX-License-Identifier: PostgreSQL
--
-- daily_performance taken apart by source, channel and campaign. The sums agree: what no campaign explains (a platform that
-- says nothing of campaigns, corrections by hand, fractions that a whole day rounds, returns beyond a day's sales) is a row
-- without source and campaign.
-- Run after 016_campaigns.sql and 020_roles.sql; again changes nothing.

CREATE OR REPLACE VIEW campaign_metrics AS
WITH spoken AS (  -- days on which the shop's own orders speak, and products that they may speak of: as in the load
    SELECT DISTINCT c.date FROM campaign_performance c WHERE c.channel OPERATOR(pg_catalog.=) 'shop'
), sold AS (
    SELECT DISTINCT k.product_id
    FROM product_keys k JOIN etl_sources s ON s.source OPERATOR(pg_catalog.=) k.source
    WHERE s.channel OPERATOR(pg_catalog.=) 'shop'
), facts AS (
    SELECT c.date, c.product_id, c.source, c.channel, c.campaign, c.impressions, c.clicks, c.ad_spend,
           c.units_sold AS attributed_units, c.revenue AS attributed_revenue,
           c.channel OPERATOR(pg_catalog.=) 'shop' OR o.date IS NULL OR p.product_id IS NULL AS counts
    FROM campaign_performance c
    LEFT JOIN spoken o ON o.date OPERATOR(pg_catalog.=) c.date
    LEFT JOIN sold p ON p.product_id OPERATOR(pg_catalog.=) c.product_id
), sums AS (
    SELECT f.date, f.product_id, pg_catalog.sum(f.impressions) AS impressions, pg_catalog.sum(f.clicks) AS clicks,
           pg_catalog.sum(f.ad_spend) AS ad_spend,
           pg_catalog.sum(f.attributed_units) FILTER (WHERE f.counts) AS units_sold,
           pg_catalog.sum(f.attributed_revenue) FILTER (WHERE f.counts) AS revenue
    FROM facts f GROUP BY f.date, f.product_id
), parts AS (
    SELECT f.date, f.product_id, f.source, f.channel, f.campaign, f.impressions::numeric AS impressions,
           f.clicks::numeric AS clicks, f.ad_spend, CASE WHEN f.counts THEN f.attributed_units ELSE 0 END AS units_sold,
           CASE WHEN f.counts THEN f.attributed_revenue ELSE 0 END AS revenue, f.attributed_units, f.attributed_revenue
    FROM facts f
    UNION ALL
    SELECT d.date, d.product_id, NULL, NULL, NULL,
           d.impressions::numeric OPERATOR(pg_catalog.-) coalesce(s.impressions, 0),
           d.clicks::numeric OPERATOR(pg_catalog.-) coalesce(s.clicks, 0),
           d.ad_spend OPERATOR(pg_catalog.-) coalesce(s.ad_spend, 0),
           d.units_sold::numeric OPERATOR(pg_catalog.-) coalesce(s.units_sold, 0),
           d.revenue OPERATOR(pg_catalog.-) coalesce(s.revenue, 0), NULL, NULL
    FROM daily_performance d
    LEFT JOIN sums s ON s.date OPERATOR(pg_catalog.=) d.date AND s.product_id OPERATOR(pg_catalog.=) d.product_id
    WHERE s.date IS NULL
       OR d.impressions::numeric OPERATOR(pg_catalog.<>) coalesce(s.impressions, 0)
       OR d.clicks::numeric OPERATOR(pg_catalog.<>) coalesce(s.clicks, 0)
       OR d.ad_spend OPERATOR(pg_catalog.<>) coalesce(s.ad_spend, 0)
       OR d.units_sold::numeric OPERATOR(pg_catalog.<>) coalesce(s.units_sold, 0)
       OR d.revenue OPERATOR(pg_catalog.<>) coalesce(s.revenue, 0)
)
SELECT t.date, t.date::timestamp AT TIME ZONE 'UTC' AS "time", t.source, t.channel, t.campaign, p.name AS product, p.category,
       t.impressions, t.clicks, t.ad_spend, t.units_sold, t.revenue, t.attributed_units, t.attributed_revenue
FROM parts t
JOIN products p ON p.id OPERATOR(pg_catalog.=) t.product_id;

GRANT SELECT ON campaign_metrics TO performance_tracker_reader;

COMMENT ON VIEW campaign_metrics IS 'daily_performance taken apart by source, channel and campaign; over them it adds up to daily_performance again. Sum before you divide. Example: SELECT campaign, sum(revenue) / nullif(sum(ad_spend), 0) AS roas FROM campaign_metrics WHERE date >= current_date - 28 GROUP BY 1.';
COMMENT ON COLUMN campaign_metrics.date IS 'Calendar day. Example: 2026-11-21.';
COMMENT ON COLUMN campaign_metrics."time" IS 'Beginning of that day in UTC. Example: 2026-11-21 00:00:00+00.';
COMMENT ON COLUMN campaign_metrics.source IS 'Who says so, as in etl_sources; NULL: what no source explains. Example: google_ads.';
COMMENT ON COLUMN campaign_metrics.channel IS 'Where the ads run; shop = the shop''s own orders; NULL: what no source explains. Example: google.';
COMMENT ON COLUMN campaign_metrics.campaign IS 'Name of the campaign, empty where the source says none, NULL: what no source explains. Example: Spring.';
COMMENT ON COLUMN campaign_metrics.product IS 'Name of the product. Example: Wireless Mouse.';
COMMENT ON COLUMN campaign_metrics.category IS 'Category, NULL for products without one. Example: Electronics.';
COMMENT ON COLUMN campaign_metrics.impressions IS 'How often ads were shown, count. Example: 12480.';
COMMENT ON COLUMN campaign_metrics.clicks IS 'Clicks on ads, count. Example: 391.';
COMMENT ON COLUMN campaign_metrics.ad_spend IS 'Cost of the clicks in the shop''s currency. Example: 273.7000.';
COMMENT ON COLUMN campaign_metrics.units_sold IS 'Units sold; of the shop''s orders on days and products that these speak of. Example: 43.';
COMMENT ON COLUMN campaign_metrics.revenue IS 'Revenue in the shop''s currency; of the shop''s orders on days and products that these speak of. Example: 1289.5700.';
COMMENT ON COLUMN campaign_metrics.attributed_units IS 'Units that the source attributes to itself, whoever counts. Example: 45.5.';
COMMENT ON COLUMN campaign_metrics.attributed_revenue IS 'Revenue that the source attributes to itself, in the shop''s currency. Example: 1350.0000.';
