-- SPDX-License-Identifier: PostgreSQL
--
-- Key figures. Ratios are divided after summing, never averaged; a zero denominator gives NULL. Days are complete
-- ones (see performance_tracker_last_complete_day), and a period that begins before the first day loaded is not
-- compared with: its figures are NULL instead of too small.

CREATE TYPE @extschema@.kpi_summary_row AS (
  metric text,
  unit text,
  value numeric,
  prior_value numeric,
  change_pct double precision,
  period_start date,
  period_end date,
  prior_period_start date,
  prior_period_end date,
  category text,
  product text,
  usual_swing_pct double precision,
  is_unusual boolean,
  status_code text,
  kpi_status text
);
COMMENT ON TYPE @extschema@.kpi_summary_row IS 'A row of kpi_summary(): one metric of the period and of the one compared with.';
COMMENT ON COLUMN @extschema@.kpi_summary_row.metric IS 'a metric of metrics(), in the order of its kpi_place';
COMMENT ON COLUMN @extschema@.kpi_summary_row.value IS
  'sum over the period, or quotient of two sums; NULL without rows or with a zero denominator';
COMMENT ON COLUMN @extschema@.kpi_summary_row.prior_value IS
  'the same of the period compared with; NULL also when that begins before the first day loaded';
COMMENT ON COLUMN @extschema@.kpi_summary_row.change_pct IS
  'change against prior_value in percent (12.5 is +12.5%), of sums per day where the periods differ in length; or NULL';
COMMENT ON COLUMN @extschema@.kpi_summary_row.prior_period_start IS 'first day of the period compared with';
COMMENT ON COLUMN @extschema@.kpi_summary_row.prior_period_end IS 'last day of the period compared with';
COMMENT ON COLUMN @extschema@.kpi_summary_row.category IS 'with by => category or product; NULL otherwise and for products without one';
COMMENT ON COLUMN @extschema@.kpi_summary_row.product IS 'with by => product; NULL otherwise';
COMMENT ON COLUMN @extschema@.kpi_summary_row.usual_swing_pct IS
  'percent up to which 19 of 20 such changes go without a cause, as a rise (a fall by 100 * p / (100 + p)); NULL without enough history';
COMMENT ON COLUMN @extschema@.kpi_summary_row.is_unusual IS
  'whether the change goes beyond the usual swing, a fall counting as the rise that would undo it; NULL when one of them is not known';
COMMENT ON COLUMN @extschema@.kpi_summary_row.status_code IS 'of the last day, as in data_freshness(); complete for periods that ended before it';
COMMENT ON COLUMN @extschema@.kpi_summary_row.kpi_status IS 'what is to be said about the last day, in words; NULL when nothing is';

CREATE FUNCTION @extschema@.performance_tracker_ratio(numerator numeric, denominator numeric, digits integer)
  RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN denominator OPERATOR(pg_catalog.<>) 0 THEN pg_catalog.round(numerator OPERATOR(pg_catalog./) denominator, digits) END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_ratio(numeric, numeric, integer) IS
  'Internal: numerator / denominator, rounded; NULL when either is, or the denominator is zero.';

CREATE FUNCTION @extschema@.performance_tracker_change_pct(value numeric, prior_value numeric) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT @extschema@.performance_tracker_ratio(
    100 OPERATOR(pg_catalog.*) (value OPERATOR(pg_catalog.-) prior_value), pg_catalog.abs(prior_value), 2)::double precision
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_change_pct(numeric, numeric) IS
  'Internal: change in percent, rounded to 2 digits; NULL when either value is, or the prior one is zero.';

CREATE FUNCTION @extschema@.kpi_summary(
  period_start date DEFAULT NULL,
  period_end date DEFAULT NULL,
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  compare text DEFAULT 'previous',
  by text DEFAULT 'total',
  compare_start date DEFAULT NULL,
  compare_end date DEFAULT NULL
) RETURNS SETOF @extschema@.kpi_summary_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 100000 ROWS 10
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
  first_day pg_catalog.date;
  days integer;
  loaded_from pg_catalog.date;
  prior pg_catalog.record;
  fresh pg_catalog.record;
  columns CONSTANT pg_catalog.text[] := '{impressions,clicks,ad_spend,units_sold,revenue}';
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_choice('by', kpi_summary.by, VARIADIC '{total,category,product}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(kpi_summary.product, kpi_summary.category);
  SELECT * INTO fresh FROM @extschema@.data_freshness();
  last_day := COALESCE(kpi_summary.period_end, fresh.complete_until, current_date OPERATOR(pg_catalog.-) 1);
  first_day := COALESCE(kpi_summary.period_start, last_day OPERATOR(pg_catalog.-) 6);
  IF NOT pg_catalog.isfinite(first_day) OR NOT pg_catalog.isfinite(last_day)
     OR first_day OPERATOR(pg_catalog.>) last_day OR (last_day OPERATOR(pg_catalog.-) first_day) OPERATOR(pg_catalog.>=) 36525 THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'period_end',
      MESSAGE = pg_catalog.format('the period from %s to %s is not one of 1 to 36525 days', first_day, last_day),
      HINT = 'period_start must not be after period_end, which is the last complete day when left out.';
  END IF;
  days := last_day OPERATOR(pg_catalog.-) first_day OPERATOR(pg_catalog.+) 1;
  SELECT * INTO prior FROM @extschema@.performance_tracker_compare_period(first_day, last_day, kpi_summary.compare,
    kpi_summary.compare_start, kpi_summary.compare_end);
  IF NOT pg_catalog.isfinite(prior.first_day) OR NOT pg_catalog.isfinite(prior.last_day)
     OR (prior.last_day OPERATOR(pg_catalog.-) prior.first_day) OPERATOR(pg_catalog.>=) 36525 THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'compare_end',
      MESSAGE = pg_catalog.format('the period from %s to %s, to compare with, is not one of 1 to 36525 days', prior.first_day, prior.last_day),
      HINT = 'Give compare_start and compare_end two days, or leave both out.';
  END IF;
  loaded_from := (SELECT pg_catalog.min(d.date)::pg_catalog.date FROM daily_performance d);

  RETURN QUERY
  WITH info AS MATERIALIZED (  -- once, not wherever a row needs it
    SELECT m.metric, m.unit, m.kpi_place, m.digits, m.denominator IS NULL AS is_sum,
           ARRAY(SELECT CASE WHEN c.name OPERATOR(pg_catalog.=) ANY (m.numerator) THEN 1
                             WHEN ('-' OPERATOR(pg_catalog.||) c.name) OPERATOR(pg_catalog.=) ANY (m.numerator) THEN -1 ELSE 0 END
                 FROM pg_catalog.unnest(columns) WITH ORDINALITY AS c (name, place) ORDER BY c.place) AS above,
           CASE WHEN pg_catalog.cardinality(m.numerator) OPERATOR(pg_catalog.=) 1
                THEN pg_catalog.array_position(columns, m.numerator[1]) END AS single,
           pg_catalog.array_position(columns, m.denominator) AS below
    FROM @extschema@.metrics() m WHERE m.kpi_place IS NOT NULL
  ), windows AS MATERIALIZED (
    SELECT w.place, w.is_current, w.window_start, w.window_end
    FROM @extschema@.performance_tracker_kpi_windows(first_day, last_day, prior.first_day, prior.last_day,
           CASE WHEN kpi_summary.compare_start IS NULL THEN kpi_summary.compare ELSE 'dates' END, loaded_from) w
  ), bounds AS MATERIALIZED (  -- the days on which a window begins or is over, which cut the calendar into parts
    SELECT pg_catalog.array_agg(DISTINCT b.day ORDER BY b.day) AS days
    FROM windows w CROSS JOIN LATERAL (VALUES (w.window_start), (w.window_end OPERATOR(pg_catalog.+) 1)) b (day)
  ), places AS MATERIALIZED (
    SELECT w.place, w.is_current, p.part::integer AS part
    FROM bounds b
    CROSS JOIN LATERAL pg_catalog.unnest(b.days) WITH ORDINALITY AS p (day, part)
    JOIN windows w ON p.day OPERATOR(pg_catalog.>=) w.window_start AND p.day OPERATOR(pg_catalog.<=) w.window_end
  ), days AS MATERIALIZED (
    SELECT pg_catalog.width_bucket(d.date::pg_catalog.date, b.days) AS part,
           CASE WHEN kpi_summary.by OPERATOR(pg_catalog.=) 'product' THEN p.id END AS product_id,
           CASE WHEN kpi_summary.by OPERATOR(pg_catalog.=) 'category' THEN p.category::pg_catalog.text END AS category,
           pg_catalog.sum(d.impressions)::numeric AS impressions, pg_catalog.sum(d.clicks)::numeric AS clicks,
           pg_catalog.sum(d.ad_spend)::numeric AS ad_spend, pg_catalog.sum(d.units_sold)::numeric AS units_sold,
           pg_catalog.sum(d.revenue)::numeric AS revenue
    FROM daily_performance d
    JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
    CROSS JOIN bounds b
    WHERE ((d.date OPERATOR(pg_catalog.>=) (SELECT pg_catalog.min(w.window_start) FROM windows w
                                            WHERE w.is_current OR w.place OPERATOR(pg_catalog.>) 0)
            AND d.date OPERATOR(pg_catalog.<) (last_day OPERATOR(pg_catalog.+) 1))
           OR (d.date OPERATOR(pg_catalog.>=) prior.first_day AND d.date OPERATOR(pg_catalog.<) (prior.last_day OPERATOR(pg_catalog.+) 1)))
      AND (kpi_summary.product IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) kpi_summary.product)
      AND (kpi_summary.category IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) kpi_summary.category)
    GROUP BY 1, 2, 3
  ), sums AS MATERIALIZED (
    SELECT w.place, d.product_id, d.category,
           ARRAY[pg_catalog.sum(d.impressions) FILTER (WHERE w.is_current), pg_catalog.sum(d.clicks) FILTER (WHERE w.is_current),
                 pg_catalog.sum(d.ad_spend) FILTER (WHERE w.is_current), pg_catalog.sum(d.units_sold) FILTER (WHERE w.is_current),
                 pg_catalog.sum(d.revenue) FILTER (WHERE w.is_current)] AS current_sums,
           ARRAY[pg_catalog.sum(d.impressions) FILTER (WHERE NOT w.is_current), pg_catalog.sum(d.clicks) FILTER (WHERE NOT w.is_current),
                 pg_catalog.sum(d.ad_spend) FILTER (WHERE NOT w.is_current), pg_catalog.sum(d.units_sold) FILTER (WHERE NOT w.is_current),
                 pg_catalog.sum(d.revenue) FILTER (WHERE NOT w.is_current)] AS prior_sums
    FROM days d
    JOIN places w ON w.part OPERATOR(pg_catalog.=) d.part
    GROUP BY 1, 2, 3
    UNION ALL
    -- The total has its ten rows without data, too.
    SELECT 0, NULL, NULL, NULL, NULL WHERE kpi_summary.by OPERATOR(pg_catalog.=) 'total'
  ), figures AS MATERIALIZED (
    SELECT s.product_id, s.category, s.place, i.kpi_place,
           @extschema@.performance_tracker_kpi_value(s.current_sums, i.single, i.above, i.below, i.digits) AS value,
           @extschema@.performance_tracker_kpi_value(s.prior_sums, i.single, i.above, i.below, i.digits) AS prior_value
    FROM sums s CROSS JOIN info i
  ), compared AS (
    SELECT f.product_id, f.category, f.kpi_place,
           pg_catalog.max(f.value) FILTER (WHERE f.place OPERATOR(pg_catalog.=) 0) AS value,
           pg_catalog.max(f.prior_value) FILTER (WHERE f.place OPERATOR(pg_catalog.=) 0) AS prior_value,
           pg_catalog.count(*) FILTER (WHERE f.place OPERATOR(pg_catalog.>) 0 AND f.value OPERATOR(pg_catalog.>) 0 AND f.prior_value OPERATOR(pg_catalog.>) 0) AS changes,
           pg_catalog.percentile_cont(0.683) WITHIN GROUP (ORDER BY
             CASE WHEN f.place OPERATOR(pg_catalog.>) 0 AND f.value OPERATOR(pg_catalog.>) 0 AND f.prior_value OPERATOR(pg_catalog.>) 0
                  THEN pg_catalog.abs(pg_catalog.ln((f.value OPERATOR(pg_catalog./) f.prior_value)::double precision)) END) AS spread
    FROM figures f
    GROUP BY 1, 2, 3
    HAVING kpi_summary.by OPERATOR(pg_catalog.=) 'total' OR pg_catalog.bool_or(f.place OPERATOR(pg_catalog.=) 0)
  ), judged AS (
    SELECT c.*, i.metric, i.unit, p.name::pg_catalog.text AS product,
           COALESCE(c.category, p.category::pg_catalog.text) AS shown_category,
           -- Of sums per day where the periods are not equally long.
           CASE WHEN i.is_sum THEN c.value OPERATOR(pg_catalog.*) (prior.last_day OPERATOR(pg_catalog.-) prior.first_day OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog./) days ELSE c.value END AS comparable,
           c.changes OPERATOR(pg_catalog.*) LEAST(1, 7.0::double precision OPERATOR(pg_catalog./) days) AS independent
    FROM compared c
    JOIN info i ON i.kpi_place OPERATOR(pg_catalog.=) c.kpi_place
    LEFT JOIN products p ON p.id OPERATOR(pg_catalog.=) c.product_id
  ), swings AS (
    SELECT j.*, CASE WHEN j.independent OPERATOR(pg_catalog.>=) 4
                     THEN 2 OPERATOR(pg_catalog.*) (1 OPERATOR(pg_catalog.+) (1.3 OPERATOR(pg_catalog./) j.independent)) OPERATOR(pg_catalog.*) j.spread END AS swing
    FROM judged j
  )
  SELECT s.metric, s.unit, s.value, s.prior_value, @extschema@.performance_tracker_change_pct(s.comparable, s.prior_value),
         first_day, last_day, prior.first_day, prior.last_day, s.shown_category, s.product,
         pg_catalog.round((100 OPERATOR(pg_catalog.*) (pg_catalog.exp(s.swing) OPERATOR(pg_catalog.-) 1))::numeric, 2)::double precision,
         CASE WHEN s.comparable OPERATOR(pg_catalog.>) 0 AND s.prior_value OPERATOR(pg_catalog.>) 0
              THEN pg_catalog.abs(pg_catalog.ln((s.comparable OPERATOR(pg_catalog./) s.prior_value)::double precision)) OPERATOR(pg_catalog.>) s.swing
              WHEN s.prior_value OPERATOR(pg_catalog.>) 0 AND s.swing IS NOT NULL THEN true END,
         CASE WHEN last_day OPERATOR(pg_catalog.>=) fresh.complete_until THEN fresh.status_code ELSE 'complete' END,
         CASE WHEN last_day OPERATOR(pg_catalog.>=) fresh.complete_until THEN
           fresh.status OPERATOR(pg_catalog.||) CASE WHEN kpi_summary.period_end IS NULL AND fresh.complete_until OPERATOR(pg_catalog.<) fresh.last_day
                                                     THEN ' The period ends the day before.' ELSE '' END END
  FROM swings s
  ORDER BY s.shown_category, s.product, s.kpi_place;
END
$$;
COMMENT ON FUNCTION @extschema@.kpi_summary(date, date, text, text, text, text, date, date) IS
$$Key figures of a period with their change against another one, and whether that is more than usual, one row a metric.

Reads daily_performance and products on the search_path. Without arguments: the last 7 complete days against the 7
before. A last day that data_freshness() finds incomplete is left out and named in kpi_status. An empty table gives ten
rows of NULLs.

The usual swing comes from earlier periods that are as long, begin on the same weekday and end before this one (twelve
weeks of them, or five lengths of a longer period), each compared as this one is; with last_year or two dates, with the
same weekdays just before. It is twice what two thirds of those changes stayed within (robust against the odd promotion
or holiday among them), widened for the number of independent changes k by 1 + 1.3 / k, so about 19 in 20 changes
without a cause stay within it. NULL with fewer than 4 independent ones, and for periods of more than 92 days.

- period_start: first day; NULL is 6 days before period_end.
- period_end: last day; NULL is the last complete one (yesterday, the last day loaded, or the day before when that is incomplete).
- @product
- @category
- compare: previous (the days before, as many), same_weekdays (whole weeks before) or last_year (52 weeks before).
- by: total, category or product: what makes ten rows.
- compare_start: with compare_end: compare with these days instead.
- compare_end: their last day.

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT metric, value, prior_value, change_pct, usual_swing_pct, is_unusual FROM kpi_summary(compare => 'same_weekdays');$$;

CREATE TYPE @extschema@.top_sellers_row AS (
  rank integer,
  product text,
  category text,
  revenue numeric,
  units_sold bigint,
  ad_spend numeric,
  roas double precision,
  revenue_share double precision
);
COMMENT ON TYPE @extschema@.top_sellers_row IS 'A row of top_sellers(). Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.top_sellers_row.rank IS '1 is the product with the highest revenue';
COMMENT ON COLUMN @extschema@.top_sellers_row.units_sold IS 'units sold over the period';
COMMENT ON COLUMN @extschema@.top_sellers_row.ad_spend IS 'ad spend over the period';
COMMENT ON COLUMN @extschema@.top_sellers_row.roas IS 'revenue / ad_spend (4 is 4 of revenue for 1 of spend); NULL without spend';
COMMENT ON COLUMN @extschema@.top_sellers_row.revenue_share IS
  'fraction of the revenue of all products (of the category, when one is given): 0.25 is a quarter';

CREATE FUNCTION @extschema@.top_sellers(n integer DEFAULT 5, days integer DEFAULT 7, category text DEFAULT NULL)
  RETURNS SETOF @extschema@.top_sellers_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 5
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_range('n', top_sellers.n, 1, 1000000);
  PERFORM @extschema@.performance_tracker_check_range('days', top_sellers.days, 1, 36525);
  PERFORM @extschema@.performance_tracker_check_filter(NULL::pg_catalog.text, top_sellers.category);
  last_day := @extschema@.performance_tracker_last_complete_day();

  RETURN QUERY
  SELECT pg_catalog.row_number() OVER (ORDER BY t.revenue DESC, t.product)::integer, t.product, t.category, t.revenue,
         t.units_sold, t.ad_spend, @extschema@.performance_tracker_ratio(t.revenue, t.ad_spend, 6)::double precision,
         @extschema@.performance_tracker_ratio(t.revenue, pg_catalog.sum(t.revenue) OVER (), 6)::double precision
  FROM (SELECT p.name::pg_catalog.text AS product, p.category::pg_catalog.text AS category,
               pg_catalog.sum(d.revenue)::numeric AS revenue, pg_catalog.sum(d.units_sold)::bigint AS units_sold,
               pg_catalog.sum(d.ad_spend)::numeric AS ad_spend
        FROM daily_performance d
        JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
        WHERE d.date OPERATOR(pg_catalog.>=) (last_day OPERATOR(pg_catalog.-) top_sellers.days OPERATOR(pg_catalog.+) 1)
          AND d.date OPERATOR(pg_catalog.<) (last_day OPERATOR(pg_catalog.+) 1)
          AND (top_sellers.category IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) top_sellers.category)
        GROUP BY p.name, p.category
        HAVING pg_catalog.sum(d.revenue)::numeric OPERATOR(pg_catalog.>) 0) t
  ORDER BY 1
  LIMIT top_sellers.n;
END
$$;
COMMENT ON FUNCTION @extschema@.top_sellers(integer, integer, text) IS
$$Products with the highest revenue over the last complete days.

Products without revenue in the period are left out. Reads daily_performance and products on the search_path.

- n: how many products at most, 1 or more.
- days: length of the period, 1 to 36,525 days; it ends with the last complete one (yesterday, or the last day loaded).
- @category

Errors: 22U01 for a category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT rank, product, revenue, revenue_share FROM top_sellers(n => 3, days => 30);$$;

CREATE TYPE @extschema@.worst_performers_row AS (
  rank integer,
  product text,
  category text,
  roas double precision,
  acos double precision,
  revenue numeric,
  ad_spend numeric
);
COMMENT ON TYPE @extschema@.worst_performers_row IS
  'A row of worst_performers(). Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.worst_performers_row.rank IS '1 is the product with the lowest return on ad spend';
COMMENT ON COLUMN @extschema@.worst_performers_row.acos IS 'ad_spend / revenue as a fraction (0.35 is 35%); NULL without revenue';
COMMENT ON COLUMN @extschema@.worst_performers_row.ad_spend IS 'ad spend over the period, above zero';

CREATE FUNCTION @extschema@.worst_performers(n integer DEFAULT 5, days integer DEFAULT 7, category text DEFAULT NULL)
  RETURNS SETOF @extschema@.worst_performers_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 5
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_range('n', worst_performers.n, 1, 1000000);
  PERFORM @extschema@.performance_tracker_check_range('days', worst_performers.days, 1, 36525);
  PERFORM @extschema@.performance_tracker_check_filter(NULL::pg_catalog.text, worst_performers.category);
  last_day := @extschema@.performance_tracker_last_complete_day();

  RETURN QUERY
  SELECT pg_catalog.row_number() OVER (ORDER BY t.revenue OPERATOR(pg_catalog./) t.ad_spend, t.ad_spend DESC, t.product)::integer,
         t.product, t.category, @extschema@.performance_tracker_ratio(t.revenue, t.ad_spend, 6)::double precision,
         @extschema@.performance_tracker_ratio(t.ad_spend, t.revenue, 6)::double precision, t.revenue, t.ad_spend
  FROM (SELECT p.name::pg_catalog.text AS product, p.category::pg_catalog.text AS category,
               COALESCE(pg_catalog.sum(d.revenue)::numeric, 0) AS revenue,
               pg_catalog.sum(d.ad_spend)::numeric AS ad_spend
        FROM daily_performance d
        JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
        WHERE d.date OPERATOR(pg_catalog.>=) (last_day OPERATOR(pg_catalog.-) worst_performers.days OPERATOR(pg_catalog.+) 1)
          AND d.date OPERATOR(pg_catalog.<) (last_day OPERATOR(pg_catalog.+) 1)
          AND (worst_performers.category IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) worst_performers.category)
        GROUP BY p.name, p.category
        HAVING pg_catalog.sum(d.ad_spend)::numeric OPERATOR(pg_catalog.>) 0) t
  ORDER BY 1
  LIMIT worst_performers.n;
END
$$;
COMMENT ON FUNCTION @extschema@.worst_performers(integer, integer, text) IS
$$Products with the lowest return on ad spend (ROAS) over the last complete days, the worst first.

Products without ad spend in the period are not judged. Reads daily_performance and products on the search_path.

- n: how many products at most, 1 or more.
- days: length of the period, 1 to 36,525 days; it ends with the last complete one (yesterday, or the last day loaded).
- @category

Errors: 22U01 for a category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT rank, product, roas, ad_spend FROM worst_performers(n => 3);$$;

CREATE TYPE @extschema@.week_over_week_row AS (
  product text,
  category text,
  revenue numeric,
  prior_revenue numeric,
  change numeric,
  change_pct double precision
);
COMMENT ON TYPE @extschema@.week_over_week_row IS 'A row of week_over_week(). Amounts are in the currency of daily_performance.';
COMMENT ON COLUMN @extschema@.week_over_week_row.revenue IS 'revenue over the period; NULL when it has no rows in it';
COMMENT ON COLUMN @extschema@.week_over_week_row.prior_revenue IS
  'revenue over the period before; NULL without rows, or when that begins before the first day loaded';
COMMENT ON COLUMN @extschema@.week_over_week_row.change IS 'revenue - prior_revenue, or NULL';
COMMENT ON COLUMN @extschema@.week_over_week_row.change_pct IS 'the change in percent of prior_revenue (12.5 is +12.5%), or NULL';

CREATE FUNCTION @extschema@.week_over_week(days integer DEFAULT 7, product text DEFAULT NULL, category text DEFAULT NULL)
  RETURNS SETOF @extschema@.week_over_week_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 10000 ROWS 20
AS $$
#variable_conflict use_column
DECLARE
  last_day pg_catalog.date;
  first_day pg_catalog.date;
  has_prior boolean;
BEGIN
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_range('days', week_over_week.days, 1, 36525);
  PERFORM @extschema@.performance_tracker_check_filter(week_over_week.product, week_over_week.category);
  last_day := @extschema@.performance_tracker_last_complete_day();
  first_day := last_day OPERATOR(pg_catalog.-) week_over_week.days OPERATOR(pg_catalog.+) 1;
  has_prior := (SELECT pg_catalog.min(d.date)::pg_catalog.date FROM daily_performance d)
               OPERATOR(pg_catalog.<=) (first_day OPERATOR(pg_catalog.-) week_over_week.days);

  RETURN QUERY
  SELECT t.product, t.category, t.revenue, t.prior_revenue, t.revenue OPERATOR(pg_catalog.-) t.prior_revenue,
         @extschema@.performance_tracker_change_pct(t.revenue, t.prior_revenue)
  FROM (SELECT p.name::pg_catalog.text AS product, p.category::pg_catalog.text AS category,
               (pg_catalog.sum(d.revenue) FILTER (WHERE d.date OPERATOR(pg_catalog.>=) first_day))::numeric AS revenue,
               (pg_catalog.sum(d.revenue) FILTER (WHERE d.date OPERATOR(pg_catalog.<) first_day AND has_prior))::numeric AS prior_revenue
        FROM daily_performance d
        JOIN products p ON p.id OPERATOR(pg_catalog.=) d.product_id
        WHERE d.date OPERATOR(pg_catalog.>=) (first_day OPERATOR(pg_catalog.-) week_over_week.days)
          AND d.date OPERATOR(pg_catalog.<) (last_day OPERATOR(pg_catalog.+) 1)
          AND (week_over_week.product IS NULL OR p.name::pg_catalog.text OPERATOR(pg_catalog.=) week_over_week.product)
          AND (week_over_week.category IS NULL OR p.category::pg_catalog.text OPERATOR(pg_catalog.=) week_over_week.category)
        GROUP BY p.name, p.category) t
  ORDER BY t.revenue OPERATOR(pg_catalog.-) t.prior_revenue, t.product;
END
$$;
COMMENT ON FUNCTION @extschema@.week_over_week(integer, text, text) IS
$$Revenue of each product over the last complete days against the equally many before, the biggest loss first.

Reads daily_performance and products on the search_path.

- days: length of both periods, 1 to 36,525 days; the later ends with the last complete one (yesterday, or the last
  day loaded).
- @product
- @category

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT product, revenue, prior_revenue, change_pct FROM week_over_week(days => 7) WHERE change_pct < -10;$$;
