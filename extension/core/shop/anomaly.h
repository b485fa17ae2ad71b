// SPDX-License-Identifier: PostgreSQL
//
// Which of the last days were out of the ordinary, and what most likely made them so.
//
// Every judged day is compared with what the days before it let expect (day_scores.h), on a scale on which a fall
// counts as much as a rise, and with all stages of its business and the days around it (day_evidence.h). causes.h names
// the cause. docs/analytics-method.md has the method, its measured error rates and their limits.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/shop/causes.h"
#include "core/shop/day_evidence.h"
#include "core/shop/performance_panel.h"

namespace performance_tracker {

enum class AnomalyMethod {
  kBaseline,  // this shop's own expectations
  kZScore,    // mean and standard deviation of the days before
  kForecast,  // the error of a one-step-ahead forecast
};
std::optional<AnomalyMethod> anomaly_method_from_name(std::string_view name);  // "baseline", "zscore", "forecast"

struct AnomalyOptions {
  int days = 7;                       // judged days: the last `days` of the panel, 1..kMaxAnomalyDays
  double false_alarms = 1;            // per 1,000 judged days without an incident, 0.01..100; not used with a threshold
  std::optional<double> z_threshold;  // deviations beyond which a day is an anomaly, 0.1..100
  AnomalyMethod method = AnomalyMethod::kBaseline;
  Metric metric = Metric::kRevenue;
  Grouping by = Grouping::kProduct;
  std::optional<std::string> product;   // only this product
  std::optional<std::string> category;  // only this category
  bool include_normal = false;          // also return the judged days that are no anomaly
  double minimum_events = 5;            // with a threshold: purchases or clicks, expected or actual, that it takes
  EvidenceOptions evidence;

  void check() const;  // throws InvalidArgument
  double rate() const { return false_alarms / 1000; }
  double threshold() const;  // z_threshold, or the deviations that the rate amounts to for a single value
};
inline constexpr int kMaxAnomalyDays = 366;

// Days of a panel that have to be read before the judged ones.
int anomaly_history_days(const AnomalyOptions& options);

// What one driver of the metric did on the day. NaN where it does not exist (a zero denominator, no expectation).
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
  std::vector<DriverEvidence> drivers;         // of the metric, then ad_spend and what else was judged
  std::optional<std::string> driver_product;   // of a category or a total: the product that moved it most
  double driver_product_share = 0;             // its share of the deviation, may exceed 1
  double products_moved_share = 0;             // share of all products that moved the same way by a deviation or more
  double promotion_share = 0;                  // share of the series on promotion that day
  std::vector<std::string> promotions;         // names of those
  bool includes_promotions = false;            // the expectation itself is made of promotion days
  std::optional<std::string> holiday;          // name of the day in the shop's calendar
  std::optional<double> false_discovery_rate;  // at which the day is the last one reported (Benjamini & Hochberg)
  int run_days = 1;                            // days in a row whose evidence was put together
};

struct Anomaly {
  std::optional<std::string> category;
  std::optional<std::string> product;
  Day day = 0;
  double actual = 0;
  // Empty when the history is too short.
  std::optional<double> expected;
  std::optional<double> lower;  // the value `threshold()` deviations below expected, not below zero
  std::optional<double> upper;  // the same above
  std::optional<double> z_score;
  std::optional<double> probability;  // 1 - p-value of all evidence: near 1 for an anomaly
  bool is_spike = false;              // above expected; false: at or below
  bool is_anomaly = false;
  HypothesisCode code = HypothesisCode::kNone;
  std::string hypothesis;  // one sentence; empty for a normal day
  AnomalyEvidence evidence;
};

// Ordered by |z| descending, then day, category, product. The panel ends with the last complete day.
std::vector<Anomaly> detect_anomalies(const PerformancePanel& panel, const AnomalyOptions& options,
                                      const Progress& progress);

// The sentence of a code, with the numbers of the evidence in it.
std::string hypothesis_text(HypothesisCode code, const Anomaly& anomaly, Metric metric);

}  // namespace performance_tracker
