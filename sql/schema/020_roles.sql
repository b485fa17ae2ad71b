-- SPDX-License-Identifier: PostgreSQL
--
-- Group roles and what they may do with the tables. They cannot log in: make login roles and grant these to them,
--   CREATE ROLE metabase LOGIN PASSWORD '…' IN ROLE performance_tracker_reader;
--
-- performance_tracker_reader  reads everything, writes nothing
-- performance_tracker_etl     what `performance_tracker etl` needs: it deletes rows that the platform has withdrawn, and changes
--                             no table
-- performance_tracker_application  dismisses and restores recommendations, sets thresholds, margins, own days, country and
--                             currency; reads by the reader's role
--
-- Roles belong to the whole cluster, so another database may have made them, at this very moment too.

DO $$
DECLARE
    wanted pg_catalog.record;
BEGIN
    FOR wanted IN SELECT * FROM (VALUES
        ('performance_tracker_reader',
         'Reads tables and views of performance_tracker and calls its functions; writes nothing.'),
        ('performance_tracker_etl',
         'Loads performance_tracker: selects, inserts, updates, and deletes what the platform has withdrawn.'),
        ('performance_tracker_application',
         'Dismisses and restores recommendations of performance_tracker; grant performance_tracker_reader beside it.')
    ) AS t (name, comment)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) wanted.name) THEN
            BEGIN
                EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', wanted.name);
                EXECUTE pg_catalog.format('COMMENT ON ROLE %I IS %L', wanted.name, wanted.comment);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    NULL;
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION USING
                        ERRCODE = 'insufficient_privilege',
                        MESSAGE = pg_catalog.format('role "%s" is missing, and "%s" may not create roles',
                                         wanted.name, current_user),
                        HINT = pg_catalog.format('Let an administrator run: CREATE ROLE %I NOLOGIN;', wanted.name);
            END;
        END IF;
    END LOOP;
    EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %I TO performance_tracker_reader, performance_tracker_etl, performance_tracker_application',
                   pg_catalog.current_schema());
    -- The load stages its batches in a temporary table. Most databases allow that to everybody.
    IF NOT pg_catalog.has_database_privilege('performance_tracker_etl', pg_catalog.current_database(), 'TEMPORARY') THEN
        EXECUTE pg_catalog.format('GRANT TEMPORARY ON DATABASE %I TO performance_tracker_etl', pg_catalog.current_database());
    END IF;
END
$$;

GRANT SELECT ON products, daily_performance, promotions, category_multipliers, etl_runs, product_keys, etl_rejects,
                etl_sources, campaign_performance, currency_rates, daily_performance_history, etl_days,
                recommendation_thresholds, dismissed_recommendations TO performance_tracker_reader;
GRANT SELECT ON products TO performance_tracker_application;
GRANT SELECT, INSERT, UPDATE, DELETE ON recommendation_thresholds, dismissed_recommendations TO performance_tracker_application;
GRANT USAGE ON SEQUENCE recommendation_thresholds_id_seq TO performance_tracker_application;

GRANT SELECT ON category_multipliers, currency_rates TO performance_tracker_etl;
GRANT SELECT, INSERT, UPDATE ON products, daily_performance, promotions, etl_runs TO performance_tracker_etl;
GRANT SELECT, INSERT, UPDATE, DELETE ON product_keys, etl_rejects, etl_sources, campaign_performance,
                                        daily_performance_history, etl_days TO performance_tracker_etl;
-- DELETE: withdrawn rows, and the simulated shop when a real one takes its place.
GRANT DELETE ON products, daily_performance, promotions TO performance_tracker_etl;
GRANT USAGE ON SEQUENCE products_id_seq, promotions_id_seq, etl_runs_id_seq, etl_rejects_id_seq TO performance_tracker_etl;
