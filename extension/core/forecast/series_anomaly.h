// SPDX-License-Identifier: PostgreSQL
//
// Values of a series that do not fit their neighbours and their season.
//
//   std::vector<SeriesAnomaly> judged = detect_series_anomalies(y, {.z_threshold = 3});
//
// What is expected: with a season, trend + seasonal of a robust STL (Cleveland et al. 1990; 15 outer iterations,
// windows of 35 seasons for the season and 3 for the trend), whose weights keep outliers out of it; without one (or
// with two seasons or fewer), the median of up to seven observations on each side, the judged one left out. The scale
// is the square root of the biweight midvariance (Lax 1985) of the deviations, made larger by sqrt(n / (n - p)) for the
// about p = m + 2 n / (3 m) parameters of the seasonal fit; when more than half of the values are met exactly, 1.2533
// times the mean absolute deviation (Iglewicz & Hoaglin 1993). On Gaussian noise (40,000 values), of which 0.27% lie
// beyond 3 standard deviations, 3 scales flag 0.9% with a weekly season in series of 60 values, 0.4% to 0.6% in longer
// ones, 0.2% to 0.3% without a season. Values after the judged one are used: this looks back on a series, it is no
// online alarm.
#pragma once

#include <span>
#include <vector>

#include "core/base/progress.h"

namespace performance_tracker {

struct SeriesAnomalyOptions {
  double z_threshold = 3;  // deviations beyond which a value is an anomaly, 0.1..100
  int season_length = 0;   // 1..kMaxSeasonLength, 0: found

  void check() const;  // throws InvalidArgument
};

struct SeriesAnomaly {
  double expected;
  double lower, upper;  // expected -+ z_threshold scales
  double z_score;       // (value - expected) / scale; NaN where the value is missing
  double probability;   // 1 - two-sided p-value of z under the normal distribution; NaN where z is
  bool is_anomaly;
};

// One for each value. Throws InvalidData without any observation.
std::vector<SeriesAnomaly> detect_series_anomalies(std::span<const double> y, const SeriesAnomalyOptions& options,
                                                   const Progress& progress);

}  // namespace performance_tracker
