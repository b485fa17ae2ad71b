// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "period_start", .kind = Kind::date},
    {.name = "period_end", .kind = Kind::date},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "compare", .kind = Kind::word},
    {.name = "compare_start", .kind = Kind::date},
    {.name = "compare_end", .kind = Kind::date},
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
};

Statement statement(const Arguments& arguments) { return call_function("kpi_summary", arguments); }

}  // namespace

const DataRoute kpis_route{.path = "/api/v1/kpis", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
