// SPDX-License-Identifier: PostgreSQL
//
// What a promotion did: on its days, afterwards, to its neighbours, to profit, day by day.
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/statistics.h"
#include "core/shop/promotion_judge.h"

namespace performance_tracker {

Effect PromotionJudge::effect_of(const std::vector<std::size_t>& days, const Estimate& expected) const {
  double actual = 0;
  for (const std::size_t t : days) actual += columns_.revenue[t];
  return around(actual - expected.value, expected.standard_error);
}

Effect PromotionJudge::around(double value, double error) const {
  const double t = student_t_quantile(0.5 + 0.5 * o_.confidence_level, total_.degrees_of_freedom);
  return {value, value - t * error, value + t * error};
}

void PromotionJudge::neighbours(const Controls& controls) {
  if (!promotion_.product_id || controls.neighbours().empty()) return;
  const Group rest{std::nullopt, std::nullopt, controls.neighbours()};
  const DailyColumns sum = group_columns(panel_, rest);
  CounterfactualProblem p;
  p.values = sum.revenue;
  p.learning_from = span_.learning_from;
  p.learning_to = span_.start;
  double actual = 0;
  for (const std::size_t t : days_) {
    if (std::isnan(sum.revenue[t])) continue;
    p.prediction.push_back(t);
    actual += sum.revenue[t];
  }
  if (p.prediction.empty()) return;
  p.event_worth = worth_of_event(sum.revenue, sum.units_sold, span_.learning_from, span_.start);
  p.regressors = controls.regressors(&DailyColumns::revenue, Controls::kNobody, false);
  try {
    const Counterfactual c = predict_counterfactual(p, progress_);
    const Estimate expected = c.sum(0, p.prediction.size());
    impact_.neighbours = around(actual - expected.value, expected.standard_error);
  } catch (const InvalidData&) {
    return;
  }
}

void PromotionJudge::profit(const Controls& controls) {
  double cost_now = 0, cost_before = 0, revenue_before = 0;
  impact_.margin_known = true;
  for (const std::size_t i : group_.members) {
    const Product& product = panel_.products[i];
    const DailyColumns& c = product.daily;
    const double price = worth_of_event(c.revenue, c.units_sold, span_.learning_from, span_.start);
    const Margin margin = margin_of(product, o_.rules, price, 1);
    if (!margin.known && price > 0) impact_.margin_known = false;
    const double cost = (1 - margin.value) * price;
    for (std::size_t t = span_.learning_from; t < span_.stop; ++t) {
      if (std::isnan(c.units_sold[t]) || std::isnan(c.revenue[t])) continue;
      if (t >= span_.start)
        cost_now += cost * c.units_sold[t];
      else
        cost_before += cost * c.units_sold[t], revenue_before += c.revenue[t];
    }
  }
  if (!(revenue_before > 0)) return;
  const double margin = 1 - cost_before / revenue_before;
  double spend = 0;
  for (const std::size_t t : days_) spend += std::isnan(columns_.ad_spend[t]) ? 0 : columns_.ad_spend[t];
  Estimate usual_spend;
  try {
    CounterfactualProblem p = problem(
        columns_.ad_spend, worth_of_event(columns_.ad_spend, columns_.clicks, span_.learning_from, span_.start));
    p.regressors = controls.regressors(&DailyColumns::ad_spend, Controls::kNobody, true);
    usual_spend = predict_counterfactual(p, progress_).sum(0, days_.size());
  } catch (const InvalidData&) {
    usual_spend = {spend, 0};  // nothing known of ads before: none of them is extra
  }
  const Estimate revenue = as_usual(total_.sum(0, days_.size()));
  const double value = (*impact_.actual - cost_now) - margin * revenue.value - (spend - usual_spend.value);
  impact_.profit = around(value, std::hypot(margin * revenue.standard_error, usual_spend.standard_error));
}

void PromotionJudge::daily() {
  const double t_value = student_t_quantile(0.5 + 0.5 * o_.confidence_level, total_.degrees_of_freedom);
  const std::size_t shown =
      span_.start >= span_.learning_from + kDaysBefore ? span_.start - kDaysBefore : span_.learning_from;
  for (std::size_t t = shown; t < span_.start; ++t) {
    if (std::isnan(total_.fitted[t])) continue;
    impact_.daily.push_back({panel_.day(t), PromotionPhase::kBefore, columns_.revenue[t], total_.fitted[t],
                             total_.fitted[t], total_.fitted[t], std::nullopt});
  }
  const auto add = [&](const std::vector<std::size_t>& days, std::size_t from, PromotionPhase phase) {
    const std::vector<Estimate> sums = total_.cumulative(from, from + days.size());
    double actual = 0;
    for (std::size_t i = 0; i < days.size(); ++i) {
      const bool deal = phase == PromotionPhase::kPromotion;
      const Estimate own =
          deal ? combined(total_.day(from + i), from + i, from + i + 1) : as_usual(total_.day(from + i));
      const Estimate all = deal ? combined(sums[i], from, from + i + 1) : as_usual(sums[i]);
      actual += columns_.revenue[days[i]];
      impact_.daily.push_back({panel_.day(days[i]), phase, columns_.revenue[days[i]], own.value,
                               std::max(0.0, own.value - t_value * own.standard_error),
                               own.value + t_value * own.standard_error,
                               around(actual - all.value, all.standard_error)});
    }
  };
  add(days_, 0, PromotionPhase::kPromotion);
  add(after_, days_.size(), PromotionPhase::kAfter);
}

}  // namespace performance_tracker
