// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "days", .kind = Kind::integer},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "false_alarms", .kind = Kind::number},
};

// Arrays as json, which every client reads.
constexpr std::string_view columns =
    "scope, incident_start, incident_end, goes_on, direction, revenue, expected_revenue, revenue_effect, "
    "ad_spend_effect, to_json(products) AS products, to_json(categories) AS categories, hypothesis_code, hypothesis, "
    "anomaly_probability, new_level_since, evidence";

Statement statement(const Arguments& arguments) {
  Statement statement = call_function("incidents", arguments);
  statement.sql.replace(statement.sql.find('*'), 1, columns);
  return statement;
}

}  // namespace

const DataRoute incidents_route{.path = "/api/v1/incidents", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
