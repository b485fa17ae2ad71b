// SPDX-License-Identifier: PostgreSQL
//
// Normal numbers that are the same on every machine: quantiles of the 53 upper bits of std::mt19937_64, whose output
// the C++ standard fixes.
#pragma once

#include <cstdint>
#include <random>

#include "core/base/normal_distribution.h"

namespace performance_tracker {

class NormalGenerator {
 public:
  explicit NormalGenerator(std::uint64_t seed) : bits_(seed) {}

  // In (0, 1): the middle of one of 2^53 equal parts, never 0 or 1.
  double uniform() { return (static_cast<double>(bits_() >> 11) + 0.5) * 0x1p-53; }
  double operator()() { return normal_quantile(uniform()); }
  // One of 0 .. count - 1, for count >= 1.
  std::size_t index(std::size_t count) {
    const auto drawn = static_cast<std::size_t>(uniform() * static_cast<double>(count));
    return drawn < count ? drawn : count - 1;
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace performance_tracker
