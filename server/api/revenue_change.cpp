// SPDX-License-Identifier: PostgreSQL
//
// Why revenue changed, and the steps of a waterfall between the two periods.
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter reasons_parameters[] = {
    {.name = "period_start", .kind = Kind::date}, {.name = "period_end", .kind = Kind::date},
    {.name = "compare", .kind = Kind::word},      {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},     {.name = "compare_start", .kind = Kind::date},
    {.name = "compare_end", .kind = Kind::date},  {.name = "max_reasons", .kind = Kind::integer},
};

constexpr std::string_view dimensions[] = {"category", "product", "driver"};

constexpr Parameter bridge_parameters[] = {
    {.name = "period_start", .kind = Kind::date}, {.name = "period_end", .kind = Kind::date},
    {.name = "compare", .kind = Kind::word},      {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},     {.name = "compare_start", .kind = Kind::date},
    {.name = "compare_end", .kind = Kind::date},  {.name = "by", .kind = Kind::choice, .choices = dimensions},
    {.name = "max_steps", .kind = Kind::integer},
};

Statement reasons(const Arguments& arguments) { return call_function("explain_revenue_change", arguments); }
Statement bridge(const Arguments& arguments) { return call_function("revenue_bridge", arguments); }

}  // namespace

const DataRoute revenue_change_route{
    .path = "/api/v1/revenue-change", .parameters = reasons_parameters, .statement = reasons};
const DataRoute revenue_bridge_route{
    .path = "/api/v1/revenue-bridge", .parameters = bridge_parameters, .statement = bridge};

}  // namespace performance_tracker::api
