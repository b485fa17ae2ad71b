// SPDX-License-Identifier: PostgreSQL
//
// From stamped observations to a regular series: the step is found or given, gaps become missing values, and what
// does not fit the grid is named.
//
//   std::vector<Observation> rows = {{0, 5.0}, {7 * kDay, 6.0}, {21 * kDay, 8.0}};
//   RegularSeries s = regularize(rows, {});
//   s.step            // 7 days
//   s.values          // 5, 6, missing, 8
//
// Times are microseconds since 2000-01-01 00:00:00 on a clock without daylight saving: dates, local timestamps, or
// UTC. Months are calendar months, so that a monthly series has one step from January to February whatever its days.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/series/time_series.h"

namespace performance_tracker {

inline constexpr std::int64_t kSecond = 1'000'000;
inline constexpr std::int64_t kHour = 3600 * kSecond;
inline constexpr std::int64_t kDay = 24 * kHour;

// Either a fixed length or a number of calendar months, never both.
struct TimeStep {
  std::int64_t microseconds = 0;  // > 0 when months == 0
  std::int32_t months = 0;        // > 0 for month, quarter and year steps
  bool month_end = false;         // with months: every stamp is the last day of its month

  bool operator==(const TimeStep&) const = default;
  bool valid() const {
    return (microseconds > 0) != (months > 0) && microseconds >= 0 && months >= 0 && (!month_end || months > 0);
  }
};

struct Observation {
  std::int64_t time = 0;    // microseconds since 2000-01-01
  double value = kMissing;  // NaN for a NULL; never infinite
};

enum class DuplicatePolicy {
  kError,  // name the first doubled stamp
  kSum,    // of the values that are there
  kMean,   // of the values that are there
  kLast,   // in order of arrival
};

struct RegularizeOptions {
  std::optional<TimeStep> step;  // empty: the step is found (see find_step); month_end is always found
  DuplicatePolicy duplicates = DuplicatePolicy::kError;
  std::size_t max_length = kMaxSeriesLength;
};

struct RegularSeries {
  std::int64_t start = 0;
  TimeStep step{kDay, 0};
  std::vector<double> values;  // NaN where no observation fell on the step, or a NULL
  std::size_t filled = 0;      // steps without any row
  std::size_t nulls = 0;       // rows whose value was NULL
  std::size_t duplicates = 0;  // rows merged into another one
};

enum class RegularizeProblem { kDuplicate, kOffGrid, kTooLong };

// Why a series could not be made regular; `time` is the first offender, `step` the grid it was held against.
struct RegularizeError {
  RegularizeProblem problem{};
  std::int64_t time = 0;
  TimeStep step{};
  std::size_t length = 0;  // kTooLong: the steps that the grid would have
};

struct RegularizeResult {
  RegularSeries series;
  std::optional<RegularizeError> error;
};

// The time `count` steps after `start`. A day of the month that the target month lacks becomes its last day. Throws
// InvalidArgument when the result leaves the supported range (the years 1 to 9999).
std::int64_t advance(std::int64_t start, const TimeStep& step, std::int64_t count);

// The number of whole steps from `start` to `time` if `time` lies on the grid, empty otherwise.
std::optional<std::int64_t> steps_between(std::int64_t start, const TimeStep& step, std::int64_t time);

// The step of sorted, distinct times: calendar months when all of them share the day of the month (or are all month
// ends) and lie at least 28 days apart; otherwise the smallest gap. One time alone has a step of one day when it is a
// midnight, of one hour otherwise.
TimeStep find_step(const std::vector<std::int64_t>& sorted_times);

// Sorts (stable, so that kLast means last to arrive), merges, checks against the grid and fills. An empty input gives
// an empty series. Throws InvalidData for an infinite value.
RegularizeResult regularize(std::vector<Observation> rows, const RegularizeOptions& options);

}  // namespace performance_tracker
