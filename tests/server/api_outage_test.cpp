// SPDX-License-Identifier: PostgreSQL
//
// The server when the database is missing, empty, slow, or comes and goes.
#include <gtest/gtest.h>

#include <fstream>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

TEST(ApiOutage, WithoutDatabaseItStartsStaysAndSaysSo) {
  const ServerProcess server({{"DB_HOST", "/nonexistent"}, {"DB_PASSWORD", "never-shown"}});
  EXPECT_EQ(server.get("/healthz").status, 200);
  for (const std::string path : {"/readyz", "/api/v1/catalog", "/api/v1/kpis", "/api/v1/forecast?format=csv"}) {
    const auto answer = server.get(path);
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_EQ(answer.error_code(), "database_unavailable") << path << answer.body;
    EXPECT_EQ(answer.header("retry-after"), "2") << path;
    EXPECT_EQ(answer.body.find("/nonexistent"), std::string::npos) << "clients learn nothing of the installation";
  }
  // A wrong parameter is wrong with or without a database.
  EXPECT_EQ(server.get("/api/v1/kpis?x=1").status, 400);
}

TEST(ApiOutage, AnEmptyDatabaseIsNotMigrated) {
  const ThrowAwayDatabase database;  // tables, but no extension
  const ServerProcess server(database.environment());
  const auto ready = server.get("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.error_code(), "not_migrated");
  const auto kpis = server.get("/api/v1/kpis");
  EXPECT_EQ(kpis.status, 503);
  EXPECT_EQ(kpis.error_code(), "not_migrated");
  EXPECT_NE(kpis.error("hint").find("performance_tracker migrate"), std::string::npos);
}

TEST(ApiOutage, ItRecoversWhenConnectionsBreakAndWhenTheDatabaseIsAway) {
  const MigratedDatabase database;
  const ServerProcess server(database.environment());
  EXPECT_EQ(server.get("/api/v1/catalog").status, 200);

  const auto others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" +
                      database.name() + "' AND pid <> pg_backend_pid()";
  database.value(others);
  EXPECT_EQ(server.get("/api/v1/etl-runs").status, 200) << "a broken idle connection is replaced without an error";

  auto superuser = database.login();
  superuser.database = "postgres";
  db::Connection connection(superuser);
  connection.execute("ALTER DATABASE " + database.name() + " WITH ALLOW_CONNECTIONS false");
  connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", {database.name()});
  // What was never asked has no answer, what was is old and says so.
  EXPECT_TRUE(eventually([&] { return server.get("/api/v1/kpis").status == 503; }));
  EXPECT_TRUE(eventually([&] { return server.get("/api/v1/catalog").header("data-stale") == "true"; }));
  EXPECT_EQ(server.get("/api/v1/catalog").status, 200);
  EXPECT_TRUE(server.get("/api/v1/catalog").json().at("meta").at("stale").as_bool());
  EXPECT_EQ(server.get("/healthz").status, 200);
  EXPECT_EQ(server.get("/readyz").status, 503);
  connection.execute("ALTER DATABASE " + database.name() + " WITH ALLOW_CONNECTIONS true");
  const auto back = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return server.get("/api/v1/kpis").status == 200; }));
  EXPECT_TRUE(eventually([&] { return server.get("/api/v1/catalog").header("data-stale").empty(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - back, std::chrono::seconds(2));
}

TEST(ApiOutage, ASlowQueryEndsAndSaysSo) {
  const MigratedDatabase database;
  // A lock makes any statement slow without a timer in the test.
  auto blocker = database.connect();
  const db::Transaction transaction(blocker);
  auto settings = database.environment();
  settings["STATEMENT_TIMEOUT_MS"] = "200";
  const ServerProcess server(settings);
  EXPECT_EQ(server.get("/api/v1/catalog").status, 200);
  blocker.execute("LOCK TABLE products IN ACCESS EXCLUSIVE MODE");
  const auto answer = server.get("/api/v1/catalog?format=csv");
  EXPECT_EQ(answer.status, 503) << answer.body;
  EXPECT_EQ(answer.error_code(), "timeout");
}

TEST(ApiOutage, NoDataIsAnAnswerNotACrash) {
  const MigratedDatabase database;
  const ServerProcess server(database.environment());
  for (const std::string route : {"catalog", "kpis", "revenue-trend", "forecast", "anomalies", "recommendations",
                                  "top-sellers", "worst-performers", "week-over-week", "promotions", "etl-runs"}) {
    const auto answer = server.get("/api/v1/" + route);
    EXPECT_TRUE(answer.status == 200 || answer.status == 422) << route << ' ' << answer.status << answer.body;
    if (answer.status == 200)
      EXPECT_TRUE(answer.json().at("meta").at("data_through").is_null()) << route;
    else
      EXPECT_EQ(answer.error_code(), "not_enough_data") << route;
  }
}

TEST(ApiOutage, MigrateIsIdempotentAndKeepsRows) {
  const MigratedDatabase database;
  database.value("INSERT INTO products (name) VALUES ('kept') RETURNING id");
  auto settings = database.environment();
  settings["SCHEMA_DIR"] = std::string(SOURCE_DIRECTORY) + "/sql/schema";
  Process again({"migrate"}, settings);
  EXPECT_EQ(again.wait(), 0) << again.output();
  EXPECT_EQ(database.value("SELECT count(*) FROM products"), "1");
}

TEST(ApiOutage, AFailedMigrationChangesNothingAndNamesTheLine) {
  const MigratedDatabase database;
  const ScratchDirectory schema;
  const auto write = [&](const std::string& name, const std::string& sql) {
    std::ofstream(schema.path() / name) << sql;
  };
  write("010_good.sql", "CREATE TABLE half_done ();\n");
  write("020_bad.sql", "SELECT 1;\n\nSELECT nonsense FROM nowhere;\n");
  auto settings = database.environment();
  settings["SCHEMA_DIR"] = schema.path();
  Process migrate({"migrate"}, settings);
  EXPECT_EQ(migrate.wait(), 1);
  EXPECT_NE(migrate.output().find("while=\"020_bad.sql\" line=3"), std::string::npos) << migrate.output();
  EXPECT_EQ(database.value("SELECT to_regclass('half_done')"), "");
}

TEST(ApiOutage, TheServersLoginCannotWrite) {
  const MigratedDatabase database;
  auto connection = database.connect("performance_tracker_server");
  EXPECT_THROW(connection.execute("INSERT INTO products (name) VALUES ('x')"), db::Error);
}

}  // namespace
}  // namespace performance_tracker::test
