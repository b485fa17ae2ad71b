// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/combination.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kOrigins = 6;
constexpr std::size_t kFewestBefore = 10;  // steps

// Two seasons of a short season, one of a long one, a quarter of the series at most.
std::size_t tested_steps(std::size_t length, std::size_t season) {
  const std::size_t wanted = season == 1 ? 8 : season >= 24 ? season : 2 * season;
  return std::max<std::size_t>(1, std::min(wanted, length / 4));
}

bool add_origin(std::span<const std::unique_ptr<FittedMethod>> members, const MethodInput& input, std::size_t training,
                int horizon, RollingErrors& past, const Progress& progress) {
  const auto known = input.y.begin() + static_cast<std::ptrdiff_t>(training);
  if (std::all_of(input.y.begin(), known, [](double v) { return std::isnan(v); })) return false;
  RollingErrors::Origin origin{training, {}, {}};
  for (const auto& member : members) {
    const std::vector<double>& y = member->input().y;  // its own: without regressors' effects, say
    MethodInput own{{y.begin(), y.begin() + static_cast<std::ptrdiff_t>(training)}, member->input().season_length, {}};
    Regressors future;
    for (const std::vector<double>& x : member->input().regressors) {
      const auto at = x.begin() + static_cast<std::ptrdiff_t>(training);
      own.regressors.emplace_back(x.begin(), at);
      future.emplace_back(at, at + horizon);
    }
    try {
      MethodForecast f = member->refit(std::move(own), progress)->forecast(horizon, future, progress);
      origin.value.push_back(std::move(f.value));
      origin.standard_error.push_back(std::move(f.standard_error));
    } catch (const InvalidData&) {
      return false;
    } catch (const InvalidArgument&) {
      return false;
    }
  }
  past.origins.push_back(std::move(origin));
  return true;
}

// Errors of the past tell more of those to come where there are more of them: exponents of the inverse errors.
double power(std::size_t length) { return length < 200 ? 2 : length < 500 ? 4 : 8; }

// What is believed of the errors before any is seen: forty of Student's t with six degrees of freedom, drawn together
// so that 80% lie within the normal 1.28. Money has heavier tails than the normal distribution whatever the model.
constexpr std::size_t kPrior = 40;
constexpr double kTailFreedom = 6;

const std::vector<double>& prior_sample() {
  static const std::vector<double> sample = [] {
    std::vector<double> values;
    const double scale = 1.2815515655446004 / student_t_quantile(0.9, kTailFreedom);
    for (std::size_t i = 0; i < kPrior; ++i) {
      const double probability = (static_cast<double>(i) + 0.5) / static_cast<double>(kPrior);
      values.push_back(scale * student_t_quantile(0.5 + 0.5 * probability, kTailFreedom));
    }
    return values;
  }();
  return sample;
}

}  // namespace

RollingErrors rolling_errors(std::span<const std::unique_ptr<FittedMethod>> members, const MethodInput& input,
                             const Progress& progress) {
  RollingErrors past;
  past.actual = input.y;
  const std::size_t length = input.y.size(), season = static_cast<std::size_t>(input.season_length);
  const std::size_t horizon = tested_steps(length, season), apart = std::max<std::size_t>(1, horizon / 2);
  const std::size_t earliest = std::max({length / 2, 3 * season, kFewestBefore});
  for (std::size_t k = 0; k < kOrigins; ++k) {
    progress.poll();
    const std::size_t back = horizon + k * apart;
    if (back > length || length - back < earliest) break;
    (void)add_origin(members, input, length - back, static_cast<int>(horizon), past, progress);
  }
  return past;
}

std::vector<double> combination_weights(const RollingErrors& past, std::size_t members, std::size_t length) {
  std::vector<double> error(members, 0.0);
  double count = 0;
  for (const RollingErrors::Origin& origin : past.origins)
    for (std::size_t h = 0; h < origin.value[0].size(); ++h) {
      const double actual = past.actual[origin.training + h];
      if (std::isnan(actual)) continue;
      ++count;
      for (std::size_t k = 0; k < members; ++k) error[k] += (std::abs(origin.value[k][h] - actual) - error[k]) / count;
    }
  const double least = *std::min_element(error.begin(), error.end());
  std::vector<double> weights(members, 1.0 / static_cast<double>(members));
  if (!(least > 0)) return weights;
  double total = 0;
  for (std::size_t k = 0; k < members; ++k) total += weights[k] = std::pow(least / error[k], power(length));
  for (double& w : weights) w /= total;
  return weights;
}

ErrorShape::ErrorShape(std::vector<double> seen) : seen_(std::move(seen)), sorted_(prior_sample()) {
  sorted_.insert(sorted_.end(), seen_.begin(), seen_.end());
  std::sort(sorted_.begin(), sorted_.end());
  double squares = 0;
  for (const double v : sorted_) squares += v * v / static_cast<double>(sorted_.size());
  root_mean_square_ = std::sqrt(squares);
}

double ErrorShape::multiplier(double probability) const {
  const auto n = static_cast<double>(sorted_.size());
  const double at = std::clamp(probability, 0.0, 1.0) * n - 0.5;
  if (at <= 0) return sorted_.front() * std::max(0.0, probability * n / 0.5);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 < sorted_.size()) {
    const double share = at - static_cast<double>(below);
    return sorted_[below] + share * (sorted_[below + 1] - sorted_[below]);
  }
  // Beyond all that was seen: on, as the tail of the prior goes on.
  const double last = 1 - 0.5 / n;
  return sorted_.back() * student_t_quantile(0.5 + 0.5 * std::min(probability, 1 - 1e-12), kTailFreedom) /
         student_t_quantile(0.5 + 0.5 * last, kTailFreedom);
}

ErrorShape error_shape(const RollingErrors& past, std::span<const double> weights) {
  std::vector<double> seen;
  for (const RollingErrors::Origin& origin : past.origins)
    for (std::size_t h = 0; h < origin.value[0].size(); ++h) {
      double value = 0, error = 0;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        value += weights[k] * origin.value[k][h];
        error += weights[k] * origin.standard_error[k][h];
      }
      const double actual = past.actual[origin.training + h];
      // One absurd error does not set the scale of all.
      if (!std::isnan(actual) && error > 0) seen.push_back(std::min(20.0, std::abs(actual - value) / error));
    }
  return ErrorShape(std::move(seen));
}

}  // namespace performance_tracker
