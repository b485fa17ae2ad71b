// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/reconciliation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/forecast/error_covariance.h"
#include "core/forecast/interval.h"
#include "core/forecast/reconciliation_projection.h"

namespace performance_tracker {
namespace {

using Eigen::Index;

void check_shape(const Matrix& matrix, Index rows, Index columns, const char* name) {
  if (matrix.rows() != rows || matrix.cols() != columns)
    throw InvalidArgument(std::string(name) + " must have " + std::to_string(rows) + " rows of " +
                          std::to_string(columns) + ", not " + std::to_string(matrix.rows()) + " of " +
                          std::to_string(matrix.cols()));
  if (!matrix.allFinite())
    throw InvalidData(std::string(name) + " of a forecast to reconcile is missing or not finite",
                      "Leave the series out, or give it a forecast at every step.");
}

void check(const SummingStructure& structure, const BaseForecasts& base, const ReconciliationOptions& options) {
  structure.check();
  const auto series = static_cast<Index>(structure.series());
  check_shape(base.value, series, base.value.cols(), "the value");
  check_shape(base.standard_error, series, base.value.cols(), "the standard error");
  if (base.standard_error.size() > 0 && base.standard_error.minCoeff() < 0)
    throw InvalidArgument("a standard error is below zero");
  for (const ForecastBounds& bounds : base.bounds) {
    check_shape(bounds.lower, series, base.value.cols(), "the lower bound");
    check_shape(bounds.upper, series, base.value.cols(), "the upper bound");
    check_confidence_level(bounds.confidence_level);
  }
  if (base.errors.size() > 0 && base.errors.rows() != series)
    throw InvalidArgument("errors must have a row for each series");
  for (Index t = 0; t < base.errors.cols(); ++t)
    for (Index i = 0; i < base.errors.rows(); ++i)
      if (std::isinf(base.errors(i, t))) throw InvalidData("an error of a forecast to reconcile is infinite");
  if (!options.fixed.empty() && options.fixed.size() != structure.series())
    throw InvalidArgument("fixed must say yes or no for each series");
}

// The covariance of the errors, whatever weights are asked for: it makes the intervals.
ErrorCovariance observed_covariance(const BaseForecasts& base) {
  const Index series = base.value.rows();
  const Vector fallback =
      base.value.cols() == 0 ? Vector::Zero(series) : Vector(base.standard_error.col(0).cwiseAbs2());
  return shrunk_covariance(base.errors.size() > 0 ? base.errors : Matrix(series, 0), fallback);
}

ErrorCovariance weights_of(const SummingStructure& structure, const ErrorCovariance& observed,
                           ReconciliationMethod method) {
  const auto series = static_cast<Index>(structure.series());
  switch (method) {
    case ReconciliationMethod::kMinTrace:
      return observed;
    case ReconciliationMethod::kVariance:
      return {observed.variance(), Matrix(series, 0), 1.0};
    case ReconciliationMethod::kOls:
      return {Vector::Ones(series), Matrix(series, 0), 1.0};
    case ReconciliationMethod::kStructural:
      break;
  }
  Vector sizes = Vector::Ones(series);
  for (std::size_t s = 0; s < structure.sums.size(); ++s) {
    sizes(static_cast<Index>(s)) = 0;
    for (const SummingTerm& term : structure.sums[s]) sizes(static_cast<Index>(s)) += term.weight;
  }
  return {sizes, Matrix(series, 0), 1.0};
}

// Rows and columns of a fixed series are zero: it has nothing to give.
void fix(ErrorCovariance& weights, const std::vector<bool>& fixed) {
  for (std::size_t i = 0; i < fixed.size(); ++i)
    if (fixed[i]) {
      weights.own(static_cast<Index>(i)) = 0;
      weights.shared.row(static_cast<Index>(i)).setZero();
    }
}

// diag(M V M') for M = I - B C, V = D (own + shared shared') D with unit diagonal:
//   V_ii - 2 (V C')_i . B_i + B_i (C V C') B_i'.
Vector reconciled_variance(const SummingStructure& structure, const ErrorCovariance& correlation, const Matrix& gain,
                           const Vector& standard_error) {
  const Vector own = correlation.own.cwiseProduct(standard_error.cwiseAbs2());
  const Matrix shared = standard_error.asDiagonal() * correlation.shared;
  const Matrix shared_sums = structure.discrepancies(shared);
  const Matrix sums = structure.sandwich(own) + shared_sums * shared_sums.transpose();
  const Matrix cross = structure.scaled_transpose(own) + shared * shared_sums.transpose();
  return standard_error.cwiseAbs2() - 2 * cross.cwiseProduct(gain).rowwise().sum() +
         (gain * sums).cwiseProduct(gain).rowwise().sum();
}

ErrorCovariance as_correlation(const ErrorCovariance& covariance) {
  const Vector inverse = covariance.variance().cwiseSqrt().cwiseInverse();
  return {covariance.own.cwiseProduct(inverse.cwiseAbs2()), inverse.asDiagonal() * covariance.shared,
          covariance.shrinkage};
}

// Free sums are taken from the leaves, so that they add up to the last digit.
void sum_up(const SummingStructure& structure, const std::vector<bool>& fixed, Matrix& value) {
  for (std::size_t s = 0; s < structure.sums.size(); ++s) {
    if (!fixed.empty() && fixed[s]) continue;
    const auto row = static_cast<Index>(s);
    value.row(row).setZero();
    for (const SummingTerm& term : structure.sums[s])
      value.row(row) += term.weight * value.row(static_cast<Index>(structure.sums.size() + term.leaf));
  }
}

// A bound keeps its distance in standard errors; a forecast that had none gets that of the normal distribution.
void move_bounds(const BaseForecasts& base, bool nonnegative, ReconciledForecasts& result) {
  for (ForecastBounds& bounds : result.bounds) {
    const double z = interval_multiplier(bounds.confidence_level);
    for (Index h = 0; h < base.value.cols(); ++h)
      for (Index i = 0; i < base.value.rows(); ++i) {
        const double before = base.standard_error(i, h);
        const double after = result.standard_error(i, h);
        const double down = before > 0 ? (base.value(i, h) - bounds.lower(i, h)) / before : z;
        const double up = before > 0 ? (bounds.upper(i, h) - base.value(i, h)) / before : z;
        bounds.lower(i, h) = result.value(i, h) - down * after;
        bounds.upper(i, h) = result.value(i, h) + up * after;
        if (nonnegative) {
          bounds.lower(i, h) = std::max(bounds.lower(i, h), 0.0);
          bounds.upper(i, h) = std::max(bounds.upper(i, h), 0.0);
        }
      }
  }
}

void check_fixed_signs(const SummingStructure& structure, const BaseForecasts& base,
                       const ReconciliationOptions& options) {
  if (!options.nonnegative) return;
  for (std::size_t i = 0; i < options.fixed.size() && i < structure.series(); ++i)
    if (options.fixed[i] && base.value.cols() > 0 && base.value.row(static_cast<Index>(i)).minCoeff() < 0)
      throw InvalidArgument("a forecast that is fixed is below zero, where nothing may be",
                            "Set it to zero first, or let it move.");
}

}  // namespace

ReconciledForecasts reconcile(const SummingStructure& structure, const BaseForecasts& base,
                              const ReconciliationOptions& options, const Progress& progress) {
  check(structure, base, options);
  check_fixed_signs(structure, base, options);
  const ErrorCovariance observed = observed_covariance(base);
  ErrorCovariance weights = weights_of(structure, observed, options.method);
  const double shrinkage = weights.shrinkage;
  fix(weights, options.fixed);

  ReconciledForecasts result{base.value, base.standard_error, base.bounds, shrinkage, true};
  const ReconciliationProjection projection(structure, weights, options.fixed);
  result.value = projection.apply(base.value);
  if (options.nonnegative)
    for (Index h = 0; h < base.value.cols(); ++h) {
      progress.poll();
      Vector column = result.value.col(h);
      result.optimal = projection.hold_above_zero(base.value.col(h), column, progress) && result.optimal;
      result.value.col(h) = column;
    }
  sum_up(structure, options.fixed, result.value);

  const ErrorCovariance correlation = as_correlation(observed);
  for (Index h = 0; h < base.value.cols(); ++h) {
    progress.poll();
    const Vector variance = reconciled_variance(structure, correlation, projection.gain(), base.standard_error.col(h));
    result.standard_error.col(h) = variance.cwiseMax(0.0).cwiseSqrt();
  }
  for (std::size_t i = 0; i < options.fixed.size(); ++i)
    if (options.fixed[i])
      result.standard_error.row(static_cast<Index>(i)) = base.standard_error.row(static_cast<Index>(i));
  move_bounds(base, options.nonnegative, result);
  if (!result.value.allFinite() || !result.standard_error.allFinite())
    throw InvalidData("the reconciled forecasts leave the range of numbers");
  return result;
}

std::vector<double> round_to_total(std::vector<double> values, double total, double unit) {
  const double per_one = 1 / unit;  // dividing by it at the end gives the double nearest to the decimal number
  std::vector<double> remainder(values.size());
  double units = std::round(total * per_one);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double scaled = values[i] * per_one;
    values[i] = std::floor(scaled);
    remainder[i] = scaled - values[i];
    units -= values[i];
  }
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  for (std::size_t k = 0; k < order.size() && units > 0.5; ++k, --units) values[order[k]] += 1;
  // Below the floors only by the rounding of a sum of many: the smallest remainders give way, above zero.
  for (std::size_t k = order.size(); k-- > 0 && units < -0.5;)
    if (values[order[k]] >= 1) values[order[k]] -= 1, ++units;
  for (double& value : values) value /= per_one;
  return values;
}

}  // namespace performance_tracker
