// SPDX-License-Identifier: PostgreSQL
//
// What a sheet's cells refer to: the sheets by name, the shared texts, and which styles show a number as a day
// (ECMA-376, part 1, 18.2, 18.4 and 18.8).
#pragma once

#include <string>
#include <vector>

#include "etl/files/workbook_archive.h"

namespace performance_tracker::etl {

struct Sheet {
  std::string name;
  std::string member;  // path inside the archive
};

struct WorkbookParts {
  std::vector<Sheet> sheets;
  std::vector<std::string> texts;   // shared strings
  std::vector<bool> style_is_date;  // by the number of the style
  bool from_1904 = false;           // days count from 1904-01-01 (a Mac's workbook) instead of 1899-12-30
};

WorkbookParts read_parts(const WorkbookArchive& archive, const RowLimits& limits);

// Whether a format code shows a date: a letter of a date outside quotes and brackets.
bool is_date_format(std::string_view code);

}  // namespace performance_tracker::etl
