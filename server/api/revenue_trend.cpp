// SPDX-License-Identifier: PostgreSQL
#include "api/daily_metrics.h"
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "days", .kind = Kind::integer, .minimum = 1, .maximum = 3660},
};

Statement statement(const Arguments& arguments) {
  return daily_metrics(arguments.find("by").value_or("total"), arguments.find("product"), arguments.find("category"),
                       arguments.find("days").value_or("90"));
}

}  // namespace

const DataRoute revenue_trend_route{
    .path = "/api/v1/revenue-trend", .parameters = parameters, .statement = statement, .check_names = true};

}  // namespace performance_tracker::api
