-- SPDX-License-Identifier: PostgreSQL
--
-- Why revenue changed, in a few lines that add up, and the steps from one period to the other.
-- docs/analytics-method.md has the method and how often the true cause is the first or second line.

CREATE TYPE @extschema@.performance_tracker_change_reason AS (
  kind text,
  scope text,
  subject text,
  since date,
  until date,
  amount numeric,
  sentence text,
  parameters jsonb,
  reason text,
  evidence jsonb
);
COMMENT ON TYPE @extschema@.performance_tracker_change_reason IS 'Internal: a row of explain_revenue_change() without its place and totals.';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.kind IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.scope IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.subject IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.since IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.until IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.amount IS 'as there, each rounded for itself';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.sentence IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.parameters IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.reason IS 'as in explain_revenue_change()';
COMMENT ON COLUMN @extschema@.performance_tracker_change_reason.evidence IS 'as in explain_revenue_change()';

CREATE FUNCTION @extschema@.performance_tracker_explain_revenue_change(
  panel @extschema@.performance_tracker_panel,
  prior_panel @extschema@.performance_tracker_panel,
  period_start integer,
  period_end integer,
  prior_start integer,
  prior_end integer,
  max_reasons integer,
  false_alarms double precision,
  product text,
  category text
) RETURNS SETOF @extschema@.performance_tracker_change_reason
  LANGUAGE c IMMUTABLE PARALLEL SAFE
  COST 100000 ROWS 5
  AS 'MODULE_PATHNAME', 'performance_tracker_explain_revenue_change';
COMMENT ON FUNCTION @extschema@.performance_tracker_explain_revenue_change(@extschema@.performance_tracker_panel, @extschema@.performance_tracker_panel, integer, integer, integer, integer, integer, double precision, text, text) IS
  'Internal: explain_revenue_change() on data already read; days count from 2000-01-01, prior_panel is NULL when panel holds both periods.';

-- Both periods of a question, checked once for the functions below.
CREATE FUNCTION @extschema@.performance_tracker_change_periods(
  period_start date,
  period_end date,
  compare text,
  compare_start date,
  compare_end date,
  OUT first_day date,
  OUT last_day date,
  OUT prior_first date,
  OUT prior_last date,
  OUT is_comparable boolean
)
  LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
  prior pg_catalog.record;
BEGIN
  last_day := COALESCE(period_end, (SELECT f.complete_until FROM @extschema@.data_freshness() f));
  first_day := COALESCE(period_start, last_day OPERATOR(pg_catalog.-) 6);
  IF last_day IS NULL THEN
    RETURN;
  END IF;
  IF NOT pg_catalog.isfinite(first_day) OR NOT pg_catalog.isfinite(last_day) OR first_day OPERATOR(pg_catalog.>) last_day
     OR last_day OPERATOR(pg_catalog.-) first_day OPERATOR(pg_catalog.>=) 366 THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'period_end',
      MESSAGE = pg_catalog.format('the period from %s to %s is not one of 1 to 366 days', first_day, last_day),
      HINT = 'period_start must not be after period_end, which is the last complete day when left out.';
  END IF;
  SELECT * INTO prior FROM @extschema@.performance_tracker_compare_period(first_day, last_day, compare, compare_start, compare_end);
  prior_first := prior.first_day;
  prior_last := prior.last_day;
  IF NOT pg_catalog.isfinite(prior_first) OR NOT pg_catalog.isfinite(prior_last)
     OR prior_last OPERATOR(pg_catalog.-) prior_first OPERATOR(pg_catalog.>=) 366 THEN
    RAISE invalid_parameter_value USING
      COLUMN = 'compare_end',
      MESSAGE = pg_catalog.format('the period from %s to %s, to compare with, is not one of 1 to 366 days', prior_first, prior_last),
      HINT = 'Give compare_start and compare_end both, in this order, or neither.';
  END IF;
  is_comparable := COALESCE((SELECT pg_catalog.min(d.date)::pg_catalog.date FROM daily_performance d) OPERATOR(pg_catalog.<=) prior_first, false);
END
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_change_periods(date, date, text, date, date) IS
  'Internal: the period and the one that it is compared with; is_comparable is false when data begins after the latter does. Raises 22023 and 22004.';

CREATE TYPE @extschema@.explain_revenue_change_row AS (
  rank integer,
  kind text,
  scope text,
  subject text,
  since date,
  until date,
  amount numeric,
  amount_share double precision,
  reason text,
  sentence text,
  parameters jsonb,
  evidence jsonb,
  revenue numeric,
  prior_revenue numeric,
  period_start date,
  period_end date,
  prior_period_start date,
  prior_period_end date
);
COMMENT ON TYPE @extschema@.explain_revenue_change_row IS 'A row of explain_revenue_change(): one reason, the last one being all others together.';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.rank IS '1 is the most important one';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.kind IS
  'incident, missing_data, promotion, holiday, calendar (other weekdays or lengths), market (most products), category, product, '
  'others (all others together, the last row), nothing_unusual or no_comparison (the only row)';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.scope IS '''shop'', ''category'' or ''product'': who it is about; NULL for the rest';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.subject IS 'name of the product, category or holiday; NULL when it is about the whole shop';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.since IS 'first day of an incident, promotion or holiday, which may lie before both periods';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.until IS 'its last day so far';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.amount IS
  'its part of revenue - prior_revenue, money; the amounts of all rows add up to that exactly';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.amount_share IS 'amount as a fraction of the whole change; NULL when that is zero';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.reason IS 'the reason as an English sentence';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.sentence IS
  'key of that sentence, for other languages: incident.<hypothesis_code>[.up|.down], over.up, over.down, missing_data.load, missing_data.product, '
  'missing_data.over, promotion.began, promotion.ended, promotion.changed, holiday.up, holiday.down, holiday.over, calendar.length, calendar.weekdays, '
  'market.up, market.down, category.up, category.down, product.up, product.down, product.back.up, product.back.down (of an unusual period before), product.new, product.gone, others, nothing_unusual, no_comparison';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.parameters IS
  'what the sentence is about: subject, product (that moved most), products (how many), promotions, since, until, goes_on, cause, metric (the stage that moved), '
  'change (of that stage as a fraction, -0.5 is half), told_apart (false: something else on the same days cannot be told apart from it)';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.evidence IS
  'products and categories that carry it, the one that moved most money first, revenue and expected_revenue on its days, drivers (as in incidents(); of a product '
  'without a known cause: sums of both periods), standard_error of the amount, money';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.revenue IS 'of the whole period, money';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.prior_revenue IS 'of the period compared with; NULL when data begins after that does';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.period_start IS 'first day of the period';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.period_end IS 'its last day';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.prior_period_start IS 'first day of the period compared with';
COMMENT ON COLUMN @extschema@.explain_revenue_change_row.prior_period_end IS 'its last day';

CREATE FUNCTION @extschema@.explain_revenue_change(
  period_start date DEFAULT NULL,
  period_end date DEFAULT NULL,
  compare text DEFAULT 'previous',
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  compare_start date DEFAULT NULL,
  compare_end date DEFAULT NULL,
  max_reasons integer DEFAULT 5,
  false_alarms double precision DEFAULT 1
) RETURNS SETOF @extschema@.explain_revenue_change_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 1000000 ROWS 5
AS $$
#variable_conflict use_column
DECLARE
  p pg_catalog.record;
  -- So many days before the prior period are judged as well, after those that a judged day wants before it: what began there has its true first day.
  reach CONSTANT pg_catalog.int4 := 10 OPERATOR(pg_catalog.+) @extschema@.performance_tracker_anomaly_history_days();
  -- Periods that are farther apart are read and judged apart.
  near CONSTANT pg_catalog.int4 := 28;
  together boolean;
  panel @extschema@.performance_tracker_panel;
  prior_panel @extschema@.performance_tracker_panel;
  total pg_catalog.numeric;
  prior_total pg_catalog.numeric;
  epoch CONSTANT pg_catalog.date := '2000-01-01';
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('max_reasons', explain_revenue_change.max_reasons, 2, 100);
  PERFORM @extschema@.performance_tracker_check_anomaly_threshold(NULL, explain_revenue_change.false_alarms);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(explain_revenue_change.product, explain_revenue_change.category);
  SELECT * INTO p FROM @extschema@.performance_tracker_change_periods(explain_revenue_change.period_start, explain_revenue_change.period_end,
    explain_revenue_change.compare, explain_revenue_change.compare_start, explain_revenue_change.compare_end);
  IF p.last_day IS NULL THEN
    RETURN;
  END IF;
  SELECT COALESCE(pg_catalog.sum(d.revenue) FILTER (WHERE d.date OPERATOR(pg_catalog.>=) p.first_day
                                                      AND d.date OPERATOR(pg_catalog.<) (p.last_day OPERATOR(pg_catalog.+) 1)), 0)::pg_catalog.numeric,
         COALESCE(pg_catalog.sum(d.revenue) FILTER (WHERE d.date OPERATOR(pg_catalog.>=) p.prior_first
                                                      AND d.date OPERATOR(pg_catalog.<) (p.prior_last OPERATOR(pg_catalog.+) 1)), 0)::pg_catalog.numeric
  INTO total, prior_total
  FROM daily_performance d JOIN products s ON s.id OPERATOR(pg_catalog.=) d.product_id
  WHERE d.date OPERATOR(pg_catalog.>=) LEAST(p.first_day, p.prior_first)
    AND d.date OPERATOR(pg_catalog.<) (GREATEST(p.last_day, p.prior_last) OPERATOR(pg_catalog.+) 1)
    AND (explain_revenue_change.product IS NULL OR s.name::pg_catalog.text OPERATOR(pg_catalog.=) explain_revenue_change.product)
    AND (explain_revenue_change.category IS NULL OR s.category::pg_catalog.text OPERATOR(pg_catalog.=) explain_revenue_change.category);
  IF NOT p.is_comparable THEN
    RETURN QUERY SELECT 1, 'no_comparison', NULL::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.date, NULL::pg_catalog.date,
      NULL::pg_catalog.numeric, NULL::double precision, 'There is no data of the period before to compare with.', 'no_comparison',
      '{}'::pg_catalog.jsonb, '{}'::pg_catalog.jsonb, total, NULL::pg_catalog.numeric, p.first_day, p.last_day, p.prior_first, p.prior_last;
    RETURN;
  END IF;
  together := p.prior_last OPERATOR(pg_catalog.<=) p.last_day
              AND p.first_day OPERATOR(pg_catalog.-) p.prior_last OPERATOR(pg_catalog.<=) near
              AND p.last_day OPERATOR(pg_catalog.-) LEAST(p.first_day, p.prior_first) OPERATOR(pg_catalog.<) 356;
  panel := @extschema@.performance_tracker_read_panel(
    CASE WHEN together THEN LEAST(p.first_day, p.prior_first) ELSE p.first_day END OPERATOR(pg_catalog.-) reach, p.last_day,
    explain_revenue_change.product, explain_revenue_change.category, NULL::pg_catalog.int4[]);
  IF NOT together THEN
    prior_panel := @extschema@.performance_tracker_read_panel(p.prior_first OPERATOR(pg_catalog.-) reach, p.prior_last,
      explain_revenue_change.product, explain_revenue_change.category, NULL::pg_catalog.int4[]);
  END IF;
  RETURN QUERY
  SELECT r.place::pg_catalog.int4, r.kind, r.scope, r.subject, r.since, r.until, r.exact,
         (CASE WHEN total OPERATOR(pg_catalog.<>) prior_total THEN r.exact OPERATOR(pg_catalog./) (total OPERATOR(pg_catalog.-) prior_total) END)::double precision,
         r.reason, r.sentence, r.parameters, r.evidence, total, prior_total, p.first_day, p.last_day, p.prior_first, p.prior_last
  FROM (SELECT x.*,
               -- The last row is what is left, to the cent.
               CASE WHEN x.place OPERATOR(pg_catalog.=) pg_catalog.max(x.place) OVER ()
                    THEN total OPERATOR(pg_catalog.-) prior_total OPERATOR(pg_catalog.-) (pg_catalog.sum(x.amount) OVER () OPERATOR(pg_catalog.-) x.amount)
                    ELSE x.amount END AS exact
        FROM @extschema@.performance_tracker_explain_revenue_change(panel,
               CASE WHEN NOT together THEN prior_panel END,
               p.first_day OPERATOR(pg_catalog.-) epoch, p.last_day OPERATOR(pg_catalog.-) epoch,
               p.prior_first OPERATOR(pg_catalog.-) epoch, p.prior_last OPERATOR(pg_catalog.-) epoch,
               explain_revenue_change.max_reasons, explain_revenue_change.false_alarms,
               explain_revenue_change.product, explain_revenue_change.category) WITH ORDINALITY
             AS x (kind, scope, subject, since, until, amount, sentence, parameters, reason, evidence, place)) r
  ORDER BY r.place;
END
$$;
COMMENT ON FUNCTION @extschema@.explain_revenue_change(date, date, text, text, text, date, date, integer, double precision) IS
$$Says why revenue changed against another period: two to five lines, the most important first, that add up exactly.

Reads what incidents() reads. Each day of each product belongs to at most one of: an incident (as incidents() names it), the
promotions that ran, a day of the shop's calendar. What it did is revenue less what the days before let expect, in the period
less in the prior one. What is left is split into other lengths or weekdays, what most products did, what most of a category
did, and what single products did beyond their noise; the last line is all others together. Lines that moved revenue the way
it went come first, those with a known cause before those without. When nothing can be named there is one line that says so.

- period_start: first day; NULL is 6 days before period_end.
- period_end: last day; NULL is the last complete one, as in kpi_summary().
- compare: previous (the days before, as many), same_weekdays (whole weeks before) or last_year (52 weeks before).
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.
- compare_start: with compare_end: compare with these days instead.
- compare_end: their last day.
- max_reasons: lines at most, the last one included, 2 to 100.
- false_alarms: of the incidents, as in detect_anomalies().

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing. An empty table gives no rows.

Example: SELECT rank, amount, reason FROM explain_revenue_change(compare => 'same_weekdays');$$;

CREATE TYPE @extschema@.revenue_bridge_row AS (
  place integer,
  step text,
  segment text,
  amount numeric,
  bridge_start numeric,
  bridge_end numeric,
  value numeric,
  prior_value numeric,
  segments integer
);
COMMENT ON TYPE @extschema@.revenue_bridge_row IS 'A row of revenue_bridge(): one step of a waterfall from one period to the other.';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.place IS 'from left to right, 1 is the prior period';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.step IS '''prior'' (the first bar), ''category'', ''product'' or ''driver'' (a step between), ''others'' (the steps that are not shown), ''period'' (the last bar)';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.segment IS 'category, product, or one of impressions, ctr, conversion_rate and price; NULL for the bars, the others and products without a category';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.amount IS 'what the step adds, money; of a bar its height';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.bridge_start IS 'where the step begins, money';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.bridge_end IS 'where it ends: the next one''s start';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.value IS 'revenue of the segment in the period; of a driver its own value (a fraction, a number, or money a unit)';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.prior_value IS 'the same of the prior period';
COMMENT ON COLUMN @extschema@.revenue_bridge_row.segments IS 'how many segments the step stands for';

-- The logarithmic mean of two sums, times the logarithm of each factor's change, adds up to the change of the sum: the
-- additive logarithmic mean Divisia index (Ang 2004, "Decomposition analysis for policymaking in energy", eq. 5).
-- A zero is replaced by a very small number, whose limit is right (Ang & Liu 2007): a stage that fell to nothing has all of the change.
CREATE FUNCTION @extschema@.performance_tracker_driver_steps(sums numeric[], prior_sums numeric[])
  RETURNS TABLE (place integer, segment text, amount numeric, value numeric, prior_value numeric)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  COST 1000 ROWS 4
AS $$
  WITH stages AS (
    SELECT s.place, s.segment,
           CASE WHEN s.below IS NULL THEN sums[s.above] WHEN sums[s.below] OPERATOR(pg_catalog.<>) 0 THEN sums[s.above] OPERATOR(pg_catalog./) sums[s.below] END AS now,
           CASE WHEN s.below IS NULL THEN prior_sums[s.above] WHEN prior_sums[s.below] OPERATOR(pg_catalog.<>) 0 THEN prior_sums[s.above] OPERATOR(pg_catalog./) prior_sums[s.below] END AS before
    FROM (VALUES (1, 'impressions', 1, NULL), (2, 'ctr', 2, 1), (3, 'conversion_rate', 3, 2), (4, 'price', 4, 3)) AS s (place, segment, above, below)
  ), moves AS (
    SELECT s.*, CASE WHEN s.now IS NULL OR s.before IS NULL OR (s.now OPERATOR(pg_catalog.<=) 0 AND s.before OPERATOR(pg_catalog.<=) 0) THEN 0
                     ELSE pg_catalog.ln(GREATEST(s.now, 1e-100)::double precision) OPERATOR(pg_catalog.-) pg_catalog.ln(GREATEST(s.before, 1e-100)::double precision) END AS move
    FROM stages s
  ), shares AS (
    SELECT m.*, pg_catalog.round((COALESCE(sums[4], 0) OPERATOR(pg_catalog.-) COALESCE(prior_sums[4], 0))
                  OPERATOR(pg_catalog.*) COALESCE((CASE WHEN pg_catalog.sum(m.move) OVER () OPERATOR(pg_catalog.<>) 0 THEN m.move OPERATOR(pg_catalog./) pg_catalog.sum(m.move) OVER () END)::pg_catalog.numeric, 0), 2) AS part
    FROM moves m
  )
  -- The largest one takes what rounding leaves, and all of it when no stage tells.
  SELECT s.place, s.segment,
         CASE WHEN s.place OPERATOR(pg_catalog.=) pg_catalog.first_value(s.place) OVER (ORDER BY pg_catalog.abs(s.part) DESC, s.place)
              THEN s.part OPERATOR(pg_catalog.+) (COALESCE(sums[4], 0) OPERATOR(pg_catalog.-) COALESCE(prior_sums[4], 0)) OPERATOR(pg_catalog.-) pg_catalog.sum(s.part) OVER ()
              ELSE s.part END,
         s.now, s.before
  FROM shares s
$$;
COMMENT ON FUNCTION @extschema@.performance_tracker_driver_steps(numeric[], numeric[]) IS
  'Internal: the change of revenue by impressions, CTR, conversion rate and price, from {impressions, clicks, units_sold, revenue} of both periods; adds up to the cent.';

CREATE FUNCTION @extschema@.revenue_bridge(
  period_start date DEFAULT NULL,
  period_end date DEFAULT NULL,
  compare text DEFAULT 'previous',
  product text DEFAULT NULL,
  category text DEFAULT NULL,
  compare_start date DEFAULT NULL,
  compare_end date DEFAULT NULL,
  by text DEFAULT NULL,
  max_steps integer DEFAULT 7
) RETURNS SETOF @extschema@.revenue_bridge_row
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  COST 100000 ROWS 10
AS $$
#variable_conflict use_column
DECLARE
  p pg_catalog.record;
  wanted_by pg_catalog.text := COALESCE(revenue_bridge.by, CASE WHEN revenue_bridge.product IS NOT NULL THEN 'driver'
                                                                WHEN revenue_bridge.category IS NOT NULL THEN 'product' ELSE 'category' END);
BEGIN
  PERFORM @extschema@.performance_tracker_check_range('max_steps', revenue_bridge.max_steps, 1, 1000);
  PERFORM @extschema@.performance_tracker_check_choice('by', wanted_by, VARIADIC '{category,product,driver}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_tables(VARIADIC '{products,daily_performance}'::pg_catalog.text[]);
  PERFORM @extschema@.performance_tracker_check_filter(revenue_bridge.product, revenue_bridge.category);
  SELECT * INTO p FROM @extschema@.performance_tracker_change_periods(revenue_bridge.period_start, revenue_bridge.period_end,
    revenue_bridge.compare, revenue_bridge.compare_start, revenue_bridge.compare_end);
  IF p.last_day IS NULL OR NOT p.is_comparable THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH parts AS (
    SELECT CASE WHEN wanted_by OPERATOR(pg_catalog.=) 'category' THEN s.category::pg_catalog.text WHEN wanted_by OPERATOR(pg_catalog.=) 'product' THEN s.name::pg_catalog.text END AS segment,
           COALESCE(pg_catalog.sum(d.revenue) FILTER (WHERE c.is_now), 0)::pg_catalog.numeric AS value,
           COALESCE(pg_catalog.sum(d.revenue) FILTER (WHERE c.is_before), 0)::pg_catalog.numeric AS prior_value,
           ARRAY[pg_catalog.sum(d.impressions) FILTER (WHERE c.is_now), pg_catalog.sum(d.clicks) FILTER (WHERE c.is_now),
                 pg_catalog.sum(d.units_sold) FILTER (WHERE c.is_now), pg_catalog.sum(d.revenue) FILTER (WHERE c.is_now)]::pg_catalog.numeric[] AS sums,
           ARRAY[pg_catalog.sum(d.impressions) FILTER (WHERE c.is_before), pg_catalog.sum(d.clicks) FILTER (WHERE c.is_before),
                 pg_catalog.sum(d.units_sold) FILTER (WHERE c.is_before), pg_catalog.sum(d.revenue) FILTER (WHERE c.is_before)]::pg_catalog.numeric[] AS prior_sums
    FROM daily_performance d
    JOIN products s ON s.id OPERATOR(pg_catalog.=) d.product_id
    CROSS JOIN LATERAL (SELECT d.date OPERATOR(pg_catalog.>=) p.first_day AND d.date OPERATOR(pg_catalog.<) (p.last_day OPERATOR(pg_catalog.+) 1) AS is_now,
                               d.date OPERATOR(pg_catalog.>=) p.prior_first AND d.date OPERATOR(pg_catalog.<) (p.prior_last OPERATOR(pg_catalog.+) 1) AS is_before) c
    WHERE (c.is_now OR c.is_before)
      AND (revenue_bridge.product IS NULL OR s.name::pg_catalog.text OPERATOR(pg_catalog.=) revenue_bridge.product)
      AND (revenue_bridge.category IS NULL OR s.category::pg_catalog.text OPERATOR(pg_catalog.=) revenue_bridge.category)
    GROUP BY 1
  ), whole AS (
    SELECT COALESCE(pg_catalog.sum(q.value), 0) AS value, COALESCE(pg_catalog.sum(q.prior_value), 0) AS prior_value FROM parts q
  ), ordered AS (
    SELECT q.*, q.value OPERATOR(pg_catalog.-) q.prior_value AS amount,
           pg_catalog.row_number() OVER (ORDER BY pg_catalog.abs(q.value OPERATOR(pg_catalog.-) q.prior_value) DESC, q.segment) AS place,
           pg_catalog.count(*) OVER () AS parts
    FROM parts q
  ), steps AS (
    SELECT o.place::pg_catalog.int4 AS place, wanted_by AS step, o.segment, o.amount, o.value, o.prior_value, 1 AS segments
    FROM ordered o
    WHERE wanted_by OPERATOR(pg_catalog.<>) 'driver'
      AND (o.place OPERATOR(pg_catalog.<=) revenue_bridge.max_steps OR o.parts OPERATOR(pg_catalog.=) (revenue_bridge.max_steps OPERATOR(pg_catalog.+) 1))
    UNION ALL
    SELECT 1000001, 'others', NULL, pg_catalog.sum(o.amount), pg_catalog.sum(o.value), pg_catalog.sum(o.prior_value), pg_catalog.count(*)::pg_catalog.int4
    FROM ordered o
    WHERE wanted_by OPERATOR(pg_catalog.<>) 'driver' AND o.place OPERATOR(pg_catalog.>) revenue_bridge.max_steps
      AND o.parts OPERATOR(pg_catalog.>) (revenue_bridge.max_steps OPERATOR(pg_catalog.+) 1)
    HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 0
    UNION ALL
    SELECT g.place, 'driver', g.segment, g.amount, g.value, g.prior_value, 1
    FROM parts q CROSS JOIN LATERAL @extschema@.performance_tracker_driver_steps(q.sums, q.prior_sums) g
    WHERE wanted_by OPERATOR(pg_catalog.=) 'driver'
  ), walked AS (
    SELECT s.*, w.prior_value OPERATOR(pg_catalog.+) pg_catalog.sum(s.amount) OVER (ORDER BY s.place) AS bridge_end FROM steps s CROSS JOIN whole w
  ), bars AS (
    SELECT 0 AS place, 'prior'::pg_catalog.text AS step, NULL::pg_catalog.text AS segment, w.prior_value AS amount, 0::pg_catalog.numeric AS bridge_start, w.prior_value AS bridge_end,
           NULL::pg_catalog.numeric AS value, w.prior_value, 1 AS segments FROM whole w
    UNION ALL
    SELECT s.place, s.step, s.segment, s.amount, s.bridge_end OPERATOR(pg_catalog.-) s.amount, s.bridge_end, s.value, s.prior_value, s.segments FROM walked s
    UNION ALL
    SELECT 1000002, 'period', NULL, w.value, 0, w.value, w.value, NULL, 1 FROM whole w
  )
  SELECT pg_catalog.row_number() OVER (ORDER BY b.place)::pg_catalog.int4, b.step, b.segment, b.amount, b.bridge_start, b.bridge_end, b.value, b.prior_value, b.segments
  FROM bars b ORDER BY b.place;
END
$$;
COMMENT ON FUNCTION @extschema@.revenue_bridge(date, date, text, text, text, date, date, text, integer) IS
$$The steps of a waterfall from one period's revenue to another's: by category, by product, or by impressions × CTR × conversion rate × price.

Reads daily_performance and products on the search_path. The steps add up exactly; those by driver are the logarithmic mean
Divisia index (Ang 2004): what each factor of the product contributes, without a remainder. No rows when data begins after the
period compared with does.

- period_start: first day; NULL is 6 days before period_end.
- period_end: last day; NULL is the last complete one, as in kpi_summary().
- compare: previous (the days before, as many), same_weekdays (whole weeks before) or last_year (52 weeks before).
- product: only this product; NULL is all of them.
- category: only this category; NULL is all of them.
- compare_start: with compare_end: compare with these days instead.
- compare_end: their last day.
- by: category, product or driver; NULL is category for the shop, product for a category, driver for a product.
- max_steps: steps at most, 1 to 1,000, the largest first; what is left is one more, others.

Errors: 22U01 for a product or category that does not exist (the hint lists those that do), 22023 for another wrong argument, 42P01 when a table is missing.

Example: SELECT step, segment, amount, bridge_start, bridge_end FROM revenue_bridge(category => 'Electronics');$$;
