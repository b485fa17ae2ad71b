// SPDX-License-Identifier: PostgreSQL
//
// What the filters of day_scores.h begin with: the weekdays of the shop and its categories, and the first level and
// noise of a series, all from days before the first judged one. Internal to day_scores.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#include "core/shop/day_scores.h"

namespace performance_tracker {

using Weekdays = std::array<double, 7>;  // log points around the level, Saturday (day 0) first

inline constexpr std::size_t kFirstDays = 14;  // of a series, for its first level and noise

// One series of one metric as numbers a day.
struct ScoreInput {
  std::vector<double> value;         // the metric's numerator
  std::vector<double> rate;          // the metric; NaN where it has no value
  const double* exposure = nullptr;  // its denominator; nullptr for a sum
  const double* events = nullptr;
  const double* promoted = nullptr;
  double worth = 1;   // of one event, in units of the numerator
  int category = -1;  // as in ScoredSeries

  bool promoted_on(std::size_t t) const { return promoted && promoted[t] >= 0.5; }
};

// `info` must be the metric of the series; `series` must outlive the result.
ScoreInput score_input(const ScoredSeries& series, const MetricInfo& info);

// The worth of an event from the days start..end-1, which come before any judged one.
void set_worth(ScoreInput& in, std::size_t start, std::size_t end);

inline std::size_t weekday_of(Day day) { return static_cast<std::size_t>(((day % 7) + 7) % 7); }

// The weekdays of all series, then of each category that has enough events for one of its own.
struct WeekdayPatterns {
  Weekdays all{};
  std::vector<Weekdays> categories;
  const Weekdays& of(int category) const {
    return category >= 0 ? categories[static_cast<std::size_t>(category)] : all;
  }
};

// From at most six weeks of the days start..known-1; `first_day` is the calendar day of index 0.
WeekdayPatterns weekday_patterns(const std::vector<ScoreInput>& inputs, int categories, Day first_day,
                                 std::size_t start, std::size_t known);

struct FirstLevel {
  double level = std::numeric_limits<double>::quiet_NaN();  // logarithm
  double noise = std::numeric_limits<double>::quiet_NaN();  // sigma², may be below zero
  double days = 0;
  double events = 0;  // a day
};

// Robust level and noise of the first 14 days with a value from `start` on, promoted ones left out. A series is
// judged from its 15th such day on, so none of them is judged. `counts`: whether its own events are its noise.
FirstLevel first_level(const ScoreInput& in, const Weekdays& weekdays, Day first_day, bool counts, std::size_t start,
                       std::size_t end);

}  // namespace performance_tracker
