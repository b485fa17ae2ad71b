// SPDX-License-Identifier: PostgreSQL
#include "core/series/completion.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

constexpr std::int64_t kWeek = 7 * kDay;
constexpr std::int64_t kFirstMonday = 2 * kDay;  // 2000-01-03

std::int64_t floor_multiple(std::int64_t value, std::int64_t unit) {
  const std::int64_t remainder = value % unit;
  return value - remainder - (remainder < 0 ? unit : 0);
}

// Months since January 2000 of the month that `time` falls into. advance() knows the calendar; this finds its inverse.
std::int64_t month_of(std::int64_t time) {
  constexpr TimeStep kMonth{0, 1};
  auto month =
      static_cast<std::int64_t>(std::floor(static_cast<double>(time) / (30.436875 * static_cast<double>(kDay))));
  while (advance(0, kMonth, month) > time) --month;
  while (advance(0, kMonth, month + 1) <= time) ++month;
  return month;
}

}  // namespace

std::int64_t floor_to_step(std::int64_t time, const TimeStep& step) {
  if (!step.valid()) throw InvalidArgument("a step must be positive");
  if (step.months > 0) return advance(0, {0, 1}, floor_multiple(month_of(time), step.months));
  const std::int64_t origin = step.microseconds % kWeek == 0 ? kFirstMonday : 0;
  return origin + floor_multiple(time - origin, step.microseconds);
}

GapFill parse_gap_fill(std::string_view name) {
  if (name == "missing") return GapFill::kLeave;
  if (name == "zero") return GapFill::kZero;
  if (name == "previous") return GapFill::kPrevious;
  throw InvalidArgument("unknown fill \"" + std::string(name) + "\"", "fill is one of missing, zero, previous.",
                        "fill");
}

StampedSeries complete_series(const StampedSeries& series, std::int64_t end, GapFill fill) {
  StampedSeries result = series;
  std::vector<double>& values = result.series.values;
  const auto time_at = [&](std::size_t count) {
    return advance(series.series.start, series.series.step, static_cast<std::int64_t>(count) - 1);
  };
  while (!values.empty() && time_at(values.size()) > end) values.pop_back();
  if (values.empty()) throw InvalidArgument("a series has no step up to the common end");
  while (time_at(values.size() + 1) <= end) {
    if (values.size() == kMaxSeriesLength)
      throw InvalidArgument("a series would have more than " + std::to_string(kMaxSeriesLength) + " steps",
                            "Give a longer step, or leave out rows with times far from the others.");
    values.push_back(kMissing);
  }
  if (fill == GapFill::kLeave) return result;
  auto first = std::find_if(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
  double previous = kMissing;
  for (; first != values.end(); ++first) {
    if (std::isnan(*first)) *first = fill == GapFill::kZero ? 0.0 : previous;
    previous = *first;
  }
  return result;
}

StampedSeries complete_regressor(const StampedSeries& regressor, const StampedSeries& series) {
  const RegularSeries& base = series.series;
  const RegularSeries& given = regressor.series;
  if (base.values.empty() || given.values.empty() || regressor.kind != series.kind) return regressor;
  const std::optional<std::int64_t> offset = steps_between(base.start, base.step, given.start);
  if (!offset) return regressor;  // on another grid: whoever uses it says so
  const auto length = static_cast<std::int64_t>(base.values.size());
  StampedSeries result = regressor;
  result.series.step = base.step;
  std::vector<double>& values = result.series.values;
  if (*offset > 0) {
    values.insert(values.begin(), static_cast<std::size_t>(*offset), kMissing);
    result.series.start = base.start;
  }
  const std::int64_t shift = std::min<std::int64_t>(*offset, 0);  // of the first value, in steps of the series
  if (static_cast<std::int64_t>(values.size()) < length - shift)
    values.resize(static_cast<std::size_t>(length - shift), kMissing);
  for (std::int64_t i = 0; i < length; ++i) {
    double& value = values[static_cast<std::size_t>(i - shift)];
    if (std::isnan(value) && std::isnan(base.values[static_cast<std::size_t>(i)])) value = 0.0;
  }
  return result;
}

}  // namespace performance_tracker
