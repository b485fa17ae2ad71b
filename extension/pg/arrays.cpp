// SPDX-License-Identifier: PostgreSQL
#include "pg/arrays.h"

#include "core/series/time_series.h"
#include "pg/arguments.h"

namespace performance_tracker {
namespace {

void check_dimensions(const ArrayType* array, const char* name) {
  if (ARR_NDIM(array) > 1)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("%s must be a one-dimensional array, not one of %d dimensions", name, ARR_NDIM(array)),
                    errhint("Call the function once for each series.")));
}

void check_length(int length, const char* name) {
  if (static_cast<std::size_t>(length) > kMaxSeriesLength)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("%s has %d elements, the limit is %zu", name, length, kMaxSeriesLength),
                    errhint("Use the most recent observations, or aggregate to a longer step.")));
}

void check_no_infinity(std::span<const double> values, const char* name) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isinf(values[i]))
      ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("%s[%zu] is infinite", name, i + 1),
                      errhint("Use NULL for a missing observation.")));
}

std::span<const double> read_doubles(ArrayType* array, const char* name) {
  check_dimensions(array, name);
  int length = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  check_length(length, name);
  std::span<const double> values;
  if (!ARR_HASNULL(array)) {
    values = {reinterpret_cast<const double*>(ARR_DATA_PTR(array)), static_cast<std::size_t>(length)};
  } else {
    auto* copy = static_cast<double*>(palloc(sizeof(double) * static_cast<std::size_t>(length)));
    const bits8* bitmap = ARR_NULLBITMAP(array);
    const auto* next = reinterpret_cast<const double*>(ARR_DATA_PTR(array));
    for (int i = 0; i < length; ++i) copy[i] = (bitmap[i / 8] & (1 << (i % 8))) != 0 ? *next++ : kMissing;
    values = {copy, static_cast<std::size_t>(length)};
  }
  check_no_infinity(values, name);
  return values;
}

}  // namespace

std::span<const double> doubles_argument(FunctionCallInfo fcinfo, const char* name) {
  constexpr const char* kHint = "Pass the observations as double precision[], oldest first.";
  const int place = given_argument(fcinfo, name, {FLOAT8ARRAYOID, nullptr, false}, kHint);
  return read_doubles(PG_GETARG_ARRAYTYPE_P(place), name);
}

std::span<const double> optional_doubles_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, FLOAT8ARRAYOID);
  if (PG_ARGISNULL(place)) return {};
  return read_doubles(PG_GETARG_ARRAYTYPE_P(place), name);
}

std::optional<std::span<const std::int32_t>> optional_int4_array_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, INT4ARRAYOID);
  if (PG_ARGISNULL(place)) return std::nullopt;
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(place);
  check_dimensions(array, name);
  if (ARR_HASNULL(array) && array_contains_nulls(array))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not contain NULL", name)));
  const int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  return std::span(reinterpret_cast<const std::int32_t*>(ARR_DATA_PTR(array)), static_cast<std::size_t>(count));
}

std::span<const std::string_view> texts_argument(FunctionCallInfo fcinfo, const char* name) {
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(given_argument(fcinfo, name, {TEXTARRAYOID, nullptr, false}));
  check_dimensions(array, name);
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
  auto* views = static_cast<std::string_view*>(
      palloc(sizeof(std::string_view) * static_cast<std::size_t>(count > 0 ? count : 1)));
  for (int i = 0; i < count; ++i) {
    if (nulls[i])
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s[%d] must not be NULL", name, i + 1)));
    const auto* text = PG_DETOAST_DATUM_PACKED(elements[i]);
    views[i] = {VARDATA_ANY(text), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(text))};
  }
  return {views, static_cast<std::size_t>(count)};
}

Datum doubles_datum(std::span<const double> values) {
  auto* datums = static_cast<Datum*>(palloc(sizeof(Datum) * (values.size() + 1)));
  auto* nulls = static_cast<bool*>(palloc(sizeof(bool) * (values.size() + 1)));
  for (std::size_t i = 0; i < values.size(); ++i) {
    nulls[i] = std::isnan(values[i]);
    datums[i] = Float8GetDatum(values[i]);
  }
  int dimensions[1] = {static_cast<int>(values.size())};
  int lower_bounds[1] = {1};
  ArrayType* array = construct_md_array(datums, nulls, values.empty() ? 0 : 1, dimensions, lower_bounds, FLOAT8OID,
                                        sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
  return PointerGetDatum(array);
}

}  // namespace performance_tracker
