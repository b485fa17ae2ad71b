// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "horizon", .kind = Kind::integer},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
    {.name = "confidence_level", .kind = Kind::number},
    {.name = "method", .kind = Kind::word},  // the function knows which there are
    {.name = "include_history", .kind = Kind::boolean},
    {.name = "fan", .kind = Kind::boolean},
};

// With a fan each day has a row a level, from one and the same fit.
Statement statement(const Arguments& arguments) {
  static constexpr std::string_view own[] = {"fan"};
  Statement statement = call_function("forecast_revenue", arguments, own);
  if (arguments.find("fan") != "true") return statement;
  const bool alone = statement.sql.ends_with("()");
  statement.sql.insert(statement.sql.size() - 1, std::string(alone ? "" : ", ") + "levels => '{0.5,0.8,0.95}'");
  return statement;
}

}  // namespace

const DataRoute forecast_route{.path = "/api/v1/forecast", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
