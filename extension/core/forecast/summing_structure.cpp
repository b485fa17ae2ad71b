// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/summing_structure.h"

#include <cmath>
#include <string>

#include "core/base/error.h"

namespace performance_tracker {

void SummingStructure::check() const {
  if (leaves == 0) throw InvalidArgument("there is no leaf to sum", "A leaf is a series that is not a sum of others.");
  if (sums.size() > kMaxSums)
    throw InvalidArgument(
        "at most " + std::to_string(kMaxSums) + " sums can be reconciled, not " + std::to_string(sums.size()),
        "Reconcile the upper levels first, then each branch below its fixed sum.");
  std::vector<std::size_t> seen_in(leaves, sums.size());
  for (std::size_t s = 0; s < sums.size(); ++s) {
    const std::string name = "sum " + std::to_string(s + 1);
    if (sums[s].empty()) throw InvalidArgument(name + " has no leaf", "Leave it out, or add what it is the sum of.");
    for (const SummingTerm& term : sums[s]) {
      if (term.leaf >= leaves)
        throw InvalidArgument(name + " is of a leaf that is missing", "Each leaf of a sum needs a forecast.");
      if (!(term.weight > 0) || std::isinf(term.weight))
        throw InvalidArgument(name + " has the weight " + std::to_string(term.weight),
                              "Weights are positive numbers; write a difference as the sum that it solves for.");
      if (seen_in[term.leaf] == s)
        throw InvalidArgument(name + " has a leaf twice", "Give it once, with a weight of 2 if that is meant.");
      seen_in[term.leaf] = s;
    }
  }
}

Matrix SummingStructure::discrepancies(const Matrix& x) const {
  Matrix result = x.topRows(static_cast<Eigen::Index>(sums.size()));
  for (std::size_t s = 0; s < sums.size(); ++s)
    for (const SummingTerm& term : sums[s])
      result.row(static_cast<Eigen::Index>(s)) -=
          term.weight * x.row(static_cast<Eigen::Index>(sums.size() + term.leaf));
  return result;
}

Matrix SummingStructure::sandwich(const Vector& variance) const {
  const auto count = static_cast<Eigen::Index>(sums.size());
  Matrix result = variance.head(count).asDiagonal();
  // Two sums share variance through the leaves that both contain.
  std::vector<std::vector<std::pair<Eigen::Index, double>>> containing(leaves);
  for (std::size_t s = 0; s < sums.size(); ++s)
    for (const SummingTerm& term : sums[s])
      containing[term.leaf].emplace_back(static_cast<Eigen::Index>(s), term.weight);
  for (std::size_t i = 0; i < leaves; ++i)
    for (const auto& [first, first_weight] : containing[i])
      for (const auto& [second, second_weight] : containing[i])
        result(first, second) += first_weight * second_weight * variance(count + static_cast<Eigen::Index>(i));
  return result;
}

Matrix SummingStructure::scaled_transpose(const Vector& variance) const {
  const auto count = static_cast<Eigen::Index>(sums.size());
  Matrix result = Matrix::Zero(static_cast<Eigen::Index>(series()), count);
  for (Eigen::Index s = 0; s < count; ++s) {
    result(s, s) = variance(s);
    for (const SummingTerm& term : sums[static_cast<std::size_t>(s)]) {
      const Eigen::Index row = count + static_cast<Eigen::Index>(term.leaf);
      result(row, s) = -term.weight * variance(row);
    }
  }
  return result;
}

}  // namespace performance_tracker
