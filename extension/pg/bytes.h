// SPDX-License-Identifier: PostgreSQL
//
// bytea arguments as views and results from the core's bytes.
#pragma once

#include "pg/pg.h"

namespace performance_tracker {

// Read phase. Refuse NULL, also among the elements (22004), and more than one dimension (2202E).
std::string_view bytes_argument(FunctionCallInfo fcinfo, const char* name);
std::span<const std::string_view> bytes_array_argument(FunctionCallInfo fcinfo, const char* name);

// The bytes of a value of any type that is bytes inside. Read phase.
std::string_view bytes_view(Datum datum);

// Compute phase: a bytea of these bytes in the current memory context.
Datum keep_bytes(const std::string& bytes);

// Write phase: bytea[].
Datum bytes_array_datum(std::span<const Datum> elements);

}  // namespace performance_tracker
