// SPDX-License-Identifier: PostgreSQL
#include "core/base/count_score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "core/base/normal_distribution.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kCounts = 256;  // above 4 kExactCountsBelow
constexpr double kFarthest = 37;      // normal_quantile() of the smallest double

// 1 / (j + 1): the recursion below would wait for a division each step.
const std::array<double, kCounts>& reciprocals() {
  static const std::array<double, kCounts> table = [] {
    std::array<double, kCounts> values{};
    for (std::size_t j = 0; j < values.size(); ++j) values[j] = 1 / static_cast<double>(j + 1);
    return values;
  }();
  return table;
}

// The masses of the distribution from zero up to a count, added up.
class CountDistribution {
 public:
  CountDistribution(double mean, double overdispersion) {
    // Poisson where the negative binomial cannot be told from it.
    if (overdispersion < 1e-9) {
      odds_ = mean;
      mass_ = std::exp(-mean);
    } else {
      const double size = 1 / overdispersion;
      growth_ = mean / (mean + size);
      odds_ = size * growth_;
      mass_ = std::exp(-size * std::log1p(mean / size));
    }
  }

  double mass() const { return mass_; }
  double below() const { return below_; }

  void advance_to(int count) {
    const std::array<double, kCounts>& reciprocal = reciprocals();
    for (; count_ < count; ++count_) {
      below_ += mass_;
      mass_ *= (odds_ + count_ * growth_) * reciprocal[static_cast<std::size_t>(count_)];
    }
  }

  // Half of the mass of the count and all above it, added up so that a small one keeps its digits.
  double upper_tail() const {
    double tail = 0.5 * mass_;
    double mass = mass_;
    for (int j = count_; j < count_ + 2000 && mass > 1e-17 * tail; ++j) {
      mass *= (odds_ + j * growth_) / (j + 1);
      tail += mass;
    }
    return tail;
  }

 private:
  double odds_ = 0, growth_ = 0;  // mass(j + 1) / mass(j) = (odds + j growth) / (j + 1)
  double mass_ = 0;               // of count_
  double below_ = 0;              // of all before it
  int count_ = 0;
};

double exact_score(const CountDistribution& at, bool below) {
  double tail = at.below() + 0.5 * at.mass();
  // The complement of the sum is good to 1e-15, which is 1e-11 of such a tail.
  if (!below) tail = tail < 1 - 1e-4 ? 1 - tail : at.upper_tail();
  if (!(tail > 1e-300)) return below ? -kFarthest : kFarthest;
  const double score = normal_quantile(std::min(tail, 1 - 1e-12));
  return below ? score : -score;
}

}  // namespace

double cube_root_score(double ratio, double variance) { return cube_root_score_of_root(std::cbrt(ratio), variance); }

double cube_root_score_of_root(double root, double variance) {
  const double score = 3 * (root - 1 + variance / 9) / std::sqrt(variance);
  return std::clamp(score, -kFarthest, kFarthest);
}

double cube_root_ratio(double score, double variance) {
  const double root = std::max(0.0, 1 - variance / 9 + score * std::sqrt(variance) / 3);
  return root * root * root;
}

double count_score(double count, double mean, double overdispersion) {
  if (mean >= kExactCountsBelow || count >= 4 * kExactCountsBelow)
    return cube_root_score(count / mean, 1 / mean + overdispersion);
  const double low = std::floor(count);
  CountDistribution distribution(mean, overdispersion);
  distribution.advance_to(static_cast<int>(low));
  const double score = exact_score(distribution, low <= mean);
  if (count - low < 1e-9) return score;
  distribution.advance_to(static_cast<int>(low) + 1);
  return score + (count - low) * (exact_score(distribution, low + 1 <= mean) - score);
}

}  // namespace performance_tracker
