// SPDX-License-Identifier: PostgreSQL
//
// What the two halves of the likelihood's implementation share: views of spans and the product of small matrices.
#pragma once

#include <span>

#include "core/linear_algebra.h"

namespace performance_tracker::likelihood_detail {

using Index = Eigen::Index;
using ConstColumn = Eigen::Map<const Vector>;
using Column = Eigen::Map<Vector>;

inline ConstColumn as_vector(std::span<const double> y) { return {y.data(), static_cast<Index>(y.size())}; }
inline Column as_vector(std::span<double> y) { return {y.data(), static_cast<Index>(y.size())}; }

// out = a b, for small matrices without the packing that pays for large ones.
template <typename A, typename B>
void small_product(Matrix& out, const A& a, const B& b) {
  if (a.cols() <= 24)
    out.noalias() = a.lazyProduct(b);
  else
    out.noalias() = a * b;
}

}  // namespace performance_tracker::likelihood_detail
