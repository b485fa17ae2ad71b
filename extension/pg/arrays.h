// SPDX-License-Identifier: PostgreSQL
//
// Arrays in and out. Reading is for the read phase, writing for the write phase: both may raise.
#pragma once

#include "pg/pg.h"

namespace performance_tracker {

// double precision[] as a view, NULL elements as NaN ("missing"). An array without NULLs is not copied: never write
// through it. Refuses a NULL array (22004), more than one dimension (2202E), an infinite element (22000, names its
// position) and more than kMaxSeriesLength elements (54000). '{}' gives an empty span.
std::span<const double> doubles_argument(FunctionCallInfo fcinfo, const char* name);

// The same for an array that may be NULL: an empty span with data() == nullptr.
std::span<const double> optional_doubles_argument(FunctionCallInfo fcinfo, const char* name);

// integer[] without NULL elements (22004); nothing for NULL. Refuses more than one dimension (2202E).
std::optional<std::span<const std::int32_t>> optional_int4_array_argument(FunctionCallInfo fcinfo, const char* name);

// text[] without NULL elements (22004), as views. Refuses more than one dimension (2202E).
std::span<const std::string_view> texts_argument(FunctionCallInfo fcinfo, const char* name);

// double precision[] of the values, NaN as NULL.
Datum doubles_datum(std::span<const double> values);

// For the compute phase: what the core takes.
inline std::vector<double> to_vector(std::span<const double> values) { return {values.begin(), values.end()}; }

}  // namespace performance_tracker
