// SPDX-License-Identifier: PostgreSQL
//
// Arguments by the names that SQL declares, as plain data: int4_argument(fcinfo, "horizon"). The place of a name comes
// from the catalogue (pg_proc) at the first call of each call site and is kept there (fn_extra), so neither order nor
// number of the arguments is written down twice. A name that SQL does not declare, or declares with another type, is
// 55000: library and script are of two versions.
//
// The plain forms refuse NULL with 22004, the optional_ forms give nothing for it. All of them may raise: call them in
// the read phase. What Postgres itself calls by place (input and output of types, operators, casts, states and steps of
// aggregates) reads PG_GETARG_…: it has to work in a database that is not updated yet, where they have no names.
#pragma once

#include "pg/pg.h"

namespace performance_tracker {

// What SQL must have declared: a type of Postgres by its OID, one of this extension by its name.
struct ArgumentType {
  Oid oid = InvalidOid;
  const char* own = nullptr;
  bool own_array = false;
};
constexpr ArgumentType own_type(const char* name) { return {InvalidOid, name, false}; }
constexpr ArgumentType own_array(const char* name) { return {InvalidOid, name, true}; }

// The place of an argument, counted from 0, for readers of other types than those below.
int argument_place(FunctionCallInfo fcinfo, const char* name, const ArgumentType& type);
inline int argument_place(FunctionCallInfo fcinfo, const char* name, Oid type) {
  return argument_place(fcinfo, name, ArgumentType{type, nullptr, false});
}
// The same, and 22004 with the hint (how to leave it out, when there is none) if it is NULL.
int given_argument(FunctionCallInfo fcinfo, const char* name, const ArgumentType& type, const char* hint = nullptr);

// Whether SQL declares it at all: for entries of several functions, some of which have more arguments.
bool has_argument(FunctionCallInfo fcinfo, const char* name);

int int4_argument(FunctionCallInfo fcinfo, const char* name);
std::int64_t int8_argument(FunctionCallInfo fcinfo, const char* name);
double float8_argument(FunctionCallInfo fcinfo, const char* name);  // refuses NaN and infinity with 22023
bool bool_argument(FunctionCallInfo fcinfo, const char* name);
const char* text_argument(FunctionCallInfo fcinfo, const char* name);
DateADT date_argument(FunctionCallInfo fcinfo, const char* name);
Timestamp timestamp_argument(FunctionCallInfo fcinfo, const char* name);
const Interval* interval_argument(FunctionCallInfo fcinfo, const char* name);

std::optional<int> optional_int4_argument(FunctionCallInfo fcinfo, const char* name);
std::optional<double> optional_float8_argument(FunctionCallInfo fcinfo, const char* name);
const char* optional_text_argument(FunctionCallInfo fcinfo, const char* name);  // nullptr for NULL
std::optional<DateADT> optional_date_argument(FunctionCallInfo fcinfo, const char* name);
std::optional<Timestamp> optional_timestamp_argument(FunctionCallInfo fcinfo, const char* name);

}  // namespace performance_tracker
