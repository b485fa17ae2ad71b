// SPDX-License-Identifier: PostgreSQL
#include "api/daily_metrics.h"

namespace performance_tracker::api {
namespace {

struct View {
  const char* name;
  const char* names;  // its columns of names, NULL for those it lacks
  const char* order;
};
constexpr View total{"daily_total_metrics", "NULL::text AS product, NULL::text AS category", "date"};
constexpr View of_categories{"daily_category_metrics", "NULL::text AS product, category", "date, category"};
constexpr View of_products{"daily_metrics", "product, category", "date, category, product"};

}  // namespace

Statement daily_metrics(std::string_view by, const std::optional<std::string>& product,
                        const std::optional<std::string>& category, const std::string& days) {
  const View& view = by == "product" || product ? of_products : by == "category" || category ? of_categories : total;
  Statement statement;
  // Scalar subqueries: as a join, the condition on the day would not reach below the views' GROUP BY.
  const std::string last_day = "(SELECT least(max(date), current_date - 1) FROM daily_performance)";
  statement.sql = std::string("SELECT date, ") + view.names +
                  ", impressions, clicks, ad_spend, units_sold, revenue, ctr, cpc, conversion_rate, roas, acos FROM " +
                  view.name + " WHERE date <= " + last_day + " AND date > " + last_day + " - " +
                  statement.bind(days, "integer");
  if (product) statement.sql += " AND product = " + statement.bind(*product, "text");
  if (category) statement.sql += " AND category = " + statement.bind(*category, "text");
  statement.sql += std::string(" ORDER BY ") + view.order;
  return statement;
}

}  // namespace performance_tracker::api
