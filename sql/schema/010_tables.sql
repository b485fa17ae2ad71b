-- SPDX-License-Identifier: PostgreSQL
--
-- Application tables. Run as the owner of the database, in the schema that is first in search_path.
--
-- Running this again changes nothing. Tables that are already there (also those of an older installation, which
-- had neither unique names nor range checks) keep every row and only gain what is missing.

CREATE TABLE IF NOT EXISTS products (
    id       serial PRIMARY KEY,
    name     text NOT NULL,
    price    numeric(16,2),
    category text
);

CREATE TABLE IF NOT EXISTS daily_performance (
    date        date NOT NULL,
    product_id  integer NOT NULL REFERENCES products,
    impressions integer,
    clicks      integer,
    ad_spend    numeric(16,2),
    units_sold  integer,
    revenue     numeric(16,2),
    PRIMARY KEY (date, product_id)
);

CREATE TABLE IF NOT EXISTS promotions (
    id              serial PRIMARY KEY,
    name            text NOT NULL,
    product_id      integer REFERENCES products,
    category        text,
    promotion_start date NOT NULL,
    promotion_end   date NOT NULL,
    discount_pct    numeric(5,2)
);

CREATE TABLE IF NOT EXISTS category_multipliers (
    category   text PRIMARY KEY,
    multiplier numeric(8,4) NOT NULL DEFAULT 1
);

CREATE TABLE IF NOT EXISTS etl_runs (
    id             bigserial PRIMARY KEY,
    source         text NOT NULL,
    started_at     timestamptz NOT NULL DEFAULT pg_catalog.now(),
    finished_at    timestamptz,
    status         text NOT NULL DEFAULT 'running',
    period_start   date,
    period_end     date,
    rows_read      bigint NOT NULL DEFAULT 0,
    rows_inserted  bigint NOT NULL DEFAULT 0,
    rows_updated   bigint NOT NULL DEFAULT 0,
    rows_unchanged bigint NOT NULL DEFAULT 0,
    error          text
);

-- What a product's goods cost, for advice about money; either may be unknown. An older installation gains the columns.
ALTER TABLE products ADD COLUMN IF NOT EXISTS unit_cost numeric(12,4), ADD COLUMN IF NOT EXISTS margin_pct numeric(6,2);

-- Thresholds and margins of a shop, a category or a product of its own; recommendation_rules() lists the rules.
CREATE TABLE IF NOT EXISTS recommendation_thresholds (
    id         serial PRIMARY KEY,
    rule       text NOT NULL,
    product_id integer REFERENCES products,
    category   text,
    value      double precision NOT NULL
);

-- Recommendations that somebody does not want to see again.
CREATE TABLE IF NOT EXISTS dismissed_recommendations (
    product_id          integer NOT NULL REFERENCES products,
    recommendation_type text NOT NULL,
    dismissed_until     date,
    dismissed_at        timestamptz NOT NULL DEFAULT pg_catalog.now(),
    dismissed_by        text NOT NULL DEFAULT current_user,
    note                text,
    PRIMARY KEY (product_id, recommendation_type)
);

-- Money of an older installation ended at 99,999,999.99, less than a day in rupiah or dong. More digits before the point
-- cost no rewrite; the three views over these columns are made again by 030_metric_views.sql. Views of somebody's own are
-- not touched: then the columns stay as they are, and the notice says what to do.
DO $$
DECLARE
    narrow pg_catalog.record;
    view_name pg_catalog.text;
BEGIN
    FOR narrow IN
        SELECT c.relname, a.attname
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
        WHERE c.oid OPERATOR(pg_catalog.=) ANY (ARRAY['products'::pg_catalog.regclass, 'daily_performance'::pg_catalog.regclass]::pg_catalog.oid[])
          AND a.attname OPERATOR(pg_catalog.=) ANY ('{price,ad_spend,revenue}'::pg_catalog.name[])
          AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
          AND pg_catalog.format_type(a.atttypid, a.atttypmod) OPERATOR(pg_catalog.=) 'numeric(10,2)'
    LOOP
        BEGIN
            FOREACH view_name IN ARRAY '{daily_total_metrics,daily_category_metrics,daily_metrics}'::pg_catalog.text[] LOOP
                EXECUTE pg_catalog.format('DROP VIEW IF EXISTS %I', view_name);
            END LOOP;
            EXECUTE pg_catalog.format('ALTER TABLE %I ALTER COLUMN %I TYPE numeric(16,2)', narrow.relname, narrow.attname);
        EXCEPTION WHEN dependent_objects_still_exist OR feature_not_supported THEN
            RAISE NOTICE '%.% stays numeric(10,2): %; drop what depends on it, and apply sql/schema again',
                narrow.relname, narrow.attname, SQLERRM;
        END;
    END LOOP;
END
$$;

-- Constraints by name, each only if it is missing: CREATE TABLE IF NOT EXISTS would not add them to a table that
-- is already there. NaN is larger than every number in PostgreSQL, so ">= 0" alone would let it in.
DO $$
DECLARE
    wanted pg_catalog.record;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES
        ('products', 'products_name_key', 'UNIQUE (name)'),
        ('products', 'products_name_check', $c$CHECK (pg_catalog.btrim(name) OPERATOR(pg_catalog.<>) '')$c$),
        ('products', 'products_price_check', $c$CHECK (price OPERATOR(pg_catalog.>=) 0 AND price OPERATOR(pg_catalog.<>) 'NaN')$c$),
        ('daily_performance', 'daily_performance_date_check', 'CHECK (pg_catalog.isfinite(date))'),
        ('daily_performance', 'daily_performance_impressions_check', 'CHECK (impressions OPERATOR(pg_catalog.>=) 0)'),
        ('daily_performance', 'daily_performance_clicks_check', 'CHECK (clicks OPERATOR(pg_catalog.>=) 0)'),
        ('daily_performance', 'daily_performance_ad_spend_check', $c$CHECK (ad_spend OPERATOR(pg_catalog.>=) 0 AND ad_spend OPERATOR(pg_catalog.<>) 'NaN')$c$),
        ('daily_performance', 'daily_performance_units_sold_check', 'CHECK (units_sold OPERATOR(pg_catalog.>=) 0)'),
        ('daily_performance', 'daily_performance_revenue_check', $c$CHECK (revenue OPERATOR(pg_catalog.>=) 0 AND revenue OPERATOR(pg_catalog.<>) 'NaN')$c$),
        ('promotions', 'promotions_period_check',
         'CHECK (pg_catalog.isfinite(promotion_start) AND pg_catalog.isfinite(promotion_end)
                AND promotion_end OPERATOR(pg_catalog.>=) promotion_start)'),
        ('promotions', 'promotions_scope_check', 'CHECK (product_id IS NULL OR category IS NULL)'),
        ('promotions', 'promotions_discount_pct_check', 'CHECK (discount_pct OPERATOR(pg_catalog.>=) 0 AND discount_pct OPERATOR(pg_catalog.<=) 100)'),
        ('category_multipliers', 'category_multipliers_multiplier_check',
         $c$CHECK (multiplier OPERATOR(pg_catalog.>) 0 AND multiplier OPERATOR(pg_catalog.<>) 'NaN')$c$),
        ('products', 'products_unit_cost_check', $c$CHECK (unit_cost >= 0 AND unit_cost <> 'NaN')$c$),
        ('products', 'products_margin_pct_check', $c$CHECK (margin_pct <= 100 AND margin_pct <> 'NaN')$c$),
        ('recommendation_thresholds', 'recommendation_thresholds_scope_check',
         'CHECK (product_id IS NULL OR category IS NULL)'),
        ('etl_runs', 'etl_runs_status_check', $c$CHECK (status OPERATOR(pg_catalog.=) ANY ('{running,succeeded,failed}'))$c$),
        ('etl_runs', 'etl_runs_finished_check', $c$CHECK ((status OPERATOR(pg_catalog.=) 'running') OPERATOR(pg_catalog.=) (finished_at IS NULL))$c$)
    ) AS t (table_name, constraint_name, definition)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
                       WHERE conrelid OPERATOR(pg_catalog.=) wanted.table_name::pg_catalog.regclass
                         AND conname OPERATOR(pg_catalog.=) wanted.constraint_name) THEN
            EXECUTE pg_catalog.format('ALTER TABLE %I ADD CONSTRAINT %I %s',
                           wanted.table_name, wanted.constraint_name, wanted.definition);
        END IF;
    END LOOP;
EXCEPTION
    WHEN unique_violation OR check_violation THEN
        RAISE EXCEPTION USING
            ERRCODE = SQLSTATE,
            MESSAGE = pg_catalog.format('existing rows of "%s" break %s %s: %s',
                             wanted.table_name, wanted.constraint_name, wanted.definition, SQLERRM),
            HINT = 'Correct those rows, then run this file again. Nothing was changed.';
END
$$;

-- One product over time; the primary key serves all products on one day.
CREATE INDEX IF NOT EXISTS daily_performance_product_id_date_idx ON daily_performance (product_id, date);

-- The natural key by which a load recognises a promotion. An expression, because NULLs are distinct in a plain
-- unique constraint and NULLS NOT DISTINCT needs PostgreSQL 15.
CREATE UNIQUE INDEX IF NOT EXISTS promotions_natural_key
    ON promotions (name, promotion_start, (coalesce(product_id, 0)), (coalesce(category, '')));

CREATE UNIQUE INDEX IF NOT EXISTS recommendation_thresholds_scope_key
    ON recommendation_thresholds (rule, (coalesce(product_id, 0)), (coalesce(category, '')));

CREATE INDEX IF NOT EXISTS etl_runs_started_at_idx ON etl_runs (started_at DESC);

COMMENT ON TABLE products IS 'Products that are advertised and sold, one row each. Example: (1, ''Wireless Mouse'', 29.99, ''Electronics'').';
COMMENT ON COLUMN products.id IS 'Key of the product, assigned by the database. Example: 1.';
COMMENT ON COLUMN products.name IS 'Name, unique: loads and functions address a product by it. Example: Wireless Mouse.';
COMMENT ON COLUMN products.price IS 'List price in the shop''s currency, NULL if not known. Example: 29.99.';
COMMENT ON COLUMN products.category IS 'Category, NULL if it has none. Example: Electronics.';

COMMENT ON COLUMN products.unit_cost IS 'What the goods of one unit cost, money >= 0, NULL if not known. Example: 16.50.';
COMMENT ON COLUMN products.margin_pct IS 'Percent of revenue left after the cost of goods, NULL if not known; wins over unit_cost. Example: 45 (not 0.45).';

COMMENT ON TABLE recommendation_thresholds IS 'Own thresholds and margins: product_id set: of that product; category set: of that category; both NULL: of the whole shop. The most specific row wins. Example: (''acos_ceiling'', NULL, ''Electronics'', 0.25).';
COMMENT ON COLUMN recommendation_thresholds.id IS 'Key of the row. Example: 1.';
COMMENT ON COLUMN recommendation_thresholds.rule IS 'A rule of recommendation_rules(). Example: acos_ceiling.';
COMMENT ON COLUMN recommendation_thresholds.product_id IS 'Product that it is for, NULL = more than one. Example: 1.';
COMMENT ON COLUMN recommendation_thresholds.category IS 'Category that it is for, NULL = one product or the whole shop. Example: Electronics.';
COMMENT ON COLUMN recommendation_thresholds.value IS 'In the unit of the rule: a fraction, a ratio or percent. Example: 0.25.';

COMMENT ON TABLE dismissed_recommendations IS 'Recommendations that are not shown, by dismiss_recommendation() and restore_recommendation().';
COMMENT ON COLUMN dismissed_recommendations.product_id IS 'Product, references products. Example: 1.';
COMMENT ON COLUMN dismissed_recommendations.recommendation_type IS 'As in recommendations(). Example: ctr_low.';
COMMENT ON COLUMN dismissed_recommendations.dismissed_until IS 'Last day on which it is not shown, NULL = until it is restored. Example: 2026-12-31.';
COMMENT ON COLUMN dismissed_recommendations.dismissed_at IS 'When it was dismissed.';
COMMENT ON COLUMN dismissed_recommendations.dismissed_by IS 'Database role that did it.';
COMMENT ON COLUMN dismissed_recommendations.note IS 'Why, for those who come later, or NULL.';

COMMENT ON TABLE daily_performance IS 'What a product''s advertising did on one calendar day: one row per day and product. No row = not measured, zero = measured and nothing happened.';
COMMENT ON COLUMN daily_performance.date IS 'Calendar day of the ad platform''s account. Example: 2026-11-21.';
COMMENT ON COLUMN daily_performance.product_id IS 'Product, references products. Example: 1.';
COMMENT ON COLUMN daily_performance.impressions IS 'How often its ads were shown, count >= 0. Example: 12480.';
COMMENT ON COLUMN daily_performance.clicks IS 'Clicks on its ads, count >= 0. Example: 391.';
COMMENT ON COLUMN daily_performance.ad_spend IS 'Cost of those clicks in the shop''s currency, >= 0. Example: 273.70.';
COMMENT ON COLUMN daily_performance.units_sold IS 'Units sold, attributed to the day of the click, count >= 0. May grow for some days (late attribution). Example: 43.';
COMMENT ON COLUMN daily_performance.revenue IS 'Revenue of those units in the shop''s currency, >= 0. Example: 1289.57.';

COMMENT ON TABLE promotions IS 'Promotions with their period. product_id set: that product; category set: that category; both NULL: the whole shop; never both.';
COMMENT ON COLUMN promotions.id IS 'Key of the promotion, argument of promotion_impact(promotion_id => …). Example: 3.';
COMMENT ON COLUMN promotions.name IS 'Name that people know it by. Example: Black Friday 2026.';
COMMENT ON COLUMN promotions.product_id IS 'Product that it is for, NULL = more than one. Example: 1.';
COMMENT ON COLUMN promotions.category IS 'Category that it is for, NULL = one product or the whole shop. Example: Electronics.';
COMMENT ON COLUMN promotions.promotion_start IS 'First day. Example: 2026-11-27.';
COMMENT ON COLUMN promotions.promotion_end IS 'Last day, included, not before the first. Example: 2026-11-30.';
COMMENT ON COLUMN promotions.discount_pct IS 'Discount in percent of the price, 0 to 100, NULL if not known. Example: 20 (not 0.20).';

COMMENT ON TABLE category_multipliers IS 'Factors that the load applies to a category''s impressions, clicks, ad_spend, units_sold and revenue (counts are rounded). A category without a row counts as 1. A change acts on days loaded afterwards; `performance_tracker etl --full` applies it to all.';
COMMENT ON COLUMN category_multipliers.category IS 'Category as in products. Example: Electronics.';
COMMENT ON COLUMN category_multipliers.multiplier IS 'Factor > 0. Example: 1.2500.';

COMMENT ON TABLE etl_runs IS 'One row for each run of the load, failed ones included.';
COMMENT ON COLUMN etl_runs.id IS 'Key of the run. Example: 12.';
COMMENT ON COLUMN etl_runs.source IS 'Address of the platform that was read. Example: http://127.0.0.1:8000.';
COMMENT ON COLUMN etl_runs.started_at IS 'When it started.';
COMMENT ON COLUMN etl_runs.finished_at IS 'When it ended, NULL while it runs.';
COMMENT ON COLUMN etl_runs.status IS 'running, succeeded or failed.';
COMMENT ON COLUMN etl_runs.period_start IS 'First day that it asked for.';
COMMENT ON COLUMN etl_runs.period_end IS 'Last day that it asked for, included.';
COMMENT ON COLUMN etl_runs.rows_read IS 'Daily rows received and committed.';
COMMENT ON COLUMN etl_runs.rows_inserted IS 'Of those: days and products that were new.';
COMMENT ON COLUMN etl_runs.rows_updated IS 'Of those: rows that the platform had restated.';
COMMENT ON COLUMN etl_runs.rows_unchanged IS 'Of those: rows that were already there with the same values, and were not written.';
COMMENT ON COLUMN etl_runs.error IS 'Why it failed, NULL otherwise.';
