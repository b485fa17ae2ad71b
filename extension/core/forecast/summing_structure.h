// SPDX-License-Identifier: PostgreSQL
//
// Which series are sums of which: any hierarchy or grouping (Hyndman & Athanasopoulos 2021, section 11.1), kept sparse.
//
//   SummingStructure shop;                                 // total = a + b
//   shop.leaves = 2;
//   shop.sums = {{{.leaf = 0}, {.leaf = 1}}};
//   shop.check();
//
// Series are numbered sums first, then leaves: series s < sums.size() is sums[s], series sums.size() + i is leaf i.
// The constraints are C y = 0 with C = [I -A], where A holds the weights of the leaves in each sum.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/linear_algebra.h"

namespace performance_tracker {

// The constraints are solved densely: 3,000 sums cost 72 MB and some seconds, whatever the number of leaves.
inline constexpr std::size_t kMaxSums = 3000;

struct SummingTerm {
  std::size_t leaf = 0;
  double weight = 1.0;  // above 0
};

struct SummingStructure {
  std::size_t leaves = 0;
  std::vector<std::vector<SummingTerm>> sums;

  std::size_t series() const { return sums.size() + leaves; }

  // Throws InvalidArgument for no leaf, more than kMaxSums sums, a sum of nothing, a leaf that does not exist or stands
  // twice in a sum, a weight that is not a positive number.
  void check() const;

  // C x, for x with a row a series: each sum's own row less the rows of its leaves, weighed.
  Matrix discrepancies(const Matrix& x) const;

  // C diag(variance) C'.
  Matrix sandwich(const Vector& variance) const;

  // diag(variance) C', a row a series.
  Matrix scaled_transpose(const Vector& variance) const;
};

}  // namespace performance_tracker
