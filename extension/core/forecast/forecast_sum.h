// SPDX-License-Identifier: PostgreSQL
//
// The sum of a forecast over a stretch of its horizon, with its interval and the chance to reach a target. Bounds of
// single steps do not add up: their errors are neither independent nor the same. So the sums of sample paths, which are
// joint over the horizon, are what the distribution is read from.
//
//   ForecastSum month = forecast_sum(fit, {.first_step = 1, .last_step = 30, .target = 50'000}, progress);
//   month.value, month.lower[0], month.upper[0], month.probability
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/forecast/method.h"

namespace performance_tracker {

struct ForecastSumOptions {
  int first_step = 1;                   // of the horizon, 1 is the next step
  int last_step = 30;                   // first_step..kMaxHorizon
  std::vector<double> levels = {0.80};  // confidence levels
  std::optional<double> target = {};    // of the sum, `known` included
  double known = 0.0;                   // what has been observed of it already
  bool nonnegative = false;             // no step of a path falls below zero
  // Values that the steps first_step..last_step are expected to have (reconciled ones, say): each path is moved by the
  // difference to the model's own.
  std::vector<double> expected = {};
  // 5,000 paths know a 95% bound to about 3% of its distance from the mean, and a chance of one half to 0.7%.
  int paths = 5000;
  std::uint64_t seed = 0;
  Regressors future = {};  // over the steps up to last_step

  void check() const;  // throws InvalidArgument
};

struct ForecastSum {
  double value = 0;                   // known + the sum of the expected values
  double standard_error = 0;          // of the sum over the paths
  std::vector<double> lower, upper;   // one for each level
  std::optional<double> probability;  // that the sum reaches the target
  std::string model;
  Status status;
};

ForecastSum forecast_sum(const MethodFit& fit, const ForecastSumOptions& options, const Progress& progress);

}  // namespace performance_tracker
