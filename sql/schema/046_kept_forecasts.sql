-- SPDX-License-Identifier: PostgreSQL
--
-- What CALL refresh_forecasts() keeps: a model for each series of the shop, and the forecasts that readers find without
-- waiting for a fit. Models are bytes, so that these tables outlive the extension: model::forecast_model reads one.

CREATE TABLE IF NOT EXISTS kept_models (
  level text NOT NULL CHECK (level OPERATOR(pg_catalog.=) ANY ('{total,category,product}'::pg_catalog.text[])),
  category text,
  product text,
  model bytea NOT NULL,
  origin text NOT NULL,
  last_day date NOT NULL,
  fitted_on date NOT NULL,
  refreshed_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
CREATE UNIQUE INDEX IF NOT EXISTS kept_models_series ON kept_models (level, (COALESCE(category, '')), (COALESCE(product, '')));
COMMENT ON TABLE kept_models IS 'A model for each series of the shop, kept by refresh_forecasts()';
COMMENT ON COLUMN kept_models.level IS 'total, category or product';
COMMENT ON COLUMN kept_models.category IS 'category of the series; NULL for the total, and for products without a category';
COMMENT ON COLUMN kept_models.product IS 'product of the series; NULL for a category or the total';
COMMENT ON COLUMN kept_models.model IS 'the model''s binary form: model::forecast_model';
COMMENT ON COLUMN kept_models.origin IS 'how it came to be: fitted, carried, refit: restated, refit: drifted';
COMMENT ON COLUMN kept_models.last_day IS 'last day that the model knows';
COMMENT ON COLUMN kept_models.fitted_on IS 'last day that was known when its coefficients were estimated';
COMMENT ON COLUMN kept_models.refreshed_at IS 'when it was written';

CREATE TABLE IF NOT EXISTS kept_forecasts (
  level text NOT NULL CHECK (level OPERATOR(pg_catalog.=) ANY ('{total,category,product}'::pg_catalog.text[])),
  category text,
  product text,
  forecast_date date NOT NULL,
  forecast_value double precision NOT NULL,
  standard_error double precision NOT NULL,
  confidence_level double precision NOT NULL,
  lower_bound double precision NOT NULL,
  upper_bound double precision NOT NULL,
  model text NOT NULL,
  forecast_status text,
  status_code text
);
CREATE INDEX IF NOT EXISTS kept_forecasts_series ON kept_forecasts (level, category, product, forecast_date);
COMMENT ON TABLE kept_forecasts IS 'The forecasts that refresh_forecasts() made last, by total, category and product; they add up';
COMMENT ON COLUMN kept_forecasts.level IS 'total, category or product';
COMMENT ON COLUMN kept_forecasts.category IS 'category of the series; NULL for the total, and for products without a category';
COMMENT ON COLUMN kept_forecasts.product IS 'product of the series; NULL for a category or the total';
COMMENT ON COLUMN kept_forecasts.forecast_date IS 'the day';
COMMENT ON COLUMN kept_forecasts.forecast_value IS 'expected revenue of the day, never negative';
COMMENT ON COLUMN kept_forecasts.standard_error IS 'of the forecast';
COMMENT ON COLUMN kept_forecasts.confidence_level IS 'probability that the interval covers the day''s revenue, as a fraction';
COMMENT ON COLUMN kept_forecasts.lower_bound IS 'lower end of the interval, never negative';
COMMENT ON COLUMN kept_forecasts.upper_bound IS 'upper end of the interval';
COMMENT ON COLUMN kept_forecasts.model IS 'the model of the series';
COMMENT ON COLUMN kept_forecasts.forecast_status IS 'what the reader should know; NULL when there is nothing to say';
COMMENT ON COLUMN kept_forecasts.status_code IS 'the same as codes, with commas between them: forecast_status_codes()';

GRANT SELECT ON kept_models, kept_forecasts TO performance_tracker_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON kept_models, kept_forecasts TO performance_tracker_etl;
