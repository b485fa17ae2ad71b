-- SPDX-License-Identifier: PostgreSQL
--
-- Forecasts that add up over any hierarchy or grouping of series.

CREATE TYPE @extschema@.reconciled_row AS (
  series text,
  forecast_timestamp timestamp,
  forecast_value double precision,
  own_forecast_value double precision,
  standard_error double precision,
  confidence_level double precision,
  prediction_interval_lower_bound double precision,
  prediction_interval_upper_bound double precision,
  model text,
  forecast_status text,
  status_code text
);
COMMENT ON TYPE @extschema@.reconciled_row IS 'A row of reconcile(): one step of one series. Numbers are in the unit of the data.';
COMMENT ON COLUMN @extschema@.reconciled_row.series IS 'name of the series';
COMMENT ON COLUMN @extschema@.reconciled_row.forecast_timestamp IS 'time of the step, UTC for a series of timestamptz';
COMMENT ON COLUMN @extschema@.reconciled_row.forecast_value IS 'expected value; sums are the sums of their parts';
COMMENT ON COLUMN @extschema@.reconciled_row.own_forecast_value IS 'what the series by itself was forecast to be';
COMMENT ON COLUMN @extschema@.reconciled_row.standard_error IS 'of forecast_value';
COMMENT ON COLUMN @extschema@.reconciled_row.confidence_level IS 'coverage of the interval, a fraction';
COMMENT ON COLUMN @extschema@.reconciled_row.prediction_interval_lower_bound IS 'lower end of the interval';
COMMENT ON COLUMN @extschema@.reconciled_row.prediction_interval_upper_bound IS 'upper end of the interval';
COMMENT ON COLUMN @extschema@.reconciled_row.model IS 'the model of the series by itself';
COMMENT ON COLUMN @extschema@.reconciled_row.forecast_status IS 'what the reader should know; NULL when there is nothing to say';
COMMENT ON COLUMN @extschema@.reconciled_row.status_code IS 'the same as codes, with commas between them: forecast_status_codes()';

CREATE FUNCTION @extschema@.performance_tracker_reconcile_hierarchy(
  names text[], forecasts bytea[], sums text[], parts text[], weights double precision[], weighting text, nonnegative boolean
) RETURNS bytea[]
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'performance_tracker_reconcile_hierarchy';
COMMENT ON FUNCTION @extschema@.performance_tracker_reconcile_hierarchy(text[], bytea[], text[], text[], double precision[], text, boolean) IS
  'Internal: the forecasts, in their order, put in line with the sums; sums[i] contains weights[i] times parts[i].';

-- Pairs of sum and part from the two ways to write them: {"shop": ["a", "b"]} and {"shop": {"a": 1, "b": 0.5}}.
CREATE FUNCTION @extschema@.performance_tracker_hierarchy_edges(
  hierarchy jsonb, OUT sums text[], OUT parts text[], OUT weights double precision[]
) RETURNS record
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
  node pg_catalog.record;
  edge pg_catalog.record;
  kind pg_catalog.text;
BEGIN
  sums := '{}'; parts := '{}'; weights := '{}';
  IF COALESCE(pg_catalog.jsonb_typeof(hierarchy) OPERATOR(pg_catalog.<>) 'object', true) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = 'hierarchy must be a JSON object of sums with their parts',
      HINT = 'Write {"total": ["north", "south"], "north": ["shop 1", "shop 2"]}, or {"total": {"a": 1, "b": 2}} with weights.';
  END IF;
  FOR node IN SELECT e.key, e.value FROM pg_catalog.jsonb_each(hierarchy) e LOOP
    kind := pg_catalog.jsonb_typeof(node.value);
    IF kind OPERATOR(pg_catalog.=) 'array' THEN
      FOR edge IN SELECT a.value FROM pg_catalog.jsonb_array_elements(node.value) a LOOP
        IF pg_catalog.jsonb_typeof(edge.value) OPERATOR(pg_catalog.<>) 'string' THEN
          RAISE invalid_parameter_value USING
            MESSAGE = pg_catalog.format('a part of "%s" is not a name: %s', node.key, edge.value),
            HINT = 'Parts are names of series, as text.';
        END IF;
        sums := pg_catalog.array_append(sums, node.key);
        parts := pg_catalog.array_append(parts, edge.value OPERATOR(pg_catalog.#>>) '{}'::pg_catalog.text[]);
        weights := pg_catalog.array_append(weights, 1::double precision);
      END LOOP;
    ELSIF kind OPERATOR(pg_catalog.=) 'object' THEN
      FOR edge IN SELECT o.key, o.value FROM pg_catalog.jsonb_each(node.value) o LOOP
        IF pg_catalog.jsonb_typeof(edge.value) OPERATOR(pg_catalog.<>) 'number' THEN
          RAISE invalid_parameter_value USING
            MESSAGE = pg_catalog.format('the weight of "%s" in "%s" is not a number: %s', edge.key, node.key, edge.value),
            HINT = 'Weights are positive numbers.';
        END IF;
        sums := pg_catalog.array_append(sums, node.key);
        parts := pg_catalog.array_append(parts, edge.key);
        weights := pg_catalog.array_append(weights, (edge.value OPERATOR(pg_catalog.#>>) '{}'::pg_catalog.text[])::double precision);
      END LOOP;
    ELSE
      RAISE invalid_parameter_value USING
        MESSAGE = pg_catalog.format('the parts of "%s" are neither a list nor an object: %s', node.key, node.value),
        HINT = 'Write {"total": ["north", "south"]}, or {"total": {"north": 1, "south": 2}} with weights.';
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_hierarchy_edges(jsonb) IS
  'Internal: a hierarchy as pairs of sum and part with the weight of the part.';

CREATE FUNCTION @extschema@.reconcile(
  names text[],
  series @extschema@.time_series[],
  hierarchy jsonb,
  horizon integer DEFAULT 30,
  confidence_level double precision DEFAULT 0.80,
  season_length integer DEFAULT NULL,
  method text DEFAULT 'auto',
  weighting text DEFAULT 'min_trace',
  nonnegative boolean DEFAULT false,
  levels double precision[] DEFAULT NULL
) RETURNS SETOF @extschema@.reconciled_row
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 300
AS $$
DECLARE
  wanted_levels CONSTANT double precision[] := COALESCE(reconcile.levels, ARRAY[reconcile.confidence_level]);
  edges pg_catalog.record;
  own pg_catalog.bytea[];
BEGIN
  PERFORM @extschema@.performance_tracker_check_fit(reconcile.horizon, wanted_levels, reconcile.season_length, reconcile.method);
  PERFORM @extschema@.performance_tracker_check_choice('weighting', reconcile.weighting,
    VARIADIC '{min_trace,variance,structural,ols}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_flag('nonnegative', reconcile.nonnegative);
  IF COALESCE(pg_catalog.cardinality(reconcile.names), 0) OPERATOR(pg_catalog.<>) COALESCE(pg_catalog.cardinality(reconcile.series), 0) THEN
    RAISE invalid_parameter_value USING
      MESSAGE = pg_catalog.format('%s names for %s series', COALESCE(pg_catalog.cardinality(reconcile.names), 0),
                                  COALESCE(pg_catalog.cardinality(reconcile.series), 0)),
      HINT = 'Gather both from the same rows: array_agg(name ORDER BY name), array_agg(series ORDER BY name).';
  END IF;
  edges := @extschema@.performance_tracker_hierarchy_edges(reconcile.hierarchy);
  -- Refused before anything is fitted: a fit of a thousand series takes its time.
  PERFORM @extschema@.performance_tracker_reconcile_hierarchy(reconcile.names, '{}', edges.sums, edges.parts, edges.weights,
                                                              reconcile.weighting, reconcile.nonnegative);
  own := ARRAY(SELECT @extschema@.performance_tracker_fit_series(s.one, reconcile.horizon, wanted_levels,
                        reconcile.season_length, reconcile.method, false, true, NULL)
               FROM pg_catalog.unnest(reconcile.series) WITH ORDINALITY s(one, place) ORDER BY s.place);
  RETURN QUERY
    SELECT n.name, f.forecast_timestamp, f.forecast_value, b.forecast_value, f.standard_error, f.confidence_level,
           f.prediction_interval_lower_bound, f.prediction_interval_upper_bound, f.model, f.forecast_status, f.status_code
    FROM ROWS FROM (pg_catalog.unnest(reconcile.names), pg_catalog.unnest(own), pg_catalog.unnest(
           @extschema@.performance_tracker_reconcile_hierarchy(reconcile.names, own, edges.sums, edges.parts, edges.weights,
                                                               reconcile.weighting, reconcile.nonnegative)))
           WITH ORDINALITY n(name, before, after, place)
      CROSS JOIN LATERAL @extschema@.performance_tracker_forecast_rows(n.after, reconcile.nonnegative, false)
        WITH ORDINALITY f(time_series_type, forecast_timestamp, time_series_data, forecast_value, standard_error, confidence_level,
          prediction_interval_lower_bound, prediction_interval_upper_bound, model, forecast_status, status_code, row_number)
      JOIN LATERAL @extschema@.performance_tracker_forecast_rows(n.before, reconcile.nonnegative, false)
        WITH ORDINALITY b(time_series_type, forecast_timestamp, time_series_data, forecast_value, standard_error, confidence_level,
          prediction_interval_lower_bound, prediction_interval_upper_bound, model, forecast_status, status_code, row_number)
        ON b.row_number OPERATOR(pg_catalog.=) f.row_number
    ORDER BY n.place, f.row_number;
END
$$;
COMMENT ON FUNCTION @extschema@.reconcile(text[], @extschema@.time_series[], jsonb, integer, double precision, integer, text,
text, boolean, double precision[]) IS
$$Forecasts series of which some are sums of others, so that the forecasts add up at every step (Wickramasuriya, Athanasopoulos
& Hyndman 2019). Sums may overlap: by region and by product at once.

- names: one for each series; sums and leaves alike.
- series: the observations, all of the same step and with the same last time.
- hierarchy: each sum with its parts, {"total": ["north", "south"], "north": ["a", "b"]}, or with positive weights,
  {"total": {"north": 1, "south": 0.5}}. Every name in it needs a series, and every series a place in it.
- horizon: steps ahead, 1 to 10,000.
- confidence_level: coverage of the interval as a fraction, above 0 and below 1.
- season_length: observations in a season, 1 to 366; 1 is no season, NULL finds it.
- method: a method of forecast().
- weighting: how far each series may be moved. min_trace, by the shrunk covariance of the one-step errors; variance, by
  their variances alone; structural, by the number of leaves; ols, all alike.
- nonnegative: true keeps every forecast and bound from falling below zero.
- @levels

22023 for a name without a series, a series without a place, a negative weight, a sum that contains itself, series that end
at different times.

Example: SELECT r.series, r.forecast_timestamp, r.forecast_value FROM (SELECT array_agg(s.name ORDER BY s.name) AS names, array_agg(s.series ORDER BY s.name) AS series
  FROM (SELECT COALESCE(product_id::text, 'all') AS name, time_series(date, revenue) AS series FROM (SELECT product_id, date, sum(revenue) AS revenue FROM daily_performance WHERE product_id <= 2 GROUP BY GROUPING SETS ((date), (product_id, date))) d GROUP BY product_id) s) g,
  reconcile(g.names, g.series, '{"all": ["1", "2"]}', horizon => 7) r;$$;
