// SPDX-License-Identifier: PostgreSQL
//
// Bad days do not ruin a forecast: the oddities that did.
#include "core/forecast/preparation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/forecast/forecast.h"
#include "core/forecast/method.h"

namespace performance_tracker {
namespace {

const NeverCancelled progress;
constexpr double kWeek[7] = {1.0, 0.9, 0.85, 0.95, 1.05, 1.2, 1.05};

std::vector<double> shop_series(std::size_t n, double level, double noise, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t) y[t] = level * kWeek[t % 7] * (1.0 + noise * normal(random));
  return y;
}

struct Answer {
  IntervalForecast forecast;
  std::string status;
};

Answer answer(const std::vector<double>& y, CalendarInput input = {}) {
  input.y = y;
  input.season_length = 7;
  input.horizon = 14;
  const PreparedSeries prepared = prepare_series(input, {}, progress);
  Forecast f = forecast(prepared.series,
                        {.horizon = prepared.horizon, .confidence_level = prepared.method_confidence(0.8)}, progress);
  return {prepared.finish(f, 0.8, true),
          prepared.status([](std::size_t t) { return "day " + std::to_string(t); }).text};
}

TEST(BadDays, OneOutlierOnDaySixtyLeavesTheSeasonAndTheWidth) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::vector<double> y = shop_series(90, 500, 0.04, seed);
    const Answer without = answer(y);
    y[60] = 8000;
    const Answer with = answer(y);
    for (std::size_t h = 0; h < 14; ++h) {
      EXPECT_NEAR(with.forecast.value[h], 500 * kWeek[(90 + h) % 7], 60) << seed << " step " << h;
      const double ratio =
          (with.forecast.upper[h] - with.forecast.lower[h]) / (without.forecast.upper[h] - without.forecast.lower[h]);
      EXPECT_GT(ratio, 0.7) << seed;
      EXPECT_LT(ratio, 1.6) << seed;
    }
    EXPECT_NE(with.status.find("day 60"), std::string::npos) << with.status;
    EXPECT_EQ(without.status, "");
  }
}

TEST(BadDays, AFallToAFifthForTheLastTenDaysIsTheNewLevel) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    std::vector<double> y = shop_series(90, 100, 0.05, 20 + seed);
    for (std::size_t t = 80; t < 90; ++t) y[t] /= 5;
    const Answer a = answer(y);
    for (std::size_t h = 0; h < 14; ++h) {
      EXPECT_NEAR(a.forecast.value[h], 20 * kWeek[(90 + h) % 7], 5) << seed << " step " << h;
      EXPECT_GE(a.forecast.lower[h], 5);
      EXPECT_LE(a.forecast.upper[h], 45);
    }
    EXPECT_NE(a.status.find("shifted on day 80 (down)"), std::string::npos) << a.status;
  }
}

TEST(BadDays, AnOutlierOnTheLastDayIsNotCarriedOn) {
  std::vector<double> y = shop_series(90, 500, 0.04, 40);
  y[89] = 8000;
  const Answer a = answer(y);
  for (const double v : a.forecast.value) EXPECT_NEAR(v, 500, 160);
  EXPECT_NE(a.status.find("day 89"), std::string::npos) << a.status;
}

TEST(BadDays, AnOrdinarySeriesIsLeftAsItIs) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    const std::vector<double> y = shop_series(90, 500, 0.1, 50 + seed);
    CalendarInput input{.y = y, .season_length = 7, .horizon = 14};
    const PreparedSeries prepared = prepare_series(input, {}, progress);
    EXPECT_EQ(prepared.series.values, y);
    EXPECT_EQ(prepared.method_confidence(0.8), 0.8);
  }
}

TEST(BadDays, TheWidthKnowsThatTheyHappen) {
  std::vector<double> y = shop_series(100, 500, 0.04, 90);
  for (const std::size_t t : {20u, 50u, 80u}) y[t] = 9000;
  CalendarInput input{.y = y, .season_length = 7, .horizon = 14};
  const PreparedSeries prepared = prepare_series(input, {}, progress);
  EXPECT_NEAR(prepared.method_confidence(0.80), 0.80 / 0.97, 1e-12);
  EXPECT_LE(prepared.method_confidence(0.99), 0.998);
  EXPECT_GE(prepared.method_confidence(0.999), 0.999);
}

TEST(BadDays, APromotionIsNoOutlier) {
  std::vector<double> y = shop_series(90, 500, 0.04, 91);
  CalendarInput input;
  for (const int first : {30, 60}) {
    for (int t = first; t < first + 3; ++t) y[static_cast<std::size_t>(t)] *= 4;
    input.events.push_back({.kind = EffectKind::kPromotion, .name = "sale", .first = first, .last = first + 2});
  }
  input.events.push_back({.kind = EffectKind::kPromotion, .name = "sale", .first = 92, .last = 93});
  const Answer a = answer(y, input);
  EXPECT_EQ(a.status.find("outlier"), std::string::npos) << a.status;
  EXPECT_NEAR(a.forecast.value[2], 2000 * kWeek[92 % 7], 300);
  EXPECT_NEAR(a.forecast.value[5], 500 * kWeek[95 % 7], 60);
}

FitForecast automatic(const std::vector<double>& y) {
  return forecast_fit(fit_method(ForecastMethod::kAuto, {y, 0}, {}, {}, progress), 7, 0.8, false, {}, progress);
}

// The default method by itself, without a calendar around it: arrays, tables, kept models.
TEST(BadDays, TheDefaultMethodForgetsOneWrongBookingWhereverItStands) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const std::vector<double> y = shop_series(90, 500, 0.04, seed);
    const FitForecast without = automatic(y);
    for (const double wrong : {8000.0, 90000.0, 2.0}) {
      for (const std::size_t t : {60U, 80U, 87U, 88U, 89U}) {
        std::vector<double> spoilt = y;
        spoilt[t] = wrong;
        const FitForecast f = automatic(spoilt);
        EXPECT_TRUE(f.status.has(StatusCode::kOutliers)) << wrong << " on day " << t;
        EXPECT_NE(f.status.text.find("observation " + std::to_string(t + 1) + " of 90"), std::string::npos)
            << f.status.text;
        for (std::size_t h = 0; h < 7; ++h) {
          EXPECT_NEAR(f.value[h], without.value[h], 0.06 * without.value[h]) << wrong << " on day " << t;
          EXPECT_LE(f.upper[h] - f.lower[h], 1.6 * (without.upper[h] - without.lower[h])) << wrong << " on day " << t;
        }
      }
    }
  }
}

TEST(BadDays, TheDefaultMethodFollowsALevelThatShifted) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::vector<double> y = shop_series(90, 500, 0.04, seed);
    for (std::size_t t = 80; t < 90; ++t) y[t] /= 5;
    const FitForecast f = automatic(y);
    for (std::size_t h = 0; h < 7; ++h) {
      EXPECT_NEAR(f.value[h], 100 * kWeek[(90 + h) % 7], 12) << seed;
      EXPECT_LE(f.upper[h] - f.lower[h], 70) << seed;
    }
  }
}

// Until three values have followed, nobody knows it for a new level.
TEST(BadDays, TwoWrongValuesAtTheEndAreNoNewLevel) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::vector<double> y = shop_series(90, 500, 0.04, seed);
    const FitForecast without = automatic(y);
    y[88] = y[89] = 8000;
    const FitForecast f = automatic(y);
    EXPECT_FALSE(f.status.has(StatusCode::kLevelShift)) << f.status.text;
    for (std::size_t h = 0; h < 7; ++h) EXPECT_NEAR(f.value[h], without.value[h], 0.1 * without.value[h]) << seed;
  }
}

TEST(BadDays, AKeptModelForgetsThemToo) {
  std::vector<double> y = shop_series(120, 500, 0.04, 3);
  const MethodFit fit = fit_method(ForecastMethod::kAuto, {{y.begin(), y.begin() + 100}, 0}, {}, {}, progress);
  y[118] = 40000;
  const auto later = fit.state->refit({y, 7}, progress);
  EXPECT_NEAR(later->forecast(1, {}, progress).value[0], 500 * kWeek[120 % 7], 40);
  EXPECT_TRUE(later->status().has(StatusCode::kOutliers));
  const auto restored = method_entry(ForecastMethod::kAuto).restore(later->payload(), {y, 7}, progress);
  EXPECT_EQ(restored->forecast(5, {}, progress).value, later->forecast(5, {}, progress).value);
}

}  // namespace
}  // namespace performance_tracker
