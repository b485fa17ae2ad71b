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
};

Statement statement(const Arguments& arguments) { return call_function("forecast_revenue", arguments); }

}  // namespace

const DataRoute forecast_route{.path = "/api/v1/forecast", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
