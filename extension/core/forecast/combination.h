// SPDX-License-Identifier: PostgreSQL
//
// Forecasts of several methods as one: weights from how each would have forecast the end of the series, and intervals
// as wide as the combination's own errors there. Knows the interface of method.h and no method by name.
//
//   RollingErrors past = rolling_errors(members, y, 14, progress);
//   std::vector<double> w = combination_weights(past, y.size());
//   ErrorShape shape = error_shape(past, w);
//   shape.multiplier(0.80)      // half the interval's width in standard errors; 1.28 for normal errors
#pragma once

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
  std::vector<double> actual;   // the whole series, NaN where missing
};

// Up to six origins, half of `horizon` apart, in the second half of the series and after three seasons. Origins that a
// member cannot be carried to are left out.
RollingErrors rolling_errors(std::span<const std::unique_ptr<FittedMethod>> members, const MethodInput& input,
                             const Progress& progress);

// Proportional to (mean absolute error)^-power: between equal weights (no origin) and the best member alone, the
// nearer to it the longer the series is, because errors of the past then tell more of those to come. Sum 1.
std::vector<double> combination_weights(const RollingErrors& past, std::size_t members, std::size_t length);

// The distribution of the combination's errors in multiples of its standard errors.
class ErrorShape {
 public:
  // `seen`: absolute errors in multiples of standard errors.
  explicit ErrorShape(std::vector<double> seen);
  // |error| that a share of `probability` of the errors does not exceed.
  double multiplier(double probability) const;
  double root_mean_square() const { return root_mean_square_; }
  const std::vector<double>& seen() const { return seen_; }

 private:
  std::vector<double> seen_;
  std::vector<double> sorted_;  // together with what is believed before anything is seen
  double root_mean_square_ = 1;
};

ErrorShape error_shape(const RollingErrors& past, std::span<const double> weights);

}  // namespace performance_tracker
