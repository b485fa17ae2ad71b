// SPDX-License-Identifier: PostgreSQL
//
// Imports that are cut off: the importer, its session, PostgreSQL as a whole. A file is there whole or not at all, and
// the next import finds nothing in its way.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "import_support.h"

namespace performance_tracker::test {
namespace {

constexpr int kProducts = 300, kDays = 100;
constexpr const char* kFigures =
    "SELECT concat_ws(' ', count(*), sum(revenue), count(DISTINCT product_id), (SELECT count(*) FROM products), "
    "(SELECT count(*) FROM campaign_performance)) FROM daily_performance";
// The session of the import, once it writes what others will see.
constexpr const char* kWriting =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'performance_tracker_loader' "
    "AND "
    "state = 'active' AND query ~ 'INSERT INTO (campaign_performance|daily_performance|products)'";

class ImportCrash : public testing::Test, protected ImportDesk {
 protected:
  // `revenue` of every day and product.
  std::filesystem::path large(const std::string& name, int revenue) const {
    const auto path = directory.path() / name;
    std::ofstream stream(path);
    stream << "date,sku,campaign,clicks,revenue\n";
    for (int day = 0; day < kDays; ++day)
      for (int product = 0; product < kProducts; ++product)
        stream << to_string(kImportDay - std::chrono::days{kDays - day}) << ",SKU-" << product << ",c,10," << revenue
               << '\n';
    return path;
  }
  std::string figures(int revenue) const {
    const auto rows = std::to_string(kProducts * kDays);
    return rows + " " + std::to_string(kProducts * kDays * revenue) + ".00 " + std::to_string(kProducts) + " " +
           std::to_string(kProducts) + " " + rows;
  }
  // Waits until the import writes; it stays there, because another session has a row that it wants.
  std::string stopped_in_the_middle() const {
    std::string session;
    EXPECT_TRUE(eventually([&] { return !(session = value(kWriting)).empty(); }, std::chrono::seconds(60)));
    return session;
  }
};

TEST_F(ImportCrash, AnImporterThatIsKilledLeavesTheFilesBeforeAndTheNextGoesOn) {
  etl::import_file(large("first.csv", 1), options);
  ASSERT_EQ(value(kFigures), figures(1));
  const auto second = large("second.csv", 2);
  auto holder = database.connect();
  {
    const db::Transaction transaction(holder);
    holder.execute("SELECT 1 FROM daily_performance LIMIT 1 FOR UPDATE");
    const Process import({"import", second.string()}, database.environment());
    stopped_in_the_middle();
    import.signal(SIGKILL);
  }
  // PostgreSQL notices that nobody listens when it is done with the statement, and rolls back.
  ASSERT_TRUE(eventually([&] {
    return value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
               "AND usename = 'performance_tracker_loader'") == "0";
  }));
  EXPECT_EQ(value(kFigures), figures(1));
  for (int again = 0; again < 2; ++again) {
    Process import({"import", second.string()}, database.environment());
    ASSERT_EQ(import.wait(std::chrono::seconds(60)), 0) << import.output();
    EXPECT_EQ(value(kFigures), figures(2));
  }
  EXPECT_EQ(value("SELECT string_agg(status, ' ' ORDER BY id) FROM etl_runs"), "succeeded failed succeeded succeeded");
}

// kill -9 of a backend: PostgreSQL restarts all of them and recovers from its log.
TEST_F(ImportCrash, APostgresThatIsKilledLeavesTheFilesBeforeAndTheNextGoesOn) {
  etl::import_file(large("first.csv", 1), options);
  const auto second = large("second.csv", 2);
  auto holder = std::make_unique<db::Connection>(database.login());
  holder->execute("BEGIN");
  holder->execute("SELECT 1 FROM daily_performance LIMIT 1 FOR UPDATE");
  Process import({"import", second.string()}, database.environment());
  const std::string session = stopped_in_the_middle();
  EXPECT_THROW(holder->execute("COPY (SELECT 1) TO PROGRAM 'kill -9 " + session + "; sleep 5'"), db::Error);
  EXPECT_EQ(import.wait(std::chrono::seconds(60)), 1) << import.output();
  EXPECT_NE(import.output().find("nothing of the file was loaded"), std::string::npos) << import.output();
  ASSERT_TRUE(eventually([&] {
    try {
      return value(kFigures) == figures(1);
    } catch (const db::Error&) {
      return false;
    }
  }));
  Process again({"import", second.string()}, database.environment());
  ASSERT_EQ(again.wait(std::chrono::seconds(60)), 0) << again.output();
  EXPECT_EQ(value(kFigures), figures(2));
}

}  // namespace
}  // namespace performance_tracker::test
