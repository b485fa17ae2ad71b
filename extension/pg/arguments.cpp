// SPDX-License-Identifier: PostgreSQL
#include "pg/arguments.h"

namespace performance_tracker {
namespace {

void check_not_null(FunctionCallInfo fcinfo, int index, const char* name) {
  if (PG_ARGISNULL(index))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", name),
                    errhint("Leave %s out to get its default.", name)));
}

void check_finite(double value, const char* name) {
  if (!std::isfinite(value))
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be a finite number, not %g", name, value)));
}

}  // namespace

int int4_argument(FunctionCallInfo fcinfo, int index, const char* name) {
  check_not_null(fcinfo, index, name);
  return PG_GETARG_INT32(index);
}

double float8_argument(FunctionCallInfo fcinfo, int index, const char* name) {
  check_not_null(fcinfo, index, name);
  double value = PG_GETARG_FLOAT8(index);
  check_finite(value, name);
  return value;
}

bool bool_argument(FunctionCallInfo fcinfo, int index, const char* name) {
  check_not_null(fcinfo, index, name);
  return PG_GETARG_BOOL(index);
}

const char* text_argument(FunctionCallInfo fcinfo, int index, const char* name) {
  check_not_null(fcinfo, index, name);
  return text_to_cstring(PG_GETARG_TEXT_PP(index));
}

std::optional<int> optional_int4_argument(FunctionCallInfo fcinfo, int index) {
  if (PG_ARGISNULL(index)) return std::nullopt;
  return PG_GETARG_INT32(index);
}

std::optional<double> optional_float8_argument(FunctionCallInfo fcinfo, int index, const char* name) {
  if (PG_ARGISNULL(index)) return std::nullopt;
  double value = PG_GETARG_FLOAT8(index);
  check_finite(value, name);
  return value;
}

const char* optional_text_argument(FunctionCallInfo fcinfo, int index) {
  return PG_ARGISNULL(index) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(index));
}

}  // namespace performance_tracker
