// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/forecast_sum.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

MethodFit arima(const std::vector<double>& y) { return fit_method(ForecastMethod::kArima, {y, 7}, {}, {}, kProgress); }

TEST(ForecastSum, IsTheSumOfTheForecast) {
  const MethodFit fit = arima(testing::seasonal_walk(150, 7, 3));
  const FitForecast f = forecast_fit(fit, 30, 0.8, false, {}, kProgress);
  double sum = 0, independent = 0, together = 0;
  for (std::size_t h = 0; h < 30; ++h) {
    sum += f.value[h];
    independent += f.standard_error[h] * f.standard_error[h];
    together += f.standard_error[h];
  }
  const ForecastSum s = forecast_sum(fit, {.last_step = 30, .levels = {0.5, 0.8}, .target = sum}, kProgress);
  EXPECT_NEAR(s.value, sum, 1e-9 * std::abs(sum));
  EXPECT_GT(s.standard_error, std::sqrt(independent)) << "the errors of a walk go together";
  EXPECT_LT(s.standard_error, 1.05 * together) << "but not as one";
  EXPECT_NEAR((s.upper[1] - s.lower[1]) / (2 * 1.2816 * s.standard_error), 1, 0.05) << "normal paths";
  EXPECT_LT(s.upper[0], s.upper[1]);
  ASSERT_TRUE(s.probability);
  EXPECT_NEAR(*s.probability, 0.5, 0.03);
}

TEST(ForecastSum, KnowsWhatIsKnownAndWhatIsExpected) {
  const MethodFit fit = arima(testing::seasonal_walk(150, 7, 3));
  const ForecastSum s = forecast_sum(
      fit, {.first_step = 3, .last_step = 5, .target = 1200, .known = 1000, .expected = {100, 110, 90}}, kProgress);
  EXPECT_NEAR(s.value, 1300, 1e-9);
  EXPECT_LE(s.lower[0], 1300);
  EXPECT_GE(s.upper[0], 1300);
  const ForecastSum sure = forecast_sum(fit, {.last_step = 5, .target = 0, .known = 1e9}, kProgress);
  EXPECT_EQ(*sure.probability, 1);
}

TEST(ForecastSum, NothingBelowZero) {
  std::vector<double> y(60, 0.0);
  for (std::size_t t = 0; t < y.size(); t += 9) y[t] = 3;
  const ForecastSum s = forecast_sum(arima(y), {.last_step = 10, .levels = {0.99}, .nonnegative = true}, kProgress);
  EXPECT_GE(s.lower[0], 0);
  EXPECT_GE(s.value, 0);
}

TEST(ForecastSum, BadInputIsNamed) {
  const MethodFit fit = arima(testing::seasonal_walk(60, 7, 3));
  EXPECT_THROW(forecast_sum(fit, {.first_step = 0}, kProgress), InvalidArgument);
  EXPECT_THROW(forecast_sum(fit, {.first_step = 5, .last_step = 4}, kProgress), InvalidArgument);
  EXPECT_THROW(forecast_sum(fit, {.last_step = kMaxHorizon + 1}, kProgress), InvalidArgument);
  EXPECT_THROW(forecast_sum(fit, {.levels = {}}, kProgress), InvalidArgument);
  EXPECT_THROW(forecast_sum(fit, {.levels = {80}}, kProgress), InvalidArgument);
  EXPECT_THROW(forecast_sum(fit, {.expected = {1, 2}}, kProgress), InvalidArgument);
  EXPECT_THROW(forecast_sum(fit, {.target = NAN}, kProgress), InvalidArgument);
  EXPECT_THROW(forecast_sum(fit, {.paths = 0}, kProgress), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
