-- SPDX-License-Identifier: PostgreSQL
--
-- What the server and the page know about the data as a whole.

-- Whether a table has changed since somebody looked: the text differs. PostgreSQL counts written rows of ordinary tables
-- (about a second after the commit) but not those behind views, foreign and partitioned tables: there only loads show, and
-- `counted` is false. A table that is not there counts as one that never changes.
-- Without a subquery among the columns, which an answer of several machines cannot have.
CREATE OR REPLACE VIEW data_versions AS
SELECT t.table_name,
       coalesce(c.relkind OPERATOR(pg_catalog.=) 'r', true) AS counted,
       pg_catalog.concat_ws('/', c.oid, pg_catalog.pg_relation_filenode(c.oid),
                 CASE WHEN c.relkind OPERATOR(pg_catalog.=) 'r'
                      THEN pg_catalog.pg_stat_get_tuples_inserted(c.oid) OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_tuples_updated(c.oid)
                           OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_tuples_deleted(c.oid) END,
                 CASE WHEN t.table_name OPERATOR(pg_catalog.=) 'etl_runs' THEN newest.id ELSE changed.id END) AS version
FROM (VALUES ('products'), ('daily_performance'), ('promotions'), ('holidays'), ('shop_settings'),
             ('recommendation_thresholds'), ('dismissed_recommendations'), ('etl_rejects'), ('etl_runs')) AS t (table_name)
LEFT JOIN (SELECT id FROM etl_runs ORDER BY id DESC LIMIT 1) AS newest ON true
LEFT JOIN (SELECT id FROM etl_runs
           WHERE (rows_inserted OPERATOR(pg_catalog.+) rows_updated OPERATOR(pg_catalog.+) rows_withdrawn) OPERATOR(pg_catalog.>) 0
           ORDER BY id DESC LIMIT 1) AS changed ON true
LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(t.table_name);

-- One row: the days there are, the categories, the last load, the currency.
-- By its schema: nobody's function of that name is to be taken for the extension's.
DO $$
BEGIN
    EXECUTE pg_catalog.format($v$
CREATE OR REPLACE VIEW data_status AS
SELECT d.first_day, t.data_through, c.categories, l.last_load, f.loaded_at, coalesce(s.currency, 'USD') AS currency
FROM (SELECT pg_catalog.min(date) AS first_day FROM daily_performance) AS d
CROSS JOIN %I.performance_tracker_last_complete_day() AS t (data_through)
CROSS JOIN (SELECT coalesce(pg_catalog.json_agg(category ORDER BY category), '[]') AS categories
            FROM (SELECT DISTINCT category FROM products WHERE category IS NOT NULL) AS named) AS c
CROSS JOIN (SELECT pg_catalog.max(finished_at) AS loaded_at FROM etl_runs WHERE status OPERATOR(pg_catalog.=) 'succeeded') AS f
LEFT JOIN (SELECT pg_catalog.row_to_json(run) AS last_load
           FROM (SELECT id, source, started_at, finished_at, status, period_start, period_end,
                        rows_read, rows_inserted, rows_updated, rows_unchanged, error
                 FROM etl_runs ORDER BY id DESC LIMIT 1) AS run) AS l ON true
LEFT JOIN (SELECT pg_catalog.max(currency) AS currency FROM shop_settings) AS s ON true
    $v$, (SELECT n.nspname FROM pg_catalog.pg_extension e
          JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
          WHERE e.extname OPERATOR(pg_catalog.=) 'performance_tracker'));
END
$$;

-- Each source: how far its figures go, and since when they have been late.
CREATE OR REPLACE VIEW source_status AS
SELECT s.source, s.channel, s.data_through, s.last_loaded_at,
       CASE WHEN s.data_through OPERATOR(pg_catalog.<) ((pg_catalog.now() AT TIME ZONE coalesce(s.time_zone, 'UTC'))::pg_catalog.date OPERATOR(pg_catalog.-) 1)
            THEN s.data_through OPERATOR(pg_catalog.+) 1 END AS stale_since
FROM etl_sources s;

-- The products, as the page's filters list them.
CREATE OR REPLACE VIEW product_catalog AS
SELECT p.id, p.name AS product, p.category, p.price FROM products p ORDER BY p.category, p.name;

GRANT SELECT ON data_versions, data_status, source_status, product_catalog TO performance_tracker_reader;

COMMENT ON VIEW data_versions IS 'One row a table that answers depend on; its version is another text when its rows may have changed. Example: SELECT table_name, version FROM data_versions.';
COMMENT ON COLUMN data_versions.table_name IS 'Name of the table, found by the search_path. Example: daily_performance.';
COMMENT ON COLUMN data_versions.counted IS 'Whether PostgreSQL counts its written rows; false for views, foreign and partitioned tables. Example: true.';
COMMENT ON COLUMN data_versions.version IS 'Differs when the table may have changed; nothing else is to be read from it. Example: 16405/16405/2710/1.';
COMMENT ON VIEW data_status IS 'One row: the days there are, the categories and the last load. Example: SELECT data_through, loaded_at FROM data_status.';
COMMENT ON COLUMN data_status.first_day IS 'First day with data, NULL in an empty shop. Example: 2026-08-24.';
COMMENT ON COLUMN data_status.data_through IS 'Last complete day: the last one with data, today excluded; NULL in an empty shop. Example: 2026-11-21.';
COMMENT ON COLUMN data_status.categories IS 'The categories, a json array of text. Example: ["Beauty", "Electronics"].';
COMMENT ON COLUMN data_status.last_load IS 'The newest row of etl_runs as json, NULL if nothing was ever loaded. Example: {"id": 12, "status": "succeeded"}.';
COMMENT ON COLUMN data_status.loaded_at IS 'End of the last load that succeeded, timestamptz, NULL if none did. Example: 2026-11-22 06:00:03+00.';
COMMENT ON COLUMN data_status.currency IS 'Currency of all money, ISO 4217: shop_settings.currency, USD where nothing is said. Example: EUR.';
COMMENT ON VIEW product_catalog IS 'The products by category and name. Example: SELECT product, price FROM product_catalog WHERE category = ''Beauty''.';
COMMENT ON COLUMN product_catalog.id IS 'Key of the product. Example: 1.';
COMMENT ON COLUMN product_catalog.product IS 'Its name. Example: Wireless Mouse.';
COMMENT ON COLUMN product_catalog.category IS 'Its category, NULL if it has none. Example: Electronics.';
COMMENT ON COLUMN product_catalog.price IS 'List price in the shop''s currency, NULL if not known. Example: 29.99.';

COMMENT ON VIEW source_status IS 'How far the figures of each source go, and since when they are late. Example: SELECT source, stale_since FROM source_status WHERE stale_since IS NOT NULL.';
COMMENT ON COLUMN source_status.source IS 'Name of the source, as in etl_sources. Example: google_ads.';
COMMENT ON COLUMN source_status.channel IS 'Where its ads run; shop = the shop''s own orders. Example: google.';
COMMENT ON COLUMN source_status.data_through IS 'Last day that it has brought. Example: 2026-11-21.';
COMMENT ON COLUMN source_status.last_loaded_at IS 'When its last load or import ended well.';
COMMENT ON COLUMN source_status.stale_since IS 'First day that is over in its time zone and not there; NULL: nothing is missing. Example: 2026-11-22.';
