// SPDX-License-Identifier: PostgreSQL
#include "simulator/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace performance_tracker::simulator {
namespace {

// log(k!) minus Stirling's (k + 1/2) log(k + 1) - (k + 1) + log sqrt(2 pi); Hörmann (1993), eq. 9.
double stirling_remainder(double k) {
  static constexpr double kTable[] = {
      0.08106146679532726, 0.04134069595540929, 0.02767792568499834, 0.02079067210376509,  0.01664469118982119,
      0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.009255462182712733, 0.008330563433362871};
  if (k <= 9) return kTable[static_cast<int>(k)];
  const double inverse = 1.0 / (k + 1.0);
  const double square = inverse * inverse;
  return (1.0 / 12 - (1.0 / 360 - square / 1260) * square) * inverse;
}

double log_factorial(double k) {
  return (k + 0.5) * std::log(k + 1) - (k + 1) + 0.5 * std::log(2 * std::numbers::pi) + stirling_remainder(k);
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53U} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57U} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product0)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint32_t a, std::uint32_t b)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose), a, b} {}

std::uint32_t RandomStream::next() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double RandomStream::uniform() {
  const std::uint64_t high = next();
  const std::uint64_t bits = (high << 32 | next()) >> 12;
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

std::uint32_t RandomStream::below(std::uint32_t n) {
  return std::min(n - 1, static_cast<std::uint32_t>(uniform() * n));
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

double RandomStream::gamma(double shape) {
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double t = 1 + c * x;
    if (t <= 0) continue;
    const double v = t * t * t;
    if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

std::int64_t RandomStream::poisson(double mean) {
  if (!(mean > 0)) return 0;
  if (mean < 10) {
    // Inversion by sequential search.
    double probability = std::exp(-mean);
    double rest = uniform() - probability;
    std::int64_t k = 0;
    while (rest > 0 && k < 1000) {
      ++k;
      probability *= mean / static_cast<double>(k);
      rest -= probability;
    }
    return k;
  }
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double accept_at_once = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= accept_at_once) return static_cast<std::int64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v * inverse_alpha / (a / (us * us) + b)) <= k * std::log(mean) - mean - log_factorial(k))
      return static_cast<std::int64_t>(k);
  }
}

std::int64_t RandomStream::binomial(std::int64_t n, double p) {
  if (n <= 0 || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1 - p);
  const double count = static_cast<double>(n);
  const double odds = p / (1 - p);
  if (count * p < 10) {
    // Inversion by sequential search (Kachitvichyanukul & Schmeiser 1988, BINV).
    double probability = std::exp(count * std::log1p(-p));
    double rest = uniform() - probability;
    std::int64_t k = 0;
    while (rest > 0 && k < n) {
      ++k;
      probability *= odds * (count - static_cast<double>(k) + 1) / static_cast<double>(k);
      if (probability <= 0) break;
      rest -= probability;
    }
    return k;
  }
  const double deviation = std::sqrt(count * p * (1 - p));
  const double b = 1.15 + 2.53 * deviation;
  const double a = -0.0873 + 0.0248 * b + 0.01 * p;
  const double center = count * p + 0.5;
  const double accept_at_once = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * deviation;
  const double mode = std::floor((count + 1) * p);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + center);
    if (k < 0 || k > count) continue;
    if (us >= 0.07 && v <= accept_at_once) return static_cast<std::int64_t>(k);
    const double bound = (mode + 0.5) * std::log((mode + 1) / (odds * (count - mode + 1))) +
                         (count + 1) * std::log((count - mode + 1) / (count - k + 1)) +
                         (k + 0.5) * std::log(odds * (count - k + 1) / (k + 1)) + stirling_remainder(mode) +
                         stirling_remainder(count - mode) - stirling_remainder(k) - stirling_remainder(count - k);
    if (std::log(v * alpha / (a / (us * us) + b)) <= bound) return static_cast<std::int64_t>(k);
  }
}

}  // namespace performance_tracker::simulator
