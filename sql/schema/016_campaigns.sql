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
    data_through   date,
    whole          boolean NOT NULL DEFAULT false
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

-- What one unit of a currency is worth in the shop's, from a day on.
CREATE TABLE IF NOT EXISTS currency_rates (
    currency text NOT NULL CHECK (currency OPERATOR(pg_catalog.~) '^[A-Z]{3}$'),
    date     date NOT NULL CHECK (pg_catalog.isfinite(date)),
    rate     numeric NOT NULL CHECK (rate OPERATOR(pg_catalog.>) 0 AND rate OPERATOR(pg_catalog.<>) 'NaN'),
    PRIMARY KEY (currency, date)
);

-- Values that loads have replaced, so that what was known at any time can be told.
CREATE TABLE IF NOT EXISTS daily_performance_history (
    date        date NOT NULL,
    product_id  integer NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    existed     boolean NOT NULL,
    impressions integer,
    clicks      integer,
    ad_spend    numeric(16,2),
    units_sold  integer,
    revenue     numeric(16,2),
    PRIMARY KEY (date, product_id, replaced_at)
);
CREATE TABLE IF NOT EXISTS etl_days (
    date         date PRIMARY KEY,
    first_loaded timestamptz NOT NULL DEFAULT pg_catalog.now()
);

COMMENT ON TABLE currency_rates IS 'Rates by which amounts of another currency become the shop''s (shop_settings.currency). Example: (''USD'', ''2026-11-01'', 0.92).';
COMMENT ON COLUMN currency_rates.currency IS 'The other currency, ISO 4217. Example: USD.';
COMMENT ON COLUMN currency_rates.date IS 'First day on which the rate holds; it holds until the next one. Example: 2026-11-01.';
COMMENT ON COLUMN currency_rates.rate IS 'What one unit is worth in the shop''s currency, > 0. Example: 0.92.';

COMMENT ON TABLE daily_performance_history IS 'Rows of daily_performance as they were before a load changed them: daily_performance_as_of() and attribution_delay() read it.';
COMMENT ON COLUMN daily_performance_history.date IS 'Day of the row. Example: 2026-11-21.';
COMMENT ON COLUMN daily_performance_history.product_id IS 'Its product. Example: 1.';
COMMENT ON COLUMN daily_performance_history.replaced_at IS 'When the values below ceased to be the newest.';
COMMENT ON COLUMN daily_performance_history.existed IS 'false: there was no row until then; its day had been loaded before. Example: true.';
COMMENT ON COLUMN daily_performance_history.impressions IS 'As in daily_performance.';
COMMENT ON COLUMN daily_performance_history.clicks IS 'As in daily_performance.';
COMMENT ON COLUMN daily_performance_history.ad_spend IS 'As in daily_performance.';
COMMENT ON COLUMN daily_performance_history.units_sold IS 'As in daily_performance.';
COMMENT ON COLUMN daily_performance_history.revenue IS 'As in daily_performance.';
COMMENT ON TABLE etl_days IS 'When the first row of each day was loaded.';
COMMENT ON COLUMN etl_days.date IS 'The day. Example: 2026-11-21.';
COMMENT ON COLUMN etl_days.first_loaded IS 'When its first row came.';

COMMENT ON TABLE etl_sources IS 'Where the figures come from, and what is known of each account: one row a source. Example: (''google_ads'', ''google'', ''EUR'', ''Europe/Berlin'').';
COMMENT ON COLUMN etl_sources.source IS 'Name of the source, as in product_keys. Example: google_ads.';
COMMENT ON COLUMN etl_sources.channel IS 'Where its ads run; shop = the shop''s own orders, whose units and revenue win over what ad platforms attribute to themselves. Example: google.';
COMMENT ON COLUMN etl_sources.currency IS 'Currency of its amounts, ISO 4217, NULL = the shop''s. Example: EUR.';
COMMENT ON COLUMN etl_sources.time_zone IS 'Time zone in which its days end, NULL = UTC. Example: Europe/Berlin.';
COMMENT ON COLUMN etl_sources.last_loaded_at IS 'End of the last load or import that succeeded.';
COMMENT ON COLUMN etl_sources.data_through IS 'Last day that it has brought. Example: 2026-11-21.';

COMMENT ON COLUMN etl_sources.whole IS 'true: a platform that says all there is of a day, and writes daily_performance alone where no other source speaks of it; false: files and tables, which may say a part.';

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
