// SPDX-License-Identifier: PostgreSQL
//
// Where the next euro of ad spend earns: what a change of one product's budget brings, how a budget is best divided
// among all products, and which test would tell where the data cannot.
//
// Profit of a product = margin · revenue(spend) - spend, over `days` days, with revenue's response from
// spend_response.h. Its expectation is over the response's posterior; intervals are its quantiles (profit rises with
// the elasticity when spend is raised, and falls when it is cut) together with the noise of present revenue.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/shop/advice_rules.h"
#include "core/shop/spend_response.h"

namespace performance_tracker {

struct BudgetOptions {
  int days = 28;                // of present spend, and of the profit that is forecast; 7..366
  std::optional<double> total;  // money over those days to divide; empty: as much as now
  double max_change = 0.3;      // of a product's spend, fraction, in (0, 0.9]
  double confidence_level = 0.80;
  // A reallocation is proposed when its gain is above zero with this probability, "keep as it is" otherwise.
  double certainty = 0.95;
  int history_days = 56;  // that say how much revenue a product's spend goes with at present
  std::optional<std::string> product;
  std::optional<std::string> category;
  ResponseOptions response;

  void check() const;  // throws InvalidArgument
};

// What advice about a product's budget starts from.
struct Economy {
  double spend = 0;          // money over the days
  double revenue = 0;        // expected over the days at that spend
  double revenue_error = 0;  // relative standard error of that
  Margin margin;
  SpendResponse response;

  double roas() const { return spend > 0 ? revenue / spend : 0; }
  // Below this ROAS the ads of a product cost more than its goods leave; empty when they leave nothing.
  std::optional<double> break_even_roas() const;
  // Elasticity at which one more euro brings just one euro of margin.
  std::optional<double> break_even_elasticity() const;
};

struct Amount {
  double value = 0;
  double lower = 0;
  double upper = 0;
};

// Profit at `ratio` times the present spend less the present profit.
Amount gain_of(const Economy& economy, double ratio, double confidence_level);
// Probability that it is above zero.
double chance_of_gain(const Economy& economy, double ratio);
// The ratio within [lowest, highest] with the highest expected profit when a euro of spend costs `price` euros (1:
// itself; more when the budget is short).
double best_ratio(const Economy& economy, double lowest, double highest, double price);

// Of each product of the panel, in its order, over the last `days` days of the panel.
std::vector<Economy> economies(const PerformancePanel& panel, const AdviceRules& rules, const BudgetOptions& options,
                               const Progress& progress);

struct BudgetRow {
  std::optional<std::string> product;  // empty: the whole
  std::optional<std::string> category;
  double current_spend = 0;
  double proposed_spend = 0;
  Amount profit_now;
  Amount profit_then;
  Amount gain;
  std::optional<double> roas, break_even_roas;
  std::optional<Amount> elasticity;
  std::optional<double> margin;
  bool margin_known = false;
  int steps = 0;       // of the product's own budget that told something about its response
  std::string action;  // "raise", "cut", "keep"
  std::string reason;  // a sentence
};

// By gain, the largest first, and the whole last. Empty without a product that spends. Throws InvalidArgument for a
// total that max_change cannot reach.
std::vector<BudgetRow> reallocate_budget(const PerformancePanel& panel, const AdviceRules& rules,
                                         const BudgetOptions& options, const Progress& progress);

struct BudgetTest {
  std::string product;
  std::optional<std::string> category;
  double current_daily_spend = 0;
  double test_daily_spend = 0;
  double change = 0;  // fraction
  int days = 0;       // as many days before are compared with
  double elasticity_error_now = 0;
  double elasticity_error_then = 0;
  std::optional<double> break_even_elasticity;
  Amount cost;  // expected profit lost (below zero) or won during the test
  bool decisive = false;
  std::string reason;
};

// The shortest test (whole weeks, up to eight) of `max_change` in the direction that is more likely to pay that would
// tell on which side of break-even the product's response lies, with the given confidence; the longest when none would.
std::vector<BudgetTest> design_budget_tests(const PerformancePanel& panel, const AdviceRules& rules,
                                            const BudgetOptions& options, const Progress& progress);

}  // namespace performance_tracker
