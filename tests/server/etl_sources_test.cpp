// SPDX-License-Identifier: PostgreSQL
//
// Several sources, several currencies, and what was known when.
#include <gtest/gtest.h>

#include "etl/etl.h"
#include "import_support.h"
#include "scripted_platform.h"

namespace performance_tracker::test {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;

constexpr Day kToday = ScriptedPlatform::kLast + days{1};

class EtlSources : public testing::Test, public ImportDesk {
 protected:
  EtlSources() { options.create_products = true; }
  etl::Options load_options() const {
    etl::Options result;
    result.platform_url = platform.url();
    result.database = options.database;
    result.as_of = kToday;
    result.backoff = milliseconds(5);
    result.max_backoff = milliseconds(20);
    return result;
  }
  etl::Summary load() const { return etl::run(load_options()); }
  std::string of_a(const std::string& day) const {
    return value(
        "SELECT concat_ws(' ', impressions, ad_spend, revenue) FROM daily_performance d JOIN products p "
        "ON p.id = product_id WHERE p.name = 'Product A' AND date = '" +
        day + "'");
  }
  ScriptedPlatform platform;
};

// The platform's next load once overwrote what a file had added.
TEST_F(EtlSources, ThePlatformsNextLoadKeepsWhatAFileHasAdded) {
  load();
  const std::string total = platform.totals();
  platform.change([](Cells& row) { row = {"1000", "40", "20.00", "3", "60.00"}; }, ScriptedPlatform::kLast, "A");
  load();
  import("meta.csv",
         "Day,Product ID,Campaign name,Impressions,Link clicks,Amount spent,Purchases,Purchases conversion value\n"
         "2026-11-21,A,x,500,10,5.00,1,40.00\n");
  EXPECT_EQ(of_a("2026-11-21"), "1500 25.00 100.00");
  load();
  EXPECT_EQ(of_a("2026-11-21"), "1500 25.00 100.00");
  platform.change([](Cells& row) { row.revenue = "70.00"; }, ScriptedPlatform::kLast, "A");
  load();
  EXPECT_EQ(of_a("2026-11-21"), "1500 25.00 110.00");
  // Withdrawn by the platform, the file's part stays; the other products' days are as the platform says.
  platform.metrics.erase({ScriptedPlatform::kLast, "A"});
  load();
  EXPECT_EQ(of_a("2026-11-21"), "500 5.00 40.00");
  EXPECT_EQ(value("SELECT sum(revenue) - 40 || ' in ' || count(*) - 1 FROM daily_performance"), platform.totals());
}

TEST_F(EtlSources, TheFirstFileOfAnEmptyShopSaysItsCurrency) {
  import("a.csv", "date,sku,currency,revenue\n2026-11-20,A,IDR,2500000000\n");
  EXPECT_EQ(value("SELECT currency FROM shop_settings"), "IDR");
  EXPECT_EQ(value("SELECT revenue FROM daily_performance"), "2500000000.00");
}

TEST_F(EtlSources, AmountsOfAnotherCurrencyAreConvertedAndKept) {
  database.connect().execute_script(
      "INSERT INTO shop_settings (currency) VALUES ('EUR');"
      "INSERT INTO currency_rates VALUES ('USD', '2026-11-01', 0.5), ('USD', '2026-11-20', 0.25)");
  import("a.csv",
         "date,sku,currency,ad_spend,revenue\n2026-11-19,A,USD,10,100\n2026-11-20,A,USD,10,100\n2026-11-21,A,EUR,10,"
         "100\n");
  EXPECT_EQ(value("SELECT string_agg(ad_spend || ' ' || revenue, ', ' ORDER BY date) FROM daily_performance"),
            "5.00 50.00, 2.50 25.00, 10.00 100.00");
  EXPECT_EQ(value("SELECT string_agg(concat_ws(' ', currency, original_revenue::numeric(10,2)), ', ' ORDER BY date) "
                  "FROM campaign_performance"),
            "USD 100.00, USD 100.00, EUR");
}

TEST_F(EtlSources, ACurrencyWithoutARateIsRefusedWithTheLineThatGivesOne) {
  database.connect().execute_script("INSERT INTO shop_settings (currency) VALUES ('EUR')");
  const std::string message = refusal("a.csv", "date,sku,currency,revenue\n2026-11-20,A,USD,100\n");
  EXPECT_NE(message.find("INSERT INTO currency_rates (currency, date, rate) VALUES ('USD', '2026-11-20'"),
            std::string::npos)
      << message;
  EXPECT_EQ(value("SELECT count(*) FROM daily_performance"), "0");
  database.connect().execute_script("DELETE FROM shop_settings");
  EXPECT_NE(
      refusal("b.csv", "date,sku,currency,revenue\n2026-11-20,A,USD,1\n2026-11-20,A,EUR,1\n").find("shop_settings"),
      std::string::npos);
}

TEST_F(EtlSources, APlatformOfAnotherCurrencyIsConverted) {
  database.connect().execute_script("INSERT INTO shop_settings (currency) VALUES ('EUR')");
  auto dollars = load_options();
  dollars.currency = "USD";
  try {
    etl::run(dollars);
    ADD_FAILURE() << "there is no rate";
  } catch (const etl::Error& error) {
    EXPECT_NE(std::string(error.what()).find("currency_rates"), std::string::npos) << error.what();
  }
  database.connect().execute_script("INSERT INTO currency_rates VALUES ('USD', '2026-01-01', 0.5)");
  EXPECT_EQ(etl::run(dollars).rows_inserted, 900);
  EXPECT_EQ(value("SELECT (sum(original_revenue))::numeric(12,2) || ' in ' || count(*) FROM campaign_performance"),
            platform.totals());
  EXPECT_EQ(value("SELECT sum(d.revenue) BETWEEN sum(c.original_revenue) / 2 - 5 AND sum(c.original_revenue) / 2 + 5 "
                  "FROM daily_performance d JOIN campaign_performance c USING (date, product_id)"),
            "t");
  EXPECT_EQ(etl::run(dollars).rows_updated, 0);
}

TEST_F(EtlSources, WhatWasKnownAtATimeCanBeTold) {
  database.apply("047_history.sql");
  load();
  const std::string before = value("SELECT now()");
  const std::string totals = platform.totals();
  const auto as_of = [&](const std::string& time) {
    return value("SELECT sum(revenue) || ' in ' || count(*) FROM daily_performance_as_of('" + time + "')");
  };
  platform.change([](Cells& row) { row.revenue = "1.00"; }, ScriptedPlatform::kLast, "A");
  platform.metrics.erase({ScriptedPlatform::kLast, "B"});
  load();
  const std::string between = value("SELECT now()");
  const std::string second = platform.totals();
  platform.change([](Cells& row) { row.revenue = "2.00"; }, ScriptedPlatform::kLast, "A");
  load();
  EXPECT_EQ(as_of(before), totals);
  EXPECT_EQ(as_of(between), second);
  EXPECT_EQ(as_of("infinity"), platform.totals());
  EXPECT_EQ(as_of("2020-01-01"), "");
}

TEST_F(EtlSources, TheDelayOfAttributionIsWhatRestatementsShowed) {
  database.apply("047_history.sql");
  load();
  database.connect().execute_script(R"(
      DELETE FROM daily_performance WHERE date < current_date - 20;
      TRUNCATE daily_performance, etl_days, daily_performance_history CASCADE;
      INSERT INTO etl_days SELECT d::date, d + interval '30 hours' FROM generate_series(now()::date - 10, now()::date - 4, interval '1 day') d;
      INSERT INTO daily_performance SELECT d.date, p.id, 100, 10, 5, 1, 100 FROM etl_days d CROSS JOIN (SELECT min(id) AS id FROM products) p;
      INSERT INTO daily_performance_history SELECT date, p.id, date + interval '80 hours', true, 100, 10, 5, 1, 80
      FROM etl_days CROSS JOIN (SELECT min(id) AS id FROM products) p)");
  EXPECT_EQ(value("SELECT string_agg(age_days || ' ' || round(known_share::numeric, 2), ', ' ORDER BY age_days) "
                  "FROM attribution_delay() WHERE age_days <= 3"),
            "1 0.80, 2 0.80, 3 1.00");
  EXPECT_THROW(database.connect().execute("SELECT * FROM attribution_delay('roas')"), db::Error);
}

}  // namespace
}  // namespace performance_tracker::test
