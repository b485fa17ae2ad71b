// SPDX-License-Identifier: PostgreSQL
//
// How good forecasts of the last weeks would have been: backtest_summary() over the revenue that is selected.
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
};

Statement statement(const Arguments& arguments) {
  Statement statement;
  std::string which;
  for (const auto* name : {"product", "category"})
    if (const auto value = arguments.find(name))
      which += std::string(", ") + name + " => " + statement.bind(*value, "text");
  // Two years: enough for every season that is looked for, and as fast in an old shop as in a young one.
  statement.sql =
      "SELECT * FROM backtest_summary((SELECT time_series(date, revenue::double precision) FROM daily_figures(days => "
      "730" +
      which + ")), folds => 4, horizon => 7, nonnegative => true)";
  return statement;
}

}  // namespace

const DataRoute forecast_accuracy_route{
    .path = "/api/v1/forecast-accuracy", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
