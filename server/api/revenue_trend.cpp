// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "days", .kind = Kind::integer},
};

Statement statement(const Arguments& arguments) { return call_function("daily_figures", arguments); }

}  // namespace

const DataRoute revenue_trend_route{.path = "/api/v1/revenue-trend", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
