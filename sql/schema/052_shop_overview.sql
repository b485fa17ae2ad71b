-- SPDX-License-Identifier: PostgreSQL
--
-- What the shop has set, in one row, for the page of settings: everything that makes its figures others than another
-- shop's.

CREATE OR REPLACE VIEW shop_overview AS
SELECT (SELECT s.currency FROM data_status s) AS currency,
       (SELECT s.holiday_region FROM shop_settings s) AS holiday_region,
       (SELECT pg_catalog.json_agg(r) FROM recommendation_rules() r) AS rules,
       (SELECT coalesce(pg_catalog.json_agg(t), '[]')
        FROM (SELECT t.rule, p.name AS product, t.category, t.value
              FROM recommendation_thresholds t LEFT JOIN products p ON p.id OPERATOR(pg_catalog.=) t.product_id
              ORDER BY t.rule, t.category NULLS FIRST, p.name NULLS FIRST) t) AS thresholds,
       (SELECT coalesce(pg_catalog.json_agg(m), '[]')
        FROM (SELECT p.name AS product, p.category, p.price, p.unit_cost, p.margin_pct
              FROM products p ORDER BY p.category, p.name) m) AS margins,
       (SELECT coalesce(pg_catalog.json_agg(h), '[]')
        FROM (SELECT h.date, h.name, h.region, h.closed, h.ignored
              FROM holidays h ORDER BY h.date, h.name) h) AS holidays;

GRANT SELECT ON shop_overview TO performance_tracker_reader;

COMMENT ON VIEW shop_overview IS 'One row: currency, country of the holidays, rules with their defaults, own thresholds, margins and own holidays. Example: SELECT currency, thresholds FROM shop_overview.';
COMMENT ON COLUMN shop_overview.currency IS 'Code of the shop''s currency, as in ISO 4217. Example: EUR.';
COMMENT ON COLUMN shop_overview.holiday_region IS 'Country whose holidays count, NULL = the few days that trade feels everywhere. Example: DE.';
COMMENT ON COLUMN shop_overview.rules IS 'Rows of recommendation_rules(), a json array. Example: [{"rule": "acos_ceiling", "default_value": 0.35}].';
COMMENT ON COLUMN shop_overview.thresholds IS 'Own thresholds, a json array: product and category both null: of the whole shop. Example: [{"rule": "acos_ceiling", "product": null, "category": "Toys", "value": 0.25}].';
COMMENT ON COLUMN shop_overview.margins IS 'What is known of each product''s margin, a json array. Example: [{"product": "Wireless Mouse", "unit_cost": 11.50, "margin_pct": null}].';
COMMENT ON COLUMN shop_overview.holidays IS 'Own days of the shop, a json array. Example: [{"date": "2026-07-10", "name": "Summer sale", "region": null, "closed": false, "ignored": false}].';
