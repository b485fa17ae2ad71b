// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/forecast_sum.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/forecast/forecast.h"

namespace performance_tracker {
namespace {

// Between the two values beside the place of `probability` among the sorted ones (Hyndman & Fan 1996, type 7).
double quantile(const std::vector<double>& sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// What each step of the paths is moved by.
std::vector<double> shifts(const ForecastSumOptions& options, const FitForecast& own) {
  std::vector<double> shift(options.expected.size());
  for (std::size_t i = 0; i < shift.size(); ++i)
    shift[i] = options.expected[i] - own.value[static_cast<std::size_t>(options.first_step) - 1 + i];
  return shift;
}

std::vector<double> path_sums(const std::vector<double>& paths, const ForecastSumOptions& options,
                              const std::vector<double>& shift) {
  const auto horizon = static_cast<std::size_t>(options.last_step);
  const auto first = static_cast<std::size_t>(options.first_step) - 1;
  std::vector<double> sums;
  for (std::size_t path = 0; path * horizon < paths.size(); ++path) {
    double sum = options.known;
    for (std::size_t h = first; h < horizon; ++h) {
      const double value = paths[path * horizon + h] + (shift.empty() ? 0.0 : shift[h - first]);
      sum += options.nonnegative ? std::max(value, 0.0) : value;
    }
    sums.push_back(sum);
  }
  return sums;
}

}  // namespace

void ForecastSumOptions::check() const {
  if (first_step < 1 || last_step < first_step || last_step > kMaxHorizon)
    throw InvalidArgument("the steps " + std::to_string(first_step) + " to " + std::to_string(last_step) +
                              " are not within a horizon of 1 to " + std::to_string(kMaxHorizon),
                          "The first step after the series is 1.");
  if (levels.empty())
    throw InvalidArgument("levels must hold a confidence level", "Give levels such as '{0.8}'.", "levels");
  for (const double level : levels) {
    ForecastOptions single;
    single.confidence_level = level;
    single.check();
  }
  if (target && !std::isfinite(*target)) throw InvalidArgument("target must be a finite number", {}, "target");
  if (!expected.empty() && expected.size() != static_cast<std::size_t>(last_step - first_step + 1))
    throw InvalidArgument("expected values must be one for each step");
  SimulationOptions{.horizon = last_step, .paths = paths, .seed = seed, .future = {}}.check();
}

ForecastSum forecast_sum(const MethodFit& fit, const ForecastSumOptions& options, const Progress& progress) {
  options.check();
  const FitForecast own =
      forecast_fit(fit, options.last_step, options.levels[0], options.nonnegative, options.future, progress);
  const std::vector<double> paths = paths_of(
      fit, {.horizon = options.last_step, .paths = options.paths, .seed = options.seed, .future = options.future},
      false, progress);
  std::vector<double> sums = path_sums(paths, options, shifts(options, own));
  std::sort(sums.begin(), sums.end());
  ForecastSum result;
  result.model = own.model;
  result.status = own.status;
  const auto first = own.value.begin() + (options.first_step - 1);
  result.value = options.known + (options.expected.empty()
                                      ? std::accumulate(first, own.value.end(), 0.0)
                                      : std::accumulate(options.expected.begin(), options.expected.end(), 0.0));
  const auto count = static_cast<double>(sums.size());
  double mean = 0, square = 0;
  for (const double sum : sums) mean += sum / count;
  for (const double sum : sums) square += (sum - mean) * (sum - mean) / count;
  result.standard_error = std::sqrt(square);
  for (const double level : options.levels) {
    // The expected value is the model's, not the paths' mean: an interval that the draw moved past it would not read
    // well.
    result.lower.push_back(std::min(quantile(sums, (1 - level) / 2), result.value));
    result.upper.push_back(std::max(quantile(sums, (1 + level) / 2), result.value));
  }
  if (options.target)
    result.probability =
        static_cast<double>(sums.end() - std::lower_bound(sums.begin(), sums.end(), *options.target)) / count;
  return result;
}

}  // namespace performance_tracker
