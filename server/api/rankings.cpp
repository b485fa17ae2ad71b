// SPDX-License-Identifier: PostgreSQL
//
// Products in order: by revenue, by ROAS, by change of revenue.
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter ranking_parameters[] = {
    {.name = "n", .kind = Kind::integer},
    {.name = "days", .kind = Kind::integer},
    {.name = "category", .kind = Kind::text},
};

constexpr Parameter week_over_week_parameters[] = {
    {.name = "days", .kind = Kind::integer},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
};

Statement top_sellers(const Arguments& arguments) { return call_function("top_sellers", arguments); }

Statement worst_performers(const Arguments& arguments) { return call_function("worst_performers", arguments); }

Statement week_over_week(const Arguments& arguments) { return call_function("week_over_week", arguments); }

}  // namespace

const DataRoute top_sellers_route{
    .path = "/api/v1/top-sellers", .parameters = ranking_parameters, .statement = top_sellers};

const DataRoute worst_performers_route{
    .path = "/api/v1/worst-performers", .parameters = ranking_parameters, .statement = worst_performers};

const DataRoute week_over_week_route{
    .path = "/api/v1/week-over-week", .parameters = week_over_week_parameters, .statement = week_over_week};

}  // namespace performance_tracker::api
