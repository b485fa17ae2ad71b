// SPDX-License-Identifier: PostgreSQL
//
// The tables say what the platform says, whatever it says next. Each test is a way in which they once did not.
#include <gtest/gtest.h>

#include <cmath>

#include "etl/etl.h"
#include "scripted_platform.h"
#include "support.h"

namespace performance_tracker::test {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;

constexpr Day kToday = ScriptedPlatform::kLast + days{1};

std::string times(const std::string& amount, double factor) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", std::stod(amount) * factor);
  return text;
}

class EtlTruth : public testing::Test {
 protected:
  etl::Options options() const {
    etl::Options result;
    result.platform_url = platform.url();
    result.database = database.login("performance_tracker_loader");
    result.as_of = kToday;
    result.backoff = milliseconds(5);
    result.max_backoff = milliseconds(20);
    return result;
  }
  etl::Summary load() const { return etl::run(options()); }
  etl::Summary load(bool etl::Options::*flag) const {
    auto with = options();
    with.*flag = true;
    return etl::run(with);
  }
  std::string totals() const {
    return database.value("SELECT sum(revenue) || ' in ' || count(*) FROM daily_performance");
  }
  std::string rejects(const std::string& status) const {
    return database.value("SELECT count(*) FROM etl_rejects WHERE status = '" + status + "'");
  }

  const ThrowAwayDatabase database;
  ScriptedPlatform platform;
};

// 247,571.00 in 918 rows where the platform had 246,323.00 in 910: the old name stayed beside the new one.
TEST_F(EtlTruth, ARenamedProductStaysOneProduct) {
  load();
  const std::string id = database.value("SELECT id FROM products WHERE name = 'Product A'");
  platform.products["A"] = "Product A, new";
  load();
  EXPECT_EQ(totals(), platform.totals());
  EXPECT_EQ(database.value("SELECT id FROM products WHERE name = 'Product A, new'"), id);
  load(&etl::Options::full);
  EXPECT_EQ(totals(), platform.totals());
  EXPECT_EQ(database.value("SELECT count(*) FROM products"), "10");
}

TEST_F(EtlTruth, TwoProductsMaySwapTheirNamesOrShareOne) {
  load();
  const std::string a = database.value("SELECT id FROM products WHERE name = 'Product A'");
  std::swap(platform.products["A"], platform.products["B"]);
  load();
  EXPECT_EQ(database.value("SELECT id FROM products WHERE name = 'Product B'"), a);
  platform.products["C"] = platform.products["D"];
  load();
  EXPECT_EQ(database.value("SELECT string_agg(name, ', ' ORDER BY name) FROM products WHERE name ~ 'Product D'"),
            "Product D, Product D (D)");
  EXPECT_EQ(totals(), platform.totals());
}

// 246,206 in 909 rows where the platform had 230,385 in 819.
TEST_F(EtlTruth, AProductWithdrawnWithItsRowsIsGone) {
  load();
  platform.products.erase("C");
  std::erase_if(platform.metrics, [](const auto& row) { return row.first.second == "C"; });
  EXPECT_EQ(load().rows_withdrawn, 90);
  EXPECT_EQ(totals(), platform.totals());
  EXPECT_EQ(load().rows_withdrawn, 0);
}

// 248,697 where the platform had 270,955: only the last eight days followed.
TEST_F(EtlTruth, ARestatementOfAllDaysIsFollowedToTheFirst) {
  load();
  platform.change_all([](Cells& row) { row.revenue = times(row.revenue, 1.1); }, kToday - days{90}, kToday);
  const auto summary = load();
  EXPECT_EQ(totals(), platform.totals());
  EXPECT_EQ(to_string(summary.period_start), to_string(kToday - days{90}));
  // A late conversion of yesterday does not make it read everything.
  platform.change([](Cells& row) { row.revenue = times(row.revenue, 2); }, kToday - days{1}, "A");
  EXPECT_EQ(load().rows_read, 310);
  EXPECT_EQ(totals(), platform.totals());
}

// 60 days and "succeeded": the last day was there, so nobody asked for those in the middle again.
TEST_F(EtlTruth, AnEmptyBatchIsAskedForAgain) {
  const auto whole = platform.metrics;
  std::erase_if(platform.metrics, [](const auto& row) {
    return row.first.first >= kToday - days{60} && row.first.first < kToday - days{30};
  });
  load();
  EXPECT_EQ(database.value("SELECT count(DISTINCT date) FROM daily_performance"), "60");
  platform.metrics = whole;
  load();
  EXPECT_EQ(totals(), platform.totals());
  EXPECT_EQ(database.value("SELECT count(DISTINCT date) FROM daily_performance"), "90");
}

TEST_F(EtlTruth, AnEmptyAnswerDeletesNothingUntilSomebodySaysSo) {
  load();
  const std::string before = totals();
  platform.metrics.clear();
  EXPECT_EQ(load().rows_withdrawn, 0);
  EXPECT_EQ(totals(), before);
  EXPECT_NE(database.value("SELECT reason FROM etl_rejects").find("no longer"), std::string::npos);
  EXPECT_EQ(load(&etl::Options::accept).rows_withdrawn, 310);
}

// "succeeded", and good values overwritten.
TEST_F(EtlTruth, ADayOfZerosIsHeldBackUntilItIsBelieved) {
  load();
  const std::string before = totals();
  platform.change_all([](Cells& row) { row = {"0", "0", "0", "0", "0"}; }, kToday - days{1}, kToday);
  EXPECT_EQ(load().rows_held, 10);
  EXPECT_EQ(load().rows_held, 10);
  EXPECT_EQ(totals(), before);
  EXPECT_EQ(rejects("held"), "10");
  // What still comes two days later is true.
  database.connect().execute_script("UPDATE etl_rejects SET first_seen = now() - interval '3 days'");
  EXPECT_EQ(load().rows_held, 0);
  EXPECT_EQ(totals(), platform.totals());
  EXPECT_EQ(rejects("held") + rejects("released"), "010");
}

// 12.3 million of spend in one cell: cost in millionths of the currency.
TEST_F(EtlTruth, CostInMicrosIsHeldBackUntilItIsAccepted) {
  load();
  platform.change([](Cells& row) { row.ad_spend = "12300000"; }, kToday - days{1}, "B");
  EXPECT_EQ(load().rows_held, 1);
  EXPECT_EQ(database.value("SELECT max(ad_spend) < 100 FROM daily_performance"), "t");
  EXPECT_NE(database.value("SELECT reason FROM etl_rejects").find("ad_spend 12300000"), std::string::npos);
  EXPECT_EQ(load(&etl::Options::accept).rows_updated, 1);
  EXPECT_EQ(database.value("SELECT max(ad_spend) FROM daily_performance"), "12300000.00");
}

// The whole run was refused, for ever.
TEST_F(EtlTruth, ABadRowIsSetAsideAndTheRestIsLoaded) {
  platform.change([](Cells& row) { row.clicks = "999999"; }, kToday - days{1}, "A");
  platform.change([](Cells& row) { row.units_sold = "null"; }, kToday - days{2}, "B");
  platform.metrics[{kToday - days{3}, "Z"}] = platform.metrics[{kToday - days{3}, "A"}];
  const auto summary = load();
  EXPECT_EQ(summary.rows_rejected, 3);
  EXPECT_EQ(summary.rows_inserted, 898);
  EXPECT_EQ(rejects("rejected"), "3");
  EXPECT_EQ(load().rows_rejected, 3);
  EXPECT_EQ(rejects("rejected"), "3") << "what comes again is counted once";
  // Corrected, it is loaded and forgotten.
  platform.change([](Cells& row) { row.clicks = "41"; }, kToday - days{1}, "A");
  EXPECT_EQ(load().rows_inserted, 1);
  EXPECT_EQ(rejects("rejected"), "2");
}

// Older than what is loaded again each time, it would have stayed aside for ever.
TEST_F(EtlTruth, ARowThatWasSetAsideIsTriedAgainWhateverItsAge) {
  const Day old = kToday - days{80};
  platform.change([](Cells& row) { row.clicks = "999999"; }, old, "A");
  load();
  EXPECT_EQ(rejects("rejected"), "1");
  EXPECT_EQ(load().rows_read, 310) << "seen today: there is nothing new to find out";
  platform.change([](Cells& row) { row.clicks = "41"; }, old, "A");
  database.connect().execute_script("UPDATE etl_rejects SET last_seen = now() - interval '1 day'");
  EXPECT_EQ(load().rows_inserted, 1);
  EXPECT_EQ(rejects("rejected"), "0");
  EXPECT_EQ(totals(), platform.totals());
}

// A row that was good and now breaks a rule keeps its last good value.
TEST_F(EtlTruth, ABadRowDoesNotTakeAGoodOneAway) {
  load();
  const std::string before = totals();
  platform.change([](Cells& row) { row.clicks = "-1"; }, kToday - days{1}, "A");
  EXPECT_EQ(load().rows_withdrawn, 0);
  EXPECT_EQ(totals(), before);
}

// ON CONFLICT DO UPDATE cannot meet a row twice: the load failed for ever.
TEST_F(EtlTruth, TwoKeysThatAreMappedToOneProductAddUp) {
  load();
  database.connect().execute_script(
      "UPDATE product_keys SET product_id = (SELECT product_id FROM product_keys WHERE external_id = 'A') "
      "WHERE external_id = 'B'; DELETE FROM daily_performance d WHERE NOT EXISTS "
      "(SELECT FROM product_keys k WHERE k.product_id = d.product_id)");
  const std::string sum = "SELECT sum(revenue) FROM daily_performance";
  load(&etl::Options::full);
  EXPECT_EQ(database.value(sum) + " in 900", platform.totals());
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance"), "810");
  EXPECT_EQ(load().rows_updated, 0);
  // One of the two rows is bad: the day stays, because half of it is no truth either.
  platform.change([](Cells& row) { row.clicks = "-1"; }, kToday - days{1}, "B");
  platform.change([](Cells& row) { row.revenue = "1"; }, kToday - days{1}, "A");
  const std::string before = database.value(sum);
  EXPECT_EQ(load().rows_rejected, 1);
  EXPECT_EQ(database.value(sum), before);
}

// The same from the very first load on.
TEST_F(EtlTruth, TwoKeysOfOneProductAddUpOnNewDays) {
  load();
  database.connect().execute_script(
      "UPDATE product_keys SET product_id = (SELECT product_id FROM product_keys WHERE external_id = 'A') "
      "WHERE external_id = 'B'; TRUNCATE daily_performance, etl_days");
  load();
  EXPECT_EQ(database.value("SELECT sum(revenue) FROM daily_performance") + " in 900", platform.totals());
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance"), "810");
}

// 8 real days beside 90 of an invented shop.
TEST_F(EtlTruth, TheSimulatedShopIsNotMixedWithARealOne) {
  const PlatformServer invented;
  auto first = options();
  first.platform_url = invented.url();
  etl::run(first);
  try {
    load();
    ADD_FAILURE() << "two shops in one table";
  } catch (const etl::Error& error) {
    EXPECT_EQ(error.kind(), etl::Error::Kind::kOtherShop);
    EXPECT_NE(std::string(error.what()).find("--replace"), std::string::npos) << error.what();
  }
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance"), "2700");
  load(&etl::Options::replace);
  EXPECT_EQ(totals(), platform.totals());
  EXPECT_EQ(database.value("SELECT count(*) FROM products"), "10");
}

// 52 days by one factor and 38 by another.
TEST_F(EtlTruth, ANewMultiplierActsOnAllDaysOrOnNone) {
  load();
  database.connect().execute_script(
      "UPDATE products SET category = 'Toys'; INSERT INTO category_multipliers VALUES ('Toys', 2)");
  load();
  std::string twice = platform.totals();
  EXPECT_EQ(database.value("SELECT (sum(revenue) / 2)::numeric(12,2) || ' in ' || count(*) FROM daily_performance"),
            twice);
}

TEST_F(EtlTruth, TheAccountsDayEndsInItsOwnZone) {
  auto far_west = options();
  far_west.as_of.reset();
  far_west.time_zone = "Etc/GMT+12";
  auto far_east = far_west;
  far_east.time_zone = "Etc/GMT-14";
  EXPECT_GE(etl::run(far_east).period_end - etl::run(far_west).period_end, days{1});
  far_west.time_zone = "Mars/Olympus";
  try {
    etl::run(far_west);
    ADD_FAILURE() << "an unknown zone";
  } catch (const etl::Error& error) {
    EXPECT_NE(std::string(error.what()).find("PLATFORM_TIME_ZONE"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace performance_tracker::test
