// SPDX-License-Identifier: PostgreSQL
//
// The reports of Google, Meta and Amazon, as the simulated platform serves them in their dialects.
#include <gtest/gtest.h>

#include "etl/etl.h"
#include "simulator/fault_plan.h"
#include "simulator/shop.h"
#include "support.h"

namespace performance_tracker::test {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;

constexpr Day kToday{std::chrono::year{2026} / std::chrono::November / 22};

class EtlDialects : public testing::TestWithParam<std::pair<const char*, const char*>> {
 protected:
  etl::Options options(const PlatformServer& platform) const {
    etl::Options result;
    result.platform_url = platform.url() + "/platform/" + GetParam().second;
    result.dialect = GetParam().first;
    result.account = "4711";
    result.database = database.login("performance_tracker_loader");
    result.as_of = kToday;
    result.history_days = 30;
    result.backoff = milliseconds(5);
    result.max_backoff = milliseconds(20);
    return result;
  }
  std::string totals() const {
    return database.value(
        "SELECT concat_ws(' ', count(*), sum(impressions), sum(clicks), (sum(ad_spend) * 100)::bigint, "
        "sum(units_sold), (sum(revenue) * 100)::bigint) FROM daily_performance");
  }
  static std::string shop_totals(Day first, Day last) {
    std::int64_t n = 0, impressions = 0, clicks = 0, spend = 0, units = 0, revenue = 0;
    for (const auto& row : simulator::Shop(42).metrics(first, last, last + days{10})) {
      ++n;
      impressions += row.impressions;
      clicks += row.clicks;
      spend += row.ad_spend_cents;
      units += row.units_sold;
      revenue += row.revenue_cents;
    }
    std::string text;
    for (const auto number : {n, impressions, clicks, spend, units, revenue})
      text += (text.empty() ? "" : " ") + std::to_string(number);
    return text;
  }
  const ThrowAwayDatabase database;
};

TEST_P(EtlDialects, TheTablesSayWhatThePlatformSays) {
  const PlatformServer platform;
  const auto summary = etl::run(options(platform));
  EXPECT_EQ(summary.rows_inserted, 900);
  EXPECT_EQ(totals(), shop_totals(kToday - days{30}, kToday - days{1}));
  EXPECT_EQ(database.value("SELECT count(*) FROM products WHERE name = 'Wireless Mouse'"),
            std::string(GetParam().first) == "amazon_ads" ? "0" : "1")
      << "Amazon tells keys, no names";
  EXPECT_EQ(database.value("SELECT DISTINCT currency FROM campaign_performance"), "USD");
  EXPECT_EQ(database.value("SELECT source FROM etl_sources"), std::string(GetParam().first) + " 4711");
  // Again, and the next day.
  const auto again = etl::run(options(platform));
  EXPECT_EQ(again.rows_inserted + again.rows_updated, 0);
  auto tomorrow = options(platform);
  tomorrow.as_of = kToday + days{1};
  EXPECT_EQ(etl::run(tomorrow).rows_inserted, 30);
}

TEST_P(EtlDialects, ATokenThatHasRunOutIsRefreshed) {
  simulator::PlatformOptions settings;
  settings.token = "first-token";
  settings.token_uses = 1;
  const PlatformServer platform(settings);
  auto refreshed = options(platform);
  refreshed.platform_token = "first-token";
  refreshed.token_url = platform.url() + "/platform/oauth/token";
  refreshed.refresh_token = "for-ever";
  EXPECT_EQ(etl::run(refreshed).rows_inserted, 900);
  auto stale = options(platform);
  stale.platform_token = "first-token";
  try {
    etl::run(stale);
    ADD_FAILURE() << "an old token was taken";
  } catch (const etl::Error& error) {
    EXPECT_NE(std::string(error.what()).find("401"), std::string::npos) << error.what();
  }
}

TEST_P(EtlDialects, AQuotaIsWaitedFor) {
  const PlatformServer platform(with_faults("429:0,500"));
  EXPECT_EQ(etl::run(options(platform)).retries, 2);
  EXPECT_EQ(totals(), shop_totals(kToday - days{30}, kToday - days{1}));
}

INSTANTIATE_TEST_SUITE_P(All, EtlDialects,
                         testing::Values(std::pair{"google_ads", "google"}, std::pair{"meta_ads", "meta"},
                                         std::pair{"amazon_ads", "amazon"}),
                         [](const auto& one) { return std::string(one.param.second); });

}  // namespace
}  // namespace performance_tracker::test
