-- SPDX-License-Identifier: PostgreSQL
--
-- The days of the shop, a category or a product with their metrics. What a metric is made of is asked of metrics(), here
-- and in the views of sql/schema, whose columns are those of this row type.

CREATE TYPE @extschema@.daily_figures_row AS (
  date pg_catalog.date,
  product pg_catalog.text,
  category pg_catalog.text,
  impressions bigint,
  clicks bigint,
  ad_spend numeric,
  units_sold bigint,
  revenue numeric,
  ctr double precision,
  cpc double precision,
  conversion_rate double precision,
  roas double precision,
  acos double precision
);
COMMENT ON TYPE @extschema@.daily_figures_row IS
  'A row of daily_figures(): one day of the shop, a category or a product. NULL where there is no figure or a denominator is zero.';
COMMENT ON COLUMN @extschema@.daily_figures_row.product IS 'name of the product; NULL where a row holds more than one';
COMMENT ON COLUMN @extschema@.daily_figures_row.category IS
  'its category; NULL where a row holds more than one, and for products without';
COMMENT ON COLUMN @extschema@.daily_figures_row.impressions IS 'how often ads were shown';
COMMENT ON COLUMN @extschema@.daily_figures_row.clicks IS 'clicks on ads';
COMMENT ON COLUMN @extschema@.daily_figures_row.ad_spend IS 'cost of the clicks, money';
COMMENT ON COLUMN @extschema@.daily_figures_row.units_sold IS 'units sold';
COMMENT ON COLUMN @extschema@.daily_figures_row.revenue IS 'revenue, money';
COMMENT ON COLUMN @extschema@.daily_figures_row.ctr IS 'clicks / impressions, a fraction: 0.02 is 2%';
COMMENT ON COLUMN @extschema@.daily_figures_row.cpc IS 'ad_spend / clicks, money';
COMMENT ON COLUMN @extschema@.daily_figures_row.conversion_rate IS 'units_sold / clicks, a fraction';
COMMENT ON COLUMN @extschema@.daily_figures_row.acos IS 'ad_spend / revenue, a fraction';

CREATE FUNCTION @extschema@.performance_tracker_metric_expression(metric text, of_sums boolean) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN m.denominator IS NULL THEN n.terms
              ELSE pg_catalog.format('CASE WHEN %2$s OPERATOR(pg_catalog.<>) 0 THEN (%1$s)::double precision OPERATOR(pg_catalog./) %2$s::double precision END',
                     n.terms, pg_catalog.format(c.form, m.denominator)) END
  FROM @extschema@.metrics() m
  CROSS JOIN LATERAL (SELECT CASE WHEN of_sums THEN 'pg_catalog.sum(d.%I)' ELSE 'd.%I' END AS form) c
  CROSS JOIN LATERAL (
    SELECT pg_catalog.string_agg(
             CASE WHEN pg_catalog.starts_with(t.term, '-') THEN ' OPERATOR(pg_catalog.-) '
                  WHEN t.place OPERATOR(pg_catalog.>) 1 THEN ' OPERATOR(pg_catalog.+) ' ELSE '' END
             OPERATOR(pg_catalog.||) pg_catalog.format(c.form, pg_catalog.ltrim(t.term, '-')), '' ORDER BY t.place) AS terms
    FROM pg_catalog.unnest(m.numerator) WITH ORDINALITY AS t (term, place)) n
  WHERE m.metric OPERATOR(pg_catalog.=) performance_tracker_metric_expression.metric
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_metric_expression(text, boolean) IS
  'Internal: a metric as an expression over rows d of daily_performance, of each row or of their sums; no row for what is no metric.';

CREATE FUNCTION @extschema@.daily_figures(
  days integer DEFAULT 90,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  by text DEFAULT 'total'
) RETURNS SETOF @extschema@.daily_figures_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 90
AS $$
DECLARE
  -- What is filtered is split as well: the days of a category are rows of that category.
  level CONSTANT pg_catalog.text := CASE
    WHEN daily_figures.by OPERATOR(pg_catalog.=) 'product' OR daily_figures.product IS NOT NULL THEN 'product'
    WHEN daily_figures.by OPERATOR(pg_catalog.=) 'category' OR daily_figures.category IS NOT NULL THEN 'category'
    ELSE daily_figures.by END;
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_range('days', daily_figures.days, 1, 36525);
  PERFORM @extschema@.performance_tracker_check_choice('by', daily_figures.by,
    VARIADIC '{total,category,product}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(daily_figures.product, daily_figures.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  RETURN QUERY EXECUTE pg_catalog.format(
    $q$SELECT d.date::pg_catalog.date, %1$s, %2$s, %3$s
       FROM daily_performance d %4$s
       WHERE d.date OPERATOR(pg_catalog.>) ($1 OPERATOR(pg_catalog.-) $2)
         AND d.date OPERATOR(pg_catalog.<) ($1 OPERATOR(pg_catalog.+) 1) %5$s
       GROUP BY 1, 2, 3
       ORDER BY 1, 3, 2$q$,
    CASE WHEN level OPERATOR(pg_catalog.=) 'product' THEN 'p.name::pg_catalog.text' ELSE 'NULL::pg_catalog.text' END,
    CASE WHEN level OPERATOR(pg_catalog.=) 'total' THEN 'NULL::pg_catalog.text' ELSE 'p.category::pg_catalog.text' END,
    (SELECT pg_catalog.string_agg(
       pg_catalog.format('(%s)::%s', @extschema@.performance_tracker_metric_expression(a.attname::pg_catalog.text, true),
                         pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid OPERATOR(pg_catalog.=) '@extschema@.daily_figures_row'::pg_catalog.regclass
       AND a.attnum OPERATOR(pg_catalog.>) 3 AND NOT a.attisdropped),
    CASE WHEN level OPERATOR(pg_catalog.<>) 'total' THEN 'JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id' END,
    pg_catalog.concat(
      CASE WHEN daily_figures.product IS NOT NULL THEN ' AND p.name::pg_catalog.text OPERATOR(pg_catalog.=) $3' END,
      CASE WHEN daily_figures.category IS NOT NULL THEN ' AND p.category::pg_catalog.text OPERATOR(pg_catalog.=) $4' END))
    USING last_day, daily_figures.days, daily_figures.product, daily_figures.category;
END
$$;
COMMENT ON FUNCTION @extschema@.daily_figures(integer, text, text, text) IS
$$The last complete days with their counts, money and ratios, oldest first: of the shop, its categories or its products.

Ratios are divided after summing, as metrics() says. A day without rows is left out. Reads daily_performance and products
on the search_path.

- days: how many days, 1 to 36,525; they end with the last complete one (yesterday, or the last day loaded).
- product: only this product; its rows carry its name and category. NULL is all of them.
- category: only this category; with by => total its days are one row each. NULL is all of them.
- by: total (one row a day), category or product (one row a day for each).

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT date, revenue, roas FROM daily_figures(days => 28, category => 'Electronics');$$;
