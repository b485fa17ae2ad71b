// SPDX-License-Identifier: PostgreSQL
//
// The load against a real platform process or thread and a real PostgreSQL.
#include <gtest/gtest.h>

#include <future>

#include "etl/etl.h"
#include "etl/store.h"
#include "simulator/catalog.h"
#include "simulator/fault_plan.h"
#include "simulator/shop.h"
#include "support.h"

namespace performance_tracker::test {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Day kToday{std::chrono::year{2026} / std::chrono::November / 22};

class EtlLoad : public testing::Test {
 protected:
  etl::Options options(const PlatformServer& platform) const {
    etl::Options result;
    result.platform_url = platform.url();
    result.database = database.login("performance_tracker_loader");
    result.as_of = kToday;
    result.backoff = milliseconds(5);
    result.max_backoff = milliseconds(20);
    result.timeout = milliseconds(2000);
    result.page_rows = 500;  // more than one page a batch
    return result;
  }

  // Every value and where it lies: any write to a row, also one of the same values, changes it.
  std::string fingerprint(const std::string& table) const {
    return database.value(
        "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text || t.ctid || t.xmin || t.xmax, '|' "
        "ORDER BY t::text)), '') FROM " +
        table + " t");
  }

  std::string count(const std::string& table) const { return database.value("SELECT count(*) FROM " + table); }

  etl::Error failure(const etl::Options& of) const {
    try {
      etl::run(of);
    } catch (const etl::Error& error) {
      return error;
    }
    ADD_FAILURE() << "the load succeeded";
    return {etl::Error::Kind::kBadOption, ""};
  }

  const ThrowAwayDatabase database;
};

TEST_F(EtlLoad, TheFirstRunLoadsNinetyDaysOfEverything) {
  const PlatformServer platform;
  const auto summary = etl::run(options(platform));
  const auto width = static_cast<std::int64_t>(simulator::products().size());
  EXPECT_EQ(summary.rows_inserted, 90 * width);
  EXPECT_EQ(summary.rows_read, 90 * width);
  EXPECT_EQ(summary.products_new, width);
  EXPECT_GT(summary.promotions_changed, 5);
  EXPECT_EQ(to_string(summary.period_start), "2026-08-24");
  EXPECT_EQ(to_string(summary.period_end), "2026-11-21");
  EXPECT_EQ(
      database.value("SELECT min(date) || ' ' || max(date) || ' ' || count(DISTINCT date) FROM daily_performance"),
      "2026-08-24 2026-11-21 90");
  EXPECT_EQ(database.value("SELECT price || ' ' || category FROM products WHERE name = 'Wireless Mouse'"),
            "29.99 Electronics");
  EXPECT_EQ(
      database.value("SELECT status || ' ' || rows_read || ' ' || rows_inserted || ' ' || rows_updated FROM etl_runs"),
      "succeeded 2700 2700 0");
  // What is in the table is what the shop had, to the cent.
  const auto rows = simulator::Shop(42).metrics(kToday - days{90}, kToday - days{1}, kToday);
  std::int64_t cents = 0, spend = 0, impressions = 0;
  for (const auto& row : rows) {
    cents += row.revenue_cents;
    spend += row.ad_spend_cents;
    impressions += row.impressions;
  }
  EXPECT_EQ(database.value("SELECT (sum(revenue) * 100)::bigint || ' ' || (sum(ad_spend) * 100)::bigint || ' ' || "
                           "sum(impressions) FROM daily_performance"),
            std::to_string(cents) + " " + std::to_string(spend) + " " + std::to_string(impressions));
}

TEST_F(EtlLoad, TheSameDayTwiceWritesNothing) {
  const PlatformServer platform;
  etl::run(options(platform));
  std::vector<std::string> before, after;
  const auto tables = {"daily_performance", "products", "promotions"};
  for (const auto* table : tables) before.push_back(fingerprint(table));
  const auto again = etl::run(options(platform));
  auto full = options(platform);
  full.full = true;
  const auto whole = etl::run(full);
  for (const auto* table : tables) after.push_back(fingerprint(table));
  EXPECT_EQ(before, after);
  EXPECT_EQ(again.rows_unchanged, 31 * 30);
  EXPECT_EQ(whole.rows_unchanged, 90 * 30);
  EXPECT_EQ(again.rows_inserted + again.rows_updated + again.promotions_changed + again.products_new, 0);
  EXPECT_EQ(count("etl_runs"), "3");
  EXPECT_EQ(database.value("SELECT last_value FROM products_id_seq"), "30");
}

// The next day brings one new day and restates the last three; older days stay untouched.
// The lock outlived the connection by a moment: the next load was refused, "another load … is running".
TEST_F(EtlLoad, TheLockIsFreeAsSoonAsTheLoadIsOver) {
  auto watcher = database.connect();
  for (int i = 0; i < 10; ++i) {
    {
      etl::Store store(database.login("performance_tracker_loader"));
      ASSERT_TRUE(store.lock());
    }
    const auto held = watcher.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
        "database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    EXPECT_EQ(held.text(0, 0), "0");
  }
}

TEST_F(EtlLoad, TheNextDayLoadsWhatIsNewAndWhatWasRestated) {
  const PlatformServer platform;
  etl::run(options(platform));
  const std::string settled = "(SELECT * FROM daily_performance WHERE date < '2026-11-18')";
  const auto revenue = [&] {
    return database.value("SELECT sum(revenue) FROM daily_performance WHERE date = '2026-11-21'");
  };
  const std::string before = database.value("SELECT md5(string_agg(t::text, '|' ORDER BY t)) FROM " + settled + " t");
  const std::string yesterday = revenue();
  auto tomorrow = options(platform);
  tomorrow.as_of = kToday + days{1};
  const auto summary = etl::run(tomorrow);
  EXPECT_EQ(to_string(summary.period_start), "2026-10-22");
  EXPECT_EQ(summary.rows_inserted, 30);
  EXPECT_GT(summary.rows_updated, 30);  // most of yesterday's and the day before's rows
  EXPECT_LE(summary.rows_updated, 90);
  EXPECT_GT(std::stod(revenue()), std::stod(yesterday));
  EXPECT_EQ(database.value("SELECT md5(string_agg(t::text, '|' ORDER BY t)) FROM " + settled + " t"), before);
  // After the window has passed, the table is what a first load on that day would have brought.
  for (int day = 2; day <= 6; ++day) {
    tomorrow.as_of = kToday + days{day};
    etl::run(tomorrow);
  }
  std::int64_t cents = 0;
  for (const auto& row : simulator::Shop(42).metrics(kToday - days{90}, kToday + days{5}, kToday + days{6}))
    cents += row.revenue_cents;
  EXPECT_EQ(database.value("SELECT (sum(revenue) * 100)::bigint FROM daily_performance"), std::to_string(cents));
}

TEST_F(EtlLoad, AnAbsenceOfWeeksIsCaughtUp) {
  const PlatformServer platform;
  etl::run(options(platform));
  auto later = options(platform);
  later.as_of = kToday + days{45};
  const auto summary = etl::run(later);
  EXPECT_EQ(summary.rows_inserted, 45 * 30);
  EXPECT_EQ(database.value("SELECT max(date) - min(date) + 1 = count(DISTINCT date) FROM daily_performance"), "t");
}

TEST_F(EtlLoad, MultipliersComeFromTheTableAndNewOnesNeedAFullLoad) {
  const PlatformServer platform;
  etl::run(options(platform));
  database.connect().execute_script(
      "CREATE TABLE before_it AS SELECT * FROM daily_performance;"
      "INSERT INTO category_multipliers VALUES ('Electronics', 1.25), ('Beauty', 0.5)");
  auto full = options(platform);
  full.full = true;
  const auto summary = etl::run(full);
  EXPECT_GT(summary.rows_updated, 890);
  EXPECT_EQ(database.value(R"(
      SELECT count(*)
      FROM daily_performance d JOIN before_it b USING (date, product_id) JOIN products p ON p.id = product_id
      LEFT JOIN (VALUES ('Electronics', 1.25), ('Beauty', 0.5)) m (category, factor) ON m.category = p.category
      WHERE (d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue) IS DISTINCT FROM
            (round(b.impressions * coalesce(factor, 1)), round(b.clicks * coalesce(factor, 1)),
             round(b.ad_spend * coalesce(factor, 1), 2), round(b.units_sold * coalesce(factor, 1)),
             round(b.revenue * coalesce(factor, 1), 2)))"),
            "0");
  const std::string same = fingerprint("daily_performance");
  etl::run(full);
  EXPECT_EQ(fingerprint("daily_performance"), same);
}

TEST_F(EtlLoad, AMultiplierThatOverflowsIsAClearError) {
  const PlatformServer platform;
  database.connect().execute_script("INSERT INTO category_multipliers VALUES ('Electronics', 9999.9999)");
  database.connect().execute_script(
      "ALTER TABLE category_multipliers ALTER multiplier TYPE numeric; "
      "UPDATE category_multipliers SET multiplier = 1e9");
  const auto error = failure(options(platform));
  EXPECT_EQ(error.kind(), etl::Error::Kind::kData);
  EXPECT_NE(std::string(error.what()).find("multiplier"), std::string::npos) << error.what();
  EXPECT_EQ(count("daily_performance"), "0");
  EXPECT_EQ(count("products"), "0");
}

// A catalogue of the user's own making is completed, never thrown away.
TEST_F(EtlLoad, ExistingProductsKeepTheirKeysAndOthersStay) {
  database.connect().execute_script(
      "INSERT INTO products (id, name, price, category) VALUES (901, 'Wireless Mouse', 1, 'Old'), (902, 'Mine', 5, "
      "NULL);"
      "INSERT INTO daily_performance VALUES ('2026-11-21', 902, 1, 1, 1, 1, 1)");
  const PlatformServer platform;
  auto first = options(platform);
  first.full = true;
  EXPECT_EQ(etl::run(first).products_new, 29);
  EXPECT_EQ(database.value("SELECT id || ' ' || price || ' ' || category FROM products WHERE name = 'Wireless Mouse'"),
            "901 29.99 Electronics");
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance WHERE product_id = 902"), "1");
}

TEST_F(EtlLoad, ConcurrentRunsExcludeEachOther) {
  etl::Store holder(database.login("performance_tracker_loader"));
  ASSERT_TRUE(holder.lock());
  const PlatformServer platform;
  const auto error = failure(options(platform));
  EXPECT_EQ(error.kind(), etl::Error::Kind::kBusy);
  EXPECT_EQ(count("etl_runs"), "0");
}

TEST_F(EtlLoad, OfManyAtOnceAtLeastOneLoadsAndNothingIsDoubled) {
  const PlatformServer platform;
  std::vector<std::future<bool>> runs;
  runs.reserve(4);
  for (int i = 0; i < 4; ++i)
    runs.push_back(std::async(std::launch::async, [this, &platform] {
      try {
        etl::run(options(platform));
        return true;
      } catch (const etl::Error& error) {
        EXPECT_EQ(error.kind(), etl::Error::Kind::kBusy) << error.what();
        return false;
      }
    }));
  int succeeded = 0;
  for (auto& run : runs) succeeded += run.get() ? 1 : 0;
  EXPECT_GE(succeeded, 1);
  EXPECT_EQ(count("daily_performance"), "2700");
  EXPECT_EQ(count("products"), "30");
  EXPECT_EQ(database.value("SELECT count(*) FROM etl_runs WHERE status = 'succeeded'"), std::to_string(succeeded));
}

TEST_F(EtlLoad, WhatPassesIsRepeated) {
  const struct {
    const char* plan;
    int retries;
  } cases[] = {{"500*2,ok,503@promotions", 3},
               {"429:0*3", 3},
               {"garbage", 1},
               {"ok*3,half", 1},
               {"ok*3,truncate@metrics", 1},
               {"empty@metrics", 1},
               {"ok*2,hang:5@metrics", 1}};
  int runs = 0;
  for (const auto& c : cases) {
    const PlatformServer platform(with_faults(c.plan));
    auto full = options(platform);
    full.full = true;
    full.timeout = milliseconds(300);
    EXPECT_EQ(etl::run(full).retries, c.retries) << c.plan;
    EXPECT_EQ(count("daily_performance"), "2700") << c.plan;
    EXPECT_EQ(database.value("SELECT count(*) FROM etl_runs WHERE status = 'succeeded'"), std::to_string(++runs));
  }
}

TEST_F(EtlLoad, WhatDoesNotPassIsAnErrorAndLeavesNothing) {
  const struct {
    const char* plan;
    const char* says;
  } cases[] = {
      {"500*100", "failed 6 times; the last time it answered 500"},
      {"429:3600", "asks to come back in 3600 seconds"},
      {"garbage*100", "not JSON"},
      {"half*100@metrics", "not JSON"},
      {"empty*100@metrics", "not JSON"},
      {"truncate*100@metrics", "in the middle of its answer"},
      {"lose_row@metrics", "900 rows were announced for 2026-08-24 to 2026-09-22, and 899 came"},
      {"ok@metrics,loop@metrics", "a page leads to itself"},
  };
  int failures = 0;
  for (const auto& c : cases) {
    const PlatformServer platform(with_faults(c.plan));
    const auto error = failure(options(platform));
    EXPECT_EQ(error.kind(), etl::Error::Kind::kPlatform) << c.plan;
    EXPECT_NE(std::string(error.what()).find(c.says), std::string::npos) << c.plan << ": " << error.what();
    for (const auto* table : {"daily_performance", "products", "promotions"}) EXPECT_EQ(count(table), "0") << c.plan;
    EXPECT_EQ(
        database.value("SELECT count(*) || ' ' || bool_and(error <> '' AND finished_at IS NOT NULL) FROM etl_runs "
                       "WHERE status = 'failed'"),
        std::to_string(++failures) + " true");
    EXPECT_EQ(database.value("SELECT error FROM etl_runs ORDER BY id DESC LIMIT 1"), error.what());
  }
}

TEST_F(EtlLoad, RetryAfterIsWaitedFor) {
  const PlatformServer platform(with_faults("429:1"));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(etl::run(options(platform)).retries, 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, seconds(1));
}

TEST_F(EtlLoad, AFailureInALaterBatchKeepsWholeBatchesAndTheNextRunGoesOn) {
  {
    const PlatformServer platform(with_faults("ok*2@metrics,500*100@metrics"));  // a batch of 30 days has two pages
    EXPECT_EQ(failure(options(platform)).kind(), etl::Error::Kind::kPlatform);
    EXPECT_EQ(database.value("SELECT count(*) || ' ' || max(date) FROM daily_performance"), "900 2026-09-22");
    EXPECT_EQ(database.value("SELECT status || ' ' || rows_read FROM etl_runs"), "failed 900");
  }
  const PlatformServer platform;
  etl::run(options(platform));
  EXPECT_EQ(database.value("SELECT count(*) || ' ' || count(DISTINCT date) FROM daily_performance"), "2700 90");
}

TEST_F(EtlLoad, AnAbsentPlatformOrDatabaseIsSaidSo) {
  std::string url;
  {
    const PlatformServer gone;
    url = gone.url();
  }
  const PlatformServer platform;
  auto nobody = options(platform);
  nobody.platform_url = url;
  EXPECT_NE(std::string(failure(nobody).what()).find("no connection"), std::string::npos);
  for (const char* bad : {"", "platform.example", "ftp://x", "http://", "http://a b", "http://x:1/?q"}) {
    nobody.platform_url = bad;
    EXPECT_EQ(failure(nobody).kind(), etl::Error::Kind::kBadOption) << bad;
  }
  auto lost = options(platform);
  lost.database.database = "no_such_database";
  EXPECT_EQ(failure(lost).kind(), etl::Error::Kind::kDatabase);
  database.connect().execute_script("DROP TABLE daily_performance CASCADE");
  EXPECT_NE(std::string(failure(options(platform)).what()).find("migrate"), std::string::npos);
}

TEST_F(EtlLoad, TheTokenIsSentAndItsAbsenceIsExplained) {
  simulator::PlatformOptions locked;
  locked.token = "s3cret";
  const PlatformServer platform(locked);
  const auto error = failure(options(platform));
  EXPECT_NE(std::string(error.what()).find("PLATFORM_TOKEN"), std::string::npos) << error.what();
  auto with_token = options(platform);
  with_token.platform_token = "s3cret";
  EXPECT_EQ(etl::run(with_token).rows_inserted, 2700);
}

TEST_F(EtlLoad, StoppingAWaitingLoadIsQuickAndRecorded) {
  for (const char* plan : {"hang:60@metrics", "ok*3@metrics,hang:60@metrics", "429:50"}) {
    const PlatformServer platform(with_faults(plan));
    auto patient = options(platform);
    patient.timeout = seconds(60);
    std::stop_source stop;
    auto load = std::async(std::launch::async, [&] { return etl::run(patient, stop.get_token()); });
    ASSERT_EQ(load.wait_for(milliseconds(500)), std::future_status::timeout) << plan;
    const auto begin = std::chrono::steady_clock::now();
    stop.request_stop();
    try {
      load.get();
      ADD_FAILURE() << plan;
    } catch (const etl::Error& error) {
      EXPECT_EQ(error.kind(), etl::Error::Kind::kStopped) << plan << ": " << error.what();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(2)) << plan;
    EXPECT_EQ(database.value("SELECT status FROM etl_runs ORDER BY id DESC LIMIT 1"), "failed") << plan;
    EXPECT_EQ(database.value("SELECT count(*) % 900 FROM daily_performance"), "0") << plan;
  }
}

TEST_F(EtlLoad, OptionsOutOfRangeAreRefused) {
  const PlatformServer platform;
  const auto refused = [&](auto change) {
    auto bad = options(platform);
    change(bad);
    EXPECT_EQ(failure(bad).kind(), etl::Error::Kind::kBadOption);
  };
  refused([](auto& o) { o.history_days = 0; });
  refused([](auto& o) { o.restatement_days = -1; });
  refused([](auto& o) { o.batch_days = 367; });
  refused([](auto& o) { o.max_attempts = 0; });
  refused([](auto& o) { o.backoff = milliseconds(0); });
}

}  // namespace
}  // namespace performance_tracker::test
