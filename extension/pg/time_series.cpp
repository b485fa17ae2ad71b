// SPDX-License-Identifier: PostgreSQL
//
// The type time_series: text and binary forms, equality. sql/extension/60_time_series.sql.
#include "pg/time_series.h"

#include "core/base/error.h"
#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/pg.h"

namespace performance_tracker {

namespace {

constexpr int kVersion = 1;
constexpr const char* kCorruptHint = "Write it as 2026-01-01 / 1 day : {112,118,NULL,129}.";

std::size_t flat_size(std::size_t count) { return sizeof(TimeSeriesDatum) + count * sizeof(double); }

// Everything but the length word and the values: two equal series have equal bytes here.
bool same_header(const SeriesView& a, const SeriesView& b) {
  return a.kind == b.kind && a.start == b.start && a.step == b.step && a.values.size() == b.values.size();
}

bool same_value(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

void check_time_series(int version, int kind, const TimeStep& step, std::int64_t start, std::int64_t count) {
  if (version != kVersion)
    throw InvalidArgument("a time_series of version " + std::to_string(version) + " is not known here",
                          "Update the extension: ALTER EXTENSION performance_tracker UPDATE.");
  if (kind < static_cast<int>(TimeKind::kDate) || kind > static_cast<int>(TimeKind::kUtc))
    throw InvalidArgument("not a time_series: unknown kind of time", kCorruptHint);
  if (!step.valid()) throw InvalidArgument("not a time_series: the step is not positive", kCorruptHint);
  if (count < 0 || count > static_cast<std::int64_t>(kMaxSeriesLength))
    throw InvalidArgument("a time_series has at most " + std::to_string(kMaxSeriesLength) + " values", kCorruptHint);
  if (static_cast<TimeKind>(kind) == TimeKind::kDate && (start % kDay != 0 || step.microseconds % kDay != 0))
    throw InvalidArgument("not a time_series: dates with a part of a day", kCorruptHint);
  if (count > 0) {
    (void)advance(start, {kDay, 0, false}, 0);  // refuses a start outside the calendar
    if (step.months > 0 && advance(start, step, 0) != start)
      throw InvalidArgument("not a time_series: month ends that do not begin at one", kCorruptHint);
    (void)advance(start, step, count - 1);
  }
}

SeriesView time_series_argument(FunctionCallInfo fcinfo, const char* name) {
  constexpr const char* kHint = "An aggregate over no rows gives NULL; leave such groups out.";
  return time_series_view(PG_GETARG_DATUM(given_argument(fcinfo, name, own_type("time_series"), kHint)), name);
}

SeriesView time_series_view(Datum datum, const char* name) {
  const auto* stored = reinterpret_cast<const TimeSeriesDatum*>(PG_DETOAST_DATUM(datum));
  const std::size_t size = VARSIZE(stored);
  if (size < sizeof(TimeSeriesDatum) || stored->version != kVersion || stored->count < 0 ||
      size != flat_size(static_cast<std::size_t>(stored->count)))
    ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("%s is not a time_series that this version can read", name),
                    errhint("Update the extension: ALTER EXTENSION performance_tracker UPDATE.")));
  return {static_cast<TimeKind>(stored->kind),
          stored->start,
          {stored->microseconds, stored->months, stored->month_end != 0},
          {reinterpret_cast<const double*>(stored + 1), static_cast<std::size_t>(stored->count)}};
}

NewSeries allocate_time_series(TimeKind kind, std::int64_t start, const TimeStep& step, std::size_t count) {
  const std::size_t size = flat_size(count);
  auto* datum = reinterpret_cast<TimeSeriesDatum*>(allocate<char>(size));
  // An empty series has no first time; one form of it, so that all empty series are equal.
  const bool empty = count == 0;
  *datum = TimeSeriesDatum{.vl_len = 0,
                           .version = kVersion,
                           .kind = static_cast<std::uint8_t>(empty ? TimeKind::kDate : kind),
                           .month_end = static_cast<std::uint8_t>(!empty && step.month_end),
                           .zero = 0,
                           .months = empty ? 0 : step.months,
                           .count = static_cast<std::int32_t>(count),
                           .start = empty ? 0 : start,
                           .microseconds = empty ? kDay : step.microseconds};
  SET_VARSIZE(datum, size);
  return {datum, reinterpret_cast<double*>(datum + 1)};
}

TimeSeriesDatum* keep_time_series(const StampedSeries& stamped) {
  const auto& values = stamped.series.values;
  const NewSeries made = allocate_time_series(stamped.kind, stamped.series.start, stamped.series.step, values.size());
  if (!values.empty()) std::memcpy(made.values, values.data(), values.size() * sizeof(double));
  return made.datum;
}

TimeStep interval_step(const Interval* interval) {
  const bool of_months = interval->month != 0;
  std::int64_t fixed = 0;
  const bool overflow = __builtin_mul_overflow(static_cast<std::int64_t>(interval->day), kDay, &fixed) ||
                        __builtin_add_overflow(fixed, static_cast<std::int64_t>(interval->time), &fixed);
  const TimeStep step{of_months ? 0 : fixed, interval->month, false};
  if (overflow || (of_months && fixed != 0) || !step.valid())
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("step must be a positive interval of months, or of days and time, not of both"),
                    errhint("For example '1 hour', '1 day', '1 week', '1 month', '3 months'.")));
  return step;
}

Datum step_interval_datum(const TimeStep& step) {
  auto* interval = static_cast<Interval*>(palloc0(sizeof(Interval)));
  interval->month = step.months;
  interval->day = static_cast<std::int32_t>(step.microseconds / kDay);
  interval->time = step.microseconds % kDay;
  return PointerGetDatum(interval);
}

std::int64_t finite_timestamp(Timestamp time, const char* name) {
  if (TIMESTAMP_NOT_FINITE(time))
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", name),
                    errhint("Leave rows of time 'infinity' out of the series.")));
  return time;
}

std::int64_t finite_date(DateADT date, const char* name) {
  if (DATE_NOT_FINITE(date))
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", name),
                    errhint("Leave rows of date 'infinity' out of the series.")));
  return static_cast<std::int64_t>(date) * kDay;
}

}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_in) {
  const char* input = PG_GETARG_CSTRING(0);
  return PointerGetDatum(compute([&] { return keep_time_series(parse_series(input)); }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_out) {
  const SeriesView view = time_series_view(PG_GETARG_DATUM(0), "time_series");
  return CStringGetDatum(compute([&] {
    return keep(format_series({view.kind, {view.start, view.step, {view.values.begin(), view.values.end()}}}));
  }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_send) {
  const SeriesView view = time_series_view(PG_GETARG_DATUM(0), "time_series");
  StringInfoData out;
  pq_begintypsend(&out);
  pq_sendint8(&out, kVersion);
  pq_sendint8(&out, static_cast<std::uint8_t>(view.kind));
  pq_sendint8(&out, view.step.month_end ? 1 : 0);
  pq_sendint8(&out, 0);
  pq_sendint32(&out, static_cast<std::uint32_t>(view.step.months));
  pq_sendint32(&out, static_cast<std::uint32_t>(view.values.size()));
  pq_sendint64(&out, static_cast<std::uint64_t>(view.start));
  pq_sendint64(&out, static_cast<std::uint64_t>(view.step.microseconds));
  for (const double value : view.values) pq_sendfloat8(&out, value);
  return PointerGetDatum(pq_endtypsend(&out));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_recv) {
  auto* in = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  const int version = pq_getmsgbyte(in);
  const int kind = pq_getmsgbyte(in);
  const int month_end = pq_getmsgbyte(in);
  const int zero = pq_getmsgbyte(in);
  const auto months = static_cast<std::int32_t>(pq_getmsgint(in, 4));
  const auto count = static_cast<std::int32_t>(pq_getmsgint(in, 4));
  const std::int64_t start = pq_getmsgint64(in);
  const TimeStep step{pq_getmsgint64(in), months, month_end == 1};
  compute([&] {
    if (month_end > 1 || zero != 0) throw InvalidArgument("not a time_series: unknown flags", kCorruptHint);
    check_time_series(version, kind, step, start, count);
    return true;
  });
  // Nothing is allocated for values that the message does not hold.
  if (in->len - in->cursor != count * static_cast<int>(sizeof(double)))
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                    errmsg("time_series message holds %d bytes of values where %d values were announced",
                           in->len - in->cursor, count)));
  const NewSeries made =
      allocate_time_series(static_cast<TimeKind>(kind), start, step, static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const double value = pq_getmsgfloat8(in);
    if (std::isinf(value))
      ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
                      errmsg("value %d of the time_series is infinite", i + 1)));
    made.values[i] = std::isnan(value) ? kMissing : value;  // one NaN for all, so that equal series are equal bytes
  }
  return PointerGetDatum(made.datum);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_eq) {
  const SeriesView a = time_series_view(PG_GETARG_DATUM(0), "left");
  const SeriesView b = time_series_view(PG_GETARG_DATUM(1), "right");
  return BoolGetDatum(same_header(a, b) && std::equal(a.values.begin(), a.values.end(), b.values.begin(), same_value));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_ne) {
  const SeriesView a = time_series_view(PG_GETARG_DATUM(0), "left");
  const SeriesView b = time_series_view(PG_GETARG_DATUM(1), "right");
  return BoolGetDatum(!same_header(a, b) ||
                      !std::equal(a.values.begin(), a.values.end(), b.values.begin(), same_value));
}

// Postgres's own hash of the numbers, so that -0 and 0, which are equal, hash alike.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_hash) {
  const SeriesView view = time_series_view(PG_GETARG_DATUM(0), "time_series");
  const std::uint64_t seed =
      static_cast<std::uint64_t>(view.start) ^ (static_cast<std::uint64_t>(view.step.microseconds) << 1) ^
      static_cast<std::uint64_t>(view.step.months) ^ (static_cast<std::uint64_t>(view.kind) << 60);
  std::uint32_t hash = DatumGetUInt32(hash_any(reinterpret_cast<const unsigned char*>(&seed), sizeof seed));
  for (const double value : view.values) {
    const double canonical = std::isnan(value) ? kMissing : value + 0.0;  // -0.0 + 0.0 is 0.0
    hash = hash_combine(hash,
                        DatumGetUInt32(hash_any(reinterpret_cast<const unsigned char*>(&canonical), sizeof canonical)));
  }
  return UInt32GetDatum(hash);
}
