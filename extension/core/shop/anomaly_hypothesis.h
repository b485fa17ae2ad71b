// SPDX-License-Identifier: PostgreSQL
//
// Why a day was out of the ordinary: the metric taken apart into its drivers, and the sentence that names the
// largest of them. Internal to the anomaly chapter.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/shop/anomaly.h"

namespace performance_tracker {

// One judged series with its metrics and expectations, computed when first asked for.
class JudgedSeries {
 public:
  // `window` is the index of the first judged day.
  JudgedSeries(const PerformancePanel& panel, Group group, std::size_t window, const BaselineOptions& options);

  const Group& group() const { return group_; }
  const DailyColumns& columns() const { return columns_; }
  double promotion_share(std::size_t t) const { return share_[t]; }
  const std::vector<double>& values(Metric metric);
  double events(Metric metric, std::size_t t) const { return metric_events(columns_, metric)[t]; }
  // From the days before `t`, without those that were far out of the ordinary themselves: an incident of several
  // days must not talk the baseline into it.
  const Expectation& expectation(Metric metric, std::size_t t);
  // Deviations from expected; empty when the day is missing or cannot be judged.
  std::optional<double> z_score(Metric metric, std::size_t t);

 private:
  Group group_;
  std::size_t window_;
  const BaselineOptions& options_;
  DailyColumns columns_;
  std::vector<double> share_;
  PerMetric<std::optional<std::vector<double>>> values_;
  std::map<std::pair<Metric, std::size_t>, Expectation> expectations_;
};

// Explains anomalies of one metric over one panel; keeps what it learns about the other products of a day.
class Investigator {
 public:
  Investigator(const PerformancePanel& panel, const AnomalyOptions& options, const Progress& progress);

  JudgedSeries& product(std::size_t index);
  std::size_t window() const { return window_; }

  // Fills code, hypothesis and evidence of an anomaly whose numbers are set; may clear is_anomaly when a promotion
  // explains the day.
  void explain(JudgedSeries& series, std::size_t t, Anomaly& anomaly);

 private:
  struct ShopDay {
    double moved_up = 0;  // share of the judged products
    double moved_down = 0;
    double median_log_ratio = 0;
    int judged = 0;
  };
  struct Cause {
    HypothesisCode code = HypothesisCode::kUnknown;
    std::vector<DriverEvidence> drivers;
  };

  const ShopDay& day(std::size_t t);
  bool is_tracking_outage(std::size_t t);
  bool promotion_explains(JudgedSeries& series, std::size_t t, const Anomaly& anomaly);
  void find_driver_product(JudgedSeries& series, std::size_t t, Anomaly& anomaly);
  double deviation_of_member(std::size_t member, std::size_t t);
  Cause find_cause(JudgedSeries& series, std::size_t t);
  bool is_broad(std::size_t t, const Anomaly& anomaly);

  const PerformancePanel& panel_;
  const AnomalyOptions& options_;
  const Progress& progress_;
  std::size_t window_;  // index of the first judged day
  std::vector<std::unique_ptr<JudgedSeries>> products_;
  std::map<std::size_t, ShopDay> days_;
  std::map<std::size_t, bool> outages_;
};

// The sentence of a code, with the numbers of the evidence in it.
std::string hypothesis_text(HypothesisCode code, const Anomaly& anomaly, Metric metric);

}  // namespace performance_tracker
