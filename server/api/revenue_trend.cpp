// SPDX-License-Identifier: PostgreSQL
#include "api/resources.h"

namespace performance_tracker::api {
namespace {

constexpr Parameter parameters[] = {
    {.name = "by", .kind = Kind::choice, .choices = total_category_product},
    {.name = "product", .kind = Kind::text},
    {.name = "category", .kind = Kind::text},
    {.name = "days", .kind = Kind::integer, .minimum = 1, .maximum = 3660},
};

// A name is shown where all of a row's revenue belongs to it: split by it, or filtered to it.
Statement statement(const Arguments& arguments) {
  const auto by = arguments.find("by").value_or("total");
  const auto product = arguments.find("product");
  const auto category = arguments.find("category");
  const bool one_product = by == "product" || product;
  const bool one_category = by == "category" || category || one_product;

  Statement statement;
  const std::string days = statement.bind(arguments.find("days").value_or("90"), "integer");
  std::string filter;
  if (product) filter += " AND product = " + statement.bind(*product, "text");
  if (category) filter += " AND category = " + statement.bind(*category, "text");
  statement.sql = std::string("SELECT date, ") + (one_category ? "category" : "NULL::text AS category") + ", " +
                  (one_product ? "product" : "NULL::text AS product") +
                  ", sum(revenue) AS revenue, sum(ad_spend) AS ad_spend "
                  "FROM daily_metrics, "
                  "(SELECT least(max(date), current_date - 1) AS last_day FROM daily_performance) AS complete "
                  "WHERE date <= last_day AND date > last_day - " +
                  days + filter + " GROUP BY date" + (one_category ? ", category" : "") +
                  (one_product ? ", product" : "") + " ORDER BY date" + (one_category ? ", category" : "") +
                  (one_product ? ", product" : "");
  return statement;
}

}  // namespace

const DataRoute revenue_trend_route{
    .path = "/api/v1/revenue-trend", .parameters = parameters, .statement = statement, .check_names = true};

}  // namespace performance_tracker::api
