// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include <cmath>

#include "simulator/random.h"

namespace performance_tracker::simulator {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(SimulatorRandom, PhiloxAnswersAsPublished) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(SimulatorRandom, StreamsAreRepeatableAndIndependent) {
  RandomStream a(1, RandomPurpose::kClicks, 3, 4), b(1, RandomPurpose::kClicks, 3, 4);
  RandomStream c(1, RandomPurpose::kUnits, 3, 4), d(2, RandomPurpose::kClicks, 3, 4);
  for (int i = 0; i < 100; ++i) {
    const double value = a.uniform();
    EXPECT_GT(value, 0);
    EXPECT_LT(value, 1);
    EXPECT_EQ(value, b.uniform());
    EXPECT_NE(value, c.uniform());
    EXPECT_NE(value, d.uniform());
  }
}

struct Moments {
  double mean, variance;
};

template <typename Draw>
Moments moments(Draw draw) {
  constexpr int kDraws = 100'000;
  double sum = 0, squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = static_cast<double>(draw());
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

// The means are held to five standard errors, the variances to 3% (their standard error is below 0.6%).
void expect_moments(const Moments& found, double mean, double variance, const char* what) {
  EXPECT_NEAR(found.mean, mean, 5 * std::sqrt(variance / 100'000)) << what;
  EXPECT_NEAR(found.variance, variance, 0.03 * variance) << what;
}

TEST(SimulatorRandom, DistributionsHaveTheirMoments) {
  RandomStream random(7, RandomPurpose::kRates, 0);
  expect_moments(moments([&] { return random.normal(); }), 0, 1, "normal");
  expect_moments(moments([&] { return random.gamma(4); }), 4, 4, "gamma");
  for (const double mean : {0.3, 3.0, 9.9, 10.1, 40.0, 15'000.0})
    expect_moments(moments([&] { return random.poisson(mean); }), mean, mean, "poisson");
  for (const auto& [n, p] : {std::pair{20, 0.1}, {300, 0.02}, {300, 0.11}, {14'000, 0.03}, {50, 0.7}, {40, 0.995}})
    expect_moments(moments([&, n = n, p = p] { return random.binomial(n, p); }), n * p, n * p * (1 - p), "binomial");
}

TEST(SimulatorRandom, EdgesOfTheCounts) {
  RandomStream random(7, RandomPurpose::kRates, 1);
  EXPECT_EQ(random.poisson(0), 0);
  EXPECT_EQ(random.binomial(0, 0.5), 0);
  EXPECT_EQ(random.binomial(12, 0), 0);
  EXPECT_EQ(random.binomial(12, 1), 12);
  for (int i = 0; i < 1000; ++i) {
    const auto k = random.binomial(5, 0.9);
    EXPECT_TRUE(k >= 0 && k <= 5);
    EXPECT_LT(random.below(3), 3U);
  }
}

}  // namespace
}  // namespace performance_tracker::simulator
