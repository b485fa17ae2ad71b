// SPDX-License-Identifier: PostgreSQL
//
// Which of the last days were out of the ordinary, and what most likely made them so.
//
// Every judged day is compared with a robust weekday baseline made from the days before it (weekday_baseline.h), so
// neither the day itself nor a neighbour in the window can hide it. docs/analytics-method.md has the method, its
// measured false-alarm and detection rates and their limits.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/shop/performance_panel.h"
#include "core/shop/weekday_baseline.h"

namespace performance_tracker {

struct AnomalyOptions {
  int days = 7;              // judged days: the last `days` of the panel, 1..kMaxAnomalyDays
  double z_threshold = 1.8;  // deviations beyond which a day is an anomaly, 0.1..100
  Metric metric = Metric::kRevenue;
  Grouping by = Grouping::kProduct;
  std::optional<std::string> product;   // only this product
  std::optional<std::string> category;  // only this category
  bool include_normal = false;          // also return the judged days that are no anomaly
  double minimum_events = 5;            // purchases or clicks, expected or actual, below which no day is flagged
  BaselineOptions baseline;

  void check() const;  // throws InvalidArgument
};
inline constexpr int kMaxAnomalyDays = 366;

enum class HypothesisCode {
  kNone,                 // a normal day
  kInsufficientHistory,  // fewer than the minimum of days before it
  kLowVolume,            // beyond the threshold, but of too few events to mean anything
  kPromotion,            // a running promotion explains it
  kTrackingOutage,       // clicks as usual, no revenue for any product
  kStockOut,             // clicks as usual, nothing sold
  kSpendCut,
  kSpendSurge,
  kImpressionsDrop,
  kImpressionsSurge,
  kCtrChange,
  kConversionDrop,
  kConversionSurge,
  kPriceChange,
  kCpcChange,
  kBroadMarketMove,  // most products moved alike
  kUnknown,
};
const char* hypothesis_code_name(HypothesisCode code);  // "spend_cut"; "" for kNone

// What one driver of the metric did on the day. NaN where it does not exist (a zero denominator, no baseline).
struct DriverEvidence {
  Metric driver = Metric::kImpressions;
  double actual = kNoValue;
  double expected = kNoValue;
  double ratio = kNoValue;         // actual / expected
  double z_score = kNoValue;       // deviations from expected
  double contribution = kNoValue;  // natural log points; over the metric's drivers they add up to log(actual/expected)
  static constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
};

struct AnomalyEvidence {
  int history_days = 0;
  double actual_events = 0;
  double expected_events = 0;
  std::vector<DriverEvidence> drivers;        // of the metric, then ad_spend if it is not among them
  std::optional<std::string> driver_product;  // of a category or a total: the product that moved it most
  double driver_product_share = 0;            // its share of the deviation, may exceed 1
  double products_moved_share = 0;            // share of all products that moved the same way by a deviation or more
  double promotion_share = 0;                 // share of the series on promotion that day
  std::vector<std::string> promotions;        // names of those
  bool includes_promotions = false;           // the baseline itself is made of promotion days
};

struct Anomaly {
  std::optional<std::string> category;
  std::optional<std::string> product;
  Day day = 0;
  double actual = 0;
  // Empty when the history is too short.
  std::optional<double> expected;
  std::optional<double> lower;  // expected - z_threshold · deviation, not below zero
  std::optional<double> upper;  // expected + z_threshold · deviation
  std::optional<double> z_score;
  std::optional<double> probability;  // 1 - two-sided p-value of z under Student's t: near 1 for an anomaly
  bool is_spike = false;              // above expected; false: at or below
  bool is_anomaly = false;
  HypothesisCode code = HypothesisCode::kNone;
  std::string hypothesis;  // one sentence; empty for a normal day
  AnomalyEvidence evidence;
};

// Ordered by |z| descending, then day, category, product. The panel ends with the last complete day.
std::vector<Anomaly> detect_anomalies(const PerformancePanel& panel, const AnomalyOptions& options,
                                      const Progress& progress);

}  // namespace performance_tracker
