// SPDX-License-Identifier: PostgreSQL
//
// Statements that also run where the shop's tables lie on several machines (docs/scaling.md): no cluster is needed to
// see that one has a form that does not.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "etl/etl.h"
#include "support.h"

namespace performance_tracker::test {
namespace {

constexpr const char* kShopTables =
    "(daily_performance|daily_performance_history|products|product_keys|promotions|category_multipliers|etl_rejects|"
    "etl_runs|etl_sources|etl_days|campaign_performance|currency_rates|shop_settings)\\b";

// The string literals of the load's sources, neighbours joined.
std::vector<std::string> statements() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SOURCE_DIRECTORY) + "/server/etl")) {
    if (entry.path().extension() != ".cpp") continue;
    std::stringstream stream;
    stream << std::ifstream(entry.path()).rdbuf();
    const std::string text = stream.str();
    std::size_t end_of_last = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string literal;
      std::size_t end = i;
      if (text.compare(i, 3, "R\"(") == 0) {
        end = text.find(")\"", i);
        literal = text.substr(i + 3, end - i - 3);
        end += 2;
      } else if (text[i] == '"') {
        for (end = i + 1; end < text.size() && text[end] != '"' && text[end] != '\n'; ++end)
          if (text[end] == '\\') ++end;
        literal = text.substr(i + 1, end - i - 1);
        ++end;
      } else if (text.compare(i, 2, "//") == 0) {
        i = text.find('\n', i);
        continue;
      } else {
        continue;
      }
      const std::string between = text.substr(end_of_last, i - end_of_last);
      const bool continues = end_of_last > 0 && between.find_first_not_of(" \n") == std::string::npos;
      if (continues && !found.empty())
        found.back() += literal;
      else
        found.push_back(literal);
      end_of_last = end;
      i = end - 1;
    }
  }
  std::erase_if(found, [](const std::string& text) {
    return !std::regex_search(text, std::regex("\\b(SELECT|INSERT|UPDATE|DELETE|CREATE)\\b"));
  });
  return found;
}

// Without "AS MATERIALIZED (…)" and "IN (SELECT … pg_temp …)", which are carried out by themselves, one before the
// other.
std::string joined_part(std::string sql) {
  for (const char* opening : {"AS MATERIALIZED (", "IN (SELECT"}) {
    for (auto at = sql.find(opening); at != std::string::npos; at = sql.find(opening, at)) {
      auto end = sql.find('(', at);
      int depth = 0;
      do {
        depth += sql[end] == '(' ? 1 : sql[end] == ')' ? -1 : 0;
        ++end;
      } while (depth > 0 && end < sql.size());
      sql.erase(at, end - at);
    }
  }
  return sql;
}

TEST(EtlStatements, NoTemporaryTableIsJoinedWithOneOfTheShop) {
  const std::regex shop(std::string("\\b(FROM|JOIN|USING|UPDATE)\\s+") + kShopTables);
  int with_temporary = 0;
  for (const std::string& sql : statements()) {
    const std::string rest = joined_part(sql);
    if (rest.find("pg_temp.") == std::string::npos) continue;
    ++with_temporary;
    EXPECT_FALSE(std::regex_search(rest, shop)) << sql;
  }
  EXPECT_GT(with_temporary, 30) << "the statements are not found any more";
}

TEST(EtlStatements, NoUpdateCallsAVolatileFunction) {
  int updates = 0;
  for (const std::string& sql : statements()) {
    if (sql.find("UPDATE") == std::string::npos) continue;
    ++updates;
    for (const char* function : {"clock_timestamp(", "random(", "nextval(", "timeofday(", "gen_random_uuid("})
      EXPECT_EQ(sql.find(function), std::string::npos) << sql;
  }
  EXPECT_GT(updates, 15);
}

TEST(EtlStatements, NoViewOfTheServersHasASubqueryAmongItsColumns) {
  std::stringstream stream;
  stream << std::ifstream(std::string(SOURCE_DIRECTORY) + "/sql/schema/050_data_status.sql").rdbuf();
  const std::string text = stream.str();
  int views = 0;
  for (auto at = text.find("CREATE OR REPLACE VIEW"); at != std::string::npos;
       at = text.find("CREATE OR REPLACE VIEW", at + 1)) {
    ++views;
    const auto select = text.find("SELECT", at);
    EXPECT_EQ(text.substr(select + 6, text.find("FROM", select) - select - 6).find("SELECT"), std::string::npos)
        << text.substr(at, 200);
  }
  EXPECT_GE(views, 3);
}

// The second migration asked for a role that was there.
TEST(EtlStatements, RolesAreMadeOnlyWhenTheyAreMissing) {
  for (const auto& entry : std::filesystem::directory_iterator(std::string(SOURCE_DIRECTORY) + "/sql/schema")) {
    std::stringstream stream;
    stream << std::ifstream(entry.path()).rdbuf();
    const std::string text = stream.str();
    for (auto at = text.find("CREATE ROLE"); at != std::string::npos; at = text.find("CREATE ROLE", at + 1)) {
      if (text.rfind("--", at) > text.rfind('\n', at) || text.rfind("Let an administrator", at) > text.rfind('\n', at))
        continue;
      EXPECT_NE(text.substr(at > 400 ? at - 400 : 0, 400).find("IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles"),
                std::string::npos)
          << entry.path();
    }
  }
}

}  // namespace
}  // namespace performance_tracker::test
