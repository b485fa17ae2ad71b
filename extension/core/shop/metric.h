// SPDX-License-Identifier: PostgreSQL
//
// The one table of metrics: what each is called, how it is computed, what it counts and what moves it. SQL reads it as
// metrics(); arrays over metrics are PerMetric.
//
// A new metric is an enumerator here and its row in describe() below. The switch has no default, so an
// enumerator without a row does not compile, and kMetricCount follows from the rows.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace performance_tracker {

// The columns of daily_performance.
enum class DataColumn : unsigned char { kImpressions, kClicks, kAdSpend, kUnitsSold, kRevenue };
inline constexpr std::array kDataColumns{DataColumn::kImpressions, DataColumn::kClicks, DataColumn::kAdSpend,
                                         DataColumn::kUnitsSold, DataColumn::kRevenue};
const char* column_name(DataColumn column);  // "ad_spend"

enum class Metric : unsigned char {
  kRevenue,
  kUnitsSold,
  kClicks,
  kImpressions,
  kAdSpend,
  kCtr,             // clicks / impressions
  kConversionRate,  // units_sold / clicks
  kRoas,            // revenue / ad_spend
  kAcos,            // ad_spend / revenue
  kCpc,             // ad_spend / clicks
  kPrice,           // revenue / units_sold, the average selling price
};

enum class MetricUnit : unsigned char { kMoney, kRatio, kCount };
enum class GoodDirection : unsigned char { kUp, kDown, kNeither };

// A short list of constant expressions.
template <class T, std::size_t Capacity>
struct FewOf {
  std::array<T, Capacity> values{};
  std::size_t count = 0;
  constexpr FewOf() = default;
  constexpr FewOf(std::initializer_list<T> list) : count(list.size()) {
    std::size_t i = 0;
    for (const T& v : list) values[i++] = v;
  }
  constexpr const T* begin() const { return values.data(); }
  constexpr const T* end() const { return values.data() + count; }
  constexpr std::span<const T> span() const { return {values.data(), count}; }
};

struct ColumnTerm {
  DataColumn column = DataColumn::kRevenue;
  int sign = 1;  // +1 or -1: columns may be subtracted
};

// The metric is the product of its drivers to these powers, and so are its relative changes.
struct Driver {
  Metric metric = Metric::kRevenue;
  int exponent = 1;  // +1 or -1
};

struct MetricInfo {
  std::string_view name;       // "conversion_rate"
  std::string_view label_key;  // of the texts of pages: "metric.conversion_rate"
  MetricUnit unit = MetricUnit::kCount;
  FewOf<ColumnTerm, 3> numerator;         // added up over rows
  std::optional<DataColumn> denominator;  // of a ratio, added up over rows; nothing: the metric is a sum
  GoodDirection good = GoodDirection::kNeither;
  DataColumn events = DataColumn::kUnitsSold;  // counts the random events behind it (purchases behind revenue)
  // In the order of the funnel: the first zero is the cause of those after it. None: it is no product (a difference).
  FewOf<Driver, 4> drivers;
  bool poisson = true;  // false for an average that counts no events (a selling price)
  int kpi_place = 0;    // its row of kpi_summary(); 0: none
  int digits = 0;       // decimals of its value in kpi_summary()
};

const MetricInfo& metric_info(Metric metric);
std::span<const Metric> all_metrics();                          // in the order of the enumerators
std::optional<Metric> metric_from_name(std::string_view name);  // empty when there is no such metric
const char* metric_name(Metric metric);                         // "conversion_rate"
bool is_ratio(Metric metric);

namespace detail {
constexpr MetricInfo describe(Metric metric) {
  using enum DataColumn;
  using enum MetricUnit;
  constexpr Driver impressions{Metric::kImpressions}, ctr{Metric::kCtr}, conversion{Metric::kConversionRate};
  constexpr Driver price{Metric::kPrice}, cpc{Metric::kCpc};
  constexpr Driver per_conversion{Metric::kConversionRate, -1}, per_price{Metric::kPrice, -1},
      per_cpc{Metric::kCpc, -1};
  constexpr GoodDirection up = GoodDirection::kUp, down = GoodDirection::kDown, neither = GoodDirection::kNeither;
  constexpr std::nullopt_t sum = std::nullopt;
  // revenue = impressions · ctr · conversion_rate · price and ad_spend = impressions · ctr · cpc; everything else
  // follows.
  switch (metric) {
    case Metric::kRevenue:
      return {"revenue",  "metric.revenue",
              kMoney,     {{kRevenue}},
              sum,        up,
              kUnitsSold, {impressions, ctr, conversion, price},
              true,       1,
              2};
    case Metric::kUnitsSold:
      return {"units_sold",
              "metric.units_sold",
              kCount,
              {{kUnitsSold}},
              sum,
              up,
              kUnitsSold,
              {impressions, ctr, conversion},
              true,
              10,
              0};
    case Metric::kClicks:
      return {"clicks", "metric.clicks", kCount, {{kClicks}}, sum, up, kClicks, {impressions, ctr}, true, 8, 0};
    case Metric::kImpressions:
      return {"impressions",
              "metric.impressions",
              kCount,
              {{kImpressions}},
              sum,
              up,
              kImpressions,
              {impressions},
              true,
              9,
              0};
    case Metric::kAdSpend:
      return {
          "ad_spend", "metric.ad_spend", kMoney, {{kAdSpend}}, sum, neither, kClicks, {impressions, ctr, cpc}, true, 2,
          2};
    case Metric::kCtr:
      return {"ctr", "metric.ctr", kRatio, {{kClicks}}, kImpressions, up, kClicks, {ctr}, true, 5, 6};
    case Metric::kConversionRate:
      return {"conversion_rate",
              "metric.conversion_rate",
              kRatio,
              {{kUnitsSold}},
              kClicks,
              up,
              kUnitsSold,
              {conversion},
              true,
              7,
              6};
    case Metric::kRoas:
      return {
          "roas", "metric.roas", kRatio, {{kRevenue}}, kAdSpend, up, kUnitsSold, {conversion, price, per_cpc}, true, 3,
          6};
    case Metric::kAcos:
      return {"acos",     "metric.acos",
              kRatio,     {{kAdSpend}},
              kRevenue,   down,
              kUnitsSold, {per_conversion, per_price, cpc},
              true,       4,
              6};
    case Metric::kCpc:
      return {"cpc", "metric.cpc", kMoney, {{kAdSpend}}, kClicks, down, kClicks, {cpc}, true, 6, 4};
    case Metric::kPrice:
      return {"price", "metric.price", kMoney, {{kRevenue}}, kUnitsSold, neither, kUnitsSold, {price}, false, 0, 2};
  }
  return {};  // beyond the last enumerator
}

constexpr std::size_t count_metrics() {
  std::size_t count = 0;
  while (!describe(static_cast<Metric>(count)).name.empty()) ++count;
  return count;
}
}  // namespace detail

inline constexpr std::size_t kMetricCount = detail::count_metrics();

// One value a metric, indexed by it.
template <class T>
class PerMetric {
 public:
  T& operator[](Metric metric) { return values_[static_cast<std::size_t>(metric)]; }
  const T& operator[](Metric metric) const { return values_[static_cast<std::size_t>(metric)]; }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }

 private:
  std::array<T, kMetricCount> values_{};
};

}  // namespace performance_tracker
