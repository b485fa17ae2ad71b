// SPDX-License-Identifier: PostgreSQL
//
// What the page writes: with the token only, checked by the database, and shown by the next answers.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

const Headers kToken = {{"Authorization", "Bearer writer-of-tests"}};

// One shop for all of them: what each test writes it takes back, or no other looks at.
class ApiWrites : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<MigratedDatabase>();
    database_->connect().execute_script(
        "INSERT INTO products (name, category, price) VALUES ('Mouse', 'Electronics', 30), ('=x&y', NULL, 5)");
    auto settings = database_->environment();
    settings["API_TOKEN"] = "writer-of-tests";
    server_ = std::make_unique<ServerProcess>(settings);
  }
  static void TearDownTestSuite() {
    server_.reset();
    database_.reset();
  }

  static Answer post(const std::string& target) { return server_->request("POST", target, kToken); }
  static Answer remove(const std::string& target) { return server_->request("DELETE", target, kToken); }
  static bool changed(const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.status == 200 && answer.json().at("data").at(0).at("changed").as_bool();
  }
  // The rows of a route as they are once everything written so far is in them.
  static boost::json::array rows(const std::string& route) {
    Answer answer;
    EXPECT_TRUE(eventually([&] {
      answer = server_->get("/api/v1/" + route);
      return answer.status == 200 && answer.header("data-stale").empty();
    })) << answer.body;
    return answer.json().at("data").as_array();
  }

  inline static std::unique_ptr<MigratedDatabase> database_;
  inline static std::unique_ptr<ServerProcess> server_;
};

TEST_F(ApiWrites, NobodyWritesWithoutTheToken) {
  const std::string target = "/api/v1/dismissed-recommendations?product=Mouse&recommendation_type=ctr_low";
  EXPECT_EQ(server_->request("POST", target).status, 401);
  EXPECT_EQ(server_->request("DELETE", target).status, 401);
  EXPECT_EQ(server_->request("POST", target, {{"Authorization", "Bearer wrong"}}).status, 401);
  // The same token as a password: a browser that knows it sends it along with a form of another site.
  EXPECT_EQ(server_->request("POST", target, {{"Authorization", "Basic eDp3cml0ZXItb2YtdGVzdHM="}}).status, 401);
  EXPECT_EQ(database_->value("SELECT count(*) FROM dismissed_recommendations"), "0");
}

TEST_F(ApiWrites, AdviceIsPutAwayAndTakenBack) {
  EXPECT_TRUE(rows("dismissed-recommendations").empty());
  const std::string what = "/api/v1/dismissed-recommendations?product=%3Dx%26y&recommendation_type=acos_high";
  EXPECT_TRUE(changed(post(what + "&until=2999-12-31&note=new+photos")));
  const auto listed = rows("dismissed-recommendations");
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].at("product").as_string(), "=x&y");
  EXPECT_EQ(listed[0].at("dismissed_until").as_string(), "2999-12-31");
  EXPECT_EQ(listed[0].at("note").as_string(), "new photos");
  EXPECT_TRUE(changed(remove(what)));
  EXPECT_FALSE(changed(remove(what)));
  EXPECT_TRUE(rows("dismissed-recommendations").empty());
}

TEST_F(ApiWrites, WhatTheShopSetsIsInItsSettings) {
  EXPECT_TRUE(changed(post("/api/v1/settings?currency=EUR&holiday_region=DE")));
  EXPECT_TRUE(changed(post("/api/v1/settings?holiday_region=FR")));
  EXPECT_TRUE(changed(post("/api/v1/thresholds?rule=acos_ceiling&value=0.3")));
  EXPECT_TRUE(changed(post("/api/v1/thresholds?rule=acos_ceiling&value=0.25")));
  EXPECT_TRUE(changed(post("/api/v1/thresholds?rule=acos_ceiling&value=0.2&product=Mouse")));
  EXPECT_TRUE(changed(post("/api/v1/margins?product=Mouse&unit_cost=12.5")));
  EXPECT_TRUE(changed(post("/api/v1/holidays?date=2026-07-10&name=Summer+sale&closed=true")));
  auto settings = rows("settings").at(0);
  EXPECT_EQ(settings.at("currency").as_string(), "EUR");
  EXPECT_EQ(settings.at("holiday_region").as_string(), "FR");
  ASSERT_EQ(settings.at("thresholds").as_array().size(), 2U);
  EXPECT_EQ(settings.at("thresholds").at(0).at("value").as_double(), 0.25);
  EXPECT_EQ(settings.at("thresholds").at(1).at("product").as_string(), "Mouse");
  EXPECT_EQ(settings.at("holidays").at(0).at("closed").as_bool(), true);
  EXPECT_EQ(database_->value("SELECT unit_cost FROM products WHERE name = 'Mouse'"), "12.5000");
  EXPECT_TRUE(changed(post("/api/v1/margins?product=Mouse")));
  EXPECT_EQ(database_->value("SELECT unit_cost IS NULL FROM products WHERE name = 'Mouse'"), "t");
  EXPECT_TRUE(changed(remove("/api/v1/thresholds?rule=acos_ceiling")));
  EXPECT_TRUE(changed(remove("/api/v1/thresholds?rule=acos_ceiling&product=Mouse")));
  EXPECT_TRUE(changed(remove("/api/v1/holidays?date=2026-07-10&name=Summer+sale")));
  EXPECT_FALSE(changed(remove("/api/v1/holidays?date=2026-07-10&name=Summer+sale")));
  settings = rows("settings").at(0);
  EXPECT_TRUE(settings.at("thresholds").as_array().empty());
  EXPECT_TRUE(settings.at("holidays").as_array().empty());
}

TEST_F(ApiWrites, WrongValuesAreRefusedByName) {
  const struct {
    std::string target;
    int status;
    std::string parameter;
  } cases[] = {
      {"dismissed-recommendations?product=Mouse&recommendation_type=x", 400, "recommendation_type"},
      {"dismissed-recommendations?product=Maus&recommendation_type=ctr_low", 404, "product"},
      {"dismissed-recommendations?product=Mouse&recommendation_type=ctr_low&until=2020-01-01", 400, "until"},
      {"thresholds?rule=acos&value=1", 400, "rule"},
      {"thresholds?rule=acos_ceiling&value=-1", 400, "value"},
      {"thresholds?rule=acos_ceiling&value=nan", 400, "value"},
      {"thresholds?rule=acos_ceiling", 400, "value"},
      {"thresholds?rule=acos_ceiling&value=0.3&category=Toys", 404, "category"},
      {"thresholds?rule=acos_ceiling&value=0.3&category=Electronics&product=Mouse", 400, "category"},
      {"margins?product=Maus&unit_cost=1", 404, "product"},
      {"margins?product=Mouse&unit_cost=-1", 400, "unit_cost"},
      {"margins?product=Mouse&unit_cost=1e300", 400, "unit_cost"},
      {"margins?product=Mouse&margin_pct=101", 400, "margin_pct"},
      {"margins?product=Mouse&margin_pct=-1e9", 400, "margin_pct"},
      {"holidays?date=2026-02-30&name=x", 400, "date"},
      {"holidays?date=2026-02-20&name=%20", 400, "name"},
      {"settings?currency=euro", 400, "currency"},
      {"settings?holiday_region=XX", 400, "holiday_region"},
  };
  for (const auto& [target, status, parameter] : cases) {
    const Answer answer = post("/api/v1/" + target);
    EXPECT_EQ(answer.status, status) << target << answer.body;
    EXPECT_EQ(answer.error("parameter"), parameter) << target << answer.body;
  }
}

TEST(ApiWritesLogin, ALoginThatMayNotWriteSaysWhatToGrant) {
  const MigratedDatabase database;
  database.connect().execute_script("INSERT INTO products (name) VALUES ('Mouse'); CREATE ROLE no_application LOGIN");
  auto settings = database.environment();
  settings["API_TOKEN"] = "writer-of-tests";
  settings["ETL_DB_USER"] = "no_application";
  const ServerProcess server(settings);
  const auto answer = server.request("POST", "/api/v1/margins?product=Mouse&unit_cost=1", kToken);
  EXPECT_EQ(answer.status, 503) << answer.body;
  EXPECT_NE(answer.error("hint").find("performance_tracker_application"), std::string::npos) << answer.body;
  database.connect().execute_script("DROP ROLE no_application");
}

}  // namespace
}  // namespace performance_tracker::test
