// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/error_covariance.h"

#include <algorithm>
#include <cmath>

namespace performance_tracker {
namespace {

using Eigen::Index;

constexpr double kLeastVariance = 1e-12;  // of the largest

struct OwnErrors {
  Vector variance;
  Matrix standardized;  // error over its standard deviation, 0 where missing
};

// The mean square of what is there; the fallback where one error or none is.
OwnErrors standardize(const Matrix& errors, const Vector& fallback) {
  OwnErrors result{fallback, Matrix::Zero(errors.rows(), errors.cols())};
  Vector scale = Vector::Zero(errors.rows());
  for (Index i = 0; i < errors.rows(); ++i) {
    double sum = 0, count = 0;
    for (Index t = 0; t < errors.cols(); ++t)
      if (!std::isnan(errors(i, t))) {
        sum += errors(i, t) * errors(i, t);
        ++count;
      }
    if (count < 2) continue;
    result.variance(i) = sum / count;
    scale(i) = sum > 0 ? std::sqrt(count / sum) : 0.0;
  }
  for (Index t = 0; t < errors.cols(); ++t)
    for (Index i = 0; i < errors.rows(); ++i)
      if (!std::isnan(errors(i, t))) result.standardized(i, t) = errors(i, t) * scale(i);
  const double largest = result.variance.size() == 0 ? 0.0 : result.variance.maxCoeff();
  const double least = largest > 0 ? kLeastVariance * largest : 1.0;
  result.variance = result.variance.cwiseMax(least);
  return result;
}

// lambda = sum of the correlations' variances over the sum of their squares, over all pairs of different series. Each
// sum over pairs is written as one over points in time, so that n series cost n T min(n, T) instead of n n T:
//   sum_ij (sum_t z_i z_j)^2 = |Z'Z|^2,   sum_ij sum_t (z_i z_j)^2 = sum_t (sum_i z_i^2)^2.
double shrinkage_intensity(const Matrix& z) {
  const auto points = static_cast<double>(z.cols());
  const Matrix squares = z.cwiseAbs2();
  const Matrix gram = z.rows() < z.cols() ? Matrix(z * z.transpose()) : Matrix(z.transpose() * z);
  const double products = gram.squaredNorm() - squares.rowwise().sum().squaredNorm();
  const double product_squares = squares.colwise().sum().squaredNorm() - squares.squaredNorm();
  const double variances = (product_squares - products / points) / (points * (points - 1));
  const double correlations = products / (points * points);
  if (!(correlations > 0)) return 1.0;
  return std::clamp(variances / correlations, kLeastShrinkage, 1.0);
}

}  // namespace

ErrorCovariance diagonal_covariance(const Matrix& errors, const Vector& fallback) {
  return {standardize(errors, fallback).variance, Matrix(errors.rows(), 0), 1.0};
}

ErrorCovariance shrunk_covariance(const Matrix& errors, const Vector& fallback) {
  OwnErrors own = standardize(errors, fallback);
  if (errors.cols() < kFewestErrors || errors.rows() < 2)
    return {std::move(own.variance), Matrix(errors.rows(), 0), 1.0};
  const double lambda = shrinkage_intensity(own.standardized);
  if (lambda == 1.0) return {std::move(own.variance), Matrix(errors.rows(), 0), 1.0};
  const double weight = std::sqrt((1 - lambda) / static_cast<double>(errors.cols()));
  ErrorCovariance result;
  result.shrinkage = lambda;
  result.shared = weight * (own.variance.cwiseSqrt().asDiagonal() * own.standardized);
  // What the shared part leaves of each variance: lambda of it, more where errors are missing.
  result.own = (own.variance - result.shared.rowwise().squaredNorm()).cwiseMax(0.5 * kLeastShrinkage * own.variance);
  return result;
}

}  // namespace performance_tracker
