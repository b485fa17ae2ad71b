// SPDX-License-Identifier: PostgreSQL
#include "core/shop/weekday_baseline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "core/base/linear_algebra.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr int kParameters = 9;  // level, slope, seven weekdays (the prior identifies them)
using Coefficients = Eigen::Matrix<double, kParameters, 1>;
using Precision = Eigen::Matrix<double, kParameters, kParameters>;

struct Training {
  std::vector<double> y;
  std::vector<double> weight;  // discount and promotion, not robustness
  std::vector<int> age;        // days before the judged one, >= 1
  double events_mean = 0;
  double exposure_mean = 0;
};

double effective_size(const std::vector<double>& weight) {
  double sum = 0;
  double squares = 0;
  for (const double w : weight) {
    sum += w;
    squares += w * w;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

Training collect(const BaselineSeries& s, std::size_t t, const BaselineOptions& o, bool with_promotions) {
  Training training;
  const std::size_t from = t > static_cast<std::size_t>(o.lookback) ? t - static_cast<std::size_t>(o.lookback) : 0;
  double total = 0;
  double events = 0;
  double exposure = 0;
  for (std::size_t i = from; i < t; ++i) {
    if (std::isnan(s.values[i])) continue;
    const int age = static_cast<int>(t - i);
    const double normal_share = with_promotions ? 1.0 : 1.0 - s.promotion_share[i];
    // Days that are mostly promotion say little, and a handful of them must not count as history.
    if (normal_share < 0.5) continue;
    const double weight = normal_share * std::exp2(-age / o.half_life);
    training.y.push_back(std::max(0.0, s.values[i]));  // refunds, in tables of one's own
    training.weight.push_back(weight);
    training.age.push_back(age);
    total += weight;
    if (!std::isnan(s.events[i])) events += weight * s.events[i];
    if (!s.exposure.empty() && !std::isnan(s.exposure[i])) exposure += weight * s.exposure[i];
  }
  if (total > 0) {
    training.events_mean = events / total;
    training.exposure_mean = exposure / total;
  }
  return training;
}

struct Level {
  double value = 0;
  double relative_scale = 0;        // of one day, before floors
  double relative_uncertainty = 0;  // of the expected value itself
  double degrees_of_freedom = 1;
};

// Series that are zero on many days carry no weekday pattern worth fitting: a winsorised mean and its scale.
Level sparse_level(const Training& training) {
  std::vector<double> sorted = training.y;
  std::sort(sorted.begin(), sorted.end());
  const double cap = sorted[static_cast<std::size_t>(0.95 * static_cast<double>(sorted.size() - 1))];
  double total = 0;
  double sum = 0;
  for (std::size_t i = 0; i < training.y.size(); ++i) {
    total += training.weight[i];
    sum += training.weight[i] * std::min(training.y[i], cap);
  }
  Level level;
  level.value = sum / total;
  const double n = effective_size(training.weight);
  level.degrees_of_freedom = std::max(3.0, n - 1);
  if (level.value <= 0) return level;
  double squares = 0;
  for (std::size_t i = 0; i < training.y.size(); ++i) {
    const double d = std::min(training.y[i], cap) / level.value - 1;
    squares += training.weight[i] * d * d;
  }
  level.relative_scale = std::sqrt(squares / total * n / std::max(1.0, n - 1));
  level.relative_uncertainty = level.relative_scale / std::sqrt(n);
  return level;
}

Coefficients row(int age) {
  Coefficients x = Coefficients::Zero();
  x[0] = 1;
  x[1] = -age / 7.0;
  x[2 + age % 7] = 1;  // the weekday relative to the judged day's, which has age 0
  return x;
}

class RobustFit {
 public:
  RobustFit(const Training& training, const BaselineOptions& options) : training_(training), options_(options) {
    start();
    // Huber's weights lead into the right valley; the biweight, with the scale held as in MM-estimation (Yohai 1987),
    // then forgets what lies far outside.
    iterate(20, true, [](double u) { return u <= 1.345 ? 1.0 : 1.345 / u; });
    iterate(20, false, [](double u) {
      if (u >= 4.685) return 0.0;
      const double v = 1 - (u / 4.685) * (u / 4.685);
      return v * v;
    });
  }

  Level level() const {
    Level level;
    level.value = std::exp(std::clamp(beta_[0] + beta_[2], lowest_, highest_));
    const double n = effective_size(training_.weight);
    level.degrees_of_freedom = std::max(3.0, n - used_);
    level.relative_scale = scale_;
    const Coefficients today = row(0);
    level.relative_uncertainty = scale_ * std::sqrt(std::max(0.0, today.dot(precision_.ldlt().solve(today))));
    return level;
  }

 private:
  // Median level; each weekday's median pulled halfway to none, because two weeks hold only two of each.
  void start() {
    const double middle = std::max(weighted_median(training_.y, training_.weight), 1e-300);
    beta_.setZero();
    beta_[0] = std::log(middle);
    std::array<std::vector<double>, 7> of_weekday;
    for (std::size_t i = 0; i < training_.y.size(); ++i) {
      of_weekday[static_cast<std::size_t>(training_.age[i] % 7)].push_back(training_.y[i]);
    }
    for (std::size_t k = 0; k < 7; ++k) {
      const double m = median(of_weekday[k]);
      if (m > 0) beta_[static_cast<Eigen::Index>(2 + k)] = 0.5 * std::clamp(std::log(m / middle), -1.0, 1.0);
    }
    highest_ = std::log(*std::max_element(training_.y.begin(), training_.y.end())) + 1;
    lowest_ = std::log(middle) - 8;
    residual_.resize(training_.y.size());
    robust_weight_.assign(training_.y.size(), 1.0);
    update_residuals();
    update_scale();
  }

  double linear_predictor(std::size_t i) const {
    const int age = training_.age[i];
    return std::clamp(beta_[0] - beta_[1] * age / 7.0 + beta_[2 + age % 7], lowest_, highest_);
  }

  void update_residuals() {
    for (std::size_t i = 0; i < training_.y.size(); ++i) {
      residual_[i] = training_.y[i] / std::exp(linear_predictor(i)) - 1;
    }
  }

  // Floored so that a constant series keeps a usable weight function.
  void update_scale() {
    scale_ = std::max(correction_ * weighted_mad(residual_, training_.weight), 0.2 * options_.relative_floor);
  }

  // The parameters that the data rather than the priors determine, and what they take from the residuals: a fit
  // with nine parameters to two weeks looks far quieter than the next day will be.
  void count_parameters() {
    const Precision covariance = precision_.ldlt().solve(Precision::Identity());
    used_ = 0;
    for (std::size_t i = 0; i < training_.y.size(); ++i) {
      const Coefficients x = row(training_.age[i]);
      used_ += robust_weight_[i] * training_.weight[i] * x.dot(covariance * x);
    }
    const double n = effective_size(training_.weight);
    correction_ = std::sqrt(n / std::max(3.0, n - used_));
  }

  template <class WeightFunction>
  void iterate(int limit, bool adapt_scale, WeightFunction weight_function) {
    for (int iteration = 0; iteration < limit; ++iteration) {
      precision_.setZero();
      Coefficients right = Coefficients::Zero();
      for (std::size_t i = 0; i < training_.y.size(); ++i) {
        robust_weight_[i] = weight_function(std::abs(residual_[i]) / scale_);
        const double w = robust_weight_[i] * training_.weight[i];
        const int weekday = 2 + training_.age[i] % 7;
        const double weeks = -training_.age[i] / 7.0;
        const double response = linear_predictor(i) + residual_[i];
        precision_(0, 0) += w;
        precision_(1, 0) += w * weeks;
        precision_(1, 1) += w * weeks * weeks;
        precision_(weekday, 0) += w;
        precision_(weekday, 1) += w * weeks;
        precision_(weekday, weekday) += w;
        right[0] += w * response;
        right[1] += w * response * weeks;
        right[weekday] += w * response;
      }
      const double variance = scale_ * scale_;
      precision_(0, 0) += 1e-9;
      precision_(1, 1) += variance / (options_.slope_prior * options_.slope_prior);
      for (int k = 2; k < kParameters; ++k) {
        precision_(k, k) += variance / (options_.weekday_prior * options_.weekday_prior);
      }
      precision_.triangularView<Eigen::StrictlyUpper>() = precision_.transpose();
      const Coefficients next = precision_.ldlt().solve(right);
      if (!next.allFinite()) return;
      const double moved = (next - beta_).cwiseAbs().maxCoeff();
      beta_ = next;
      if (iteration == 1) count_parameters();
      update_residuals();
      if (adapt_scale) update_scale();
      if (moved < 1e-4 * scale_) break;
    }
    // The MAD steered the fit; what is reported is the more efficient biweight scale.
    scale_ = std::max(correction_ * biweight_scale(residual_, training_.weight, scale_), 0.2 * options_.relative_floor);
  }

  const Training& training_;
  const BaselineOptions& options_;
  Coefficients beta_;
  Precision precision_;
  double scale_ = 0;
  double correction_ = 1;
  double used_ = 0;
  double highest_ = 0;
  double lowest_ = 0;
  std::vector<double> residual_;
  std::vector<double> robust_weight_;
};

}  // namespace

Expectation expect(const BaselineSeries& series, std::size_t t, const BaselineOptions& options) {
  Expectation e;
  if (t >= series.values.size() || std::isnan(series.values[t])) return e;
  Training training = collect(series, t, options, false);
  if (static_cast<int>(training.y.size()) < options.minimum_history) {
    Training all = collect(series, t, options, true);
    e.history_days = static_cast<int>(training.y.size());
    // A promotion that never ends is the normal state; two weeks of history made of it alone are not.
    if (static_cast<int>(all.y.size()) < 3 * options.minimum_history) return e;
    training = std::move(all);
    e.includes_promotions = true;
  }
  e.history_days = static_cast<int>(training.y.size());
  const auto zeros = std::count(training.y.begin(), training.y.end(), 0.0);
  const bool sparse = 10 * zeros > 3 * static_cast<std::ptrdiff_t>(training.y.size());
  const Level level = sparse ? sparse_level(training) : RobustFit(training, options).level();

  // Events expected behind this day: proportional to the value, or to today's denominator for a ratio.
  if (series.exposure.empty()) {
    const double per_event = [&] {
      double value = 0;
      double weight = 0;
      for (std::size_t i = 0; i < training.y.size(); ++i) {
        value += training.weight[i] * training.y[i];
        weight += training.weight[i];
      }
      return training.events_mean > 0 ? value / weight / training.events_mean : 0.0;
    }();
    e.expected_events = per_event > 0 ? level.value / per_event : 0;
    // Never quieter than Poisson events of this worth, and never than one event; with no event in all of the
    // history its worth is today's own.
    double worth = per_event;
    if (!(worth > 0)) worth = series.events[t] > 0 ? series.values[t] / series.events[t] : series.values[t];
    e.deviation = worth * std::sqrt(std::max(e.expected_events, 1.0));
  } else {
    const double share = training.exposure_mean > 0 ? series.exposure[t] / training.exposure_mean : 0;
    e.expected_events = training.events_mean * share;
    if (series.poisson_floor) e.deviation = level.value / std::sqrt(std::max(e.expected_events, 1.0));
  }
  e.judged = true;
  e.value = level.value;
  e.degrees_of_freedom = level.degrees_of_freedom;
  const double one_day =
      std::max({level.relative_scale * level.value, options.relative_floor * level.value, e.deviation});
  // The standard deviation of the predictive t distribution, wider than the scale when there are few days behind it.
  const double nu = level.degrees_of_freedom;
  e.deviation = std::hypot(one_day, level.relative_uncertainty * level.value) * std::sqrt(nu / (nu - 2));
  // All zero so far and zero today: any positive deviation gives z = 0.
  if (!(e.deviation > 0)) e.deviation = 1;
  e.log_deviation = e.value > 0 ? e.deviation / e.value : 1;
  return e;
}

}  // namespace performance_tracker
