// SPDX-License-Identifier: PostgreSQL
//
// kill -9 at random moments of the load, imports of files and tables, the watched folder, the sessions behind them and
// PostgreSQL itself: the tables end as those of a shop that nothing ever happened to.
//
// ETL_KILLS is how often each step is cut off (2), ETL_KILLS_SEED chooses the moments, CLUSTER_RESTART starts a cluster
// whose postmaster was killed: without it only sessions are, which PostgreSQL answers by a recovery too. The long form
// is bench/etl_kills.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <random>

#include "scripted_platform.h"
#include "support.h"

namespace performance_tracker::test {
namespace {

using std::chrono::days;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr int kProducts = 60;
constexpr Day kLast = ScriptedPlatform::kLast, kFirst = kLast - days{ScriptedPlatform::kDays - 1};

int setting(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : std::atoi(value);
}

// Everything that a load may write and that does not name the moment.
constexpr const char* kTables[] = {
    "SELECT d.date, p.name, d.impressions, d.clicks, d.ad_spend, d.units_sold, d.revenue FROM daily_performance d "
    "JOIN products p ON p.id = d.product_id",
    "SELECT c.source, c.date, c.external_id, c.campaign, p.name, c.channel, c.impressions, c.clicks, c.ad_spend, "
    "c.units_sold, c.revenue FROM campaign_performance c JOIN products p ON p.id = c.product_id",
    "SELECT name, price, category FROM products",
    "SELECT k.source, k.external_id, p.name FROM product_keys k JOIN products p ON p.id = k.product_id",
    "SELECT source, channel, currency, data_through, whole FROM etl_sources",
    "SELECT h.date, p.name, h.existed, h.impressions, h.revenue FROM daily_performance_history h "
    "JOIN products p ON p.id = h.product_id",
    "SELECT date FROM etl_days",
    "SELECT source, status, date, external_id, reason FROM etl_rejects",
};

std::string fingerprint(const ThrowAwayDatabase& database) {
  std::string all;
  for (const char* table : kTables)
    all +=
        database.value("SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM (" +
                       std::string(table) + ") AS t") +
        "\n";
  return all;
}

// A session of the load, from the one that reads the files to those that write.
constexpr const char* kSession =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'performance_tracker_loader' "
    "ORDER BY backend_start DESC LIMIT 1";

// Something that the program is asked to do.
struct Step {
  std::string name;
  std::vector<std::string> arguments;
  std::filesystem::path file = {};  // of the watched folder
};

class EtlKills : public testing::Test {
 protected:
  EtlKills() : random_(static_cast<unsigned>(setting("ETL_KILLS_SEED", 20261122))) {
    for (int p = 10; p < kProducts; ++p) {
      const std::string id = "P" + std::to_string(p);
      platform_.products[id] = "Product " + id;
      for (Day day = kFirst; day <= kLast; day += days{1}) platform_.metrics[{day, id}] = platform_.metrics[{day, "A"}];
    }
    // A cluster for tests does not wait for its log: what was just committed would be lost with the shared memory.
    for (const auto* database : {&calm_, &killed_})
      database->connect().execute("ALTER DATABASE " + database->name() + " SET synchronous_commit = on");
    for (const auto* database : {&calm_, &killed_})
      database->connect().execute_script(
          "CREATE SCHEMA reports; CREATE TABLE reports.daily AS SELECT date '2026-09-01' + d AS date, 'Product P' || p "
          "AS "
          "product, 'spring' AS campaign, 900 + d AS impressions, 20 AS clicks, 4.5 + p AS spend, 2 AS conversions, 60 "
          "+ d "
          "AS revenue FROM generate_series(0, 49) d, generate_series(10, 59) p; GRANT USAGE ON SCHEMA reports TO "
          "performance_tracker_etl; GRANT SELECT ON reports.daily TO performance_tracker_etl");
  }

  std::filesystem::path orders(const std::string& name, Day first, int units) const {
    const auto path = scratch_.path() / name;
    std::ofstream stream(path);
    stream << "date,sku,product,channel,units,revenue\n";
    for (int day = 0; day < 50; ++day)
      for (int p = 10; p < kProducts; ++p)
        stream << to_string(first + days{day}) << ",P" << p << ",Product P" << p << ",shop," << units + p % 3 << ','
               << 20 * units + day << ".50\n";
    return path;
  }

  std::vector<Step> steps() const {
    const std::vector<std::string> load = {"etl", "--from", to_string(kFirst), "--to", to_string(kLast)};
    const std::string map = "date=date,sku=sku,product=product,units_sold=units,revenue=revenue";
    const auto first = orders("first.csv", kFirst, 2), second = orders("second.csv", kFirst + days{20}, 3);
    return {
        {"the first load", load},
        {"a load that restates all days", load},
        {"a file", {"import", "--map", map, "--source", "orders", "--channel", "shop", first.string()}},
        {"a file that overlaps", {"import", "--map", map, "--source", "orders", "--channel", "shop", second.string()}},
        {"a table", {"import", "--from-table", "reports.daily", "--source", "reports"}},
        {"the watched folder", {"serve"}, orders("folder.csv", kFirst + days{30}, 5)}};
  }

  std::map<std::string, std::string> environment(const ThrowAwayDatabase& database) const {
    auto result = database.environment();
    result["PLATFORM_URL"] = platform_.url();
    result["HTTP_PORT"] = "0";
    result["IMPORT_DIR"] = folder_of(database).string();
    std::filesystem::create_directories(folder_of(database));
    return result;
  }
  std::filesystem::path folder_of(const ThrowAwayDatabase& database) const { return scratch_.path() / database.name(); }

  // The file is there for this start of the server: what an earlier one has put away was done before it died.
  void place(const Step& step, const ThrowAwayDatabase& database) const {
    if (step.file.empty()) return;
    const auto target = folder_of(database) / step.file.filename();
    std::filesystem::remove_all(folder_of(database));
    std::filesystem::create_directories(folder_of(database));
    std::filesystem::copy_file(step.file, target, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::last_write_time(target, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(1));
  }
  bool put_away(const Step& step, const ThrowAwayDatabase& database) const {
    return std::filesystem::exists(folder_of(database) / "done" / step.file.filename());
  }

  // Runs a step to its end, whatever the one before it left behind; returns how long it took.
  milliseconds finish(const Step& step, const ThrowAwayDatabase& database) {
    place(step, database);
    const auto begin = Clock::now();
    std::string said;
    const bool done = eventually(
        [&] {
          Process process(step.arguments, environment(database));
          const bool ended = step.file.empty() ? process.wait(seconds(60)) == 0
                                               : eventually([&] { return put_away(step, database); }, seconds(8));
          said = process.output();
          return ended;
        },
        seconds(60));
    EXPECT_TRUE(done) << step.name << ": " << said;
    return duration_cast<milliseconds>(Clock::now() - begin);
  }

  void kill_session() {
    const std::string session = killed_.value(kSession);
    if (session.empty()) return;
    try {
      killed_.connect().execute("COPY (SELECT 1) TO PROGRAM 'kill -9 " + session + "; sleep 1'");
    } catch (const db::Error&) {
      // PostgreSQL ends all sessions when one of them was killed.
    }
  }

  void kill_postmaster(const std::string& restart) {
    std::ifstream file(killed_.value("SHOW data_directory") + "/postmaster.pid");
    pid_t pid = 0;
    ASSERT_TRUE(file >> pid && pid > 1);
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    // Its sessions end when they notice, and hold its memory until then.
    ASSERT_TRUE(eventually([&] { return std::system(restart.c_str()) == 0; }, seconds(60)));
  }

  bool up() const {
    try {
      return killed_.value("SELECT NOT pg_is_in_recovery()") == "t";
    } catch (const db::Error&) {
      return false;
    }
  }

  // Cuts a run of the step off at a random moment of the time that a whole one takes.
  std::string cut_off(const Step& step, milliseconds whole) {
    place(step, killed_);
    Process process(step.arguments, environment(killed_));
    std::this_thread::sleep_for(
        milliseconds(std::uniform_int_distribution<int>(0, static_cast<int>(whole.count()))(random_)));
    const char* restart = std::getenv("CLUSTER_RESTART");
    const int what = std::uniform_int_distribution<int>(0, restart == nullptr ? 3 : 4)(random_);
    std::string words = "the program was killed";
    if (what == 3) {
      kill_session();
      words = "a session was killed";
    } else if (what == 4) {
      kill_postmaster(restart);
      words = "the postmaster was killed";
    }
    process.signal(SIGKILL);
    EXPECT_TRUE(eventually([&] { return up() && killed_.value(kSession).empty(); }, seconds(60))) << words;
    return words;
  }

  // The first load keeps whole batches without a gap; everything else is there or is not.
  void expect_nothing_in_between(const Step& step, const std::string& before, const std::string& after,
                                 const std::string& words) const {
    if (step.name == "the first load") {
      EXPECT_EQ(killed_.value("SELECT count(*) FROM daily_performance"),
                killed_.value("SELECT coalesce(max(date) - date '" + to_string(kFirst) + "' + 1, 0) * " +
                              std::to_string(kProducts) + " FROM daily_performance"))
          << words;
      return;
    }
    const std::string now = fingerprint(killed_);
    EXPECT_TRUE(now == before || now == after) << step.name << ", " << words << ":\n"
                                               << now << "is neither\n"
                                               << before << "nor\n"
                                               << after;
  }

  const ScratchDirectory scratch_;
  const ThrowAwayDatabase calm_, killed_;
  ScriptedPlatform platform_;
  std::mt19937 random_;
};

TEST_F(EtlKills, TheTablesEndAsThoseOfAnUndisturbedRun) {
  const int kills = setting("ETL_KILLS", 2);
  std::map<std::string, int> happened;
  for (const Step& step : steps()) {
    SCOPED_TRACE(step.name);
    if (step.name == "a load that restates all days") {
      platform_.change_all([](Cells& row) { row.revenue = std::to_string(std::stod(row.revenue) + 7); }, kFirst, kLast);
      platform_.products["B"] = "Another name";
      std::erase_if(platform_.metrics, [](const auto& row) { return row.first.second == "C"; });
    }
    const std::string before = fingerprint(killed_);
    const auto whole = finish(step, calm_);
    const std::string after = fingerprint(calm_);
    for (int i = 0; i < kills; ++i) {
      const std::string words = cut_off(step, whole);
      ++happened[words + (fingerprint(killed_) == before ? ", nothing was there" : ", something was there")];
      expect_nothing_in_between(step, before, after, words);
    }
    finish(step, killed_);
    ASSERT_EQ(fingerprint(killed_), after);
  }
  for (const auto& [words, times] : happened) std::printf("  %4d times: %s\n", times, words.c_str());
}

}  // namespace
}  // namespace performance_tracker::test
