// SPDX-License-Identifier: PostgreSQL
//
// How wide a combination's intervals are, in standard errors of its members' models: a distribution of the errors with
// heavier tails than the normal one and its own size above and below, moved by what the series has shown.
//
//   ErrorShape shape(error_evidence(past, weights, residuals_of(members, weights, progress), 7, {}));
//   shape.above(0.80) * shape.phase(t) * standard_error       // from the forecast up to the bound of an 80% interval
//
// The exponents that the evidence enters with are constants (error_shape.cpp) fitted once, on series that are not the
// user's.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/forecast/error_evidence.h"

namespace performance_tracker {

class ErrorShape {
 public:
  static constexpr std::size_t kDeviates = 64;  // to 6.3 standard errors

  ErrorShape() : ErrorShape(ErrorEvidence{}) {}
  explicit ErrorShape(ErrorEvidence evidence);

  // Distances from the forecast that the central interval of `probability` in (0, 1) reaches up and down.
  double above(double probability) const;
  double below(double probability) const;
  // Of a deviation that a normal model gives, in its standard errors: the one of the same probability here.
  double stretched(double normal_deviate) const;
  // Factor of the standard error at step t of the series.
  double phase(std::size_t t) const;
  double mean() const { return mean_; }  // of `stretched` over normal deviates
  double root_mean_square() const { return root_mean_square_; }

  // Half the width of the 80% interval of the sum over steps with these standard errors; `correlation[w]`: the mean of
  // the correlations between the first w + 1 steps in the models, one a step.
  double sum_width(std::span<const double> standard_error, std::span<const double> correlation) const;

  const ErrorEvidence& evidence() const { return evidence_; }

 private:
  // Mean absolute error of sums in the past beside what the models say of it, drawn to 1.
  double missed_sums(std::span<const double> correlation) const;

  ErrorEvidence evidence_;
  double up_, down_, power_;  // sizes of the two sides at 80%; the power of Student's quantiles that the tails have
  double mean_, root_mean_square_;
  std::array<double, kDeviates> up_table_, down_table_;  // of `stretched`, by tenths of a standard error
};

}  // namespace performance_tracker
