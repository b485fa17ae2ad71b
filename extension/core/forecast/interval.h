// SPDX-License-Identifier: PostgreSQL
//
// From a point forecast and its standard errors to an interval: the last step of every forecast.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace performance_tracker {

// Beyond this the tail of the normal distribution is a few ulps of 1, and its quantile noise, then infinite.
inline constexpr double kMaxConfidenceLevel = 1.0 - 1e-9;

// Throws InvalidArgument, with the way out, unless the level is a fraction above 0 and at most kMaxConfidenceLevel.
void check_confidence_level(double confidence_level);

inline constexpr std::size_t kMaxLevels = 20;
// The same for several levels: at least one, at most kMaxLevels, none twice.
void check_confidence_levels(std::span<const double> levels);

struct IntervalForecast {
  std::vector<double> value, standard_error, lower, upper;  // each of length `horizon`
};

// The central normal interval that covers `confidence_level`, in (0, 1). `nonnegative` clamps value and bounds at zero.
// Value and standard error come in multiples of `unit` (series_summary.h) and leave as numbers.
IntervalForecast with_interval(std::vector<double> value, std::vector<double> standard_error, double confidence_level,
                               bool nonnegative, double unit = 1.0);

}  // namespace performance_tracker
