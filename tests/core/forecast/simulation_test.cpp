// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/simulation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/arima/arima_polynomials.h"
#include "core/base/error.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::seasonal_walk;

const NeverCancelled kProgress;

StampedSeries daily(std::vector<double> values) {
  StampedSeries series;
  series.series.values = std::move(values);
  return series;
}

FittedModel airline(std::vector<double> y) {
  const ArimaOrder order{.d = 1, .q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 7};
  return fit_given(daily(std::move(y)), order, Constant::kNone, {}, kProgress);
}

// 20,000 paths: the mean is off by less than 4 of its standard errors, the deviation by less than 3%.
void expect_moments_of_the_forecast(const FittedModel& fitted) {
  const int horizon = 16, paths = 20000;
  const ModelForecast f = forecast_model(fitted, {.horizon = horizon, .future = {}}, kProgress);
  const std::vector<double> x = simulate_paths(fitted, {.horizon = horizon, .paths = paths, .seed = 11}, kProgress);
  ASSERT_EQ(x.size(), static_cast<std::size_t>(horizon * paths));
  for (std::size_t h = 0; h < 16; ++h) {
    double mean = 0, square = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(paths); ++k) mean += x[k * 16 + h] / paths;
    for (std::size_t k = 0; k < static_cast<std::size_t>(paths); ++k)
      square += std::pow(x[k * 16 + h] - mean, 2) / paths;
    EXPECT_NEAR(mean, f.value[h], 4 * f.standard_error[h] / std::sqrt(paths)) << h;
    EXPECT_NEAR(std::sqrt(square) / f.standard_error[h], 1, 0.03) << h;
  }
}

TEST(SimulatePaths, MomentsAreThoseOfTheForecast) { expect_moments_of_the_forecast(airline(seasonal_walk(120, 7, 4))); }

TEST(SimulatePaths, AlsoWithGapsInsideAndAtTheEnd) {
  std::vector<double> y = seasonal_walk(120, 7, 4);
  y[60] = y[111] = y[118] = y[119] = kMissing;
  expect_moments_of_the_forecast(airline(y));
}

TEST(SimulatePaths, AlsoOfTheConstantModel) {
  expect_moments_of_the_forecast(fit_automatically(daily({1, 5, 2, 8}), {}, kProgress));
}

TEST(PsiWeights, OfTheAirlineModelByHand) {
  ArimaModel model;
  model.order = {.d = 1, .q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 3};
  model.coefficients = {-0.4, -0.6};
  // 1, 1 + ma, 1 + ma, then a season later the same with the seasonal part added.
  const std::vector<double> psi = psi_weights(multiply_out(model), 5);
  EXPECT_DOUBLE_EQ(psi[0], 1);
  EXPECT_DOUBLE_EQ(psi[1], 0.6);
  EXPECT_DOUBLE_EQ(psi[2], 0.6);
  EXPECT_NEAR(psi[3], 0.6 + 0.4, 1e-15);
  EXPECT_NEAR(psi[4], 0.6 + 0.4 * 0.6, 1e-15);
}

// mt19937_64 with seed 5489 begins with 14514284786278117030: the standard's generator, and the quantile of its bits.
TEST(SimulatePaths, ASeedMeansTheSamePathsEverywhere) {
  FittedModel unit;
  unit.model.constant = Constant::kMean;
  unit.model.regression = {0};
  unit.model.variance = 1;
  unit.series.series.values = {0};
  const std::vector<double> x = simulate_paths(unit, {.horizon = 3, .paths = 2, .seed = 5489}, kProgress);
  EXPECT_NEAR(0.5 * std::erfc(-x[0] / std::sqrt(2.0)), 14514284786278117030.0 / 0x1p64, 1e-14);
  EXPECT_NEAR(0.5 * std::erfc(-x[1] / std::sqrt(2.0)), 4620546740167642908.0 / 0x1p64, 1e-14);
  EXPECT_EQ(x, simulate_paths(unit, {.horizon = 3, .paths = 2, .seed = 5489}, kProgress));
  EXPECT_NE(x, simulate_paths(unit, {.horizon = 3, .paths = 2, .seed = 5490}, kProgress));
}

TEST(SimulatePaths, RefusesTooMuch) {
  const FittedModel fitted = fit_automatically(daily({1, 2, 4}), {}, kProgress);
  EXPECT_THROW(simulate_paths(fitted, {.horizon = 0}, kProgress), InvalidArgument);
  EXPECT_THROW(simulate_paths(fitted, {.paths = 0}, kProgress), InvalidArgument);
  EXPECT_THROW(simulate_paths(fitted, {.horizon = 10'000, .paths = 1001}, kProgress), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
