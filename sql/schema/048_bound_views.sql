-- SPDX-License-Identifier: PostgreSQL
--
-- The views of 040_result_views.sql over the bound functions of 045_bound_functions.sql: a shop's current_… shows that shop,
-- whatever the reader's search_path. 040 lets them stand on the extension's functions first, so that nothing is in the way
-- of a bound function that has to be made anew; run again, both end here.
DO $$
DECLARE
    home CONSTANT pg_catalog.text := pg_catalog.quote_ident(pg_catalog.current_schema());
    pair record;
    call pg_catalog.text;
    definition pg_catalog.text;
BEGIN
    FOR pair IN
        SELECT * FROM (VALUES
            ('current_kpis', 'kpi_summary'), ('current_forecast', 'forecast_revenue'),
            ('current_category_forecast', 'forecast_revenue'), ('current_anomalies', 'detect_anomalies'),
            ('current_recommendations', 'recommendations'), ('current_promotion_impact', 'promotion_impact')) AS v (view_name, function_name)
    LOOP
        -- One that could not be made, because something stands on an older one: the view goes on by the search_path.
        CONTINUE WHEN NOT EXISTS (
            SELECT FROM pg_catalog.pg_proc p
            WHERE p.pronamespace OPERATOR(pg_catalog.=) home::pg_catalog.regnamespace
              AND p.proname OPERATOR(pg_catalog.=) (pair.function_name OPERATOR(pg_catalog.||) '_here'));
        definition := pg_catalog.pg_get_viewdef(
            pg_catalog.to_regclass(home OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) pair.view_name), true);
        -- The extension's schema may stand before the name, quoted or not; these calls have no text constants that hold it.
        call := pg_catalog.substring(definition, '((?:"(?:[^"]|"")+"\.|\w+\.)?\m' OPERATOR(pg_catalog.||) pair.function_name OPERATOR(pg_catalog.||) '\()');
        CONTINUE WHEN call IS NULL;
        EXECUTE pg_catalog.format(
            'CREATE OR REPLACE VIEW %s.%I AS %s', home, pair.view_name,
            pg_catalog.replace(definition, call, home OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) pair.function_name OPERATOR(pg_catalog.||) '_here('));
    END LOOP;
END
$$;
