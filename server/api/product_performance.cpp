// SPDX-License-Identifier: PostgreSQL
#include "api/grain.h"
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "product", .kind = Kind::text, .required = true},
    {.name = "days", .kind = Kind::integer},
    {.name = "grain", .kind = Kind::choice, .choices = day_week_month},
};

Statement statement(const Arguments& arguments) {
  static constexpr std::string_view own[] = {"grain"};
  return in_grain(call_function("daily_figures", arguments, own), arguments.find("grain").value_or("day"));
}

}  // namespace

const DataRoute product_performance_route{
    .path = "/api/v1/product-performance", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
