// SPDX-License-Identifier: PostgreSQL
//
// Random numbers that depend on nothing but what they are for.
//
//   RandomStream stream(seed, RandomPurpose::kClicks, product, day);
//   stream.binomial(12'000, 0.03);
//
// Counter-based (Philox4x32-10; Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"):
// the same seed, purpose and coordinates give the same numbers, in whatever order and however often they are asked
// for. The standard library's distributions differ between implementations, so the distributions are here too.
#pragma once

#include <array>
#include <cstdint>

namespace performance_tracker::simulator {

// One Philox4x32-10 block: a bijection of the counter, keyed.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// What a stream is used for; streams of different purposes are independent. The values are part of what a seed
// means: never renumber them.
enum class RandomPurpose : std::uint32_t {
  kProduct = 1,
  kLatentDemand = 2,
  kShopDemand = 3,
  kRates = 4,
  kImpressions = 5,
  kClicks = 6,
  kUnits = 7,
  kSpend = 8,
  kLateConversions = 9,
  kLongIncident = 10,
  kShortIncident = 11,
  kProductPromotion = 12,
  kCategoryPromotion = 13,
  kOtherIncident = 14,
  kShopIncident = 15,
  kBudget = 16,
  kEconomics = 17,
  kVariant = 18,
};

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, RandomPurpose purpose, std::uint32_t a, std::uint32_t b = 0);

  double uniform();                                 // (0, 1)
  std::uint32_t below(std::uint32_t n);             // 0..n-1, n >= 1
  double normal();                                  // mean 0, variance 1 (Box & Muller 1958)
  double gamma(double shape);                       // shape >= 1, scale 1 (Marsaglia & Tsang 2000)
  std::int64_t poisson(double mean);                // 0 <= mean <= 1e9 (Hörmann 1993, PTRS; inversion below 10)
  std::int64_t binomial(std::int64_t n, double p);  // n >= 0, p in [0, 1] (Hörmann 1993, BTRS; inversion below 10)

 private:
  std::uint32_t next();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

}  // namespace performance_tracker::simulator
