// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "days", .kind = Kind::integer},
    {.name = "z_threshold", .kind = Kind::number},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "metric", .kind = Kind::word},
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
    {.name = "include_normal", .kind = Kind::boolean},
};

Statement statement(const Arguments& arguments) { return call_function("detect_anomalies", arguments); }

}  // namespace

const DataRoute anomalies_route{.path = "/api/v1/anomalies", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
