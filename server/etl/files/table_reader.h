// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <memory>
#include <string>

#include "db.h"
#include "etl/files/rows.h"

namespace performance_tracker::etl {

// A table or view of the database as rows, its column names first, read through a cursor. `table`: as SQL writes it,
// with or without schema and quotes. Throws FileError if there is none.
std::unique_ptr<RowReader> open_table(const db::ConnectOptions& options, const std::string& table);

}  // namespace performance_tracker::etl
