// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>
#include <httplib.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "simulator/fault_plan.h"
#include "support.h"

namespace performance_tracker::test {
namespace {

namespace json = boost::json;

struct Answer {
  int status = 0;
  json::value body;
  httplib::Headers headers;
};

Answer get(const PlatformServer& platform, const std::string& path, const httplib::Headers& headers = {}) {
  httplib::Client client("127.0.0.1", platform.port());
  const auto response = client.Get("/platform/v1/" + path, headers);
  if (!response) return {};
  boost::system::error_code error;
  json::value body = json::parse(response->body, error);
  return {response->status, error ? json::value() : body, response->headers};
}

std::string text(const json::value& value) { return {value.as_string().data(), value.as_string().size()}; }

TEST(SimulatedPlatform, PagesHoldEachRowOnce) {
  const PlatformServer platform;
  const std::string period = "metrics?from=2026-10-01&to=2026-10-20&as_of=2026-11-22";
  const auto first = get(platform, period + "&limit=1000");
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(first.body.at("meta").at("total_rows").to_number<int>(), 600);
  EXPECT_TRUE(first.body.at("meta").at("next_cursor").is_null());
  json::array rows;
  std::string cursor;
  for (int page = 0; page < 20; ++page) {
    const auto answer = get(platform, period + "&limit=77" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(answer.status, 200);
    for (const auto& row : answer.body.at("data").as_array()) rows.push_back(row);
    if (answer.body.at("meta").at("next_cursor").is_null()) break;
    cursor = text(answer.body.at("meta").at("next_cursor"));
  }
  EXPECT_EQ(json::value(rows), first.body.at("data"));
}

// The cursor keeps the day of the first page: rows do not change between two pages because midnight came.
TEST(SimulatedPlatform, ACursorOutlivesMidnight) {
  const PlatformServer platform;
  const std::string period = "metrics?from=2026-11-20&to=2026-11-21&limit=30";
  const auto first = get(platform, period + "&as_of=2026-11-22");
  const std::string cursor = text(first.body.at("meta").at("next_cursor"));
  const auto same_day = get(platform, period + "&as_of=2026-11-22&cursor=" + cursor);
  const auto next_day = get(platform, period + "&as_of=2026-11-23&cursor=" + cursor);
  EXPECT_EQ(same_day.body.at("data"), next_day.body.at("data"));
}

TEST(SimulatedPlatform, GroundTruthNamesIncidentsAndPromotions) {
  const PlatformServer platform;
  const auto answer = get(platform, "ground-truth?from=2026-09-01&to=2026-11-21");
  ASSERT_EQ(answer.status, 200);
  EXPECT_GE(answer.body.at("incidents").as_array().size(), 15U);
  EXPECT_GE(answer.body.at("promotions").as_array().size(), 5U);
  for (const auto& incident : answer.body.at("incidents").as_array()) {
    EXPECT_LE(text(incident.at("start")), text(incident.at("end")));
    const double factor = incident.at("revenue_factor").to_number<double>();
    EXPECT_EQ(text(incident.at("direction")), factor < 1 ? "drop" : "spike");
  }
  EXPECT_EQ(answer.body.at("responses").as_array().size(), 30U);
  EXPECT_GE(answer.body.at("budgets").as_array().size(), 60U);
  EXPECT_GE(answer.body.at("holidays").as_array().size(), 1U);
}

TEST(SimulatedPlatform, HasTheSizeAndLengthThatItWasGiven) {
  simulator::PlatformOptions options;
  options.products = 3;
  options.days = 5;
  const PlatformServer platform(options);
  EXPECT_EQ(get(platform, "products").body.at("data").as_array().size(), 3U);
  const auto answer = get(platform, "metrics?from=2026-10-01&to=2026-11-21&as_of=2026-11-22");
  EXPECT_EQ(answer.body.at("meta").at("total_rows").to_number<int>(), 15);
}

TEST(SimulatedPlatform, RefusesWhatItDoesNotKnow) {
  const PlatformServer platform;
  const struct {
    const char* path;
    const char* parameter;
  } cases[] = {
      {"metrics", "from"},
      {"metrics?from=2026-11-01", "to"},
      {"metrics?from=2026-02-30&to=2026-03-01", "from"},
      {"metrics?from=1999-01-01&to=2026-03-01", "from"},
      {"metrics?from=2026-11-02&to=2026-11-01", "to"},
      {"metrics?from=2001-01-01&to=2026-11-01", "to"},
      {"metrics?from=2026-11-01&to=2026-11-02&limit=0", "limit"},
      {"metrics?from=2026-11-01&to=2026-11-02&limit=10001", "limit"},
      {"metrics?from=2026-11-01&to=2026-11-02&limit=x", "limit"},
      {"metrics?from=2026-11-01&to=2026-11-02&cursor=nonsense", "cursor"},
      {"metrics?from=2026-11-01&to=2026-11-02&cursor=2026-11-22.", "cursor"},
      {"metrics?from=2026-11-01&to=2026-11-02&cursor=2026-11-22.-1", "cursor"},
      {"metrics?from=2026-11-01&to=2026-11-02&page=2", "page"},
      {"products?category=Toys", "category"},
      {"promotions?as_of=tomorrow", "as_of"},
      {"ground-truth?from=x", "from"},
  };
  for (const auto& c : cases) {
    const auto answer = get(platform, c.path);
    EXPECT_EQ(answer.status, 400) << c.path;
    ASSERT_TRUE(answer.body.is_object()) << c.path;
    EXPECT_EQ(text(answer.body.at("error").at("parameter")), c.parameter) << c.path;
  }
  // A cursor beyond the end is the end.
  EXPECT_EQ(get(platform, "metrics?from=2026-11-01&to=2026-11-02&cursor=2026-11-22.999999999").status, 200);
}

TEST(SimulatedPlatform, WantsItsToken) {
  simulator::PlatformOptions options;
  options.token = "s3cret";
  const PlatformServer platform(options);
  EXPECT_EQ(get(platform, "products").status, 401);
  EXPECT_EQ(get(platform, "products", {{"Authorization", "Bearer wrong"}}).status, 401);
  EXPECT_EQ(get(platform, "products", {{"Authorization", "Bearer s3cret"}}).status, 200);
}

TEST(SimulatedPlatform, MisbehavesByPlanAndThenIsWell) {
  const PlatformServer platform(with_faults("500,429:7,ok@metrics,garbage@metrics,lose_row@metrics"));
  const std::string metrics = "metrics?from=2026-11-01&to=2026-11-02";
  EXPECT_EQ(get(platform, "products").status, 500);
  const auto limited = get(platform, "products");
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.headers.find("Retry-After")->second, "7");
  EXPECT_EQ(get(platform, "products").status, 200);  // the next step is for metrics
  EXPECT_EQ(get(platform, metrics).body.at("data").as_array().size(), 60U);
  EXPECT_TRUE(get(platform, metrics).body.is_null());
  EXPECT_EQ(get(platform, metrics).body.at("data").as_array().size(), 59U);
  EXPECT_EQ(get(platform, metrics).body.at("data").as_array().size(), 60U);
}

TEST(SimulatedPlatform, FaultPlansAreChecked) {
  using simulator::FaultPlan;
  for (const char* plan : {"418", "500*0", "500*x", "500*", "500@users", "ok,,ok", "500*1000001"})
    EXPECT_THROW(FaultPlan::parse(plan), std::invalid_argument) << plan;
  EXPECT_NO_THROW(FaultPlan::parse(""));
  EXPECT_NO_THROW(FaultPlan::parse("ok*2,429:date*3@products,hang:2"));
}

}  // namespace
}  // namespace performance_tracker::test
