// SPDX-License-Identifier: PostgreSQL
//
// Old and new answers: nobody waits for what is there, what is old says so, and nobody's query runs for nobody.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <thread>

#include "api_support.h"
#include "raw_client.h"

namespace performance_tracker::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

std::string value_of(const Answer& kpis) { return boost::json::serialize(kpis.json().at("data").at(0).at("value")); }

TEST(ApiFreshness, AWriteMakesNobodyWaitAndTheOldAnswerSaysSo) {
  const MigratedDatabase database;
  database.load();
  auto settings = database.environment();
  settings["STATEMENT_TIMEOUT_MS"] = "1000";
  const ServerProcess server(settings);
  const auto before = server.get("/api/v1/kpis");
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_EQ(before.header("data-stale"), "");
  EXPECT_NE(before.header("data-version"), "");
  EXPECT_NE(before.header("age"), "");

  auto blocker = database.connect();
  {
    database.connect().execute("UPDATE daily_performance SET revenue = revenue + 1000");
    const db::Transaction transaction(blocker);
    blocker.execute("LOCK TABLE daily_performance IN ACCESS EXCLUSIVE MODE");
    bool marked = false;
    for (const auto end = Clock::now() + seconds(4); Clock::now() < end && !marked;) {
      const auto start = Clock::now();
      const auto answer = server.get("/api/v1/kpis");
      EXPECT_LT(Clock::now() - start, milliseconds(500));
      ASSERT_EQ(answer.status, 200);
      EXPECT_EQ(value_of(answer), value_of(before));
      marked = answer.header("data-stale") == "true" && answer.json().at("meta").at("stale").as_bool();
      std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_TRUE(marked);
  }
  EXPECT_TRUE(eventually([&] {
    const auto answer = server.get("/api/v1/kpis");
    return answer.header("data-stale").empty() && value_of(answer) != value_of(before);
  }));
}

// A threshold of the shop's own showed a minute later, a row that was taken out of etl_rejects as well.
TEST(ApiFreshness, EveryTableThatAnAnswerIsMadeOfMakesItAnew) {
  const MigratedDatabase database;
  database.load();
  database.connect().execute_script("DELETE FROM etl_rejects");
  const ServerProcess server(database.environment());
  const std::pair<const char*, const char*> writes[] = {
      {"/api/v1/settings", "INSERT INTO recommendation_thresholds (rule, value) VALUES ('acos_ceiling', 0.3)"},
      {"/api/v1/settings", "INSERT INTO holidays (date, name) VALUES ('2026-07-10', 'Summer sale')"},
      {"/api/v1/settings", "INSERT INTO shop_settings (holiday_region) VALUES ('DE')"},
      {"/api/v1/recommendations",
       "INSERT INTO dismissed_recommendations (product_id, recommendation_type) "
       "SELECT DISTINCT p.id, r.recommendation_type FROM recommendations() r JOIN products p ON p.name = r.product"},
      {"/api/v1/etl-rejects",
       "INSERT INTO etl_rejects (source, status, reason, original) VALUES ('a', 'rejected', 'b', 'c')"},
  };
  for (const auto& [path, write] : writes) {
    const auto before = server.get(path);
    ASSERT_EQ(before.status, 200) << before.body;
    database.connect().execute(write);
    EXPECT_TRUE(eventually(
        [&, path = path] {
          const auto after = server.get(path);
          return after.header("data-stale").empty() && after.json().at("data") != before.json().at("data");
        },
        seconds(10)))
        << write;
  }
}

TEST(ApiFreshness, AWriteThatChangesNothingKeepsTheClientsCopy) {
  const MigratedDatabase database;
  database.load();
  const ServerProcess server(database.environment());
  const auto before = server.get("/api/v1/kpis");
  database.connect().execute("UPDATE daily_performance SET revenue = revenue");
  EXPECT_TRUE(
      eventually([&] { return server.get("/api/v1/kpis").header("data-version") != before.header("data-version"); }));
  EXPECT_EQ(server.get("/api/v1/kpis", {{"If-None-Match", before.header("etag")}}).status, 304);
}

// The statements that the server's login runs at this moment, besides looks for a new version.
std::string running(const MigratedDatabase& database) {
  return database.value("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND datname = '" +
                        database.name() + "' AND usename = 'performance_tracker_server'");
}

TEST(ApiFreshness, AClientThatGoesAwayTakesItsQueryWithIt) {
  const MigratedDatabase database;
  auto settings = database.environment();
  settings["STATEMENT_TIMEOUT_MS"] = "30000";
  const ServerProcess server(settings);
  EXPECT_EQ(server.get("/api/v1/catalog").status, 200);
  auto blocker = database.connect();
  const db::Transaction transaction(blocker);
  blocker.execute("LOCK TABLE etl_runs IN ACCESS EXCLUSIVE MODE");
  {
    const RawClient stays(server);
    {
      const RawClient leaves(server);
      for (const auto* client : {&stays, &leaves})
        client->send("GET /api/v1/etl-runs HTTP/1.1\r\nHost: localhost\r\n\r\n");
      EXPECT_TRUE(eventually([&] { return running(database) == "1"; })) << "one query for both";
    }
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_EQ(running(database), "1") << "one of two still waits";
    EXPECT_EQ(server.get("/healthz").status, 200);
  }
  EXPECT_TRUE(eventually([&] { return running(database) == "0"; }, seconds(3)));
}

TEST(ApiFreshness, WhoAsksAgainAfterACancelledQueryIsAnswered) {
  const MigratedDatabase database;
  const ServerProcess server(database.environment());
  {
    auto blocker = database.connect();
    const db::Transaction transaction(blocker);
    blocker.execute("LOCK TABLE etl_runs IN ACCESS EXCLUSIVE MODE");
    const RawClient leaves(server);
    leaves.send("GET /api/v1/etl-runs HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(eventually([&] { return running(database) == "1"; }));
  }
  EXPECT_EQ(server.get("/api/v1/etl-runs").status, 200);
}

TEST(ApiFreshness, MoreQuestionsThanThreadsWaitWithoutThem) {
  const MigratedDatabase database;
  auto settings = database.environment();
  settings["HTTP_THREADS"] = "2";
  const ServerProcess server(settings);
  auto blocker = database.connect();
  const db::Transaction transaction(blocker);
  blocker.execute("LOCK TABLE etl_runs IN ACCESS EXCLUSIVE MODE");
  std::vector<RawClient> clients;
  clients.reserve(100);
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back(server);
    clients.back().send("GET /api/v1/etl-runs HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  const auto start = Clock::now();
  EXPECT_EQ(server.get("/healthz").status, 200);
  EXPECT_LT(Clock::now() - start, milliseconds(500));
  blocker.execute("ROLLBACK");
  for (const auto& client : clients) EXPECT_TRUE(client.read(seconds(10), 12).starts_with("HTTP/1.1 200"));
}

TEST(ApiFreshness, WithoutACacheEveryAnswerIsMade) {
  const MigratedDatabase database;
  auto settings = database.environment();
  settings["CACHE_MB"] = "0";
  const ServerProcess server(settings);
  EXPECT_EQ(server.get("/api/v1/catalog").status, 200);
  EXPECT_EQ(server.get("/api/v1/views/overview").status, 200);
}

class ApiViews : public testing::Test {
 protected:
  MigratedDatabase database_;
};

TEST_F(ApiViews, AViewCarriesWhatItsSectionsAnswerAlone) {
  database_.load();
  const ServerProcess server(database_.environment());
  const auto view = server.get("/api/v1/views/overview?category=Beauty&horizon=5");
  ASSERT_EQ(view.status, 200) << view.body;
  const auto document = view.json();
  const auto& data = document.at("data");
  for (const auto& [section, route] : {std::pair{"kpis", "kpis?category=Beauty"},
                                       {"forecast", "forecast?category=Beauty&horizon=5&include_history=true"},
                                       {"revenue_trend", "revenue-trend?by=category&category=Beauty"},
                                       {"promotions", "promotions"}})
    EXPECT_EQ(data.at(section).at("data"), server.get(std::string("/api/v1/") + route).json().at("data")) << section;
  EXPECT_EQ(
      server.get("/api/v1/views/overview?category=Beauty&horizon=5", {{"If-None-Match", view.header("etag")}}).status,
      304);
  const auto product = server.get("/api/v1/views/product?product=Wireless+Mouse");
  EXPECT_EQ(product.status, 200);
  EXPECT_EQ(product.json().at("data").at("performance").at("data").as_array().size(), 90U);
  EXPECT_EQ(server.get("/api/v1/views/product").error_code(), "missing_parameter");
  EXPECT_EQ(server.get("/api/v1/views/product?product=Nope").error_code(), "unknown_product");
  EXPECT_EQ(server.get("/api/v1/views/overview?horizon=0").error_code(), "bad_parameter");
}

TEST_F(ApiViews, AFailingSectionDoesNotTakeTheOthersDown) {
  database_.load();
  database_.connect().execute("DROP TABLE promotions CASCADE");
  const ServerProcess server(database_.environment());
  const auto view = server.get("/api/v1/views/overview");
  ASSERT_EQ(view.status, 200) << view.body;
  const auto data = view.json().at("data");
  EXPECT_EQ(data.at("promotions").at("error").at("code").as_string(), "not_migrated");
  EXPECT_EQ(data.at("kpis").at("data").as_array().size(), 10U);
}

TEST_F(ApiViews, SectionsOfTheCallersChoiceComeTogether) {
  database_.load();
  const ServerProcess server(database_.environment());
  const std::string of =
      "/api/v1/views/sections?of=kpis%3Fcategory%3DBeauty&of=revenue-change&of=kpis%3Fproduct%3DNope&of=no";
  const auto answer = server.get(of);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto data = answer.json().at("data");
  EXPECT_EQ(data.at("kpis?category=Beauty").at("data"), server.get("/api/v1/kpis?category=Beauty").json().at("data"));
  EXPECT_EQ(data.at("revenue-change").at("data"), server.get("/api/v1/revenue-change").json().at("data"));
  EXPECT_EQ(data.at("kpis?product=Nope").at("error").at("code").as_string(), "unknown_product");
  EXPECT_EQ(data.at("no").at("error").at("code").as_string(), "not_found");
  EXPECT_EQ(server.get("/api/v1/views/sections?of=kpis&days=7").error_code(), "unknown_parameter");
  EXPECT_EQ(server.get("/api/v1/views/sections").error_code(), "missing_parameter");
}

TEST_F(ApiViews, NamesThatTheTablesTakeTheApiTakes) {
  database_.load();
  for (const std::string& encoded :
       {std::string(1000, 'n'), std::string("two%0Alines%09and%20%F0%9F%98%80"), std::string("%27%22%5C%24%7B1%7D")}) {
    std::string name;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
      const bool escaped = encoded[i] == '%';
      name += escaped ? static_cast<char>(std::stoi(encoded.substr(i + 1, 2), nullptr, 16)) : encoded[i];
      if (escaped) i += 2;
    }
    database_.connect().execute("INSERT INTO products (name, category) VALUES ($1, 'Beauty')", {name});
    const ServerProcess server(database_.environment());
    const auto answer = server.get("/api/v1/week-over-week?product=" + encoded);
    EXPECT_EQ(answer.status, 200) << encoded << answer.body;
    EXPECT_EQ(server.get("/api/v1/product-performance?product=" + encoded).status, 200) << encoded;
  }
  EXPECT_EQ(ServerProcess(database_.environment()).get("/api/v1/kpis?product=a%00b").status, 400);
}

}  // namespace
}  // namespace performance_tracker::test
