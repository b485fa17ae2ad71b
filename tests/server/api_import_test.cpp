// SPDX-License-Identifier: PostgreSQL
//
// Files that come over HTTP.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <sstream>

#include "api_support.h"

namespace performance_tracker::test {
namespace {

constexpr const char* kFile = "date,sku,impressions,clicks,ad_spend,units_sold,revenue\n2026-11-20,A,100,10,5,1,20\n";
const Headers kLoader = {{"Authorization", "Bearer loader-of-tests"}, {"Content-Type", "application/octet-stream"}};

std::map<std::string, std::string> settings(const ThrowAwayDatabase& database) {
  auto settings = database.environment();
  settings["API_TOKEN"] = "loader-of-tests";
  settings["IMPORT_MB"] = "1";
  return settings;
}

TEST(ApiImport, AFileIsImportedAndShown) {
  const MigratedDatabase database;
  const ServerProcess server(settings(database));
  const auto dry = server.request("POST", "/api/v1/import?dry_run=true&file=a.csv", kLoader, kFile);
  ASSERT_EQ(dry.status, 200) << dry.body;
  EXPECT_EQ(dry.json().at("data").at(0).at("days_inserted").as_int64(), 1);
  EXPECT_EQ(database.value("SELECT count(*) FROM daily_performance"), "0");
  const auto done = server.request("POST", "/api/v1/import?file=a.csv", kLoader, kFile);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.json().at("data").at(0).at("file").as_string(), "a.csv");
  EXPECT_EQ(database.value("SELECT revenue FROM daily_performance"), "20.00");
  EXPECT_EQ(database.value("SELECT source FROM etl_runs"), "a.csv");
  // A file that is longer than any other request may be.
  std::string large = "date,sku,revenue,note\n";
  for (int i = 0; i < 200; ++i) large += "2026-11-19,A,1," + std::string(1000, 'x') + "\n";
  EXPECT_EQ(server.request("POST", "/api/v1/import", kLoader, large).status, 200);
  EXPECT_EQ(database.value("SELECT sum(revenue) FROM daily_performance"), "220.00");
}

// Files that lie in a folder.
TEST(ApiImport, TheFolderIsImportedAndPutAway) {
  const MigratedDatabase database;
  const ScratchDirectory folder;
  const auto put = [&](const char* name, const char* content) {
    std::ofstream(folder.path() / name) << content;
    std::filesystem::last_write_time(folder.path() / name,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::minutes(1));
  };
  put("a.csv", kFile);
  put("b.csv", "date,sku,revenue\n03/04/2026,A,1\n");
  std::ofstream(folder.path() / "c.csv") << "still being wri";
  auto with_folder = settings(database);
  with_folder["IMPORT_DIR"] = folder.path().string();
  const ServerProcess server(with_folder);
  EXPECT_TRUE(eventually([&] {
    return std::filesystem::exists(folder.path() / "done" / "a.csv.txt") &&
           std::filesystem::exists(folder.path() / "refused" / "b.csv.txt");
  }));
  EXPECT_EQ(database.value("SELECT revenue FROM daily_performance"), "20.00");
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "c.csv"));
  std::stringstream reason;
  reason << std::ifstream(folder.path() / "refused" / "b.csv.txt").rdbuf();
  EXPECT_NE(reason.str().find("--dates"), std::string::npos) << reason.str();
}

// Twice the same name overwrote the first; a figure that no column holds was tried again every ten seconds, for ever; a
// link was followed, to be read and to be written.
TEST(ApiImport, TheFolderKeepsEveryFileAndFollowsNoLink) {
  const MigratedDatabase database;
  const ScratchDirectory folder, elsewhere;
  namespace fs = std::filesystem;
  const auto put = [&](const fs::path& path, const std::string& content) {
    std::ofstream(path) << content;
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::minutes(1));
  };
  fs::create_directory(folder.path() / "done");
  put(folder.path() / "done" / "a.csv", "of yesterday");
  put(folder.path() / "a.csv", kFile);
  put(folder.path() / "large.csv", "date,sku,campaign,clicks\n2026-11-20,A,x,2000000000\n2026-11-20,A,y,2000000000\n");
  put(elsewhere.path() / "secret", kFile);
  put(elsewhere.path() / "kept", "as it was");
  fs::create_symlink(elsewhere.path() / "secret", folder.path() / "link.csv");
  fs::create_directory(folder.path() / "refused");
  fs::create_symlink(elsewhere.path() / "kept", folder.path() / "refused" / "large.csv.txt");
  auto with_folder = settings(database);
  with_folder["IMPORT_DIR"] = folder.path().string();
  const ServerProcess server(with_folder);
  EXPECT_TRUE(eventually([&] {
    return fs::exists(folder.path() / "done" / "a-2.csv.txt") && fs::exists(folder.path() / "refused" / "large-2.csv");
  }));
  const auto content = [](const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  };
  EXPECT_EQ(content(folder.path() / "done" / "a.csv"), "of yesterday");
  EXPECT_EQ(content(elsewhere.path() / "kept"), "as it was");
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link.csv"));
  EXPECT_EQ(database.value("SELECT count(*) FROM etl_runs"), "2");
}

TEST(ApiImport, WhatCannotBeReadIsExplained) {
  const MigratedDatabase database;
  const ServerProcess server(settings(database));
  const auto open = server.request("POST", "/api/v1/import", kLoader, "date,sku,revenue\n03/04/2026,A,1\n");
  EXPECT_EQ(open.status, 422);
  EXPECT_EQ(open.error_code(), "unreadable_file");
  EXPECT_NE(open.error("message").find("--dates day-first"), std::string::npos) << open.body;
  EXPECT_EQ(
      server.request("POST", "/api/v1/import?dates=day-first", kLoader, "date,sku,revenue\n03/04/2026,A,1\n").status,
      200);
  const auto large = server.request("POST", "/api/v1/import?create_products=true", kLoader,
                                    "date,sku,campaign,clicks\n2026-11-20,B,x,2000000000\n2026-11-20,B,y,2000000000\n");
  EXPECT_EQ(large.status, 422) << large.body;
  EXPECT_EQ(server.request("POST", "/api/v1/import", kLoader).status, 400);
  EXPECT_EQ(server.request("POST", "/api/v1/import?dates=backwards", kLoader, kFile).status, 400);
}

TEST(ApiImport, OnlyWhoMayLoadMayUpload) {
  const MigratedDatabase database;
  const ServerProcess server(settings(database));
  EXPECT_EQ(server.request("POST", "/api/v1/import", {}, kFile).status, 401);
  const std::string large(200'000, 'x');
  EXPECT_EQ(server.request("POST", "/api/v1/import", {}, large).status, 401);
  EXPECT_EQ(server.request("POST", "/api/v1/import", {{"Authorization", "Bearer nobody-knows-it"}}, large).status, 401);
  EXPECT_EQ(server.request("POST", "/api/v1/etl-runs", kLoader, large).status, 413) << "only a file may be so long";
  EXPECT_EQ(server.request("POST", "/api/v1/import", kLoader, std::string(2U << 20U, 'x')).status, 413);
  EXPECT_EQ(database.value("SELECT count(*) FROM etl_runs"), "0");
}

}  // namespace
}  // namespace performance_tracker::test
