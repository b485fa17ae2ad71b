// SPDX-License-Identifier: PostgreSQL
//
// What the days of a promotion would have been without it, with the ads that ran and with those that would have run.
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/statistics.h"
#include "core/shop/promotion_judge.h"

namespace performance_tracker {
namespace {

// Averages the two expectations: `share` of the second. Where both are believed a little, their difference is doubt.
Estimate blend(const Estimate& a, const Estimate& b, double share) {
  const double error = (1 - share) * a.standard_error + share * b.standard_error;
  const double doubt = std::sqrt(share * (1 - share)) * (a.value - b.value);
  return {(1 - share) * a.value + share * b.value, std::hypot(error, doubt)};
}

}  // namespace

CounterfactualProblem PromotionJudge::problem(const std::vector<double>& values, double event_worth) const {
  CounterfactualProblem p;
  p.values = values;
  for (std::size_t t = span_.learning_from; t < span_.start; ++t) {
    if (other_share_[t] >= kMostlyPromoted) p.values[t] = kNoValue;
  }
  p.learning_from = span_.learning_from;
  p.learning_to = span_.start;
  p.prediction = days_;
  p.prediction.insert(p.prediction.end(), after_.begin(), after_.end());
  p.event_worth = event_worth;
  return p;
}

void PromotionJudge::add_other_promotions(CounterfactualProblem& p) const {
  if (group_.members.size() < 2) return;
  if (std::none_of(other_share_.begin() + static_cast<std::ptrdiff_t>(span_.learning_from),
                   other_share_.begin() + static_cast<std::ptrdiff_t>(span_.after), [](double s) { return s > 0; }))
    return;
  p.regressors.push_back({other_share_, 0.2, 0.3});
}

void PromotionJudge::add_price(CounterfactualProblem& p) const {
  if (group_.members.size() != 1) return;
  std::vector<double> log_price(panel_.days, 0.0);
  std::vector<double> window;
  double last = kNoValue;
  for (std::size_t t = span_.start; t-- > span_.learning_from;) {
    window.clear();
    for (std::size_t u = t; u + 7 > t && u + 1 > span_.learning_from; --u) {
      if (columns_.units_sold[u] > 0 && columns_.revenue[u] > 0)
        window.push_back(columns_.revenue[u] / columns_.units_sold[u]);
      if (u == 0) break;
    }
    if (window.empty()) continue;
    const double price = median(window);
    if (std::isnan(last)) last = price;
    log_price[t] = std::log(price / last);
  }
  int moved = 0;
  for (std::size_t t = span_.learning_from; t < span_.start; ++t) moved += std::abs(log_price[t]) > kPriceMoved ? 1 : 0;
  if (moved >= 5) p.regressors.push_back({std::move(log_price), -0.5, 1.0});
}

bool PromotionJudge::add_last_year(CounterfactualProblem& p) const {
  constexpr std::size_t kYear = 364;
  if (span_.learning_from < kYear + 3) return false;
  Regressor season{std::vector<double>(panel_.days, kNoValue), 0.8, 0.3};
  int missing = 0;
  for (std::size_t t = span_.learning_from; t < span_.after; ++t) {
    double sum = 0;
    int known = 0;
    for (std::size_t u = t - kYear - 3; u <= t - kYear + 3; ++u) {
      if (std::isnan(columns_.revenue[u]) || other_share_[u] >= kMostlyPromoted) continue;
      sum += columns_.revenue[u];
      ++known;
    }
    if (known >= 3 && sum > 0)
      season.values[t] = std::log(sum / known);
    else if (t < span_.start)
      ++missing;
  }
  if (missing > static_cast<int>(span_.start - span_.learning_from) / 5) return false;
  p.regressors.push_back(std::move(season));
  return true;
}

double PromotionJudge::placebo_factor(const Controls& controls) const {
  const std::size_t n = controls.size();
  if (n < 4) return 1;
  const std::size_t wanted = std::min(n, static_cast<std::size_t>(o_.placebos));
  double squares = kPriorPlacebos;
  double judged = kPriorPlacebos;
  for (std::size_t k = 0; k < wanted; ++k) {
    const std::size_t i = controls.donors()[k * n / wanted];
    const DailyColumns& c = panel_.products[i].daily;
    CounterfactualProblem p;
    p.values = c.revenue;
    for (const Promotion& o : panel_.promotions) {
      if (!o.covers(panel_.products[i])) continue;
      for (std::size_t t = span_.learning_from; t < span_.start; ++t)
        if (o.runs_on(panel_.day(t))) p.values[t] = kNoValue;
    }
    p.learning_from = span_.learning_from;
    p.learning_to = span_.start;
    double actual = 0;
    for (const std::size_t t : days_) {
      if (std::isnan(c.revenue[t])) continue;
      p.prediction.push_back(t);
      actual += c.revenue[t];
    }
    if (p.prediction.empty()) continue;
    p.event_worth = worth_of_event(c.revenue, c.units_sold, span_.learning_from, span_.start);
    p.regressors = controls.regressors(&DailyColumns::revenue, i, true);
    try {
      const Counterfactual placebo = predict_counterfactual(p, progress_);
      const Estimate sum = placebo.sum(0, p.prediction.size());
      const double z = (actual - sum.value) / sum.standard_error;
      // A stock-out of a placebo is no flaw of the method.
      squares += std::min(z * z, 6.25);
      judged += 1;
    } catch (const InvalidData&) {
      continue;
    }
  }
  return std::sqrt(std::max(kLeastPlacebo, squares / judged));
}

void PromotionJudge::extra_exposure(const Controls& controls) {
  const auto usable = [&](const std::vector<double>& v) {
    double before = 0, during = 0;
    for (std::size_t t = span_.learning_from; t < span_.start; ++t) before += v[t] > 0 ? 1 : 0;
    for (const std::size_t t : days_) during += v[t] > 0 ? 1 : 0;
    return before >= o_.minimum_history && during >= 0.8 * static_cast<double>(days_.size());
  };
  const bool by_impressions = usable(columns_.impressions);
  if (!by_impressions && !usable(columns_.ad_spend)) return;
  const Column column = by_impressions ? &DailyColumns::impressions : &DailyColumns::ad_spend;
  const std::vector<double>& shown = columns_.*column;
  const double event =
      by_impressions ? 1 : worth_of_event(columns_.ad_spend, columns_.clicks, span_.learning_from, span_.start);
  CounterfactualProblem p = problem(shown, event);
  p.regressors = controls.regressors(column, Controls::kNobody, true);
  const Counterfactual usual = predict_counterfactual(p, progress_);
  double actual = 0, expected = 0;
  exposure_.assign(panel_.days, kNoValue);
  for (std::size_t t = span_.learning_from; t < span_.start; ++t) {
    if (shown[t] > 0 && usual.fitted[t] > 0) exposure_[t] = std::log(shown[t] / usual.fitted[t]);
  }
  usual_exposure_ = exposure_;
  for (std::size_t i = 0; i < p.prediction.size(); ++i) {
    const std::size_t t = p.prediction[i];
    const double value = shown[t];
    if (!(value > 0) || !(usual.expected()[i] > 0) || !(usual.fitted[t] > 0)) continue;
    exposure_[t] = std::log(value / usual.fitted[t]);
    usual_exposure_[t] = std::log(usual.expected()[i] / usual.fitted[t]);
    if (i < days_.size()) actual += value, expected += usual.expected()[i];
  }
  if (!(expected > 0)) return;
  double bought = std::log(actual / expected);
  exposure_error_ = usual.sum(0, days_.size()).standard_error / expected;
  if (by_impressions) {
    // A budget that is raised also pays more for a click; a deal does not.
    const std::size_t recent = std::max(span_.learning_from, span_.start >= 28 ? span_.start - 28 : 0);
    const double before = worth_of_event(columns_.ad_spend, columns_.clicks, recent, span_.start);
    const double now = worth_of_event(columns_.ad_spend, columns_.clicks, span_.start, span_.stop);
    if (before > 0 && now > 0) bought += std::max(0.0, std::log(now / before));
  }
  const double x = std::clamp((bought - o_.own_exposure) / (o_.bought_exposure - o_.own_exposure), 0.0, 1.0);
  share_ = x * x * (3 - 2 * x);
  impact_.extra_advertising = actual / expected - 1;
  settle_usual_exposure(std::log(actual / expected), p.prediction);
}

void PromotionJudge::settle_usual_exposure(double surplus, const std::vector<std::size_t>& predicted) {
  const double deal = 0.5 * o_.own_exposure;
  const double forecast_precision = 1 / (exposure_error_ * exposure_error_);
  const double seen_precision = (1 - share_) / (deal * deal);
  const double shift = seen_precision * (surplus - deal) / (forecast_precision + seen_precision);
  for (const std::size_t t : predicted) usual_exposure_[t] += shift;
  exposure_error_ = 1 / std::sqrt(forecast_precision + seen_precision);
}

void PromotionJudge::estimate(const Controls& controls) {
  CounterfactualProblem p = problem(
      columns_.revenue, worth_of_event(columns_.revenue, columns_.units_sold, span_.learning_from, span_.start));
  p.regressors = controls.regressors(&DailyColumns::revenue, Controls::kNobody, true);
  add_other_promotions(p);
  add_price(p);
  if (controls.empty()) facts_.last_year = add_last_year(p);
  extra_exposure(controls);
  // Budgets that changed while the baseline was learned explain levels that no market explains. As usual: the ads
  // that were to be expected; as given: those that ran.
  if (!exposure_.empty()) p.regressors.push_back({usual_exposure_, kExposureWeight, kExposureDeviation});
  total_ = predict_counterfactual(p, progress_);
  const double factor = placebo_factor(controls);
  total_.widen(factor);
  facts_.learning_days = total_.learning_days;
  facts_.outliers = total_.outliers;
  impact_.controls = controls.weights(total_.weights);
  if (share_ > 0) {
    p.regressors.back().values = exposure_;
    given_ads_ = predict_counterfactual(p, progress_);
    given_ads_.widen(factor);
    facts_.exposure_weight = given_ads_.weights.back().value;
    facts_.exposure_weight_error = std::hypot(given_ads_.weights.back().standard_error, kExposureDoubt);
  }
  const Estimate expected = combined(total_.sum(0, days_.size()), 0, days_.size());
  const double t = student_t_quantile(0.5 + 0.5 * o_.confidence_level, total_.degrees_of_freedom);
  const double effect = *impact_.actual - expected.value;
  impact_.counterfactual = expected.value;
  impact_.absolute_effect = effect;
  if (expected.value > 0) impact_.relative_effect = effect / expected.value;
  impact_.effect_lower = effect - t * expected.standard_error;
  impact_.effect_upper = effect + t * expected.standard_error;
  impact_.p_value = 2 * student_t_cdf(-std::abs(effect) / expected.standard_error, total_.degrees_of_freedom);
  if (share_ > 0) {
    impact_.advertising_effect = expected.value - total_.sum(0, days_.size()).value;
    impact_.attribution = share_ < 1 || facts_.exposure_weight_error > kInseparable ? Attribution::kCannotBeToldApart
                                                                                    : Attribution::kToldApart;
  }
  if (!after_.empty()) {
    impact_.afterwards = effect_of(after_, as_usual(total_.sum(days_.size(), days_.size() + after_.size())));
    impact_.days_afterwards = static_cast<int>(after_.size());
  }
}

Estimate PromotionJudge::as_usual(const Estimate& total) const {
  if (exposure_.empty()) return total;
  const double weight = total_.weights.back().value;
  return {total.value, std::hypot(total.standard_error, weight * exposure_error_ * total.value)};
}

Estimate PromotionJudge::combined(const Estimate& total, std::size_t from, std::size_t to) const {
  const Estimate usual = as_usual(total);
  if (!(share_ > 0)) return usual;
  Estimate given = given_ads_.sum(from, to);
  // What the past showed of exposure was demand's doing as much as money's.
  const double moved = std::log(std::max(given.value, 1e-9) / std::max(total.value, 1e-9));
  const double weight = std::max(0.2, std::abs(facts_.exposure_weight));
  given.standard_error = std::hypot(given.standard_error, given.value * kExposureDoubt * moved / weight);
  return blend(usual, given, share_);
}

}  // namespace performance_tracker
