// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/carried_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/forecast/automatic_model.h"
#include "core/forecast/explanation.h"
#include "core/forecast/simulation.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::seasonal_walk;
using testing::uniform_noise;

const NeverCancelled kProgress;

StampedSeries series_of(std::vector<double> values) {
  StampedSeries stamped;
  stamped.series.values = std::move(values);
  return stamped;
}

FittedModel fit(std::vector<double> values, int season_length = 0) {
  return fit_automatically(series_of(std::move(values)),
                           {.season_length = season_length, .arima = {}, .regressors = {}}, kProgress);
}

// The closed forms are those of the exact likelihood, gaps included.
TEST(CarriedModel, NaiveIsThePureDifferenceOfTheExactLikelihood) {
  for (const int m : {1, 7}) {
    std::vector<double> y = uniform_noise(60, 5);
    for (const std::size_t t : {11u, 12u, 30u, 37u, 58u, 59u}) y[t] = kMissing;
    const ArimaModel ours = naive_model(y, m);
    const ArimaModel exact = evaluate_arima(y, ours.order, {}, {}, kProgress);
    EXPECT_NEAR(ours.variance, exact.variance, 1e-9 * exact.variance);
    EXPECT_NEAR(ours.log_likelihood, exact.log_likelihood, 1e-9 * std::abs(exact.log_likelihood));
    EXPECT_NEAR(ours.aicc, exact.aicc, 1e-9 * std::abs(exact.aicc));
    EXPECT_EQ(ours.observations, exact.observations);
    const ArimaForecast f = forecast_carried(ours, y, 16);
    const ArimaForecast g = forecast_arima(exact, y, {}, 16, {}, kProgress);
    for (std::size_t h = 0; h < 16; ++h) {
      EXPECT_NEAR(f.value[h], g.value[h], 1e-9);
      EXPECT_NEAR(f.standard_error[h], g.standard_error[h], 1e-9);
    }
  }
}

TEST(CarriedModel, MeanOfAFewIsUncertainItself) {
  const std::vector<double> y{1, 2, 4, 9};
  const ArimaForecast f = forecast_carried(mean_model(summarize(y)), y, 2);
  EXPECT_DOUBLE_EQ(f.value[1], 4);
  EXPECT_DOUBLE_EQ(f.standard_error[1], std::sqrt(38.0 / 3.0 * 1.25));
}

// forecast(auto_arima(series)) forgot the season that forecast(series) carried on.
TEST(CarriedModel, AFallbackCarriesTheSeason) {
  std::vector<double> y(28, kMissing);
  for (std::size_t t = 0; t < 27; t += 3) y[t] = static_cast<double>(t % 4) + 0.01 * static_cast<double>(t % 11);
  const FittedModel fitted = fit(y, 4);
  EXPECT_EQ(fitted.model.to_string(), "ARIMA(0,0,0)(0,1,0)[4]");
  EXPECT_EQ(fitted.status,
            "19 missing values; only 9 observations, fewer than 10: the value one season before is carried on");
  const ModelForecast f = forecast_model(fitted, {.horizon = 8, .future = {}}, kProgress);
  for (std::size_t h = 0; h < 8; ++h) EXPECT_NEAR(f.value[h], static_cast<double>(h % 4), 0.11);
  EXPECT_GT(f.standard_error[4], f.standard_error[0]);
}

TEST(CarriedModel, AFewObservationsCarryTheirSeasonIfTheyFillItTwice) {
  EXPECT_EQ(fit({1, 9, 5, 2, 8, 5, 1, 9}, 3).model.to_string(), "ARIMA(0,0,0)(0,1,0)[3]");
  EXPECT_EQ(fit({1, 9, 5, 2, 8, 5, 1, 9}, 7).model.to_string(), "ARIMA(0,0,0) with mean");
}

TEST(CarriedModel, AWeekdayNeverSeenIsGivenTheMean) {
  const std::vector<double> y{1, kMissing, 3, 2, kMissing, 5};
  const ArimaForecast f = forecast_carried(naive_model(y, 3), y, 3);
  EXPECT_EQ(f.value[0], 2);
  EXPECT_EQ(f.value[1], 2.75);
  EXPECT_GT(f.standard_error[1], f.standard_error[0]);
}

TEST(CarriedModel, UpdatingNaiveTakesTheNewValues) {
  std::vector<double> y(26, kMissing);
  for (std::size_t t = 0; t < y.size(); t += 3) y[t] = static_cast<double>(t * t % 17);
  const FittedModel fitted = fit(y, 2);
  ASSERT_EQ(fitted.model.to_string(), "ARIMA(0,0,0)(0,1,0)[2]");
  y.insert(y.end(), {5, 6});
  const FittedModel later = update_model(fitted, series_of(y), {}, kProgress);
  EXPECT_EQ(forecast_model(later, {.horizon = 2, .future = {}}, kProgress).value[1], 6);
  EXPECT_EQ(later.status, "17 missing values; the value one season before is carried on");
}

// A unit is a power of two, so a series and its multiples have the same model, and the same shape of everything.
TEST(CarriedModel, ExtremeScalesOnlyScale) {
  std::vector<double> y = seasonal_walk(90, 7, 3);
  const double scale = 0x1p1000;
  std::vector<double> large = y;
  for (double& v : large) v *= scale;
  const FittedModel a = fit(y, 7), b = fit(large, 7);
  EXPECT_EQ(a.model.to_string(), b.model.to_string());
  EXPECT_NE(b.status.find("computed in multiples of "), std::string::npos);
  const ForecastExplanation e = explain_forecast(a, {.horizon = 5, .future = {}}, kProgress);
  const ForecastExplanation f = explain_forecast(b, {.horizon = 5, .future = {}}, kProgress);
  for (std::size_t t = 0; t < e.data.size(); ++t) {
    EXPECT_NEAR(f.trend[t] / scale, e.trend[t], 1e-6 * std::abs(e.trend[t]));
    if (!std::isnan(e.standard_error[t])) {
      EXPECT_NEAR(f.standard_error[t] / scale, e.standard_error[t], 1e-6 * e.standard_error[t]);
    }
  }
  const std::vector<double> paths = simulate_paths(b, {.horizon = 5, .paths = 3, .seed = 1, .future = {}}, kProgress);
  const std::vector<double> small = simulate_paths(a, {.horizon = 5, .paths = 3, .seed = 1, .future = {}}, kProgress);
  for (std::size_t i = 0; i < paths.size(); ++i) EXPECT_NEAR(paths[i] / scale, small[i], 1e-6 * std::abs(small[i]));
  y.push_back(100);
  large.push_back(100 * scale);
  const ModelForecastOptions next{.horizon = 1, .future = {}};
  EXPECT_NEAR(forecast_model(update_model(b, series_of(large), {}, kProgress), next, kProgress).upper[0] / scale,
              forecast_model(update_model(a, series_of(y), {}, kProgress), next, kProgress).upper[0], 1e-4);
}

}  // namespace
}  // namespace performance_tracker
