// SPDX-License-Identifier: PostgreSQL
#include <cmath>

#include "core/base/prose.h"
#include "core/shop/anomaly.h"

namespace performance_tracker {
namespace {

const DriverEvidence* find(const Anomaly& anomaly, Metric driver) {
  for (const DriverEvidence& d : anomaly.evidence.drivers) {
    if (d.driver == driver) return &d;
  }
  return nullptr;
}

// "CTR was 41% below expected (1.2% instead of 2.0%)"
std::string change(const Anomaly& anomaly, Metric driver, const char* label) {
  const DriverEvidence* d = find(anomaly, driver);
  if (!d || std::isnan(d->ratio)) return std::string(label) + " changed";
  const auto value = [&](double v) {
    switch (metric_info(driver).unit) {
      case MetricUnit::kRatio:
        return percent_text(v, 2);
      case MetricUnit::kCount:
        return count_text(v);
      case MetricUnit::kMoney:
        return money_text(v);
    }
    return money_text(v);
  };
  std::string text = label;
  text += " was " + percent_text(std::abs(d->ratio - 1), 0) + (d->ratio < 1 ? " below" : " above");
  return text + " expected (" + value(d->actual) + " instead of " + value(d->expected) + ")";
}

std::string names(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) text += i + 1 == all.size() ? " and " : ", ";
    text.append(1, '"').append(all[i]).append(1, '"');
  }
  return text;
}

std::string price_text(const Anomaly& anomaly) {
  std::string text = change(anomaly, Metric::kPrice, "Average selling price");
  if (const DriverEvidence* d = find(anomaly, Metric::kConversionRate); d && std::abs(d->z_score) >= 1)
    text += ", and buyers reacted: " + change(anomaly, Metric::kConversionRate, "conversion rate");
  return text + ".";
}

std::string cause_text(HypothesisCode code, const Anomaly& anomaly, Metric metric) {
  const AnomalyEvidence& evidence = anomaly.evidence;
  const bool up = anomaly.is_spike;
  switch (code) {
    case HypothesisCode::kNone:
      return {};
    case HypothesisCode::kInsufficientHistory:
      return "Not judged: only " + days_text(evidence.history_days) +
             " of comparable history before this day, 14 are needed.";
    case HypothesisCode::kLowVolume:
      return "Too few events to judge: " + count_text(evidence.actual_events) + " against " +
             decimal_text(evidence.expected_events, 1) + " expected.";
    case HypothesisCode::kPromotion:
      return "Explained by the running promotion " + names(evidence.promotions) + ".";
    case HypothesisCode::kPromotionEnded:
      return "A promotion ended within the last days: buyers who wanted it have bought.";
    case HypothesisCode::kHoliday:
      return evidence.holiday.value_or("A holiday") + ": " + percent_text(evidence.products_moved_share, 0) +
             " of all products moved " + (up ? "up" : "down") + " that day.";
    case HypothesisCode::kTrackingOutage:
      return "Clicks came in but hardly any product recorded a sale: conversion tracking was probably down.";
    case HypothesisCode::kSiteOutage:
      return "Hardly any product was sold and fewer ads were shown: the shop was probably down.";
    case HypothesisCode::kStockOutOrTracking:
      return "Clicks came in as usual but next to nothing was sold: stock-out or tracking, units and clicks cannot "
             "tell "
             "them apart.";
    case HypothesisCode::kBotTraffic:
      return "Many more clicks than usual that bought nothing (" +
             change(anomaly, Metric::kConversionRate, "conversion rate") + "): bots or a worthless placement.";
    case HypothesisCode::kSpendCut:
    case HypothesisCode::kSpendSurge:
      return "Reach moved with the money spent on it: " + change(anomaly, Metric::kImpressions, "impressions") + ".";
    case HypothesisCode::kImpressionsDrop:
      return change(anomaly, Metric::kImpressions, "Impressions") +
             ": fewer people saw the ads (delivery, ranking or demand).";
    case HypothesisCode::kImpressionsSurge:
      return change(anomaly, Metric::kImpressions, "Impressions") + ": more people saw the ads (ranking or demand).";
    case HypothesisCode::kCtrChange:
      return change(anomaly, Metric::kCtr, "CTR") + ": look at image, title and placement of the ad.";
    case HypothesisCode::kConversionDrop:
      return change(anomaly, Metric::kConversionRate, "Conversion rate") + ": look at price, stock and product page.";
    case HypothesisCode::kConversionSurge:
      return change(anomaly, Metric::kConversionRate, "Conversion rate") + ": visitors bought more often than usual.";
    case HypothesisCode::kPriceChange:
      return price_text(anomaly);
    case HypothesisCode::kCpcSurge:
    case HypothesisCode::kCpcDrop:
      return change(anomaly, Metric::kCpc, "Cost per click") + ".";
    case HypothesisCode::kBroadMarketMove:
      return percent_text(evidence.products_moved_share, 0) + " of all products moved " + (up ? "up" : "down") +
             " that day: demand as a whole, a holiday or the market, rather than one product.";
    case HypothesisCode::kMissingLoad:
      return "Products that had data every day have no rows: the load is incomplete or late.";
    case HypothesisCode::kUnknown:
      return "No single driver of " + std::string(metric_name(metric)) + " stands out.";
  }
  return {};
}

// What is said by itself, without product or promotion behind it.
bool stands_alone(HypothesisCode code) {
  return code == HypothesisCode::kNone || code == HypothesisCode::kInsufficientHistory ||
         code == HypothesisCode::kLowVolume || code == HypothesisCode::kPromotion;
}

}  // namespace

std::string hypothesis_text(HypothesisCode code, const Anomaly& anomaly, Metric metric) {
  const AnomalyEvidence& evidence = anomaly.evidence;
  std::string text = cause_text(code, anomaly, metric);
  if (stands_alone(code)) return text;
  if (evidence.driver_product && evidence.driver_product_share >= 0.6) {
    text += " Mostly " + *evidence.driver_product + " (" + percent_text(evidence.driver_product_share, 0) +
            " of the deviation).";
  }
  if (!evidence.promotions.empty()) {
    text += " The promotion " + names(evidence.promotions) + " was running" +
            (anomaly.is_spike ? "." : ", which does not explain a drop.");
  }
  return text;
}

}  // namespace performance_tracker
