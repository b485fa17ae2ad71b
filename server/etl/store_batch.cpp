// SPDX-License-Identifier: PostgreSQL
//
// The days of a batch: what came is staged, what is implausible is held back, the rest is written, and what is there
// but did not come is deleted. Afterwards the tables say of these days what the platform says.
#include <string_view>
#include <unordered_map>

#include "etl/store.h"
#include "etl/store_judge.h"
#include "etl/store_text.h"

namespace performance_tracker::etl {
namespace {

constexpr char kStageMetrics[] = R"(
CREATE TEMPORARY TABLE IF NOT EXISTS staged_metrics
       (date date, external_id text, impressions numeric, clicks numeric, ad_spend numeric, units_sold numeric,
        revenue numeric, product_id integer) ON COMMIT DROP)";

// What came, but is not to be written: the row that is there stays.
constexpr char kStageKept[] =
    "CREATE TEMPORARY TABLE IF NOT EXISTS staged_kept (date date, external_id text) ON COMMIT DROP";

// By what the tables say of the batch's days and of the four weeks before: held values never get there.
// $1 source, $2 first day, $3 factor, $4 days to judge by, $5 time after which it is believed, $6 last day
constexpr char kJudge[] = R"(
CREATE TEMPORARY TABLE implausible ON COMMIT DROP AS
WITH days AS MATERIALIZED (
    SELECT d.date, max(d.impressions) AS impressions, max(d.clicks) AS clicks, max(d.ad_spend) AS ad_spend,
           max(d.units_sold) AS units_sold, max(d.revenue) AS revenue
    FROM daily_performance d
    JOIN product_keys k USING (product_id)
    WHERE k.source = $1 AND d.date BETWEEN $2::date - 28 AND $6::date
    GROUP BY d.date
), believed AS MATERIALIZED (
    SELECT date, external_id, original
    FROM etl_rejects
    WHERE source = $1 AND status IN ('held', 'released') AND first_seen < now() - $5::interval
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
    SELECT s.date, s.external_id, concat_ws(' ', s.impressions, s.clicks, s.ad_spend, s.units_sold, s.revenue) AS original,
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
)
SELECT j.date, j.external_id, j.original, j.reason
FROM judged j
WHERE j.reason IS NOT NULL
  AND NOT EXISTS (SELECT FROM believed r
                  WHERE (r.date, r.external_id, r.original) = (j.date, j.external_id, j.original)))";

constexpr char kKeepHeld[] = R"(
INSERT INTO etl_rejects AS r (source, status, date, external_id, reason, original, run_id)
SELECT $1, 'held', date, external_id, reason, original, nullif($2::bigint, 0)
FROM pg_temp.implausible
ON CONFLICT (source, (coalesce(date, '0001-01-01')), (coalesce(external_id, '')), (md5(coalesce(CASE WHEN original OPERATOR(pg_catalog.<>) '' THEN original END, reason))))
DO UPDATE SET last_seen = now(), run_id = EXCLUDED.run_id)";

// $1 first day, $2 last day. Unchanged rows are left out, because ON CONFLICT locks, and thereby writes, every row that
// it meets.
constexpr char kFindChanged[] = R"(
CREATE TEMPORARY TABLE staged_changed ON COMMIT DROP AS
WITH there AS MATERIALIZED (
    SELECT date, product_id, impressions, clicks, ad_spend, units_sold, revenue
    FROM daily_performance WHERE date BETWEEN $1::date AND $2::date
), factors AS MATERIALIZED (
    SELECT p.id, coalesce(m.multiplier, 1) AS multiplier
    FROM products p LEFT JOIN category_multipliers m ON m.category = p.category
), scaled AS (
    SELECT s.date, f.id AS product_id,
           round(s.impressions * f.multiplier)::integer AS impressions,
           round(s.clicks * f.multiplier)::integer AS clicks,
           round(s.ad_spend * f.multiplier, 2)::numeric(16,2) AS ad_spend,
           round(s.units_sold * f.multiplier)::integer AS units_sold,
           round(s.revenue * f.multiplier, 2)::numeric(16,2) AS revenue
    FROM pg_temp.staged_metrics s JOIN factors f ON f.id = s.product_id
)
SELECT s.*, t.date IS NULL AS is_new,
       t.impressions AS old_impressions, t.clicks AS old_clicks, t.ad_spend AS old_ad_spend,
       t.units_sold AS old_units_sold, t.revenue AS old_revenue
FROM scaled s
LEFT JOIN there t ON t.date = s.date AND t.product_id = s.product_id
WHERE t.date IS NULL OR (t.impressions, t.clicks, t.ad_spend, t.units_sold, t.revenue)
                        IS DISTINCT FROM (s.impressions, s.clicks, s.ad_spend, s.units_sold, s.revenue))";

constexpr char kCountChanged[] =
    "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), "
    "coalesce(bool_or(NOT is_new AND date = $1::date), false) FROM pg_temp.staged_changed";

constexpr char kCountStaged[] = R"(
WITH known AS MATERIALIZED (SELECT id FROM products)
SELECT count(*), count(k.id) FROM pg_temp.staged_metrics s LEFT JOIN known k ON k.id = s.product_id)";

constexpr char kWriteChanged[] = R"(
INSERT INTO daily_performance AS d (date, product_id, impressions, clicks, ad_spend, units_sold, revenue)
SELECT date, product_id, impressions, clicks, ad_spend, units_sold, revenue
FROM pg_temp.staged_changed
ORDER BY date, product_id
ON CONFLICT (date, product_id) DO UPDATE
SET impressions = EXCLUDED.impressions, clicks = EXCLUDED.clicks, ad_spend = EXCLUDED.ad_spend,
    units_sold = EXCLUDED.units_sold, revenue = EXCLUDED.revenue)";

// Rows that are there and did not come, of products of the source. $1 source, $2 first day, $3 last day
constexpr char kFindWithdrawn[] = R"(
CREATE TEMPORARY TABLE withdrawn ON COMMIT DROP AS
WITH there AS MATERIALIZED (
    SELECT d.date, d.product_id, d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue, k.external_id
    FROM daily_performance d JOIN product_keys k USING (product_id)
    WHERE k.source = $1 AND d.date BETWEEN $2::date AND $3::date
)
SELECT t.*
FROM there t
WHERE NOT EXISTS (SELECT FROM pg_temp.staged_metrics s WHERE (s.date, s.product_id) = (t.date, t.product_id))
  AND NOT EXISTS (SELECT FROM pg_temp.staged_kept s WHERE (s.date, s.external_id) = (t.date, t.external_id)))";

constexpr char kDeleteWithdrawn[] = R"(
DELETE FROM daily_performance
WHERE date BETWEEN $1::date AND $2::date
  AND (date, product_id) IN (SELECT w.date, w.product_id FROM pg_temp.withdrawn w))";

// What was there before, for daily_performance_as_of(); a first load of a day leaves nothing to remember.
constexpr char kRememberChanged[] = R"(
WITH seen AS MATERIALIZED (SELECT date FROM etl_days WHERE date BETWEEN $1::date AND $2::date)
INSERT INTO daily_performance_history (date, product_id, existed, impressions, clicks, ad_spend, units_sold, revenue)
SELECT c.date, c.product_id, NOT c.is_new, c.old_impressions, c.old_clicks, c.old_ad_spend, c.old_units_sold, c.old_revenue
FROM pg_temp.staged_changed c
WHERE NOT c.is_new OR c.date IN (SELECT date FROM seen)
ON CONFLICT DO NOTHING)";

constexpr char kRememberWithdrawn[] = R"(
INSERT INTO daily_performance_history (date, product_id, existed, impressions, clicks, ad_spend, units_sold, revenue)
SELECT DISTINCT ON (w.date, w.product_id) w.date, w.product_id, true, w.impressions, w.clicks, w.ad_spend, w.units_sold, w.revenue
FROM pg_temp.withdrawn w
ON CONFLICT DO NOTHING)";

constexpr char kRememberDays[] =
    "INSERT INTO etl_days (date) SELECT DISTINCT c.date FROM pg_temp.staged_changed c ON CONFLICT DO NOTHING";

constexpr char kReleaseLoaded[] = R"(
UPDATE etl_rejects SET status = 'released'
WHERE source = $1 AND status = 'held'
  AND (date, external_id) IN (SELECT s.date, s.external_id FROM pg_temp.staged_metrics s))";

// A good row has come in the place of the bad one.
constexpr char kForgetCorrected[] = R"(
DELETE FROM etl_rejects
WHERE source = $1 AND status = 'rejected'
  AND (date, external_id) IN (SELECT s.date, s.external_id FROM pg_temp.staged_metrics s))";

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

// With the products' numbers, which the session has looked up: a temporary table is never joined with one of the
// shop's, which may lie on other machines.
void Store::stage_metrics(const Batch& batch, const MetricsBatch& metrics) {
  // 100,000 rows are sorted and hashed without a file.
  connection_.execute("SET LOCAL work_mem = '64MB'");
  connection_.execute(kStageMetrics);
  connection_.execute(kStageKept);
  connection_.execute("TRUNCATE pg_temp.staged_metrics, pg_temp.staged_kept");
  const auto keys =
      connection_.execute("SELECT external_id, product_id FROM product_keys WHERE source = $1", {batch.source});
  std::unordered_map<std::string_view, std::string_view> ids;
  for (int i = 0; i < keys.rows(); ++i) ids.emplace(keys.text(i, 0), keys.text(i, 1));
  db::CopyIn copy(connection_,
                  "COPY pg_temp.staged_metrics (date, external_id, impressions, clicks, ad_spend, units_sold, revenue, "
                  "product_id) FROM STDIN");
  for (const MetricsRow& row : metrics.rows) {
    const auto id = ids.find(row.product_id);
    copy.row({to_string(row.date), row.product_id, std::to_string(row.impressions), std::to_string(row.clicks),
              number_text(row.ad_spend), std::to_string(row.units_sold), number_text(row.revenue),
              id == ids.end() ? db::Param() : db::Param(id->second)});
  }
  copy.finish();
  db::CopyIn kept(connection_, "COPY pg_temp.staged_kept (date, external_id) FROM STDIN");
  for (const Reject& reject : metrics.rejects)
    if (reject.date && reject.product_id) kept.row({to_string(*reject.date), *reject.product_id});
  kept.finish();
  // How many they are is what the planner has to know.
  connection_.execute("ANALYZE pg_temp.staged_metrics (date)");
}

std::int64_t Store::hold_implausible(const Batch& batch) {
  connection_.execute("DROP TABLE IF EXISTS pg_temp.implausible");
  const auto held = connection_
                        .execute(kJudge, {batch.source, to_string(batch.first), kImplausibleFactor, kDaysToJudgeBy,
                                          kBelievedAfter, to_string(batch.last)})
                        .affected_rows();
  if (held == 0) return 0;
  connection_.execute(kKeepHeld, {batch.source, std::to_string(batch.run)});
  connection_.execute("INSERT INTO pg_temp.staged_kept SELECT date, external_id FROM pg_temp.implausible");
  connection_.execute(
      "DELETE FROM pg_temp.staged_metrics s USING pg_temp.implausible i "
      "WHERE (s.date, s.external_id) = (i.date, i.external_id)");
  return held;
}

// How many rows are staged. Only a product deleted in this very moment could be missing; then the batch is not whole.
std::int64_t Store::check_staged() {
  const auto staged = connection_.execute(kCountStaged);
  if (integer_at(staged, 0) != integer_at(staged, 1))
    throw db::Error("23503", "products were deleted while their days were being loaded", "Load again.");
  return integer_at(staged, 0);
}

void Store::upsert_metrics(const Batch& batch, RowCounts& counts) {
  const auto staged = check_staged();
  connection_.execute("DROP TABLE IF EXISTS pg_temp.staged_changed");
  connection_.execute(kFindChanged, {to_string(batch.first), to_string(batch.last)});
  write_changed(batch, staged, counts);
}

void Store::write_changed(const Batch& batch, std::int64_t staged, RowCounts& counts) {
  const auto changed = connection_.execute(kCountChanged, {to_string(batch.first)});
  counts.inserted = integer_at(changed, 0);
  counts.updated = integer_at(changed, 1);
  counts.first_day_moved = changed.boolean(0, 2);
  counts.unchanged = staged - counts.inserted - counts.updated;
  if (counts.inserted + counts.updated == 0) return;
  connection_.execute(kRememberChanged, {to_string(batch.first), to_string(batch.last)});
  connection_.execute(kWriteChanged);
  connection_.execute(kRememberDays);
}

// Finds what is there and did not come. False: nothing, or so much that it stays until somebody says so.
bool Store::may_withdraw(const Batch& batch, const MetricsBatch& metrics, RowCounts& counts) {
  // A row that was set aside without its day or product may stand for any of those that did not come.
  for (const Reject& reject : metrics.rejects)
    if (!reject.date || !reject.product_id) return false;
  const db::Params parameters{batch.source, to_string(batch.first), to_string(batch.last)};
  connection_.execute("DROP TABLE IF EXISTS pg_temp.withdrawn");
  const auto missing = connection_.execute(kFindWithdrawn, parameters).affected_rows();
  if (missing == 0) return false;
  const auto there =
      integer_at(connection_.execute("SELECT count(*) FROM daily_performance d JOIN product_keys k USING (product_id) "
                                     "WHERE k.source = $1 AND d.date BETWEEN $2::date AND $3::date",
                                     parameters),
                 0);
  if (2 * missing <= there || batch.accept) return true;
  // An empty answer is more often a fault than the truth.
  counts.note = "the platform has " + std::to_string(missing) + " of " + std::to_string(there) + " rows of " +
                period(batch) + " no longer; they were kept (`performance_tracker etl --accept` deletes them)";
  keep_rejects(batch.run, batch.source, {{batch.first, std::nullopt, counts.note, ""}});
  return false;
}

void Store::delete_withdrawn(const Batch& batch, RowCounts& counts) {
  connection_.execute(kRememberWithdrawn);
  counts.withdrawn +=
      connection_.execute(kDeleteWithdrawn, {to_string(batch.first), to_string(batch.last)}).affected_rows();
}

RowCounts Store::load_batch(const Batch& batch, const MetricsBatch& metrics) {
  RowCounts counts;
  if (load_fresh(batch, metrics, counts)) return counts;
  fresh_days_.clear();
  stage_metrics(batch, metrics);
  merge_twins(batch);
  keep_rejects(batch.run, batch.source, metrics.rejects);
  counts.rejected = static_cast<std::int64_t>(metrics.rejects.size());
  if (!batch.accept) counts.held = hold_implausible(batch);
  const bool withdraw = may_withdraw(batch, metrics, counts);
  if (shares_days(batch)) {
    upsert_shared(batch, withdraw, counts);
  } else {
    upsert_metrics(batch, counts);
    if (withdraw) delete_withdrawn(batch, counts);
  }
  settle_rejects(batch);
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
