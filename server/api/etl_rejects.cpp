// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "n", .kind = Kind::integer, .minimum = 1, .maximum = 1000},
};

Statement statement(const Arguments& arguments) {
  Statement statement;
  const std::string limit = statement.bind(arguments.find("n").value_or("100"), "integer");
  statement.sql =
      "SELECT id, source, status, date, external_id, reason, original, first_seen, last_seen, run_id FROM etl_rejects "
      "ORDER BY last_seen DESC, id DESC LIMIT " +
      limit;
  return statement;
}

}  // namespace

// A row is rejected by a load, so the loads say when there may be others.
const DataRoute etl_rejects_route{
    .path = "/api/v1/etl-rejects", .parameters = parameters, .statement = statement, .depends_on = DependsOn::loads};

}  // namespace performance_tracker::api
