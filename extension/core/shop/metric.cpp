// SPDX-License-Identifier: PostgreSQL
#include "core/shop/metric.h"

namespace performance_tracker {
namespace {

constexpr auto kMetrics = [] {
  std::array<MetricInfo, kMetricCount> table{};
  for (std::size_t i = 0; i < kMetricCount; ++i) table[i] = detail::describe(static_cast<Metric>(i));
  return table;
}();

constexpr auto kAll = [] {
  std::array<Metric, kMetricCount> all{};
  for (std::size_t i = 0; i < kMetricCount; ++i) all[i] = static_cast<Metric>(i);
  return all;
}();

}  // namespace

const char* column_name(DataColumn column) {
  switch (column) {
    case DataColumn::kImpressions:
      return "impressions";
    case DataColumn::kClicks:
      return "clicks";
    case DataColumn::kAdSpend:
      return "ad_spend";
    case DataColumn::kUnitsSold:
      return "units_sold";
    case DataColumn::kRevenue:
      return "revenue";
  }
  return "";
}

const MetricInfo& metric_info(Metric metric) { return kMetrics[static_cast<std::size_t>(metric)]; }

std::span<const Metric> all_metrics() { return kAll; }

std::optional<Metric> metric_from_name(std::string_view name) {
  for (const Metric m : kAll) {
    if (metric_info(m).name == name) return m;
  }
  return std::nullopt;
}

// The names are literals, so they end with a zero.
const char* metric_name(Metric metric) { return metric_info(metric).name.data(); }

bool is_ratio(Metric metric) { return metric_info(metric).denominator.has_value(); }

}  // namespace performance_tracker
