-- SPDX-License-Identifier: PostgreSQL
--
-- The shop's own models, kept and carried: the one thing here that writes, and only into the tables kept_models and
-- kept_forecasts (sql/schema), with the rights of the caller.

CREATE PROCEDURE @extschema@.refresh_forecasts(
  horizon integer DEFAULT 30,
  refit_share double precision DEFAULT 0.02,
  method text DEFAULT 'auto',
  levels double precision[] DEFAULT '{0.8}',
  look_back integer DEFAULT 35
)
  LANGUAGE plpgsql
AS $$
DECLARE
  complete_until pg_catalog.date;
  first_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_fit(horizon, levels, 7, method);
  IF refit_share IS NULL OR NOT (refit_share OPERATOR(pg_catalog.>=) 0 AND refit_share OPERATOR(pg_catalog.<=) 1) THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'refit_share',
      MESSAGE = pg_catalog.format('refit_share must be between 0 and 1, not %s', refit_share),
      HINT = 'It is the share of the models that are fitted again although nothing calls for it: 0.02 is each once in 50 calls.';
  END IF;
  PERFORM @extschema@.performance_tracker_check_range('look_back', look_back, 1, 3660);
  PERFORM @extschema@.performance_tracker_check_tables(
    VARIADIC '{products,daily_performance,kept_models,kept_forecasts}'::pg_catalog.text[]);
  complete_until := @extschema@.performance_tracker_last_complete_day();
  IF complete_until IS NULL THEN
    RAISE data_exception USING
      MESSAGE = 'daily_performance holds no day to forecast from',
      HINT = 'Load daily performance first; today does not count, because it is not complete.';
  END IF;
  -- One refresh at a time: a second one waits, and then finds nothing to carry.
  LOCK TABLE kept_models IN SHARE ROW EXCLUSIVE MODE;
  -- Corrections of the last look_back days are noticed. A model that has fallen behind is given all that it lacks.
  first_day := LEAST(complete_until OPERATOR(pg_catalog.-) look_back,
                     (SELECT pg_catalog.min(k.last_day) FROM kept_models k) OPERATOR(pg_catalog.-) 7);

  WITH daily AS (
    SELECT l.level, CASE WHEN l.level OPERATOR(pg_catalog.<>) 'total' THEN p.category::pg_catalog.text END AS category,
           CASE WHEN l.level OPERATOR(pg_catalog.=) 'product' THEN p.name::pg_catalog.text END AS product,
           d.date::pg_catalog.date AS day,
           CASE WHEN pg_catalog.sum(d.revenue)::double precision OPERATOR(pg_catalog.<>) 'NaN'
                THEN pg_catalog.sum(d.revenue)::double precision END AS revenue
    FROM daily_performance d
    JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
    CROSS JOIN (VALUES ('total'), ('category'), ('product')) l (level)
    WHERE d.date OPERATOR(pg_catalog.<) (complete_until OPERATOR(pg_catalog.+) 1) AND pg_catalog.isfinite(d.date)
      AND (d.date OPERATOR(pg_catalog.>=) first_day OR NOT EXISTS (SELECT FROM kept_models k
        WHERE k.level OPERATOR(pg_catalog.=) l.level
          AND COALESCE(k.category, '') OPERATOR(pg_catalog.=)
              CASE WHEN l.level OPERATOR(pg_catalog.=) 'total' THEN '' ELSE COALESCE(p.category::pg_catalog.text, '') END
          AND COALESCE(k.product, '') OPERATOR(pg_catalog.=)
              CASE WHEN l.level OPERATOR(pg_catalog.=) 'product' THEN p.name::pg_catalog.text ELSE '' END))
    GROUP BY 1, 2, 3, 4
  ), seen AS (
    SELECT d.level, d.category, d.product, @extschema@.time_series(d.day, d.revenue, '1 day'::interval) AS series,
           pg_catalog.count(d.revenue) AS observed
    FROM daily d GROUP BY 1, 2, 3
  ), joined AS (
    SELECT COALESCE(s.level, k.level) AS level, COALESCE(s.category, k.category) AS category,
           COALESCE(s.product, k.product) AS product, k.model::@extschema@.forecast_model AS model,
           CASE WHEN s.series IS NULL THEN e.series ELSE s.series OPERATOR(@extschema@.+) e.series END AS series,
           (pg_catalog.abs(pg_catalog.hashtext(pg_catalog.concat(k.level, k.category, k.product))::pg_catalog.int8
              OPERATOR(pg_catalog.+) (7919 OPERATOR(pg_catalog.*) (complete_until OPERATOR(pg_catalog.-) '2000-01-01'::pg_catalog.date)))
              OPERATOR(pg_catalog.%) 1000) OPERATOR(pg_catalog.<) (1000 OPERATOR(pg_catalog.*) refit_share) AS refit,
           k.fitted_on
    FROM seen s
    FULL JOIN kept_models k ON k.level OPERATOR(pg_catalog.=) s.level
      AND COALESCE(k.category, '') OPERATOR(pg_catalog.=) COALESCE(s.category, '')
      AND COALESCE(k.product, '') OPERATOR(pg_catalog.=) COALESCE(s.product, '')
    CROSS JOIN (SELECT @extschema@.time_series('{NULL}'::double precision[], complete_until::timestamp, '1 day'::interval) AS series) e
    WHERE k.level IS NOT NULL OR s.observed OPERATOR(pg_catalog.>) 0
  ), refreshed AS MATERIALIZED (
    SELECT j.level, j.category, j.product, j.fitted_on,
           @extschema@.performance_tracker_refresh_model(j.model, j.series, COALESCE(j.refit, false), method, 7) AS model
    FROM joined j
  )
  INSERT INTO kept_models AS k (level, category, product, model, origin, last_day, fitted_on, refreshed_at)
  SELECT r.level, r.category, r.product, r.model::pg_catalog.bytea, o.origin, complete_until,
         CASE WHEN o.origin OPERATOR(pg_catalog.=) 'carried' THEN COALESCE(r.fitted_on, complete_until) ELSE complete_until END,
         pg_catalog.now()
  FROM refreshed r
  CROSS JOIN LATERAL (SELECT @extschema@.performance_tracker_model_origin(r.model) AS origin) o
  ON CONFLICT (level, (COALESCE(category, '')), (COALESCE(product, ''))) DO UPDATE
    SET model = EXCLUDED.model, origin = EXCLUDED.origin, last_day = EXCLUDED.last_day, fitted_on = EXCLUDED.fitted_on,
        refreshed_at = EXCLUDED.refreshed_at;

  DELETE FROM kept_forecasts;
  INSERT INTO kept_forecasts (level, category, product, forecast_date, forecast_value, standard_error, confidence_level,
                              lower_bound, upper_bound, model, forecast_status, status_code)
  WITH fits AS MATERIALIZED (
    SELECT k.level, k.category, k.product,
           @extschema@.performance_tracker_model_base(k.model::@extschema@.forecast_model, horizon, levels, false, true, NULL) AS fit
    FROM kept_models k
  ), total AS (
    SELECT f.fit FROM fits f WHERE f.level OPERATOR(pg_catalog.=) 'total'
  ), category_family AS (
    SELECT pg_catalog.array_agg(f.category ORDER BY f.category) AS categories,
           @extschema@.performance_tracker_reconcile_family((SELECT t.fit FROM total t),
             pg_catalog.array_agg(f.fit ORDER BY f.category)) AS met
    FROM fits f WHERE f.level OPERATOR(pg_catalog.=) 'category' HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0
  ), categories AS (
    SELECT u.category, u.fit FROM category_family c
    CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(c.categories), pg_catalog.unnest(c.met[2:])) AS u (category, fit)
  ), product_family AS (
    SELECT f.category, pg_catalog.array_agg(f.product ORDER BY f.product) AS products,
           @extschema@.performance_tracker_reconcile_family(
             (SELECT c.fit FROM categories c WHERE COALESCE(c.category, '') OPERATOR(pg_catalog.=) COALESCE(f.category, '') LIMIT 1),
             pg_catalog.array_agg(f.fit ORDER BY f.product)) AS met
    FROM fits f WHERE f.level OPERATOR(pg_catalog.=) 'product' GROUP BY f.category
  ), series AS (
    SELECT 'total'::pg_catalog.text AS level, NULL::pg_catalog.text AS category, NULL::pg_catalog.text AS product, t.fit FROM total t
    UNION ALL SELECT 'category', c.category, NULL, c.fit FROM categories c
    UNION ALL SELECT 'product', f.category, u.product, u.fit FROM product_family f
    CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(f.products), pg_catalog.unnest(f.met[2:])) AS u (product, fit)
  )
  SELECT s.level, s.category, s.product, r.forecast_timestamp::pg_catalog.date, r.forecast_value, r.standard_error,
         r.confidence_level, r.prediction_interval_lower_bound, r.prediction_interval_upper_bound, r.model,
         r.forecast_status, r.status_code
  FROM series s
  CROSS JOIN LATERAL @extschema@.performance_tracker_forecast_rows(s.fit, true, true) r;
END
$$;
COMMENT ON PROCEDURE @extschema@.refresh_forecasts(integer, double precision, text, double precision[], integer) IS
$$Brings the shop's kept models and forecasts up to the last complete day: each model is carried over the new days, and fitted
again where values that it knew were corrected, where its recent errors are too large for it, or where its turn has come.
New products are fitted. Writes into kept_models and kept_forecasts (sql/schema) as the caller; forecasts add up as those of
forecast_revenue(calendar => false) do: promotions and holidays are not in them. For the end of a load, or for pg_cron.

- horizon: days ahead, 1 to 10,000.
- refit_share: share of the models that are fitted again although nothing calls for it, 0 to 1.
- method: a method of forecast_revenue(); models of another one are fitted again.
- levels: confidence levels, a row for each.
- look_back: days in which corrections are noticed, 1 to 3,660.

Example: CALL refresh_forecasts();$$;
