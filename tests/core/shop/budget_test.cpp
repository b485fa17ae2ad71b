// SPDX-License-Identifier: PostgreSQL
#include "core/shop/budget.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace performance_tracker {
namespace {

// Products whose spend doubles and halves by turns every four weeks, with sales that answer by a known power.
PerformancePanel shop(const std::vector<double>& elasticities, int days = 365, double change = 1.4) {
  PerformancePanel panel;
  panel.first_day = 9500;
  panel.days = static_cast<std::size_t>(days);
  for (std::size_t i = 0; i < elasticities.size(); ++i) {
    Product p;
    p.id = static_cast<int>(i) + 1;
    p.name = "Product " + std::to_string(i + 1);
    p.category = "All";
    p.daily = DailyColumns(panel.days);
    for (std::size_t t = 0; t < panel.days; ++t) {
      const double budget = ((t + 5 * i) / 28) % 2 == 0 ? 1 : change;
      const double noise = 0.04 * std::sin(1.3 * static_cast<double>(t) + 2 * static_cast<double>(i)) +
                           0.03 * std::sin(0.77 * static_cast<double>(t * t % 91));
      p.daily.ad_spend[t] = 100 * budget * std::exp(0.2 * noise);
      p.daily.clicks[t] = std::round(200 * budget);
      p.daily.impressions[t] = 7000 * budget;
      p.daily.units_sold[t] = std::round(30 * std::pow(budget, elasticities[i]) * std::exp(noise));
      p.daily.revenue[t] = 15 * 30 * std::pow(budget, elasticities[i]) * std::exp(noise);
    }
    panel.products.push_back(std::move(p));
  }
  return panel;
}

std::vector<SpendResponse> responses(const PerformancePanel& panel) {
  return spend_responses(panel, {}, NeverCancelled());
}

TEST(SpendResponse, FindsWhatBudgetsDid) {
  const std::vector<double> truth{0.2, 0.35, 0.5, 0.65, 0.8, 0.95};
  const std::vector<SpendResponse> found = responses(shop(truth));
  for (std::size_t i = 0; i < truth.size(); ++i) {
    EXPECT_GE(found[i].steps, 5);
    EXPECT_NEAR(found[i].elasticity, truth[i], 0.15) << i;
    EXPECT_LT(found[i].deviation, 0.25);
  }
}

TEST(SpendResponse, WithoutABudgetChangeItSaysHowLittleItKnows) {
  for (const SpendResponse& r : responses(shop({0.3, 0.9}, 365, 1.0))) {
    EXPECT_EQ(r.steps, 0);
    EXPECT_TRUE(std::isinf(r.own_deviation));
    EXPECT_NEAR(r.elasticity, 0.6, 0.15);
    EXPECT_GT(r.deviation, 0.25);
  }
}

// Spend that follows demand is no budget change, however much it varies: a season is no experiment.
TEST(SpendResponse, DemandIsNoExperiment) {
  PerformancePanel panel = shop({0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5}, 365, 1.0);
  for (Product& p : panel.products) {
    for (std::size_t t = 0; t < panel.days; ++t) {
      const double season = std::exp(0.5 * std::sin(static_cast<double>(t) / 40));
      for (std::vector<double>* v :
           {&p.daily.impressions, &p.daily.clicks, &p.daily.ad_spend, &p.daily.units_sold, &p.daily.revenue})
        (*v)[t] *= season;
    }
  }
  for (const SpendResponse& r : responses(panel)) {
    EXPECT_LE(r.steps, 1);
    EXPECT_LT(r.elasticity, 0.8);
  }
}

TEST(SpendResponse, AnswersSaturate) {
  for (const double e : {0.0, 0.3, 0.6, 1.0}) {
    EXPECT_DOUBLE_EQ(response_at(1, e), 1);
    EXPECT_GE(response_at(1.3, e), response_at(1, e));
    EXPECT_LE(response_at(1.3, e) - response_at(1, e), response_at(1, e) - response_at(0.7, e) + 1e-12);
    EXPECT_NEAR(response_slope(1, e), e, 1e-12);
    EXPECT_NEAR((response_at(1.2001, e) - response_at(1.1999, e)) / 0.0002, response_slope(1.2, e), 1e-6);
  }
  EXPECT_EQ(response_at(0, 0.5), 0);
}

TEST(Budget, MovesMoneyToWhereItEarns) {
  const PerformancePanel panel = shop({0.25, 0.3, 0.35, 0.8, 0.85, 0.9});
  const std::vector<BudgetRow> rows = reallocate_budget(panel, {}, {}, NeverCancelled());
  ASSERT_EQ(rows.size(), 7u);
  const BudgetRow& whole = rows.back();
  EXPECT_FALSE(whole.product.has_value());
  EXPECT_EQ(whole.action, "reallocate");
  EXPECT_GT(whole.gain.lower, 0);
  EXPECT_NEAR(whole.proposed_spend, whole.current_spend, 1e-6 * whole.current_spend);
  double sum = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    sum += rows[i].gain.value;
    EXPECT_LE(rows[i].gain.lower, rows[i].gain.value);
    EXPECT_GE(rows[i].gain.upper, rows[i].gain.value);
    const bool strong = *rows[i].product >= "Product 4";
    EXPECT_EQ(rows[i].action, strong ? "raise" : "cut") << *rows[i].product;
    EXPECT_LE(std::abs(rows[i].proposed_spend / rows[i].current_spend - 1), 0.3 + 1e-9);
  }
  EXPECT_NEAR(sum, whole.gain.value, 1e-6 * std::abs(sum));
}

TEST(Budget, KeepsWhatIsAsGoodAsItGets) {
  const std::vector<BudgetRow> rows = reallocate_budget(shop({0.6, 0.6, 0.6, 0.6}, 120, 1.0), {}, {}, NeverCancelled());
  EXPECT_EQ(rows.back().action, "keep");
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) EXPECT_NEAR(rows[i].proposed_spend, rows[i].current_spend, 1e-9);
  EXPECT_NE(rows.back().reason.find("Keep it as it is"), std::string::npos);
}

TEST(Budget, RefusesWhatCannotBe) {
  const PerformancePanel panel = shop({0.5, 0.5});
  const auto refused = [&](auto set) {
    BudgetOptions o;
    set(o);
    EXPECT_THROW(reallocate_budget(panel, {}, o, NeverCancelled()), InvalidArgument);
  };
  refused([](BudgetOptions& o) { o.max_change = 0; });
  refused([](BudgetOptions& o) { o.max_change = 30; });
  refused([](BudgetOptions& o) { o.max_change = std::nan(""); });
  refused([](BudgetOptions& o) { o.total = -1; });
  refused([](BudgetOptions& o) { o.total = 0; });
  refused([](BudgetOptions& o) { o.total = 1e9; });
  refused([](BudgetOptions& o) { o.days = 0; });
  EXPECT_TRUE(reallocate_budget(PerformancePanel{}, {}, {}, NeverCancelled()).empty());
}

TEST(Budget, SurvivesShopsOfAnyKind) {
  for (const int days : {1, 10, 40}) {
    for (const std::size_t products : {1u, 3u}) {
      PerformancePanel panel = shop(std::vector<double>(products, 0.5), days);
      for (int variant = 0; variant < 4; ++variant) {
        for (Product& p : panel.products) {
          if (variant == 1) p.daily.revenue.assign(panel.days, 0), p.daily.units_sold.assign(panel.days, 0);
          if (variant == 2) p.daily.ad_spend.assign(panel.days, 0);
          if (variant == 3) p.daily = DailyColumns(panel.days);
        }
        for (const double margin : {-0.5, 0.0, 0.35, 1.0}) {
          for (Product& p : panel.products) p.margin_pct = 100 * margin;
          for (const BudgetRow& r : reallocate_budget(panel, {}, {}, NeverCancelled())) {
            for (const Amount& a : {r.profit_now, r.profit_then, r.gain}) {
              EXPECT_TRUE(std::isfinite(a.value) && std::isfinite(a.lower) && std::isfinite(a.upper));
              EXPECT_LE(a.lower, a.value + 1e-9);
              EXPECT_GE(a.upper, a.value - 1e-9);
            }
          }
          for (const BudgetTest& t : design_budget_tests(panel, {}, {}, NeverCancelled()))
            EXPECT_TRUE(std::isfinite(t.cost.value));
        }
      }
    }
  }
}

TEST(Budget, ATestSaysWhatItWouldTell) {
  const std::vector<BudgetTest> tests = design_budget_tests(shop({0.5, 0.7}, 200, 1.0), {}, {}, NeverCancelled());
  ASSERT_EQ(tests.size(), 2u);
  for (const BudgetTest& t : tests) {
    EXPECT_EQ(t.days % 7, 0);
    EXPECT_LE(t.days, 56);
    EXPECT_LT(t.elasticity_error_then, t.elasticity_error_now);
    EXPECT_NEAR(std::abs(t.change), 0.3, 1e-12);
  }
}

std::string complaint(std::vector<RuleRow> rows, const Product& product = {}) {
  try {
    (void)AdviceRules(std::move(rows)).of(product);
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

TEST(AdviceRules, TheMostSpecificRowWins) {
  Product toy;
  toy.id = 7;
  toy.name = "Bear";
  toy.category = "Toys";
  const AdviceRules rules({{"ctr_floor", 7, std::nullopt, 0.01},
                           {"ctr_floor", std::nullopt, "Toys", 0.03},
                           {"ctr_floor", std::nullopt, std::nullopt, 0.04},
                           {"margin_pct", std::nullopt, "Toys", 42}});
  EXPECT_EQ(rules.of(toy).ctr_floor, 0.01);
  EXPECT_EQ(rules.of(toy).acos_ceiling, 0.35);
  EXPECT_NEAR(margin_of(toy, rules, 0, 0).value, 0.42, 1e-12);
  toy.id = 8;
  EXPECT_EQ(rules.of(toy).ctr_floor, 0.03);
  toy.category = std::nullopt;
  EXPECT_EQ(rules.of(toy).ctr_floor, 0.04);
  EXPECT_FALSE(margin_of(toy, rules, 0, 0).known);
  toy.unit_cost = 6;
  EXPECT_NEAR(margin_of(toy, rules, 100, 10).value, 0.4, 1e-12);
}

TEST(AdviceRules, ContradictionsAreNamed) {
  EXPECT_NE(complaint({{"acos_ceiling", std::nullopt, "Toys", 0.3}, {"acos_ceiling", std::nullopt, "Toys", 0.4}})
                .find("two rows of acos_ceiling"),
            std::string::npos);
  EXPECT_NE(complaint({{"acos", std::nullopt, std::nullopt, 1}}).find("unknown rule \"acos\""), std::string::npos);
  EXPECT_NE(complaint({{"ctr_floor", 1, "Toys", 0.1}}).find("a product and a category"), std::string::npos);
  for (const double value : {2.0, -1.0, std::nan("")})
    EXPECT_NE(complaint({{"ctr_floor", std::nullopt, std::nullopt, value}}).find("not between"), std::string::npos)
        << value;
  // More spend above a ROAS of 2, less above an ACOS of 35% (below a ROAS of 2.86): both at 2.5.
  EXPECT_NE(complaint({{"roas_target", std::nullopt, std::nullopt, 2}}).find("contradict"), std::string::npos);
  EXPECT_EQ(
      complaint({{"roas_target", std::nullopt, std::nullopt, 2}, {"acos_ceiling", std::nullopt, std::nullopt, 0.5}}),
      "");
  EXPECT_EQ(complaint({}), "");
}

}  // namespace
}  // namespace performance_tracker
