// SPDX-License-Identifier: PostgreSQL
//
// Rows of a set-returning function, written column by column in the order of its row type:
//
//   RowWriter rows(fcinfo);
//   for (...) { rows.int4(i); rows.float8(value); rows.text(status); rows.end_row(); }
//   return rows.done();
//
// Plain data: everything here may raise, so use it in the write phase only.
#pragma once

#include "pg/pg.h"

namespace performance_tracker {

class RowWriter {
 public:
  explicit RowWriter(FunctionCallInfo fcinfo);

  void null();
  void boolean(bool value);
  void int4(int value);
  void int8(std::int64_t value);
  void float8(double value);             // NaN and infinity become NULL: they never reach a user
  void text(const char* value);          // nullptr becomes NULL
  void text(std::string_view) = delete;  // not terminated: keep() a std::string instead
  void date(DateADT value);
  void datum(Datum value);  // anything else, already a Datum of the column's type

  void end_row();  // raises XX000 unless each column was given, so that a forgotten one cannot shift the others
  Datum done() const { return static_cast<Datum>(0); }

 private:
  static constexpr int kMaxColumns = 32;

  void put(Datum value, bool is_null, Oid type);
  [[noreturn]] void refuse_row_type() const;

  Tuplestorestate* rows_ = nullptr;
  TupleDesc description_ = nullptr;
  int column_ = 0;
  Datum values_[kMaxColumns] = {};
  bool nulls_[kMaxColumns] = {};
};

static_assert(std::is_trivially_destructible_v<RowWriter>);

}  // namespace performance_tracker
