// SPDX-License-Identifier: PostgreSQL
#include "core/shop/promotion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/shop/counterfactual.h"
#include "simulated_panel.h"

namespace performance_tracker {
namespace {

using testing::Simulation;
using testing::SimulationOptions;

constexpr Day kStart = 9580;

PromotionImpact judge(const PerformancePanel& panel, const Promotion& promotion) {
  return promotion_impact(panel, promotion, {}, NeverCancelled());
}

Promotion product_promotion(int id, Day start, Day end) {
  return {id, "Sale " + std::to_string(id), id, std::nullopt, start, end, std::nullopt};
}

PerformancePanel simulate(unsigned seed, int days = 100) {
  SimulationOptions options;
  options.seed = seed;
  options.days = days;
  options.impressions = 20000;
  return Simulation(options).panel();
}

// Multiplies what the promotion covers, and returns the true effect.
double lift(PerformancePanel& panel, const Promotion& promotion, double factor) {
  double effect = 0;
  for (Product& p : panel.products) {
    if (!promotion.covers(p)) continue;
    for (std::size_t t = 0; t < panel.days; ++t) {
      if (!promotion.runs_on(panel.day(t))) continue;
      effect += (factor - 1) * p.daily.revenue[t];
      p.daily.revenue[t] *= factor;
    }
  }
  return effect;
}

void expect_consistent(const PromotionImpact& i) {
  EXPECT_FALSE(i.report.empty());
  for (const auto& v :
       {i.actual, i.counterfactual, i.absolute_effect, i.relative_effect, i.effect_lower, i.effect_upper, i.p_value}) {
    if (v) {
      EXPECT_TRUE(std::isfinite(*v)) << i.report;
    }
  }
  if (!i.counterfactual) return;
  EXPECT_GE(*i.counterfactual, 0);
  EXPECT_NEAR(*i.absolute_effect, *i.actual - *i.counterfactual, 1e-9 * (1 + std::abs(*i.actual)));
  EXPECT_LE(*i.effect_lower, *i.absolute_effect);
  EXPECT_GE(*i.effect_upper, *i.absolute_effect);
  EXPECT_GE(*i.p_value, 0);
  EXPECT_LE(*i.p_value, 1);
  // Interval and p-value are two views of one test.
  EXPECT_EQ(*i.p_value<0.05, *i.effect_lower> 0 || *i.effect_upper < 0);
}

TEST(Promotion, TheIntervalCoversTheTruth) {
  int judged = 0;
  int covered = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const PerformancePanel calm = simulate(seed);
    for (int id = 1; id <= 24; id += 4) {
      for (const Day length : {3, 14}) {
        PerformancePanel panel = calm;
        const Promotion promotion = product_promotion(id, kStart, kStart + length - 1);
        const double truth = lift(panel, promotion, 1.4);
        panel.promotions.push_back(promotion);
        const PromotionImpact impact = judge(panel, promotion);
        expect_consistent(impact);
        ++judged;
        covered += *impact.effect_lower <= truth && truth <= *impact.effect_upper ? 1 : 0;
      }
    }
  }
  EXPECT_GE(covered, 0.90 * judged);
  EXPECT_LE(covered, judged);
}

TEST(Promotion, NoEffectIsNotClaimed) {
  int judged = 0;
  int significant = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const PerformancePanel panel = simulate(seed);
    for (int id = 2; id <= 24; id += 3) {
      const PromotionImpact impact = judge(panel, product_promotion(id, kStart, kStart + 6));
      ++judged;
      significant += *impact.p_value < 0.05 ? 1 : 0;
    }
  }
  EXPECT_LT(significant, 0.12 * judged);
}

TEST(Promotion, AStrongEffectIsFoundForProductCategoryAndShop) {
  Promotion category = product_promotion(1, kStart, kStart + 6);
  category.product_id = std::nullopt;
  category.category = "Category 2";
  Promotion shop = category;
  shop.category = std::nullopt;
  for (const Promotion& promotion : {product_promotion(1, kStart, kStart + 6), category, shop}) {
    PerformancePanel panel = simulate(3);
    const double truth = lift(panel, promotion, 1.8);
    const PromotionImpact impact = judge(panel, promotion);
    expect_consistent(impact);
    EXPECT_EQ(impact.status, PromotionStatus::kCompleted);
    EXPECT_LT(*impact.p_value, 0.001);
    EXPECT_NEAR(*impact.absolute_effect / truth, 1, 0.35);
    EXPECT_NEAR(*impact.relative_effect, *impact.absolute_effect / *impact.counterfactual, 1e-12);
  }
}

TEST(Promotion, TheSumIsLessUncertainThanTheSumOfTheBounds) {
  // Days that vary independently partly cancel: four times the days must not have four times the interval.
  const PerformancePanel panel = simulate(4, 120);
  const PromotionImpact week = judge(panel, product_promotion(1, kStart, kStart + 6));
  const PromotionImpact month = judge(panel, product_promotion(1, kStart, kStart + 27));
  const double ratio = (*month.effect_upper - *month.effect_lower) / (*week.effect_upper - *week.effect_lower);
  EXPECT_GT(ratio, 1.5);
  EXPECT_LT(ratio, 3.6);
}

TEST(Promotion, OtherPromotionsDoNotPoisonTheBaseline) {
  PerformancePanel panel = simulate(5);
  const Promotion promotion = product_promotion(1, kStart, kStart + 6);
  const double clean = *judge(panel, promotion).counterfactual;
  const Promotion earlier{7, "Earlier", 1, std::nullopt, kStart - 30, kStart - 11, std::nullopt};
  lift(panel, earlier, 3);
  panel.promotions.push_back(earlier);
  const PromotionImpact told = judge(panel, promotion);
  EXPECT_NEAR(*told.counterfactual / clean, 1, 0.15);
  EXPECT_NE(told.report.find("leaving out 20 days under other promotions"), std::string::npos) << told.report;
}

TEST(Promotion, AControlTakesOutWhatMovedTheWholeMarket) {
  SimulationOptions options;
  options.seed = 6;
  options.days = 100;
  options.impressions = 100000;
  options.noise = 0.02;
  options.market_noise = 0.15;
  Simulation simulation(options);
  const PerformancePanel shared = simulation.panel();
  PerformancePanel alone = shared;
  alone.products.resize(1);
  const Promotion promotion = product_promotion(1, kStart, kStart + 6);
  const PromotionImpact with = judge(shared, promotion);
  const PromotionImpact without = judge(alone, promotion);
  EXPECT_LT(*with.effect_upper - *with.effect_lower, 0.6 * (*without.effect_upper - *without.effect_lower));
  EXPECT_NE(with.report.find("as control"), std::string::npos) << with.report;
  EXPECT_EQ(without.report.find("as control"), std::string::npos) << without.report;
}

TEST(Promotion, SaysWhyItCannotBeJudged) {
  const PerformancePanel panel = simulate(7);
  const PromotionImpact planned = judge(panel, product_promotion(1, 9600, 9610));
  EXPECT_EQ(planned.status, PromotionStatus::kPlanned);
  EXPECT_FALSE(planned.actual.has_value());
  const PromotionImpact running = judge(panel, product_promotion(1, 9595, 9610));
  EXPECT_EQ(running.status, PromotionStatus::kRunning);
  EXPECT_EQ(running.days, 5);
  EXPECT_NE(running.report.find("so far, 5 of 16 days"), std::string::npos) << running.report;
  expect_consistent(running);
  const PromotionImpact early = judge(panel, product_promotion(1, 9513, 9515));
  EXPECT_EQ(early.status, PromotionStatus::kShortPrePeriod);
  EXPECT_TRUE(early.actual.has_value());
  EXPECT_FALSE(early.counterfactual.has_value());
  EXPECT_EQ(judge(panel, product_promotion(1, 9514, 9515)).status, PromotionStatus::kCompleted);
  EXPECT_EQ(judge(panel, product_promotion(1, 9400, 9410)).status, PromotionStatus::kNoData);
  EXPECT_EQ(judge(panel, product_promotion(99, kStart, kStart)).status, PromotionStatus::kNoData);
  EXPECT_EQ(judge(PerformancePanel{}, product_promotion(1, kStart, kStart)).status, PromotionStatus::kNoData);
}

TEST(Promotion, DegenerateSeriesStayFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double value : {0.0, 100.0, 1e-9, 1e12}) {
    PerformancePanel panel;
    panel.first_day = 9500;
    panel.days = 100;
    Product p;
    p.id = 1;
    p.name = "Constant";
    p.daily = DailyColumns(100);
    p.daily.revenue.assign(100, value);
    p.daily.units_sold.assign(100, value > 0 ? 10 : 0);
    panel.products.push_back(p);
    expect_consistent(judge(panel, product_promotion(1, kStart, kStart + 6)));
    expect_consistent(judge(panel, product_promotion(1, 9514, 9520)));
    // Whole weekdays missing: their effects cannot be told, the level can.
    for (std::size_t t = 0; t < 80; ++t) {
      if (t % 7 < 4) panel.products[0].daily.revenue[t] = nan;
    }
    expect_consistent(judge(panel, product_promotion(1, kStart, kStart + 6)));
  }
}

// The first load brings 90 days, and a promotion has fewer before it: with a window that began before the data no
// control was ever used.
TEST(Promotion, ControlsAreUsedWithTheHistoryThatThereIsAndWithGaps) {
  PerformancePanel panel = simulate(8, 90);
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    for (std::size_t t = i % 11; t < 90; t += 11) panel.products[i].daily.revenue[t] = std::nan("");
  }
  const PromotionImpact impact = judge(panel, product_promotion(1, kStart, kStart + 6));
  ASSERT_TRUE(impact.counterfactual.has_value());
  EXPECT_GE(impact.controls.size(), 20u);
  double weights = 0;
  for (const Control& c : impact.controls) {
    EXPECT_NE(c.name, "Product 01");
    weights += c.weight;
  }
  EXPECT_GT(weights, 0.2);
  EXPECT_LT(weights, 2);
  // Who is promoted at the time is no control.
  panel.promotions.push_back({5, "Other", 2, std::nullopt, kStart + 1, kStart + 3, std::nullopt});
  for (const Control& c : judge(panel, product_promotion(1, kStart, kStart + 6)).controls)
    EXPECT_NE(c.name, "Product 02");
}

TEST(Promotion, ExtraAdvertisingIsNotTheDealsDoing) {
  int told = 0;
  double claimed = 0, advertised = 0;
  for (unsigned seed = 1; seed <= 8; ++seed) {
    PerformancePanel panel = simulate(seed);
    const Promotion promotion = product_promotion(1, kStart, kStart + 6);
    for (std::size_t t = 0; t < panel.days; ++t) {
      if (!promotion.runs_on(panel.day(t))) continue;
      DailyColumns& d = panel.products[0].daily;
      for (std::vector<double>* v : {&d.impressions, &d.clicks, &d.ad_spend, &d.units_sold, &d.revenue}) (*v)[t] *= 1.6;
    }
    const PromotionImpact impact = judge(panel, promotion);
    expect_consistent(impact);
    EXPECT_NE(impact.attribution, Attribution::kNoExtraAdvertising);
    EXPECT_NEAR(*impact.extra_advertising, 0.6, 0.35);
    claimed += *impact.relative_effect / 8;
    advertised += *impact.advertising_effect / *impact.actual / 8;
    told += impact.report.find("Meanwhile ads were shown") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(told, 8);
  EXPECT_LT(std::abs(claimed), 0.15) << "60% more of everything is no deal's effect";
  EXPECT_GT(advertised, 0.15);
}

TEST(Promotion, DaysAddUpToTheWhole) {
  PerformancePanel panel = simulate(9);
  const Promotion promotion = product_promotion(1, kStart, kStart + 6);
  lift(panel, promotion, 1.5);
  const PromotionImpact impact = judge(panel, promotion);
  double actual = 0, expected = 0;
  int before = 0, after = 0;
  const PromotionDay* last = nullptr;
  for (const PromotionDay& d : impact.daily) {
    EXPECT_LE(d.lower, d.counterfactual);
    EXPECT_GE(d.upper, d.counterfactual);
    before += d.phase == PromotionPhase::kBefore ? 1 : 0;
    after += d.phase == PromotionPhase::kAfter ? 1 : 0;
    if (d.phase != PromotionPhase::kPromotion) continue;
    actual += *d.actual;
    expected += d.counterfactual;
    last = &d;
  }
  ASSERT_NE(last, nullptr);
  EXPECT_EQ(before, 28);
  EXPECT_EQ(after, 13) << "the panel ends 13 days after it";
  EXPECT_NEAR(actual, *impact.actual, 1e-6);
  EXPECT_NEAR(expected, *impact.counterfactual, 1e-6 * expected);
  EXPECT_NEAR(last->cumulative->value, *impact.absolute_effect, 1e-6 * expected);
  EXPECT_NEAR(last->cumulative->lower, *impact.effect_lower, 1e-6 * expected);
  EXPECT_NEAR(last->cumulative->upper, *impact.effect_upper, 1e-6 * expected);
}

// Half price for twice the units at a cost of 80% of the price: the more is sold the more is lost.
TEST(Promotion, SaysWhetherItPaid) {
  PerformancePanel panel = simulate(10);
  const Promotion promotion = product_promotion(1, kStart, kStart + 6);
  double revenue = 0, units = 0;
  for (std::size_t t = 0; t < 80; ++t)
    revenue += panel.products[0].daily.revenue[t], units += panel.products[0].daily.units_sold[t];
  for (std::size_t t = 80; t < 87; ++t) panel.products[0].daily.units_sold[t] *= 2;
  const PromotionImpact unknown = judge(panel, promotion);
  EXPECT_FALSE(unknown.margin_known);
  EXPECT_NE(unknown.report.find("their cost is not known"), std::string::npos) << unknown.report;
  panel.products[0].unit_cost = 0.8 * revenue / units;
  const PromotionImpact dear = judge(panel, promotion);
  EXPECT_TRUE(dear.margin_known);
  EXPECT_LT(dear.profit->upper, 0);
  EXPECT_NE(dear.report.find("It did not pay"), std::string::npos) << dear.report;
  panel.products[0].unit_cost = 0;
  EXPECT_GT(judge(panel, promotion).profit->value, dear.profit->value);
}

TEST(Promotion, BadInputIsSurvived) {
  // A shop of one product; overlapping promotions; no day before; spend without revenue; duplicate names.
  PerformancePanel one = simulate(11);
  one.products.resize(1);
  expect_consistent(judge(one, product_promotion(1, kStart, kStart + 6)));
  one.promotions.push_back(product_promotion(1, kStart - 3, kStart + 3));
  one.promotions.back().id = 77;
  const PromotionImpact overlapping = judge(one, product_promotion(1, kStart, kStart + 6));
  expect_consistent(overlapping);
  EXPECT_NE(overlapping.report.find("ran at the same time"), std::string::npos);
  EXPECT_EQ(judge(one, product_promotion(1, 9500, 9506)).status, PromotionStatus::kShortPrePeriod);
  PerformancePanel unsold = simulate(12);
  for (Product& p : unsold.products) {
    p.name = "Same";
    p.daily.revenue.assign(unsold.days, 0);
    p.daily.units_sold.assign(unsold.days, 0);
  }
  expect_consistent(judge(unsold, product_promotion(1, kStart, kStart + 6)));
  PerformancePanel unadvertised = simulate(13);
  for (Product& p : unadvertised.products) {
    p.daily.ad_spend.assign(unadvertised.days, 0);
    p.daily.impressions.assign(unadvertised.days, 0);
    p.daily.clicks.assign(unadvertised.days, std::nan(""));
  }
  expect_consistent(judge(unadvertised, product_promotion(1, kStart, kStart + 6)));
}

TEST(Counterfactual, FollowsAnExactPattern) {
  CounterfactualProblem problem;
  // The model multiplies: growth of 0.5% a day, and the last day of the week half as strong again.
  for (int t = 0; t < 70; ++t) problem.values.push_back(100 * std::exp(0.005 * t) * (t % 7 == 6 ? 1.5 : 1));
  problem.learning_to = 63;
  double truth = 0;
  for (std::size_t t = 63; t < 70; ++t) {
    problem.prediction.push_back(t);
    truth += problem.values[t];
  }
  const Counterfactual c = predict_counterfactual(problem, NeverCancelled());
  EXPECT_NEAR(c.sum(0, 7).value, truth, 0.002 * truth);
  EXPECT_NEAR(c.day(6).value, problem.values[69], 0.005 * problem.values[69]);
  double fitted = 0;
  for (std::size_t t = 56; t < 63; ++t) fitted += c.fitted[t] / problem.values[t] / 7;
  EXPECT_NEAR(fitted, 1, 0.005);
  EXPECT_EQ(c.learning_days, 63);
  problem.learning_to = 13;
  EXPECT_THROW(predict_counterfactual(problem, NeverCancelled()), InvalidData);
}

// Each of two sales in a quarter is an outlier, and without them nothing is left: this was an error, of all promotions.
TEST(Counterfactual, TwoSalesInAQuarterAreABaseline) {
  CounterfactualProblem problem;
  problem.values.assign(98, 0.0);
  problem.values[22] = problem.values[86] = 139.09;
  problem.learning_to = 91;
  problem.event_worth = 139.09;
  for (std::size_t t = 91; t < 98; ++t) problem.prediction.push_back(t);
  const Counterfactual c = predict_counterfactual(problem, NeverCancelled());
  EXPECT_GE(c.sum(0, 7).value, 0);
  EXPECT_LT(c.sum(0, 7).value, 10 * 7 * 2 * 139.09 / 91);
  EXPECT_TRUE(std::isfinite(c.sum(0, 7).standard_error));
  EXPECT_EQ(c.learning_days, 91);
}

TEST(Counterfactual, LeavesOutliersOut) {
  CounterfactualProblem problem;
  for (int t = 0; t < 70; ++t) problem.values.push_back(100 + 5 * std::sin(1.7 * t));
  problem.values[20] = 900;
  problem.values[41] = 0;
  problem.learning_to = 63;
  problem.prediction = {63, 64, 65};
  const Counterfactual c = predict_counterfactual(problem, NeverCancelled());
  EXPECT_EQ(c.outliers, 2);
  EXPECT_NEAR(c.sum(0, 3).value, 300, 20);
}

}  // namespace
}  // namespace performance_tracker
