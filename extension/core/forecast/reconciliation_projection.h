// SPDX-License-Identifier: PostgreSQL
//
// Internal to reconciliation.cpp: the projection on forecasts that add up, in the metric of W, with or without some
// leaves held at zero.
#pragma once

#include <vector>

#include "core/base/progress.h"
#include "core/forecast/error_covariance.h"
#include "core/forecast/summing_structure.h"

namespace performance_tracker {

class ReconciliationProjection {
 public:
  // `weights` is zero where `fixed`. Both must outlive the projection, as must the structure.
  ReconciliationProjection(const SummingStructure& structure, const ErrorCovariance& weights,
                           const std::vector<bool>& fixed);

  // W C' (C W C')^-1, a row a series: what each series gives of a discrepancy of each sum.
  const Matrix& gain() const { return gain_; }

  // y - gain C y. Throws InvalidArgument where the fixed series leave no forecast that adds up.
  Matrix apply(const Matrix& base) const;

  // `reconciled`, apply(base) on entry, becomes the nearest to `base` with no leaf below zero. False when the pivoting
  // did not end: the leaves are feasible then, but may not be the nearest.
  bool hold_above_zero(const Vector& base, Vector& reconciled, const Progress& progress) const;

 private:
  struct Held {
    Vector value;       // the nearest with these leaves at zero
    Vector multiplier;  // of each held leaf, in their order; negative: the leaf wants to leave zero
  };
  Held hold(const Vector& base, const std::vector<Eigen::Index>& zeros) const;
  bool is_fixed(Eigen::Index series) const { return !fixed_.empty() && fixed_[static_cast<std::size_t>(series)]; }
  void check_sums(const Matrix& base, const Matrix& reconciled) const;

  const SummingStructure& structure_;
  const ErrorCovariance& weights_;
  const std::vector<bool>& fixed_;
  Matrix gain_;
};

}  // namespace performance_tracker
