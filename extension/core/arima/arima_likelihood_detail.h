// SPDX-License-Identifier: PostgreSQL
//
// What the two halves of the likelihood's implementation share: views of spans and the product of small matrices.
#pragma once

#include <algorithm>
#include <span>

#include "core/base/linear_algebra.h"
#include "core/base/progress.h"

namespace performance_tracker::likelihood_detail {

using Index = Eigen::Index;
using ConstColumn = Eigen::Map<const Vector>;
using Column = Eigen::Map<Vector>;

inline ConstColumn as_vector(std::span<const double> y) { return {y.data(), static_cast<Index>(y.size())}; }
inline Column as_vector(std::span<double> y) { return {y.data(), static_cast<Index>(y.size())}; }

// Columns of a large matrix that are computed between two polls: 10 ms of a state of 700.
inline constexpr Index kPanel = 64;

// out = a b, for small matrices without the packing that pays for large ones, for large ones cancellable.
template <typename A, typename B>
void product(Matrix& out, const A& a, const B& b, const Progress& progress) {
  if (a.cols() <= 24) {
    out.noalias() = a.lazyProduct(b);
    return;
  }
  out.resize(a.rows(), b.cols());
  for (Index j = 0; j < b.cols(); j += kPanel) {
    const Index columns = std::min(kPanel, b.cols() - j);
    out.middleCols(j, columns).noalias() = a * b.middleCols(j, columns);
    progress.poll();
  }
}

// x = l^-1 x for a lower triangular matrix.
inline void solve_lower(const Matrix& l, Matrix& x, const Progress& progress) {
  for (Index j = 0; j < x.cols(); j += kPanel) {
    l.triangularView<Eigen::Lower>().solveInPlace(x.middleCols(j, std::min(kPanel, x.cols() - j)));
    progress.poll();
  }
}

}  // namespace performance_tracker::likelihood_detail
