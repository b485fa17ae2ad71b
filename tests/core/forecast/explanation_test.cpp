// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/explanation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::seasonal_walk;

const NeverCancelled progress;

StampedSeries daily(std::vector<double> values) {
  StampedSeries series;
  series.series.values = std::move(values);
  return series;
}

TEST(DecomposeSeries, AddsUpAndKeepsGaps) {
  std::vector<double> y = seasonal_walk(120, 7, 3);
  y[10] = y[11] = y[119] = kMissing;
  const SeriesDecomposition d = decompose_series(y, std::vector<int>{30, 7}, progress);
  ASSERT_EQ(d.season_lengths, (std::vector<int>{7, 30}));
  for (std::size_t t = 0; t < y.size(); ++t) {
    EXPECT_EQ(d.seasonal[t], d.components[0][t] + d.components[1][t]);
    EXPECT_TRUE(std::isfinite(d.trend[t]));
    EXPECT_EQ(std::isnan(d.residual[t]), std::isnan(y[t]));
    if (std::isnan(y[t])) continue;
    EXPECT_NEAR(d.trend[t] + d.seasonal[t] + d.residual[t], y[t], 1e-12);
  }
}

TEST(DecomposeSeries, FindsTheSeason) {
  EXPECT_EQ(decompose_series(seasonal_walk(140, 7, 3), std::nullopt, progress).season_lengths, std::vector<int>{7});
  EXPECT_TRUE(decompose_series(seasonal_walk(140, 7, 3), std::vector<int>{1}, progress).components.empty());
}

TEST(DecomposeSeries, RefusesSeasonsThatDoNotFit) {
  const std::vector<double> y = seasonal_walk(14, 7, 3);
  EXPECT_THROW(decompose_series(y, std::vector<int>{7}, progress), InvalidArgument);
  EXPECT_THROW(decompose_series(y, std::vector<int>{0}, progress), InvalidArgument);
  EXPECT_THROW(decompose_series(y, std::vector<int>{367}, progress), InvalidArgument);
}

TEST(ExplainForecast, ComponentsAddUpToDataAndToTheForecast) {
  std::vector<double> y = seasonal_walk(120, 7, 5);
  std::vector<double> x(134);
  for (std::size_t t = 0; t < x.size(); ++t) x[t] = t % 11 < 2 ? 1 : 0;
  for (std::size_t t = 0; t < y.size(); ++t) y[t] += 20 * x[t];
  y[40] = kMissing;
  const std::vector<double> past(x.begin(), x.begin() + 120), future(x.begin() + 120, x.end());
  const ArimaOrder order{.q = 1, .seasonal_d = 1, .seasonal_q = 1, .season_length = 7};
  const FittedModel fitted = fit_given(daily(y), order, Constant::kNone, {past}, progress);
  const ModelForecastOptions options{.horizon = 14, .confidence_level = 0.9, .future = {future}};
  const ForecastExplanation e = explain_forecast(fitted, options, progress);
  const ModelForecast f = forecast_model(fitted, options, progress);
  ASSERT_EQ(e.history, 120U);
  ASSERT_EQ(e.trend.size(), 134U);
  for (std::size_t t = 0; t < 134; ++t) {
    const double sum = e.trend[t] + e.seasonal[t] + e.regressor_effect[t] + e.residual[t];
    EXPECT_NEAR(e.regressor_effect[t], x[t] > 0 ? 20 : 0, 3);
    if (t >= 120) {
      EXPECT_NEAR(sum, f.value[t - 120], 1e-9);
      EXPECT_EQ(e.forecast_value[t], f.value[t - 120]);
      EXPECT_EQ(e.residual[t], 0);
    } else if (t == 40) {
      EXPECT_TRUE(std::isnan(e.residual[t]));
    } else {
      EXPECT_NEAR(sum, y[t], 1e-9);
    }
  }
  // The season that was put in has an amplitude of 3.
  EXPECT_GT(*std::max_element(e.seasonal.begin() + 120, e.seasonal.end()), 1.5);
}

TEST(ExplainForecast, WithoutSeasonThereIsNone) {
  const FittedModel fitted = fit_automatically(daily({1, 2, 3}), {}, progress);
  const ForecastExplanation e = explain_forecast(fitted, {.horizon = 2, .future = {}}, progress);
  for (const double s : e.seasonal) EXPECT_EQ(s, 0);
  EXPECT_EQ(e.trend[3], 2);
}

}  // namespace
}  // namespace performance_tracker
