// SPDX-License-Identifier: PostgreSQL
//
// The scores of a metric by two plain rules, beside which day_scores.h can be seen: the z-score against mean and
// standard deviation of the 91 days before, and the error of the series' own ARIMA model one step ahead.
#pragma once

#include <vector>

#include "core/shop/day_scores.h"

namespace performance_tracker {

// For the days first..panel.days-1. `variance` of a score is here the standard deviation, in units of the value. The
// judged day is in neither; fewer than 14 days before it are no judgement. The model is chosen on the 91 days before a
// block of 28 days on the calendar, and its coefficients are kept through the block.
std::vector<DayScore> plain_scores(const std::vector<double>& values, std::size_t first, const PerformancePanel& panel,
                                   bool by_forecast, const Progress& progress);

}  // namespace performance_tracker
