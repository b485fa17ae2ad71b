// SPDX-License-Identifier: PostgreSQL
//
// The cells of a workbook's sheet (ECMA-376, part 1, 18.3.1). Of a formula its kept result is read: nothing is
// computed.
#include <charconv>
#include <chrono>
#include <cmath>
#include <deque>
#include <fstream>

#include "calendar.h"
#include "etl/files/rows.h"
#include "etl/files/workbook_parts.h"

namespace performance_tracker::etl {
namespace {

// Of "BC17": 55. 0 if there is no column in it.
std::size_t column_of(const char* reference) {
  std::size_t column = 0;
  for (; *reference >= 'A' && *reference <= 'Z' && column < 100'000; ++reference)
    column = 26 * column + static_cast<std::size_t>(*reference - 'A' + 1);
  return column;
}

// A number in the shortest way that a database reads exactly, without an exponent.
std::string plain(double value) {
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  return {buffer, end.ptr};
}

// The day of a serial number. 1900-02-29, which never was, is day 60: days before March 1900 are one off, and no
// export has them (18.17.4.1).
std::string day_of(double serial, bool from_1904) {
  const Day zero{from_1904 ? std::chrono::year{1904} / 1 / 1 : std::chrono::year{1899} / 12 / 30};
  const double days = std::floor(serial);
  if (!(days >= 0 && days < 2'958'466)) return plain(serial);  // 9999-12-31
  return to_string(zero + std::chrono::days{static_cast<int>(days)});
}

class WorkbookRows : public RowReader {
 public:
  WorkbookRows(const std::filesystem::path& file, const std::string& sheet, const RowLimits& limits)
      : limits_(limits),
        archive_(file, limits),
        parts_(read_parts(archive_, limits)),
        member_(archive_, chosen(sheet), limits.sheet_bytes) {
    XML_SetUserData(member_.parser(), this);
    XML_SetStartDoctypeDeclHandler(member_.parser(), [](void* self, const char*, const char*, const char*, int) {
      static_cast<WorkbookRows*>(self)->member_.fail("it declares a document type, which no workbook does");
    });
    XML_SetElementHandler(
        member_.parser(),
        [](void* self, const char* name, const char** attributes) {
          static_cast<WorkbookRows*>(self)->start(local_name(name), attributes);
        },
        [](void* self, const char* name) { static_cast<WorkbookRows*>(self)->end(local_name(name)); });
    XML_SetCharacterDataHandler(member_.parser(), [](void* self, const char* text, int bytes) {
      static_cast<WorkbookRows*>(self)->characters({text, static_cast<std::size_t>(bytes)});
    });
  }

  bool next(Row& row) override {
    while (rows_.empty() && !ended_) ended_ = !member_.read();
    if (rows_.empty()) return false;
    row = std::move(rows_.front());
    rows_.pop_front();
    return true;
  }

 private:
  const std::string& chosen(const std::string& sheet) const {
    if (sheet.empty()) return parts_.sheets.front().member;
    std::string names;
    for (const Sheet& candidate : parts_.sheets) {
      if (candidate.name == sheet) return candidate.member;
      names += (names.empty() ? "" : ", ") + candidate.name;
    }
    throw FileError(archive_.name() + " has no sheet '" + sheet + "'; it has: " + names);
  }

  void start(std::string_view element, const char** attributes) {
    if (element == "c") {
      const char* reference = attribute(attributes, "r");
      const std::size_t column = reference == nullptr ? row_.size() + 1 : column_of(reference);
      if (column == 0 || column > limits_.columns)
        return member_.fail("a row has more than " + std::to_string(limits_.columns) + " columns");
      row_.resize(std::max(row_.size(), column));
      column_ = column - 1;
      const char* type = attribute(attributes, "t");
      type_ = type == nullptr ? "n" : type;
      const char* style = attribute(attributes, "s");
      style_ = style == nullptr ? 0 : static_cast<std::size_t>(std::max(0, std::atoi(style)));
      value_.clear();
      formula_ = false;
    } else if (element == "v" || element == "t") {
      reading_ = !phonetic_;
    } else if (element == "rPh") {
      phonetic_ = true;
    } else if (element == "f") {
      formula_ = true;
    }
  }

  void end(std::string_view element) {
    if (element == "v" || element == "t") {
      reading_ = false;
    } else if (element == "rPh") {
      phonetic_ = false;
    } else if (element == "c") {
      if (column_ < row_.size()) row_[column_] = cell();
    } else if (element == "row") {
      // Empty cells at the end of a row are left out of a sheet.
      width_ = std::max(width_, row_.size());
      row_.resize(width_);
      rows_.push_back(std::move(row_));
      row_.clear();
      row_bytes_ = 0;
    }
  }

  void characters(std::string_view text) {
    if (!reading_) return;
    value_ += text;
    row_bytes_ += text.size();
    if (value_.size() > limits_.cell_bytes || row_bytes_ > limits_.row_bytes)
      member_.fail("a row is larger than " + std::to_string(limits_.row_bytes >> 20U) + " MB");
  }

  Cell cell() const {
    if (value_.empty()) return {formula_ ? "(a formula without a result: open and save it once)" : "", false};
    if (type_ == "s") {
      std::size_t index = 0;
      std::from_chars(value_.data(), value_.data() + value_.size(), index);
      return {index < parts_.texts.size() ? parts_.texts[index] : "", false};
    }
    if (type_ == "d") return {value_.substr(0, 10), true};
    if (type_ != "n") return {value_, false};
    double number = 0;
    const auto read = std::from_chars(value_.data(), value_.data() + value_.size(), number);
    if (read.ec != std::errc{} || !std::isfinite(number)) return {value_, false};
    if (style_ < parts_.style_is_date.size() && parts_.style_is_date[style_])
      return {day_of(number, parts_.from_1904), true};
    return {plain(number), true};
  }

  RowLimits limits_;
  WorkbookArchive archive_;
  WorkbookParts parts_;
  WorkbookArchive::Member member_;
  Row row_;
  std::size_t row_bytes_ = 0, width_ = 0;
  std::size_t column_ = 0, style_ = 0;
  std::string type_, value_;
  bool reading_ = false, phonetic_ = false, formula_ = false, ended_ = false;
  std::deque<Row> rows_;
};

}  // namespace

std::unique_ptr<RowReader> open_workbook(const std::filesystem::path& file, const std::string& sheet,
                                         const RowLimits& limits) {
  return std::make_unique<WorkbookRows>(file, sheet, limits);
}

std::unique_ptr<RowReader> open_rows(const std::filesystem::path& file, const std::string& sheet,
                                     const RowLimits& limits) {
  std::ifstream stream(file, std::ios::binary);
  std::string head(8, '\0');
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  if (head.starts_with("PK\x03\x04")) return open_workbook(file, sheet, limits);
  if (head.starts_with("\xd0\xcf\x11\xe0"))
    throw FileError(file.filename().string() + " is a workbook of the old kind (XLS): save it as XLSX or CSV");
  if (head.starts_with("\x1f\x8b"))
    throw FileError(file.filename().string() + " is compressed: gunzip -c FILE | performance_tracker import -");
  if (!sheet.empty()) throw FileError(file.filename().string() + " is no workbook: leave --sheet away");
  return open_text(file, limits);
}

}  // namespace performance_tracker::etl
