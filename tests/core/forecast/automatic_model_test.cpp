// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/automatic_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/forecast/forecast.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

StampedSeries series_of(std::vector<double> values) {
  StampedSeries stamped;
  stamped.series.values = std::move(values);
  return stamped;
}

// Deterministic disturbance around a weekly season and a trend.
std::vector<double> weekly(std::size_t n) {
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t)
    y[t] = 100 + 0.3 * static_cast<double>(t) + 20 * std::sin(0.8975979 * static_cast<double>(t)) +
           static_cast<double>((t * 7919 + t * t) % 13);
  return y;
}

TEST(AutomaticModel, ForecastsAsForecastDoes) {
  const std::vector<double> y = weekly(120);
  const FittedModel fitted =
      fit_automatically(series_of(y), {.season_length = 7, .arima = {}, .regressors = {}}, kProgress);
  const ModelForecast ours = forecast_model(fitted, {.horizon = 14, .future = {}}, kProgress);
  const Forecast facade = forecast({y, 7}, {.horizon = 14}, kProgress);
  EXPECT_EQ(fitted.model.to_string(), facade.model);
  EXPECT_EQ(ours.value, facade.value);
  EXPECT_EQ(ours.lower, facade.lower);
}

TEST(AutomaticModel, KeptAndReadBackItForecastsTheSame) {
  const FittedModel fitted =
      fit_automatically(series_of(weekly(90)), {.season_length = 7, .arima = {}, .regressors = {}}, kProgress);
  const ModelForecastOptions options{.horizon = 10, .future = {}};
  EXPECT_EQ(forecast_model(decode_model(encode_model(fitted)), options, kProgress).value,
            forecast_model(fitted, options, kProgress).value);
}

TEST(AutomaticModel, AStraightLineGoesOn) {
  std::vector<double> y(30);
  std::iota(y.begin(), y.end(), 5.0);
  const FittedModel fitted = fit_automatically(series_of(y), {}, kProgress);
  EXPECT_EQ(fitted.model.to_string(), "ARIMA(0,1,0) with drift");
  EXPECT_DOUBLE_EQ(forecast_model(fitted, {.horizon = 3, .future = {}}, kProgress).value[2], 37);
  EXPECT_DOUBLE_EQ(fitted_values(fitted, kProgress)[29], 34);
  y.push_back(35);
  EXPECT_DOUBLE_EQ(
      forecast_model(update_model(fitted, series_of(y), {}, kProgress), {.horizon = 1, .future = {}}, kProgress)
          .value[0],
      36);
  y.push_back(0);
  EXPECT_THROW(update_model(fitted, series_of(y), {}, kProgress), InvalidData);
}

TEST(AutomaticModel, AnExactSeasonGoesOn) {
  std::vector<double> y;
  for (int week = 0; week < 6; ++week) y.insert(y.end(), {1, 5, 2, 8, 3, 9, 4});
  const FittedModel fitted =
      fit_automatically(series_of(y), {.season_length = 7, .arima = {}, .regressors = {}}, kProgress);
  EXPECT_EQ(forecast_model(fitted, {.horizon = 7, .future = {}}, kProgress).value,
            (std::vector<double>{1, 5, 2, 8, 3, 9, 4}));
}

TEST(AutomaticModel, WhatCannotCarryAModelSaysSo) {
  EXPECT_NE(fit_automatically(series_of({1}), {}, kProgress).status.find("single observation"), std::string::npos);
  EXPECT_NE(fit_automatically(series_of({4, 4, 4}), {}, kProgress).status.find("equal"), std::string::npos);
  EXPECT_NE(fit_automatically(series_of({1, 2, kMissing, 5}), {}, kProgress).status.find("1 missing value; only 3"),
            std::string::npos);
  EXPECT_THROW(fit_automatically(series_of({}), {}, kProgress), InvalidData);
  EXPECT_THROW(fit_automatically(series_of({kMissing}), {}, kProgress), InvalidData);
  EXPECT_THROW(fit_automatically(series_of({1, INFINITY}), {}, kProgress), InvalidData);
  EXPECT_THROW(search_models(series_of({1, 2}), {}, kProgress), InvalidData);
}

TEST(AutomaticModel, UpdatingKeepsTheCoefficients) {
  const std::vector<double> y = weekly(150);
  const FittedModel first = fit_given(series_of({y.begin(), y.begin() + 120}), {.p = 1, .q = 1, .season_length = 1},
                                      Constant::kMean, {}, kProgress);
  const FittedModel later = update_model(first, series_of(y), {}, kProgress);
  EXPECT_EQ(later.model.coefficients, first.model.coefficients);
  EXPECT_EQ(later.series.series.values, y);
  EXPECT_LE(later.model.log_likelihood,
            fit_given(series_of(y), {.p = 1, .q = 1, .season_length = 1}, Constant::kMean, {}, kProgress)
                    .model.log_likelihood +
                1e-6);
}

TEST(AutomaticModel, ContinuingFillsGapsAndRefusesOtherSteps) {
  const StampedSeries base = parse_series("2026-01-01 / 1 day : {1,NULL,3}");
  EXPECT_EQ(format_series(continue_series(base, parse_series("2026-01-02 / 1 day : {2,NULL,NULL,5}"))),
            "2026-01-01 / 1 day : {1,2,3,NULL,5}");
  // A few rows have no step of their own: what falls on the series' steps carries on, what does not is refused.
  EXPECT_EQ(format_series(continue_series(base, parse_series("2026-01-02 / 1 week : {2,9}"))),
            "2026-01-01 / 1 day : {1,2,3,NULL,NULL,NULL,NULL,NULL,9}");
  EXPECT_THROW(continue_series(base, parse_series("2026-01-01 / 1 month : {2,3}")), InvalidArgument);
  EXPECT_THROW(continue_series(base, parse_series("2025-12-31 / 1 day : {2}")), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
