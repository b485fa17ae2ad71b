// SPDX-License-Identifier: PostgreSQL
#include "core/base/least_squares.h"

#include <cmath>
#include <limits>

namespace performance_tracker {
namespace {

double dot(const double* a, const double* b, std::size_t n) {
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

// y -= factor * x
void subtract(double factor, const double* x, double* y, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] -= factor * x[i];
}

}  // namespace

LeastSquares::LeastSquares(std::size_t rows, std::size_t columns)
    : rows_(rows), columns_(columns), design_(rows * columns, 0.0), response_(rows, 0.0) {}

bool LeastSquares::solve() {
  const std::size_t k = columns_;
  if (rows_ <= k) return false;
  std::vector<double> r(k * k, 0.0);  // upper triangular, row by row
  std::vector<double> projection(k, 0.0);
  for (std::size_t j = 0; j < k; ++j) {
    double* column = &design_[j * rows_];
    const double before = std::sqrt(dot(column, column, rows_));
    for (std::size_t i = 0; i < j; ++i) {
      const double* unit = &design_[i * rows_];
      r[i * k + j] = dot(unit, column, rows_);
      subtract(r[i * k + j], unit, column, rows_);
    }
    const double norm = std::sqrt(dot(column, column, rows_));
    // What is left of the column is rounding error.
    if (!(norm > 1e-10 * before)) return false;
    r[j * k + j] = norm;
    for (std::size_t i = 0; i < rows_; ++i) column[i] /= norm;
    projection[j] = dot(column, response_.data(), rows_);
    subtract(projection[j], column, response_.data(), rows_);
  }
  residuals_.swap(response_);
  residual_sum_of_squares_ = dot(residuals_.data(), residuals_.data(), rows_);

  // Back substitution for the coefficients, and for the rows of R^-1.
  coefficients_.assign(k, 0.0);
  inverse_norms_.assign(k, 0.0);
  std::vector<double> unit_solution(k);
  for (std::size_t j = k; j-- > 0;) {
    double sum = projection[j];
    for (std::size_t i = j + 1; i < k; ++i) sum -= r[j * k + i] * coefficients_[i];
    coefficients_[j] = sum / r[j * k + j];
  }
  for (std::size_t column = 0; column < k; ++column) {
    for (std::size_t i = column + 1; i-- > 0;) {
      double sum = i == column ? 1.0 : 0.0;
      for (std::size_t l = i + 1; l <= column; ++l) sum -= r[i * k + l] * unit_solution[l];
      unit_solution[i] = sum / r[i * k + i];
      inverse_norms_[i] += unit_solution[i] * unit_solution[i];
    }
  }
  return true;
}

double LeastSquares::t_value(std::size_t column) const {
  const double variance = residual_sum_of_squares_ / static_cast<double>(rows_ - columns_);
  const double error = std::sqrt(variance * inverse_norms_[column]);
  if (error > 0.0) return coefficients_[column] / error;
  return std::copysign(std::numeric_limits<double>::infinity(), coefficients_[column]);
}

}  // namespace performance_tracker
