// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include "api/parameters.h"

namespace performance_tracker::api {
namespace {

using Given = std::vector<std::pair<std::string, std::string>>;

constexpr Parameter known[] = {
    {.name = "horizon", .kind = Kind::integer},
    {.name = "product", .kind = Kind::text},
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
    {.name = "confidence_level", .kind = Kind::number},
    {.name = "include_history", .kind = Kind::boolean},
    {.name = "period_start", .kind = Kind::date},
    {.name = "days", .kind = Kind::integer, .minimum = 1, .maximum = 10},
    {.name = "recommendation_type", .kind = Kind::word},
};

http::ApiError refusal(const Given& given) {
  try {
    parse_arguments(known, given);
  } catch (const http::ApiError& error) {
    return error;
  }
  return {200, "accepted", ""};
}

TEST(Parameters, BadValuesAreRefusedWithTheirName) {
  for (const auto& [name, value] : Given{{"horizon", ""},
                                         {"horizon", "1.5"},
                                         {"horizon", "1e3"},
                                         {"horizon", "+3"},
                                         {"horizon", " 3"},
                                         {"horizon", "99999999999"},
                                         {"horizon", "0x10"},
                                         {"product", ""},
                                         {"product", "\xFF"},
                                         {"product", std::string("a\0b", 3)},
                                         {"by", "Total"},
                                         {"by", "day"},
                                         {"confidence_level", "80%"},
                                         {"confidence_level", "0,8"},
                                         {"confidence_level", "nan"},
                                         {"confidence_level", "inf"},
                                         {"confidence_level", "1e999"},
                                         {"include_history", "yes"},
                                         {"include_history", "1"},
                                         {"period_start", "2026-02-30"},
                                         {"period_start", "22.11.2026"},
                                         {"period_start", "infinity"},
                                         {"period_start", "2026-1-1"},
                                         {"days", "0"},
                                         {"days", "11"},
                                         {"recommendation_type", "a'; DROP"}}) {
    const auto error = refusal({{name, value}});
    EXPECT_EQ(error.status, 400) << name << "=" << value;
    EXPECT_EQ(error.code, "bad_parameter") << name << "=" << value;
    EXPECT_EQ(error.parameter, name);
  }
}

TEST(Parameters, GoodValuesPass) {
  for (const auto& [name, value] : Given{{"horizon", "-3"},
                                         {"product", "Käse; --'\"\\"},
                                         {"product", "a\nb\t\x01"},
                                         {"product", std::string(5000, 'x')},
                                         {"by", "product"},
                                         {"confidence_level", "0.80"},
                                         {"confidence_level", "80"},
                                         {"include_history", "false"},
                                         {"period_start", "2024-02-29"},
                                         {"days", "10"}})
    EXPECT_EQ(refusal({{name, value}}).status, 200) << name << "=" << value << ": " << refusal({{name, value}}).message;
}

TEST(Parameters, UnknownOnesAreRefusedWithTheKnown) {
  const auto error = refusal({{"horizont", "3"}});
  EXPECT_EQ(error.status, 400);
  EXPECT_EQ(error.code, "unknown_parameter");
  EXPECT_EQ(error.parameter, "horizont");
  EXPECT_NE(error.hint.value_or("").find("horizon, product, by"), std::string::npos);
}

TEST(Parameters, OneValueEach) { EXPECT_EQ(refusal({{"days", "3"}, {"days", "3"}}).parameter, "days"); }

TEST(Parameters, EqualQuestionsHaveOneCanonicalForm) {
  const auto canonical = [](const Given& given) { return parse_arguments(known, given).canonical(); };
  EXPECT_EQ(canonical({{"days", "07"}, {"confidence_level", "0.80"}}),
            canonical({{"confidence_level", "8e-1"}, {"days", "7"}}));
  EXPECT_NE(canonical({{"product", "a&by=1:b"}}), canonical({{"product", "a"}, {"by", "total"}}));
}

TEST(Statement, BindsEveryValue) {
  const auto arguments = parse_arguments(known, {{"product", "x'); DROP TABLE products; --"}, {"horizon", "3"}});
  const auto statement = call_function("forecast_revenue", arguments);
  EXPECT_EQ(statement.sql, "SELECT * FROM forecast_revenue(horizon => $1::integer, product => $2::text)");
  ASSERT_EQ(statement.params.size(), 2U);
  EXPECT_EQ(statement.params[1], "x'); DROP TABLE products; --");
}

TEST(Statement, AsTextIsWhatPsqlTakes) {
  Statement statement;
  statement.sql = "SELECT * FROM f(" + statement.bind("o'clock $2", "text") + ") WHERE price > $$x$$ LIMIT ";
  statement.sql += statement.bind("7", "integer");
  EXPECT_EQ(statement.text(), "SELECT * FROM f('o''clock $2'::text) WHERE price > $$x$$ LIMIT '7'::integer");
  for (int i = 0; i < 10; ++i) statement.sql += ", " + statement.bind(std::to_string(i), "integer");
  EXPECT_NE(statement.text().find("'9'::integer"), std::string::npos) << "$12 is not $1 and a 2";
}

}  // namespace
}  // namespace performance_tracker::api
