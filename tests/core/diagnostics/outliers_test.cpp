// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/outliers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <vector>

#include "core/base/error.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

const NeverCancelled progress;

// Weekly season around a level, Gaussian noise of `noise` times the level.
std::vector<double> shop_series(std::size_t n, double level, double noise, unsigned seed) {
  constexpr double kWeek[7] = {1.0, 0.9, 0.85, 0.95, 1.05, 1.2, 1.05};
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t) y[t] = level * kWeek[t % 7] * (1.0 + noise * normal(random));
  return y;
}

const OutlierOptions kWeekly{.season_length = 7};

std::size_t count_of(const OutlierReport& report, OutlierKind kind) {
  return static_cast<std::size_t>(std::ranges::count(report.outliers, kind, &Outlier::kind));
}

TEST(Outliers, OneValueThatDoesNotBelong) {
  std::vector<double> y = shop_series(90, 500, 0.05, 1);
  const double was = y[60];
  y[60] = 8000;
  const OutlierReport found = find_outliers(y, kWeekly, progress);
  ASSERT_EQ(found.outliers.size(), 1u);
  EXPECT_EQ(found.outliers[0].kind, OutlierKind::kAdditive);
  EXPECT_EQ(found.outliers[0].step, 60u);
  EXPECT_EQ(found.outliers[0].actual, 8000);
  EXPECT_NEAR(found.outliers[0].expected, was, 150);
  EXPECT_NEAR(found.cleaned[60], was, 150);
  EXPECT_EQ(found.level_error, 0.0);
  y[60] = found.cleaned[60];
  EXPECT_EQ(found.cleaned, y);
}

TEST(Outliers, ManyOfThemDoNotHideEachOther) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::vector<double> y = shop_series(120, 200, 0.06, seed);
    const std::vector<std::size_t> bad{20, 21, 50, 77, 100};
    for (const std::size_t t : bad) y[t] *= 6;
    const OutlierReport found = find_outliers(y, kWeekly, progress);
    for (const std::size_t t : bad) {
      EXPECT_LT(found.cleaned[t], 350) << "seed " << seed << " step " << t;
      EXPECT_GT(found.cleaned[t], 100) << "seed " << seed << " step " << t;
    }
  }
}

TEST(Outliers, AShiftAtTheEndIsAShift) {
  std::vector<double> y = shop_series(90, 100, 0.05, 3);
  for (std::size_t t = 80; t < 90; ++t) y[t] /= 5;
  const OutlierReport found = find_outliers(y, kWeekly, progress);
  EXPECT_EQ(count_of(found, OutlierKind::kLevelShift), 1u);
  ASSERT_FALSE(found.outliers.empty());
  EXPECT_EQ(found.outliers[0].step, 80u);
  EXPECT_NEAR(std::exp(found.outliers[0].effect), 0.2, 0.03);
  EXPECT_GT(found.level_error, 0.0);
  // The past stands at the new level, its season with it.
  double mean_past = 0;
  for (std::size_t t = 0; t < 77; ++t) mean_past += found.cleaned[t] / 77;
  EXPECT_NEAR(mean_past, 20, 2);
}

TEST(Outliers, ShiftsOfThreeDaysAndMoreAreNoOutliers) {
  for (std::size_t days = 3; days <= 20; ++days) {
    std::vector<double> y = shop_series(90, 100, 0.05, static_cast<unsigned>(days));
    for (std::size_t t = 90 - days; t < 90; ++t) y[t] *= 3;
    const OutlierReport found = find_outliers(y, kWeekly, progress);
    EXPECT_EQ(count_of(found, OutlierKind::kLevelShift), 1u) << days;
    double past = 0;
    for (std::size_t t = 0; t < 70; ++t) past += found.cleaned[t] / 70;
    EXPECT_NEAR(past, 300, 45) << days;
  }
}

TEST(Outliers, TheLastDayAloneIsNoShift) {
  std::vector<double> y = shop_series(90, 500, 0.05, 4);
  y[89] = 8000;
  OutlierReport found = find_outliers(y, kWeekly, progress);
  ASSERT_EQ(found.outliers.size(), 1u);
  EXPECT_EQ(found.outliers[0].kind, OutlierKind::kAdditive);
  EXPECT_LT(found.cleaned[89], 700);
  y[89] = 0;
  found = find_outliers(y, kWeekly, progress);
  EXPECT_EQ(count_of(found, OutlierKind::kLevelShift), 0u);
  EXPECT_GT(found.cleaned[89], 350);
}

TEST(Outliers, ATemporaryChangeFadesAway) {
  std::vector<double> y = shop_series(120, 1000, 0.03, 5);
  for (std::size_t k = 0; k < 12; ++k) y[60 + k] *= std::exp(1.5 * std::pow(0.7, k));
  const OutlierReport found = find_outliers(y, kWeekly, progress);
  EXPECT_GE(count_of(found, OutlierKind::kTemporary), 1u);
  EXPECT_EQ(count_of(found, OutlierKind::kLevelShift), 0u);
  for (std::size_t t = 60; t < 66; ++t) EXPECT_NEAR(found.cleaned[t], 1000, 330) << t;
}

TEST(Outliers, FewFalseAlarmsOnGaussianSeries) {
  int alarms = 0;
  for (unsigned seed = 1; seed <= 200; ++seed)
    alarms += find_outliers(shop_series(90, 300, 0.1, seed), kWeekly, progress).outliers.empty() ? 0 : 1;
  EXPECT_LE(alarms, 24);  // 200 series, 54,000 hypotheses
}

TEST(Outliers, ACautiousSearchLeavesATrendAlone) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> y;
  double level = 1000;
  for (int t = 0; t < 100; ++t) {
    level *= 1.03;
    y.push_back(level * (1 + 0.01 * normal(random)));
  }
  OutlierOptions options;
  options.cautious = true;
  EXPECT_TRUE(find_outliers(y, options, progress).outliers.empty());
}

TEST(Outliers, TheSpreadChanges) {
  std::vector<double> y = shop_series(200, 500, 0.03, 9);
  const std::vector<double> wild = shop_series(200, 500, 0.15, 10);
  std::copy(wild.begin() + 120, wild.end(), y.begin() + 120);
  const OutlierReport found = find_outliers(y, kWeekly, progress);
  ASSERT_TRUE(found.variance_change.has_value());
  EXPECT_NEAR(static_cast<double>(found.variance_change->step), 120, 12);
  EXPECT_GT(found.variance_change->standard_ratio, 2);
  int alarms = 0;
  for (unsigned seed = 1; seed <= 100; ++seed)
    alarms += find_outliers(shop_series(200, 500, 0.05, seed), kWeekly, progress).variance_change ? 1 : 0;
  EXPECT_LE(alarms, 6);
}

TEST(Outliers, TwentyValuesAreEnoughAndNineteenAreNot) {
  std::vector<double> y = shop_series(20, 500, 0.05, 11);
  y[10] = 9000;
  EXPECT_EQ(find_outliers(y, {}, progress).outliers.size(), 1u);
  y.resize(19);
  EXPECT_TRUE(find_outliers(y, {}, progress).outliers.empty());
}

TEST(Outliers, DegenerateSeriesHaveNone) {
  const std::vector<std::vector<double>> odd{
      {}, std::vector<double>(50, 0.0), std::vector<double>(50, 7.0), std::vector<double>(50, kMissing)};
  for (const std::vector<double>& y : odd) {
    const OutlierReport found = find_outliers(y, kWeekly, progress);
    EXPECT_TRUE(found.outliers.empty());
    EXPECT_EQ(found.cleaned.size(), y.size());
  }
}

TEST(Outliers, OneValueAmongEqualOnes) {
  std::vector<double> y(60, 7.0);
  y[30] = 70;
  for (const double v : find_outliers(y, kWeekly, progress).cleaned) EXPECT_TRUE(std::isfinite(v));
}

TEST(Outliers, MissingValuesStayMissing) {
  std::vector<double> y = shop_series(90, 500, 0.05, 12);
  y[60] = 8000;
  y[61] = y[20] = kMissing;
  const OutlierReport found = find_outliers(y, kWeekly, progress);
  EXPECT_TRUE(std::isnan(found.cleaned[61]) && std::isnan(found.cleaned[20]));
  EXPECT_LT(found.cleaned[60], 800);
}

TEST(Outliers, EveryNumberIsFiniteWhateverComesIn) {
  std::mt19937 random(13);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int round = 0; round < 60; ++round) {
    std::vector<double> y(20 + static_cast<std::size_t>(round) * 3);
    for (double& v : y) v = round % 3 == 0 ? std::round(uniform(random)) : std::exp(20 * uniform(random));
    const OutlierReport found = find_outliers(y, {.season_length = 1 + round % 12}, progress);
    for (const double v : found.cleaned) EXPECT_TRUE(std::isfinite(v)) << round;
  }
}

TEST(Outliers, AHundredThousandValuesTakeNoLongerThanTheirEnd) {
  const auto start = std::chrono::steady_clock::now();
  find_outliers(shop_series(100'000, 500, 0.05, 14), kWeekly, progress);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Outliers, OptionsOutsideTheirRangesAreErrors) {
  const std::vector<double> y(30, 1.0);
  EXPECT_THROW(find_outliers(y, {.season_length = 0}, progress), InvalidArgument);
  EXPECT_THROW(find_outliers(y, {.critical = 0}, progress), InvalidArgument);
  EXPECT_THROW(find_outliers(y, {.fewest_after_shift = 1}, progress), InvalidArgument);
  EXPECT_THROW(find_outliers(y, {.largest_share = 0.9}, progress), InvalidArgument);
  EXPECT_THROW(find_outliers(y, {.look = 3}, progress), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
