// SPDX-License-Identifier: PostgreSQL
#include "etl/store.h"

#include <charconv>

namespace performance_tracker::etl {
namespace {

// The shortest text that reads back to the same number; PostgreSQL's numeric takes it exactly.
std::string number_text(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

db::Param number_param(const std::optional<double>& value) {
  return value ? db::Param(number_text(*value)) : db::Param();
}

Day day_at(const db::Result& result, int column) {
  const auto day = parse_day(result.text(0, column));
  if (!day)
    throw db::Error("22008", "daily_performance has a day that is none: " + std::string(result.text(0, column)));
  return *day;
}

std::int64_t integer_at(const db::Result& result, int column) { return result.integer(0, column).value_or(0); }

// pg_temp first: a table of that name in the user's schema is never meant.
constexpr char kStageProducts[] =
    "CREATE TEMPORARY TABLE staged_products (name text, price numeric, category text) ON COMMIT DROP";

constexpr char kStagePromotions[] = R"(
CREATE TEMPORARY TABLE staged_promotions (name text, product text, category text, promotion_start date,
                                          promotion_end date, discount_pct numeric) ON COMMIT DROP)";

constexpr char kStageMetrics[] = R"(
CREATE TEMPORARY TABLE staged_metrics (date date, product text, impressions numeric, clicks numeric, ad_spend numeric,
                                       units_sold numeric, revenue numeric) ON COMMIT DROP)";

// Two statements instead of ON CONFLICT DO UPDATE: that would use up a number of the sequence for each known product.
constexpr char kInsertProducts[] = R"(
INSERT INTO products (name, price, category)
SELECT s.name, s.price, s.category
FROM pg_temp.staged_products s
WHERE NOT EXISTS (SELECT FROM products p WHERE p.name = s.name)
ORDER BY s.category, s.name
ON CONFLICT (name) DO NOTHING)";

constexpr char kUpdateProducts[] = R"(
UPDATE products p
SET price = coalesce(s.price, p.price), category = coalesce(s.category, p.category)
FROM pg_temp.staged_products s
WHERE p.name = s.name
  AND (p.price, p.category) IS DISTINCT FROM (coalesce(round(s.price, 2), p.price), coalesce(s.category, p.category)))";

constexpr char kInsertPromotions[] = R"(
INSERT INTO promotions (name, product_id, category, promotion_start, promotion_end, discount_pct)
SELECT s.name, p.id, s.category, s.promotion_start, s.promotion_end, s.discount_pct
FROM pg_temp.staged_promotions s
LEFT JOIN products p ON p.name = s.product
WHERE NOT EXISTS (SELECT FROM promotions k
                  WHERE (k.name, k.promotion_start) = (s.name, s.promotion_start)
                    AND (k.product_id, k.category) IS NOT DISTINCT FROM (p.id, s.category))
ORDER BY s.promotion_start, s.name
ON CONFLICT DO NOTHING)";

constexpr char kUpdatePromotions[] = R"(
UPDATE promotions k
SET promotion_end = s.promotion_end, discount_pct = s.discount_pct
FROM pg_temp.staged_promotions s
LEFT JOIN products p ON p.name = s.product
WHERE (k.name, k.promotion_start) = (s.name, s.promotion_start)
  AND (k.product_id, k.category) IS NOT DISTINCT FROM (p.id, s.category)
  AND (k.promotion_end, k.discount_pct) IS DISTINCT FROM (s.promotion_end, round(s.discount_pct, 2)))";

// Unchanged rows are filtered before the insert, because ON CONFLICT locks, and thereby writes, every row that it
// meets. What is inserted and what is updated is known from the same join.
constexpr char kUpsertMetrics[] = R"(
WITH scaled AS (
    SELECT s.date, p.id AS product_id,
           round(s.impressions * coalesce(m.multiplier, 1))::integer AS impressions,
           round(s.clicks * coalesce(m.multiplier, 1))::integer AS clicks,
           round(s.ad_spend * coalesce(m.multiplier, 1), 2)::numeric(10,2) AS ad_spend,
           round(s.units_sold * coalesce(m.multiplier, 1))::integer AS units_sold,
           round(s.revenue * coalesce(m.multiplier, 1), 2)::numeric(10,2) AS revenue
    FROM pg_temp.staged_metrics s
    JOIN products p ON p.name = s.product
    LEFT JOIN category_multipliers m ON m.category = p.category
), changed AS (
    SELECT s.*, d.date IS NULL AS is_new
    FROM scaled s
    LEFT JOIN daily_performance d ON d.date = s.date AND d.product_id = s.product_id
    WHERE (d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue)
          IS DISTINCT FROM (s.impressions, s.clicks, s.ad_spend, s.units_sold, s.revenue)
       OR d.date IS NULL
), written AS (
    INSERT INTO daily_performance AS d
           (date, product_id, impressions, clicks, ad_spend, units_sold, revenue)
    SELECT date, product_id, impressions, clicks, ad_spend, units_sold, revenue
    FROM changed
    ORDER BY date, product_id
    ON CONFLICT (date, product_id) DO UPDATE
    SET impressions = EXCLUDED.impressions, clicks = EXCLUDED.clicks, ad_spend = EXCLUDED.ad_spend,
        units_sold = EXCLUDED.units_sold, revenue = EXCLUDED.revenue
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), (SELECT count(*) FROM scaled)
FROM changed)";

}  // namespace

// A closed connection's session lives on for a moment in the server, and with it the lock: the next load would be
// refused.
Store::~Store() {
  try {
    connection_.execute("SELECT pg_advisory_unlock_all()");
  } catch (const db::Error&) {
    // The session is gone or about to go.
  }
}

bool Store::lock() {
  // The key holds the table, so that loads into different schemas of one database do not wait for each other.
  return connection_
      .execute("SELECT pg_try_advisory_lock((1349671013::bigint << 32) | 'daily_performance'::regclass::oid::bigint)")
      .boolean(0, 0);
}

std::optional<LoadedDays> Store::loaded_days() {
  const auto result = connection_.execute("SELECT min(date), max(date) FROM daily_performance");
  if (result.is_null(0, 0)) return std::nullopt;
  return LoadedDays{day_at(result, 0), day_at(result, 1)};
}

std::int64_t Store::begin_run(const std::string& source, Day first, Day last) {
  db::Transaction transaction(connection_);
  connection_.execute(
      "UPDATE etl_runs SET status = 'failed', finished_at = clock_timestamp(), "
      "error = 'the process ended without a word' WHERE status = 'running'");
  const auto result = connection_.execute(
      "INSERT INTO etl_runs (source, started_at, period_start, period_end) VALUES ($1, clock_timestamp(), $2, $3) "
      "RETURNING id",
      {source, to_string(first), to_string(last)});
  transaction.commit();
  return integer_at(result, 0);
}

void Store::finish_run(std::int64_t run) {
  connection_.execute("UPDATE etl_runs SET status = 'succeeded', finished_at = clock_timestamp() WHERE id = $1",
                      {std::to_string(run)});
}

void Store::fail_run(std::int64_t run, const std::string& error) {
  connection_.execute(
      "UPDATE etl_runs SET status = 'failed', finished_at = clock_timestamp(), error = $2 "
      "WHERE id = $1 AND status = 'running'",
      {std::to_string(run), error});
}

Store::Catalogued Store::load_catalog(const Catalog& catalog, const std::vector<PromotionRow>& promotions) {
  Catalogued result;
  connection_.execute(kStageProducts);
  db::CopyIn products(connection_, "COPY pg_temp.staged_products FROM STDIN");
  for (const auto& [id, product] : catalog) products.row({product.name, number_param(product.price), product.category});
  products.finish();
  result.products_new = connection_.execute(kInsertProducts).affected_rows();
  connection_.execute(kUpdateProducts);

  connection_.execute(kStagePromotions);
  db::CopyIn staged(connection_, "COPY pg_temp.staged_promotions FROM STDIN");
  for (const PromotionRow& p : promotions)
    staged.row({p.name, p.product_id ? db::Param(catalog.at(*p.product_id).name) : db::Param(), p.category,
                to_string(p.first), to_string(p.last), number_param(p.discount_pct)});
  staged.finish();
  result.promotions_changed = connection_.execute(kInsertPromotions).affected_rows();
  result.promotions_changed += connection_.execute(kUpdatePromotions).affected_rows();
  return result;
}

RowCounts Store::load_batch(std::int64_t run, const Catalog& catalog, const std::vector<MetricsRow>& rows) {
  connection_.execute(kStageMetrics);
  db::CopyIn copy(connection_, "COPY pg_temp.staged_metrics FROM STDIN");
  for (const MetricsRow& row : rows)
    copy.row({to_string(row.date), catalog.at(row.product_id).name, std::to_string(row.impressions),
              std::to_string(row.clicks), number_text(row.ad_spend), std::to_string(row.units_sold),
              number_text(row.revenue)});
  copy.finish();
  const auto written = connection_.execute(kUpsertMetrics);
  RowCounts counts;
  counts.inserted = integer_at(written, 0);
  counts.updated = integer_at(written, 1);
  const std::int64_t matched = integer_at(written, 2);
  counts.unchanged = matched - counts.inserted - counts.updated;
  // Only a product deleted in this very moment could be missing; then the batch is not whole.
  if (matched != static_cast<std::int64_t>(rows.size()))
    throw db::Error("23503", "products were deleted while their days were being loaded", "Load again.");
  connection_.execute(
      "UPDATE etl_runs SET rows_read = rows_read + $2, rows_inserted = rows_inserted + $3, "
      "rows_updated = rows_updated + $4, rows_unchanged = rows_unchanged + $5 WHERE id = $1",
      {std::to_string(run), std::to_string(matched), std::to_string(counts.inserted), std::to_string(counts.updated),
       std::to_string(counts.unchanged)});
  return counts;
}

}  // namespace performance_tracker::etl
