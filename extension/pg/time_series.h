// SPDX-License-Identifier: PostgreSQL
//
// The SQL type time_series on disk and on the wire, and its way to and from the core's RegularSeries.
//
// Layout, version 1 (double aligned, host byte order on disk):
//
//   offset  0  varlena length
//           4  uint8 version = 1, uint8 kind (TimeKind), uint8 month_end, uint8 zero
//           8  int32 months of a step (0: a fixed step)
//          12  int32 count of values
//          16  int64 first time, microseconds since 2000-01-01 (dates: midnight)
//          24  int64 microseconds of a step (0: months)
//          32  float8 values, NaN where missing, never infinite
//
// The binary protocol sends the same fields in the same order, in network byte order, without the length.
#pragma once

#include "core/arima/arima_order.h"
#include "core/series/series_text.h"
#include "pg/pg.h"

namespace performance_tracker {

struct TimeSeriesDatum {
  std::int32_t vl_len;
  std::uint8_t version;
  std::uint8_t kind;
  std::uint8_t month_end;
  std::uint8_t zero;
  std::int32_t months;
  std::int32_t count;
  std::int64_t start;
  std::int64_t microseconds;
};
static_assert(sizeof(TimeSeriesDatum) == 32);

// What a function body works with: plain data, a view into the argument.
struct SeriesView {
  TimeKind kind;
  std::int64_t start;
  TimeStep step;
  std::span<const double> values;

  std::int64_t end() const { return advance(start, step, static_cast<std::int64_t>(values.size()) - 1); }
};

// The argument as a view, checked: XX001 for a stored value that no version of this extension wrote. May raise.
SeriesView time_series_argument(FunctionCallInfo fcinfo, const char* name);
SeriesView time_series_view(Datum datum, const char* name);

// In the current memory context. `allocate_time_series` is for the compute phase (throws bad_alloc, never raises).
struct NewSeries {
  TimeSeriesDatum* datum;
  double* values;
};
NewSeries allocate_time_series(TimeKind kind, std::int64_t start, const TimeStep& step, std::size_t count);
TimeSeriesDatum* keep_time_series(const StampedSeries& stamped);

// Throws InvalidArgument unless the fields make a series that this version understands; for what comes from outside.
void check_time_series(int version, int kind, const TimeStep& step, std::int64_t start, std::int64_t count);

// The series of an aggregate's state in argument 0, which must not be NULL; for the final functions of aggregates that
// collect a series. May raise, naming the first row that does not fit.
TimeSeriesDatum* finish_time_series(FunctionCallInfo fcinfo);
// The season length that the state carries, as the caller gave it; nothing for NULL and for time_series(…).
std::optional<int> aggregated_season_length(FunctionCallInfo fcinfo);
ArimaOrder aggregated_order(FunctionCallInfo fcinfo);  // of arima(time, value, …)

// interval → step: months alone, or days and time alone (22023 otherwise). May raise.
TimeStep interval_step(const Interval* interval);
Datum step_interval_datum(const TimeStep& step);

// timestamp → the core's clock; 22008 for infinity. May raise.
std::int64_t finite_timestamp(Timestamp time, const char* name);
std::int64_t finite_date(DateADT date, const char* name);

}  // namespace performance_tracker
