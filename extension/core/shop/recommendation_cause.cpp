// SPDX-License-Identifier: PostgreSQL
#include "core/shop/recommendation_cause.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/prose.h"

namespace performance_tracker {
namespace {

struct Stage {
  Metric metric;
  const char* label;
  Column numerator;
  Column denominator;  // the same as the numerator: a sum
};
constexpr std::array<Stage, 5> kStages{{{Metric::kImpressions, "Impressions", kImpressions, kImpressions},
                                        {Metric::kCtr, "CTR", kClicks, kImpressions},
                                        {Metric::kConversionRate, "Conversion rate", kUnits, kClicks},
                                        {Metric::kPrice, "The selling price", kRevenue, kUnits},
                                        {Metric::kCpc, "The price of a click", kSpend, kClicks}}};

// From one week to the next a stage differs by about this beyond its binomial noise; a price is set, not drawn.
constexpr double kWeekly = 0.05;
constexpr double kWeeklyPrice = 0.01;
// Log points from which the shop's own revenue is out of the ordinary, and a product's against it.
constexpr double kShopMoved = 0.15;

double value_of(const Stage& stage, const Sums& s) {
  if (stage.numerator == stage.denominator) return s[stage.numerator];
  return s[stage.denominator] > 0 ? s[stage.numerator] / s[stage.denominator] : 0;
}

StageMove move_of(const Stage& stage, const Sums& now, const Sums& before) {
  const double current = value_of(stage, now), prior = value_of(stage, before);
  StageMove m;
  if (!(prior > 0)) return m;
  // A price of nothing sold is not known; of anything else nothing is the largest fall there is.
  if (!(current > 0) && (stage.metric == Metric::kPrice || stage.metric == Metric::kCpc)) return m;
  m.log_move = std::log(std::max(current / prior, 0.01));
  const Column events = stage.metric == Metric::kPrice ? kUnits
                        : stage.metric == Metric::kCpc ? kClicks
                                                       : stage.numerator;
  const double chance = stage.metric == Metric::kPrice || stage.metric == Metric::kCpc
                            ? 0
                            : 1 / std::max(1.0, before[events]) + 1 / std::max(1.0, now[events]);
  const double weekly = stage.metric == Metric::kPrice ? kWeeklyPrice : kWeekly;
  m.score = m.log_move / std::sqrt(chance + weekly * weekly);
  m.known = true;
  return m;
}

double log_revenue(const Sums& now, const Sums& before) {
  return before[kRevenue] > 0 ? std::log(std::max(now[kRevenue] / before[kRevenue], 0.01)) : 0;
}

std::string action_of(HypothesisCode code) {
  switch (code) {
    case HypothesisCode::kSpendCut:
      return "Check whether the budget was cut on purpose: ads are shown less, and no click became dearer.";
    case HypothesisCode::kCtrChange:
      return "Check the ad: it is shown as before but clicked less. Look at image, title, price shown and new "
             "competitors.";
    case HypothesisCode::kStockOutOrTracking:
      return "Check stock and the tracking: clicks come and hardly anything is sold. Units and clicks cannot tell the "
             "two apart.";
    case HypothesisCode::kConversionDrop:
      return "Check stock of the variants, reviews, delivery time and the product page: visitors come but buy less.";
    case HypothesisCode::kPriceChange:
      return "Check the price: it changed, and with it what is sold.";
    case HypothesisCode::kCpcSurge:
      return "Check the bids of competitors: clicks became dearer, and the budget buys fewer.";
    case HypothesisCode::kImpressionsDrop:
      return "Check bids, targeting and the listing: ads are shown less although the budget is there.";
    case HypothesisCode::kBotTraffic:
      return "Check where the clicks come from: there are many more of them, and they buy nothing.";
    case HypothesisCode::kPromotion:
    case HypothesisCode::kPromotionEnded:
      return "Nothing to repair: a promotion ran in the earlier period and no longer does.";
    case HypothesisCode::kTrackingOutage:
    case HypothesisCode::kSiteOutage:
      return "Check the shop's page and its tracking: the whole shop sold hardly anything.";
    case HypothesisCode::kHoliday:
    case HypothesisCode::kBroadMarketMove:
      return "Most of the shop fell alike: look for a cause that they share (holiday, season, site, tracking) before "
             "changing "
             "this product.";
    default:
      return "Check stock, price, reviews and the ad: no single stage of the funnel explains the fall.";
  }
}

}  // namespace

DropCause explain_drop(const Period& now, const Period& before, const DropContext& context) {
  DropCause cause;
  CauseFacts facts;
  for (const Stage& stage : kStages) {
    StageMove own = move_of(stage, now.sum, before.sum);
    if (context.has_others) {
      const StageMove shop = move_of(stage, context.others_now, context.others_before);
      facts.market[stage.metric] = shop;
      if (own.known && shop.known && own.log_move != 0) {
        const double net = own.log_move - shop.log_move;
        own.score *= net / own.log_move;
        own.log_move = net;
      }
    }
    facts.moves[stage.metric] = own;
    const double current = value_of(stage, now.sum), prior = value_of(stage, before.sum);
    if (prior > 0 && std::abs(current / prior - 1) > 0.05)
      cause.evidence.push_back({metric_name(stage.metric),
                                std::string(stage.label) + " " + signed_percent_text(current / prior - 1), current,
                                prior});
  }
  if (before.sum[kSpend] > 0 && std::abs(now.sum[kSpend] / before.sum[kSpend] - 1) > 0.05)
    cause.evidence.push_back({"ad_spend", "Ad spend " + signed_percent_text(now.sum[kSpend] / before.sum[kSpend] - 1),
                              now.sum[kSpend], before.sum[kSpend]});
  const double shop = context.has_others ? log_revenue(context.others_now, context.others_before) : 0;
  facts.market_out = shop < -kShopMoved;
  facts.own_out = log_revenue(now.sum, before.sum) - shop < -kShopMoved;
  facts.promotion_explains = context.promotion_ended;
  cause.code = context.promotion_ended ? HypothesisCode::kPromotionEnded : find_cause(facts);
  cause.action = action_of(cause.code);
  return cause;
}

}  // namespace performance_tracker
