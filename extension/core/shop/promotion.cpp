// SPDX-License-Identifier: PostgreSQL
#include "core/shop/promotion.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/prose.h"
#include "core/base/statistics.h"
#include "core/shop/counterfactual.h"

namespace performance_tracker {
namespace {

struct Span {
  std::size_t learning_from;
  std::size_t start;
  std::size_t stop;  // one past the last day of the promotion that is in the panel
};

bool same_promotion(const Promotion& a, const Promotion& b) {
  if (a.id && b.id) return *a.id == *b.id;
  return a.product_id == b.product_id && a.category == b.category && a.start == b.start && a.end == b.end;
}

// Products that tell what the market did: outside the promotion and its categories (within them a promotion takes
// sales from its neighbours), never promoted in the whole span, and with a row on each of its days.
std::vector<std::size_t> find_controls(const PerformancePanel& panel, const Promotion& promotion, const Span& span,
                                       const std::vector<std::size_t>& target) {
  std::set<std::optional<std::string>> categories;
  for (const std::size_t i : target) categories.insert(panel.products[i].category);
  const Day from = panel.day(span.learning_from);
  const Day to = panel.day(span.stop - 1);
  std::vector<std::size_t> controls;
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    const Product& p = panel.products[i];
    if (promotion.covers(p) || (p.category && categories.contains(p.category))) continue;
    if (std::any_of(panel.promotions.begin(), panel.promotions.end(),
                    [&](const Promotion& o) { return o.covers(p) && o.start <= to && o.end >= from; })) {
      continue;
    }
    if (std::any_of(p.daily.revenue.begin() + static_cast<std::ptrdiff_t>(span.learning_from),
                    p.daily.revenue.begin() + static_cast<std::ptrdiff_t>(span.stop),
                    [](double r) { return std::isnan(r); })) {
      continue;
    }
    controls.push_back(i);
  }
  return controls;
}

std::string period_text(const Promotion& p) {
  return p.start == p.end ? "on " + to_iso_date(p.start) : "from " + to_iso_date(p.start) + " to " + to_iso_date(p.end);
}

std::string target_text(const Promotion& p, const PerformancePanel& panel, const std::vector<std::size_t>& target) {
  if (p.product_id) return target.empty() ? "its product" : panel.products[target.front()].name;
  if (p.category) return "category " + *p.category;
  return "the whole shop";
}

std::string probability_text(double p) {
  return p < 0.001 ? "less than 0.1% of cases (p < 0.001)"
                   : percent_text(p) + " of cases (p = " + decimal_text(p, 3) + ")";
}

std::string verdict(const PromotionImpact& impact, const PromotionOptions& options) {
  const double effect = *impact.absolute_effect;
  std::string text = money_text(std::abs(effect)) + (effect >= 0 ? " more" : " less");
  if (impact.relative_effect) text += " (" + signed_percent_text(*impact.relative_effect) + ")";
  text += ", " + percent_text(options.confidence_level, 0) + " interval " + money_text(*impact.effect_lower) + " to " +
          money_text(*impact.effect_upper) + ". ";
  if (*impact.p_value < 1 - options.confidence_level) {
    text += "A difference this large would come up by chance in " + probability_text(*impact.p_value) + ".";
  } else {
    text += "Differences this large come up by chance in " + probability_text(*impact.p_value) +
            ": no effect is proven, in either direction.";
  }
  return text;
}

}  // namespace

const char* promotion_status_name(PromotionStatus status) {
  switch (status) {
    case PromotionStatus::kCompleted:
      return "completed";
    case PromotionStatus::kRunning:
      return "running";
    case PromotionStatus::kPlanned:
      return "planned";
    case PromotionStatus::kShortPrePeriod:
      return "short_pre_period";
    case PromotionStatus::kNoData:
      return "no_data";
  }
  return "";
}

PromotionImpact promotion_impact(const PerformancePanel& panel, const Promotion& promotion,
                                 const PromotionOptions& options, const Progress& progress) {
  PromotionImpact impact;
  Group group;
  for (std::size_t i = 0; i < panel.products.size(); ++i) {
    if (promotion.covers(panel.products[i])) group.members.push_back(i);
  }
  const std::string name = promotion.name.empty() ? "" : " \"" + promotion.name + "\"";
  const std::string what = "Promotion" + name + " for " + target_text(promotion, panel, group.members) + ", " +
                           period_text(promotion) + ": ";
  const Day last_day = panel.first_day + static_cast<Day>(panel.days) - 1;
  if (panel.days > 0 && promotion.start > last_day) {
    impact.status = PromotionStatus::kPlanned;
    impact.report = what + "not judged yet, because data end on " + to_iso_date(last_day) + ".";
    return impact;
  }
  if (panel.days == 0 || group.members.empty() || promotion.end < panel.first_day) {
    impact.report = what + "there are no data for its days.";
    return impact;
  }
  Span span{};
  span.start = panel.index(std::max(promotion.start, panel.first_day));
  span.stop = panel.index(std::min(promotion.end, last_day)) + 1;
  const std::size_t length = static_cast<std::size_t>(options.learning_days);
  span.learning_from = span.start > length ? span.start - length : 0;

  const DailyColumns columns = group_columns(panel, group);
  std::vector<Promotion> others;
  std::vector<std::string> simultaneous;
  for (const Promotion& other : panel.promotions) {
    if (same_promotion(other, promotion)) continue;
    others.push_back(other);
    const bool touches = std::any_of(group.members.begin(), group.members.end(),
                                     [&](std::size_t i) { return other.covers(panel.products[i]); });
    if (touches && other.start <= promotion.end && other.end >= promotion.start) simultaneous.push_back(other.name);
  }
  const std::vector<double> other_share = promotion_share(panel, group, others);

  CounterfactualProblem problem;
  problem.values = columns.revenue;
  problem.learning_from = span.learning_from;
  problem.learning_to = span.start;
  double actual = 0;
  for (std::size_t t = span.start; t < span.stop; ++t) {
    if (std::isnan(columns.revenue[t])) continue;
    problem.prediction.push_back(t);
    actual += columns.revenue[t];
  }
  impact.days = static_cast<int>(problem.prediction.size());
  const int planned_days = promotion.end - promotion.start + 1;
  if (impact.days == 0) {
    impact.report = what + "there are no data for its days.";
    return impact;
  }
  impact.actual = actual;
  impact.status = promotion.end > last_day ? PromotionStatus::kRunning : PromotionStatus::kCompleted;

  int excluded = 0;
  int history = 0;
  double units = 0;
  double revenue = 0;
  for (std::size_t t = span.learning_from; t < span.start; ++t) {
    double& value = problem.values[t];
    if (std::isnan(value)) continue;
    if (other_share[t] >= 0.5) {
      value = std::numeric_limits<double>::quiet_NaN();
      ++excluded;
      continue;
    }
    ++history;
    revenue += value;
    if (!std::isnan(columns.units_sold[t])) units += columns.units_sold[t];
  }
  const std::string so_far = impact.status == PromotionStatus::kRunning
                                 ? "so far, " + std::to_string(impact.days) + " of " + days_text(planned_days) + ", "
                                 : "";
  if (history < options.minimum_history) {
    impact.status = PromotionStatus::kShortPrePeriod;
    impact.report = what + so_far + "revenue was " + money_text(actual) +
                    ". What it would have been otherwise cannot be said: only " + days_text(history) +
                    " without a promotion before it, " + std::to_string(options.minimum_history) + " are needed.";
    return impact;
  }
  problem.event_worth = units > 0 ? revenue / units : 0;
  // Promotions of a small part of the group shift its level a little: as a regressor.
  const bool partly = group.members.size() > 1;
  if (partly) problem.regressors.push_back(other_share);
  const std::vector<std::size_t> controls = find_controls(panel, promotion, span, group.members);
  if (!controls.empty()) {
    std::vector<double> sum(panel.days, 0.0);
    for (const std::size_t i : controls) {
      for (std::size_t t = span.learning_from; t < span.stop; ++t) sum[t] += panel.products[i].daily.revenue[t];
    }
    problem.regressors.push_back(std::move(sum));
  }
  const Counterfactual c = predict_counterfactual(problem, progress);
  const double effect = actual - c.sum;
  const double half = student_t_quantile(0.5 + 0.5 * options.confidence_level, c.degrees_of_freedom) * c.standard_error;
  impact.counterfactual = c.sum;
  impact.absolute_effect = effect;
  if (c.sum > 0) impact.relative_effect = effect / c.sum;
  impact.effect_lower = effect - half;
  impact.effect_upper = effect + half;
  impact.p_value = 2 * student_t_cdf(-std::abs(effect) / c.standard_error, c.degrees_of_freedom);

  std::string report = what + so_far + "revenue was " + money_text(actual) + " against " + money_text(c.sum) +
                       " expected without it: " + verdict(impact, options);
  report += " The expectation rests on " + days_text(c.learning_days) + " before it";
  if (excluded > 0) report += ", leaving out " + days_text(excluded) + " under other promotions";
  if (c.outliers > 0) report += ", and " + days_text(c.outliers) + " out of the ordinary";
  if (!controls.empty() && c.regressor_chosen.back()) {
    report += ", with " + std::to_string(controls.size()) +
              (controls.size() == 1 ? " unpromoted product" : " unpromoted products") +
              " of other categories as a control";
  }
  report += ".";
  const int elapsed = static_cast<int>(span.stop - span.start);
  if (impact.days < elapsed) {
    report += " " + days_text(elapsed - impact.days) + " of the promotion without complete data are left out.";
  }
  if (!simultaneous.empty()) {
    report += " \"" + simultaneous.front() + "\"" + (simultaneous.size() > 1 ? " and others" : "") +
              " ran at the same time; the effects cannot be told apart.";
  }
  impact.report = std::move(report);
  return impact;
}

}  // namespace performance_tracker
