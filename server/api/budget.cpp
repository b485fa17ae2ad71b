// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "total", .kind = Kind::number},  {.name = "max_change", .kind = Kind::number},
    {.name = "days", .kind = Kind::integer},  {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text}, {.name = "confidence_level", .kind = Kind::number},
};

// Money is numeric there, and no double precision becomes one by itself.
Statement statement(const Arguments& arguments) {
  constexpr std::string_view bound = "total => $1::double precision";
  Statement statement = call_function("reallocate_budget", arguments);
  if (const auto at = statement.sql.find(bound); at != std::string::npos)
    statement.sql.replace(at, bound.size(), "total => $1::double precision::numeric");
  return statement;
}

}  // namespace

const DataRoute budget_route{.path = "/api/v1/budget", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
