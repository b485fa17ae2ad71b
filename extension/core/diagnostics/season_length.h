// SPDX-License-Identifier: PostgreSQL
//
// Finds how many observations make a season.
//
//   int m = detect_season_length(y);             // 7 for daily sales with a weekly pattern, 1 for none
//
// Method. The series is freed of its straight line and of first-order persistence (quasi-differenced by its lag-one
// autocorrelation), outliers are drawn in to six median absolute deviations, and the models "each phase of a season of
// m has its own mean" compete with "no season" by the extended Bayesian information criterion (Chen & Chen 2008,
// Biometrika 95, eq. 1 with gamma = 1), which pays for the many lengths tried. The multiples of a season lose against
// the season itself by their extra means. Lengths of calendars and clocks (4, 5, 6, 7, 12, 13, 24, 26, 30, 31, 48, 52,
// 60, 90, 91, 96, 144, 168, 288, 336, 365, 366) share the prior weight of one group, all others that of a second.
//
// A length needs at least two full seasons (conventional lengths) or three (all others). Missing values (NaN) are left
// out. Cost: O(n · largest length tried); of long series the last 20,000 values are looked at.
#pragma once

#include <span>

namespace performance_tracker {

struct SeasonLengthOptions {
  int max_season_length = 366;  // 1..366

  // Throws InvalidArgument that names the field, its value and the way out.
  void check() const;
};

// 1 when there is no season, or too little data to tell.
int detect_season_length(std::span<const double> y, const SeasonLengthOptions& options = {});

}  // namespace performance_tracker
