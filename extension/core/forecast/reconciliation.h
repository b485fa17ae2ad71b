// SPDX-License-Identifier: PostgreSQL
//
// Forecasts that add up: from forecasts of each series by itself to the nearest ones that meet the sums.
//
//   BaseForecasts base{value, standard_error, {{0.80, lower, upper}}, errors};        // a row a series, sums first
//   ReconciledForecasts r = reconcile(structure, base, {.nonnegative = true}, progress);
//   r.value.row(0)                                          // the sum of its leaves, at every step
//
// With C y = 0 the sums' constraints (summing_structure.h) and W the covariance of the one-step errors,
//
//   y~ = y^ - W C' (C W C')^-1 C y^
//
// which is S (S' W^-1 S)^-1 S' W^-1 y^ written in its constraints (Wickramasuriya, Athanasopoulos & Hyndman 2019,
// eqs. 9 and 10): of all unbiased ways the one with the smallest total variance. It costs the cube of the number of
// sums, not of series: 10,000 products below 20 categories are cheap. W is
//
//   kMinTrace    their covariance, shrunk towards no correlation (error_covariance.h)
//   kVariance    their variances
//   kStructural  the number of leaves in each (weights, for sums of weighed leaves)
//   kOls         the same for all
//
// The standard errors are those of the reconciled forecast, the square roots of the diagonal of M V M' (2019, lemma 1),
// with M the matrix above and V the standard errors of each step under the correlation of the one-step errors. A bound
// keeps its distance from the value in standard errors. Fixed series keep their forecast: their variance in W is zero
// (Zhang, Kang, Panagiotelis & Li 2023, immutable forecasts), and the others meet them.
//
// Non-negative: of all forecasts with no leaf below zero the nearest in the metric of W (Wickramasuriya, Turlach &
// Hyndman 2020), by block principal pivoting on the leaves held at zero (Portugal, Judice & Vicente 1994). Bounds are
// cut off at zero.
#pragma once

#include <vector>

#include "core/base/progress.h"
#include "core/forecast/summing_structure.h"

namespace performance_tracker {

enum class ReconciliationMethod { kOls, kStructural, kVariance, kMinTrace };

struct ForecastBounds {
  double confidence_level = 0.80;  // in (0, 1)
  Matrix lower, upper;             // a row a series, a column a step
};

// All with a row a series (sums first) and a column a step; finite.
struct BaseForecasts {
  Matrix value;
  Matrix standard_error;               // >= 0
  std::vector<ForecastBounds> bounds;  // one for each confidence level, or none
  Matrix errors;                       // one-step errors of the past, a column a point in time; NaN where there is none
};

struct ReconciliationOptions {
  ReconciliationMethod method = ReconciliationMethod::kMinTrace;
  bool nonnegative = false;
  std::vector<bool> fixed = {};  // one for each series, or none: all may move
};

struct ReconciledForecasts {
  Matrix value, standard_error;
  std::vector<ForecastBounds> bounds;
  double shrinkage = 1.0;  // of the correlations, 1 where none was used
  bool optimal = true;     // false where the pivoting ended at a feasible point that may not be the nearest
};

// Throws InvalidArgument for a bad structure, matrices that do not fit it, and fixed series that no forecast can meet
// (all series of a sum fixed at values that do not add up; a fixed sum below zero where nothing may be), InvalidData
// for values that are not finite.
ReconciledForecasts reconcile(const SummingStructure& structure, const BaseForecasts& base,
                              const ReconciliationOptions& options, const Progress& progress);

// The values rounded to multiples of `unit` > 0 such that they sum to `total` rounded likewise: each is rounded down,
// and what is missing goes to those with the largest remainders (Hamilton's method). For values that sum to `total`
// up to rounding; none becomes negative that was not.
std::vector<double> round_to_total(std::vector<double> values, double total, double unit);

}  // namespace performance_tracker
