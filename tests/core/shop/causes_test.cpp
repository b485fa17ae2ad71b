// SPDX-License-Identifier: PostgreSQL
#include "core/shop/causes.h"

#include <gtest/gtest.h>

#include <cmath>

namespace performance_tracker {
namespace {

using enum HypothesisCode;

// A move by a factor, as sure as 6 deviations.
StageMove by(double factor) { return {std::log(factor), factor >= 1 ? 6.0 : -6.0, true}; }

// Everything as usual.
CauseFacts quiet() {
  CauseFacts facts;
  for (const Metric m : {Metric::kImpressions, Metric::kCtr, Metric::kConversionRate, Metric::kPrice, Metric::kCpc}) {
    facts.moves[m] = {0, 0, true};
    facts.market[m] = {0, 0, true};
  }
  return facts;
}

TEST(Causes, OneStageNamesTheCause) {
  const struct {
    Metric stage;
    double factor;
    HypothesisCode code;
  } kCases[] = {
      {Metric::kConversionRate, 0.03, kStockOutOrTracking},
      {Metric::kConversionRate, 0.5, kConversionDrop},
      {Metric::kConversionRate, 1.9, kConversionSurge},
      {Metric::kCtr, 0.4, kCtrChange},
      {Metric::kImpressions, 0.4, kSpendCut},
      {Metric::kImpressions, 2.5, kSpendSurge},
      {Metric::kCpc, 2.0, kCpcSurge},
      {Metric::kCpc, 0.6, kCpcDrop},
      {Metric::kPrice, 0.8, kPriceChange},
  };
  for (const auto& c : kCases) {
    CauseFacts facts = quiet();
    facts.moves[c.stage] = by(c.factor);
    EXPECT_EQ(find_cause(facts), c.code) << metric_name(c.stage) << " * " << c.factor;
  }
  EXPECT_EQ(find_cause(quiet()), kUnknown);
}

TEST(Causes, ClicksThatBuyNothingAreBots) {
  CauseFacts facts = quiet();
  facts.moves[Metric::kCtr] = by(3);
  facts.moves[Metric::kConversionRate] = by(1 / 3.0);
  EXPECT_EQ(find_cause(facts), kBotTraffic);
}

TEST(Causes, DearerClicksThatReachFewerAreACompetitors) {
  CauseFacts facts = quiet();
  facts.moves[Metric::kImpressions] = by(0.6);
  facts.moves[Metric::kCpc] = by(2);
  EXPECT_EQ(find_cause(facts), kCpcSurge);
}

TEST(Causes, TheShopsDayIsNamedOnceForAll) {
  CauseFacts facts = quiet();
  facts.market_out = true;
  facts.own_out = false;
  facts.market[Metric::kConversionRate] = by(0.05);
  EXPECT_EQ(find_cause(facts), kTrackingOutage);
  facts.market[Metric::kImpressions] = by(0.6);
  EXPECT_EQ(find_cause(facts), kSiteOutage);
  facts.market[Metric::kConversionRate] = {};
  EXPECT_EQ(find_cause(facts), kBroadMarketMove);
  facts.holiday = true;
  EXPECT_EQ(find_cause(facts), kHoliday);
  for (const HypothesisCode code : {kTrackingOutage, kSiteOutage, kBroadMarketMove, kHoliday})
    EXPECT_TRUE(is_of_shop(code));
  EXPECT_FALSE(is_of_shop(kStockOutOrTracking));
}

TEST(Causes, AProductThatGoesFurtherThanTheShopHasItsOwn) {
  CauseFacts facts = quiet();
  facts.market_out = true;
  facts.market[Metric::kImpressions] = by(0.8);
  facts.moves[Metric::kCtr] = by(0.3);
  EXPECT_EQ(find_cause(facts), kCtrChange);
}

TEST(Causes, PromotionsExplainWhatTheyDoAndWhatFollows) {
  CauseFacts facts = quiet();
  facts.moves[Metric::kConversionRate] = by(1.9);
  facts.promotion_explains = true;
  EXPECT_EQ(find_cause(facts), kPromotion);
  facts = quiet();
  facts.moves[Metric::kConversionRate] = by(0.6);
  facts.promotion_ended = true;
  EXPECT_EQ(find_cause(facts), kPromotionEnded);
  facts.moves[Metric::kConversionRate] = {};
  facts.moves[Metric::kCtr] = by(0.4);
  EXPECT_EQ(find_cause(facts), kCtrChange);  // reach and clicks know nothing of an ended promotion
}

TEST(Causes, NothingSoldInAGroupIsNoStockOut) {
  CauseFacts facts = quiet();
  facts.one_product = false;
  facts.moves[Metric::kConversionRate] = by(0.02);
  EXPECT_EQ(find_cause(facts), kTrackingOutage);
}

TEST(Causes, EachHasAName) {
  for (int code = 0; code <= static_cast<int>(kUnknown); ++code)
    EXPECT_EQ(std::string(hypothesis_code_name(static_cast<HypothesisCode>(code))).empty(), code == 0) << code;
}

}  // namespace
}  // namespace performance_tracker
