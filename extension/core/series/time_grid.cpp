// SPDX-License-Identifier: PostgreSQL
#include "core/series/time_grid.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/base/error.h"

namespace performance_tracker {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month;
using std::chrono::year_month_day;
using std::chrono::year_month_day_last;

// PostgreSQL counts from 2000-01-01, chrono from 1970-01-01.
constexpr int kEpochDays = 10957;

// The years 1 to 9999: what ISO 8601 writes with four digits and no era.
constexpr std::int64_t kMinDay = -730'119;
constexpr std::int64_t kMaxDay = 2'921'939;

std::int64_t floor_day(std::int64_t time) {
  const std::int64_t day = time / kDay;
  return time % kDay < 0 ? day - 1 : day;
}

bool in_range(std::int64_t time) { return floor_day(time) >= kMinDay && floor_day(time) <= kMaxDay; }

struct CalendarTime {
  year_month_day date;
  std::int64_t time_of_day;

  explicit CalendarTime(std::int64_t time)
      : date(sys_days(days(static_cast<int>(floor_day(time)) + kEpochDays))),
        time_of_day(time - floor_day(time) * kDay) {}

  std::int64_t month_index() const {
    return static_cast<std::int64_t>(static_cast<int>(date.year())) * 12 + static_cast<unsigned>(date.month()) - 1;
  }
  bool is_month_end() const {
    return date.day() == year_month_day_last(date.year() / date.month() / std::chrono::last).day();
  }
};

std::int64_t to_time(const year_month_day& date, std::int64_t time_of_day) {
  return (sys_days(date).time_since_epoch().count() - kEpochDays) * kDay + time_of_day;
}

std::int64_t advance_months(std::int64_t start, bool month_end, std::int64_t count) {
  const CalendarTime from(start);
  // Within the supported range no sum of months overflows an int; outside it the caller has been refused.
  if (std::abs(count) > 12LL * 40'000) throw InvalidArgument("the time lies outside the supported range");
  const year_month target = from.date.year() / from.date.month() + months(static_cast<int>(count));
  const auto last = year_month_day_last(target / std::chrono::last);
  const auto day = month_end ? last.day() : std::min(from.date.day(), last.day());
  return to_time(target / day, from.time_of_day);
}

void merge_duplicates(std::vector<Observation>& rows, DuplicatePolicy policy, RegularizeResult& result) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i + 1;
    while (end < rows.size() && rows[end].time == rows[i].time) ++end;
    Observation merged = rows[end - 1];
    if (end - i > 1) {
      if (policy == DuplicatePolicy::kError) {
        result.error = RegularizeError{RegularizeProblem::kDuplicate, rows[i].time, {}, 0};
        return;
      }
      if (policy != DuplicatePolicy::kLast) {
        double sum = 0;
        std::size_t present = 0;
        for (std::size_t k = i; k < end; ++k) {
          if (std::isnan(rows[k].value)) continue;
          sum += rows[k].value;
          ++present;
        }
        if (std::isinf(sum)) throw InvalidData("the sum of the values of one time step overflows");
        merged.value = present == 0                      ? kMissing
                       : policy == DuplicatePolicy::kSum ? sum
                                                         : sum / static_cast<double>(present);
      }
      result.series.duplicates += end - i - 1;
    }
    rows[kept++] = merged;
    i = end;
  }
  rows.resize(kept);
}

}  // namespace

std::int64_t advance(std::int64_t start, const TimeStep& step, std::int64_t count) {
  if (!step.valid()) throw InvalidArgument("a time step must be a positive number of microseconds or of months");
  std::int64_t time = 0;
  if (step.months > 0) {
    if (__builtin_mul_overflow(count, static_cast<std::int64_t>(step.months), &count))
      throw InvalidArgument("the time lies outside the supported range");
    time = advance_months(start, step.month_end, count);
  } else {
    std::int64_t offset = 0;
    if (__builtin_mul_overflow(step.microseconds, count, &offset) || __builtin_add_overflow(start, offset, &time))
      throw InvalidArgument("the time lies outside the supported range");
  }
  if (!in_range(time)) throw InvalidArgument("the time lies outside the supported range");
  return time;
}

std::optional<std::int64_t> steps_between(std::int64_t start, const TimeStep& step, std::int64_t time) {
  if (!step.valid()) throw InvalidArgument("a time step must be a positive number of microseconds or of months");
  if (step.months == 0) {
    const std::int64_t distance = time - start;
    if (distance % step.microseconds != 0) return std::nullopt;
    return distance / step.microseconds;
  }
  const std::int64_t month_distance = CalendarTime(time).month_index() - CalendarTime(start).month_index();
  if (month_distance % step.months != 0 || advance_months(start, step.month_end, month_distance) != time)
    return std::nullopt;
  return month_distance / step.months;
}

TimeStep find_step(const std::vector<std::int64_t>& sorted_times) {
  if (sorted_times.empty()) return {kDay, 0, false};
  const CalendarTime first(sorted_times.front());
  if (sorted_times.size() == 1) return {first.time_of_day == 0 ? kDay : kHour, 0, false};

  std::int64_t smallest = sorted_times[1] - sorted_times[0];
  for (std::size_t i = 2; i < sorted_times.size(); ++i)
    smallest = std::min(smallest, sorted_times[i] - sorted_times[i - 1]);
  if (smallest < 28 * kDay) return {smallest, 0, false};

  bool same_day = true;
  bool month_ends = true;
  std::int64_t month_step = 0;
  for (const std::int64_t time : sorted_times) {
    const CalendarTime here(time);
    same_day = same_day && here.date.day() == first.date.day() && here.time_of_day == first.time_of_day;
    month_ends = month_ends && here.is_month_end() && here.time_of_day == first.time_of_day;
    month_step = std::gcd(month_step, here.month_index() - first.month_index());
  }
  if ((same_day || month_ends) && month_step > 0) return {0, static_cast<std::int32_t>(month_step), month_ends};
  return {smallest, 0, false};
}

RegularizeResult regularize(std::vector<Observation> rows, const RegularizeOptions& options) {
  RegularizeResult result;
  if (options.step && !options.step->valid())
    throw InvalidArgument("a time step must be a positive number of microseconds or of months");
  for (const Observation& row : rows) {
    if (std::isinf(row.value)) throw InvalidData("the series holds an infinite value");
    if (!in_range(row.time)) throw InvalidData("the series holds a time outside the supported range");
    if (std::isnan(row.value)) ++result.series.nulls;
  }
  if (rows.empty()) {
    if (options.step) result.series.step = *options.step;
    return result;
  }

  const auto earlier = [](const Observation& a, const Observation& b) { return a.time < b.time; };
  if (!std::is_sorted(rows.begin(), rows.end(), earlier)) std::stable_sort(rows.begin(), rows.end(), earlier);
  merge_duplicates(rows, options.duplicates, result);
  if (result.error) return result;

  std::vector<std::int64_t> times(rows.size());
  std::transform(rows.begin(), rows.end(), times.begin(), [](const Observation& row) { return row.time; });
  RegularSeries& series = result.series;
  series.start = times.front();
  series.step = options.step ? *options.step : find_step(times);
  if (series.step.months > 0)
    series.step.month_end =
        std::all_of(times.begin(), times.end(), [](std::int64_t time) { return CalendarTime(time).is_month_end(); });

  std::vector<std::int64_t> position(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto steps = steps_between(series.start, series.step, times[i]);
    if (!steps) {
      result.error = RegularizeError{RegularizeProblem::kOffGrid, times[i], series.step, 0};
      return result;
    }
    position[i] = *steps;
  }
  const auto length = static_cast<std::size_t>(position.back()) + 1;
  if (length > options.max_length) {
    result.error = RegularizeError{RegularizeProblem::kTooLong, times.back(), series.step, length};
    return result;
  }
  series.values.assign(length, kMissing);
  for (std::size_t i = 0; i < rows.size(); ++i) series.values[static_cast<std::size_t>(position[i])] = rows[i].value;
  series.filled = length - rows.size();
  return result;
}

}  // namespace performance_tracker
