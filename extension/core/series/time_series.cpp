// SPDX-License-Identifier: PostgreSQL
#include "core/series/time_series.h"

#include "core/base/check.h"

namespace performance_tracker {

void check_season_length(int season_length) {
  check_between("season_length", season_length, 1, kMaxSeasonLength,
                "It counts the observations in a season: 7 for days with a weekly pattern, 1 for none. Where it may be "
                "left out, it is found.");
}

void check_season_length_if_given(int season_length) {
  if (season_length != 0) check_season_length(season_length);
}

void check_horizon(int horizon) {
  check_between("horizon", horizon, 1, kMaxHorizon, "It counts the steps ahead, the first one after the series is 1.");
}

}  // namespace performance_tracker
