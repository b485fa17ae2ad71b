// SPDX-License-Identifier: PostgreSQL
//
// What the search for a model promises, whatever the series; tests against R are in reference_auto_arima_test.cpp.
#include "core/arima/auto_arima.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

// A straight line, a week and white noise: differencing once is once too often, and the week hardly changes.
TimeSeries line_and_week(unsigned seed, double season) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(0.0, 5.0);
  TimeSeries series;
  series.season_length = 7;
  for (int t = 0; t < 365; ++t)
    series.values.push_back(200.0 + 0.04 * t + season * std::sin(2.0 * std::numbers::pi * t / 7.0) + noise(random));
  return series;
}

TEST(AutoArima, ListsNoMoreModelsThanMaxModels) {
  for (const int most : {1, 5, 10, 30}) {
    AutoArimaOptions options;
    options.max_models = most;
    const AutoArimaResult result = auto_arima(line_and_week(1, 5.0), options, {}, kProgress);
    EXPECT_LE(result.candidates.size(), static_cast<std::size_t>(most));
  }
}

TEST(AutoArima, RefusesDifferencesOfAStationarySeries) {
  AutoArimaOptions options;
  options.stationary = true;
  options.d = 1;
  EXPECT_THROW(auto_arima(line_and_week(1, 5.0), options, {}, kProgress), InvalidArgument);
}

TEST(AutoArima, RefusesArgumentsWithAWayOut) {
  AutoArimaOptions options;
  options.max_p = -1;
  try {
    options.check();
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_NE(std::string(error.what()).find("max_p must be between 0 and 24, not -1"), std::string::npos);
    EXPECT_FALSE(error.hint().empty());
  }
  try {
    ArimaOrder{.p = 25}.check();
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_FALSE(error.hint().empty());
  }
}

// Models whose optimum lies on the unit circle were followed there for forty iterations each, though none is accepted.
TEST(AutoArima, GivesUpModelsThatStayOnTheUnitCircle) {
  AutoArimaOptions options;
  options.d = 1;
  options.seasonal_d = 0;
  long evaluations = 0;
  for (unsigned seed = 1; seed <= 10; ++seed)
    evaluations += auto_arima(line_and_week(seed, 6.0), options, {}, kProgress).evaluations;
  EXPECT_LT(evaluations, 16'000);
}

TEST(AutoArima, SaysWhichModelsUndoADifference) {
  AutoArimaOptions options;
  options.d = 1;
  const AutoArimaResult result = auto_arima(line_and_week(3, 0.0), options, {}, kProgress);
  const auto over_differenced = [](const ArimaCandidate& c) {
    return c.outcome == ArimaCandidate::Outcome::kOverDifferenced;
  };
  EXPECT_TRUE(std::any_of(result.candidates.begin(), result.candidates.end(), over_differenced));
  const auto says_so = [](const std::string& note) { return note.find("undo a difference") != std::string::npos; };
  EXPECT_TRUE(std::any_of(result.notes.begin(), result.notes.end(), says_so));
}

// The tests of differencing looked at the series itself, and differenced away a trend that a regressor explains.
TEST(AutoArima, ChoosesDifferencesOfWhatTheRegressorsLeave) {
  TimeSeries series = line_and_week(4, 0.0);
  series.season_length = 1;
  Regressors regressors(1);
  for (std::size_t t = 0; t < series.values.size(); ++t) {
    const double step = t < 180 ? 0.0 : 1e6;
    series.values[t] += step;
    regressors[0].push_back(step);
  }
  EXPECT_GT(auto_arima(series, {}, {}, kProgress).model.order.d, 0);
  regressors.emplace_back();
  for (std::size_t t = 0; t < series.values.size(); ++t) regressors[1].push_back(static_cast<double>(t));
  EXPECT_EQ(auto_arima(series, {}, regressors, kProgress).model.order.d, 0);
}

// Six years of months, differenced at the season, had room for one seasonal coefficient only.
TEST(AutoArima, CountsRoomForSeasonalCoefficientsBeforeDifferencing) {
  std::mt19937_64 random(9);
  std::normal_distribution<double> noise;
  TimeSeries series;
  series.season_length = 12;
  for (int t = 0; t < 72; ++t) series.values.push_back(10.0 * std::sin(std::numbers::pi * t / 6.0) + noise(random));
  const AutoArimaResult result = auto_arima(series, {}, {}, kProgress);
  EXPECT_TRUE(std::any_of(result.candidates.begin(), result.candidates.end(),
                          [](const ArimaCandidate& c) { return c.order.seasonal_p == 2; }));
}

TEST(AutoArima, TriesOneCoefficientOfALongSeason) {
  std::mt19937_64 random(10);
  std::normal_distribution<double> noise;
  TimeSeries series;
  series.season_length = 200;
  for (int t = 0; t < 1300; ++t)
    series.values.push_back(10.0 * std::sin(2.0 * std::numbers::pi * t / 200.0) + noise(random));
  const AutoArimaResult result = auto_arima(series, {}, {}, kProgress);
  EXPECT_NE(result.notes.front().find("no more than one seasonal coefficient"), std::string::npos);
}

// The best of a hundred models followed the noise of 24 values with three coefficients and more.
TEST(AutoArima, ALongSearchFindsNoLargeModelInFewObservations) {
  const NeverCancelled progress;
  int large = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    std::vector<double> y(24);
    for (double& v : y) v = normal(generator);
    large += auto_arima({y, 1}, {.d = 0}, {}, progress).model.order.coefficient_count() > 2;
  }
  EXPECT_LE(large, 1);
}

}  // namespace
}  // namespace performance_tracker
