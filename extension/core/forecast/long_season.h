// SPDX-License-Identifier: PostgreSQL
//
// The season of the seasons: weeks of a year in daily data, days of a week in hourly data.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace performance_tracker {

// Levels in one long season for a season of this length: 52 for 7, 7 for 24, otherwise 0 for none.
int long_season_of(int season_length);

// By `levels`' position modulo long_season, what the levels there have beyond a straight line through all levels: their
// mean, drawn towards zero as by one more level of zero. Empty where there is nothing to see: fewer than one and a half
// long seasons, or deviations one long season apart that do not resemble each other (their correlation is less than 1 /
// sqrt(pairs)).
std::vector<double> long_season_pattern(int long_season, std::span<const double> levels);

// The smooth wave of a season of `length` steps (the year of days): harmonic regression beside a straight line, values
// by position modulo length. The number of sines, up to ten, by a criterion whose penalty allows for the correlation of
// neighbouring errors; empty where none pays. Nothing missing in y, which holds two such seasons or more.
std::vector<double> smooth_season(std::size_t length, std::span<const double> y);

}  // namespace performance_tracker
