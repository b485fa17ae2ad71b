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

}  // namespace
}  // namespace performance_tracker
