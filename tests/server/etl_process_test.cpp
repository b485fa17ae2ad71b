// SPDX-License-Identifier: PostgreSQL
//
// The load and the simulated platform as a user runs them: the real program, killed and stopped in the middle.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "support.h"

namespace performance_tracker::test {
namespace {

using std::chrono::seconds;

class EtlProcess : public testing::Test {
 protected:
  std::map<std::string, std::string> environment(const std::string& platform_url) const {
    auto result = database.environment();
    result["PLATFORM_URL"] = platform_url;
    return result;
  }

  // A session that keeps every load waiting inside its first transaction, after COPY, before the upsert is through.
  db::Connection blocker() const {
    db::Connection connection = database.connect();
    connection.execute_script("BEGIN; LOCK TABLE daily_performance IN SHARE MODE");
    return connection;
  }

  bool load_waits_for_the_lock() const {
    return database.value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
               "usename = 'performance_tracker_loader' AND wait_event_type = 'Lock'") == "1";
  }

  bool loader_is_gone() const {
    return database.value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
               "usename = 'performance_tracker_loader'") == "0";
  }

  void expect_nothing_loaded() const {
    for (const auto* table : {"daily_performance", "products", "promotions"})
      EXPECT_EQ(database.value(std::string("SELECT count(*) FROM ") + table), "0") << table;
  }

  const ThrowAwayDatabase database;
};

TEST_F(EtlProcess, LoadsFromTheSimulatedPlatformOfTheSameProgram) {
  const ScratchDirectory directory;
  const auto port_file = directory.path() / "port";
  Process platform({"simulate"},
                   {{"HTTP_PORT", "0"}, {"PORT_FILE", port_file.string()}, {"PLATFORM_TOKEN", "a-secret-of-tests"}});
  std::string port;
  ASSERT_TRUE(eventually([&] { return std::ifstream(port_file) >> port && !port.empty(); })) << platform.output();
  auto settings = environment("http://127.0.0.1:" + port);
  {
    Process refused({"etl"}, settings);
    EXPECT_EQ(refused.wait(), 1);
    EXPECT_NE(refused.output().find("PLATFORM_TOKEN"), std::string::npos) << refused.output();
  }
  settings["PLATFORM_TOKEN"] = "a-secret-of-tests";
  Process load({"etl"}, settings);
  ASSERT_EQ(load.wait(), 0) << load.output();
  EXPECT_NE(load.output().find("100%"), std::string::npos) << load.output();
  EXPECT_EQ(load.output().find("a-secret-of-tests"), std::string::npos);
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance"), "2700");
  // Days of the database's calendar, not of the machine's: yesterday in UTC is the last one.
  EXPECT_EQ(database.value("SELECT max(date) - (now() AT TIME ZONE 'UTC')::date FROM daily_performance"), "-1");
  platform.signal(SIGTERM);
  EXPECT_EQ(platform.wait(), 0) << platform.output();
}

TEST_F(EtlProcess, FaultPlansOfTheCommandLineAreChecked) {
  Process platform({"simulate", "--faults", "418"}, {{"HTTP_PORT", "0"}});
  EXPECT_EQ(platform.wait(), 2);
  EXPECT_NE(platform.output().find("fault plan: '418'"), std::string::npos) << platform.output();
}

TEST_F(EtlProcess, KilledInsideATransactionLeavesNothing) {
  const PlatformServer platform;
  {
    auto lock = blocker();
    Process load({"etl"}, environment(platform.url()));
    ASSERT_TRUE(eventually([&] { return load_waits_for_the_lock(); })) << load.output();
    load.signal(SIGKILL);
    EXPECT_EQ(load.wait(), 128 + SIGKILL);
  }
  ASSERT_TRUE(eventually([&] { return loader_is_gone(); }));
  expect_nothing_loaded();
  EXPECT_EQ(database.value("SELECT status FROM etl_runs"), "running");
  Process next({"etl"}, environment(platform.url()));
  ASSERT_EQ(next.wait(), 0) << next.output();
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance"), "2700");
  EXPECT_EQ(database.value("SELECT string_agg(status || ' ' || coalesce(error, '-'), ', ' ORDER BY id) FROM etl_runs"),
            "failed the process ended without a word, succeeded -");
}

TEST_F(EtlProcess, KilledBetweenBatchesKeepsWholeBatches) {
  const PlatformServer platform(with_faults("ok*3@metrics,hang:60@metrics"));
  Process load({"etl"}, environment(platform.url()));
  ASSERT_TRUE(eventually([&] { return database.value("SELECT count(*) FROM daily_performance") == "900"; }))
      << load.output();
  load.signal(SIGKILL);
  EXPECT_EQ(load.wait(), 128 + SIGKILL);
  EXPECT_EQ(database.value("SELECT count(*) || ' ' || count(DISTINCT date) FROM daily_performance"), "900 30");
  const PlatformServer well;
  Process next({"etl"}, environment(well.url()));
  ASSERT_EQ(next.wait(), 0) << next.output();
  EXPECT_EQ(database.value("SELECT count(*) || ' ' || count(DISTINCT date) FROM daily_performance"), "2700 90");
}

TEST_F(EtlProcess, AskedToStopItRollsBackAndSaysSo) {
  for (const int number : {SIGINT, SIGTERM}) {
    const PlatformServer platform;
    auto lock = blocker();
    Process load({"etl"}, environment(platform.url()));
    ASSERT_TRUE(eventually([&] { return load_waits_for_the_lock(); })) << load.output();
    load.signal(number);
    EXPECT_EQ(load.wait(seconds(5)), 130) << load.output();
    expect_nothing_loaded();
    EXPECT_EQ(database.value("SELECT status || ' ' || error FROM etl_runs ORDER BY id DESC LIMIT 1"),
              "failed the load was stopped; what it had committed stays");
  }
}

// What each role may do, tried and not read from the catalogue.
TEST_F(EtlProcess, RolesHaveWhatTheyNeedAndNothingElse) {
  const auto allowed = [&](const std::string& user, const std::string& sql) {
    auto connection = database.connect(user);
    try {
      connection.execute_script("BEGIN; " + sql + "; ROLLBACK");
      return true;
    } catch (const db::Error& error) {
      EXPECT_EQ(error.sqlstate(), "42501") << user << ": " << sql << ": " << error.what();
      return false;
    }
  };
  const std::string reader = "performance_tracker_server", loader = "performance_tracker_loader";
  const char* tables[] = {"products", "daily_performance", "promotions", "category_multipliers",
                          "etl_runs", "product_keys",      "etl_rejects"};
  for (const std::string table : tables) {
    EXPECT_TRUE(allowed(reader, "SELECT * FROM " + table));
    EXPECT_TRUE(allowed(loader, "SELECT * FROM " + table));
    // What the platform has withdrawn is deleted; its settings and the record of runs are not the load's to delete.
    const std::string drop = "DELETE FROM " + table;
    EXPECT_FALSE(allowed(reader, drop));
    EXPECT_EQ(allowed(loader, drop), table != "category_multipliers" && table != "etl_runs") << table;
    const std::string changes[] = {"TRUNCATE " + table + " CASCADE", "DROP TABLE " + table + " CASCADE",
                                   "ALTER TABLE " + table + " ADD mine integer"};
    for (const auto& sql : changes) {
      EXPECT_FALSE(allowed(reader, sql));
      EXPECT_FALSE(allowed(loader, sql));
    }
  }
  for (const std::string view : {"daily_metrics", "daily_category_metrics", "daily_total_metrics"})
    EXPECT_TRUE(allowed(reader, "SELECT * FROM " + view));
  const std::string writes[] = {"INSERT INTO products (name) VALUES ('x')", "UPDATE products SET price = 1",
                                "UPDATE daily_performance SET clicks = 1", "UPDATE promotions SET name = 'x'",
                                "INSERT INTO etl_runs (source) VALUES ('x')"};
  for (const auto& sql : writes) {
    EXPECT_FALSE(allowed(reader, sql));
    EXPECT_TRUE(allowed(loader, sql));
  }
  for (const auto& user : {reader, loader}) {
    EXPECT_FALSE(allowed(user, "INSERT INTO category_multipliers VALUES ('x', 2)"));
    EXPECT_FALSE(allowed(user, "CREATE TABLE mine (a integer)"));
    EXPECT_FALSE(allowed(user, "CREATE OR REPLACE VIEW daily_metrics AS SELECT 1"));
  }
}

}  // namespace
}  // namespace performance_tracker::test
