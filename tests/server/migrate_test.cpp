// SPDX-License-Identifier: PostgreSQL
//
// Schemas of several shops in one database, and migrations that hold up nobody.
#include <gtest/gtest.h>

#include <fstream>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

std::map<std::string, std::string> of_schema(const ThrowAwayDatabase& database, const std::string& schema) {
  auto environment = database.environment();
  environment["DB_SCHEMA"] = schema;
  environment["SCHEMA_DIR"] = std::string(SOURCE_DIRECTORY) + "/sql/schema";
  return environment;
}

// The second tenant's migration failed.
TEST(Migrate, TenantsHaveSchemasOfTheirOwnWhateverTheirNames) {
  const ThrowAwayDatabase database;
  const std::string names[] = {"shop_a", "Müller's \"Shop\" \\ 2"};
  database.connect().execute("DROP EXTENSION IF EXISTS performance_tracker CASCADE");
  // Without its schema, public's shop would have been loaded into.
  Process early({"forget", "--to", "2020-01-01"}, of_schema(database, names[0]));
  EXPECT_EQ(early.wait(), 1);
  EXPECT_NE(early.output().find("migrate --schema"), std::string::npos) << early.output();
  for (const auto& name : names) {
    Process migrate({"migrate"}, of_schema(database, name));
    ASSERT_EQ(migrate.wait(), 0) << migrate.output();
  }
  EXPECT_EQ(database.value("SELECT nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace "
                           "WHERE extname = 'performance_tracker'"),
            "performance_tracker");
  const ScratchDirectory directory;
  for (const auto& name : names) {
    const auto file = directory.path() / "a.csv";
    std::ofstream(file) << "date,sku,revenue\n2026-11-20,A," << (name == names[0] ? 10 : 20) << "\n";
    Process import({"import", file.string()}, of_schema(database, name));
    ASSERT_EQ(import.wait(), 0) << import.output();
  }
  EXPECT_EQ(database.value("SELECT revenue FROM shop_a.daily_performance"), "10.00");
  EXPECT_EQ(database.value("SELECT revenue FROM \"Müller's \"\"Shop\"\" \\ 2\".daily_performance"), "20.00");
  // A view of a shop shows that shop, whatever the reader's search_path: it once showed the other one's figures.
  auto reader = database.connect();
  for (const auto& name : names) {
    reader.execute("SET search_path = " + reader.quote_identifier(name) + ", performance_tracker");
    EXPECT_EQ(reader.execute("SELECT revenue FROM daily_performance").text(0, 0), name == names[0] ? "10.00" : "20.00");
    EXPECT_EQ(reader
                  .execute("SELECT string_agg(DISTINCT value::text, ' ') FROM shop_a.current_kpis "
                           "WHERE metric = 'revenue' AND period_end = '2026-11-20'")
                  .text(0, 0),
              "10.00");
  }
  const ServerProcess server(of_schema(database, names[1]));
  EXPECT_NE(server.get("/api/v1/top-sellers?days=90").body.find("20"), std::string::npos);
}

TEST(Migrate, ASecondTimeTakesNoLockThatReadersWaitFor) {
  const MigratedDatabase database;
  auto reader = database.connect();
  const db::Transaction transaction(reader);
  reader.execute("SELECT count(*) FROM daily_metrics");
  auto environment = database.environment();
  environment["SCHEMA_DIR"] = std::string(SOURCE_DIRECTORY) + "/sql/schema";
  Process again({"migrate"}, environment);
  EXPECT_EQ(again.wait(std::chrono::seconds(20)), 0) << again.output();
  EXPECT_NE(again.output().find("nothing was changed"), std::string::npos) << again.output();
  // What has to be changed waits for a while, says so, and changes nothing.
  database.connect().execute("DELETE FROM applied_schema");
  Process changes({"migrate"}, environment);
  EXPECT_EQ(changes.wait(std::chrono::seconds(30)), 1) << changes.output();
  EXPECT_NE(changes.output().find("55P03"), std::string::npos) << changes.output();
}

TEST(Forget, DaysAndSourcesAreDeletedWhenSomebodySaysSo) {
  const ThrowAwayDatabase database;
  database.connect().execute_script(
      "INSERT INTO products (id, name) VALUES (1, 'a');"
      "INSERT INTO daily_performance SELECT d::date, 1, 1, 1, 1, 1, 1 FROM generate_series('2026-11-01'::date, "
      "'2026-11-10', interval '1 day') d");
  Process nothing({"forget"}, database.environment());
  EXPECT_EQ(nothing.wait(), 2);
  Process dry({"forget", "--to", "2026-11-03", "--dry-run"}, database.environment());
  EXPECT_EQ(dry.wait(), 0) << dry.output();
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance"), "10");
  Process some({"forget", "--to", "2026-11-03"}, database.environment());
  EXPECT_EQ(some.wait(), 0) << some.output();
  EXPECT_EQ(database.value("SELECT min(date) FROM daily_performance"), "2026-11-04");
}

}  // namespace
}  // namespace performance_tracker::test
