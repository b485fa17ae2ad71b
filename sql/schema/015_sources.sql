-- SPDX-License-Identifier: PostgreSQL
--
-- Where rows come from, and what of a platform's answers was set aside. Run after 010_tables.sql; again changes nothing.

CREATE TABLE IF NOT EXISTS product_keys (
    source      text NOT NULL,
    external_id text NOT NULL,
    product_id  integer NOT NULL REFERENCES products ON DELETE CASCADE,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX IF NOT EXISTS product_keys_product_id_idx ON product_keys (product_id);

CREATE TABLE IF NOT EXISTS etl_rejects (
    id          bigserial PRIMARY KEY,
    source      text NOT NULL,
    status      text NOT NULL CHECK (status OPERATOR(pg_catalog.=) ANY ('{rejected,held,released}')),
    date        date,
    external_id text,
    reason      text NOT NULL,
    original    text NOT NULL,
    first_seen  timestamptz NOT NULL DEFAULT pg_catalog.now(),
    last_seen   timestamptz NOT NULL DEFAULT pg_catalog.now(),
    run_id      bigint
);
-- What comes again is the same row of this table. The original may be long: its checksum stands for it; the reason may name
-- another place of the answer.
CREATE UNIQUE INDEX IF NOT EXISTS etl_rejects_natural_key
    ON etl_rejects (source, (coalesce(date, '0001-01-01')), (coalesce(external_id, '')), (pg_catalog.md5(coalesce(CASE WHEN original OPERATOR(pg_catalog.<>) '' THEN original END, reason))));

ALTER TABLE etl_runs ADD COLUMN IF NOT EXISTS rows_withdrawn bigint NOT NULL DEFAULT 0;
ALTER TABLE etl_runs ADD COLUMN IF NOT EXISTS rows_rejected bigint NOT NULL DEFAULT 0;
ALTER TABLE etl_runs ADD COLUMN IF NOT EXISTS rows_held bigint NOT NULL DEFAULT 0;

COMMENT ON TABLE product_keys IS 'How each source knows a product. A name may change, be used twice or come back; the key stays.';
COMMENT ON COLUMN product_keys.source IS 'The account that the product was loaded from. Example: ads.example.com.';
COMMENT ON COLUMN product_keys.external_id IS 'Its key there. Example: SKU-1001.';
COMMENT ON COLUMN product_keys.product_id IS 'The product here, references products. Example: 1.';

COMMENT ON TABLE etl_rejects IS 'Rows of a platform that were not loaded: they break a rule, or are implausible by what came before. A row that comes again is counted once; what is loaded in its place removes it.';
COMMENT ON COLUMN etl_rejects.id IS 'Key.';
COMMENT ON COLUMN etl_rejects.source IS 'The account that sent it. Example: ads.example.com.';
COMMENT ON COLUMN etl_rejects.status IS 'rejected: it breaks a rule. held: implausible; it is loaded when it still comes two days later, or with `performance_tracker etl --accept`. released: held once, and loaded since.';
COMMENT ON COLUMN etl_rejects.date IS 'Its day, NULL if that could not be read.';
COMMENT ON COLUMN etl_rejects.external_id IS 'Its product''s key on the platform, NULL if that could not be read, or for a whole day.';
COMMENT ON COLUMN etl_rejects.reason IS 'Why, in words. Example: metrics, row 17: clicks is -1, not a count from 0 to 2147483647.';
COMMENT ON COLUMN etl_rejects.original IS 'The row as it came, cut at 2,000 characters; empty where the reason says all.';
COMMENT ON COLUMN etl_rejects.first_seen IS 'When it came first.';
COMMENT ON COLUMN etl_rejects.last_seen IS 'When it came last.';
COMMENT ON COLUMN etl_rejects.run_id IS 'The run that it came with last, id of etl_runs.';

COMMENT ON COLUMN etl_runs.rows_withdrawn IS 'Rows that the platform no longer has, and that were deleted here.';
COMMENT ON COLUMN etl_runs.rows_rejected IS 'Rows that break a rule; they are in etl_rejects.';
COMMENT ON COLUMN etl_runs.rows_held IS 'Implausible rows that were held back; they are in etl_rejects.';
