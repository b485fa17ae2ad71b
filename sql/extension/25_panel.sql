-- SPDX-License-Identifier: PostgreSQL
--
-- The caller's tables as one value, read in one scan, for the chapters that look at all products at once.
--
-- Not a time_series per product and metric: anomalies, promotions and recommendations judge five metrics of all products
-- together, day by day beside the promotions of that day, against weekday baselines that leave promotion days out.

CREATE TYPE @extschema@.performance_tracker_panel AS (
  first_day date,
  days integer,
  product_ids integer[],
  product_names text[],
  product_categories text[],
  product_prices double precision[],
  product_unit_costs double precision[],
  product_margins double precision[],
  cell_products integer[],
  cell_days integer[],
  impressions double precision[],
  clicks double precision[],
  ad_spend double precision[],
  units_sold double precision[],
  revenue double precision[],
  promotion_ids integer[],
  promotion_names text[],
  promotion_products integer[],
  promotion_categories text[],
  promotion_starts date[],
  promotion_ends date[],
  promotion_discounts double precision[],
  holiday_days date[],
  holiday_names text[],
  rule_names text[],
  rule_products integer[],
  rule_categories text[],
  rule_values double precision[]
);
COMMENT ON TYPE @extschema@.performance_tracker_panel IS 'Internal: products, daily_performance and promotions over some days.';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.first_day IS 'first day of the calendar';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.days IS 'days of the calendar';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.product_ids IS 'of products, ordered by name';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.product_names IS 'of products';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.product_categories IS 'of products, may hold NULLs';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.product_prices IS 'list prices, may hold NULLs';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.product_unit_costs IS 'cost of a unit''s goods, may hold NULLs';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.product_margins IS 'percent of revenue left after the cost of goods, may hold NULLs';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.cell_products IS 'product id of each row of daily_performance';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.cell_days IS 'days after first_day of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.impressions IS 'of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.clicks IS 'of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.ad_spend IS 'of each row, money';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.units_sold IS 'of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.revenue IS 'of each row, money';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.promotion_ids IS 'of promotions; empty without such a table';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.promotion_names IS 'of promotions';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.promotion_products IS 'product ids; NULL for a category or the whole shop';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.promotion_categories IS 'categories; NULL for a product or the whole shop';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.promotion_starts IS 'first days';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.promotion_ends IS 'last days';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.promotion_discounts IS 'percent, may hold NULLs';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.holiday_days IS 'days of the shop''s calendar';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.holiday_names IS 'their names';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.rule_names IS 'of the rows of recommendation_thresholds; empty without such a table';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.rule_products IS 'product ids; NULL for a category or the whole shop';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.rule_categories IS 'categories; NULL for a product or the whole shop';
COMMENT ON COLUMN @extschema@.performance_tracker_panel.rule_values IS 'in each rule''s own unit';

-- The rows of daily_performance column by column, in one state: seven array_agg would be called a row, and their casts.
CREATE TYPE @extschema@.performance_tracker_cells_row AS (
  cell_products integer[],
  cell_days integer[],
  impressions double precision[],
  clicks double precision[],
  ad_spend double precision[],
  units_sold double precision[],
  revenue double precision[]
);
COMMENT ON TYPE @extschema@.performance_tracker_cells_row IS 'Internal: result of performance_tracker_cells(…), the columns of a panel of these names.';
COMMENT ON COLUMN @extschema@.performance_tracker_cells_row.cell_products IS 'product id of each row of daily_performance';
COMMENT ON COLUMN @extschema@.performance_tracker_cells_row.cell_days IS 'days after first_day of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_cells_row.impressions IS 'of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_cells_row.clicks IS 'of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_cells_row.ad_spend IS 'of each row, money';
COMMENT ON COLUMN @extschema@.performance_tracker_cells_row.units_sold IS 'of each row';
COMMENT ON COLUMN @extschema@.performance_tracker_cells_row.revenue IS 'of each row, money';

CREATE FUNCTION @extschema@.performance_tracker_cells_append(internal, date, integer, date, pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any") RETURNS internal
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_cells_append';
COMMENT ON FUNCTION @extschema@.performance_tracker_cells_append(internal, date, integer, date, pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any") IS
  'Internal: adds a row to a state of performance_tracker_cells(…).';
CREATE FUNCTION @extschema@.performance_tracker_cells_finish(internal) RETURNS @extschema@.performance_tracker_cells_row
  LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'performance_tracker_cells_finish';
COMMENT ON FUNCTION @extschema@.performance_tracker_cells_finish(internal) IS
  'Internal: the columns of a state of performance_tracker_cells(…).';
CREATE AGGREGATE @extschema@.performance_tracker_cells(date, integer, date, pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any") (
  SFUNC = @extschema@.performance_tracker_cells_append, STYPE = internal, SSPACE = 65536,
  FINALFUNC = @extschema@.performance_tracker_cells_finish, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.performance_tracker_cells(date, integer, date, pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any", pg_catalog."any") IS
  'Internal: rows (first day of the calendar, product, day, impressions, clicks, ad_spend, units_sold, revenue) as the columns '
  'of a panel, numbers of any type as ::double precision has them, NaN for NULL; NULL over no rows.';

CREATE FUNCTION @extschema@.performance_tracker_read_panel(
  first_day date,
  last_day date,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  only_products integer[] DEFAULT NULL
) RETURNS @extschema@.performance_tracker_panel
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  -- From the sixth call of a connection on there would be one plan for all arguments, which looks for each row's product in an
  -- array from its beginning (a million rows of a thousand products: 3 s instead of 0.4) and cannot leave the array out.
  SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  panel @extschema@.performance_tracker_panel;
  -- With a filter: the products asked for, and forty more (those with the smallest ids) that tell what the shop as a
  -- whole did in these days. Reading all of them to judge one would cost what judging all of them does.
  wanted pg_catalog.int4[] := performance_tracker_read_panel.only_products;
BEGIN
  IF performance_tracker_read_panel.product IS NOT NULL OR performance_tracker_read_panel.category IS NOT NULL THEN
    wanted := ARRAY(
      SELECT p.id::integer FROM products p
      WHERE (performance_tracker_read_panel.product IS NULL
             OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) performance_tracker_read_panel.product)
        AND (performance_tracker_read_panel.category IS NULL
             OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) performance_tracker_read_panel.category)
      UNION
      (SELECT p.id::integer FROM products p ORDER BY 1 LIMIT 40));
  END IF;
  panel.first_day := performance_tracker_read_panel.first_day;
  panel.days := performance_tracker_read_panel.last_day
                OPERATOR(pg_catalog.-) performance_tracker_read_panel.first_day OPERATOR(pg_catalog.+) 1;
  SELECT pg_catalog.array_agg(p.id ORDER BY p.name, p.id), pg_catalog.array_agg(p.name ORDER BY p.name, p.id),
         pg_catalog.array_agg(p.category ORDER BY p.name, p.id),
         pg_catalog.array_agg((p.whole OPERATOR(pg_catalog.->>) 'price')::double precision ORDER BY p.name, p.id),
         pg_catalog.array_agg((p.whole OPERATOR(pg_catalog.->>) 'unit_cost')::double precision ORDER BY p.name, p.id),
         pg_catalog.array_agg((p.whole OPERATOR(pg_catalog.->>) 'margin_pct')::double precision ORDER BY p.name, p.id)
  INTO panel.product_ids, panel.product_names, panel.product_categories, panel.product_prices,
       panel.product_unit_costs, panel.product_margins
  -- By bytes, so that the answer does not depend on the database's collation. A view over other tables may have no
  -- price or cost to offer; to_jsonb asks for a column that need not be there.
  FROM (SELECT p.id::integer, p.name::pg_catalog.text COLLATE pg_catalog."C" AS name, p.category::pg_catalog.text,
               pg_catalog.to_jsonb(p) AS whole
        FROM products p
        WHERE wanted IS NULL OR p.id OPERATOR(pg_catalog.=) ANY (wanted)) p;

  SELECT (c.rows).cell_products, (c.rows).cell_days, (c.rows).impressions, (c.rows).clicks, (c.rows).ad_spend,
         (c.rows).units_sold, (c.rows).revenue
  INTO panel.cell_products, panel.cell_days, panel.impressions, panel.clicks, panel.ad_spend, panel.units_sold,
       panel.revenue
  FROM (SELECT @extschema@.performance_tracker_cells(
                 performance_tracker_read_panel.first_day, d.product_id::integer, d.date::pg_catalog.date,
                 d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue) AS rows
        FROM daily_performance d
        WHERE d.date OPERATOR(pg_catalog.>=) performance_tracker_read_panel.first_day
          AND d.date OPERATOR(pg_catalog.<) (performance_tracker_read_panel.last_day OPERATOR(pg_catalog.+) 1)
          AND (wanted IS NULL OR d.product_id OPERATOR(pg_catalog.=) ANY (wanted))) c;

  IF pg_catalog.to_regclass('promotions') IS NOT NULL THEN
    SELECT pg_catalog.array_agg(p.id ORDER BY p.id), pg_catalog.array_agg(p.name ORDER BY p.id),
           pg_catalog.array_agg(p.product_id ORDER BY p.id),
           pg_catalog.array_agg(p.category ORDER BY p.id), pg_catalog.array_agg(p.first ORDER BY p.id),
           pg_catalog.array_agg(p.last ORDER BY p.id),
           pg_catalog.array_agg(p.discount_pct ORDER BY p.id)
    INTO panel.promotion_ids, panel.promotion_names, panel.promotion_products, panel.promotion_categories,
         panel.promotion_starts, panel.promotion_ends, panel.promotion_discounts
    -- A promotion without an end may be stored as one until infinity, which has no number of days.
    FROM (SELECT p.id::integer, p.name::pg_catalog.text, p.product_id::integer, p.category::pg_catalog.text,
                 GREATEST(p.promotion_start::pg_catalog.date, pg_catalog.date '1900-01-01') AS first,
                 LEAST(p.promotion_end::pg_catalog.date, pg_catalog.date '9999-12-31') AS last,
                 (pg_catalog.to_jsonb(p) OPERATOR(pg_catalog.->>) 'discount_pct')::double precision AS discount_pct
          FROM promotions p
          WHERE p.promotion_start IS NOT NULL AND p.promotion_end IS NOT NULL) p;
  END IF;

  SELECT pg_catalog.array_agg(h.date), pg_catalog.array_agg(h.name)
  INTO panel.holiday_days, panel.holiday_names
  FROM @extschema@.shop_holidays(
    performance_tracker_read_panel.first_day, performance_tracker_read_panel.last_day, NULL::pg_catalog.text) h;

  IF pg_catalog.to_regclass('recommendation_thresholds') IS NOT NULL THEN
    SELECT pg_catalog.array_agg(t.rule::pg_catalog.text), pg_catalog.array_agg(t.product_id::integer),
           pg_catalog.array_agg(t.category::pg_catalog.text), pg_catalog.array_agg(t.value::double precision)
    INTO panel.rule_names, panel.rule_products, panel.rule_categories, panel.rule_values
    FROM recommendation_thresholds t;
  END IF;

  panel.product_ids := COALESCE(panel.product_ids, '{}');
  panel.product_names := COALESCE(panel.product_names, '{}');
  panel.product_categories := COALESCE(panel.product_categories, '{}');
  panel.product_prices := COALESCE(panel.product_prices, '{}');
  panel.product_unit_costs := COALESCE(panel.product_unit_costs, '{}');
  panel.product_margins := COALESCE(panel.product_margins, '{}');
  panel.rule_names := COALESCE(panel.rule_names, '{}');
  panel.rule_products := COALESCE(panel.rule_products, '{}');
  panel.rule_categories := COALESCE(panel.rule_categories, '{}');
  panel.rule_values := COALESCE(panel.rule_values, '{}');
  panel.cell_products := COALESCE(panel.cell_products, '{}');
  panel.cell_days := COALESCE(panel.cell_days, '{}');
  panel.impressions := COALESCE(panel.impressions, '{}');
  panel.clicks := COALESCE(panel.clicks, '{}');
  panel.ad_spend := COALESCE(panel.ad_spend, '{}');
  panel.units_sold := COALESCE(panel.units_sold, '{}');
  panel.revenue := COALESCE(panel.revenue, '{}');
  panel.promotion_ids := COALESCE(panel.promotion_ids, '{}');
  panel.promotion_names := COALESCE(panel.promotion_names, '{}');
  panel.promotion_products := COALESCE(panel.promotion_products, '{}');
  panel.promotion_categories := COALESCE(panel.promotion_categories, '{}');
  panel.promotion_starts := COALESCE(panel.promotion_starts, '{}');
  panel.promotion_ends := COALESCE(panel.promotion_ends, '{}');
  panel.promotion_discounts := COALESCE(panel.promotion_discounts, '{}');
  panel.holiday_days := COALESCE(panel.holiday_days, '{}');
  panel.holiday_names := COALESCE(panel.holiday_names, '{}');
  RETURN panel;
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_read_panel(date, date, text, text, integer[]) IS
  'Internal: the caller''s tables from first_day to last_day (with a filter: of these products and forty to compare with; '
  'with only_products: of those), one scan of daily_performance; promotions and thresholds only if there are such tables.';
