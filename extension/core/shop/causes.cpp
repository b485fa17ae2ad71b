// SPDX-License-Identifier: PostgreSQL
#include "core/shop/causes.h"

#include <algorithm>
#include <cmath>

namespace performance_tracker {
namespace {

// Below 18% of the usual conversion nobody speaks of a worse page: something cannot be bought, or is not counted.
// (Outages leave 0 to 8%, what puts buyers off leaves 30% and more.)
constexpr double kNothingSold = -1.7;
constexpr double kNoticed = 2.5;  // deviations from which a stage is taken for moved
constexpr double kSmall = 0.08;   // log points below which a move is none, however sure

double move(const PerMetric<StageMove>& moves, Metric metric) {
  return moves[metric].known ? moves[metric].log_move : 0;
}

bool moved(const PerMetric<StageMove>& moves, Metric metric, double least = kSmall) {
  const StageMove& m = moves[metric];
  return m.known && std::abs(m.score) >= kNoticed && std::abs(m.log_move) >= least;
}

// The mean of many products is held to less: some of them are small, and zero of one is as much as zero of two.
constexpr double kShopSellsNothing = -1.1;

bool nothing_sold(const PerMetric<StageMove>& moves, double limit = kNothingSold) {
  const double clicks = move(moves, Metric::kImpressions) + move(moves, Metric::kCtr);
  return move(moves, Metric::kConversionRate) <= limit && moved(moves, Metric::kConversionRate) && clicks > -0.9;
}

// Clicks that buy nothing: many more of them, and as many sales as ever.
bool is_bot_traffic(const PerMetric<StageMove>& m) {
  const double clicks = move(m, Metric::kImpressions) + move(m, Metric::kCtr);
  const double conversion = move(m, Metric::kConversionRate);
  return clicks > 0.35 && conversion < -0.3 && moved(m, Metric::kConversionRate) &&
         std::abs(clicks + conversion) < 0.5 * std::min(clicks, -conversion);
}

// Reach and the price of clicks together say who moved them: a budget moves both the same way, or reach alone; a
// competitor makes clicks dearer and reach smaller; what people like is clicked more often and costs less.
HypothesisCode of_reach(const PerMetric<StageMove>& m) {
  const double reach = move(m, Metric::kImpressions);
  const double cpc = moved(m, Metric::kCpc) ? move(m, Metric::kCpc) : 0;
  const double ctr = moved(m, Metric::kCtr) ? move(m, Metric::kCtr) : 0;
  if (reach > 0) return cpc < 0 || ctr > 0 ? HypothesisCode::kImpressionsSurge : HypothesisCode::kSpendSurge;
  // Spend that held while reach fell: not the budget's doing.
  if (cpc > -0.6 * reach) return cpc > -1.2 * reach ? HypothesisCode::kCpcSurge : HypothesisCode::kImpressionsDrop;
  return HypothesisCode::kSpendCut;
}

HypothesisCode of_cpc(const PerMetric<StageMove>& m) {
  const double cpc = move(m, Metric::kCpc);
  const double reach = moved(m, Metric::kImpressions) ? move(m, Metric::kImpressions) : 0;
  if (cpc > 0) return reach > 0 ? HypothesisCode::kSpendSurge : HypothesisCode::kCpcSurge;
  if (reach > 0) return HypothesisCode::kImpressionsSurge;
  return reach < 0 ? HypothesisCode::kSpendCut : HypothesisCode::kCpcDrop;
}

HypothesisCode of_product(const CauseFacts& facts) {
  const PerMetric<StageMove>& m = facts.moves;
  if (nothing_sold(m)) return HypothesisCode::kStockOutOrTracking;
  if (is_bot_traffic(m)) return HypothesisCode::kBotTraffic;
  // A price is set, not drawn: one that moved by a few percent has been changed, and buyers react to it.
  // Unless a promotion runs, which has changed it already.
  if (!(facts.promotion_runs && move(m, Metric::kPrice) < 0) && moved(m, Metric::kPrice, 0.03) &&
      std::abs(m[Metric::kPrice].score) >= 3 &&
      (std::abs(move(m, Metric::kImpressions)) < 0.6 || move(m, Metric::kPrice) < -0.3)) {
    return HypothesisCode::kPriceChange;
  }
  // The stage that is furthest out; of two about as far the one that moved more.
  Metric main = Metric::kRevenue;
  double furthest = 0;
  for (const Metric stage : {Metric::kImpressions, Metric::kCtr, Metric::kConversionRate, Metric::kCpc}) {
    if (!moved(m, stage, 0.03)) continue;
    const double weight = std::min(std::abs(m[stage].score), 8.0) * std::min(std::abs(m[stage].log_move), 1.5);
    if (weight > furthest) furthest = weight, main = stage;
  }
  switch (main) {
    case Metric::kImpressions:
      return of_reach(m);
    case Metric::kCtr:
      return HypothesisCode::kCtrChange;
    case Metric::kConversionRate:
      return move(m, main) > 0 ? HypothesisCode::kConversionSurge : HypothesisCode::kConversionDrop;
    case Metric::kCpc:
      return of_cpc(m);
    default:  // no stage moved
      return HypothesisCode::kUnknown;
  }
}

}  // namespace

HypothesisCode find_shop_cause(const CauseFacts& facts) {
  // Advertising stops within the day where a page is down, and goes on where it is only not counted.
  if (nothing_sold(facts.market, kShopSellsNothing)) {
    return move(facts.market, Metric::kImpressions) < -0.2 ? HypothesisCode::kSiteOutage
                                                           : HypothesisCode::kTrackingOutage;
  }
  return facts.holiday ? HypothesisCode::kHoliday : HypothesisCode::kBroadMarketMove;
}

HypothesisCode find_cause(const CauseFacts& facts) {
  if (facts.promotion_explains) return HypothesisCode::kPromotion;
  if (facts.market_out) {
    // What is out against the shop as well has a cause of its own, unless the shop's is as large.
    double own = 0, shop = 0;
    for (const Metric m : {Metric::kImpressions, Metric::kCtr, Metric::kConversionRate, Metric::kPrice}) {
      own = std::max(own, std::abs(move(facts.moves, m)));
      shop = std::max(shop, std::abs(move(facts.market, m)));
    }
    const double both = move(facts.moves, Metric::kConversionRate) + move(facts.market, Metric::kConversionRate);
    const bool none_sold = nothing_sold(facts.market, kShopSellsNothing) && both <= kShopSellsNothing;
    if (!facts.own_out || shop >= own || none_sold) return find_shop_cause(facts);
  }
  // A shop or a category in which nothing is sold is no stock-out.
  if (!facts.one_product && nothing_sold(facts.moves)) {
    return move(facts.moves, Metric::kImpressions) < -0.2 ? HypothesisCode::kSiteOutage
                                                          : HypothesisCode::kTrackingOutage;
  }
  const HypothesisCode code = of_product(facts);
  // What has been bought early is not bought now; reach and clicks do not know of it.
  const bool less_bought = code == HypothesisCode::kConversionDrop || code == HypothesisCode::kUnknown;
  if (facts.promotion_ended && less_bought && move(facts.moves, Metric::kConversionRate) < 0) {
    return HypothesisCode::kPromotionEnded;
  }
  return code;
}

bool is_of_shop(HypothesisCode code) {
  return code == HypothesisCode::kTrackingOutage || code == HypothesisCode::kSiteOutage ||
         code == HypothesisCode::kBroadMarketMove || code == HypothesisCode::kHoliday;
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
    case HypothesisCode::kPromotionEnded:
      return "promotion_ended";
    case HypothesisCode::kHoliday:
      return "holiday";
    case HypothesisCode::kBroadMarketMove:
      return "broad_market_move";
    case HypothesisCode::kTrackingOutage:
      return "tracking_outage";
    case HypothesisCode::kSiteOutage:
      return "site_outage";
    case HypothesisCode::kStockOutOrTracking:
      return "stock_out_or_tracking";
    case HypothesisCode::kBotTraffic:
      return "bot_traffic";
    case HypothesisCode::kSpendCut:
      return "spend_cut";
    case HypothesisCode::kSpendSurge:
      return "spend_surge";
    case HypothesisCode::kCpcSurge:
      return "cpc_surge";
    case HypothesisCode::kCpcDrop:
      return "cpc_drop";
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
    case HypothesisCode::kMissingLoad:
      return "missing_load";
    case HypothesisCode::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace performance_tracker
