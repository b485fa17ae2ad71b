// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "metric", .kind = Kind::word},        {.name = "period_start", .kind = Kind::date},
    {.name = "period_end", .kind = Kind::date},    {.name = "compare", .kind = Kind::word},
    {.name = "compare_start", .kind = Kind::date}, {.name = "compare_end", .kind = Kind::date},
    {.name = "product", .kind = Kind::text},       {.name = "category", .kind = Kind::text},
};

Statement statement(const Arguments& arguments) { return call_function("key_drivers", arguments); }

}  // namespace

const DataRoute key_drivers_route{.path = "/api/v1/key-drivers", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
