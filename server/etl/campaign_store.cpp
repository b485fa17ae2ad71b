// SPDX-License-Identifier: PostgreSQL
#include "etl/campaign_store.h"

#include <string_view>

namespace performance_tracker::etl {
namespace {

// What is there of the days, in the session's own tables: the shop's may lie on other machines, where these are not.
constexpr const char* kReadCurrent[] = {
    R"(
CREATE TEMPORARY TABLE current_facts ON COMMIT DROP AS
SELECT c.date, c.external_id, c.campaign, c.product_id, c.channel, c.impressions, c.clicks, c.ad_spend, c.units_sold,
       c.revenue, c.currency, c.original_ad_spend, c.original_revenue
FROM campaign_performance c
WHERE c.source = $1 AND c.date BETWEEN $2::date AND $3::date)",
    R"(
CREATE TEMPORARY TABLE current_days ON COMMIT DROP AS
SELECT d.date, d.product_id, d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue
FROM daily_performance d
WHERE $1::text IS NOT NULL AND d.date BETWEEN $2::date AND $3::date)",
    R"(
CREATE TEMPORARY TABLE current_keys ON COMMIT DROP AS
SELECT k.source, k.external_id, k.product_id, coalesce(s.channel, '') AS channel, k.source = $1 AS own,
       coalesce(s.whole, true) AS whole
FROM product_keys k LEFT JOIN etl_sources s ON s.source = k.source
WHERE ($2::date, $3::date) IS NOT NULL)",
};

// Of what the source said of a staged day and product before, what it says no longer.
constexpr char kReplaced[] = R"(
CREATE TEMPORARY TABLE replaced_facts ON COMMIT DROP AS
SELECT c.date, c.external_id, c.campaign, c.product_id
FROM pg_temp.current_facts c
WHERE EXISTS (SELECT FROM pg_temp.staged_facts f WHERE (f.date, f.external_id) = (c.date, c.external_id))
  AND NOT EXISTS (SELECT FROM pg_temp.staged_facts f
                  WHERE (f.date, f.external_id, f.campaign) = (c.date, c.external_id, c.campaign)))";

// The source has said all there is: what it did not say is no longer true, unless it was set aside.
constexpr char kWithdrawn[] = R"(
INSERT INTO pg_temp.replaced_facts
SELECT c.date, c.external_id, c.campaign, c.product_id
FROM pg_temp.current_facts c
WHERE NOT EXISTS (SELECT FROM pg_temp.staged_facts f WHERE (f.date, f.external_id) = (c.date, c.external_id))
  AND NOT EXISTS (SELECT FROM pg_temp.staged_kept k WHERE (k.date, k.external_id) = (c.date, c.external_id)))";

// Days and products whose sum may be another now: the staged ones, and those that they were mapped to before.
constexpr char kPairs[] = R"(
CREATE TEMPORARY TABLE staged_pairs ON COMMIT DROP AS
SELECT date, product_id FROM pg_temp.staged_facts
UNION SELECT date, product_id FROM pg_temp.replaced_facts
UNION SELECT c.date, c.product_id
      FROM pg_temp.current_facts c
      JOIN pg_temp.staged_facts f ON (f.date, f.external_id) = (c.date, c.external_id))";

// Where the shop speaks for a day, a product of its own that it does not mention was not sold.
constexpr char kPairsOfOrders[] = R"(
INSERT INTO pg_temp.staged_pairs
SELECT d.date, d.product_id
FROM pg_temp.current_days d
WHERE d.date IN (SELECT date FROM pg_temp.staged_facts)
  AND d.product_id IN (SELECT product_id FROM pg_temp.current_keys WHERE own)
EXCEPT SELECT date, product_id FROM pg_temp.staged_pairs)";

// Rows that a platform wrote into daily_performance alone, because it had the product to itself until now.
constexpr char kOthersOfPairs[] = R"(
CREATE TEMPORARY TABLE kept_days ON COMMIT DROP AS
SELECT DISTINCT ON (d.date, d.product_id) k.source, d.date, k.external_id, d.product_id, k.channel, d.impressions,
       d.clicks, d.ad_spend, d.units_sold, d.revenue
FROM pg_temp.current_days d
JOIN pg_temp.staged_pairs p ON (p.date, p.product_id) = (d.date, d.product_id)
JOIN pg_temp.current_keys k ON k.product_id = d.product_id AND k.whole AND NOT k.own
ORDER BY d.date, d.product_id, k.source, k.external_id)";

constexpr char kHaveFacts[] = R"(
CREATE TEMPORARY TABLE days_with_facts ON COMMIT DROP AS
SELECT DISTINCT c.date, c.product_id
FROM campaign_performance c
WHERE c.date BETWEEN $1::date AND $2::date)";

constexpr char kKeepOthers[] = R"(
INSERT INTO campaign_performance (source, date, external_id, campaign, product_id, channel, impressions, clicks,
                                  ad_spend, units_sold, revenue)
SELECT k.source, k.date, k.external_id, '', k.product_id, k.channel, k.impressions, k.clicks, k.ad_spend, k.units_sold,
       k.revenue
FROM pg_temp.kept_days k
WHERE NOT EXISTS (SELECT FROM pg_temp.days_with_facts h WHERE (h.date, h.product_id) = (k.date, k.product_id))
ON CONFLICT DO NOTHING)";

constexpr char kDeleteReplaced[] = R"(
DELETE FROM campaign_performance
WHERE source = $1 AND date BETWEEN $2::date AND $3::date
  AND (date, external_id, campaign) IN (SELECT r.date, r.external_id, r.campaign FROM pg_temp.replaced_facts r))";

constexpr char kWriteFacts[] = R"(
INSERT INTO campaign_performance AS c
       (source, date, external_id, campaign, product_id, channel, impressions, clicks, ad_spend, units_sold, revenue,
        currency, original_ad_spend, original_revenue, run_id)
SELECT $1, f.date, f.external_id, f.campaign, f.product_id, f.channel, f.impressions, f.clicks, f.ad_spend,
       f.units_sold, f.revenue, f.currency, f.original_ad_spend, f.original_revenue, nullif($2::bigint, 0)
FROM pg_temp.staged_facts f
LEFT JOIN pg_temp.current_facts o ON (o.date, o.external_id, o.campaign) = (f.date, f.external_id, f.campaign)
WHERE (o.product_id, o.channel, o.impressions, o.clicks, o.ad_spend, o.units_sold, o.revenue, o.currency,
       o.original_ad_spend, o.original_revenue)
      IS DISTINCT FROM (f.product_id, f.channel, f.impressions, f.clicks, f.ad_spend, f.units_sold, f.revenue,
                        f.currency, f.original_ad_spend, f.original_revenue)
ORDER BY f.date, f.external_id
ON CONFLICT (source, date, external_id, campaign) DO UPDATE
SET product_id = EXCLUDED.product_id, channel = EXCLUDED.channel, impressions = EXCLUDED.impressions,
    clicks = EXCLUDED.clicks, ad_spend = EXCLUDED.ad_spend, units_sold = EXCLUDED.units_sold,
    revenue = EXCLUDED.revenue, currency = EXCLUDED.currency, original_ad_spend = EXCLUDED.original_ad_spend,
    original_revenue = EXCLUDED.original_revenue, run_id = EXCLUDED.run_id)";

constexpr char kReadAll[] = R"(
CREATE TEMPORARY TABLE all_facts ON COMMIT DROP AS
SELECT c.date, c.product_id, c.channel, c.impressions, c.clicks, c.ad_spend, c.units_sold, c.revenue
FROM campaign_performance c
WHERE c.date BETWEEN $1::date AND $2::date)";

// More came back than was sold: a day of daily_performance cannot say so, and is zero.
constexpr char kSums[] = R"(
CREATE TEMPORARY TABLE staged_days ON COMMIT DROP AS
WITH spoken AS (
    SELECT DISTINCT date FROM pg_temp.all_facts WHERE channel = 'shop'
), sold AS (
    SELECT DISTINCT product_id FROM pg_temp.current_keys WHERE channel = 'shop'
), sums AS (
    SELECT p.date, p.product_id, count(a.date) AS rows,
           sum(a.impressions) AS impressions, sum(a.clicks) AS clicks, sum(a.ad_spend) AS ad_spend,
           sum(a.units_sold) AS units_sold, sum(a.revenue) AS revenue,
           sum(a.units_sold) FILTER (WHERE a.channel = 'shop') AS ordered_units,
           sum(a.revenue) FILTER (WHERE a.channel = 'shop') AS ordered_revenue,
           EXISTS (SELECT FROM spoken s WHERE s.date = p.date)
           AND EXISTS (SELECT FROM sold s WHERE s.product_id = p.product_id) AS by_orders
    FROM pg_temp.staged_pairs p
    LEFT JOIN pg_temp.all_facts a ON (a.date, a.product_id) = (p.date, p.product_id)
    GROUP BY p.date, p.product_id
), chosen AS (
    SELECT date, product_id, rows, impressions, clicks, ad_spend,
           CASE WHEN by_orders THEN coalesce(ordered_units, 0) ELSE units_sold END AS units_sold,
           CASE WHEN by_orders THEN coalesce(ordered_revenue, 0) ELSE revenue END AS revenue
    FROM sums
)
SELECT date, product_id, rows, impressions::integer AS impressions, clicks::integer AS clicks,
       ad_spend::numeric(16,2) AS ad_spend,
       CASE WHEN units_sold < 0 THEN 0 ELSE round(units_sold)::integer END AS units_sold,
       CASE WHEN revenue < 0 THEN 0 ELSE revenue::numeric(16,2) END AS revenue
FROM chosen)";

constexpr char kDeleteEmptyDays[] = R"(
DELETE FROM daily_performance
WHERE date BETWEEN $1::date AND $2::date
  AND (date, product_id) IN (SELECT s.date, s.product_id FROM pg_temp.staged_days s WHERE s.rows = 0))";

constexpr char kRememberEmptied[] = R"(
INSERT INTO daily_performance_history (date, product_id, existed, impressions, clicks, ad_spend, units_sold, revenue)
SELECT d.date, d.product_id, true, d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue
FROM pg_temp.current_days d JOIN pg_temp.staged_days s ON (s.date, s.product_id) = (d.date, d.product_id)
WHERE s.rows = 0
ON CONFLICT DO NOTHING)";

constexpr char kFindChanged[] = R"(
CREATE TEMPORARY TABLE staged_changed ON COMMIT DROP AS
SELECT s.date, s.product_id, s.impressions, s.clicks, s.ad_spend, s.units_sold, s.revenue, d.date IS NULL AS is_new,
       d.impressions AS old_impressions, d.clicks AS old_clicks, d.ad_spend AS old_ad_spend,
       d.units_sold AS old_units_sold, d.revenue AS old_revenue
FROM pg_temp.staged_days s
LEFT JOIN pg_temp.current_days d ON (d.date, d.product_id) = (s.date, s.product_id)
WHERE s.rows > 0
  AND (d.date IS NULL OR (d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue)
                         IS DISTINCT FROM (s.impressions, s.clicks, s.ad_spend, s.units_sold, s.revenue)))";

// A load of several batches is one transaction.
constexpr char kDropStaging[] =
    "DROP TABLE IF EXISTS pg_temp.current_facts, pg_temp.current_days, pg_temp.current_keys, pg_temp.replaced_facts, "
    "pg_temp.staged_pairs, pg_temp.kept_days, pg_temp.days_with_facts, pg_temp.all_facts, pg_temp.staged_days, "
    "pg_temp.staged_facts, pg_temp.staged_changed";

}  // namespace

std::int64_t CampaignStore::run(const std::string& sql, const db::Params& parameters) {
  return connection_.execute(sql, parameters).affected_rows();
}

void CampaignStore::stage_pairs(bool orders, bool whole) {
  // Without figures the planner takes a fresh table for small, and joins it row by row.
  run("ANALYZE pg_temp.staged_facts");
  for (const char* sql : kReadCurrent) run(sql, {batch_.source, to_string(batch_.first), to_string(batch_.last)});
  run("ANALYZE pg_temp.current_facts");
  run("ANALYZE pg_temp.current_days");
  run(kReplaced);
  if (whole) run(kWithdrawn);
  run(kPairs);
  if (orders) run(kPairsOfOrders);
  run("ANALYZE pg_temp.staged_pairs");
}

void CampaignStore::keep_other_sources() {
  if (run(kOthersOfPairs) == 0) return;
  run(kHaveFacts, {to_string(batch_.first), to_string(batch_.last)});
  run(kKeepOthers);
}

void CampaignStore::write_facts() {
  run(kDeleteReplaced, {batch_.source, to_string(batch_.first), to_string(batch_.last)});
  run(kWriteFacts, {batch_.source, std::to_string(batch_.run)});
}

void CampaignStore::write_days(RowCounts& counts) {
  run(kReadAll, {to_string(batch_.first), to_string(batch_.last)});
  run("ANALYZE pg_temp.all_facts");
  run(kSums);
  run("ANALYZE pg_temp.staged_days");
  run(kRememberEmptied);
  counts.withdrawn += run(kDeleteEmptyDays, {to_string(batch_.first), to_string(batch_.last)});
  const auto days = connection_.execute("SELECT count(*) FROM pg_temp.staged_days WHERE rows > 0").integer(0, 0);
  run("DROP TABLE IF EXISTS pg_temp.staged_changed");
  run(kFindChanged);
  store_.write_changed(batch_, days.value_or(0), counts);
}

void CampaignStore::write(bool orders, bool whole, RowCounts& counts) {
  stage_pairs(orders, whole);
  keep_other_sources();
  write_facts();
  write_days(counts);
  run(kDropStaging);
}

}  // namespace performance_tracker::etl
