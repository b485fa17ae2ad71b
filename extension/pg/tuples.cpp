// SPDX-License-Identifier: PostgreSQL
#include "pg/tuples.h"

namespace performance_tracker {

RowWriter::RowWriter(FunctionCallInfo fcinfo) {
  compat::begin_materialized_rows(fcinfo);
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  rows_ = result->setResult;
  description_ = result->setDesc;
  if (description_->natts > kMaxColumns) elog(ERROR, "row type has more than %d columns", kMaxColumns);
}

// The library has been replaced and the extension in the database not yet updated, or the other way round.
void RowWriter::refuse_row_type() const {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("this function of performance_tracker is of another version than its library"),
                  errdetail("Its row type has %d columns, and column %d is not what the library writes.",
                            description_->natts, column_ + 1),
                  errhint("Run ALTER EXTENSION performance_tracker UPDATE; in this database.")));
}

// The type is checked because a wrong one (an int4 in a text column) would be read as a pointer.
void RowWriter::put(Datum value, bool is_null, Oid type) {
  if (column_ >= description_->natts) refuse_row_type();
  Oid expected = TupleDescAttr(description_, column_)->atttypid;
  if (type != InvalidOid && type != expected) refuse_row_type();
  values_[column_] = value;
  nulls_[column_] = is_null;
  ++column_;
}

void RowWriter::null() { put(static_cast<Datum>(0), true, InvalidOid); }
void RowWriter::boolean(bool value) { put(BoolGetDatum(value), false, BOOLOID); }
void RowWriter::int4(int value) { put(Int32GetDatum(value), false, INT4OID); }
void RowWriter::int8(std::int64_t value) { put(Int64GetDatum(value), false, INT8OID); }
void RowWriter::date(DateADT value) { put(DateADTGetDatum(value), false, DATEOID); }
void RowWriter::datum(Datum value) { put(value, false, InvalidOid); }

void RowWriter::float8(double value) {
  put(std::isfinite(value) ? Float8GetDatum(value) : static_cast<Datum>(0), !std::isfinite(value), FLOAT8OID);
}

void RowWriter::text(const char* value) {
  put(value != nullptr ? CStringGetTextDatum(value) : static_cast<Datum>(0), value == nullptr, TEXTOID);
}

void RowWriter::end_row() {
  CHECK_FOR_INTERRUPTS();  // a million rows take a second to write
  if (column_ != description_->natts) refuse_row_type();
  tuplestore_putvalues(rows_, description_, values_, nulls_);
  column_ = 0;
}

}  // namespace performance_tracker
