// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "product", .kind = Kind::text, .required = true},
    {.name = "days", .kind = Kind::integer},
};

Statement statement(const Arguments& arguments) { return call_function("daily_figures", arguments); }

}  // namespace

const DataRoute product_performance_route{
    .path = "/api/v1/product-performance", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
