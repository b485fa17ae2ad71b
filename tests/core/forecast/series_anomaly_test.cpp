// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/series_anomaly.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/base/error.h"
#include "core/series/time_series.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

std::vector<double> weekly(std::size_t n) {
  std::vector<double> y = testing::uniform_noise(n, 17);
  for (std::size_t t = 0; t < n; ++t)
    y[t] += 100 + 10 * std::sin(2 * std::numbers::pi * static_cast<double>(t) / 7) + 0.1 * static_cast<double>(t);
  return y;
}

std::vector<std::size_t> flagged(const std::vector<double>& y, const SeriesAnomalyOptions& options) {
  std::vector<std::size_t> at;
  const std::vector<SeriesAnomaly> judged = detect_series_anomalies(y, options, kProgress);
  EXPECT_EQ(judged.size(), y.size());
  for (std::size_t t = 0; t < judged.size(); ++t)
    if (judged[t].is_anomaly) at.push_back(t);
  return at;
}

TEST(SeriesAnomaly, FindsWhatWasPutIn) {
  std::vector<double> y = weekly(140);
  y[0] += 8;
  y[50] += 8;
  y[51] += 8;
  y[90] -= 8;
  y[139] -= 8;
  EXPECT_EQ(flagged(y, {.z_threshold = 6}), (std::vector<std::size_t>{0, 50, 51, 90, 139}));
}

// Well within the range of the series, but on the wrong day of the week.
TEST(SeriesAnomaly, KnowsTheSeason) {
  std::vector<double> y = weekly(140);
  y[70 + 2] -= 9;
  EXPECT_EQ(flagged(y, {.z_threshold = 6}), std::vector<std::size_t>{72});
}

TEST(SeriesAnomaly, WithoutSeason) {
  std::vector<double> y = testing::uniform_noise(60, 5);
  y[0] = 9;
  y[30] = -9;
  y[31] = kMissing;
  EXPECT_EQ(flagged(y, {.z_threshold = 5, .season_length = 1}), (std::vector<std::size_t>{0, 30}));
  EXPECT_TRUE(std::isnan(detect_series_anomalies(y, {}, kProgress)[31].z_score));
}

// Squares of such values are infinite: the scale was, too, and a drop of a hundred times the level had a z-score of 0.
TEST(SeriesAnomaly, JudgesValuesWhoseSquaresLeaveTheRangeOfNumbers) {
  std::vector<double> y = testing::uniform_noise(60, 5);
  y[30] = -9;
  std::vector<double> large = y;
  for (double& v : large) v *= 0x1p1000;
  const SeriesAnomalyOptions options{.z_threshold = 5, .season_length = 1};
  const std::vector<SeriesAnomaly> a = detect_series_anomalies(y, options, kProgress);
  const std::vector<SeriesAnomaly> b = detect_series_anomalies(large, options, kProgress);
  for (std::size_t t = 0; t < y.size(); ++t) {
    EXPECT_NEAR(a[t].z_score, b[t].z_score, 1e-9 * std::abs(a[t].z_score));
    EXPECT_EQ(a[t].is_anomaly, b[t].is_anomaly);
    EXPECT_NEAR(b[t].lower / 0x1p1000, a[t].lower, 1e-9);
  }
}

TEST(SeriesAnomaly, AConstantSeriesHasNoneButItsException) {
  std::vector<double> y(30, 0.1);
  EXPECT_TRUE(flagged(y, {}).empty());
  y[20] = 0.2;
  EXPECT_EQ(flagged(y, {}), std::vector<std::size_t>{20});
  EXPECT_TRUE(flagged({5}, {}).empty());
}

TEST(SeriesAnomaly, RefusesWhatIsOutOfRange) {
  EXPECT_THROW(detect_series_anomalies(weekly(30), {.z_threshold = 0}, kProgress), InvalidArgument);
  EXPECT_THROW(detect_series_anomalies(weekly(30), {.season_length = 367}, kProgress), InvalidArgument);
  EXPECT_THROW(detect_series_anomalies(std::vector<double>{kMissing}, {}, kProgress), InvalidData);
}

double false_alarm_rate(std::size_t n, int season_length) {
  const std::size_t repetitions = 14000 / n;
  const std::vector<double> u = testing::uniform_noise(12 * n * repetitions, 99);
  std::size_t alarms = 0;
  for (std::size_t r = 0; r < repetitions; ++r) {
    std::vector<double> y(n);
    for (std::size_t t = 0; t < n; ++t) {
      for (std::size_t k = 0; k < 12; ++k) y[t] += u[12 * (r * n + t) + k];  // sum of 12 uniforms: close to N(0, 1)
      y[t] += static_cast<double>(t % static_cast<std::size_t>(season_length));
    }
    alarms += flagged(y, {.season_length = season_length}).size();
  }
  return static_cast<double>(alarms) / static_cast<double>(n * repetitions);
}

// Of Gaussian noise 0.27% lie beyond 3 standard deviations; a robust scale of a fitted baseline lets some more through.
TEST(SeriesAnomaly, FalseAlarmsAreRare) {
  EXPECT_LT(false_alarm_rate(60, 7), 0.015);
  EXPECT_LT(false_alarm_rate(365, 7), 0.008);
  EXPECT_LT(false_alarm_rate(1400, 12), 0.006);
  EXPECT_LT(false_alarm_rate(365, 1), 0.008);
  EXPECT_GT(false_alarm_rate(1400, 7), 0.001);
}

}  // namespace
}  // namespace performance_tracker
