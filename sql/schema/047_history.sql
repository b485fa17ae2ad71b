-- SPDX-License-Identifier: PostgreSQL
--
-- What was known when: from the values that loads have replaced. Run after 016_campaigns.sql; again changes nothing.

CREATE OR REPLACE FUNCTION daily_performance_as_of(as_of timestamptz)
RETURNS TABLE (date date, product_id integer, impressions integer, clicks integer, ad_spend numeric, units_sold integer, revenue numeric)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100000
AS $$
WITH replaced AS (
    SELECT DISTINCT ON (h.date, h.product_id) h.date, h.product_id, h.existed, h.impressions, h.clicks, h.ad_spend, h.units_sold, h.revenue
    FROM daily_performance_history h
    WHERE h.replaced_at OPERATOR(pg_catalog.>) daily_performance_as_of.as_of
    ORDER BY h.date, h.product_id, h.replaced_at
)
SELECT d.date, d.product_id, d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue
FROM daily_performance d
LEFT JOIN etl_days e ON e.date OPERATOR(pg_catalog.=) d.date
WHERE coalesce(e.first_loaded, '-infinity') OPERATOR(pg_catalog.<=) daily_performance_as_of.as_of
  AND NOT EXISTS (SELECT FROM replaced r WHERE r.date OPERATOR(pg_catalog.=) d.date AND r.product_id OPERATOR(pg_catalog.=) d.product_id)
UNION ALL
SELECT r.date, r.product_id, r.impressions, r.clicks, r.ad_spend, r.units_sold, r.revenue
FROM replaced r
LEFT JOIN etl_days e ON e.date OPERATOR(pg_catalog.=) r.date
WHERE r.existed AND coalesce(e.first_loaded, '-infinity') OPERATOR(pg_catalog.<=) daily_performance_as_of.as_of;
$$;

COMMENT ON FUNCTION daily_performance_as_of(timestamptz) IS
'daily_performance as it was at a time, money in the shop''s currency: what came later, and what was restated since, is taken back. Rows that were loaded before there was a history count as known for ever.

Example: SELECT pg_catalog.sum(revenue) FROM daily_performance_as_of(''2026-11-20 06:00+00'');';

CREATE OR REPLACE FUNCTION attribution_delay(metric text DEFAULT 'revenue')
RETURNS TABLE (age_days integer, known_share double precision, days bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 60
AS $$
#variable_conflict use_column
BEGIN
IF attribution_delay.metric IS NULL OR attribution_delay.metric OPERATOR(pg_catalog.<>) ALL ('{revenue,units_sold,ad_spend,clicks,impressions}'::pg_catalog.text[]) THEN
    RAISE EXCEPTION USING
        ERRCODE = 'invalid_parameter_value',
        MESSAGE = pg_catalog.format('metric "%s" is not kept in the history', attribution_delay.metric),
        HINT = 'Take revenue, units_sold, ad_spend, clicks or impressions.';
END IF;
RETURN QUERY
WITH stages AS (
    -- What a row said until it was replaced, and what it says today: each with the day on which it began to.
    SELECT h.date, h.product_id,
           pg_catalog.lag(h.replaced_at) OVER w AS since,
           CASE WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'revenue' THEN h.revenue
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'units_sold' THEN h.units_sold
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'ad_spend' THEN h.ad_spend
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'clicks' THEN h.clicks
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'impressions' THEN h.impressions END AS value
    FROM daily_performance_history h
    WINDOW w AS (PARTITION BY h.date, h.product_id ORDER BY h.replaced_at)
    UNION ALL
    SELECT d.date, d.product_id, h.replaced_at,
           CASE WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'revenue' THEN d.revenue
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'units_sold' THEN d.units_sold
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'ad_spend' THEN d.ad_spend
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'clicks' THEN d.clicks
                WHEN attribution_delay.metric OPERATOR(pg_catalog.=) 'impressions' THEN d.impressions END
    FROM daily_performance d
    LEFT JOIN (SELECT date, product_id, pg_catalog.max(replaced_at) AS replaced_at FROM daily_performance_history GROUP BY 1, 2) AS h
      ON h.date OPERATOR(pg_catalog.=) d.date AND h.product_id OPERATOR(pg_catalog.=) d.product_id
), days AS (
    -- Days whose beginning was seen: loaded within two days of their end.
    SELECT e.date, e.first_loaded FROM etl_days e
    WHERE (e.first_loaded AT TIME ZONE 'UTC')::pg_catalog.date OPERATOR(pg_catalog.-) e.date OPERATOR(pg_catalog.<=) 2
), ages AS (
    SELECT g.age FROM pg_catalog.generate_series(1, 35) AS g (age)
), known AS (
    SELECT d.date, a.age,
           (SELECT pg_catalog.sum(v.value)
            FROM (SELECT DISTINCT ON (s.product_id) s.value FROM stages s
                  WHERE s.date OPERATOR(pg_catalog.=) d.date
                    AND (coalesce(s.since, d.first_loaded) AT TIME ZONE 'UTC')::pg_catalog.date OPERATOR(pg_catalog.<=) (d.date OPERATOR(pg_catalog.+) a.age)
                  ORDER BY s.product_id, s.since DESC NULLS LAST) AS v) AS value
    FROM days d CROSS JOIN ages a
    WHERE (d.first_loaded AT TIME ZONE 'UTC')::pg_catalog.date OPERATOR(pg_catalog.<=) (d.date OPERATOR(pg_catalog.+) a.age)
      AND d.date OPERATOR(pg_catalog.+) a.age OPERATOR(pg_catalog.<=) (pg_catalog.now() AT TIME ZONE 'UTC')::pg_catalog.date
), final AS (
    SELECT k.date, (pg_catalog.array_agg(k.value ORDER BY k.age DESC))[1] AS value, pg_catalog.max(k.age) AS age FROM known k GROUP BY k.date
)
SELECT k.age, (pg_catalog.sum(k.value) OPERATOR(pg_catalog./) CASE WHEN pg_catalog.sum(f.value) OPERATOR(pg_catalog.>) 0 THEN pg_catalog.sum(f.value) END)::double precision, pg_catalog.count(*)
FROM known k JOIN final f ON f.date OPERATOR(pg_catalog.=) k.date
WHERE f.age OPERATOR(pg_catalog.>) k.age
GROUP BY k.age
ORDER BY k.age;
END
$$;

COMMENT ON FUNCTION attribution_delay(text) IS
'How late figures come, from the restatements that loads have seen: the share of a day''s present value that was known so many days after it. metric: revenue, units_sold, ad_spend, clicks or impressions. known_share is a fraction, age_days counts from the day itself; days: how many were seen at that age and later.

Example: SELECT age_days, known_share FROM attribution_delay(''revenue'') WHERE age_days <= 7;';

GRANT EXECUTE ON FUNCTION daily_performance_as_of(timestamptz), attribution_delay(text) TO performance_tracker_reader;
