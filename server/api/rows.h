// SPDX-License-Identifier: PostgreSQL
//
// Rows of PostgreSQL as JSON and CSV. Types decide: numbers stay the digits that PostgreSQL wrote, NULL, NaN and
// infinity are null, json is passed through, everything else is text.
#pragma once

#include <string>

#include "db.h"

namespace performance_tracker::api {

// [{"column":value,…},…]. timestamptz becomes RFC 3339.
std::string rows_to_json(const db::Result& rows);

// A JSON value of one field.
std::string field_to_json(const db::Result& rows, int row, int column);

// RFC 4180: CRLF, a header line, quotes where needed; NULL is empty. Text that a spreadsheet would run as a formula
// (it begins with = + - @ or a tab) gets an apostrophe in front.
std::string rows_to_csv(const db::Result& rows);

}  // namespace performance_tracker::api
