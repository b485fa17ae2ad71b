// SPDX-License-Identifier: PostgreSQL
//
// The aggregate performance_tracker_cells(…) of sql/extension/25_panel.sql: the rows of daily_performance as the arrays
// of a panel. One call a row where seven array_agg and as many casts were made before.
#include "pg/guard.h"
#include "pg/numeric.h"
#include "pg/pg.h"

extern "C" {
#include "access/htup_details.h"
}

namespace performance_tracker {
namespace {

constexpr int kMeasures = 5;
constexpr int kFirstMeasure = 4;  // arguments: state, first day, product, day, measures
// As many as a panel of 256 MB holds (panel.cpp) with room to spare: its own refusal has the words.
constexpr std::int64_t kMaxRows = 8'000'000;

struct Cells {
  MemoryContext context;
  std::int64_t count, capacity;
  std::int32_t *products, *days;
  double* measures[kMeasures];
  NumberReader readers[kMeasures];
};

template <typename T>
void grow(Cells* cells, T*& values) {
  const Size bytes = static_cast<Size>(cells->capacity) * sizeof(T);
  values =
      static_cast<T*>(values == nullptr ? MemoryContextAllocHuge(cells->context, bytes) : repalloc_huge(values, bytes));
}

void reserve_row(Cells* cells) {
  if (cells->count < cells->capacity) return;
  if (cells->capacity >= kMaxRows)
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("more than %lld rows of daily_performance", static_cast<long long>(kMaxRows)),
                    errhint("Ask for fewer days, or for views products and daily_performance of fewer products.")));
  cells->capacity = cells->capacity == 0 ? 1024 : 2 * cells->capacity;
  grow(cells, cells->products);
  grow(cells, cells->days);
  for (double*& measure : cells->measures) grow(cells, measure);
}

Cells* new_cells(FunctionCallInfo fcinfo, MemoryContext context) {
  auto* cells = static_cast<Cells*>(MemoryContextAllocZero(context, sizeof(Cells)));
  cells->context = context;
  MemoryContext before = MemoryContextSwitchTo(context);
  for (int m = 0; m < kMeasures; ++m)
    cells->readers[m] = number_reader(get_fn_expr_argtype(fcinfo->flinfo, kFirstMeasure + m));
  MemoryContextSwitchTo(before);
  return cells;
}

Datum array_of(const void* values, std::int64_t count, Oid type, Size width) {
  const Size size = ARR_OVERHEAD_NONULLS(1) + static_cast<Size>(count) * width;
  auto* array = static_cast<ArrayType*>(palloc(size));
  SET_VARSIZE(array, size);
  array->ndim = 1;
  array->dataoffset = 0;
  array->elemtype = type;
  *ARR_DIMS(array) = static_cast<int>(count);
  *ARR_LBOUND(array) = 1;
  std::memcpy(ARR_DATA_PTR(array), values, static_cast<Size>(count) * width);
  return PointerGetDatum(array);
}

MemoryContext context_of_aggregate(FunctionCallInfo fcinfo) {
  MemoryContext context = nullptr;
  if (!AggCheckCallContext(fcinfo, &context))
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("not called as a part of an aggregate")));
  return context;
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_cells_append) {
  MemoryContext context = context_of_aggregate(fcinfo);
  auto* cells =
      PG_ARGISNULL(0) ? new_cells(fcinfo, context) : reinterpret_cast<Cells*>(DatumGetPointer(PG_GETARG_DATUM(0)));
  // A row without product or day is nobody's.
  if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)) PG_RETURN_POINTER(cells);
  reserve_row(cells);
  const std::int64_t row = cells->count;
  cells->products[row] = PG_GETARG_INT32(2);
  cells->days[row] = PG_GETARG_DATEADT(3) - PG_GETARG_DATEADT(1);
  for (int m = 0; m < kMeasures; ++m) {
    const int place = kFirstMeasure + m;
    cells->measures[m][row] = PG_ARGISNULL(place) ? std::numeric_limits<double>::quiet_NaN()
                                                  : read_number(&cells->readers[m], PG_GETARG_DATUM(place));
  }
  cells->count = row + 1;
  PG_RETURN_POINTER(cells);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_cells_finish) {
  context_of_aggregate(fcinfo);
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  const auto* cells = reinterpret_cast<const Cells*>(DatumGetPointer(PG_GETARG_DATUM(0)));
  if (cells->count == 0) PG_RETURN_NULL();
  TupleDesc descriptor = nullptr;
  if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "performance_tracker_cells returns a composite type");
  Datum values[2 + kMeasures];
  bool nulls[2 + kMeasures] = {};
  values[0] = array_of(cells->products, cells->count, INT4OID, sizeof(std::int32_t));
  values[1] = array_of(cells->days, cells->count, INT4OID, sizeof(std::int32_t));
  for (int m = 0; m < kMeasures; ++m)
    values[2 + m] = array_of(cells->measures[m], cells->count, FLOAT8OID, sizeof(double));
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}
