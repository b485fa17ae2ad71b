// SPDX-License-Identifier: PostgreSQL
//
// Files for the tests of imports: written text, and workbooks made of XML as spreadsheets write it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "etl/import.h"
#include "support.h"

namespace performance_tracker::test {

// "today" of these tests.
inline constexpr Day kImportDay{std::chrono::year{2026} / std::chrono::November / 22};

class ImportDesk {
 public:
  ImportDesk() {
    options.database = database.login("performance_tracker_loader");
    options.table.today = kImportDay;
  }
  // Writes a file and says where it is.
  std::filesystem::path file(const std::string& name, const std::string& content) const;
  etl::ImportReport import(const std::string& name, const std::string& content) const {
    return etl::import_file(file(name, content), options);
  }
  // The message with which an import is refused.
  std::string refusal(const std::string& name, const std::string& content) const;
  std::string value(const std::string& sql) const { return database.value(sql); }
  // "2026-11-20 Mouse 100 10 5.00 1 20.00, …" of daily_performance.
  std::string days() const;

  const ThrowAwayDatabase database;
  const ScratchDirectory directory;
  etl::ImportOptions options;
};

// A workbook of one sheet; `rows` is the content of <sheetData>.
std::string workbook(const std::string& rows, const std::vector<std::pair<std::string, std::string>>& more = {});

// A zip archive, deflated.
std::string archive(const std::vector<std::pair<std::string, std::string>>& members);

// UTF-8 of the basic plane as UTF-16 with a byte-order mark.
std::string utf16(const std::string& text, bool big_endian);

}  // namespace performance_tracker::test
