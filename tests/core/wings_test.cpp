// SPDX-License-Identifier: PostgreSQL
//
// The order of the core's wings, held by its includes: a header-only call against it would link all the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>

#include "places.h"

namespace {

namespace fs = std::filesystem;

// As CMakeLists.txt links them: each sees itself and those before it.
constexpr std::array wings{"base", "series", "diagnostics", "arima", "forecast", "shop"};

std::size_t rank_of(const std::string& wing) {
  return static_cast<std::size_t>(std::ranges::find(wings, wing) - wings.begin());
}

TEST(Wings, IncludeOnlyThemselvesAndThoseBefore) {
  const std::regex quoted{R"re(#include "([^"]+)")re"};
  const std::regex ours{R"re(core/([a-z_]+)/[a-z_/]+\.h)re"};
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator{kCoreDirectory}) {
    const fs::path& path = entry.path();
    if (path.extension() != ".h" && path.extension() != ".cpp") continue;
    const std::string wing = fs::relative(path, kCoreDirectory).begin()->string();
    ASSERT_LT(rank_of(wing), wings.size()) << path << " is in no wing";
    ++files;
    std::ifstream source{path};
    for (std::string line; std::getline(source, line);) {
      std::smatch include;
      if (!std::regex_search(line, include, quoted)) continue;
      const std::string target = include[1];
      std::smatch parts;
      ASSERT_TRUE(std::regex_match(target, parts, ours)) << path << " includes " << target;
      EXPECT_LE(rank_of(parts[1]), rank_of(wing)) << path << " includes " << target;
    }
  }
  EXPECT_GT(files, 80);
}

// Postgres, JSON and threads stay outside; Eigen comes in through one header.
TEST(Wings, KnowTheStandardLibraryAndOneHeaderOfEigen) {
  const std::regex angled{R"re(#include <([^>]+)>)re"};
  for (const auto& entry : fs::recursive_directory_iterator{kCoreDirectory}) {
    const fs::path& path = entry.path();
    if (path.extension() != ".h" && path.extension() != ".cpp") continue;
    std::ifstream source{path};
    for (std::string line; std::getline(source, line);) {
      std::smatch include;
      if (!std::regex_search(line, include, angled)) continue;
      const std::string target = include[1];
      if (target.starts_with("Eigen/")) {
        EXPECT_EQ(path.filename(), "linear_algebra.h") << path << " includes " << target;
      } else {
        EXPECT_EQ(target.find_first_of("./"), std::string::npos) << path << " includes " << target;
        EXPECT_NE(target, "thread") << path;
        EXPECT_NE(target, "mutex") << path;
      }
    }
  }
}

}  // namespace
