// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/combination.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kOrigins = 6;
constexpr std::size_t kFewestBefore = 10;  // steps

// Two seasons of a short season, one of a long one, a quarter of the series at most.
std::size_t tested_steps(std::size_t length, std::size_t season) {
  const std::size_t wanted = season == 1 ? 8 : season >= 24 ? season : 2 * season;
  return std::max<std::size_t>(1, std::min(wanted, length / 4));
}

// Sums are asked for over more steps than weights are taken from: a month of days.
std::size_t summed_steps(std::size_t length, std::size_t season) {
  const std::size_t wanted = season == 1 ? 13 : season > 7 ? 2 * season : 4 * season;
  return std::max<std::size_t>(1, std::min(wanted, length / 4));
}

bool add_origin(std::span<const std::unique_ptr<FittedMethod>> members, const MethodInput& input, std::size_t training,
                int horizon, RollingErrors& past, const Progress& progress) {
  const auto known = input.y.begin() + static_cast<std::ptrdiff_t>(training);
  if (std::all_of(input.y.begin(), known, [](double v) { return std::isnan(v); })) return false;
  RollingErrors::Origin origin{training, {}, {}};
  for (const auto& member : members) {
    progress.poll();
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

}  // namespace

RollingErrors rolling_errors(std::span<const std::unique_ptr<FittedMethod>> members, const MethodInput& input,
                             const Progress& progress) {
  RollingErrors past;
  past.actual = input.y;
  const std::size_t length = input.y.size(), season = static_cast<std::size_t>(input.season_length);
  const std::size_t horizon = tested_steps(length, season), apart = std::max<std::size_t>(1, horizon / 2);
  const std::size_t longest = std::max(horizon, summed_steps(length, season));
  past.judged = horizon;
  const std::size_t earliest = std::max({length / 2, 3 * season, kFewestBefore});
  for (std::size_t k = 0; k < kOrigins; ++k) {
    progress.poll();
    const std::size_t back = horizon + k * apart;
    if (back > length || length - back < earliest) break;
    (void)add_origin(members, input, length - back, static_cast<int>(std::min(back, longest)), past, progress);
  }
  return past;
}

std::vector<double> combination_weights(const RollingErrors& past, std::size_t members, const WeightRule& rule) {
  std::vector<double> error(members, 0.0);
  double count = 0;
  for (const RollingErrors::Origin& origin : past.origins)
    for (std::size_t h = 0; h < std::min(past.judged, origin.value[0].size()); ++h) {
      const double actual = past.actual[origin.training + h];
      if (std::isnan(actual)) continue;
      ++count;
      for (std::size_t k = 0; k < members; ++k) error[k] += (std::abs(origin.value[k][h] - actual) - error[k]) / count;
    }
  error[0] *= rule.first;
  const double least = *std::min_element(error.begin(), error.end());
  std::vector<double> weights(members, 1.0 / static_cast<double>(members));
  if (!(least > 0)) return weights;
  double total = 0;
  for (std::size_t k = 0; k < members; ++k) total += weights[k] = std::pow(least / error[k], rule.power);
  for (double& w : weights) w /= total;
  return weights;
}

CombinedStep combined_step(std::span<const double> weights, const std::vector<std::vector<double>>& value,
                           const std::vector<std::vector<double>>& standard_error, std::size_t step) {
  CombinedStep result{0, 0, 0};
  for (std::size_t k = 0; k < weights.size(); ++k) {
    result.value += weights[k] * value[k][step];
    result.within += weights[k] * standard_error[k][step];
  }
  double between = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double apart = value[k][step] - result.value;
    between += weights[k] * apart * apart;
  }
  result.standard_error = std::sqrt(result.within * result.within + kBetween * between);
  return result;
}

}  // namespace performance_tracker
