// SPDX-License-Identifier: PostgreSQL
//
// Reference values: R 4.2.2 with forecast 8.20 (mstl, ocsb.test, nsdiffs) and uroot 2.1-2 (ch.test) on the same series;
// critical values of Canova & Hansen (1995), table 1.
#include "core/diagnostics/seasonal_tests.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numbers>
#include <vector>

#include "core/base/error.h"
#include "core/series/interpolation.h"
#include "core/series/time_series.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::seasonal_walk;
using testing::uniform_noise;

constexpr SeasonalTest kAllTests[] = {SeasonalTest::kSeasonalStrength, SeasonalTest::kOcsb,
                                      SeasonalTest::kCanovaHansen};

TEST(SeasonalTests, StatisticsAgreeWithR) {
  const std::vector<double> y = seasonal_walk(120, 12, 42);
  EXPECT_NEAR(seasonal_strength(y, 12), 0.98617859607282, 1e-11);
  const auto ocsb = ocsb_test(y, 12);
  ASSERT_TRUE(ocsb);
  EXPECT_NEAR(ocsb->statistic, -1.73446439098118, 1e-9);
  EXPECT_NEAR(ocsb->critical_value, -1.80296279118157, 1e-9);
  EXPECT_EQ(ocsb->lags, 1);
  const auto ch = canova_hansen_test(y, 12);
  ASSERT_TRUE(ch);
  EXPECT_NEAR(ch->statistic, 1.09357619735938, 1e-9);
}

TEST(SeasonalTests, DecisionsAgreeWithR) {
  const std::vector<double> y = seasonal_walk(120, 12, 42);
  EXPECT_EQ(number_of_seasonal_differences(y, 12), 1);
  EXPECT_EQ(number_of_seasonal_differences(y, 12, {.test = SeasonalTest::kOcsb}), 1);
  EXPECT_EQ(number_of_seasonal_differences(y, 12, {.test = SeasonalTest::kCanovaHansen}), 0);
  EXPECT_EQ(number_of_seasonal_differences(y, 12, {.max_D = 0}), 0);
}

TEST(SeasonalTests, CanovaHansenLevelsAreThePublishedOnes) {
  // One degree of freedom: the Cramér-von Mises distribution (Anderson & Darling 1952, table 1).
  EXPECT_NEAR(canova_hansen_p_value(0.34730, 1), 0.10, 1e-5);
  EXPECT_NEAR(canova_hansen_p_value(0.46136, 1), 0.05, 1e-5);
  EXPECT_NEAR(canova_hansen_p_value(0.74346, 1), 0.01, 1e-5);
  EXPECT_NEAR(canova_hansen_p_value(0.749, 2), 0.05, 0.002);
  EXPECT_NEAR(canova_hansen_p_value(1.07, 2), 0.01, 0.001);
  EXPECT_NEAR(canova_hansen_p_value(2.75, 11), 0.05, 0.003);
  EXPECT_NEAR(canova_hansen_p_value(2.49, 11), 0.10, 0.004);
  EXPECT_NEAR(canova_hansen_p_value(1e-6, 3), 1.0, 1e-6);
  EXPECT_NEAR(canova_hansen_p_value(50.0, 3), 0.0, 1e-6);
}

TEST(SeasonalTests, ASeasonThatWandersIsNotStable) {
  // Each phase a random walk of its own.
  std::vector<double> y = uniform_noise(400, 11);
  for (std::size_t t = 4; t < y.size(); ++t) y[t] += y[t - 4];
  const auto ch = canova_hansen_test(y, 4);
  ASSERT_TRUE(ch);
  EXPECT_LT(ch->p_value, 0.01);
  EXPECT_EQ(number_of_seasonal_differences(y, 4, {.test = SeasonalTest::kCanovaHansen}), 1);
  EXPECT_EQ(number_of_seasonal_differences(y, 4, {.test = SeasonalTest::kOcsb}), 1);
}

TEST(SeasonalTests, NoiseHasNoSeason) {
  const std::vector<double> y = uniform_noise(300, 17);
  for (const auto test : kAllTests) EXPECT_EQ(number_of_seasonal_differences(y, 7, {.test = test}), 0);
  EXPECT_LT(seasonal_strength(y, 7), 0.5);
}

TEST(SeasonalTests, DegenerateSeriesNeedNoDifference) {
  for (const auto test : kAllTests) {
    for (const std::size_t n : {0u, 1u, 2u, 7u, 8u, 14u, 15u, 20u}) {
      EXPECT_LE(number_of_seasonal_differences(uniform_noise(n, 3), 7, {.test = test}), 1) << n;
    }
    EXPECT_EQ(number_of_seasonal_differences(std::vector<double>(60, 2.5), 7, {.test = test}), 0);
    EXPECT_EQ(number_of_seasonal_differences(uniform_noise(60, 3), 1, {.test = test}), 0);
    EXPECT_EQ(number_of_seasonal_differences(uniform_noise(60, 3), 366, {.test = test}), 0);
  }
  // A perfect season: strength 1, and nothing left after one difference.
  std::vector<double> perfect(70);
  for (std::size_t t = 0; t < perfect.size(); ++t) perfect[t] = 0.1 * static_cast<double>(t % 7);
  EXPECT_EQ(number_of_seasonal_differences(perfect, 7, {.max_D = 2}), 1);
}

TEST(SeasonalTests, IgnoreScaleAndShift) {
  const std::vector<double> y = seasonal_walk(200, 7, 23);
  for (const double scale : {1e-9, 1e12}) {
    std::vector<double> x = y;
    for (double& v : x) v = scale * (v + 100.0);
    EXPECT_NEAR(seasonal_strength(x, 7), seasonal_strength(y, 7), 1e-8);
    EXPECT_NEAR(ocsb_test(x, 7)->statistic, ocsb_test(y, 7)->statistic, 1e-6);
    EXPECT_NEAR(canova_hansen_test(x, 7)->statistic, canova_hansen_test(y, 7)->statistic, 1e-6);
  }
}

TEST(SeasonalTests, RefuseBadOptions) {
  const std::vector<double> y = uniform_noise(60, 3);
  EXPECT_THROW(number_of_seasonal_differences(y, 7, {.alpha = 0.9}), InvalidArgument);
  EXPECT_THROW(number_of_seasonal_differences(y, 7, {.max_D = -1}), InvalidArgument);
  EXPECT_THROW(ocsb_test(y, 7, 9), InvalidArgument);
}

// An interpolated season has no noise, so that with many gaps a weak season looked strong.
TEST(SeasonalStrength, CountsWhatWasObserved) {
  int complete = 0, filled = 0, observed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::vector<double> y = uniform_noise(140, seed * 7919), holes = uniform_noise(140, seed * 104729);
    for (std::size_t t = 0; t < y.size(); ++t) y[t] = 3.4 * y[t] + 0.3 * static_cast<double>(t % 7);
    complete += number_of_seasonal_differences(y, 7);
    for (std::size_t t = 0; t < y.size(); ++t)
      if (holes[t] < 0.0) y[t] = kMissing;
    const std::vector<double> whole = interpolate_missing(y, 7);
    filled += number_of_seasonal_differences(whole, 7);
    observed += number_of_seasonal_differences(whole, 7, {}, y);
  }
  EXPECT_EQ(complete, 0);
  EXPECT_LE(observed, 2);
  EXPECT_GE(filled, 5);
}

}  // namespace
}  // namespace performance_tracker
