// SPDX-License-Identifier: PostgreSQL
#include "core/shop/recommendation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/base/error.h"
#include "simulated_panel.h"

namespace performance_tracker {
namespace {

struct DayValues {
  double impressions = 10000;
  double clicks = 300;
  double ad_spend = 150;
  double units_sold = 30;
  double revenue = 600;
};

// One product, 42 days, the last 7 of them different. ROAS 4, ACOS 25%, CTR 3%, conversion 10% unless changed.
PerformancePanel panel_of(const DayValues& before, const DayValues& now) {
  PerformancePanel panel;
  panel.first_day = 9500;
  panel.days = 42;
  Product p;
  p.id = 1;
  p.name = "Lamp";
  p.category = "Home";
  p.daily = DailyColumns(42);
  for (std::size_t t = 0; t < 42; ++t) {
    const DayValues& v = t < 35 ? before : now;
    p.daily.impressions[t] = v.impressions;
    p.daily.clicks[t] = v.clicks;
    p.daily.ad_spend[t] = v.ad_spend;
    p.daily.units_sold[t] = v.units_sold;
    p.daily.revenue[t] = v.revenue;
  }
  panel.products.push_back(std::move(p));
  return panel;
}

std::vector<std::string> types(const PerformancePanel& panel, int retell_weeks = 4) {
  RecommendationOptions options;
  options.retell_weeks = retell_weeks;
  std::vector<std::string> names;
  for (const Recommendation& r : recommendations(panel, options)) names.emplace_back(recommendation_type_name(r.type));
  return names;
}

using Names = std::vector<std::string>;

TEST(Recommendation, EachRuleFiresOnItsSideOfTheThreshold) {
  EXPECT_EQ(types(panel_of({}, {})), Names{});
  EXPECT_EQ(types(panel_of({}, {.ad_spend = 300})), Names{"acos_high"});
  EXPECT_EQ(types(panel_of({.ad_spend = 100}, {.ad_spend = 100}), 1), Names{"roas_high"});
  // Spend fell by a third and nothing else: what was cut had brought nothing.
  EXPECT_EQ(types(panel_of({}, {.ad_spend = 100})), Names{"spend_saturated"});
  EXPECT_EQ(types(panel_of({.ad_spend = 150}, {.ad_spend = 150})), Names{});  // exactly 4 is not above 4
  EXPECT_EQ(types(panel_of({}, {.impressions = 20000})), Names{"ctr_low"});
  EXPECT_EQ(types(panel_of({.clicks = 300}, {.impressions = 15000, .clicks = 300})),
            Names{"ctr_low"});  // fell from 3% to 2%
  EXPECT_EQ(types(panel_of({}, {.clicks = 600})), Names{"conversion_rate_low"});
  EXPECT_EQ(types(panel_of({}, {.ad_spend = 130, .units_sold = 20, .revenue = 400})), Names{"revenue_drop"});
}

// An 8% line for a product whose normal is 5%: told once in four weeks, as information, with what can be reached.
TEST(Recommendation, WhatIsNormalIsNotRepeatedEveryWeek) {
  for (const DayValues& values : {DayValues{.clicks = 600}, DayValues{.impressions = 20000}, DayValues{.ad_spend = 300},
                                  DayValues{.ad_spend = 60}}) {
    int told = 0;
    for (int week = 0; week < 8; ++week) {
      PerformancePanel panel = panel_of(values, values);
      panel.first_day += 7 * week;
      const std::vector<Recommendation> rows = recommendations(panel, {});
      told += rows.empty() ? 0 : 1;
      for (const Recommendation& r : rows) EXPECT_TRUE(r.standing) << r.reason;
    }
    EXPECT_EQ(told, 2);
  }
}

TEST(Recommendation, OneRowForAProductAndCause) {
  // CTR collapses: revenue falls with clicks and spend. The cause is the ad, not the budget.
  const PerformancePanel panel = panel_of({}, {.clicks = 90, .ad_spend = 45, .units_sold = 9, .revenue = 180});
  const std::vector<Recommendation> rows = recommendations(panel, {});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].type, RecommendationType::kRevenueDrop);
  EXPECT_EQ(rows[0].cause, "ctr_change");
  EXPECT_EQ(rows[0].action.find("budget"), std::string::npos) << rows[0].action;
  bool ctr = false;
  for (const RecommendationEvidence& e : rows[0].evidence) ctr = ctr || e.what == "ctr";
  EXPECT_TRUE(ctr);
  const auto cause = [](const DayValues& now) { return recommendations(panel_of({}, now), {}).at(0).cause; };
  EXPECT_EQ(cause({.impressions = 3000, .clicks = 90, .ad_spend = 45, .units_sold = 9, .revenue = 180}), "spend_cut");
  EXPECT_EQ(cause({.units_sold = 1, .revenue = 20}), "stock_out_or_tracking");
  EXPECT_EQ(cause({.units_sold = 15, .revenue = 300}), "conversion_drop");
  EXPECT_EQ(cause({.units_sold = 15, .revenue = 375}), "price_change");
}

TEST(Recommendation, ASuccessHasALowerBoundAboveZero) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    testing::SimulationOptions options;
    options.seed = seed;
    for (const Recommendation& r : recommendations(testing::Simulation(options).panel(), {})) {
      if (r.severity == Severity::kSuccess) {
        EXPECT_GT(*r.impact_lower, 0) << r.reason;
      }
    }
  }
}

TEST(Recommendation, MarginsAreDataAndTheirAbsenceIsSaid) {
  PerformancePanel panel = panel_of({.ad_spend = 100}, {.ad_spend = 100});
  RecommendationOptions always;
  always.retell_weeks = 1;
  EXPECT_FALSE(recommendations(panel, always).at(0).margin_known);
  EXPECT_NE(recommendations(panel, always).at(0).reason.find("assumed margin of 35%"), std::string::npos);
  panel.products[0].unit_cost = 10;  // of a price of 20
  const Recommendation half = recommendations(panel, always).at(0);
  EXPECT_TRUE(half.margin_known);
  EXPECT_NEAR(half.margin, 0.5, 1e-12);
  EXPECT_NEAR(*half.break_even_roas, 2, 1e-12);
  // Goods sold at cost, below it, for nothing, or at a margin of 100%.
  for (const auto& [cost, margin] : {std::pair{20.0, 0.0}, {30.0, -0.5}, {0.0, 1.0}}) {
    panel.products[0].unit_cost = cost;
    for (const Recommendation& r : recommendations(panel, always)) {
      EXPECT_NEAR(r.margin, margin, 1e-12);
      EXPECT_EQ(r.break_even_roas.has_value(), margin > 0);
      if (margin <= 0) {
        EXPECT_NE(r.severity, Severity::kSuccess) << r.reason;
      }
    }
  }
}

TEST(Recommendation, RatiosAreSumsOverSums) {
  PerformancePanel panel = panel_of({}, {});
  // Six days at 25% and one at 200%: the mean of the ratios is 50%, the ratio of the sums 32%.
  panel.products[0].daily.ad_spend[41] = 400;
  panel.products[0].daily.revenue[41] = 200;
  panel.products[0].daily.revenue[40] = 800;
  const double spend = 6 * 150 + 400;
  const double revenue = 5 * 600 + 800 + 200;
  ASSERT_LT(spend / revenue, 0.35);
  for (const Recommendation& r : recommendations(panel, {})) EXPECT_NE(r.type, RecommendationType::kAcosHigh);
  panel.products[0].daily.ad_spend[41] = 800;
  const std::vector<Recommendation> rows = recommendations(panel, {});
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.front().type, RecommendationType::kAcosHigh);
  EXPECT_NEAR(rows.front().current, (spend + 400) / revenue, 1e-12);
  EXPECT_NEAR(*rows.front().prior, 0.25, 1e-12);
  EXPECT_EQ(rows.front().trend, "up");
}

TEST(Recommendation, TheMoneyIsTheDocumentedOne) {
  {  // conversion fell from 10% to 5%: its usual on 4,200 clicks would be 210 more, at 20 each
    const Recommendation r = recommendations(panel_of({}, {.clicks = 600}), {}).front();
    EXPECT_NEAR(*r.impact, 0.35 * 20 * (0.10 * 4200 - 210), 1e-6);
    EXPECT_LT(*r.impact_lower, *r.impact);
    EXPECT_GT(*r.impact_upper, *r.impact);
  }
  {  // CTR fell from 3% to 1.5%: 1.5% of 140,000 impressions more, each click bringing 2 of revenue and costing 0.50
    const Recommendation r = recommendations(panel_of({}, {.impressions = 20000}), {}).front();
    EXPECT_NEAR(*r.impact, 2100 * (0.35 * 2 - 0.5), 1e-6);
  }
}

TEST(Recommendation, SmallNumbersAreNotEnoughEvidence) {
  // 3 sales on 60 clicks a week are 5%, and could as well be 9%.
  const DayValues few{.impressions = 300, .clicks = 9, .ad_spend = 3, .units_sold = 0, .revenue = 0};
  PerformancePanel panel = panel_of(few, few);
  for (const std::size_t t : {30u, 33u, 36u, 38u, 40u}) {
    panel.products[0].daily.units_sold[t] = 1;
    panel.products[0].daily.revenue[t] = 30;
  }
  bool said = false;
  RecommendationOptions always;
  always.retell_weeks = 1;
  for (const Recommendation& r : recommendations(panel, always)) {
    EXPECT_NE(r.type, RecommendationType::kConversionRateLow);
    EXPECT_NE(r.type, RecommendationType::kRevenueDrop);
    if (r.type != RecommendationType::kNotEnoughEvidence) continue;
    EXPECT_EQ(r.severity, Severity::kInfo);
    EXPECT_FALSE(r.impact.has_value());
    said = said || r.metric == Metric::kConversionRate;
  }
  EXPECT_TRUE(said);
  // The same rate on a hundred times the clicks is evidence.
  const DayValues many{.impressions = 30000, .clicks = 900, .ad_spend = 300, .units_sold = 45, .revenue = 1350};
  std::set<std::string> found;
  for (const Recommendation& r : recommendations(panel_of(many, many), always))
    found.insert(recommendation_type_name(r.type));
  EXPECT_TRUE(found.contains("conversion_rate_low"));
}

TEST(Recommendation, ZeroDenominatorsAreNotJudged) {
  const DayValues nothing{.impressions = 0, .clicks = 0, .ad_spend = 0, .units_sold = 0, .revenue = 0};
  EXPECT_EQ(types(panel_of(nothing, nothing)), Names{});
  // Organic sales without any advertising have no ACOS and no ROAS.
  const DayValues organic{.impressions = 0, .clicks = 0, .ad_spend = 0, .units_sold = 30, .revenue = 600};
  EXPECT_EQ(types(panel_of(organic, organic)), Names{});
  // Clicks without sales have no ACOS; what is wrong with them is the conversion.
  const DayValues unsold{.units_sold = 0, .revenue = 0};
  RecommendationOptions always;
  always.retell_weeks = 1;
  const std::vector<Recommendation> rows = recommendations(panel_of(unsold, unsold), always);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].type, RecommendationType::kConversionRateLow);
  EXPECT_FALSE(rows[0].impact.has_value()) << "without any sale and any list price there is no price";
  PerformancePanel priced = panel_of(unsold, unsold);
  priced.products[0].price = 20;
  const Recommendation stale = recommendations(priced, always).at(0);
  EXPECT_NEAR(*stale.impact, 0.35 * 20 * 0.08 * 2100, 1e-6);
  EXPECT_FALSE(stale.change_pct.has_value());
}

TEST(Recommendation, MissingDaysAreNoDrop) {
  PerformancePanel panel = panel_of({}, {});
  for (const std::size_t t : {38u, 39u, 40u}) {
    DailyColumns& d = panel.products[0].daily;
    d.impressions[t] = d.clicks[t] = d.ad_spend[t] = d.units_sold[t] = d.revenue[t] = std::nan("");
  }
  EXPECT_EQ(types(panel), Names{});
  // Without a prior period there is nothing to compare with, and ratios are judged all the same.
  PerformancePanel fresh = panel_of({.ad_spend = 300}, {.ad_spend = 300});
  for (std::size_t t = 0; t < 35; ++t) {
    DailyColumns& d = fresh.products[0].daily;
    d.impressions[t] = d.clicks[t] = d.ad_spend[t] = d.units_sold[t] = d.revenue[t] = std::nan("");
  }
  const std::vector<Recommendation> rows = recommendations(fresh, {});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_FALSE(rows[0].prior.has_value());
  EXPECT_TRUE(rows[0].trend.empty());
}

TEST(Recommendation, AfterAPromotionADropIsInformation) {
  PerformancePanel panel = panel_of({}, {.units_sold = 20, .revenue = 400});
  EXPECT_EQ(recommendations(panel, {}).front().severity, Severity::kWarning);
  panel.promotions.push_back({1, "Sale", 1, std::nullopt, 9528, 9533, std::nullopt});
  for (const Recommendation& r : recommendations(panel, {})) {
    if (r.type == RecommendationType::kRevenueDrop) {
      EXPECT_EQ(r.severity, Severity::kInfo);
    }
  }
}

TEST(Recommendation, IsSortedFilteredAndFinite) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    testing::SimulationOptions options;
    options.seed = seed;
    const PerformancePanel panel = testing::Simulation(options).panel();
    const std::vector<Recommendation> rows = recommendations(panel, {});
    ASSERT_FALSE(rows.empty());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Recommendation& r = rows[i];
      EXPECT_TRUE(std::isfinite(r.current));
      EXPECT_FALSE(r.action.empty());
      EXPECT_EQ(r.reason.find("nan"), std::string::npos) << r.reason;
      EXPECT_EQ(r.reason.find("inf"), std::string::npos) << r.reason;
      if (r.impact) {
        EXPECT_TRUE(std::isfinite(*r.impact));
        EXPECT_LE(*r.impact_lower, *r.impact);
        EXPECT_GE(*r.impact_upper, *r.impact);
      }
      if (i == 0) continue;
      EXPECT_LE(rows[i - 1].severity, r.severity);
      if (rows[i - 1].severity == r.severity && r.impact && rows[i - 1].impact) {
        EXPECT_GE(*rows[i - 1].impact_lower, *r.impact_lower);
      }
    }
    RecommendationOptions one;
    one.category = "Category 2";
    for (const Recommendation& r : recommendations(panel, one)) EXPECT_EQ(r.category, "Category 2");
  }
}

TEST(Recommendation, RefusesDaysOutOfRange) {
  for (const int days : {0, -7, 367}) {
    RecommendationOptions o;
    o.days = days;
    EXPECT_THROW(recommendations(PerformancePanel{}, o), InvalidArgument);
  }
  EXPECT_TRUE(recommendations(PerformancePanel{}, {}).empty());
}

}  // namespace
}  // namespace performance_tracker
