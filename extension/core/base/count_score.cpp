// SPDX-License-Identifier: PostgreSQL
#include "core/base/count_score.h"

#include <algorithm>
#include <cmath>

#include "core/base/normal_distribution.h"

namespace performance_tracker {
namespace {

constexpr double kExactBelow = 60;
constexpr double kFarthest = 37;  // normal_quantile() of the smallest double

// Of a whole count. Sums from the count outwards, so that small tails keep their digits.
double exact_score(double count, double mean, double overdispersion) {
  // Poisson where the negative binomial cannot be told from it.
  const bool poisson = overdispersion < 1e-9;
  const double size = poisson ? 0 : 1 / overdispersion;
  const double log_odds = poisson ? std::log(mean) : std::log(mean / (mean + size));
  const double log_first = poisson ? -mean : -size * std::log1p(mean / size);
  const auto log_mass = [&](double j) {
    const double ways = poisson ? -std::lgamma(j + 1) : std::lgamma(j + size) - std::lgamma(size) - std::lgamma(j + 1);
    return log_first + ways + j * log_odds;
  };
  const auto step = [&](double j) {  // mass(j + 1) / mass(j)
    return (poisson ? mean : (j + size) * mean / (mean + size)) / (j + 1);
  };
  const double at = std::exp(log_mass(count));
  double tail = 0.5 * at;
  double mass = at;
  const bool below = count <= mean;
  if (below) {
    for (double j = count; j >= 1 && mass > 1e-18 * tail; --j) {
      mass /= step(j - 1);
      tail += mass;
    }
  } else {
    for (double j = count; j < count + 2000 && mass > 1e-17 * tail; ++j) {
      mass *= step(j);
      tail += mass;
    }
  }
  if (!(tail > 1e-300)) return below ? -kFarthest : kFarthest;
  const double score = normal_quantile(std::min(tail, 1 - 1e-12));
  return below ? score : -score;
}

}  // namespace

double cube_root_score(double ratio, double variance) {
  const double score = 3 * (std::cbrt(ratio) - 1 + variance / 9) / std::sqrt(variance);
  return std::clamp(score, -kFarthest, kFarthest);
}

double cube_root_ratio(double score, double variance) {
  const double root = std::max(0.0, 1 - variance / 9 + score * std::sqrt(variance) / 3);
  return root * root * root;
}

double count_score(double count, double mean, double overdispersion) {
  if (mean >= kExactBelow || count >= 4 * kExactBelow) return cube_root_score(count / mean, 1 / mean + overdispersion);
  const double low = std::floor(count);
  const double score = exact_score(low, mean, overdispersion);
  if (count - low < 1e-9) return score;
  return score + (count - low) * (exact_score(low + 1, mean, overdispersion) - score);
}

}  // namespace performance_tracker
