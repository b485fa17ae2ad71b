// SPDX-License-Identifier: PostgreSQL
//
// The days of a batch: what came is staged, what is implausible is held back, the rest is written, and what is there
// but did not come is deleted. Afterwards the tables say of these days what the platform says.
#include "etl/store.h"
#include "etl/store_text.h"

namespace performance_tracker::etl {
namespace {

// Held back: a value so many times the largest that any product of the source had in the four weeks before (money in
// millionths, a decimal point lost). A deal multiplies a product's sales by ten, not by a hundred.
constexpr const char* kImplausibleFactor = "100";
// … by what came in so many days at least.
constexpr const char* kDaysToJudgeBy = "7";
// What still comes after so long is true, whatever it looks like.
constexpr const char* kBelievedAfter = "2 days";

constexpr char kStageMetrics[] = R"(
CREATE TEMPORARY TABLE IF NOT EXISTS staged_metrics
       (date date, external_id text, impressions numeric, clicks numeric, ad_spend numeric, units_sold numeric,
        revenue numeric, product_id integer) ON COMMIT DROP)";

// What came, but is not to be written: the row that is there stays.
constexpr char kStageKept[] =
    "CREATE TEMPORARY TABLE IF NOT EXISTS staged_kept (date date, external_id text) ON COMMIT DROP";

constexpr char kFindProducts[] = R"(
UPDATE pg_temp.staged_metrics s
SET product_id = k.product_id
FROM product_keys k
WHERE k.source = $1 AND k.external_id = s.external_id)";

// By what the tables say of the batch's days and of the four weeks before: held values never get there.
// $1 source, $2 first day, $3 factor, $4 days to judge by, $5 time after which it is believed, $6 run, $7 last day
constexpr char kHoldImplausible[] = R"(
WITH days AS (
    SELECT d.date, max(d.impressions) AS impressions, max(d.clicks) AS clicks, max(d.ad_spend) AS ad_spend,
           max(d.units_sold) AS units_sold, max(d.revenue) AS revenue
    FROM daily_performance d
    JOIN product_keys k USING (product_id)
    WHERE k.source = $1 AND d.date BETWEEN $2::date - 28 AND $7::date
    GROUP BY d.date
), before AS (
    SELECT count(*) AS days, max(impressions) AS impressions, max(clicks) AS clicks, max(ad_spend) AS ad_spend,
           max(units_sold) AS units_sold, max(revenue) AS revenue,
           min(impressions + clicks + ad_spend + units_sold + revenue) AS quietest
    FROM days
), silent AS (
    SELECT date
    FROM pg_temp.staged_metrics
    GROUP BY date
    HAVING sum(impressions + clicks + ad_spend + units_sold + revenue) = 0
), judged AS (
    SELECT s.ctid AS place, s.date, s.external_id,
           concat_ws(' ', s.impressions, s.clicks, s.ad_spend, s.units_sold, s.revenue) AS original,
           CASE WHEN s.date IN (SELECT date FROM silent) AND b.quietest > 0
                THEN 'the whole day is zero, and no day of the four weeks before was'
                WHEN s.ad_spend > $3::numeric * b.ad_spend AND b.ad_spend > 0
                THEN 'ad_spend ' || s.ad_spend || ' is more than ' || $3 || ' times the largest of the four weeks before'
                WHEN s.revenue > $3::numeric * b.revenue AND b.revenue > 0
                THEN 'revenue ' || s.revenue || ' is more than ' || $3 || ' times the largest of the four weeks before'
                WHEN s.impressions > $3::numeric * b.impressions AND b.impressions > 0
                THEN 'impressions ' || s.impressions || ' are more than ' || $3
                     || ' times the most of the four weeks before'
                WHEN s.clicks > $3::numeric * b.clicks AND b.clicks > 0
                THEN 'clicks ' || s.clicks || ' are more than ' || $3 || ' times the most of the four weeks before'
                WHEN s.units_sold > $3::numeric * b.units_sold AND b.units_sold > 0
                THEN 'units_sold ' || s.units_sold || ' are more than ' || $3
                     || ' times the most of the four weeks before'
           END AS reason
    FROM pg_temp.staged_metrics s, before b
    WHERE b.days >= $4::integer
), implausible AS (
    SELECT j.*
    FROM judged j
    WHERE j.reason IS NOT NULL
      AND NOT EXISTS (SELECT FROM etl_rejects r
                      WHERE r.source = $1 AND (r.date, r.external_id, r.original) = (j.date, j.external_id, j.original)
                        AND r.status IN ('held', 'released') AND r.first_seen < now() - $5::interval)
), noted AS (
    INSERT INTO etl_rejects AS r (source, status, date, external_id, reason, original, run_id)
    SELECT $1, 'held', date, external_id, reason, original, $6::bigint
    FROM implausible
    ON CONFLICT (source, (coalesce(date, '0001-01-01')), (coalesce(external_id, '')), (md5(coalesce(CASE WHEN original OPERATOR(pg_catalog.<>) '' THEN original END, reason))))
    DO UPDATE SET last_seen = now(), run_id = EXCLUDED.run_id
), kept AS (
    INSERT INTO pg_temp.staged_kept SELECT date, external_id FROM implausible
)
DELETE FROM pg_temp.staged_metrics s USING implausible i WHERE s.ctid = i.place)";

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
    JOIN products p ON p.id = s.product_id
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
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), (SELECT count(*) FROM scaled),
       coalesce(bool_or(NOT is_new AND date = $1::date), false)
FROM changed)";

// A row that is there and did not come, of a product of the source. $1 source, $2 first day, $3 last day
constexpr char kWithdrawn[] = R"(
FROM daily_performance d
WHERE EXISTS (
SELECT FROM product_keys k
WHERE k.source = $1 AND k.product_id = d.product_id AND d.date BETWEEN $2::date AND $3::date
  AND NOT EXISTS (SELECT FROM pg_temp.staged_metrics s WHERE (s.date, s.product_id) = (d.date, d.product_id))
  AND NOT EXISTS (SELECT FROM pg_temp.staged_kept s WHERE (s.date, s.external_id) = (d.date, k.external_id))))";

constexpr char kReleaseLoaded[] = R"(
UPDATE etl_rejects r
SET status = 'released'
FROM pg_temp.staged_metrics s
WHERE r.source = $1 AND r.status = 'held' AND (r.date, r.external_id) = (s.date, s.external_id))";

// A good row has come in the place of the bad one.
constexpr char kForgetCorrected[] = R"(
DELETE FROM etl_rejects r
USING pg_temp.staged_metrics s
WHERE r.source = $1 AND r.status = 'rejected' AND (r.date, r.external_id) = (s.date, s.external_id))";

std::int64_t integer_at(const db::Result& result, int column) { return result.integer(0, column).value_or(0); }

std::string period(const Batch& batch) { return to_string(batch.first) + " to " + to_string(batch.last); }

}  // namespace

void Store::keep_rejects(std::int64_t run, const std::string& source, const std::vector<Reject>& rejects) {
  for (const Reject& reject : rejects)
    connection_.execute(
        "INSERT INTO etl_rejects AS r (source, status, date, external_id, reason, original, run_id) "
        "VALUES ($1, 'rejected', $2, $3, $4, $5, $6) "
        "ON CONFLICT (source, (coalesce(date, '0001-01-01')), (coalesce(external_id, '')), "
        "(md5(coalesce(CASE WHEN original OPERATOR(pg_catalog.<>) '' THEN original END, reason)))) "
        "DO UPDATE SET last_seen = now(), reason = EXCLUDED.reason, run_id = EXCLUDED.run_id",
        {source, reject.date ? db::Param(to_string(*reject.date)) : db::Param(), reject.product_id, reject.reason,
         reject.original, std::to_string(run)});
}

void Store::stage_metrics(const MetricsBatch& metrics) {
  connection_.execute(kStageMetrics);
  connection_.execute(kStageKept);
  connection_.execute("TRUNCATE pg_temp.staged_metrics, pg_temp.staged_kept");
  db::CopyIn copy(connection_,
                  "COPY pg_temp.staged_metrics (date, external_id, impressions, clicks, ad_spend, units_sold, revenue) "
                  "FROM STDIN");
  for (const MetricsRow& row : metrics.rows)
    copy.row({to_string(row.date), row.product_id, std::to_string(row.impressions), std::to_string(row.clicks),
              number_text(row.ad_spend), std::to_string(row.units_sold), number_text(row.revenue)});
  copy.finish();
  db::CopyIn kept(connection_, "COPY pg_temp.staged_kept (date, external_id) FROM STDIN");
  for (const Reject& reject : metrics.rejects)
    if (reject.date && reject.product_id) kept.row({to_string(*reject.date), *reject.product_id});
  kept.finish();
}

std::int64_t Store::hold_implausible(const Batch& batch) {
  return connection_
      .execute(kHoldImplausible, {batch.source, to_string(batch.first), kImplausibleFactor, kDaysToJudgeBy,
                                  kBelievedAfter, std::to_string(batch.run), to_string(batch.last)})
      .affected_rows();
}

void Store::upsert_metrics(const Batch& batch, RowCounts& counts) {
  const std::int64_t staged = integer_at(connection_.execute("SELECT count(*) FROM pg_temp.staged_metrics"), 0);
  const auto written = connection_.execute(kUpsertMetrics, {to_string(batch.first)});
  counts.inserted = integer_at(written, 0);
  counts.updated = integer_at(written, 1);
  const std::int64_t matched = integer_at(written, 2);
  counts.unchanged = matched - counts.inserted - counts.updated;
  counts.first_day_moved = written.boolean(0, 3);
  // Only a product deleted in this very moment could be missing; then the batch is not whole.
  if (matched != staged)
    throw db::Error("23503", "products were deleted while their days were being loaded", "Load again.");
}

void Store::delete_withdrawn(const Batch& batch, const MetricsBatch& metrics, RowCounts& counts) {
  // A row that was set aside without its day or product may stand for any of those that did not come.
  for (const Reject& reject : metrics.rejects)
    if (!reject.date || !reject.product_id) return;
  const std::vector<db::Param> parameters{batch.source, to_string(batch.first), to_string(batch.last)};
  const auto missing = integer_at(connection_.execute("SELECT count(*) " + std::string(kWithdrawn), parameters), 0);
  if (missing == 0) return;
  const auto there =
      integer_at(connection_.execute("SELECT count(*) FROM daily_performance d JOIN product_keys k USING (product_id) "
                                     "WHERE k.source = $1 AND d.date BETWEEN $2::date AND $3::date",
                                     parameters),
                 0);
  // An empty answer is more often a fault than the truth: what is there stays until somebody says so.
  if (2 * missing > there && !batch.accept) {
    counts.note = "the platform has " + std::to_string(missing) + " of " + std::to_string(there) + " rows of " +
                  period(batch) + " no longer; they were kept (`performance_tracker etl --accept` deletes them)";
    keep_rejects(batch.run, batch.source, {{batch.first, std::nullopt, counts.note, ""}});
    return;
  }
  counts.withdrawn = connection_.execute("DELETE " + std::string(kWithdrawn), parameters).affected_rows();
}

RowCounts Store::load_batch(const Batch& batch, const MetricsBatch& metrics) {
  RowCounts counts;
  stage_metrics(metrics);
  connection_.execute(kFindProducts, {batch.source});
  keep_rejects(batch.run, batch.source, metrics.rejects);
  counts.rejected = static_cast<std::int64_t>(metrics.rejects.size());
  if (!batch.accept) counts.held = hold_implausible(batch);
  upsert_metrics(batch, counts);
  settle_rejects(batch);
  delete_withdrawn(batch, metrics, counts);
  add_counts(batch.run, counts);
  return counts;
}

void Store::settle_rejects(const Batch& batch) {
  connection_.execute(kReleaseLoaded, {batch.source});
  connection_.execute(kForgetCorrected, {batch.source});
}

void Store::add_counts(std::int64_t run, const RowCounts& counts) {
  connection_.execute(
      "UPDATE etl_runs SET rows_read = rows_read + $2, rows_inserted = rows_inserted + $3, "
      "rows_updated = rows_updated + $4, rows_unchanged = rows_unchanged + $5, rows_withdrawn = rows_withdrawn + $6, "
      "rows_rejected = rows_rejected + $7, rows_held = rows_held + $8 WHERE id = $1",
      {std::to_string(run),
       std::to_string(counts.inserted + counts.updated + counts.unchanged + counts.held + counts.rejected),
       std::to_string(counts.inserted), std::to_string(counts.updated), std::to_string(counts.unchanged),
       std::to_string(counts.withdrawn), std::to_string(counts.rejected), std::to_string(counts.held)});
}

}  // namespace performance_tracker::etl
