// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "period_start", .kind = Kind::date, .required = true},
    {.name = "period_end", .kind = Kind::date, .required = true},
};

Statement statement(const Arguments& arguments) { return call_function("shop_holidays", arguments); }

}  // namespace

const DataRoute holidays_route{.path = "/api/v1/holidays", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
