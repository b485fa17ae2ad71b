// SPDX-License-Identifier: PostgreSQL
//
// The readable form of a regular series, the same under every locale and date style:
//
//   2026-01-01 / 1 day : {112,118,NULL,129}
//   2026-01-01 00:00:00 / 1 hour : {5,6}           local time
//   2026-01-01 00:00:00+00 / 15 minutes : {5,6}    UTC
//   2026-01-31 / 1 month end : {5,6}               the last day of each month
//   {}                                             no observation
//
// How the start is written tells what kind of time it is. Numbers are the shortest that read back to the same double,
// so that text form and value are the same thing twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/series/time_grid.h"

namespace performance_tracker {

enum class TimeKind : std::uint8_t {
  kDate = 1,       // whole days
  kTimestamp = 2,  // local time, no zone
  kUtc = 3,        // points in time
};

struct StampedSeries {
  TimeKind kind = TimeKind::kDate;
  RegularSeries series;
};

// "2026-01-01", "2026-01-01 06:30:00", "2026-01-01 06:30:00.25+00"
std::string format_time(std::int64_t time, TimeKind kind);

// "1 day", "2 weeks", "1 quarter", "15 minutes", "1 month end"
std::string format_step(const TimeStep& step);

std::string format_series(const StampedSeries& series);

// Throws InvalidArgument with the position and the expected form.
StampedSeries parse_series(std::string_view text);

}  // namespace performance_tracker
