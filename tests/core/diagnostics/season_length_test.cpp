// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/season_length.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "core/base/error.h"
#include "core/series/time_series.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::uniform_noise;

// A random pattern of length m, as strong as the noise times `strength`, on a slope.
std::vector<double> seasonal(std::size_t n, int m, double strength, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> pattern(static_cast<std::size_t>(m));
  for (double& v : pattern) v = strength * normal(random);
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t)
    y[t] = 50.0 + 0.05 * static_cast<double>(t) + pattern[t % pattern.size()] + normal(random);
  return y;
}

template <typename Simulate>
int times(Simulate simulate, int expected) {
  int hits = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) hits += detect_season_length(simulate(seed)) == expected;
  return hits;
}

TEST(SeasonLength, FindsTheSeason) {
  for (const int m : {4, 7, 12, 24}) {
    const auto n = static_cast<std::size_t>(std::max(10 * m, 60));
    EXPECT_GE(times([&](unsigned seed) { return seasonal(n, m, 2.0, seed); }, m), 80) << m;
    EXPECT_GE(times([&](unsigned seed) { return seasonal(4 * n, m, 2.0, seed); }, m), 90) << m;
  }
}

// Days without a value split the weeks; within them the values rise by the same step from day to day, so the fall over
// the weekend is what shows the week.
TEST(SeasonLength, OfWorkingDaysIsTheWeek) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> y(690, kMissing);
    for (std::size_t t = 0; t < y.size(); ++t)
      if (t % 7 < 5)
        y[t] = 200.0 + 3.0 * static_cast<double>(t % 7) + 20.0 * std::sin(static_cast<double>(t) / 58.0) +
               4.0 * normal(random);
    EXPECT_EQ(detect_season_length(y), 7) << seed;
  }
}

// Of calendars and clocks: two of them and a half will do, where another length has to be there three times.
TEST(SeasonLength, FindsEachUsualLengthInTwoSeasons) {
  for (const int m : {12, 13, 24, 26, 30, 31, 48, 52, 60, 90, 91, 96, 144, 168, 288, 336, 365, 366}) {
    const auto n = static_cast<std::size_t>(2 * m + m / 2);
    EXPECT_EQ(detect_season_length(seasonal(n, m, 20.0, 7)), m) << n;
  }
  for (const int m : {14, 49, 53, 61, 92, 97, 145, 169, 289, 337}) {
    const auto n = static_cast<std::size_t>(2 * m + m / 2);
    EXPECT_NE(detect_season_length(seasonal(n, m, 20.0, 7)), m) << n;
    EXPECT_EQ(detect_season_length(seasonal(n + static_cast<std::size_t>(m), m, 20.0, 7)), m) << n;
  }
}

TEST(SeasonLength, FindsAWeekInAQuarterOfDailyData) {
  EXPECT_GE(times([](unsigned seed) { return seasonal(90, 7, 2.0, seed); }, 7), 93);
}

TEST(SeasonLength, FindsNoneInNoiseWalksAndTrends) {
  const auto noise = [](unsigned seed) { return seasonal(90, 1, 0.0, seed); };
  EXPECT_GE(times(noise, 1), 97);
  EXPECT_GE(times(
                [&](unsigned seed) {
                  std::vector<double> y = noise(seed);
                  for (std::size_t t = 1; t < y.size(); ++t) y[t] += y[t - 1];
                  return y;
                },
                1),
            97);
  EXPECT_GE(times(
                [&](unsigned seed) {
                  std::vector<double> y = noise(seed);
                  for (std::size_t t = 1; t < y.size(); ++t) y[t] += 0.7 * y[t - 1];
                  return y;
                },
                1),
            95);
}

TEST(SeasonLength, MissingValuesAndOutliersDoNotHideIt) {
  EXPECT_GE(times(
                [](unsigned seed) {
                  std::vector<double> y = seasonal(180, 7, 2.0, seed);
                  for (std::size_t t = 0; t < y.size(); t += 5) y[t] = kMissing;
                  y[33] = 1e6;
                  y[101] = -1e6;
                  return y;
                },
                7),
            95);
}

TEST(SeasonLength, FindsASmoothSeason) {
  std::vector<double> y = uniform_noise(120, 5);
  for (std::size_t t = 0; t < y.size(); ++t)
    y[t] += 3.0 * std::sin(2.0 * std::numbers::pi * static_cast<double>(t) / 12.0);
  EXPECT_EQ(detect_season_length(y), 12);
}

TEST(SeasonLength, FindsAPerfectSeasonAtAnyScale) {
  for (const double scale : {1e-9, 1.0, 1e12}) {
    std::vector<double> y(70);
    for (std::size_t t = 0; t < y.size(); ++t) y[t] = scale * static_cast<double>((t * t) % 7);
    EXPECT_EQ(detect_season_length(y), 7) << scale;
  }
}

TEST(SeasonLength, AnswersOneWhereThereIsTooLittle) {
  EXPECT_EQ(detect_season_length({}), 1);
  for (std::size_t n = 1; n < 8; ++n) EXPECT_EQ(detect_season_length(uniform_noise(n, 3)), 1);
  EXPECT_EQ(detect_season_length(std::vector<double>(100, 4.0)), 1);
  EXPECT_EQ(detect_season_length(std::vector<double>(100, kMissing)), 1);
  std::vector<double> spike(60, 0.0);
  spike[20] = 5.0;
  EXPECT_EQ(detect_season_length(spike), 1);
  std::vector<double> line(60);
  for (std::size_t t = 0; t < line.size(); ++t) line[t] = 3.0 * static_cast<double>(t);
  EXPECT_EQ(detect_season_length(line), 1);
}

TEST(SeasonLength, KeepsWithinTheLongestAllowed) {
  const std::vector<double> y = seasonal(240, 24, 3.0, 1);
  EXPECT_EQ(detect_season_length(y), 24);
  EXPECT_LE(detect_season_length(y, {.max_season_length = 12}), 12);
  EXPECT_EQ(detect_season_length(y, {.max_season_length = 1}), 1);
  EXPECT_THROW(detect_season_length(y, {.max_season_length = 0}), InvalidArgument);
  EXPECT_THROW(detect_season_length(y, {.max_season_length = 367}), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
