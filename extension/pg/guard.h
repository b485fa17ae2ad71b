// SPDX-License-Identifier: PostgreSQL
//
// The border between two ways of leaving a function: C++ exceptions and Postgres's longjmp. A chapter looks so:
//
//   PERFORMANCE_TRACKER_ENTRY(performance_tracker_mean) {
//     std::span<const double> data = doubles_argument(fcinfo, "data");    // 1. read: Postgres, plain data only
//     double mean = compute([&] { return core_mean(to_vector(data)); });     // 2. compute: C++, returns plain data
//     return Float8GetDatum(mean);                                           // 3. write: Postgres
//   }
//
// While an object with a destructor is alive, no Postgres function that can raise may be called: that is why the
// C++ phase has its own lambda, and why its result must be trivially destructible (checked by the compiler).
// Results leave it through keep(), which copies into the current memory context without ever raising.
#pragma once

#include "pg/pg.h"
#include "pg/progress.h"

namespace performance_tracker {

// A Postgres error caught in a leaf function, on its way through C++ frames to the guard, which rethrows it whole.
class PostgresError final : public std::exception {
 public:
  explicit PostgresError(ErrorData* error) noexcept : error_(error) {}
  const char* what() const noexcept override { return "PostgreSQL error"; }
  ErrorData* error() const noexcept { return error_; }

 private:
  ErrorData* error_;
};

// What is left of an exception after its handler: plain data, safe to hold when ereport jumps.
struct ErrorReport {
  ErrorData* postgres_error;
  int sqlstate;
  char argument[NAMEDATALEN];  // sent as the error's COLUMN
  char message[1024];
  char hint[1024];
};

// Call inside a handler only. InvalidArgument → 22023, InvalidData → 22000, ResourceLimit → 54000, bad_alloc → 53200,
// PostgresError unchanged, everything else → XX000.
void describe_current_exception(ErrorReport& report) noexcept;

// Call outside of any handler.
[[noreturn]] void raise(const ErrorReport& report);

template <typename Body>
Datum guard(Body body) {
  static_assert(std::is_trivially_destructible_v<Body>, "the body must not own anything: Postgres may jump over it");
  ErrorReport report;
  try {
    return body();
  } catch (...) {
    describe_current_exception(report);
  }
  raise(report);
}

// Runs the C++ phase of an entry. Nothing in it may call a Postgres function that raises.
template <typename Body>
auto compute(Body body) {
  static_assert(std::is_trivially_destructible_v<Body>, "capture by reference: Postgres may jump over this frame");
  using Result = std::invoke_result_t<Body>;
  static_assert(std::is_void_v<Result> || std::is_trivially_destructible_v<Result>,
                "the result must be plain data: keep() what has to outlive the computation");
  return body();
}

// Memory of the current context, without raising: throws std::bad_alloc instead. Freed with the context.
template <typename T>
T* allocate(std::size_t count) {
  static_assert(std::is_trivially_destructible_v<T>);
  if (count > MaxAllocHugeSize / sizeof(T)) throw std::bad_alloc();
  void* memory = MemoryContextAllocExtended(CurrentMemoryContext, count > 0 ? count * sizeof(T) : 1,
                                            MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<T*>(memory);
}

// Large results take their time, too: polls for interrupts.
template <typename T>
std::span<const T> keep(const std::vector<T>& values) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (values.size() > 10'000) InterruptProgress().poll();
  T* copy = allocate<T>(values.size());
  if (!values.empty()) std::memcpy(copy, values.data(), values.size() * sizeof(T));
  return {copy, values.size()};
}

const char* keep(const std::string& text);
const char* keep(const std::optional<std::string>& text);  // nullptr for none, which RowWriter::text writes as NULL

}  // namespace performance_tracker

// Defines an SQL-callable function; the body sees `fcinfo` and returns a Datum.
#define PERFORMANCE_TRACKER_ENTRY(name)                                          \
  static Datum name##_body(FunctionCallInfo fcinfo);                             \
  extern "C" {                                                                   \
  PGDLLEXPORT Datum name(FunctionCallInfo fcinfo);                               \
  PG_FUNCTION_INFO_V1(name);                                                     \
  }                                                                              \
  Datum name(FunctionCallInfo fcinfo) {                                          \
    return performance_tracker::guard([fcinfo] { return name##_body(fcinfo); }); \
  }                                                                              \
  static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)
