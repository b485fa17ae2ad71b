// SPDX-License-Identifier: PostgreSQL
//
// What one can ask of a time_series and do with it: sql/extension/60_time_series.sql.
#include <algorithm>

#include "core/base/error.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/time_series.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// The position of `time` if it lies on the series' grid, inside the series or not.
std::optional<std::int64_t> position_of(const SeriesView& view, std::int64_t time) {
  (void)advance(time, {kDay, 0, false}, 0);  // refuses times outside the calendar
  return steps_between(view.start, view.step, time);
}

// The first position at or after `time`, by bisection: months have no fixed length to divide by.
std::size_t lower_position(const SeriesView& view, std::int64_t time) {
  std::size_t low = 0;
  std::size_t high = view.values.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (advance(view.start, view.step, static_cast<std::int64_t>(middle)) < time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

TimeSeriesDatum* part(const SeriesView& view, std::size_t first, std::size_t end) {
  const std::size_t count = end > first ? end - first : 0;
  const std::int64_t start = count > 0 ? advance(view.start, view.step, static_cast<std::int64_t>(first)) : view.start;
  const NewSeries made = allocate_time_series(view.kind, start, view.step, count);
  if (count > 0) std::copy_n(view.values.data() + first, count, made.values);
  return made.datum;
}

TimeSeriesDatum* add(const SeriesView& a, const SeriesView& b) {
  if (b.values.empty()) return part(a, 0, a.values.size());
  if (a.values.empty()) return part(b, 0, b.values.size());
  const auto offset = a.kind == b.kind && a.step == b.step ? steps_between(a.start, a.step, b.start) : std::nullopt;
  if (!offset)
    throw InvalidArgument("the two series do not share their steps: " + format_time(a.start, a.kind) + " / " +
                              format_step(a.step) + " and " + format_time(b.start, b.kind) + " / " +
                              format_step(b.step),
                          "Build both with the same kind of time and the same step.");
  const auto length = [](const SeriesView& view) { return static_cast<std::int64_t>(view.values.size()); };
  const std::int64_t first = std::min<std::int64_t>(0, *offset);
  const std::int64_t end = std::max(length(a), *offset + length(b));
  if (end - first > static_cast<std::int64_t>(kMaxSeriesLength))
    throw InvalidArgument("the sum of the two series would have " + std::to_string(end - first) +
                              " values, the limit is " + std::to_string(kMaxSeriesLength),
                          "Take slices of the same period first.");
  const NewSeries made =
      allocate_time_series(a.kind, first < 0 ? b.start : a.start, a.step, static_cast<std::size_t>(end - first));
  const auto at = [](const SeriesView& view, std::int64_t i) {
    return i >= 0 && i < static_cast<std::int64_t>(view.values.size()) ? view.values[static_cast<std::size_t>(i)]
                                                                       : kMissing;
  };
  for (std::int64_t i = first; i < end; ++i) {
    const double x = at(a, i);
    const double y = at(b, i - *offset);
    const double sum = std::isnan(x) ? y : std::isnan(y) ? x : x + y;
    if (std::isinf(sum)) throw InvalidData("the sum of the two series overflows");
    made.values[i - first] = sum;
  }
  return made.datum;
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_length) {
  return Int32GetDatum(static_cast<std::int32_t>(time_series_argument(fcinfo, "series").values.size()));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_missing) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  return Int32GetDatum(static_cast<std::int32_t>(
      std::count_if(view.values.begin(), view.values.end(), [](double value) { return std::isnan(value); })));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_start) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  if (view.values.empty()) PG_RETURN_NULL();
  return TimestampGetDatum(view.start);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_end) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  if (view.values.empty()) PG_RETURN_NULL();
  return TimestampGetDatum(compute([&] { return view.end(); }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_step) {
  return step_interval_datum(time_series_argument(fcinfo, "series").step);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_to_array) {
  return doubles_datum(time_series_argument(fcinfo, "series").values);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_from_array) {
  const std::span<const double> values = doubles_argument(fcinfo, "data");
  const std::int64_t start = finite_timestamp(timestamp_argument(fcinfo, "start_timestamp"), "start_timestamp");
  const TimeStep step = interval_step(interval_argument(fcinfo, "step"));
  return PointerGetDatum(compute([&] {
    const bool whole_days = start % kDay == 0 && step.microseconds % kDay == 0;
    const TimeKind kind = whole_days ? TimeKind::kDate : TimeKind::kTimestamp;
    check_time_series(1, static_cast<int>(kind), step, start, static_cast<std::int64_t>(values.size()));
    return part({kind, start, step, values}, 0, values.size());
  }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_slice) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  const std::optional<Timestamp> from = optional_timestamp_argument(fcinfo, "from_timestamp");
  const std::optional<Timestamp> to = optional_timestamp_argument(fcinfo, "to_timestamp");
  return PointerGetDatum(compute([&] {
    const std::size_t first = from ? lower_position(view, *from) : 0;
    const bool to_end = !to || *to == std::numeric_limits<std::int64_t>::max();
    const std::size_t end = to_end ? view.values.size() : lower_position(view, *to + 1);
    return part(view, first, end);
  }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_value_at) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  const std::int64_t time = finite_timestamp(timestamp_argument(fcinfo, "time"), "time");
  const double value = compute([&] {
    const auto position = view.values.empty() ? std::nullopt : position_of(view, time);
    if (!position || *position < 0 || *position >= static_cast<std::int64_t>(view.values.size())) return kMissing;
    return view.values[static_cast<std::size_t>(*position)];
  });
  if (std::isnan(value)) PG_RETURN_NULL();
  return Float8GetDatum(value);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_add) {
  const SeriesView a = time_series_view(PG_GETARG_DATUM(0), "left");
  const SeriesView b = time_series_view(PG_GETARG_DATUM(1), "right");
  return PointerGetDatum(compute([&] { return add(a, b); }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_unnest) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  RowWriter rows(fcinfo);
  for (std::size_t i = 0; i < view.values.size(); ++i) {
    const std::int64_t time = compute([&] { return advance(view.start, view.step, static_cast<std::int64_t>(i)); });
    rows.datum(TimestampGetDatum(time));
    rows.float8(view.values[i]);
    rows.end_row();
  }
  return rows.done();
}
