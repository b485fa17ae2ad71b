// SPDX-License-Identifier: PostgreSQL
//
// Reference values: R 4.2.2 (stats::stl) and forecast 8.20 (mstl) on the same series, at t = 1, 50 and 120.
#include "core/diagnostics/stl.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/base/error.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::seasonal_walk;
using testing::uniform_noise;

void expect_at(const std::vector<double>& x, const std::array<double, 3>& expected) {
  EXPECT_NEAR(x.at(0), expected[0], 1e-10);
  EXPECT_NEAR(x.at(49), expected[1], 1e-10);
  EXPECT_NEAR(x.at(119), expected[2], 1e-10);
}

TEST(Stl, AgreesWithR) {
  const std::vector<double> y = seasonal_walk(120, 12, 42);
  const Decomposition d = stl(y, 12, {.seasonal_window = 11});
  expect_at(d.seasonal, {1.64555784617087, 2.62473883981368, 0.0233088636797751});
  expect_at(d.trend, {-0.464257355426185, -1.1812788710749, 0.0482707549197585});
}

TEST(Stl, PeriodicAgreesWithR) {
  const Decomposition d = stl(seasonal_walk(120, 12, 42), 12, {.periodic = true});
  expect_at(d.seasonal, {1.60014802680811, 2.66752607925309, 0.00749830910516989});
  expect_at(d.trend, {-0.455851252835853, -1.22335426401698, 0.0910362564233505});
  for (std::size_t t = 12; t < 120; ++t) EXPECT_DOUBLE_EQ(d.seasonal[t], d.seasonal[t - 12]);
}

// An odd length, for which R's median of the residuals is exact.
TEST(Stl, RobustAgreesWithR) {
  const Decomposition d = stl(seasonal_walk(119, 12, 42), 12, {.seasonal_window = 7, .robust_iterations = 15});
  const auto expect = [](const std::vector<double>& x, double first, double middle, double last) {
    EXPECT_NEAR(x.at(0), first, 1e-10);
    EXPECT_NEAR(x.at(49), middle, 1e-10);
    EXPECT_NEAR(x.at(118), last, 1e-10);
  };
  expect(d.seasonal, 1.58683376178952, 2.55613711570899, -1.57220251993816);
  expect(d.trend, -0.42404344467457, -1.08321977147791, 0.0311953520204337);
  expect(d.robustness_weight, 0.956696075104523, 0.944357512364887, 0.956758660212102);
}

// One robust iteration is robust already: one inner iteration each, and weights.
TEST(Stl, OneRobustIterationAgreesWithR) {
  const Decomposition d = stl(seasonal_walk(119, 12, 42), 12, {.seasonal_window = 7, .robust_iterations = 1});
  EXPECT_NEAR(d.seasonal.at(0), 1.64298042335648, 1e-10);
  EXPECT_NEAR(d.seasonal.at(49), 2.59497212404874, 1e-10);
  EXPECT_NEAR(d.seasonal.at(118), -1.46648530562119, 1e-10);
  EXPECT_NEAR(d.trend.at(0), -0.4498234766212600, 1e-10);
  EXPECT_NEAR(d.trend.at(49), -1.1228970251491521, 1e-10);
  EXPECT_NEAR(d.trend.at(118), 0.0332140180077124, 1e-10);
  ASSERT_EQ(d.robustness_weight.size(), 119U);
  EXPECT_NEAR(d.robustness_weight.at(0), 0.915183431166835, 1e-10);
  EXPECT_NEAR(d.robustness_weight.at(49), 0.945216049382716, 1e-10);
  EXPECT_NEAR(d.robustness_weight.at(118), 0.996315224009720, 1e-10);
}

TEST(Stl, WindowsAndDegreesAgreeWithR) {
  const StlOptions options{
      .seasonal_window = 7, .trend_window = 31, .low_pass_window = 15, .seasonal_degree = 1, .inner_iterations = 3};
  const Decomposition d = stl(seasonal_walk(120, 12, 42), 12, options);
  expect_at(d.seasonal, {1.63036139594837, 2.64027383860275, 0.0418025788028493});
  expect_at(d.trend, {-0.332980325459032, -1.04865056048184, 0.0411199372377357});
}

TEST(Stl, RobustnessIgnoresAnOutlier) {
  std::vector<double> y = seasonal_walk(120, 12, 42);
  const StlOptions robust{.periodic = true, .robust_iterations = 15};
  const Decomposition clean = stl(y, 12, robust);
  y[60] += 100.0;
  const Decomposition spoiled = stl(y, 12, robust);
  EXPECT_EQ(spoiled.robustness_weight[60], 0.0);
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (t == 60) continue;
    EXPECT_NEAR(spoiled.remainder[t], clean.remainder[t], 0.5);
  }
}

TEST(Stl, RecoversADeterministicSeasonAndAddsUp) {
  for (const int m : {2, 7, 24, 52}) {
    const std::size_t n = 5 * static_cast<std::size_t>(m) + 1;
    std::vector<double> y(n);
    for (std::size_t t = 0; t < n; ++t) y[t] = 100.0 + (static_cast<int>(t) % m == 0 ? 10.0 : 0.0);
    const Decomposition d = stl(y, m);
    for (std::size_t t = 0; t < n; ++t) {
      EXPECT_NEAR(d.trend[t] + d.seasonal[t] + d.remainder[t], y[t], 1e-9);
      EXPECT_NEAR(d.seasonal[t], (static_cast<int>(t) % m == 0 ? 10.0 : 0.0) - 10.0 / m, 0.2) << m << ", " << t;
    }
  }
}

TEST(Stl, RefusesWhatIsTooShortOrOutOfRange) {
  EXPECT_THROW(stl(uniform_noise(14, 1), 7), InvalidArgument);
  EXPECT_THROW(stl(uniform_noise(50, 1), 1), InvalidArgument);
  EXPECT_THROW(stl(uniform_noise(50, 1), 7, {.seasonal_window = 1}), InvalidArgument);
  EXPECT_THROW(stl(uniform_noise(50, 1), 7, {.trend_degree = 2}), InvalidArgument);
  EXPECT_NO_THROW(stl(uniform_noise(15, 1), 7));
}

// More polls than there are loops: they poll inside, too.
TEST(Stl, CanBeEndedAtAnyTime) {
  class Countdown final : public Progress {
   public:
    explicit Countdown(int polls) : left_(polls) {}
    void poll() const override {
      if (left_-- == 0) throw Cancelled();
    }

   private:
    mutable int left_;
  };
  const std::vector<double> y = uniform_noise(100'000, 1);
  EXPECT_THROW(stl(y, 366, {}, Countdown(500)), Cancelled);
  EXPECT_THROW(mstl(y, {7}, {}, Countdown(25)), Cancelled);
}

TEST(Mstl, AgreesWithR) {
  std::vector<double> y = seasonal_walk(120, 12, 42);
  for (std::size_t t = 0; t < y.size(); ++t)
    y[t] += 2.0 * std::sin(2.0 * std::numbers::pi * (static_cast<double>(t) + 1.0) / 7.0);
  const MultiDecomposition d = mstl(y, {12, 7});
  ASSERT_EQ(d.season_lengths, (std::vector<int>{7, 12}));
  expect_at(d.trend, {-0.477145628190351, -1.18232935837427, 0.0613982912427836});
  expect_at(d.seasonal[0], {1.65079080548848, 1.60649236615163, 1.4405307211881});
  expect_at(d.seasonal[1], {1.63748743829784, 2.61964859374126, 0.0272995567730608});
  for (std::size_t t = 0; t < y.size(); ++t)
    EXPECT_NEAR(d.trend[t] + d.seasonal[0][t] + d.seasonal[1][t] + d.remainder[t], y[t], 1e-10);
}

TEST(Mstl, LeavesOutSeasonsThatDoNotFit) {
  const std::vector<double> y = seasonal_walk(30, 7, 9);
  EXPECT_EQ(mstl(y, {7, 15, 365, 7, 1}).season_lengths, (std::vector<int>{7}));
  const MultiDecomposition none = mstl(y, {20});
  EXPECT_TRUE(none.seasonal.empty());
  for (std::size_t t = 0; t < y.size(); ++t) EXPECT_NEAR(none.trend[t] + none.remainder[t], y[t], 1e-12);
  for (const std::size_t n : {0u, 1u, 2u, 3u}) EXPECT_EQ(mstl(uniform_noise(n, 1), {7}).trend.size(), n);
}

}  // namespace
}  // namespace performance_tracker
