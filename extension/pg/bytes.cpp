// SPDX-License-Identifier: PostgreSQL
#include "pg/bytes.h"

#include <algorithm>

#include "pg/arguments.h"
#include "pg/guard.h"

namespace performance_tracker {

std::string_view bytes_view(Datum datum) {
  const auto* stored = PG_DETOAST_DATUM_PACKED(datum);
  return {VARDATA_ANY(stored), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(stored))};
}

std::string_view bytes_argument(FunctionCallInfo fcinfo, const char* name) {
  return bytes_view(PG_GETARG_DATUM(given_argument(fcinfo, name, {BYTEAOID, nullptr, false})));
}

std::span<const std::string_view> bytes_array_argument(FunctionCallInfo fcinfo, const char* name) {
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(given_argument(fcinfo, name, {BYTEAARRAYOID, nullptr, false}));
  if (ARR_NDIM(array) > 1)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("%s must be a one-dimensional array", name)));
  Datum* elements = nullptr;
  bool* nulls = nullptr;
  int count = 0;
  deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT, &elements, &nulls, &count);
  auto* views = static_cast<std::string_view*>(
      palloc(sizeof(std::string_view) * static_cast<std::size_t>(count > 0 ? count : 1)));
  for (int i = 0; i < count; ++i) {
    if (nulls[i])
      ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s[%d] must not be NULL", name, i + 1)));
    views[i] = bytes_view(elements[i]);
  }
  return {views, static_cast<std::size_t>(count)};
}

Datum keep_bytes(const std::string& bytes) {
  char* datum = allocate<char>(VARHDRSZ + bytes.size());
  SET_VARSIZE(datum, VARHDRSZ + bytes.size());
  std::copy(bytes.begin(), bytes.end(), VARDATA(datum));
  return PointerGetDatum(datum);
}

Datum bytes_array_datum(std::span<const Datum> elements) {
  auto* copy = static_cast<Datum*>(palloc(sizeof(Datum) * (elements.empty() ? 1 : elements.size())));
  std::copy(elements.begin(), elements.end(), copy);
  return PointerGetDatum(construct_array(copy, static_cast<int>(elements.size()), BYTEAOID, -1, false, TYPALIGN_INT));
}

}  // namespace performance_tracker
