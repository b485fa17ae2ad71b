// SPDX-License-Identifier: PostgreSQL
//
// A platform's days that are not the platform's alone: other sources speak of them too, or its amounts are in another
// currency than the shop's. They go through campaign_performance.
#include "etl/campaign_store.h"
#include "etl/currency.h"
#include "etl/store.h"

namespace performance_tracker::etl {
namespace {

constexpr char kShared[] = "SELECT EXISTS (SELECT FROM campaign_performance WHERE date BETWEEN $1::date AND $2::date)";

// $1 channel, $2 currency, empty: the shop's
constexpr char kStageFacts[] = R"(
CREATE TEMPORARY TABLE staged_facts ON COMMIT DROP AS
WITH factors AS MATERIALIZED (
    SELECT p.id, coalesce(m.multiplier, 1) AS multiplier
    FROM products p LEFT JOIN category_multipliers m ON m.category = p.category
)
SELECT s.date, s.product_id, s.external_id, ''::text AS campaign, $1::text AS channel, nullif($2, '') AS currency,
       round(s.impressions * f.multiplier)::bigint AS impressions, round(s.clicks * f.multiplier)::bigint AS clicks,
       round(s.ad_spend * f.multiplier * coalesce(x.rate, 1), 4)::numeric(18,4) AS ad_spend,
       round(s.units_sold * f.multiplier, 4)::numeric(18,4) AS units_sold,
       round(s.revenue * f.multiplier * coalesce(x.rate, 1), 4)::numeric(18,4) AS revenue,
       CASE WHEN $2 <> '' THEN round(s.ad_spend, 6)::numeric(20,6) END AS original_ad_spend,
       CASE WHEN $2 <> '' THEN round(s.revenue, 6)::numeric(20,6) END AS original_revenue
FROM pg_temp.staged_metrics s
JOIN factors f ON f.id = s.product_id
LEFT JOIN pg_temp.known_rates x ON x.currency = $2 AND s.date >= x.date AND s.date < x.until)";

constexpr char kWithoutRate[] = R"(
SELECT min(s.date) FROM pg_temp.staged_metrics s
WHERE NOT EXISTS (SELECT FROM pg_temp.known_rates x WHERE x.currency = $1 AND s.date >= x.date AND s.date < x.until))";

struct Account {
  std::string channel, currency;  // currency: empty for the shop's
};

Account account_of(db::Connection& connection, const std::string& source) {
  const auto found = connection.execute(
      "SELECT s.channel, coalesce(nullif(s.currency, c.currency), '') FROM etl_sources s "
      "LEFT JOIN shop_settings c ON true WHERE s.source = $1",
      {source});
  if (found.rows() == 0) return {};
  return {std::string(found.text(0, 0)), std::string(found.text(0, 1))};
}

}  // namespace

std::string Store::account_currency(const std::string& source) { return account_of(connection_, source).currency; }

bool Store::shares_days(const Batch& batch) {
  if (connection_.execute(kShared, {to_string(batch.first), to_string(batch.last)}).boolean(0, 0)) return true;
  return !account_currency(batch.source).empty();
}

void Store::upsert_shared(const Batch& batch, bool whole, RowCounts& counts) {
  check_staged();
  const Account account = account_of(connection_, batch.source);
  const std::string shop = read_rates(connection_);
  if (!account.currency.empty() && !shop.empty()) {
    const auto missing = connection_.execute(kWithoutRate, {account.currency});
    if (!missing.is_null(0, 0))
      throw db::Error("22023", "the source's amounts are in " + account.currency + ", the shop's in " + shop +
                                   ", and currency_rates has no rate for " + std::string(missing.text(0, 0)));
  }
  connection_.execute(kStageFacts, {account.channel, shop.empty() ? "" : account.currency});
  CampaignStore(connection_, *this, batch).write(false, whole, counts);
  if (whole) delete_withdrawn_alone(batch, counts);
}

// What the source had to itself and did not send again; CampaignStore has seen to the days that others speak of too.
void Store::delete_withdrawn_alone(const Batch& batch, RowCounts& counts) {
  connection_.execute(R"(
WITH shared AS MATERIALIZED (
    SELECT DISTINCT date, product_id FROM campaign_performance WHERE date BETWEEN $1::date AND $2::date
)
DELETE FROM pg_temp.withdrawn w USING shared s WHERE (s.date, s.product_id) = (w.date, w.product_id))",
                      {to_string(batch.first), to_string(batch.last)});
  delete_withdrawn(batch, counts);
}

}  // namespace performance_tracker::etl
