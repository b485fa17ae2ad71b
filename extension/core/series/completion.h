// SPDX-License-Identifier: PostgreSQL
//
// Series of a table made comparable: times put into buckets of a step, a common end, gaps filled as the reader of the
// data knows them.
//
//   floor_to_step(time, {kDay, 0})                     // midnight before
//   complete_series(sales, last_day, GapFill::kZero)   // to the last day, 0 where no row was
#pragma once

#include <string_view>

#include "core/series/series_text.h"

namespace performance_tracker {

// The beginning of the step that `time` falls into. Steps of months begin with the year; whole weeks on Mondays; other
// fixed steps are counted from midnight, 2000-01-01.
std::int64_t floor_to_step(std::int64_t time, const TimeStep& step);

enum class GapFill {
  kLeave,     // stays missing
  kZero,      // nothing was sold
  kPrevious,  // the last value still holds
};

// "missing", "zero", "previous". Throws InvalidArgument with the choices.
GapFill parse_gap_fill(std::string_view name);

// The series cut off behind `end`, or continued up to it (at most to the last of its own steps that is not later), then
// its gaps filled; those before its first observation are none of its own and stay. Throws InvalidArgument when it
// would become longer than kMaxSeriesLength, or nothing is left of it.
StampedSeries complete_series(const StampedSeries& series, std::int64_t end, GapFill fill);

// A regressor made to begin no later than `series` (on the same grid), with 0 where both it and the series have
// nothing: on a day without a row nobody knows it, and nobody needs to.
StampedSeries complete_regressor(const StampedSeries& regressor, const StampedSeries& series);

}  // namespace performance_tracker
