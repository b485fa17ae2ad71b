// SPDX-License-Identifier: PostgreSQL
//
// Series that the tests of the diagnostics share, reproducible in any language: the minimal standard generator of Park
// & Miller (1988) with the seed as its first state, uniform on (-0.5, 0.5).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace performance_tracker::testing {

inline std::vector<double> uniform_noise(std::size_t n, std::uint64_t seed) {
  std::vector<double> noise(n);
  for (double& e : noise) {
    seed = seed * 16807 % 2147483647;
    e = static_cast<double>(seed) / 2147483647.0 - 0.5;
  }
  return noise;
}

// A random walk with a season and a slope: in R, cumsum(e) + 3 * sin(2 * pi * (1:n) / m) + (1:n) / 40.
inline std::vector<double> seasonal_walk(std::size_t n, int season_length, std::uint64_t seed) {
  std::vector<double> y = uniform_noise(n, seed);
  double level = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) + 1.0;
    level += y[i];
    y[i] = level + 3.0 * std::sin(2.0 * std::numbers::pi * t / season_length) + t / 40.0;
  }
  return y;
}

}  // namespace performance_tracker::testing
