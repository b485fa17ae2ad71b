// SPDX-License-Identifier: PostgreSQL
//
// Least squares with a handful of columns, for the test regressions of the diagnostics.
//
//   LeastSquares ls(rows, columns);
//   ls.at(i, j) = x; ls.response(i) = y;   // fill
//   if (ls.solve()) use(ls.coefficient(0), ls.t_value(0));
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace performance_tracker {

class LeastSquares {
 public:
  LeastSquares(std::size_t rows, std::size_t columns);

  double& at(std::size_t row, std::size_t column) { return design_[column * rows_ + row]; }
  double& response(std::size_t row) { return response_[row]; }

  // Modified Gram-Schmidt on [X y], backward stable for least squares (Björck 1967). False when there are not more rows
  // than columns, or the columns are linearly dependent. Overwrites design and response; afterwards the results below
  // are defined.
  bool solve();

  double coefficient(std::size_t column) const { return coefficients_[column]; }
  double residual_sum_of_squares() const { return residual_sum_of_squares_; }
  // The coefficient over its standard error, with rows - columns degrees of freedom; infinite for a perfect fit.
  double t_value(std::size_t column) const;
  std::span<const double> residuals() const { return residuals_; }

 private:
  std::size_t rows_;
  std::size_t columns_;
  std::vector<double> design_;  // column by column
  std::vector<double> response_;
  std::vector<double> coefficients_;
  std::vector<double> inverse_norms_;  // squared row norms of R^-1: the diagonal of (X'X)^-1
  std::vector<double> residuals_;
  double residual_sum_of_squares_ = 0.0;
};

}  // namespace performance_tracker
