// SPDX-License-Identifier: PostgreSQL
//
// Why a series moved: the one explainer that anomalies, incidents and recommendations ask.
//
//   CauseFacts facts;
//   facts.moves[Metric::kCtr] = {.log_move = -0.9, .score = -8};   // and the other stages
//   const Cause cause = find_cause(facts);                          // Cause::kCtrChange
//
// A cause is named from the stages of the funnel, each as its log change against what was expected and the standard
// deviations that this is; the caller says what the whole shop did in the same days, and which promotions ran.
#pragma once

#include <optional>
#include <string>

#include "core/shop/metric.h"

namespace performance_tracker {

enum class HypothesisCode {
  kNone,                 // a normal day
  kInsufficientHistory,  // fewer than the minimum of days before it
  kLowVolume,            // beyond a given threshold, but of too few events to mean anything
  kPromotion,            // a running promotion explains it
  kPromotionEnded,       // one that ended within the last days does
  kHoliday,              // a day of the calendar on which the whole shop moved
  kBroadMarketMove,      // most products moved alike
  kTrackingOutage,       // the whole shop: clicks as usual, hardly any sale
  kSiteOutage,           // the whole shop: hardly any sale, and fewer ads were shown as well
  kStockOutOrTracking,   // clicks as usual, nothing sold: units and clicks cannot tell them apart
  kBotTraffic,           // many more clicks, as many sales as ever
  kSpendCut,
  kSpendSurge,
  kCpcSurge,
  kCpcDrop,
  kImpressionsDrop,
  kImpressionsSurge,
  kCtrChange,
  kConversionDrop,
  kConversionSurge,
  kPriceChange,
  kMissingLoad,  // no rows of products that had them every day
  kUnknown,
};
const char* hypothesis_code_name(HypothesisCode code);  // "spend_cut"; "" for kNone

// One metric's move against what was expected.
struct StageMove {
  double log_move = 0;  // near log(actual / expected); -3 and below: to zero
  double score = 0;     // standard deviations
  bool known = false;
};

struct CauseFacts {
  PerMetric<StageMove> moves;   // at least impressions, ctr, conversion_rate, price and cpc, as far as they exist
  PerMetric<StageMove> market;  // of the whole shop in the same days; unknown in a shop of a few products
  bool one_product = true;      // false: a category or the whole shop
  bool market_out = false;      // the shop's own move is out of the ordinary
  bool own_out = true;          // the series is out also against the shop's move
  bool promotion_explains = false;
  bool promotion_runs = false;   // whether or not it explains anything
  bool promotion_ended = false;  // within the last three days
  bool holiday = false;
};

HypothesisCode find_cause(const CauseFacts& facts);

// What the shop as a whole did, where its own move is out of the ordinary: an outage, a holiday or a broad move.
HypothesisCode find_shop_cause(const CauseFacts& facts);

// Whether the cause is of the whole shop, so that products need no cause of their own.
bool is_of_shop(HypothesisCode code);

}  // namespace performance_tracker
