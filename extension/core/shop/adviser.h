// SPDX-License-Identifier: PostgreSQL
//
// Advice on one product: its periods, and the rules over them, a file each: what the budget brings
// (recommendation_budget.cpp), the funnel's floors (recommendation_funnel.cpp), revenue (recommendation_revenue.cpp).
// Internal to the recommendation chapter.
#pragma once

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/normal_distribution.h"
#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/budget.h"
#include "core/shop/recommendation.h"
#include "core/shop/recommendation_money.h"

namespace performance_tracker {

inline constexpr int kWeek = 7;
inline constexpr int kPastWeeks = 8;  // before the current period, that say what a product's normal is

// Standard error of the logarithm of a ratio of money, from the number of purchases and clicks behind it alone: that
// a product is volatile does not make last week's ACOS less true, that it sold three times does.
inline double log_ratio_error(const Period& p) {
  return std::sqrt(1 / std::max(p.sum[kUnits], 1.0) + 1 / std::max(p.sum[kClicks], 1.0));
}

inline std::optional<double> ratio(const Period& p, Column a, Column b) {
  if (!(p.sum[b] > 0)) return std::nullopt;
  return p.sum[a] / p.sum[b];
}

// One of the two ratios of the funnel that have a floor.
struct FunnelRatio {
  RecommendationType type;
  Metric metric;
  Column numerator, denominator;
  const char* name;
  const char* noun;  // what the denominator counts
};
inline constexpr FunnelRatio kCtr{
    RecommendationType::kCtrLow, Metric::kCtr, kClicks, kImpressions, "CTR", "impressions"};
inline constexpr FunnelRatio kConversion{
    RecommendationType::kConversionRateLow, Metric::kConversionRate, kUnits, kClicks, "Conversion rate", "clicks"};

// Such a ratio below its floor, or surely below what it was.
struct Shortfall {
  double value = 0;
  std::optional<double> before, usual;  // of the period before, of the weeks before
  bool fallen = false;                  // against the weeks before
  bool stands = false;                  // below the floor for weeks
  std::optional<double> category_median;
};
struct FunnelGoal {
  double value;
  std::string text;  // "its usual 2.1%"
};

// What products of a category do, and how the shop moved: computed once for all.
struct Surroundings {
  std::map<std::string, double> ctr, conversion;  // medians of the categories with three products or more
  Sums now{}, before{};                           // of the shop
  std::size_t products = 0;
};

class Adviser {
 public:
  Adviser(const PerformancePanel& panel, const Product& product, const Economy& economy, const Surroundings& around,
          const RecommendationOptions& options);
  std::vector<Recommendation> advise();

 private:
  Recommendation& add(RecommendationType type, Severity severity, Metric metric, double current,
                      std::optional<double> prior, std::string cause);
  static void put(Recommendation& r, const Money& money) {
    r.impact = money.value;
    r.impact_lower = money.lower;
    r.impact_upper = money.upper;
  }
  std::string worth(double value, double lower, double upper) const;
  // `stands`: the product has been beyond the line for weeks, on as few events; that is told in its turn, too.
  void not_enough(Metric metric, double current, std::optional<double> prior, const Interval& interval,
                  double threshold, const std::string& volume, bool stands);
  // A crossing is no evidence while the interval covers the threshold and is wide: small numbers.
  bool too_uncertain(const Interval& i, double threshold) const {
    return i.lower <= threshold && threshold <= i.upper && 0.5 * (i.upper - i.lower) > o_.tolerated_width * threshold;
  }
  Interval log_interval(double value, double error) const {
    const double factor = std::exp(interval_multiplier(o_.confidence_level) * error);
    return {value / factor, value * factor};
  }
  // True in the weeks in which what is normal for the product is told: once in retell_weeks, each product in its turn.
  bool turn() const;
  // Whether the product has been beyond a line for weeks. Periods much longer than a week are no weekly news anyway.
  template <typename Beyond>
  bool standing(Beyond beyond) const {
    if (o_.days > 2 * kWeek) return false;
    int weeks = 0, crossed = 0;
    for (std::size_t k = 0; k < past_.size() && static_cast<int>(k) < o_.standing_weeks; ++k) {
      if (past_[k].days < 4) continue;
      ++weeks;
      crossed += beyond(past_[k]) ? 1 : 0;
    }
    return weeks >= o_.standing_weeks && crossed >= o_.standing_weeks - 1;
  }

  // --- what the budget brings ---------------------------------------------------------------------------------------
  // The economy of this period: the long run's figures brought to its days.
  Economy this_period() const;
  void budget();
  std::string purchases() const { return count_text(current_.sum[kUnits]) + " units sold"; }
  std::string spent(const Economy& e) const;
  static RecommendationEvidence response_evidence(const Economy& e);
  // A standing row is told in its turn only.
  bool silent(bool standing_now) const { return standing_now && !turn(); }
  bool raise_stands() const;
  void advise_raise(double roas, const Economy& e, const Amount& gain, bool above_target);
  void advise_cut(double acos, const Economy& e, const Amount& gain, double cut_to, bool above_ceiling);
  void advise_test(bool above_ceiling, double value, const Economy& e, const Amount& raise, const Amount& cut);
  static std::string quoted(const std::string& text);

  // --- the funnel's floors ------------------------------------------------------------------------------------------
  Period past_sum() const;
  // A better quarter of its own weeks: what the product has shown it can.
  std::optional<double> own_best(const FunnelRatio& f) const;
  // Surely and clearly below what it did in the weeks before. The weeks' own spread counts, not binomial noise alone.
  bool fell(const FunnelRatio& f, double value, double usual) const;
  bool explained_by_drop(const FunnelRatio& f, double value, std::optional<double> before, const std::string& text);
  Money more_of(const FunnelRatio& f, double goal) const;
  std::optional<Shortfall> shortfall_of(const FunnelRatio& f, double floor,
                                        const std::map<std::string, double>& category_medians) const;
  FunnelGoal goal_of(const FunnelRatio& f, double floor, const Shortfall& s) const;
  std::string text_of(const FunnelRatio& f, double floor, const Shortfall& s) const;
  void floor_of(const FunnelRatio& f, double floor, const std::map<std::string, double>& category_medians);
  void advise_repair(const FunnelRatio& f, double floor, const Shortfall& s, const std::string& text);
  static std::string cause_of(const FunnelRatio& f) {
    return f.metric == Metric::kCtr ? "ctr_change" : "conversion_drop";
  }

  // --- revenue ------------------------------------------------------------------------------------------------------
  bool promoted(std::size_t from, std::size_t to) const;
  // Only pairs of days that both have rows compare like with like.
  int pair_days(Period& now, Period& before) const;
  void revenue();
  void drop(const Period& now, const Period& before, double change, const std::string& partial);

  const PerformancePanel& panel_;
  const Product& product_;
  const Economy& economy_;
  const Surroundings& around_;
  const RecommendationOptions& o_;
  ProductRules rules_;
  Margin margin_;
  Covariance daily_;
  std::size_t current_from_ = 0;
  std::size_t prior_from_ = 0;
  Period current_;
  Period prior_;
  std::vector<Period> past_;  // weeks before the current period, the latest first
  std::vector<Recommendation> result_;
};

}  // namespace performance_tracker
