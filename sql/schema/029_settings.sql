-- SPDX-License-Identifier: PostgreSQL
--
-- What an application sets for the shop: thresholds and margins, own days, country and currency. Not of the extension, whose
-- functions only read. SECURITY INVOKER: whoever calls them needs performance_tracker_application, or to own the tables.

-- A threshold of the whole shop, of a category, or of a product; again changes the value. The rules and their ranges are
-- the extension's, wherever it lies.
CREATE OR REPLACE FUNCTION set_threshold(
    rule text,
    value double precision,
    product text DEFAULT NULL,
    category text DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    home CONSTANT pg_catalog.name := (SELECT n.nspname FROM pg_catalog.pg_extension e
                                      JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
                                      WHERE e.extname OPERATOR(pg_catalog.=) 'performance_tracker');
    wanted CONSTANT pg_catalog.int4 := (SELECT p.id FROM products p WHERE p.name OPERATOR(pg_catalog.=) set_threshold.product);
    lowest pg_catalog.float8;
    highest pg_catalog.float8;
    known pg_catalog.text;
BEGIN
    EXECUTE pg_catalog.format('SELECT pg_catalog.string_agg(r.rule, '', '' ORDER BY r.rule),
            pg_catalog.max(r.lowest) FILTER (WHERE r.rule OPERATOR(pg_catalog.=) $1),
            pg_catalog.max(r.highest) FILTER (WHERE r.rule OPERATOR(pg_catalog.=) $1)
        FROM %I.recommendation_rules() r', home) INTO known, lowest, highest USING set_threshold.rule;
    IF lowest IS NULL THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'rule',
            MESSAGE = pg_catalog.format('unknown rule "%s"', set_threshold.rule),
            HINT = pg_catalog.format('It is one of %s.', known);
    ELSIF set_threshold.value IS NULL OR NOT (set_threshold.value OPERATOR(pg_catalog.>=) lowest
                                              AND set_threshold.value OPERATOR(pg_catalog.<=) highest) THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'value',
            MESSAGE = pg_catalog.format('value is out of range: %s', coalesce(set_threshold.value::pg_catalog.text, 'NULL')),
            HINT = pg_catalog.format('%s lies between %s and %s, both included.', set_threshold.rule, lowest, highest);
    ELSIF set_threshold.product IS NOT NULL AND set_threshold.category IS NOT NULL THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'category',
            MESSAGE = 'product and category exclude each other',
            HINT = 'Give the one that the threshold is for, or none for the whole shop.';
    ELSIF set_threshold.product IS NOT NULL AND wanted IS NULL THEN
        RAISE SQLSTATE '22U01' USING
            COLUMN = 'product',
            MESSAGE = pg_catalog.format('unknown product "%s"', set_threshold.product),
            HINT = 'The products are in product_catalog.';
    ELSIF set_threshold.category IS NOT NULL
        AND NOT EXISTS (SELECT FROM products p WHERE p.category OPERATOR(pg_catalog.=) set_threshold.category) THEN
        RAISE SQLSTATE '22U01' USING
            COLUMN = 'category',
            MESSAGE = pg_catalog.format('unknown category "%s"', set_threshold.category),
            HINT = 'The categories are in product_catalog.';
    END IF;
    INSERT INTO recommendation_thresholds AS t (rule, product_id, category, value)
    VALUES (set_threshold.rule, wanted, set_threshold.category, set_threshold.value)
    ON CONFLICT (rule, (coalesce(product_id, 0)), (coalesce(category, ''))) DO UPDATE SET value = excluded.value;
END
$$;

CREATE OR REPLACE FUNCTION remove_threshold(rule text, product text DEFAULT NULL, category text DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM recommendation_thresholds t
    WHERE t.rule OPERATOR(pg_catalog.=) remove_threshold.rule
      AND coalesce(t.category, '') OPERATOR(pg_catalog.=) coalesce(remove_threshold.category, '')
      AND coalesce((SELECT p.name FROM products p WHERE p.id OPERATOR(pg_catalog.=) t.product_id), '')
          OPERATOR(pg_catalog.=) coalesce(remove_threshold.product, '');
    RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION set_margin(
    product text,
    unit_cost double precision DEFAULT NULL,
    margin_pct double precision DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    -- NaN is beyond every number.
    IF set_margin.unit_cost OPERATOR(pg_catalog.<) 0::pg_catalog.float8
        OR set_margin.unit_cost OPERATOR(pg_catalog.>=) 99999999::pg_catalog.float8 THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'unit_cost',
            MESSAGE = pg_catalog.format('unit_cost is out of range: %s', set_margin.unit_cost),
            HINT = 'What the goods of one unit cost: 0 or more, below 99999999.';
    ELSIF set_margin.margin_pct OPERATOR(pg_catalog.>) 100::pg_catalog.float8
        OR set_margin.margin_pct OPERATOR(pg_catalog.<) (-9999)::pg_catalog.float8 THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'margin_pct',
            MESSAGE = pg_catalog.format('margin_pct is out of range: %s', set_margin.margin_pct),
            HINT = 'Percent of revenue left after the cost of goods: 45 for 45%, at most 100, negative for goods below their cost.';
    END IF;
    UPDATE products p SET unit_cost = set_margin.unit_cost::pg_catalog."numeric", margin_pct = set_margin.margin_pct::pg_catalog."numeric"
    WHERE p.name OPERATOR(pg_catalog.=) set_margin.product;
    IF NOT FOUND THEN
        RAISE SQLSTATE '22U01' USING
            COLUMN = 'product',
            MESSAGE = pg_catalog.format('unknown product "%s"', set_margin.product),
            HINT = 'The products are in product_catalog.';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION set_holiday(
    date date,
    name text,
    region text DEFAULT NULL,
    closed boolean DEFAULT false,
    ignored boolean DEFAULT false
) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    IF set_holiday.name IS NULL OR pg_catalog.btrim(set_holiday.name) OPERATOR(pg_catalog.=) '' THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'name', MESSAGE = 'a day has a name', HINT = 'Days of the same name in other years teach a forecast what it does.';
    ELSIF set_holiday.date IS NULL OR NOT pg_catalog.isfinite(set_holiday.date) THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'date',
            MESSAGE = pg_catalog.format('date is out of range: %s', coalesce(set_holiday.date::pg_catalog.text, 'NULL')),
            HINT = 'A day as in 2026-07-10.';
    END IF;
    INSERT INTO holidays AS h (region, date, name, closed, ignored)
    VALUES (set_holiday.region, set_holiday.date, set_holiday.name, coalesce(set_holiday.closed, false), coalesce(set_holiday.ignored, false))
    ON CONFLICT (date, name, (coalesce(region, ''))) DO UPDATE SET closed = excluded.closed, ignored = excluded.ignored;
END
$$;

CREATE OR REPLACE FUNCTION remove_holiday(date date, name text, region text DEFAULT NULL) RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM holidays h
    WHERE h.date OPERATOR(pg_catalog.=) remove_holiday.date AND h.name OPERATOR(pg_catalog.=) remove_holiday.name
      AND coalesce(h.region, '') OPERATOR(pg_catalog.=) coalesce(remove_holiday.region, '');
    RETURN FOUND;
END
$$;

-- What is left out stays as it is.
CREATE OR REPLACE FUNCTION set_shop(currency text DEFAULT NULL, holiday_region text DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    IF NOT set_shop.currency OPERATOR(pg_catalog.~) '^[A-Z]{3}$' THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'currency',
            MESSAGE = pg_catalog.format('unknown currency "%s"', set_shop.currency),
            HINT = 'Three capital letters of ISO 4217, such as EUR.';
    ELSIF set_shop.holiday_region OPERATOR(pg_catalog.<>) ALL ('{DE,FR,GB,US,international}'::pg_catalog.text[]) THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'holiday_region',
            MESSAGE = pg_catalog.format('unknown holiday_region "%s"', set_shop.holiday_region),
            HINT = 'It is one of DE, FR, GB, US and international.';
    END IF;
    INSERT INTO shop_settings AS s (currency, holiday_region) VALUES (set_shop.currency, set_shop.holiday_region)
    ON CONFLICT (only_row) DO UPDATE SET
        currency = coalesce(excluded.currency, s.currency),
        holiday_region = coalesce(excluded.holiday_region, s.holiday_region);
END
$$;

COMMENT ON FUNCTION set_threshold(text, double precision, text, text) IS
    'Sets a rule of recommendation_rules() for the whole shop, a category or a product, in the rule''s own unit; again changes it. Example: SELECT set_threshold(''acos_ceiling'', 0.25, category => ''Electronics'').';
COMMENT ON FUNCTION remove_threshold(text, text, text) IS
    'Takes an own threshold back; false if there was none. Example: SELECT remove_threshold(''acos_ceiling'', category => ''Electronics'').';
COMMENT ON FUNCTION set_margin(text, double precision, double precision) IS
    'Sets what a product''s goods cost, as money per unit or as margin in percent; what is NULL is not known any more. Example: SELECT set_margin(''Wireless Mouse'', unit_cost => 11.50).';
COMMENT ON FUNCTION set_holiday(date, text, text, boolean, boolean) IS
    'Adds a day of the shop''s own, or changes it: closed = nothing is sold, ignored = the computed day of this date and name is none. Example: SELECT set_holiday(''2026-07-10'', ''Summer sale'').';
COMMENT ON FUNCTION remove_holiday(date, text, text) IS
    'Takes an own day back; false if there was none. Example: SELECT remove_holiday(''2026-07-10'', ''Summer sale'').';
COMMENT ON FUNCTION set_shop(text, text) IS
    'Sets currency (ISO 4217) and country of the holidays (DE, FR, GB, US, international); what is left out stays. Example: SELECT set_shop(currency => ''EUR'', holiday_region => ''DE'').';

REVOKE ALL ON FUNCTION set_threshold(text, double precision, text, text), remove_threshold(text, text, text),
    set_margin(text, double precision, double precision), set_holiday(date, text, text, boolean, boolean), remove_holiday(date, text, text),
    set_shop(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_threshold(text, double precision, text, text), remove_threshold(text, text, text),
    set_margin(text, double precision, double precision), set_holiday(date, text, text, boolean, boolean), remove_holiday(date, text, text),
    set_shop(text, text) TO performance_tracker_application;
GRANT UPDATE (unit_cost, margin_pct) ON products TO performance_tracker_application;
GRANT SELECT, INSERT, UPDATE, DELETE ON holidays TO performance_tracker_application;
GRANT SELECT, INSERT, UPDATE ON shop_settings TO performance_tracker_application;
