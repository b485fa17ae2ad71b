// SPDX-License-Identifier: PostgreSQL
//
// Reference values: R 4.2.2 with urca 1.3.3 (ur.kpss, ur.df, ur.pp) and forecast 8.20 (ndiffs) on the same series.
#include "core/diagnostics/unit_root.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "core/base/error.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::seasonal_walk;
using testing::uniform_noise;

TEST(UnitRoot, StatisticsAgreeWithUrca) {
  const std::vector<double> y = seasonal_walk(120, 12, 42);
  EXPECT_NEAR(kpss_test(y).statistic, 0.107362527073181, 1e-10);
  EXPECT_NEAR(kpss_test(y, Deterministic::kTrend).statistic, 0.0768651896582814, 1e-10);
  EXPECT_NEAR(adf_test(y).statistic, -14.4889597749373, 1e-9);
  EXPECT_NEAR(adf_test(y, Deterministic::kTrend).statistic, -14.8756010402619, 1e-9);
  EXPECT_NEAR(phillips_perron_test(y).statistic, -4.40500209236182, 1e-9);
  EXPECT_NEAR(phillips_perron_test(y, Deterministic::kTrend).statistic, -4.4170334704711, 1e-9);
}

TEST(UnitRoot, CountsTheIntegrationOrder) {
  for (const auto test : {UnitRootTest::kKpss, UnitRootTest::kAdf, UnitRootTest::kPhillipsPerron}) {
    std::vector<double> y = uniform_noise(300, 7);
    EXPECT_EQ(number_of_differences(y, {.test = test}), 0);
    std::partial_sum(y.begin(), y.end(), y.begin());
    EXPECT_EQ(number_of_differences(y, {.test = test}), 1);
    std::partial_sum(y.begin(), y.end(), y.begin());
    EXPECT_EQ(number_of_differences(y, {.test = test}), 2);
    EXPECT_EQ(number_of_differences(y, {.test = test, .max_d = 1}), 1);
    EXPECT_EQ(number_of_differences(y, {.test = test, .max_d = 0}), 0);
  }
}

TEST(UnitRoot, ATrendIsADifferenceUnlessItIsPartOfTheNull) {
  std::vector<double> y = uniform_noise(200, 3);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += 0.1 * static_cast<double>(t);
  EXPECT_EQ(number_of_differences(y), 1);
  EXPECT_EQ(number_of_differences(y, {.deterministic = Deterministic::kTrend}), 0);
}

TEST(UnitRoot, IgnoresScaleAndShift) {
  const std::vector<double> y = seasonal_walk(150, 7, 5);
  for (const double scale : {1e-9, 1e12}) {
    std::vector<double> x = y;
    for (double& v : x) v = scale * (v + 1000.0);
    EXPECT_NEAR(kpss_test(x).statistic, kpss_test(y).statistic, 1e-7);
    EXPECT_NEAR(adf_test(x).statistic, adf_test(y).statistic, 1e-6);
    EXPECT_NEAR(phillips_perron_test(x).statistic, phillips_perron_test(y).statistic, 1e-6);
  }
}

TEST(UnitRoot, StaysWithinTheTabulatedLevels) {
  const UnitRootResult stationary = kpss_test(uniform_noise(100, 1));
  ASSERT_TRUE(stationary.p_value);
  EXPECT_DOUBLE_EQ(*stationary.p_value, 0.10);
  std::vector<double> line(100);
  std::iota(line.begin(), line.end(), 0.0);
  ASSERT_TRUE(kpss_test(line).p_value);
  EXPECT_DOUBLE_EQ(*kpss_test(line).p_value, 0.01);
}

TEST(UnitRoot, DegenerateSeriesNeedNoTest) {
  for (const auto test : {UnitRootTest::kKpss, UnitRootTest::kAdf, UnitRootTest::kPhillipsPerron}) {
    EXPECT_EQ(number_of_differences({}, {.test = test}), 0);
    EXPECT_EQ(number_of_differences(std::vector<double>{5.0}, {.test = test}), 0);
    EXPECT_EQ(number_of_differences(std::vector<double>(50, 3.7), {.test = test}), 0);
    EXPECT_LE(number_of_differences(std::vector<double>{1.0, 2.0, 4.0}, {.test = test}), 2);
    std::vector<double> spike(60, 0.0);
    spike[30] = 1.0;
    EXPECT_EQ(number_of_differences(spike, {.test = test}), 0);
  }
  // The difference of a straight line is constant up to rounding.
  std::vector<double> line(80);
  for (std::size_t t = 0; t < line.size(); ++t) line[t] = 1e6 + 0.1 * static_cast<double>(t);
  EXPECT_EQ(number_of_differences(line), 1);
}

// Two values that differ have a statistic, and it means nothing.
TEST(UnitRoot, TooFewValuesHaveNoLevel) {
  for (std::size_t n = 0; n < 3; ++n) EXPECT_FALSE(kpss_test(uniform_noise(n, 4)).p_value) << n;
  for (std::size_t n = 0; n < 6; ++n) {
    EXPECT_FALSE(adf_test(uniform_noise(n, 4)).p_value) << n;
    EXPECT_FALSE(phillips_perron_test(uniform_noise(n, 4)).p_value) << n;
    EXPECT_FALSE(adf_test(uniform_noise(n + 1, 4), Deterministic::kTrend).p_value) << n + 1;
    EXPECT_FALSE(phillips_perron_test(uniform_noise(n + 1, 4), Deterministic::kTrend).p_value) << n + 1;
  }
}

// One observation more than the regression has coefficients is enough; fewer: the test before.
TEST(UnitRoot, TheShortestSeriesHasALevel) {
  EXPECT_TRUE(adf_test(uniform_noise(6, 4)).p_value);
  EXPECT_TRUE(adf_test(uniform_noise(7, 4), Deterministic::kTrend).p_value);
}

TEST(UnitRoot, RefusesBadOptions) {
  const std::vector<double> y = uniform_noise(30, 1);
  EXPECT_THROW(number_of_differences(y, {.alpha = 0.5}), InvalidArgument);
  EXPECT_THROW(number_of_differences(y, {.max_d = -1}), InvalidArgument);
}

// Differences of a billionth of the level were taken for a constant.
TEST(UnitRoot, ALargeLevelHidesNoTrend) {
  std::vector<double> walk = seasonal_walk(200, 7, 5);
  const int differences = number_of_differences(walk);
  ASSERT_EQ(differences, 1);
  for (double& v : walk) v += 1e12;
  EXPECT_EQ(number_of_differences(walk), differences);
}

}  // namespace
}  // namespace performance_tracker
