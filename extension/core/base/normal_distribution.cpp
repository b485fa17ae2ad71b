// SPDX-License-Identifier: PostgreSQL
#include "core/base/normal_distribution.h"

#include <cmath>
#include <numbers>

namespace performance_tracker {

double normal_quantile(double probability) {
  if (probability == 0.5) return 0.0;
  const bool lower = probability < 0.5;
  const double tail = lower ? probability : 1.0 - probability;
  // Start: Abramowitz & Stegun (1964), 26.2.23, good to 4.5e-4; then Halley steps on the tail probability.
  const double t = std::sqrt(-2.0 * std::log(tail));
  double z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (int step = 0; step < 4; ++step) {
    const double upper_tail = 0.5 * std::erfc(z / std::numbers::sqrt2);
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
    if (!(density > 0.0)) break;
    const double newton = (upper_tail - tail) / density;
    z += newton / (1.0 - 0.5 * newton * z);
  }
  return lower ? -z : z;
}

double interval_multiplier(double confidence_level) { return normal_quantile(0.5 + 0.5 * confidence_level); }

}  // namespace performance_tracker
