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
#include "core/forecast/error_shape.h"
#include "core/forecast/forecast.h"
#include "core/forecast/method_list.h"

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
  for (const double power : {2.0, 4.0, 8.0}) {
    const std::vector<double> w = combination_weights(past, 3, {.power = power});
    EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 1, 1e-12);
    EXPECT_GT(w[0], w[2]);
    EXPECT_GT(w[2], w[1]);
  }
  EXPECT_GT(combination_weights(past, 3, {.power = 8})[0], combination_weights(past, 3, {.power = 2})[0]);
  EXPECT_NEAR(combination_weights({}, 4, {.power = 2})[2], 0.25, 1e-12);
  // The first member may be favoured.
  EXPECT_GT(combination_weights(past, 3, {.power = 2, .first = 0.5})[0], combination_weights(past, 3, {.power = 2})[0]);
}

// Errors at one origin, in standard errors of 2.
RollingErrors past_with(const std::vector<double>& errors) {
  RollingErrors past;
  past.actual.assign(100, 50.0);
  RollingErrors::Origin origin{100, {{}}, {{}}};
  for (const double e : errors) {
    past.actual.push_back(50 + 2 * e);
    origin.value[0].push_back(50);
    origin.standard_error[0].push_back(2);
  }
  past.origins.push_back(std::move(origin));
  return past;
}

ErrorShape shape_of(const std::vector<double>& errors, const std::vector<double>& residuals = {}) {
  const std::vector<double> one{1.0};
  return ErrorShape(error_evidence(past_with(errors), one, residuals, residuals.empty() ? 1 : 7, {}));
}

TEST(ErrorShape, IsWiderForWhatMissedMoreAndGrowsWithTheLevel) {
  const std::vector<double> calm(14, 0.8), wild(14, 2.4);
  const ErrorShape as_said = shape_of(calm), wide = shape_of(wild);
  EXPECT_GT(wide.above(0.8), 1.2 * as_said.above(0.8));
  EXPECT_LT(wide.above(0.8), 3 * as_said.above(0.8));  // drawn to what the models say
  double up = 0, down = 0;
  for (const double p : {0.1, 0.5, 0.8, 0.95, 0.99, 0.9999, 1 - 1e-9}) {
    EXPECT_TRUE(std::isfinite(wide.above(p)) && std::isfinite(wide.below(p)));
    EXPECT_GT(wide.above(p), up);
    EXPECT_GT(wide.below(p), down);
    up = wide.above(p);
    down = wide.below(p);
  }
  // Paths and bounds are one distribution: 1.2816 is the normal 80%.
  EXPECT_NEAR(wide.stretched(1.2815515655), wide.above(0.8), 0.01);
  EXPECT_NEAR(wide.stretched(-1.9599639845), -wide.below(0.95), 0.01);
}

TEST(ErrorShape, KnowsWeekdaysAndSides) {
  std::vector<double> residuals(210);
  for (std::size_t t = 0; t < residuals.size(); ++t)
    residuals[t] = (t % 7 == 6 ? 4.0 : 1.0) * (t % 2 == 0 ? 1.0 : -0.5);
  const ErrorShape shape = shape_of(std::vector<double>(14, 0.8), residuals);
  EXPECT_GT(shape.phase(6), 1.5 * shape.phase(5));
  EXPECT_EQ(shape.phase(6), shape.phase(13));
  const ErrorShape even = shape_of(std::vector<double>(14, 0.8));
  EXPECT_EQ(even.phase(3), 1);
  EXPECT_GT(shape.above(0.8) / shape.below(0.8), even.above(0.8) / even.below(0.8));
}

TEST(ErrorShape, SumsThatMissedMoreAreWider) {
  const std::vector<double> error(30, 1.0), none(30, 0.1), more(30, 0.4);
  std::vector<double> same(14, 1.0), turning;
  for (int h = 0; h < 14; ++h) turning.push_back(h % 2 == 0 ? 1 : -1);
  const double drifting = shape_of(same).sum_width(error, none);
  const double balanced = shape_of(turning).sum_width(error, none);
  EXPECT_GT(drifting, 1.2 * balanced);
  EXPECT_GT(shape_of(turning).sum_width(error, more), balanced);
  // Never beyond what steps that all err alike would give by much, nor below what independent ones would.
  EXPECT_GT(balanced, std::sqrt(30.0));
  EXPECT_LT(drifting, 1.2816 * 30 * 2);
  EXPECT_EQ(shape_of(same).sum_width(std::vector<double>(7, 0.0), std::vector<double>(7, 0.0)), 0);
}

// Errors that are as often half and twice their usual size: a narrower 80%, and a wider 99%, than normal ones.
TEST(ErrorShape, FewLargeErrorsMakeTailsAndNotWidth) {
  NormalGenerator normal(3);
  std::vector<double> even, peaked;
  for (std::size_t t = 0; t < 350; ++t) {
    even.push_back(normal());
    peaked.push_back(normal() * (t % 12 == 0 ? 4.0 : 0.5));
  }
  const std::vector<double> calm(14, 0.8);
  const ErrorShape a = shape_of(calm, even), b = shape_of(calm, peaked);
  EXPECT_NEAR(a.evidence().peak, 0, 0.05);
  EXPECT_LT(b.evidence().peak, -0.15);
  EXPECT_LT(b.above(0.8), a.above(0.8));
  EXPECT_GT(b.above(0.99) / b.above(0.8), 1.2 * a.above(0.99) / a.above(0.8));
}

// Two members that say the same of themselves and differ from each other: the combination knows less than either
// (Draper 1995).
TEST(Combination, MembersThatDisagreeAreLessCertain) {
  const std::vector<double> weights{0.5, 0.5};
  const CombinedStep apart = combined_step(weights, {{10}, {14}}, {{1}, {1}}, 0);
  EXPECT_DOUBLE_EQ(apart.value, 12);
  EXPECT_DOUBLE_EQ(apart.within, 1);
  EXPECT_DOUBLE_EQ(apart.standard_error, std::sqrt(1 + kBetween * 4));
  EXPECT_DOUBLE_EQ(combined_step(weights, {{12}, {12}}, {{1}, {1}}, 0).standard_error, 1);
}

// Half the width of the 80% interval of the sum of 30 steps in paths is what the past says, whatever the seed.
TEST(Auto, PathsHaveTheSumsThatThePastAsksFor) {
  const auto half_width = [](const MethodFit& f, std::uint64_t seed) {
    std::vector<double> sums;
    const std::vector<double> paths = paths_of(f, {.horizon = 28, .paths = 2000, .seed = seed}, false, kProgress);
    for (std::size_t p = 0; p < 2000; ++p)
      sums.push_back(std::accumulate(paths.begin() + static_cast<std::ptrdiff_t>(28 * p),
                                     paths.begin() + static_cast<std::ptrdiff_t>(28 * p + 28), 0.0));
    std::sort(sums.begin(), sums.end());
    return 0.5 * (sums[1800] - sums[200]);
  };
  // A level that walks: the errors of a month go together. The same noise around a fixed level: they do not.
  NormalGenerator normal(12);
  std::vector<double> fixed = shop(280, 13), walking = fixed;
  double level = 0;
  for (double& v : walking) v += level += 2 * normal();
  const MethodFit calm = fit(fixed, 7), drifting = fit(walking, 7);
  const auto step = [](const MethodFit& f) {
    const FitForecast g = forecast_fit(f, 28, 0.8, false, {}, kProgress);
    double sum = 0;
    for (std::size_t h = 0; h < 28; ++h) sum += 0.5 * (g.upper[h] - g.lower[h]);
    return sum;
  };
  EXPECT_GT(half_width(drifting, 1) / step(drifting), 0.6);
  EXPECT_LT(half_width(calm, 1) / step(calm), 0.5);
  EXPECT_NEAR(half_width(drifting, 1) / half_width(drifting, 2), 1, 0.1);
}

TEST(Auto, PlansByWhatTheSeriesIs) {
  const auto has = [](const AutoPlan& plan, ForecastMethod m) {
    return std::find(plan.methods.begin(), plan.methods.end(), m) != plan.methods.end();
  };
  EXPECT_TRUE(has(plan_auto({shop(120, 1), 7, {}}), ForecastMethod::kLevelShape));
  // Long without a season: the last value is a member, and ARIMA is left for good reason only.
  EXPECT_TRUE(has(plan_auto({shop(300, 1), 1, {}}), ForecastMethod::kSeasonalNaive));
  EXPECT_LT(plan_auto({shop(300, 1), 1, {}}).rule.first, 1);
  EXPECT_EQ(plan_auto({shop(300, 1), 7, {}}).rule.first, 1);
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

// Four years of days with their year and their week: the year is a wave, the members have the week.
TEST(Auto, AYearOfDaysIsAWaveAndLeavesTheWeek) {
  NormalGenerator normal(11);
  std::vector<double> y(4 * std::size_t{365});
  for (std::size_t t = 0; t < y.size(); ++t)
    y[t] =
        100 + 20 * std::sin(2 * std::acos(-1.0) * static_cast<double>(t) / 365) + (t % 7 < 2 ? 15 : 0) + 3 * normal();
  const AutoPlan plan = plan_auto({y, 365, {}});
  EXPECT_EQ(plan.season_length, 7);
  ASSERT_EQ(plan.pattern.size(), 365U);
  const MethodFit f = fit(y, 365);
  const FitForecast forecast = forecast_fit(f, 365, 0.8, false, {}, kProgress);
  double error = 0;
  for (std::size_t h = 0; h < 365; ++h) {
    const std::size_t t = y.size() + h;
    const double truth = 100 + 20 * std::sin(2 * std::acos(-1.0) * static_cast<double>(t) / 365) + (t % 7 < 2 ? 15 : 0);
    error += std::abs(forecast.value[h] - truth) / 365;
  }
  EXPECT_LT(error, 2.5);
  // Kept and read back, and carried on, it has the same week.
  const auto back = restore_auto_method(f.state->payload(), f.state->input(), kProgress);
  EXPECT_EQ(back->forecast(7, {}, kProgress).value, f.state->forecast(7, {}, kProgress).value);
  // Without a wave nothing is taken out.
  std::vector<double> flat(2 * std::size_t{365});
  for (double& v : flat) v = 100 + 3 * normal();
  EXPECT_TRUE(plan_auto({flat, 365, {}}).pattern.empty());
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
  double inside80 = 0, inside95 = 0, sums80 = 0, series = 0;
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
    for (std::size_t h = 0; h < 14; ++h) {
      inside80 += all[120 + h] >= narrow.lower[h] && all[120 + h] <= narrow.upper[h] ? 1 : 0;
      inside95 += all[120 + h] >= wide.lower[h] && all[120 + h] <= wide.upper[h] ? 1 : 0;
    }
  }
  const double count = 14 * series;
  EXPECT_NEAR(inside80 / count, 0.80, 0.05);
  EXPECT_NEAR(inside95 / count, 0.95, 0.03);
  EXPECT_NEAR(sums80 / series, 0.80, 0.13);
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
