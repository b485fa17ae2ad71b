// SPDX-License-Identifier: PostgreSQL
#include "core/series/interpolation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/arima/auto_arima.h"
#include "core/base/error.h"
#include "core/series/time_series.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

TEST(InterpolateMissing, DrawsLinesAndCarriesTheEnds) {
  const std::vector<double> y = {kMissing, 2, kMissing, kMissing, 8, kMissing};
  EXPECT_EQ(interpolate_missing(y), (std::vector<double>{2, 2, 4, 6, 8, 8}));
  EXPECT_EQ(interpolate_missing(y, 1), interpolate_missing(y));
  EXPECT_EQ(interpolate_missing(y, 4), interpolate_missing(y)) << "too little for a season";
  EXPECT_THROW(interpolate_missing(std::vector<double>{kMissing}), InvalidData);
  EXPECT_THROW(interpolate_missing({}), InvalidData);
}

std::vector<double> season_on_a_slope(std::size_t n, int m) {
  std::vector<double> y(n);
  for (std::size_t t = 0; t < n; ++t)
    y[t] = 5.0 * std::sin(6.283185307179586 * static_cast<double>(t) / m) + 0.1 * static_cast<double>(t);
  return y;
}

TEST(InterpolateMissing, FollowsTheSeason) {
  for (const int m : {4, 7, 12}) {
    const std::vector<double> y = season_on_a_slope(120, m);
    std::vector<double> holed = y;
    for (std::size_t t = 0; t < holed.size(); ++t)
      if (t * t % 5 == 1 || (t > 40 && t < 50)) holed[t] = kMissing;
    const std::vector<double> filled = interpolate_missing(holed, m), lines = interpolate_missing(holed);
    double worst = 0.0, worst_line = 0.0;
    for (std::size_t t = 0; t < y.size(); ++t) {
      if (!std::isnan(holed[t])) {
        EXPECT_EQ(filled[t], holed[t]);
      }
      worst = std::max(worst, std::abs(filled[t] - y[t]));
      worst_line = std::max(worst_line, std::abs(lines[t] - y[t]));
    }
    EXPECT_LT(worst, 0.25 * worst_line) << m;
  }
}

TEST(InterpolateMissing, APhaseNeverSeenIsALine) {
  std::vector<double> y = season_on_a_slope(60, 4);
  for (std::size_t t = 2; t < y.size(); t += 4) y[t] = kMissing;
  EXPECT_EQ(interpolate_missing(y, 4), interpolate_missing(y));
}

// Straight lines over many gaps hid the season from the test for it, and looked like a trend to the unit-root test.
TEST(AutoArima, ManyGapsHideNoSeasonAndMakeNoTrend) {
  const NeverCancelled progress;
  const std::vector<double> noise = testing::uniform_noise(280, 5), holes = testing::uniform_noise(280, 6);
  std::vector<double> y(280);
  for (std::size_t t = 0; t < y.size(); ++t)
    y[t] = holes[t] > -0.1 ? kMissing : 20.0 + 5.0 * static_cast<double>(t % 7 == 2) + noise[t];
  const AutoArimaResult found = auto_arima({y, 7}, {}, {}, progress);
  EXPECT_EQ(found.model.order.seasonal_d, 1);
  EXPECT_EQ(found.model.order.d, 0);
  const ArimaForecast f = forecast_arima(found.model, y, {}, 14, {}, progress);
  for (std::size_t h = 0; h < 14; ++h) EXPECT_NEAR(f.value[h], 20.0 + 5.0 * static_cast<double>(h % 7 == 2), 0.5);
  for (const std::string& note : found.notes) EXPECT_EQ(note.find("bridged"), std::string::npos) << note;
}

// Two seasons in a row missing: closing the gap, or a straight line through it, changed what was differenced.
TEST(AutoArima, ABlockOfGapsLeavesTheDifferencesAsTheyAre) {
  const NeverCancelled progress;
  int same = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const std::vector<double> steps = testing::uniform_noise(120, seed), noise = testing::uniform_noise(120, seed + 50);
    std::vector<double> y(120);
    double level = 0.0;
    for (std::size_t t = 0; t < y.size(); ++t) {
      level += 1.7 * steps[t];
      y[t] = level + 10.0 * std::sin(6.283185307179586 * static_cast<double>(t) / 12.0) + 3.4 * noise[t];
    }
    const ArimaOrder whole = auto_arima({y, 12}, {}, {}, progress).model.order;
    std::fill(y.begin() + 60, y.begin() + 84, kMissing);
    const ArimaOrder holed = auto_arima({y, 12}, {}, {}, progress).model.order;
    same += whole.d == holed.d && whole.seasonal_d == holed.seasonal_d;
  }
  EXPECT_GE(same, 16);
}

}  // namespace
}  // namespace performance_tracker
