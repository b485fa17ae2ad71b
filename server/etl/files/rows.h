// SPDX-License-Identifier: PostgreSQL
//
// A table as rows of cells, one at a time: whatever holds it (text with separators, a workbook, a table of the
// database), memory holds a few rows of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace performance_tracker::etl {

// What is there cannot be read as it is. what() is one sentence with the way out.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Cell {
  std::string text;    // UTF-8, without NUL
  bool exact = false;  // a number with a decimal point, or a day as YYYY-MM-DD: nothing about it is to be guessed
};
using Row = std::vector<Cell>;

struct RowLimits {
  std::size_t columns = 16'384;              // as many as Excel allows
  std::size_t cell_bytes = 1U << 20U;        // longer: a quote that nobody closes
  std::size_t row_bytes = 16U << 20U;        // of one row
  std::size_t shared_bytes = 256U << 20U;    // of the texts that a workbook keeps apart from its cells: they are held
  std::uint64_t sheet_bytes = 16ULL << 30U;  // of a workbook's sheet, unpacked
  // A sheet beyond `bomb_bytes` that is so many times its packed size is made to fill memory, not to be read. Sheets of
  // numbers pack 5 to 20 times, and deflate cannot do more than 1,032.
  std::uint64_t bomb_ratio = 200;
  std::uint64_t bomb_bytes = 64U << 20U;
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // The next row, empty ones included; false at the end. Throws FileError.
  virtual bool next(Row& row) = 0;
  // What was odd about the end of the file, for the user; empty: nothing. After next() has returned false.
  virtual std::string ending() const { return {}; }
};

// By what the file begins with: a workbook (XLSX), else text. `sheet`: of a workbook; empty: the first.
std::unique_ptr<RowReader> open_rows(const std::filesystem::path& file, const std::string& sheet,
                                     const RowLimits& limits = {});

std::unique_ptr<RowReader> open_text(const std::filesystem::path& file, const RowLimits& limits);
std::unique_ptr<RowReader> open_workbook(const std::filesystem::path& file, const std::string& sheet,
                                         const RowLimits& limits);

}  // namespace performance_tracker::etl
