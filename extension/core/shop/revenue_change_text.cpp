// SPDX-License-Identifier: PostgreSQL
#include <cmath>

#include "core/base/prose.h"
#include "core/shop/revenue_change.h"

namespace performance_tracker {
namespace {

std::string who(const ChangeReason& r) {
  if (r.scope == IncidentScope::kShop) return "The whole shop";
  if (r.subject) return *r.subject;
  return r.products.empty() ? "The shop" : r.products.front();
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::string by(const ChangeReason& r) { return r.change ? " by " + percent_text(std::abs(*r.change), 0) : ""; }

std::string days_of(const ChangeReason& r) {
  if (!r.since) return "";
  if (r.goes_on) return " since " + to_iso_date(*r.since);
  if (r.until && *r.until != *r.since) return " from " + to_iso_date(*r.since) + " to " + to_iso_date(*r.until);
  return " on " + to_iso_date(*r.since);
}

// What a cause did, after the name of who had it.
std::string cause_text(const ChangeReason& r) {
  const bool down = r.change.value_or(0) < 0;
  const std::string fell = (down ? "fell" : "rose") + by(r);
  switch (*r.cause) {
    case HypothesisCode::kTrackingOutage:
      return "clicks came in but hardly a sale was counted: conversion tracking was probably down";
    case HypothesisCode::kSiteOutage:
      return "hardly a sale and fewer ads: the shop was probably down";
    case HypothesisCode::kStockOutOrTracking:
      return "clicks as usual, hardly a sale: out of stock or not counted, which cannot be told apart";
    case HypothesisCode::kBotTraffic:
      return "many more clicks that bought nothing";
    case HypothesisCode::kSpendCut:
    case HypothesisCode::kSpendSurge:
      return "ads were shown " + std::string(down ? "less" : "more") + by(r) + ", with the money spent on them";
    case HypothesisCode::kImpressionsDrop:
    case HypothesisCode::kImpressionsSurge:
      return "impressions " + fell;
    case HypothesisCode::kCpcSurge:
    case HypothesisCode::kCpcDrop:
      return "the price of a click " + fell;
    case HypothesisCode::kCtrChange:
      return "click-through rate " + fell;
    case HypothesisCode::kConversionDrop:
    case HypothesisCode::kConversionSurge:
      return "conversion rate " + fell;
    case HypothesisCode::kPriceChange:
      return "the selling price " + fell;
    case HypothesisCode::kPromotionEnded:
      return "buyers stayed away after a promotion ended";
    case HypothesisCode::kBroadMarketMove:
      return "most products sold " + std::string(down ? "less" : "more");
    case HypothesisCode::kNone:
    case HypothesisCode::kInsufficientHistory:
    case HypothesisCode::kLowVolume:
    case HypothesisCode::kPromotion:
    case HypothesisCode::kHoliday:
    case HypothesisCode::kMissingLoad:
    case HypothesisCode::kUnknown:
      break;
  }
  return "revenue " + fell + " for no single reason";
}

std::string stage_name(Metric metric) {
  std::string stage = metric_name(metric);
  for (char& c : stage) c = c == '_' ? ' ' : c;
  return stage;
}

std::string product_text(const ChangeReason& r) {
  if (r.sentence == "product.new") return who(r) + " is new: it had no sales before.";
  if (r.sentence == "product.gone") return who(r) + " has no rows any more.";
  if (r.sentence.starts_with("product.back")) {
    return who(r) + ": back to normal after a period of " + (r.sentence == "product.back.up" ? "higher " : "lower ") +
           stage_name(*r.metric) + " (" + signed_percent_text(*r.change) + ").";
  }
  std::string text = who(r) + " sold " + (r.amount < 0 ? "less" : "more");
  if (r.metric && r.change && *r.metric != Metric::kRevenue) {
    text += ", mostly by its " + stage_name(*r.metric) + " (" + signed_percent_text(*r.change) + ")";
  }
  return text + ".";
}

std::string promotion_text(const ChangeReason& r) {
  std::string text = listed(r.promotions);
  if (r.sentence == "promotion.began") text += " began " + to_iso_date(r.since.value_or(0)) + ".";
  if (r.sentence == "promotion.ended") text += " ended " + to_iso_date(r.until.value_or(0)) + ".";
  if (r.sentence == "promotion.changed") text += " ran in both periods, with another effect.";
  return text;
}

}  // namespace

std::string reason_text(const ChangeReason& r) {
  std::string text;
  switch (r.kind) {
    case ReasonKind::kIncident:
      text = r.sentence.starts_with("over")
                 ? who(r) + ": back to normal after the " + (r.sentence == "over.down" ? "fall" : "rise") + days_of(r)
                 : who(r) + days_of(r) + ": " + cause_text(r);
      text += ".";
      break;
    case ReasonKind::kMissingData:
      text = r.sentence == "missing_data.product" ? who(r) + " has no rows on some days."
             : r.sentence == "missing_data.over"  ? "Data was missing" + days_of(r) + " and is there now."
                                                 : "Data is missing" + days_of(r) + ": the load is incomplete or late.";
      break;
    case ReasonKind::kPromotion:
      text = promotion_text(r);
      break;
    case ReasonKind::kHoliday:
      text = r.subject.value_or("A holiday") + days_of(r) + ": " +
             (r.sentence == "holiday.over" ? "such a day is not in this period."
              : r.sentence == "holiday.up" ? "more was sold than on an ordinary day."
                                           : "less was sold than on an ordinary day.");
      break;
    case ReasonKind::kCalendar:
      text = r.sentence == "calendar.length" ? "The periods have different lengths."
                                             : "The periods have different weekdays.";
      break;
    case ReasonKind::kMarket:
      text = "Most products sold " + std::string(r.amount < 0 ? "less" : "more") + by(r) + ".";
      break;
    case ReasonKind::kCategory:
      text = "Most of " + who(r) + " sold " + std::string(r.amount < 0 ? "less" : "more") + by(r) +
             " beyond what the shop did.";
      break;
    case ReasonKind::kProduct:
      text = product_text(r);
      break;
    case ReasonKind::kOthers:
      return "All others together.";
    case ReasonKind::kNothingUnusual:
      return "Nothing out of the ordinary: the change is the sum of many small ones.";
  }
  if (!r.told_apart) {
    const bool holiday = r.kind == ReasonKind::kPromotion && r.promotions.size() == 1;
    text += holiday ? " It fell on a holiday, and the two cannot be told apart."
            : r.kind == ReasonKind::kPromotion
                ? " They ran on the same days, so what each did cannot be told apart."
                : " " + listed(r.promotions) + " ran on the same days, and cannot be told apart from it.";
  }
  return text;
}

}  // namespace performance_tracker
