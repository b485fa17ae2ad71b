// SPDX-License-Identifier: PostgreSQL
//
// The covariance of many forecasts' one-step errors, shrunk towards no correlation (Schäfer & Strimmer 2005, target D;
// used for reconciliation by Wickramasuriya, Athanasopoulos & Hyndman 2019, section 2.4), without ever forming it:
//
//   W = diag(own) + shared shared'        own: one a series; shared: a row a series, a column a point in time
//
// since the empirical part of n series over T points has at most rank T. 10,000 series need 10,000 x T numbers, not
// 10,000 squared.
#pragma once

#include "core/base/linear_algebra.h"

namespace performance_tracker {

// A correlation needs a few pairs before it says anything; with fewer columns of errors there is none.
inline constexpr int kFewestErrors = 8;

// The shrinkage intensity is kept above this: W stays positive definite, whatever the errors.
inline constexpr double kLeastShrinkage = 1e-4;

struct ErrorCovariance {
  Vector own;
  Matrix shared;           // without columns: no correlation is known
  double shrinkage = 1.0;  // 0: as observed, 1: no correlation

  Vector variance() const { return own + shared.rowwise().squaredNorm(); }
};

// `errors`: a row a series, a column a point in time, NaN where there is none. `fallback`: the variance of a series
// with fewer than two errors. Errors are taken around zero (as in the 2019 paper, eq. 14). A missing error counts as
// uncorrelated with everything, which keeps W positive definite and shrinks what is known of short series. A variance
// of nothing (a constant series) is raised to a millionth of a millionth of the largest: such a series is hardly moved.
ErrorCovariance shrunk_covariance(const Matrix& errors, const Vector& fallback);

// Variances alone, by the same rules.
ErrorCovariance diagonal_covariance(const Matrix& errors, const Vector& fallback);

}  // namespace performance_tracker
