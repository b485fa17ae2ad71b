// SPDX-License-Identifier: PostgreSQL
//
// The merchant's data as the analytic chapters see it: every product's daily columns on one common calendar, the
// promotions, and its metrics (metric.h). Money in the merchant's currency, ratios as fractions.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/shop/metric.h"

namespace performance_tracker {

// Days count from 2000-01-01 = 0, as PostgreSQL's dates do.
using Day = int;

std::string to_iso_date(Day day);  // "2026-11-22"

// One value a calendar day; NaN where the day has no row or the column is NULL.
struct DailyColumns {
  std::vector<double> impressions;
  std::vector<double> clicks;
  std::vector<double> ad_spend;
  std::vector<double> units_sold;
  std::vector<double> revenue;

  DailyColumns() = default;
  explicit DailyColumns(std::size_t days);
  std::size_t size() const { return revenue.size(); }

  const std::vector<double>& of(DataColumn column) const;
  std::vector<double>& of(DataColumn column);
};

struct Product {
  int id = 0;
  std::string name;
  std::optional<std::string> category;
  std::optional<double> price;       // list price
  std::optional<double> unit_cost;   // of the goods, money a unit
  std::optional<double> margin_pct;  // percent of revenue left after the cost of goods; before unit_cost
  DailyColumns daily;
};

// Runs from `start` to `end`, both included. With neither product nor category it is shop-wide.
struct Promotion {
  std::optional<int> id;
  std::string name;
  std::optional<int> product_id;
  std::optional<std::string> category;
  Day start = 0;
  Day end = 0;
  std::optional<double> discount_pct;  // percent

  bool covers(const Product& product) const;
  bool runs_on(Day day) const { return start <= day && day <= end; }
};

// A day of the shop's calendar.
struct PanelHoliday {
  Day day = 0;
  std::string name;
};

struct PerformancePanel {
  Day first_day = 0;
  std::size_t days = 0;           // calendar days; every product's columns have this length
  std::vector<Product> products;  // ordered by name
  std::vector<Promotion> promotions;
  std::vector<PanelHoliday> holidays;

  Day day(std::size_t index) const { return first_day + static_cast<Day>(index); }
  std::size_t index(Day d) const { return static_cast<std::size_t>(d - first_day); }
};

enum class Grouping { kProduct, kCategory, kTotal };
std::optional<Grouping> grouping_from_name(std::string_view name);

// Products that are judged as one series.
struct Group {
  std::optional<std::string> category;
  std::optional<std::string> product;
  std::vector<std::size_t> members;  // indices into PerformancePanel::products
};

// The groups within an optional product and an optional category, in the order of their names. `total` over a
// filter carries the filter's names.
std::vector<Group> make_groups(const PerformancePanel& panel, Grouping by, const std::optional<std::string>& product,
                               const std::optional<std::string>& category);

// Sums over the members. A day counts as missing when members that reported on at least half of the 14 days before
// it, and made more than 5% of those days' revenue (or clicks, without any revenue), have no row: a half-loaded
// day must not look like a collapse.
DailyColumns group_columns(const PerformancePanel& panel, const Group& group);

// One value a day; NaN where a column is missing or a denominator is zero.
std::vector<double> metric_values(const DailyColumns& columns, Metric metric);

// The column that counts the random events behind a metric (purchases behind revenue, clicks behind the CTR).
const std::vector<double>& metric_events(const DailyColumns& columns, Metric metric);

// The denominator of a ratio; nullptr for a metric that is not one.
const std::vector<double>* metric_exposure(const DailyColumns& columns, Metric metric);

// The share (0..1) of the group that is on promotion each day, each member weighing its mean revenue; members weigh
// the same when nothing was sold at all.
std::vector<double> promotion_share(const PerformancePanel& panel, const Group& group,
                                    std::span<const Promotion> promotions);

}  // namespace performance_tracker
