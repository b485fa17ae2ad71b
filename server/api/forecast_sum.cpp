// SPDX-License-Identifier: PostgreSQL
//
// What the days after the last complete one will bring together: bounds of single days do not add up.
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "horizon", .kind = Kind::integer, .minimum = 1, .maximum = 365},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "confidence_level", .kind = Kind::number},
};

Statement statement(const Arguments& arguments) {
  Statement statement;
  const std::string days = statement.bind(arguments.find("horizon").value_or("7"), "integer");
  std::string more;
  if (const auto product = arguments.find("product")) more += ", product => " + statement.bind(*product, "text");
  if (const auto category = arguments.find("category")) more += ", category => " + statement.bind(*category, "text");
  if (const auto level = arguments.find("confidence_level"))
    more += ", confidence_level => " + statement.bind(*level, "double precision");
  statement.sql =
      "SELECT f.* FROM data_status s CROSS JOIN LATERAL forecast_sum(period_start => s.data_through + 1, "
      "period_end => s.data_through + " +
      days + more + ") f WHERE s.data_through IS NOT NULL";
  return statement;
}

}  // namespace

const DataRoute forecast_sum_route{.path = "/api/v1/forecast-sum", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
