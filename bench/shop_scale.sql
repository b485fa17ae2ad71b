-- SPDX-License-Identifier: PostgreSQL
--
-- A large shop for bench/shop_scale: psql variables `products` and `days`. Levels that differ a hundredfold, weekdays, a
-- yearly wave, budgets that change every month, promotions that lift and cost; a hash makes the noise, so that every run
-- sees the same shop. 120 promotions a thousand products: seven of eight of one product, the rest of a category.
SELECT (:products + 99) / 100 AS categories \gset

-- Nearly normal, mean 0 and deviation 1, from a number alone. An expression, so that the planner puts it where it is called.
CREATE FUNCTION pg_temp.noise(seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT (((hashint8extended(seed, 42) & 65535) + ((hashint8extended(seed, 42) >> 16) & 65535)
           + ((hashint8extended(seed, 42) >> 32) & 65535) + ((hashint8extended(seed, 42) >> 48) & 65535))::float8 / 65536 - 2) * 1.732::float8
$$;

INSERT INTO products (id, name, price, category, margin_pct)
SELECT s, 'Product ' || lpad(s::text, 5, '0'), round((10 + 90 * abs(pg_temp.noise(s)))::numeric, 2),
       'Category ' || lpad((s % :categories)::text, 2, '0'), CASE WHEN s % 3 > 0 THEN 20 + s % 31 END
FROM generate_series(1, :products) s;

INSERT INTO promotions (name, product_id, category, promotion_start, promotion_end, discount_pct)
SELECT 'Deal ' || k, CASE WHEN k % 8 > 0 THEN 1 + (k * 7919) % :products END,
       CASE WHEN k % 8 = 0 THEN 'Category ' || lpad(((k / 8) % :categories)::text, 2, '0') END,
       current_date - 20 - (k * 37) % (:days - 140), current_date - 20 - (k * 37) % (:days - 140) + 4 + k % 7, 15
FROM generate_series(1, GREATEST(8, 120 * :products / 1000)) k;

CREATE TEMP TABLE promoted AS
SELECT DISTINCT o.id, d::date AS day
FROM promotions p JOIN products o ON o.id = p.product_id OR o.category = p.category
CROSS JOIN LATERAL generate_series(p.promotion_start, p.promotion_end, interval '1 day') d;

INSERT INTO daily_performance (date, product_id, impressions, clicks, ad_spend, units_sold, revenue)
SELECT day, id, impressions, clicks, round((clicks * (0.4 + (id % 7) * 0.1))::numeric, 2), units,
       round((units * price * CASE WHEN is_promoted THEN 0.85 ELSE 1 END)::numeric, 2)
FROM (
  SELECT c.*, round(c.clicks * (0.05 + (c.id % 9) * 0.01) * CASE WHEN c.is_promoted THEN 1.4 ELSE 1 END
                    * exp(0.1 * pg_temp.noise(c.seed + 2)))::int AS units
  FROM (
    SELECT i.*, round(i.impressions * (0.02 + (i.id % 5) * 0.005) * exp(0.05 * pg_temp.noise(i.seed + 1)))::int AS clicks
    FROM (
      SELECT o.id, o.price::float8, current_date - t AS day, o.id * 100000::bigint + t * 8 AS seed, m.id IS NOT NULL AS is_promoted,
             round(exp(7 + 1.2 * pg_temp.noise(o.id * 31) + 0.15 * sin(2 * pi() * (:days - t) / 365.25)
                       + 0.2 * pg_temp.noise((o.id * 1000 + t / 30) * 8 + 5) + 0.1 * sin(2 * pi() * (t + o.id % 3) / 7)
                       + 0.12 * pg_temp.noise(o.id * 100000::bigint + t * 8)))::int AS impressions
      FROM products o CROSS JOIN generate_series(1, :days) t
      LEFT JOIN promoted m ON m.id = o.id AND m.day = current_date - t) i) c) u
ORDER BY day, id;  -- as days are loaded
VACUUM ANALYZE products, promotions, daily_performance;
