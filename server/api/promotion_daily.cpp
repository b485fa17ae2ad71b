// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "promotion_id", .kind = Kind::integer}, {.name = "product", .kind = Kind::text},
    {.name = "promotion_start", .kind = Kind::date}, {.name = "promotion_end", .kind = Kind::date},
    {.name = "category", .kind = Kind::text},
};

Statement statement(const Arguments& arguments) { return call_function("promotion_daily", arguments); }

}  // namespace

const DataRoute promotion_daily_route{
    .path = "/api/v1/promotion-daily", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
