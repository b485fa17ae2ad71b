// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/reconciliation_projection.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

using Eigen::Index;

// Rounds of pivoting: the exchange of whole blocks ends within ten on shops of 10 to 10,000 products. Three rounds
// without fewer offenders turn to single exchanges, which must end (Portugal et al. 1994); this bounds them.
constexpr int kMostRounds = 200;
constexpr int kPatience = 3;

// A discrepancy below this share of the sizes involved is rounding.
constexpr double kRounding = 1e-9;

// (C W C')^-1 right, for a symmetric, positive semidefinite matrix. Sums that the fixed series have settled leave rows
// of zeros: their discrepancy is zero or cannot be met, which the caller checks.
Matrix solve_semidefinite(const Matrix& matrix, const Matrix& right) {
  const Eigen::LLT<Matrix> factor(matrix);
  if (factor.info() == Eigen::Success) {
    const Matrix solution = factor.solve(right);
    const double size = right.size() == 0 ? 0 : right.cwiseAbs().maxCoeff();
    if (solution.allFinite() && (matrix * solution - right).cwiseAbs().maxCoeff() <= kRounding * (1e-300 + size))
      return solution;
  }
  return Eigen::CompleteOrthogonalDecomposition<Matrix>(matrix).solve(right);
}

}  // namespace

ReconciliationProjection::ReconciliationProjection(const SummingStructure& structure, const ErrorCovariance& weights,
                                                   const std::vector<bool>& fixed)
    : structure_(structure), weights_(weights), fixed_(fixed) {
  const Matrix shared_sums = structure.discrepancies(weights.shared);
  const Matrix cross = structure.scaled_transpose(weights.own) + weights.shared * shared_sums.transpose();
  const Matrix sums = structure.sandwich(weights.own) + shared_sums * shared_sums.transpose();
  gain_ = solve_semidefinite(sums, cross.transpose()).transpose();
}

void ReconciliationProjection::check_sums(const Matrix& base, const Matrix& reconciled) const {
  const Matrix left = structure_.discrepancies(reconciled);
  for (Index h = 0; h < left.cols(); ++h) {
    const double size = base.col(h).cwiseAbs().sum();
    if (left.rows() > 0 && left.col(h).cwiseAbs().maxCoeff() > 1e3 * kRounding * size)
      throw InvalidArgument("the forecasts that are fixed do not add up, so nothing can",
                            "Fix sums, or leaves, but not a sum with all that it is made of.");
  }
}

Matrix ReconciliationProjection::apply(const Matrix& base) const {
  Matrix result = base - gain_ * structure_.discrepancies(base);
  check_sums(base, result);
  return result;
}

// With the leaves Z at zero the others have the mean and covariance that they would have given those errors:
//   P = (I + U_Z' L_Z^-1 U_Z)^-1,  mean y^ - U P U_Z' L_Z^-1 y^_Z,  covariance L + U P U',
// for W = L + U U' (Woodbury), and meet the sums under that.
ReconciliationProjection::Held ReconciliationProjection::hold(const Vector& base,
                                                              const std::vector<Index>& zeros) const {
  Vector own = weights_.own;
  Matrix shared = weights_.shared;
  Vector value = base;
  const auto held = static_cast<Index>(zeros.size());
  Matrix held_shared(held, shared.cols());
  Vector held_own(held), held_base(held);
  for (Index k = 0; k < held; ++k) {
    const Index i = zeros[static_cast<std::size_t>(k)];
    held_shared.row(k) = shared.row(i);
    held_own(k) = own(i);
    held_base(k) = base(i);
    own(i) = 0;
    shared.row(i).setZero();
  }
  const Matrix weighed = held_own.cwiseInverse().asDiagonal() * held_shared;
  const Matrix inner = Matrix::Identity(shared.cols(), shared.cols()) + held_shared.transpose() * weighed;
  const Eigen::LLT<Matrix> inner_factor(inner);
  if (shared.cols() > 0) value -= shared * inner_factor.solve(weighed.transpose() * held_base);
  for (const Index i : zeros) value(i) = 0;

  const Matrix shared_sums = structure_.discrepancies(shared);
  const Matrix conditional =
      shared.cols() > 0 ? Matrix(inner_factor.solve(shared_sums.transpose())) : Matrix(0, shared_sums.rows());
  const Matrix cross = structure_.scaled_transpose(own) + shared * conditional;
  const Matrix sums = structure_.sandwich(own) + shared_sums * conditional;
  const Vector multiplier = solve_semidefinite(sums, structure_.discrepancies(value));
  value -= cross * multiplier;

  // What holds leaf k at zero: -W_Z^-1 (y^_Z - (W C' nu)_Z), with the whole W.
  Held result{value, Vector(held)};
  const Vector all_sums = structure_.discrepancies(weights_.shared).transpose() * multiplier;
  const Vector moved = structure_.scaled_transpose(weights_.own) * multiplier + weights_.shared * all_sums;
  Vector pull(held);
  for (Index k = 0; k < held; ++k) pull(k) = moved(zeros[static_cast<std::size_t>(k)]) - held_base(k);
  const Vector scaled = held_own.cwiseInverse().cwiseProduct(pull);
  result.multiplier = scaled;
  if (shared.cols() > 0) result.multiplier -= weighed * inner_factor.solve(held_shared.transpose() * scaled);
  return result;
}

bool ReconciliationProjection::hold_above_zero(const Vector& base, Vector& reconciled, const Progress& progress) const {
  const auto sums = static_cast<Index>(structure_.sums.size());
  const double tiny = kRounding * base.cwiseAbs().maxCoeff();
  std::vector<bool> at_zero(static_cast<std::size_t>(base.size()), false);
  std::size_t fewest = static_cast<std::size_t>(base.size()) + 1;
  int patience = kPatience;
  bool optimal = false;
  for (int round = 0; round < kMostRounds; ++round) {
    progress.poll();
    std::vector<Index> zeros;
    for (Index i = sums; i < base.size(); ++i)
      if (at_zero[static_cast<std::size_t>(i)]) zeros.push_back(i);
    Vector multiplier;
    if (!zeros.empty()) {
      Held held = hold(base, zeros);
      reconciled = std::move(held.value);
      multiplier = std::move(held.multiplier);
    }
    std::vector<Index> offenders;
    for (Index i = sums; i < base.size(); ++i)
      if (!at_zero[static_cast<std::size_t>(i)] && !is_fixed(i) && reconciled(i) < -tiny) offenders.push_back(i);
    for (std::size_t k = 0; k < zeros.size(); ++k)
      if (multiplier(static_cast<Index>(k)) * weights_.variance()(zeros[k]) < -tiny) offenders.push_back(zeros[k]);
    if (offenders.empty()) {
      optimal = true;
      break;
    }
    if (offenders.size() < fewest) {
      fewest = offenders.size();
      patience = kPatience;
    } else if (--patience < 0) {
      offenders = {*std::max_element(offenders.begin(), offenders.end())};
    }
    for (const Index i : offenders) at_zero[static_cast<std::size_t>(i)] = !at_zero[static_cast<std::size_t>(i)];
  }
  // Rounding, or a pivoting that did not end: what is left below zero is cut off. Free sums follow their leaves.
  for (Index i = sums; i < base.size(); ++i)
    if (!is_fixed(i)) reconciled(i) = std::max(reconciled(i), 0.0);
  if (!optimal && !fixed_.empty()) check_sums(base, reconciled);
  return optimal;
}

}  // namespace performance_tracker
