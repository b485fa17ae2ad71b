// SPDX-License-Identifier: PostgreSQL
//
// One promotion under judgement: its days and those before (promotion.cpp), what they would have been without it
// (promotion_estimate.cpp), and what follows from that (promotion_effects.cpp). Internal to the promotion chapter.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/shop/counterfactual.h"
#include "core/shop/performance_panel.h"
#include "core/shop/promotion.h"
#include "core/shop/promotion_controls.h"
#include "core/shop/promotion_report.h"

namespace performance_tracker {

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// Revenue per unit of one random event of a column, over [from, to): what keeps the noise from falling below Poisson's.
double worth_of_event(const std::vector<double>& money, const std::vector<double>& events, std::size_t from,
                      std::size_t to);

class PromotionJudge {
 public:
  PromotionJudge(const PerformancePanel& panel, const Promotion& promotion, const PromotionOptions& options,
                 const Progress& progress);
  PromotionImpact judge();

 private:
  std::string target_text() const;
  // Days, actual sums and the values to learn from; false without a day of data.
  bool prepare(Day last_day);
  CounterfactualProblem problem(const std::vector<double>& values, double event_worth) const;
  // Promotions of a small part of the group shift its level a little.
  void add_other_promotions(CounterfactualProblem& p) const;
  // The price as it stood before the deal, where it moved while the baseline was learned: the log of the median selling
  // price of seven days against the last. Revenue usually falls with a raise (elasticity of units beyond one).
  void add_price(CounterfactualProblem& p) const;
  // The season of the year before, for a shop-wide promotion, which leaves nobody to compare with: the log of a
  // week's sales 52 weeks earlier, days of last year's promotions left out.
  bool add_last_year(CounterfactualProblem& p) const;
  // Standard errors of placebos in their own units: above 1, the method is less sure than it thinks at this time.
  double placebo_factor(const Controls& controls) const;
  // Exposure beyond the usual, log scale, with what the model said was usual; share_ is how much of it was bought.
  void extra_exposure(const Controls& controls);
  // How many ads would have run without the deal is known from two sides: what the days before say, and what did run,
  // of which the deal itself drew between nothing and own_exposure. Where ads were bought the second says nothing.
  void settle_usual_exposure(double surplus, const std::vector<std::size_t>& predicted);
  void estimate(const Controls& controls);
  // Without the deal and without extra ads; how many ads would have run is itself an expectation.
  Estimate as_usual(const Estimate& total) const;
  // Of the predicted days [from, to): the expectation without the deal but with the advertising that was bought.
  Estimate combined(const Estimate& total, std::size_t from, std::size_t to) const;
  Effect effect_of(const std::vector<std::size_t>& days, const Estimate& expected) const;
  Effect around(double value, double error) const;
  // Halo and cannibalisation: the unpromoted rest of the category against the other categories.
  void neighbours(const Controls& controls);
  // Contribution on its days less what would have been: goods at cost, the discount in the revenue, ads as paid.
  void profit(const Controls& controls);
  void daily();
  static constexpr double kMostlyPromoted = 0.5;
  static constexpr double kPriceMoved = 0.03;
  static constexpr std::size_t kDaysBefore = 28;
  // The prior of "as sure as it thinks" counts like this many placebos.
  static constexpr double kPriorPlacebos = 5;
  static constexpr double kLeastPlacebo = 0.75;  // few placebos narrow an interval by no more than 13%
  // Revenue against exposure: most sales of an advertised product come by its ads, some would have come anyway.
  static constexpr double kExposureWeight = 0.8;
  static constexpr double kExposureDeviation = 0.25;
  static constexpr double kExposureDoubt = 0.1;  // that no amount of past takes away
  static constexpr double kInseparable = 0.22;   // nearly as unsure as before having seen anything
  const PerformancePanel& panel_;
  const Promotion& promotion_;
  const PromotionOptions& o_;
  const Progress& progress_;
  Group group_;
  PromotionSpan span_{};
  DailyColumns columns_;
  std::vector<double> values_;  // revenue that may be learned from
  std::vector<double> other_share_;
  std::vector<std::size_t> days_;       // of the promotion, with data
  std::vector<std::size_t> after_;      // afterwards, with data
  std::vector<double> exposure_;        // log of ads' exposure against what weekday, trend and market explain
  std::vector<double> usual_exposure_;  // the same with what was to be expected on the predicted days
  double exposure_error_ = 0;
  double share_ = 0;  // of the extra exposure that was bought
  Counterfactual total_;
  Counterfactual given_ads_;
  PromotionFacts facts_;
  PromotionImpact impact_;
};

}  // namespace performance_tracker
