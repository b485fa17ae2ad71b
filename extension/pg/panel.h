// SPDX-License-Identifier: PostgreSQL
//
// The caller's tables as performance_tracker_panel(…) hands them over (sql/extension/25_panel.sql): one composite
// value with an array a column, read once per call.
#pragma once

#include "core/shop/advice_rules.h"
#include "core/shop/performance_panel.h"
#include "pg/pg.h"

namespace performance_tracker {

// Plain data in Postgres's memory.
struct PanelArgument {
  DateADT first_day;
  int days;
  std::span<const int> product_ids;
  std::span<const char* const> product_names;
  std::span<const char* const> product_categories;  // nullptr for NULL
  std::span<const double> product_prices;           // NaN for NULL
  std::span<const double> product_unit_costs;       // NaN for NULL
  std::span<const double> product_margins;          // percent, NaN for NULL
  std::span<const int> cell_products;
  std::span<const int> cell_days;  // days after first_day
  std::span<const double> impressions, clicks, ad_spend, units_sold, revenue;
  std::span<const int> promotion_ids;
  std::span<const char* const> promotion_names;
  std::span<const int> promotion_products;  // kNoProduct for NULL
  std::span<const char* const> promotion_categories;
  std::span<const int> promotion_starts, promotion_ends;  // days as in Day
  std::span<const double> promotion_discounts;            // percent, NaN for NULL
  std::span<const int> holiday_days;                      // days as in Day
  std::span<const char* const> holiday_names;
  std::span<const char* const> rule_names;  // rows of recommendation_thresholds
  std::span<const int> rule_products;       // kNoProduct for NULL
  std::span<const char* const> rule_categories;
  std::span<const double> rule_values;  // NaN for NULL

  static constexpr int kNoProduct = std::numeric_limits<int>::min();
};

// Read phase. Raises 22004 for NULL.
PanelArgument panel_argument(FunctionCallInfo fcinfo, const char* name);

// Compute phase. Several rows of one product and day are added up; rows of unknown products are left out.
PerformancePanel to_panel(const PanelArgument& argument);

// Compute phase. Throws InvalidArgument for rows that contradict each other.
AdviceRules to_rules(const PanelArgument& argument);

std::optional<std::string> to_optional(const char* text);

}  // namespace performance_tracker
