// SPDX-License-Identifier: PostgreSQL
#include "core/shop/recommendation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

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

std::vector<std::string> types(const PerformancePanel& panel) {
  std::vector<std::string> names;
  for (const Recommendation& r : recommendations(panel, {})) names.emplace_back(recommendation_type_name(r.type));
  return names;
}

using Names = std::vector<std::string>;

TEST(Recommendation, EachRuleFiresOnItsSideOfTheThreshold) {
  EXPECT_EQ(types(panel_of({}, {})), Names{});
  EXPECT_EQ(types(panel_of({.ad_spend = 240}, {.ad_spend = 240})), Names{"acos_high"});
  EXPECT_EQ(types(panel_of({.ad_spend = 209}, {.ad_spend = 209})), Names{});
  EXPECT_EQ(types(panel_of({.ad_spend = 100}, {.ad_spend = 100})), Names{"roas_high"});
  EXPECT_EQ(types(panel_of({.ad_spend = 150}, {.ad_spend = 150})), Names{});  // exactly 4 is not above 4
  EXPECT_EQ(types(panel_of({.impressions = 20000}, {.impressions = 20000})), Names{"ctr_low"});
  EXPECT_EQ(types(panel_of({.clicks = 300}, {.impressions = 15000, .clicks = 300})), Names{});  // exactly 2%
  EXPECT_EQ(types(panel_of({.clicks = 600}, {.clicks = 600})), Names{"conversion_rate_low"});
  EXPECT_EQ(types(panel_of({}, {.ad_spend = 100, .units_sold = 25, .revenue = 400})), Names{"revenue_drop"});
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
  const RecommendationOptions o;
  {  // 40% ACOS: 12.5% less spend, which costs 0.75% of revenue for each percent
    const Recommendation r = recommendations(panel_of({.ad_spend = 240}, {.ad_spend = 240}), o).front();
    const double saved = 0.125 * 240 * 7;
    const double lost = 0.35 * 4200 * (1 - std::pow(0.875, 0.75));
    EXPECT_NEAR(*r.impact, saved - lost, 1e-6);
    EXPECT_LT(*r.impact_lower, *r.impact);
    EXPECT_GT(*r.impact_upper, *r.impact);
  }
  {  // conversion at 5%: 3% of 4,200 clicks more, at 20 each
    const Recommendation r = recommendations(panel_of({.clicks = 600}, {.clicks = 600}), o).front();
    EXPECT_NEAR(*r.impact, 0.35 * 20 * (0.08 * 4200 - 210), 1e-6);
  }
  {  // CTR at 1.5%: 0.5% of 140,000 impressions more, each bringing 2 of revenue and costing 0.50
    const Recommendation r = recommendations(panel_of({.impressions = 20000}, {.impressions = 20000}), o).front();
    EXPECT_NEAR(*r.impact, 700 * (0.35 * 2 - 0.5), 1e-6);
  }
  {  // ROAS 6, 20% more budget
    const Recommendation r = recommendations(panel_of({.ad_spend = 100}, {.ad_spend = 100}), o).front();
    EXPECT_NEAR(*r.impact, 0.35 * 4200 * (std::pow(1.2, 0.75) - 1) - 0.2 * 700, 1e-6);
    EXPECT_EQ(r.severity, Severity::kSuccess);
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
  for (const Recommendation& r : recommendations(panel, {})) {
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
  EXPECT_EQ(types(panel_of(many, many)), (Names{"conversion_rate_low", "roas_high"}));
}

TEST(Recommendation, ZeroDenominatorsAreNotJudged) {
  const DayValues nothing{.impressions = 0, .clicks = 0, .ad_spend = 0, .units_sold = 0, .revenue = 0};
  EXPECT_EQ(types(panel_of(nothing, nothing)), Names{});
  // Organic sales without any advertising have no ACOS and no ROAS.
  const DayValues organic{.impressions = 0, .clicks = 0, .ad_spend = 0, .units_sold = 30, .revenue = 600};
  EXPECT_EQ(types(panel_of(organic, organic)), Names{});
  // Clicks without sales have no ACOS; what is wrong with them is the conversion.
  const DayValues unsold{.units_sold = 0, .revenue = 0};
  const std::vector<Recommendation> rows = recommendations(panel_of(unsold, unsold), {});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].type, RecommendationType::kConversionRateLow);
  EXPECT_FALSE(rows[0].impact.has_value()) << "without any sale and any list price there is no price";
  PerformancePanel priced = panel_of(unsold, unsold);
  priced.products[0].price = 20;
  EXPECT_NEAR(*recommendations(priced, {})[0].impact, 0.35 * 20 * 0.08 * 2100, 1e-6);
  EXPECT_FALSE(recommendations(priced, {})[0].change_pct.has_value());
}

TEST(Recommendation, MissingDaysAreNoDrop) {
  PerformancePanel panel = panel_of({}, {});
  for (const std::size_t t : {38u, 39u, 40u}) {
    DailyColumns& d = panel.products[0].daily;
    d.impressions[t] = d.clicks[t] = d.ad_spend[t] = d.units_sold[t] = d.revenue[t] = std::nan("");
  }
  EXPECT_EQ(types(panel), Names{});
  // Without a prior period there is nothing to compare with, and ratios are judged all the same.
  PerformancePanel fresh = panel_of({.ad_spend = 240}, {.ad_spend = 240});
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
        EXPECT_GE(*rows[i - 1].impact, *r.impact);
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
