// SPDX-License-Identifier: PostgreSQL
//
// A regularly spaced series of observations, oldest first.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace performance_tracker {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
inline constexpr int kMaxSeasonLength = 366;
inline constexpr std::size_t kMaxSeriesLength = 1'000'000;
inline constexpr int kMaxHorizon = 10'000;

// The one check of each, for every function that takes one. They throw InvalidArgument.
void check_season_length(int season_length);           // 1..kMaxSeasonLength
void check_season_length_if_given(int season_length);  // the same, or 0: to be found
void check_horizon(int horizon);                       // 1..kMaxHorizon

struct TimeSeries {
  // One value a time step; NaN marks a missing observation. Infinite values are refused by every consumer.
  std::vector<double> values;

  // Observations in one season: 7 for daily data with a weekly pattern, 12 for monthly data with a yearly one,
  // 1 for no season, 0 to let the method find it (1..kMaxSeasonLength otherwise).
  int season_length = 0;

  std::size_t size() const { return values.size(); }
};

}  // namespace performance_tracker
