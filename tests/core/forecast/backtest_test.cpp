// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/backtest.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::seasonal_walk;

const NeverCancelled kProgress;

void expect_same(const BacktestFold& a, const BacktestFold& b) {
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.season_length, b.season_length);
  EXPECT_EQ(a.naive_error, b.naive_error);
  EXPECT_EQ(a.forecast.value, b.forecast.value);
  EXPECT_EQ(a.forecast.lower, b.forecast.lower);
  EXPECT_EQ(a.seasonal_naive.value, b.seasonal_naive.value);
}

TEST(Backtest, FoldsFollowEachOtherToTheEnd) {
  const Backtest b = backtest(seasonal_walk(100, 7, 1), {.folds = 3, .horizon = 10}, kProgress);
  ASSERT_EQ(b.folds.size(), 3U);
  EXPECT_EQ(b.folds[0].training, 70U);
  EXPECT_EQ(b.folds[2].training, 90U);
  for (const BacktestFold& fold : b.folds) EXPECT_EQ(fold.forecast.value.size(), 10U);
}

// Whatever comes after a fold's origin, its forecast stays the same.
TEST(Backtest, NeverUsesTheFuture) {
  const std::vector<double> y = seasonal_walk(100, 7, 1);
  const Backtest whole = backtest(y, {.folds = 3, .horizon = 10}, kProgress);
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<double> other = y;
    for (std::size_t t = whole.folds[k].training; t < y.size(); ++t)
      other[t] = 1000.0 - 7.0 * static_cast<double>(t % 5);
    expect_same(backtest(other, {.folds = 3, .horizon = 10}, kProgress).folds[k], whole.folds[k]);
  }
}

TEST(Backtest, AFoldIsTheForecastOfItsTrainingPart) {
  const std::vector<double> y = seasonal_walk(100, 7, 2);
  const Backtest b = backtest(y, {.folds = 2, .horizon = 7, .confidence_level = 0.9}, kProgress);
  const Forecast f = forecast({{y.begin(), y.begin() + 86}, 0}, {.horizon = 7, .confidence_level = 0.9}, kProgress);
  EXPECT_EQ(b.folds[0].forecast.value, f.value);
  EXPECT_EQ(b.folds[0].forecast.upper, f.upper);
  EXPECT_EQ(b.folds[0].model, f.model);
}

TEST(Backtest, TheHorizonIsASeasonUnlessTheSeriesIsTooShortForIt) {
  EXPECT_EQ(backtest(seasonal_walk(140, 7, 1), {.folds = 2}, kProgress).horizon, 7);
  EXPECT_EQ(backtest(seasonal_walk(40, 12, 1), {.folds = 5, .season_length = 12}, kProgress).horizon, 4);
}

// By hand, from errors of 2, -2 and -10; the last actual is missing.
TEST(ForecastAccuracy, IsWhatTheDefinitionsSay) {
  Backtest b;
  b.horizon = 2;
  b.folds = {{.training = 2, .naive_error = 2, .forecast = {{12, 18}, {2, 3}, {9, 10}, {15, 19}}},
             {.training = 4, .naive_error = 4, .forecast = {{30, 50}, {8, 8}, {20, 40}, {40, 60}}}};
  const std::vector<double> y = {0, 0, 10, 20, 40, kMissing};
  const ForecastAccuracy a = forecast_accuracy(y, b, &BacktestFold::forecast);
  EXPECT_EQ(a.n, 3);
  EXPECT_EQ(a.folds, 2);
  EXPECT_DOUBLE_EQ(a.mae, 14.0 / 3);
  EXPECT_DOUBLE_EQ(a.rmse, std::sqrt(108.0 / 3));
  EXPECT_DOUBLE_EQ(a.mape, (0.2 + 0.1 + 0.25) / 3);
  EXPECT_DOUBLE_EQ(a.smape, (4.0 / 22 + 4.0 / 38 + 20.0 / 70) / 3);
  EXPECT_DOUBLE_EQ(a.mase, (1 + 1 + 2.5) / 3);
  EXPECT_DOUBLE_EQ(a.bias, -10.0 / 3);
  EXPECT_DOUBLE_EQ(a.coverage, 2.0 / 3);
}

// The root mean square of errors of 1e-200 was 0, that of 1e200 infinite.
TEST(ForecastAccuracy, ScalesWithTheSeries) {
  for (const double scale : {0x1p-700, 0x1p700}) {
    Backtest b;
    b.folds = {{.training = 1,
                .naive_error = scale,
                .forecast = {{3 * scale, 1 * scale}, {}, {0, 0}, {9 * scale, 9 * scale}}}};
    const ForecastAccuracy a =
        forecast_accuracy(std::vector<double>{0, 2 * scale, 4 * scale}, b, &BacktestFold::forecast);
    EXPECT_DOUBLE_EQ(a.rmse, scale * std::sqrt(5.0));
    EXPECT_DOUBLE_EQ(a.mae, scale * 2);
    EXPECT_DOUBLE_EQ(a.bias, scale * -1);
    EXPECT_DOUBLE_EQ(a.mase, 2);
    EXPECT_EQ(a.coverage, 1);
  }
}

TEST(ForecastAccuracy, ZeroDenominatorsAreUndefined) {
  Backtest b;
  b.folds = {{.training = 1, .naive_error = 0, .forecast = {{0}, {0}, {0}, {0}}}};
  const ForecastAccuracy a = forecast_accuracy(std::vector<double>{0, 0}, b, &BacktestFold::forecast);
  EXPECT_EQ(a.mae, 0);
  EXPECT_TRUE(std::isnan(a.mape) && std::isnan(a.smape) && std::isnan(a.mase));
  EXPECT_EQ(a.coverage, 1);
  EXPECT_TRUE(std::isnan(forecast_accuracy(std::vector<double>{0, kMissing}, b, &BacktestFold::forecast).mae));
}

TEST(Backtest, RefusesWhatCannotBe) {
  const std::vector<double> series = seasonal_walk(40, 7, 1);
  EXPECT_THROW(backtest(series, {.folds = 0}, kProgress), InvalidArgument);
  EXPECT_THROW(backtest(series, {.folds = 5, .horizon = 7}, kProgress), InvalidArgument);
  EXPECT_THROW(backtest(series, {.horizon = -1}, kProgress), InvalidArgument);
  EXPECT_THROW(backtest(series, {.season_length = 367}, kProgress), InvalidArgument);
  EXPECT_THROW(backtest(series, {.confidence_level = 80}, kProgress), InvalidArgument);
  std::vector<double> late(40, kMissing);
  late[39] = 1;
  EXPECT_THROW(backtest(late, {.folds = 2, .horizon = 5}, kProgress), InvalidData);
}

}  // namespace
}  // namespace performance_tracker
