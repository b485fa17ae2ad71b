// SPDX-License-Identifier: PostgreSQL
#include "api/daily_metrics.h"
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "product", .kind = Kind::text, .required = true},
    {.name = "days", .kind = Kind::integer, .minimum = 1, .maximum = 3660},
};

Statement statement(const Arguments& arguments) {
  return daily_metrics("product", arguments.find("product"), std::nullopt, arguments.find("days").value_or("90"));
}

}  // namespace

const DataRoute product_performance_route{
    .path = "/api/v1/product-performance", .parameters = parameters, .statement = statement, .check_names = true};

}  // namespace performance_tracker::api
