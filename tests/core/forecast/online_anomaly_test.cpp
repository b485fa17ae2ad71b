// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/online_anomaly.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace performance_tracker {
namespace {

std::vector<double> noise(std::size_t n, unsigned seed, double level = 100, double sd = 5) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(level, sd);
  std::vector<double> y(n);
  for (double& v : y) v = normal(random);
  return y;
}

std::vector<SeriesAnomaly> judge(const std::vector<double>& y, const OnlineOptions& options = {}) {
  return detect_online_anomalies(y, options, NeverCancelled());
}

std::size_t alarms(const std::vector<SeriesAnomaly>& judged) {
  return static_cast<std::size_t>(
      std::count_if(judged.begin(), judged.end(), [](const SeriesAnomaly& a) { return a.is_anomaly; }));
}

TEST(OnlineAnomaly, WhatComesLaterChangesNothing) {
  std::vector<double> y = noise(400, 3);
  y[250] = 300;
  const std::vector<SeriesAnomaly> whole = judge(y);
  for (const std::size_t length : {100U, 251U, 333U}) {
    std::vector<double> early(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(length));
    const std::vector<SeriesAnomaly> judged = judge(early);
    for (std::size_t t = 0; t < length; ++t) {
      EXPECT_EQ(judged[t].is_anomaly, whole[t].is_anomaly) << t;
      EXPECT_DOUBLE_EQ(judged[t].probability, whole[t].probability) << t;
      EXPECT_DOUBLE_EQ(judged[t].expected, whole[t].expected) << t;
    }
  }
}

TEST(OnlineAnomaly, FindsASpikeAtOnceAndSaysItOnce) {
  std::vector<double> y = noise(600, 4);
  for (std::size_t t = 400; t < 410; ++t) y[t] = 250;
  const std::vector<SeriesAnomaly> judged = judge(y);
  EXPECT_TRUE(judged[400].is_anomaly);
  EXPECT_GT(judged[400].z_score, 10);
  for (std::size_t t = 403; t < 410; ++t) EXPECT_FALSE(judged[t].is_anomaly) << t;
}

TEST(OnlineAnomaly, FindsAFallToNothingAmongPositives) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> wide(3, 0.35);
  std::vector<double> y(600);
  for (double& v : y) v = wide(random);
  y[450] = 0;
  EXPECT_TRUE(judge(y)[450].is_anomaly);
}

TEST(OnlineAnomaly, OrdinaryNoiseIsQuiet) {
  std::size_t all = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) all += alarms(judge(noise(1000, seed)));
  EXPECT_LE(all, 100U);  // five of a thousand; 86 when this was written
}

// The deviations of a quiet stretch came near zero, and each ordinary change after it was an alarm.
TEST(OnlineAnomaly, AQuietHourDoesNotMakeTheNextOneAnAlarm) {
  std::vector<double> y = noise(1000, 6);
  for (std::size_t t = 500; t < 540; ++t) y[t] = 100;
  std::size_t after = 0;
  const std::vector<SeriesAnomaly> judged = judge(y);
  for (std::size_t t = 540; t < 1000; ++t) after += judged[t].is_anomaly;
  EXPECT_LE(after, 2U);
}

TEST(OnlineAnomaly, DegenerateSeriesAnswerInFiniteNumbers) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> step(200, 0.0);
  std::fill(step.begin() + 100, step.end(), 1.0);
  std::vector<double> gaps = noise(200, 7);
  for (std::size_t t = 0; t < 200; t += 3) gaps[t] = nan;
  for (const std::vector<double>& y :
       {std::vector<double>(200, 5.0), std::vector<double>(200, 0.0), step, gaps, std::vector<double>{7},
        std::vector<double>{1e300, -1e300, 1e300}, noise(200, 8, 1e-300, 1e-301), noise(200, 9, 1e18, 1e3)}) {
    const std::vector<SeriesAnomaly> judged = judge(y);
    ASSERT_EQ(judged.size(), y.size());
    for (std::size_t t = 0; t < y.size(); ++t) {
      EXPECT_EQ(std::isnan(judged[t].z_score), std::isnan(y[t]));
      if (std::isnan(y[t])) continue;
      EXPECT_TRUE(std::isfinite(judged[t].z_score) && std::isfinite(judged[t].probability));
      EXPECT_LE(judged[t].lower, judged[t].upper);
    }
  }
  EXPECT_EQ(alarms(judge(std::vector<double>(200, 5.0))), 0U);
  EXPECT_TRUE(judge(step)[100].is_anomaly);  // the first change ever
}

TEST(OnlineAnomaly, AHigherThresholdFlagsLessAndOthersAreRefused) {
  std::vector<double> y = noise(2000, 10);
  for (std::size_t t = 100; t < 2000; t += 97) y[t] += 25;
  EXPECT_LT(alarms(judge(y, {.z_threshold = 30})), alarms(judge(y, {.z_threshold = 1})));
  EXPECT_THROW(judge(y, {.z_threshold = 0}), InvalidArgument);
  EXPECT_THROW(judge(y, {.z_threshold = std::numeric_limits<double>::quiet_NaN()}), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
