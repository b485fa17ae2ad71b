// SPDX-License-Identifier: PostgreSQL
#include "core/shop/anomaly.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/base/error.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/anomaly_hypothesis.h"

namespace performance_tracker {
namespace {

// The numbers of one judged day; false when the day has no value.
bool judge(JudgedSeries& series, std::size_t t, const PerformancePanel& panel, const AnomalyOptions& options,
           Anomaly& anomaly) {
  const double actual = series.values(options.metric)[t];
  if (std::isnan(actual)) return false;
  anomaly.category = series.group().category;
  anomaly.product = series.group().product;
  anomaly.day = panel.day(t);
  anomaly.actual = actual;
  const Expectation& e = series.expectation(options.metric, t);
  anomaly.evidence.history_days = e.history_days;
  const double events = series.events(options.metric, t);
  anomaly.evidence.actual_events = std::isnan(events) ? 0 : events;
  if (!e.judged) {
    anomaly.code = HypothesisCode::kInsufficientHistory;
    anomaly.hypothesis = hypothesis_text(anomaly.code, anomaly, options.metric);
    return true;
  }
  anomaly.evidence.expected_events = e.expected_events;
  anomaly.evidence.includes_promotions = e.includes_promotions;
  const double z = (actual - e.value) / e.deviation;
  anomaly.expected = e.value;
  anomaly.lower = std::max(0.0, e.value - options.z_threshold * e.deviation);
  anomaly.upper = e.value + options.z_threshold * e.deviation;
  anomaly.z_score = z;
  // z counts standard deviations; Student's t counts scales, of which the former holds sqrt(nu / (nu - 2)).
  const double nu = e.degrees_of_freedom;
  anomaly.probability = 1 - 2 * student_t_cdf(-std::abs(z) * std::sqrt(nu / (nu - 2)), nu);
  anomaly.is_spike = z > 0;
  return true;
}

}  // namespace

void AnomalyOptions::check() const {
  if (days < 1 || days > kMaxAnomalyDays) {
    throw InvalidArgument(
        "days must be between 1 and " + std::to_string(kMaxAnomalyDays) + ", not " + std::to_string(days),
        "days counts the most recent complete days to judge; 7 is the default.");
  }
  if (!(z_threshold >= 0.1 && z_threshold <= 100)) {
    throw InvalidArgument("z_threshold must be between 0.1 and 100, not " + decimal_text(z_threshold, 2),
                          "It counts deviations from the expected value: 1.8 is the default, 3 flags far fewer days.");
  }
}

const char* hypothesis_code_name(HypothesisCode code) {
  switch (code) {
    case HypothesisCode::kNone:
      return "";
    case HypothesisCode::kInsufficientHistory:
      return "insufficient_history";
    case HypothesisCode::kLowVolume:
      return "low_volume";
    case HypothesisCode::kPromotion:
      return "promotion";
    case HypothesisCode::kTrackingOutage:
      return "tracking_outage";
    case HypothesisCode::kStockOut:
      return "stock_out";
    case HypothesisCode::kSpendCut:
      return "spend_cut";
    case HypothesisCode::kSpendSurge:
      return "spend_surge";
    case HypothesisCode::kImpressionsDrop:
      return "impressions_drop";
    case HypothesisCode::kImpressionsSurge:
      return "impressions_surge";
    case HypothesisCode::kCtrChange:
      return "ctr_change";
    case HypothesisCode::kConversionDrop:
      return "conversion_drop";
    case HypothesisCode::kConversionSurge:
      return "conversion_surge";
    case HypothesisCode::kPriceChange:
      return "price_change";
    case HypothesisCode::kCpcChange:
      return "cpc_change";
    case HypothesisCode::kBroadMarketMove:
      return "broad_market_move";
    case HypothesisCode::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::vector<Anomaly> detect_anomalies(const PerformancePanel& panel, const AnomalyOptions& options,
                                      const Progress& progress) {
  options.check();
  std::vector<Anomaly> result;
  Investigator investigator(panel, options, progress);
  for (Group& group : make_groups(panel, options.by, options.product, options.category)) {
    // A group of one product is that product's series, which the investigation of the others needs as well.
    std::unique_ptr<JudgedSeries> own;
    JudgedSeries& series =
        options.by == Grouping::kProduct
            ? investigator.product(group.members.front())
            : *(own = std::make_unique<JudgedSeries>(panel, std::move(group), investigator.window(), options.baseline));
    for (std::size_t t = investigator.window(); t < panel.days; ++t) {
      progress.poll();
      Anomaly anomaly;
      if (!judge(series, t, panel, options, anomaly)) continue;
      if (anomaly.z_score && std::abs(*anomaly.z_score) >= options.z_threshold) {
        anomaly.is_anomaly = true;
        investigator.explain(series, t, anomaly);
      }
      if (anomaly.is_anomaly || options.include_normal) result.push_back(std::move(anomaly));
    }
  }
  std::sort(result.begin(), result.end(), [](const Anomaly& a, const Anomaly& b) {
    const double za = a.z_score ? -std::abs(*a.z_score) : 1;
    const double zb = b.z_score ? -std::abs(*b.z_score) : 1;
    return std::tie(za, a.day, a.category, a.product) < std::tie(zb, b.day, b.category, b.product);
  });
  return result;
}

}  // namespace performance_tracker
