// SPDX-License-Identifier: PostgreSQL
#include "api/grain.h"
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "days", .kind = Kind::integer},
    {.name = "grain", .kind = Kind::choice, .choices = day_week_month},
};

Statement statement(const Arguments& arguments) {
  static constexpr std::string_view own[] = {"grain"};
  return in_grain(call_function("daily_figures", arguments, own), arguments.find("grain").value_or("day"));
}

}  // namespace

const DataRoute revenue_trend_route{.path = "/api/v1/revenue-trend", .parameters = parameters, .statement = statement};

}  // namespace performance_tracker::api
