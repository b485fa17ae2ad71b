-- SPDX-License-Identifier: PostgreSQL
--
-- Several sources of one shop: what each of them says of a product's day, below daily_performance. Run after
-- 015_sources.sql; again changes nothing.

CREATE TABLE IF NOT EXISTS etl_sources (
    source         text PRIMARY KEY,
    channel        text NOT NULL DEFAULT '',
    currency       text CHECK (currency OPERATOR(pg_catalog.~) '^[A-Z]{3}$'),
    time_zone      text,
    last_loaded_at timestamptz,
    data_through   date
);

CREATE TABLE IF NOT EXISTS campaign_performance (
    source            text NOT NULL,
    date              date NOT NULL CHECK (pg_catalog.isfinite(date)),
    external_id       text NOT NULL,
    campaign          text NOT NULL DEFAULT '',
    product_id        integer NOT NULL REFERENCES products ON DELETE CASCADE,
    channel           text NOT NULL DEFAULT '',
    impressions       bigint,
    clicks            bigint,
    ad_spend          numeric(18,4),
    units_sold        numeric(18,4),
    revenue           numeric(18,4),
    currency          text,
    original_ad_spend numeric(20,6),
    original_revenue  numeric(20,6),
    run_id            bigint,
    PRIMARY KEY (source, date, external_id, campaign)
);
CREATE INDEX IF NOT EXISTS campaign_performance_date_product_idx ON campaign_performance (date, product_id);

COMMENT ON TABLE etl_sources IS 'Where the figures come from, and what is known of each account: one row a source. Example: (''google_ads'', ''google'', ''EUR'', ''Europe/Berlin'').';
COMMENT ON COLUMN etl_sources.source IS 'Name of the source, as in product_keys. Example: google_ads.';
COMMENT ON COLUMN etl_sources.channel IS 'Where its ads run; shop = the shop''s own orders, whose units and revenue win over what ad platforms attribute to themselves. Example: google.';
COMMENT ON COLUMN etl_sources.currency IS 'Currency of its amounts, ISO 4217, NULL = the shop''s. Example: EUR.';
COMMENT ON COLUMN etl_sources.time_zone IS 'Time zone in which its days end, NULL = UTC. Example: Europe/Berlin.';
COMMENT ON COLUMN etl_sources.last_loaded_at IS 'End of the last load or import that succeeded.';
COMMENT ON COLUMN etl_sources.data_through IS 'Last day that it has brought. Example: 2026-11-21.';

COMMENT ON TABLE campaign_performance IS 'What a source says of one product''s campaign on one day. daily_performance is the sum of it; sources that know no campaigns and have their products to themselves write that table alone. Example: SELECT campaign, pg_catalog.sum(revenue) FROM campaign_performance GROUP BY campaign.';
COMMENT ON COLUMN campaign_performance.source IS 'Source of the row, as in etl_sources. Example: google_ads.';
COMMENT ON COLUMN campaign_performance.date IS 'Calendar day of the source''s account. Example: 2026-11-21.';
COMMENT ON COLUMN campaign_performance.external_id IS 'The product''s key there. Example: SKU-1001.';
COMMENT ON COLUMN campaign_performance.campaign IS 'Campaign as the source calls it, empty if it does not say. Example: Brand DE.';
COMMENT ON COLUMN campaign_performance.product_id IS 'The product here, references products. Example: 1.';
COMMENT ON COLUMN campaign_performance.channel IS 'Where the ad ran; shop = the shop''s own orders. Example: google.';
COMMENT ON COLUMN campaign_performance.impressions IS 'How often its ads were shown, NULL if the source does not know. Example: 12480.';
COMMENT ON COLUMN campaign_performance.clicks IS 'Clicks on its ads, NULL if the source does not know. Example: 391.';
COMMENT ON COLUMN campaign_performance.ad_spend IS 'Cost in the shop''s currency, NULL if the source does not know. Example: 273.70.';
COMMENT ON COLUMN campaign_performance.units_sold IS 'Units sold or attributed; platforms attribute fractions. Example: 42.5.';
COMMENT ON COLUMN campaign_performance.revenue IS 'Revenue in the shop''s currency; of orders less than zero when more came back than was sold. Example: 1289.57.';
COMMENT ON COLUMN campaign_performance.currency IS 'Currency of the original amounts, NULL if it is the shop''s or not known. Example: USD.';
COMMENT ON COLUMN campaign_performance.original_ad_spend IS 'Cost as the source said it, in its currency.';
COMMENT ON COLUMN campaign_performance.original_revenue IS 'Revenue as the source said it, in its currency.';
COMMENT ON COLUMN campaign_performance.run_id IS 'The run that wrote it last, id of etl_runs.';
