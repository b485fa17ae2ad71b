// SPDX-License-Identifier: PostgreSQL
//
// Complete series from series with missing values (NaN), for methods that need them so. The likelihood does not: it
// passes over what is missing.
//
// Both take a series without infinity and throw InvalidData when nothing is observed.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace performance_tracker {

// Straight lines between the observed neighbours; before the first and after the last observation their level.
std::vector<double> interpolate_missing(std::span<const double> y);

// Straight lines between the seasonally adjusted neighbours, plus the season: the mean of each phase's deviations from
// a centred moving average over one season, both estimated in turn. As interpolate_missing() where a phase was never
// observed, where there are fewer than three observations for each phase, or m = 1.
std::vector<double> interpolate_missing(std::span<const double> y, int season_length);

std::size_t count_missing(std::span<const double> y);

}  // namespace performance_tracker
