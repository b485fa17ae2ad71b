// SPDX-License-Identifier: PostgreSQL
//
// Helpers of the checks in sql/extension/00_common.sql.
#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/pg.h"

using namespace performance_tracker;

// The number of insertions, deletions and substitutions between two texts, by Postgres's own Levenshtein; longer
// texts than it takes are compared by their beginning.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_edit_distance) {
  constexpr int kMaxBytes = 255;
  const char* left = text_argument(fcinfo, "left");
  const char* right = text_argument(fcinfo, "right");
  const int left_length = pg_mbcliplen(left, static_cast<int>(std::strlen(left)), kMaxBytes);
  const int right_length = pg_mbcliplen(right, static_cast<int>(std::strlen(right)), kMaxBytes);
  return Int32GetDatum(varstr_levenshtein(left, left_length, right, right_length, 1, 1, 1, false));
}

// The version in the control file at the time of the build; the scripts compare it with their own.
#ifndef PERFORMANCE_TRACKER_VERSION
#define PERFORMANCE_TRACKER_VERSION "of an unknown build"
#endif

PERFORMANCE_TRACKER_ENTRY(performance_tracker_library_version) {
  return CStringGetTextDatum(PERFORMANCE_TRACKER_VERSION);
}
