-- SPDX-License-Identifier: PostgreSQL
--
-- What an application does with recommendations. Not of the extension: its functions only read. SECURITY INVOKER: whoever
-- calls them needs performance_tracker_application, or to own the tables.

CREATE OR REPLACE FUNCTION dismiss_recommendation(
    product text,
    recommendation_type text,
    until date DEFAULT NULL,
    note text DEFAULT NULL
) RETURNS void
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
    wanted pg_catalog.int4 := (SELECT p.id FROM products p WHERE p.name OPERATOR(pg_catalog.=) dismiss_recommendation.product);
BEGIN
    IF wanted IS NULL THEN
        RAISE SQLSTATE '22U01' USING
            COLUMN = 'product',
            MESSAGE = pg_catalog.format('unknown product "%s"', dismiss_recommendation.product),
            HINT = 'Give product and recommendation_type as recommendations() shows them.';
    ELSIF dismiss_recommendation.recommendation_type IS NULL OR dismiss_recommendation.recommendation_type OPERATOR(pg_catalog.<>) ALL (
            '{acos_high,roas_high,spend_saturated,ctr_low,conversion_rate_low,revenue_drop,not_enough_evidence}'::pg_catalog.text[]) THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'recommendation_type',
            MESSAGE = pg_catalog.format('unknown recommendation_type "%s"', dismiss_recommendation.recommendation_type),
            HINT = 'It is one of acos_high, roas_high, spend_saturated, ctr_low, conversion_rate_low, revenue_drop and '
                   'not_enough_evidence.';
    ELSIF dismiss_recommendation.until OPERATOR(pg_catalog.<) current_date THEN
        RAISE invalid_parameter_value USING
            COLUMN = 'until',
            MESSAGE = pg_catalog.format('until is in the past: %s', dismiss_recommendation.until),
            HINT = 'Give the last day on which it is not to be shown, or leave it out.';
    END IF;
    INSERT INTO dismissed_recommendations AS d (product_id, recommendation_type, dismissed_until, note)
    VALUES (wanted, dismiss_recommendation.recommendation_type, dismiss_recommendation.until, dismiss_recommendation.note)
    ON CONFLICT (product_id, recommendation_type) DO UPDATE
        SET dismissed_until = excluded.dismissed_until, note = excluded.note, dismissed_at = pg_catalog.now(),
            dismissed_by = current_user;
END
$$;

CREATE OR REPLACE FUNCTION restore_recommendation(product text, recommendation_type text) RETURNS boolean
    LANGUAGE plpgsql
AS $$
#variable_conflict use_column
BEGIN
    DELETE FROM dismissed_recommendations d
    USING products p
    WHERE p.id OPERATOR(pg_catalog.=) d.product_id AND p.name OPERATOR(pg_catalog.=) restore_recommendation.product
      AND d.recommendation_type OPERATOR(pg_catalog.=) restore_recommendation.recommendation_type;
    RETURN FOUND;
END
$$;

COMMENT ON FUNCTION dismiss_recommendation(text, text, date, text) IS
    'Keeps a recommendation from being shown, for good or until a day; doing it again changes day and note. Example: SELECT dismiss_recommendation(''Wireless Mouse'', ''ctr_low'', until => current_date + 30, note => ''new photos are ordered'').';
COMMENT ON FUNCTION restore_recommendation(text, text) IS
    'Lets a dismissed recommendation be shown again; false if it was not dismissed. Example: SELECT restore_recommendation(''Wireless Mouse'', ''ctr_low'').';

REVOKE ALL ON FUNCTION dismiss_recommendation(text, text, date, text), restore_recommendation(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dismiss_recommendation(text, text, date, text), restore_recommendation(text, text)
    TO performance_tracker_application;
