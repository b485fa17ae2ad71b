// SPDX-License-Identifier: PostgreSQL
#include "core/shop/change_naming.h"

#include <array>
#include <cmath>

namespace performance_tracker {
namespace {

// The stage of the funnel that a cause is about.
Metric stage_of(HypothesisCode code) {
  switch (code) {
    case HypothesisCode::kTrackingOutage:
    case HypothesisCode::kSiteOutage:
    case HypothesisCode::kStockOutOrTracking:
    case HypothesisCode::kBotTraffic:
    case HypothesisCode::kConversionDrop:
    case HypothesisCode::kConversionSurge:
    case HypothesisCode::kPromotionEnded:
      return Metric::kConversionRate;
    case HypothesisCode::kSpendCut:
    case HypothesisCode::kSpendSurge:
    case HypothesisCode::kImpressionsDrop:
    case HypothesisCode::kImpressionsSurge:
      return Metric::kImpressions;
    case HypothesisCode::kCpcSurge:
    case HypothesisCode::kCpcDrop:
      return Metric::kCpc;
    case HypothesisCode::kCtrChange:
      return Metric::kCtr;
    case HypothesisCode::kPriceChange:
      return Metric::kPrice;
    case HypothesisCode::kNone:
    case HypothesisCode::kInsufficientHistory:
    case HypothesisCode::kLowVolume:
    case HypothesisCode::kPromotion:
    case HypothesisCode::kHoliday:
    case HypothesisCode::kBroadMarketMove:
    case HypothesisCode::kMissingLoad:
    case HypothesisCode::kUnknown:
      return Metric::kRevenue;
  }
  return Metric::kRevenue;
}

bool goes_both_ways(HypothesisCode code) {
  return code == HypothesisCode::kCtrChange || code == HypothesisCode::kPriceChange ||
         code == HypothesisCode::kBroadMarketMove || code == HypothesisCode::kUnknown;
}

}  // namespace

std::string direction_key(double value) { return value < 0 ? ".down" : ".up"; }

// The sentence: what happens in the period, or what of the one before is over.
void name_event(const RevenueEvent& event, const EventPeriod& now, const EventPeriod& before, ChangeReason& r) {
  const bool in_both = !now.by_product.empty() && !before.by_product.empty();
  const bool over = now.by_product.empty() || (in_both && std::abs(now.effect) < std::abs(before.effect));
  if (event.kind == ReasonKind::kPromotion) {
    r.sentence = in_both ? "promotion.changed" : over ? "promotion.ended" : "promotion.began";
    return;
  }
  if (event.kind == ReasonKind::kMissingData) {
    r.sentence = over ? "missing_data.over" : "missing_data.load";
    return;
  }
  if (event.kind == ReasonKind::kHoliday) {
    r.sentence = over ? "holiday.over" : "holiday" + direction_key(now.effect);
    return;
  }
  if (over) {
    r.sentence = "over" + direction_key(before.effect);
    return;
  }
  const HypothesisCode code = *r.cause;
  r.metric = stage_of(code);
  for (const DriverEvidence& d : r.drivers)
    if (d.driver == *r.metric && !std::isnan(d.ratio)) r.change = d.ratio - 1;
  r.sentence = std::string("incident.") + hypothesis_code_name(code);
  if (goes_both_ways(code)) r.sentence += direction_key(r.change.value_or(now.effect));
}

// The stages of the funnel multiply, so their logarithms add up to that of revenue.
void name_stage(const PerMetric<double>& now, const PerMetric<double>& before, ChangeReason& r) {
  static constexpr std::array<std::pair<Metric, std::pair<Metric, std::optional<Metric>>>, 4> kStages{{
      {Metric::kImpressions, {Metric::kImpressions, std::nullopt}},
      {Metric::kCtr, {Metric::kClicks, Metric::kImpressions}},
      {Metric::kConversionRate, {Metric::kUnitsSold, Metric::kClicks}},
      {Metric::kPrice, {Metric::kRevenue, Metric::kUnitsSold}},
  }};
  double furthest = 0;
  for (const auto& [stage, quotient] : kStages) {
    const auto value = [&](const PerMetric<double>& sums) {
      return quotient.second ? sums[quotient.first] / sums[*quotient.second] : sums[quotient.first];
    };
    DriverEvidence d;
    d.driver = stage, d.actual = value(now), d.expected = value(before);
    if (!std::isfinite(d.actual) || !std::isfinite(d.expected)) continue;
    d.ratio = d.actual / d.expected, d.contribution = std::log(d.ratio);
    if (std::isfinite(d.contribution)) {
      const double along = r.amount < 0 ? -d.contribution : d.contribution;
      if (along > furthest) furthest = along, r.metric = stage, r.change = d.ratio - 1;
    } else {
      d.contribution = DriverEvidence::kNoValue;
    }
    r.drivers.push_back(d);
  }
}

const char* reason_kind_name(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kIncident:
      return "incident";
    case ReasonKind::kMissingData:
      return "missing_data";
    case ReasonKind::kPromotion:
      return "promotion";
    case ReasonKind::kHoliday:
      return "holiday";
    case ReasonKind::kCalendar:
      return "calendar";
    case ReasonKind::kMarket:
      return "market";
    case ReasonKind::kCategory:
      return "category";
    case ReasonKind::kProduct:
      return "product";
    case ReasonKind::kOthers:
      return "others";
    case ReasonKind::kNothingUnusual:
      return "nothing_unusual";
  }
  return "";
}

}  // namespace performance_tracker
