// SPDX-License-Identifier: PostgreSQL
//
// The method auto and what it is made of.
#include "core/forecast/combination.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/random.h"
#include "core/forecast/auto_plan.h"
#include "core/forecast/forecast.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

std::vector<double> shop(std::size_t n, std::uint64_t seed, bool closed = false) {
  NormalGenerator normal(seed);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t)
    y.push_back(closed && t % 7 == 6 ? 0.0 : std::max(0.0, 100 + (t % 7 < 2 ? 30 : 0) + 8 * normal()));
  return y;
}

MethodFit fit(const std::vector<double>& y, int m, const Regressors& x = {}) {
  return fit_method(ForecastMethod::kAuto, {y, m}, x, {}, kProgress);
}

TEST(Combination, WeighsMembersByTheirErrorsAndSumsToOne) {
  RollingErrors past;
  past.actual = {0, 0, 0, 0, 10, 10};
  past.origins.push_back({4, {{10.5, 9.5}, {12, 8}, {11, 9}}, {{1, 1}, {1, 1}, {1, 1}}});
  for (const std::size_t length : {90, 300, 900}) {
    const std::vector<double> w = combination_weights(past, 3, length);
    EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 1, 1e-12);
    EXPECT_GT(w[0], w[2]);
    EXPECT_GT(w[2], w[1]);
  }
  // Long series trust the past more.
  EXPECT_GT(combination_weights(past, 3, 900)[0], combination_weights(past, 3, 90)[0]);
  EXPECT_NEAR(combination_weights({}, 4, 90)[2], 0.25, 1e-12);
}

TEST(Combination, ErrorShapeStartsNearTheNormalAndFollowsWhatIsSeen) {
  EXPECT_NEAR(ErrorShape({}).multiplier(0.8), 1.28, 0.03);
  EXPECT_GT(ErrorShape({}).multiplier(0.95), 1.96);
  const std::vector<double> wide(500, 3.0);
  EXPECT_NEAR(ErrorShape(wide).multiplier(0.8), 3.0, 1e-9);
  double before = 0;
  for (const double p : {0.0, 0.1, 0.5, 0.8, 0.95, 0.99, 0.9999, 1.0}) {
    const double multiplier = ErrorShape({0.1, 0.7, 2.5}).multiplier(p);
    EXPECT_TRUE(std::isfinite(multiplier));
    EXPECT_GE(multiplier, before);
    before = multiplier;
  }
}

TEST(Auto, PlansByWhatTheSeriesIs) {
  const auto has = [](const AutoPlan& plan, ForecastMethod m) {
    return std::find(plan.methods.begin(), plan.methods.end(), m) != plan.methods.end();
  };
  EXPECT_TRUE(has(plan_auto({shop(120, 1), 7, {}}), ForecastMethod::kLevelShape));
  EXPECT_EQ(plan_auto({shop(300, 1), 1, {}}).methods.size(), 1U);  // long without a season: ARIMA alone
  EXPECT_FALSE(has(plan_auto({shop(100, 1), 12, {}}), ForecastMethod::kWeekdayMedian));  // eight years of months
  // Three weeks: the median of each weekday; five: level and shape with it; but ARIMA where nothing varies.
  EXPECT_EQ(plan_auto({shop(21, 1), 7, {}}).methods, std::vector{ForecastMethod::kWeekdayMedian});
  EXPECT_EQ(plan_auto({shop(35, 1), 7, {}}).methods,
            (std::vector{ForecastMethod::kLevelShape, ForecastMethod::kWeekdayMedian}));
  EXPECT_TRUE(has(plan_auto({std::vector<double>(21, 3.0), 7, {}}), ForecastMethod::kArima));
  std::vector<double> sparse(100, 0.0);
  for (std::size_t t = 0; t < 100; t += 3) sparse[t] = static_cast<double>(1 + t % 2);
  EXPECT_EQ(plan_auto({sparse, 7, {}}).kind, AutoPlan::Kind::kSparse);
  // A closed weekday is no sparse demand, after two weeks either.
  std::vector<double> fortnight = shop(15, 2, true);
  for (double& v : fortnight) v = std::floor(v);
  fortnight[3] = fortnight[9] = 0;
  EXPECT_EQ(plan_auto({fortnight, 7, {}}).kind, AutoPlan::Kind::kDense);
  const AutoPlan closed = plan_auto({shop(120, 2, true), 7, {}});
  EXPECT_EQ(closed.kind, AutoPlan::Kind::kDense);
  EXPECT_TRUE(closed.closed_at(6) && !closed.closed_at(5));
}

TEST(Auto, KeepsAClosedDayClosedAndMoneyAboveZero) {
  const MethodFit f = fit(shop(120, 3, true), 7);
  const FitForecast forecast = forecast_fit(f, 28, 0.95, false, {}, kProgress);
  for (std::size_t h = 0; h < 28; ++h) {
    EXPECT_GE(forecast.lower[h], 0);
    if ((120 + h) % 7 == 6) {
      EXPECT_EQ(forecast.upper[h], 0);
    }
  }
  for (const double v : paths_of(f, {.horizon = 28, .paths = 50, .seed = 1}, false, kProgress)) EXPECT_GE(v, 0);
}

TEST(Auto, UsesRegressorsThroughAllItsMembers) {
  std::vector<double> y = shop(200, 4), promotion(200, 0.0);
  NormalGenerator random(5);
  for (std::size_t t = 0; t < 200; ++t)
    if (random.uniform() < 0.2) promotion[t] = 1, y[t] += 60;
  const MethodFit f = fit(y, 7, {promotion});
  const auto without = forecast_fit(f, 7, 0.8, false, {std::vector<double>(7, 0.0)}, kProgress);
  const auto with = forecast_fit(f, 7, 0.8, false, {std::vector<double>(7, 1.0)}, kProgress);
  for (std::size_t h = 0; h < 7; ++h) EXPECT_NEAR(with.value[h] - without.value[h], 60, 8);
}

TEST(Auto, CoversWhatItSaysOnSimulatedShops) {
  double inside80 = 0, inside95 = 0, sums80 = 0, count = 0, series = 0;
  for (std::uint64_t seed = 100; seed < 160; ++seed) {
    const std::vector<double> all = shop(134, seed);
    const MethodFit f = fit({all.begin(), all.begin() + 120}, 7);
    const FitForecast narrow = forecast_fit(f, 14, 0.8, false, {}, kProgress);
    const FitForecast wide = forecast_fit(f, 14, 0.95, false, {}, kProgress);
    std::vector<double> sums;
    const std::vector<double> paths = paths_of(f, {.horizon = 14, .paths = 400, .seed = seed}, false, kProgress);
    for (std::size_t p = 0; p < 400; ++p)
      sums.push_back(std::accumulate(paths.begin() + static_cast<std::ptrdiff_t>(14 * p),
                                     paths.begin() + static_cast<std::ptrdiff_t>(14 * p + 14), 0.0));
    std::sort(sums.begin(), sums.end());
    const double sum = std::accumulate(all.begin() + 120, all.end(), 0.0);
    sums80 += sum >= sums[40] && sum <= sums[359] ? 1 : 0;
    ++series;
    for (std::size_t h = 0; h < 14; ++h, ++count) {
      inside80 += all[120 + h] >= narrow.lower[h] && all[120 + h] <= narrow.upper[h] ? 1 : 0;
      inside95 += all[120 + h] >= wide.lower[h] && all[120 + h] <= wide.upper[h] ? 1 : 0;
    }
  }
  EXPECT_NEAR(inside80 / count, 0.80, 0.05);
  EXPECT_NEAR(inside95 / count, 0.95, 0.03);
  EXPECT_NEAR(sums80 / series, 0.80, 0.17);
}

TEST(Auto, NamesItsMembersWithTheirWeights) {
  const MethodFit f = fit(shop(200, 8), 7);
  EXPECT_TRUE(f.state->description().starts_with("Combination: ")) << f.state->description();
  double sum = 0;
  for (const MethodMeasure& m : f.state->glance())
    if (m.name.starts_with("weight_")) sum += m.value;
  EXPECT_NEAR(sum, 1, 1e-9);
}

}  // namespace
}  // namespace performance_tracker
