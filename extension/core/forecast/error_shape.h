// SPDX-License-Identifier: PostgreSQL
//
// How wide a combination's intervals are, in standard errors of its members' models: a distribution of the errors with
// heavier tails than the normal one and its own size above and below, moved by what the series has shown.
//
//   ErrorEvidence seen = error_evidence(past, weights, residuals_of(members, weights, progress), 7, {});
//   ErrorShape shape(seen);
//   shape.above(0.80) * shape.phase(t) * standard_error       // from the forecast up to the bound of an 80% interval
//
// What is taken from the series, each number shrunk towards "as the models say":
//   size     mean absolute error at the origins in the past, in standard errors
//   skew     spread of the one-step errors above the forecast beside that below it
//   phase    spread of the one-step errors on this weekday beside all
//   sums     errors of the sums over each origin, beside what independent steps would give
// The exponents that these enter with are constants (error_shape.cpp) fitted once, on series that are not the user's.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/forecast/combination.h"

namespace performance_tracker {

// An origin's error summed over its steps, and what the models say of it.
struct OriginSum {
  double error = 0;    // |sum of the errors|
  double squares = 0;  // sum of the squared standard errors: its variance, were the steps independent
  double total = 0;    // sum of the standard errors, squared: its variance, were they one
  std::size_t steps = 0;
};

struct ErrorEvidence {
  double observed = 0;        // values of the series
  double size = 0;            // log of the mean absolute scaled error
  double skew = 0;            // log of the ratio of the spreads, half of it on each side
  std::vector<double> phase;  // log of the relative spread, by t % size; empty: all alike
  std::vector<OriginSum> sums;
};

// One-step errors of the combination over the last 400 steps of the history, NaN where there is none; a member's are
// against what it was fitted to. The first two weeks of them are left out: they tell of the start.
std::vector<double> residuals_of(std::span<const std::unique_ptr<FittedMethod>> members,
                                 std::span<const double> weights, const Progress& progress);

// `closed`: by t % size, phases that are always zero and tell nothing; empty if none is.
ErrorEvidence error_evidence(const RollingErrors& past, std::span<const double> weights,
                             std::span<const double> residuals, int season_length, const std::vector<bool>& closed);

class ErrorShape {
 public:
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

  // The standard error of a sum over steps with these standard errors (not widened), `correlation` the mean of the
  // correlations between steps in the models, `origin_correlation` the same over the steps of an origin.
  double sum_error(std::span<const double> standard_error, double correlation, double origin_correlation) const;

  const ErrorEvidence& evidence() const { return evidence_; }

 private:
  ErrorEvidence evidence_;
  double up_, down_;  // sizes of the two sides, in quantiles of Student's t
  double mean_, root_mean_square_;
};

}  // namespace performance_tracker
