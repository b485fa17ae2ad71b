// SPDX-License-Identifier: PostgreSQL
//
// The aggregates time_series(time, value [, step [, duplicates]]), auto_arima(time, value [, season_length]) and
// arima(time, value, p, d, q [, P, D, Q, season_length]), which differ only in their last arguments and their last
// step. The state is a bytea, so that it can be sent to another process or node; while one process fills it, it lives
// as an expanded object (as arrays do in array_append), so that a row costs an append and not a copy.
#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/time_series.h"

namespace performance_tracker {
namespace {

constexpr std::uint32_t kMagic = 0x70745302;  // format version in the last byte
constexpr std::int32_t kMaxRows = 16'000'000;

// The settings of a series under construction, and the head of the flat form.
struct BuilderHead {
  std::uint32_t magic;
  std::uint8_t kind;
  std::uint8_t duplicates;
  std::uint8_t has_step;
  std::uint8_t model;  // a Model
  std::int32_t months;
  std::int32_t count;
  std::int64_t microseconds;
  std::int64_t model_arguments;  // a season length as given, which auto_arima checks; or an order, packed
};

enum Model : std::uint8_t { kNothing, kSeasonLength, kOrder };
static_assert(sizeof(BuilderHead) == 32 && std::is_trivially_copyable_v<Observation> && sizeof(Observation) == 16);

struct Builder {
  ExpandedObjectHeader header;
  BuilderHead head;
  std::int32_t capacity;
  Observation* rows;
};

Size builder_flat_size(ExpandedObjectHeader* object) {
  const auto* builder = reinterpret_cast<const Builder*>(object);
  return VARHDRSZ + sizeof(BuilderHead) + static_cast<Size>(builder->head.count) * sizeof(Observation);
}

void builder_flatten(ExpandedObjectHeader* object, void* result, Size size) {
  const auto* builder = reinterpret_cast<const Builder*>(object);
  SET_VARSIZE(result, size);
  char* out = static_cast<char*>(result) + VARHDRSZ;
  std::memcpy(out, &builder->head, sizeof(BuilderHead));
  std::memcpy(out + sizeof(BuilderHead), builder->rows, static_cast<Size>(builder->head.count) * sizeof(Observation));
}

const ExpandedObjectMethods kBuilderMethods = {builder_flat_size, builder_flatten};

Builder* new_builder(MemoryContext parent, const BuilderHead& head, std::int32_t capacity) {
  MemoryContext context = AllocSetContextCreate(parent, "performance_tracker time_series", ALLOCSET_SMALL_SIZES);
  auto* builder = static_cast<Builder*>(MemoryContextAlloc(context, sizeof(Builder)));
  EOH_init_header(&builder->header, &kBuilderMethods, context);
  builder->head = head;
  builder->capacity = capacity;
  builder->rows =
      static_cast<Observation*>(MemoryContextAlloc(context, static_cast<Size>(capacity) * sizeof(Observation)));
  return builder;
}

void reserve(Builder* builder, std::int32_t count) {
  if (count > kMaxRows)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("a time_series takes at most %d rows", kMaxRows),
                    errhint("Aggregate the rows to the step of the series first.")));
  if (count <= builder->capacity) return;
  builder->capacity = std::max(count, std::min(kMaxRows, builder->capacity * 2));
  builder->rows = static_cast<Observation*>(
      repalloc_huge(builder->rows, static_cast<Size>(builder->capacity) * sizeof(Observation)));
}

// A builder wherever it comes from: ours in memory, or flat bytes that anybody could have passed.
struct BuilderView {
  BuilderHead head;
  const char* rows;  // unaligned when flat
};

BuilderView builder_view(Datum state) {
  if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(state))) {
    const auto* builder = reinterpret_cast<const Builder*>(DatumGetEOHP(state));
    if (builder->header.eoh_methods == &kBuilderMethods)
      return {builder->head, reinterpret_cast<const char*>(builder->rows)};
  }
  const bytea* flat = DatumGetByteaPP(state);
  const std::size_t size = VARSIZE_ANY_EXHDR(flat);
  BuilderView view{};
  const bool whole = size >= sizeof(BuilderHead);
  if (whole) std::memcpy(&view.head, VARDATA_ANY(flat), sizeof(BuilderHead));
  if (!whole || view.head.magic != kMagic || view.head.count < 0 || view.head.count > kMaxRows ||
      size != sizeof(BuilderHead) + static_cast<std::size_t>(view.head.count) * sizeof(Observation) ||
      view.head.kind < 1 || view.head.kind > 3 || view.head.duplicates > 3 || view.head.has_step > 1 ||
      view.head.model > kOrder)
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("not the state of a time_series aggregate"),
                    errhint("Call the aggregate time_series(time, value) instead of its support functions.")));
  view.rows = VARDATA_ANY(flat) + sizeof(BuilderHead);
  return view;
}

Builder* writable_builder(Datum state, MemoryContext parent) {
  if (VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(state))) {
    auto* builder = reinterpret_cast<Builder*>(DatumGetEOHP(state));
    if (builder->header.eoh_methods == &kBuilderMethods) return builder;
  }
  const BuilderView view = builder_view(state);
  Builder* builder = new_builder(parent, view.head, std::max(16, view.head.count));
  std::memcpy(builder->rows, view.rows, static_cast<std::size_t>(view.head.count) * sizeof(Observation));
  return builder;
}

// A step of an aggregate gets state, time and value, then the other arguments of the aggregate: always by place.
constexpr int kSettings = 3;

std::uint8_t duplicates_argument(FunctionCallInfo fcinfo) {
  if (PG_NARGS() <= kSettings + 1 || PG_ARGISNULL(kSettings + 1))
    return static_cast<std::uint8_t>(DuplicatePolicy::kError);
  const std::string_view name = text_to_cstring(PG_GETARG_TEXT_PP(kSettings + 1));
  constexpr std::string_view kNames[] = {"error", "sum", "mean", "last"};
  for (std::uint8_t i = 0; i < 4; ++i)
    if (name == kNames[i]) return i;
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown duplicates \"%s\"", name.data()),
                  errhint("duplicates is one of error, sum, mean, last.")));
  pg_unreachable();
}

enum class LastArguments { kStepAndDuplicates, kSeasonLength, kOrder };

// p, d, q, P, D, Q in a byte each and the season length in two: what is given once is not carried by every row.
std::int64_t packed_order(FunctionCallInfo fcinfo) {
  constexpr const char* kNames[] = {"p", "d", "q", "seasonal_p", "seasonal_d", "seasonal_q", "season_length"};
  std::uint64_t packed = 0;
  for (int i = 0; i < 7; ++i) {
    const int place = kSettings + i;
    const bool left_out = PG_NARGS() <= place;
    if (!left_out && PG_ARGISNULL(place))
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", kNames[i]),
                      errhint("Leave %s out to get its default.", kNames[i])));
    const int value = left_out ? (i == 6 ? 1 : 0) : PG_GETARG_INT32(place);
    const int most = i == 6 ? 65535 : 255;
    if (value < 0 || value > most)
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must not be %d", kNames[i], value),
                      errhint("Orders are from 0 to 24, a season_length from 1 to 366.")));
    packed |= static_cast<std::uint64_t>(value) << (8 * i);
  }
  return static_cast<std::int64_t>(packed);
}

// Read once, at the first row of a group.
BuilderHead head_from_arguments(FunctionCallInfo fcinfo, TimeKind kind, LastArguments last) {
  BuilderHead head{};
  head.magic = kMagic;
  head.kind = static_cast<std::uint8_t>(kind);
  if (last == LastArguments::kSeasonLength) {
    head.model = PG_ARGISNULL(kSettings) ? kNothing : kSeasonLength;
    head.model_arguments = PG_ARGISNULL(kSettings) ? 0 : PG_GETARG_INT32(kSettings);
    return head;
  }
  if (last == LastArguments::kOrder) {
    head.model = kOrder;
    head.model_arguments = packed_order(fcinfo);
    return head;
  }
  if (PG_NARGS() > kSettings && !PG_ARGISNULL(kSettings)) {
    const TimeStep step = interval_step(PG_GETARG_INTERVAL_P(kSettings));
    head.has_step = 1;
    head.months = step.months;
    head.microseconds = step.microseconds;
    if (kind == TimeKind::kDate && step.microseconds % kDay != 0)
      ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a series of dates has a step of whole days"),
                      errhint("Use a timestamp column for steps shorter than a day.")));
  }
  head.duplicates = duplicates_argument(fcinfo);
  return head;
}

MemoryContext aggregate_context(FunctionCallInfo fcinfo) {
  MemoryContext context = nullptr;
  if (AggCheckCallContext(fcinfo, &context) == 0)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("called outside of an aggregate"),
                    errhint("Call the aggregate time_series(time, value).")));
  return context;
}

Datum append_row(FunctionCallInfo fcinfo, TimeKind kind, LastArguments last = LastArguments::kStepAndDuplicates) {
  MemoryContext context = aggregate_context(fcinfo);
  if (PG_ARGISNULL(1))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("the time of an observation is NULL"),
                    errhint("Leave such rows out: FILTER (WHERE time IS NOT NULL).")));
  const std::int64_t time = kind == TimeKind::kDate
                                ? finite_date(PG_GETARG_DATEADT(1), "the time of an observation")
                                : finite_timestamp(PG_GETARG_TIMESTAMP(1), "the time of an observation");
  const double value = PG_ARGISNULL(2) ? kMissing : PG_GETARG_FLOAT8(2);
  if (std::isinf(value)) {
    const char* at = compute([&] { return keep(format_time(time, kind)); });
    ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("the observation at %s is infinite", at),
                    errhint("Use NULL for a missing observation.")));
  }
  Builder* builder = PG_ARGISNULL(0) ? new_builder(context, head_from_arguments(fcinfo, kind, last), 16)
                                     : writable_builder(PG_GETARG_DATUM(0), context);
  reserve(builder, builder->head.count + 1);
  builder->rows[builder->head.count++] = {time, value};
  return EOHPGetRWDatum(&builder->header);
}

// The offender's name and the way out, after the C++ phase.
[[noreturn]] void raise_problem(const RegularizeError& error, TimeKind kind, bool step_given) {
  struct Texts {
    const char* time;
    const char* step;
  };
  const Texts texts = compute([&] {
    return Texts{keep(format_time(error.time, kind)), error.step.valid() ? keep(format_step(error.step)) : ""};
  });
  switch (error.problem) {
    case RegularizeProblem::kDuplicate:
      ereport(ERROR, (errcode(ERRCODE_CARDINALITY_VIOLATION), errmsg("two rows at %s", texts.time),
                      errhint("Group them first, or say what to do with them: time_series(time, value, NULL, 'sum'), "
                              "'mean' or 'last'.%s",
                              kind == TimeKind::kTimestamp
                                  ? " If this is the hour in which the clocks go back, use a timestamptz."
                                  : "")));
      break;
    case RegularizeProblem::kOffGrid:
      ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                      errmsg("%s does not lie on steps of %s%s", texts.time, texts.step,
                             step_given || error.step.months > 0 ? "" : ", the smallest gap between two times"),
                      errhint("Truncate the times (date_trunc) and group by them, or give another step: "
                              "time_series(time, value, '1 day').%s",
                              kind == TimeKind::kUtc
                                  ? " For days or months of a time zone use (time AT TIME ZONE 'Europe/Berlin')::date."
                                  : "")));
      break;
    case RegularizeProblem::kTooLong:
      ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                      errmsg("a series in steps of %s up to %s would have %zu values, the limit is %zu", texts.step,
                             texts.time, error.length, kMaxSeriesLength),
                      errhint("Give a longer step, or leave the stray times out.")));
      break;
  }
  pg_unreachable();
}

}  // namespace

TimeSeriesDatum* finish_time_series(FunctionCallInfo fcinfo) {
  const BuilderView view = builder_view(PG_GETARG_DATUM(0));
  struct Outcome {
    TimeSeriesDatum* series;
    RegularizeError error;
  };
  const Outcome outcome = compute([&]() -> Outcome {
    std::vector<Observation> rows(static_cast<std::size_t>(view.head.count));
    if (!rows.empty()) std::memcpy(static_cast<void*>(rows.data()), view.rows, rows.size() * sizeof(Observation));
    RegularizeOptions options;
    if (view.head.has_step != 0) options.step = TimeStep{view.head.microseconds, view.head.months, false};
    options.duplicates = static_cast<DuplicatePolicy>(view.head.duplicates);
    const RegularizeResult result = regularize(std::move(rows), options);
    if (result.error) return {nullptr, *result.error};
    check_time_series(1, view.head.kind, result.series.step, result.series.start,
                      static_cast<std::int64_t>(result.series.values.size()));
    return {keep_time_series({static_cast<TimeKind>(view.head.kind), result.series}), {}};
  });
  if (outcome.series == nullptr)
    raise_problem(outcome.error, static_cast<TimeKind>(view.head.kind), view.head.has_step != 0);
  return outcome.series;
}

std::optional<int> aggregated_season_length(FunctionCallInfo fcinfo) {
  const BuilderHead head = builder_view(PG_GETARG_DATUM(0)).head;
  return head.model == kSeasonLength ? std::optional<int>(static_cast<int>(head.model_arguments)) : std::nullopt;
}

ArimaOrder aggregated_order(FunctionCallInfo fcinfo) {
  const auto packed = static_cast<std::uint64_t>(builder_view(PG_GETARG_DATUM(0)).head.model_arguments);
  const auto part = [packed](int i) { return static_cast<int>((packed >> (8 * i)) & 0xff); };
  return {.p = part(0),
          .d = part(1),
          .q = part(2),
          .seasonal_p = part(3),
          .seasonal_d = part(4),
          .seasonal_q = part(5),
          .season_length = static_cast<int>(packed >> 48)};
}

}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_append_date) { return append_row(fcinfo, TimeKind::kDate); }

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_append_timestamp) {
  return append_row(fcinfo, TimeKind::kTimestamp);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_append_timestamptz) {
  return append_row(fcinfo, TimeKind::kUtc);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima_append_date) {
  return append_row(fcinfo, TimeKind::kDate, LastArguments::kSeasonLength);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima_append_timestamp) {
  return append_row(fcinfo, TimeKind::kTimestamp, LastArguments::kSeasonLength);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_auto_arima_append_timestamptz) {
  return append_row(fcinfo, TimeKind::kUtc, LastArguments::kSeasonLength);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima_append_date) {
  return append_row(fcinfo, TimeKind::kDate, LastArguments::kOrder);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima_append_timestamp) {
  return append_row(fcinfo, TimeKind::kTimestamp, LastArguments::kOrder);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_arima_append_timestamptz) {
  return append_row(fcinfo, TimeKind::kUtc, LastArguments::kOrder);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_combine) {
  MemoryContext context = aggregate_context(fcinfo);
  if (PG_ARGISNULL(1)) {
    if (PG_ARGISNULL(0)) PG_RETURN_NULL();
    return PG_GETARG_DATUM(0);
  }
  const BuilderView other = builder_view(PG_GETARG_DATUM(1));
  Builder* builder = PG_ARGISNULL(0) ? new_builder(context, other.head, std::max(16, other.head.count))
                                     : writable_builder(PG_GETARG_DATUM(0), context);
  if (PG_ARGISNULL(0)) builder->head.count = 0;
  if (builder->head.kind != other.head.kind)
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH), errmsg("two kinds of time in one series")));
  reserve(builder, builder->head.count + other.head.count);
  std::memcpy(builder->rows + builder->head.count, other.rows,
              static_cast<std::size_t>(other.head.count) * sizeof(Observation));
  builder->head.count += other.head.count;
  return EOHPGetRWDatum(&builder->header);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_time_series_finish) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  return PointerGetDatum(finish_time_series(fcinfo));
}
