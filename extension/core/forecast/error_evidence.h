// SPDX-License-Identifier: PostgreSQL
//
// What a series has shown of a combination's errors: the numbers that the shape of its intervals (error_shape.h) is
// moved by, each drawn towards "as the models say".
//
//   ErrorEvidence seen = error_evidence(past, weights, residuals_of(members, weights, progress), 7, {});
//
//   size     mean absolute error at the origins in the past, in standard errors
//   skew     spread of the one-step errors above the forecast beside that below it
//   peak     their mean absolute size beside their root mean square: low where a few are large
//   phase    their spread on this weekday beside all
//   sums     errors of the sums over each origin, beside what independent steps would give
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/forecast/combination.h"

namespace performance_tracker {

// An origin's errors summed over its first steps, and what the models say of the sum.
struct OriginSum {
  double error = 0;       // |sum of the errors|
  double squares = 0;     // sum of the squared standard errors: its variance, were the steps independent
  double total = 0;       // sum of the standard errors, squared: its variance, were they one
  std::size_t steps = 0;  // from the origin on
};

struct ErrorEvidence {
  double observed = 0;          // values of the series
  double size = 0;              // log of the mean absolute scaled error
  double skew = 0;              // log of the ratio of the spreads, half of it on each side
  double peak = 0;              // log of mean absolute over root mean square, 0 for normal errors
  std::vector<double> phase;    // log of the relative spread, by t % size; empty: all alike
  std::size_t few = 0;          // steps of the shorter sums
  std::vector<OriginSum> sums;  // of each origin over the first `few` steps and over all that it has
};

// One-step errors of the combination over the last 400 steps of the history, NaN where there is none; a member's are
// against what it was fitted to. The first two weeks of them are left out: they tell of the start.
std::vector<double> residuals_of(std::span<const std::unique_ptr<FittedMethod>> members,
                                 std::span<const double> weights, const Progress& progress);

// `closed`: by t % size, phases that are always zero and tell nothing; empty if none is.
ErrorEvidence error_evidence(const RollingErrors& past, std::span<const double> weights,
                             std::span<const double> residuals, int season_length, const std::vector<bool>& closed);

void put(ByteWriter& out, const ErrorEvidence& evidence);
// Throws InvalidArgument for numbers that no series shows.
ErrorEvidence read_error_evidence(ByteReader& in);

}  // namespace performance_tracker
