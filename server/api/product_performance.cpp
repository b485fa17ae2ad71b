// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "product", .kind = Kind::text, .required = true},
    {.name = "days", .kind = Kind::integer, .minimum = 1, .maximum = 3660},
};

Statement statement(const Arguments& arguments) {
  Statement statement;
  const std::string product = statement.bind(arguments.find("product").value(), "text");
  const std::string days = statement.bind(arguments.find("days").value_or("90"), "integer");
  statement.sql =
      "SELECT date, product, category, impressions, clicks, ad_spend, units_sold, revenue, "
      "ctr, cpc, conversion_rate, roas, acos "
      "FROM daily_metrics, "
      "(SELECT least(max(date), current_date - 1) AS last_day FROM daily_performance) AS complete "
      "WHERE product = " +
      product + " AND date <= last_day AND date > last_day - " + days + " ORDER BY date";
  return statement;
}

}  // namespace

const DataRoute product_performance_route{
    .path = "/api/v1/product-performance", .parameters = parameters, .statement = statement, .check_names = true};

}  // namespace performance_tracker::api
