-- SPDX-License-Identifier: PostgreSQL
--
-- The shop's own days, where it is and in which currency it reckons. Holidays of DE, FR, GB and US are computed and need no rows. Run as the owner of
-- the tables; running it again changes nothing.

CREATE TABLE IF NOT EXISTS holidays (
    region  text,
    date    date NOT NULL,
    name    text NOT NULL,
    closed  boolean NOT NULL DEFAULT false,
    ignored boolean NOT NULL DEFAULT false
);

CREATE UNIQUE INDEX IF NOT EXISTS holidays_natural_key ON holidays (date, name, (coalesce(region, '')));

CREATE TABLE IF NOT EXISTS shop_settings (
    only_row       boolean PRIMARY KEY DEFAULT true,
    holiday_region text,
    currency       text
);
ALTER TABLE shop_settings ADD COLUMN IF NOT EXISTS currency text;

DO $$
DECLARE
    wanted pg_catalog.record;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES
        ('holidays', 'holidays_date_check', 'CHECK (pg_catalog.isfinite(date))'),
        ('holidays', 'holidays_name_check', $c$CHECK (pg_catalog.btrim(name) OPERATOR(pg_catalog.<>) '')$c$),
        ('shop_settings', 'shop_settings_only_row_check', 'CHECK (only_row)'),
        ('shop_settings', 'shop_settings_holiday_region_check',
         $c$CHECK (holiday_region OPERATOR(pg_catalog.=) ANY ('{DE,FR,GB,US,international}'))$c$),
        ('shop_settings', 'shop_settings_currency_check', $c$CHECK (currency OPERATOR(pg_catalog.~) '^[A-Z]{3}$')$c$)
    ) AS t (table_name, constraint_name, definition)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_constraint
                       WHERE conrelid OPERATOR(pg_catalog.=) wanted.table_name::pg_catalog.regclass
                         AND conname OPERATOR(pg_catalog.=) wanted.constraint_name) THEN
            EXECUTE pg_catalog.format('ALTER TABLE %I ADD CONSTRAINT %I %s',
                           wanted.table_name, wanted.constraint_name, wanted.definition);
        END IF;
    END LOOP;
END
$$;

COMMENT ON TABLE holidays IS 'Days of the shop''s own beside the computed holidays, or what is different about a computed one (same date and name). Example: (NULL, ''2026-07-10'', ''Summer sale'', false, false).';
COMMENT ON COLUMN holidays.region IS 'Region in which it holds, as in holidays(region, …); NULL = everywhere. Example: DE.';
COMMENT ON COLUMN holidays.date IS 'The day. Example: 2026-07-10.';
COMMENT ON COLUMN holidays.name IS 'Name; days of the same name in other years teach a forecast what it does. Example: Summer sale.';
COMMENT ON COLUMN holidays.closed IS 'true = nothing is sold on that day. Example: false.';
COMMENT ON COLUMN holidays.ignored IS 'true = the computed day of this date and name is none for this shop. Example: false.';

COMMENT ON TABLE shop_settings IS 'What the analyses need to know about the shop: at most one row. Example: INSERT INTO shop_settings (holiday_region) VALUES (''DE'').';
COMMENT ON COLUMN shop_settings.only_row IS 'Always true: keeps the table at one row.';
COMMENT ON COLUMN shop_settings.holiday_region IS 'Country whose holidays count: DE, FR, GB, US; NULL = the few days that trade feels everywhere. Example: DE.';

COMMENT ON COLUMN shop_settings.currency IS 'Currency of all amounts, ISO 4217; the first import of an empty shop sets it when its file names one. NULL = not known, shown as USD. Example: EUR.';

GRANT SELECT ON holidays, shop_settings TO performance_tracker_reader;
-- The first import of an empty shop learns its currency from the file.
GRANT SELECT ON shop_settings TO performance_tracker_etl;
GRANT INSERT (currency), UPDATE (currency) ON shop_settings TO performance_tracker_etl;
