// SPDX-License-Identifier: PostgreSQL
//
// Every data route of the real program, over HTTP, on 90 days in a real PostgreSQL.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

class ApiRoutes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<MigratedDatabase>();
    database_->load();
    server_ = std::make_unique<ServerProcess>(database_->environment());
  }
  static void TearDownTestSuite() {
    server_.reset();
    database_.reset();
  }

  static Answer get(const std::string& target, const Headers& headers = {}) {
    return server_->get("/api/v1/" + target, headers);
  }
  // The rows of an answer that must be 200.
  static boost::json::array rows(const std::string& target) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    if (answer.status != 200) return {};
    const auto document = answer.json();
    const auto& data = document.at("data").as_array();
    EXPECT_EQ(document.at("meta").at("row_count").to_number<std::size_t>(), data.size());
    return data;
  }
  static std::string text(const boost::json::value& row, const char* member) {
    const auto& value = row.at(member);
    return value.is_null() ? "null" : std::string(value.as_string());
  }
  static std::string database_value(const std::string& sql) { return database_->value(sql); }

  static inline std::unique_ptr<MigratedDatabase> database_;
  static inline std::unique_ptr<ServerProcess> server_;
};

TEST_F(ApiRoutes, CatalogListsProductsCategoriesAndTheLastLoad) {
  const auto document = get("catalog").json();
  const auto& meta = document.at("meta");
  EXPECT_EQ(std::to_string(document.at("data").as_array().size()), database_value("SELECT count(*) FROM products"));
  EXPECT_EQ(std::to_string(meta.at("categories").as_array().size()),
            database_value("SELECT count(DISTINCT category) FROM products"));
  EXPECT_EQ(text(meta, "first_day"), database_value("SELECT min(date) FROM daily_performance"));
  EXPECT_EQ(text(meta, "data_through"), database_value("SELECT max(date) FROM daily_performance"));
  EXPECT_EQ(text(meta.at("last_load"), "status"), "succeeded");
}

TEST_F(ApiRoutes, APromotionDayByDayIsTheRowsOfTheFunction) {
  const auto id = database_value(
      "SELECT promotion_id FROM promotion_impact() WHERE absolute_effect IS NOT NULL ORDER BY promotion_id LIMIT 1");
  const auto days = rows("promotion-daily?promotion_id=" + id);
  ASSERT_FALSE(days.empty());
  EXPECT_EQ(std::to_string(days.size()), database_value("SELECT count(*) FROM promotion_daily(" + id + ")"));
  EXPECT_EQ(get("promotion-daily?promotion_id=x").status, 400);
}

TEST_F(ApiRoutes, PromotionsOfACategoryAreThoseThatTouchIt) {
  const auto promotions = rows("promotions?category=Electronics");
  EXPECT_EQ(std::to_string(promotions.size()),
            database_value("SELECT count(*) FROM promotion_impact(category => 'Electronics')"));
  EXPECT_LT(promotions.size(), rows("promotions").size());
  EXPECT_EQ(get("promotions?category=No%20such%20thing").status, 404);
}

TEST_F(ApiRoutes, TheBudgetEndsWithTheWhole) {
  const auto total = database_value("SELECT round(current_spend * 0.9) FROM reallocate_budget() WHERE product IS NULL");
  const auto budget = rows("budget?total=" + total);
  ASSERT_GT(budget.size(), 1U);
  EXPECT_TRUE(budget.back().at("product").is_null());
  EXPECT_EQ(database_value("SELECT round(sum(proposed_spend)) FROM reallocate_budget(" + total +
                           ") WHERE product IS NOT NULL"),
            database_value("SELECT round(" + std::to_string(budget.back().at("proposed_spend").to_number<double>()) +
                           "::numeric)"));
  EXPECT_EQ(get("budget?total=-1").status, 400);
}

TEST_F(ApiRoutes, SettingsAreOneRowAndTheCurrencyIsThatOfEveryAnswer) {
  const auto settings = rows("settings");
  ASSERT_EQ(settings.size(), 1U);
  EXPECT_EQ(text(settings[0], "currency"), "USD");
  EXPECT_EQ(std::to_string(settings[0].at("rules").as_array().size()),
            database_value("SELECT count(*) FROM recommendation_rules()"));
  EXPECT_EQ(std::to_string(settings[0].at("margins").as_array().size()),
            database_value("SELECT count(*) FROM products"));
}

TEST_F(ApiRoutes, WeeksAndMonthsAreSumsOfTheirDays) {
  const auto weeks = rows("revenue-trend?grain=week&days=30");
  ASSERT_GE(weeks.size(), 5U);
  const auto first = text(weeks[0], "date");
  EXPECT_EQ(database_value("SELECT extract(isodow FROM '" + first + "'::date)"), "1");
  EXPECT_EQ(database_value("SELECT sum(revenue)::float8 FROM daily_performance WHERE date >= '" + first +
                           "' AND date < '" + first + "'::date + 7"),
            database_value("SELECT " + std::to_string(weeks[0].at("revenue").to_number<double>()) +
                           "::numeric(12,2)::float8"));
  EXPECT_NEAR(weeks[0].at("roas").to_number<double>(),
              weeks[0].at("revenue").to_number<double>() / weeks[0].at("ad_spend").to_number<double>(), 1e-9);
  EXPECT_GE(rows("product-performance?product=Wireless%20Mouse&grain=month").size(), 2U);
  EXPECT_EQ(get("revenue-trend?grain=year").status, 400);
}

TEST_F(ApiRoutes, AFanHasThreeRowsADayFromOneFit) {
  const auto fan = rows("forecast?horizon=7&fan=true");
  ASSERT_EQ(fan.size(), 21U);
  double narrow = 0, wide = 0;
  for (const auto& row : fan) {
    const double width = row.at("prediction_interval_upper_bound").to_number<double>() -
                         row.at("prediction_interval_lower_bound").to_number<double>();
    const double level = row.at("confidence_level").to_number<double>();
    if (level == 0.5) narrow += width;
    if (level == 0.95) wide += width;
  }
  EXPECT_GT(wide, 2 * narrow);
  EXPECT_EQ(rows("forecast?fan=true").size(), 90U);
}

TEST_F(ApiRoutes, AccuracyIsMeasuredOnWhatIsSelected) {
  const auto all = rows("forecast-accuracy");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(text(all[0], "method"), "auto");
  EXPECT_NE(all[0].at("mae"), rows("forecast-accuracy?product=Wireless%20Mouse")[0].at("mae"));
  EXPECT_EQ(get("forecast-accuracy?product=Nothing").status, 404);
}

TEST_F(ApiRoutes, HolidaysAreThoseOfTheShop) {
  const auto days = rows("holidays?period_start=2026-11-01&period_end=2026-12-31");
  EXPECT_EQ(std::to_string(days.size()),
            database_value("SELECT count(*) FROM shop_holidays('2026-11-01', '2026-12-31')"));
  EXPECT_EQ(get("holidays?period_start=2026-11-01").status, 400);
}

TEST_F(ApiRoutes, RejectedRowsAreListedTheLatestFirst) { EXPECT_TRUE(rows("etl-rejects?n=5").empty()); }

TEST_F(ApiRoutes, KpisAreTheRowsOfTheFunction) {
  const auto kpis = rows("kpis");
  ASSERT_EQ(kpis.size(), 10U);
  EXPECT_EQ(text(kpis[0], "metric"), "revenue");
  EXPECT_EQ(kpis[0].at("value").to_number<double>(),
            std::stod(database_value("SELECT value FROM kpi_summary() WHERE metric = 'revenue'")));
  EXPECT_EQ(rows("kpis?period_start=2026-01-01&period_end=2026-01-07").size(), 10U);
}

TEST_F(ApiRoutes, RevenueTrendSplitsTheSameRevenue) {
  const auto sum = [](const boost::json::array& data) {
    double total = 0;
    for (const auto& row : data) total += row.at("revenue").to_number<double>();
    return total;
  };
  const auto total = rows("revenue-trend?days=30");
  EXPECT_EQ(total.size(), 30U);
  EXPECT_TRUE(total[0].at("category").is_null());
  const auto by_category = rows("revenue-trend?days=30&by=category");
  const auto by_product = rows("revenue-trend?days=30&by=product");
  EXPECT_GT(by_product.size(), by_category.size());
  EXPECT_NEAR(sum(total), sum(by_category), 0.01);
  EXPECT_NEAR(sum(total), sum(by_product), 0.01);
  const auto one = rows("revenue-trend?days=30&product=Wireless%20Mouse");
  EXPECT_EQ(one.size(), 30U);
  EXPECT_EQ(text(one[0], "category"), "Electronics");
  EXPECT_EQ(get("revenue-trend?product=Wireless%20Mouse&category=Beauty").error("parameter"), "category");
}

TEST_F(ApiRoutes, ProductPerformanceIsOneRowADay) {
  const auto days = rows("product-performance?product=Wireless+Mouse&days=14");
  ASSERT_EQ(days.size(), 14U);
  EXPECT_EQ(text(days[0], "product"), "Wireless Mouse");
  EXPECT_LT(text(days[0], "date"), text(days[13], "date"));
  EXPECT_EQ(get("product-performance").error_code(), "missing_parameter");
}

TEST_F(ApiRoutes, ForecastHasAnInterval) {
  const auto days = rows("forecast?horizon=14");
  ASSERT_EQ(days.size(), 14U);
  for (const auto& day : days) {
    const double value = day.at("forecast_value").to_number<double>();
    EXPECT_LE(day.at("prediction_interval_lower_bound").to_number<double>(), value);
    EXPECT_GE(day.at("prediction_interval_upper_bound").to_number<double>(), value);
    EXPECT_EQ(text(day, "time_series_type"), "forecast");
  }
  EXPECT_EQ(rows("forecast").size(), 30U);
  EXPECT_EQ(rows("forecast?horizon=1&by=category").size(),
            std::stoul(database_value("SELECT count(DISTINCT category) FROM products")));
  EXPECT_EQ(rows("forecast?horizon=7&method=moving_average&include_history=true").size(), 97U);
}

TEST_F(ApiRoutes, AnalysesAnswer) {
  for (const auto& row : rows("anomalies?z_threshold=1.0")) EXPECT_TRUE(row.at("is_anomaly").as_bool());
  EXPECT_FALSE(rows("anomalies?include_normal=true&by=total").empty());
  const auto all = rows("recommendations");
  ASSERT_FALSE(all.empty());
  const auto type = text(all[0], "recommendation_type");
  for (const auto& row : rows("recommendations?recommendation_type=" + type))
    EXPECT_EQ(text(row, "recommendation_type"), type);
  EXPECT_EQ(rows("top-sellers?n=3").size(), 3U);
  EXPECT_EQ(rows("worst-performers?n=2&category=Beauty").size(), 2U);
  EXPECT_EQ(rows("week-over-week?product=Wireless+Mouse").size(), 1U);
  rows("promotions");
  EXPECT_EQ(rows("etl-runs?n=1").size(), 1U);
}

TEST_F(ApiRoutes, AnUnknownNameSaysWhichExist) {
  for (const std::string route : {"kpis?", "forecast?", "anomalies?", "recommendations?", "week-over-week?",
                                  "revenue-trend?", "product-performance?", "promotions?"}) {
    const auto answer = get(route + "product=Wireles+Mouse");
    EXPECT_EQ(answer.status, 404) << route << answer.body;
    EXPECT_EQ(answer.error_code(), "unknown_product") << route;
    EXPECT_EQ(answer.error("parameter"), "product") << route;
    EXPECT_NE(answer.error("hint"), "") << route;
  }
  const auto category = get("top-sellers?category=Elektronics");
  EXPECT_EQ(category.status, 404);
  EXPECT_EQ(category.error_code(), "unknown_category");
  const auto promotion = get("promotions?promotion_id=999999");
  EXPECT_EQ(promotion.status, 404);
  EXPECT_EQ(promotion.error_code(), "unknown_promotion");
  EXPECT_EQ(promotion.error("parameter"), "promotion_id");
}

TEST_F(ApiRoutes, BadValuesAreTheCallersErrors) {
  for (const std::string target : {"forecast?horizon=0",
                                   "forecast?horizon=-1",
                                   "forecast?horizon=2000000000",
                                   "forecast?horizon=x",
                                   "forecast?confidence_level=80",
                                   "forecast?confidence_level=0",
                                   "forecast?confidence_level=1",
                                   "forecast?by=week",
                                   "forecast?method=prophet",
                                   "anomalies?days=0",
                                   "anomalies?z_threshold=-1",
                                   "anomalies?metric=no_such",
                                   "kpis?period_start=2026-02-30",
                                   "kpis?period_start=2026-02-02&period_end=2026-02-01",
                                   "top-sellers?n=0",
                                   "top-sellers?n=-5",
                                   "revenue-trend?days=0",
                                   "revenue-trend?days=99999",
                                   "kpis?product=",
                                   "kpis?product=a&product=b",
                                   "kpis?format=xml",
                                   "kpis?format=csv&format=json"}) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 400) << target << ": " << answer.body;
    EXPECT_EQ(answer.error_code(), "bad_parameter") << target << ": " << answer.body;
    const std::size_t name =
        std::max(target.rfind('?'), target.find('&') == std::string::npos ? 0 : target.rfind('&')) + 1;
    EXPECT_EQ(answer.error("parameter"), target.substr(name, target.find('=', name) - name)) << answer.body;
  }
  EXPECT_NE(get("forecast?confidence_level=80").error("hint").find("0.8"), std::string::npos);
}

TEST_F(ApiRoutes, UnknownParametersAreRefusedEverywhere) {
  for (const std::string route :
       {"catalog", "kpis", "revenue-trend", "product-performance", "forecast", "anomalies", "recommendations",
        "top-sellers", "worst-performers", "week-over-week", "promotions", "etl-runs"}) {
    const auto answer = get(route + "?no_such=1");
    EXPECT_EQ(answer.status, 400) << route;
    EXPECT_EQ(answer.error_code(), "unknown_parameter") << route;
    EXPECT_EQ(answer.error("parameter"), "no_such") << route;
  }
  EXPECT_EQ(server_->get("/healthz?x=1").status, 400);
}

TEST_F(ApiRoutes, CsvHasTheSameRows) {
  const auto csv = get("kpis?format=csv");
  EXPECT_EQ(csv.status, 200);
  EXPECT_EQ(csv.header("content-type"), "text/csv; charset=utf-8");
  EXPECT_EQ(csv.header("content-disposition"), "attachment; filename=\"kpis.csv\"");
  EXPECT_TRUE(csv.body.starts_with("metric,unit,value,prior_value,change_pct,period_start,")) << csv.body;
  EXPECT_EQ(std::ranges::count(csv.body, '\n'), 11);
}

TEST_F(ApiRoutes, ADatabaseValueIsNeverSql) {
  for (const std::string value : {"%27%3B+DROP+TABLE+products%3B+--", "%27+OR+1%3D1+--", "%5C%27", "%22", "$1"})
    EXPECT_EQ(get("kpis?product=" + value).status, 404) << value;
  EXPECT_NE(database_value("SELECT count(*) FROM products"), "0");
}

TEST_F(ApiRoutes, ARepeatedQuestionIsAnsweredFromTheCacheUntilTheDataChanges) {
  const auto first = get("kpis?category=Beauty");
  const auto tag = first.header("etag");
  ASSERT_FALSE(tag.empty());
  const auto again = get("kpis?category=Beauty", {{"If-None-Match", tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.header("etag"), tag);
  // Not at once: PostgreSQL counts the rows of the load a moment later, and that is a new data version.
  EXPECT_TRUE(eventually([&] {
    get("kpis?category=Beauty");
    return server_->process().output().find("cached=true") != std::string::npos;
  }));

  database_->connect().execute(
      "UPDATE daily_performance SET revenue = revenue + 1000 WHERE date = (SELECT max(date) FROM daily_performance)");
  EXPECT_TRUE(eventually([&] { return get("kpis?category=Beauty", {{"If-None-Match", tag}}).status == 200; }));
  EXPECT_NE(get("kpis?category=Beauty").body, first.body);
}

TEST_F(ApiRoutes, ManyAtOnceGetTheSameAnswer) {
  const auto expected = get("forecast?horizon=5").body;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        if (get("forecast?horizon=5").body != expected || rows("top-sellers?n=" + std::to_string(1 + i % 3)).empty())
          ++wrong;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace performance_tracker::test
