// SPDX-License-Identifier: PostgreSQL
//
// Forecasts of several methods as one: weights from how each would have forecast the end of the series. What its own
// errors there say of the intervals is in error_shape.h. Knows the interface of method.h and no method by name.
//
//   RollingErrors past = rolling_errors(members, y, 14, progress);
//   std::vector<double> w = combination_weights(past, members.size(), {.power = 2});
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "core/forecast/method.h"

namespace performance_tracker {

// Forecasts from origins in the past, each by members whose parameters are those of the whole series and whose states
// know nothing beyond the origin (Tashman 2000; parameters are kept because a search at each origin would cost as much
// as all the rest).
struct RollingErrors {
  struct Origin {
    std::size_t training = 0;                                // steps before it
    std::vector<std::vector<double>> value, standard_error;  // [member][step]
  };
  std::vector<Origin> origins;  // latest first
  // Steps of each origin that weights and sizes are taken from; those after them tell of sums.
  std::size_t judged = std::numeric_limits<std::size_t>::max();
  std::vector<double> actual;  // the whole series, NaN where missing
};

// Up to six origins, half of `judged` apart, in the second half of the series and after three seasons, each with all
// the steps there are after it, four seasons at most. Origins that a member cannot be carried to are left out.
RollingErrors rolling_errors(std::span<const std::unique_ptr<FittedMethod>> members, const MethodInput& input,
                             const Progress& progress);

// How errors of the past become weights.
struct WeightRule {
  double power;  // weights are (mean absolute error)^-power
  double first =
      1;  // the first member's error counts as so much of it: < 1 where it is to be left only for good reason
};

// Between equal weights (no origin, power 0) and the best member alone. Sum 1.
std::vector<double> combination_weights(const RollingErrors& past, std::size_t members, const WeightRule& rule);

// One step of a combination.
struct CombinedStep {
  double value;           // the weighted mean
  double standard_error;  // of the members' own and of their disagreement
  double within;          // the weighted mean of the members' own
};

// `value`, `standard_error`: [member][step]. The members' errors are nearly perfectly correlated, so their standard
// errors are averaged; the variance between them is added (Draper 1995, section 3: the uncertainty about the model).
CombinedStep combined_step(std::span<const double> weights, const std::vector<std::vector<double>>& value,
                           const std::vector<std::vector<double>>& standard_error, std::size_t step);

// What the variance between members counts for in that of the combination.
inline constexpr double kBetween = 1.25;

}  // namespace performance_tracker
