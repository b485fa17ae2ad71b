// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "days", .kind = Kind::integer},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "recommendation_type", .kind = Kind::word},
};

constexpr std::string_view own_filters[] = {"recommendation_type"};

Statement statement(const Arguments& arguments) {
  Statement statement = call_function("recommendations", arguments, own_filters);
  if (const auto type = arguments.find("recommendation_type"))
    statement.sql += " WHERE recommendation_type = " + statement.bind(*type, "text");
  return statement;
}

}  // namespace

const DataRoute recommendations_route{
    .path = "/api/v1/recommendations", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
