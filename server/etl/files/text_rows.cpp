// SPDX-License-Identifier: PostgreSQL
//
// CSV and its relatives. libcsv takes the text apart (RFC 4180 and what spreadsheets make of it); here are the
// separator, the limits, and what to say of a file that ends in the middle.
#include <csv.h>

#include <array>
#include <deque>
#include <map>
#include <string_view>
#include <utility>

#include "etl/files/rows.h"
#include "etl/files/utf8_stream.h"

namespace performance_tracker::etl {
namespace {

constexpr std::string_view kSeparators = ",\t;|";
constexpr int kLinesToJudgeBy = 50;
constexpr int kFieldBegun = 2;  // csv_parser::pstate, inside a field

// How often `separator` stands outside quotes in each of the first lines.
std::vector<int> counts_by_line(std::string_view text, char separator) {
  std::vector<int> counts;
  int count = 0;
  bool quoted = false, blank = true;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) {
      if (!blank) counts.push_back(count);
      if (std::ssize(counts) >= kLinesToJudgeBy) break;
      count = 0;
      blank = true;
    } else if (c != '\r') {
      blank = false;
      if (c == separator && !quoted) ++count;
    }
  }
  if (!blank) counts.push_back(count);
  return counts;
}

// The separator that stands equally often in the most lines: a decimal comma does not, nor does one of a preamble.
char separator_of(std::string_view text) {
  char best = ',';
  std::pair<int, int> best_score{0, 0};
  for (const char separator : kSeparators) {
    std::map<int, int> lines;
    for (const int count : counts_by_line(text, separator))
      if (count > 0) ++lines[count];
    for (const auto& [count, number] : lines)
      if (const std::pair score{number, count}; score > best_score) {
        best_score = score;
        best = separator;
      }
  }
  return best;
}

class TextRows : public RowReader {
 public:
  TextRows(const std::filesystem::path& file, const RowLimits& limits)
      : stream_(file), limits_(limits), name_(file.filename().string()) {
    if (csv_init(&parser_, 0) != 0) throw std::bad_alloc();
    first_ = stream_.next();
    csv_set_delim(&parser_, static_cast<unsigned char>(separator_of(first_)));
  }
  ~TextRows() override { csv_free(&parser_); }
  TextRows(const TextRows&) = delete;
  TextRows& operator=(const TextRows&) = delete;

  bool next(Row& row) override {
    while (rows_.empty() && !ended_) read();
    if (rows_.empty()) return false;
    row = std::move(rows_.front());
    rows_.pop_front();
    return true;
  }

  std::string ending() const override { return ending_; }

 private:
  // The library calls back across its own C frames: nothing may be thrown there.
  static void on_field(void* text, std::size_t bytes, void* self) {
    auto& rows = *static_cast<TextRows*>(self);
    rows.row_bytes_ += bytes;
    if (rows.row_.size() >= rows.limits_.columns || rows.row_bytes_ > rows.limits_.row_bytes)
      rows.too_large_ = true;
    else
      rows.row_.push_back({std::string(static_cast<const char*>(text), bytes), false});
  }
  static void on_row(int, void* self) {
    auto& rows = *static_cast<TextRows*>(self);
    rows.rows_.push_back(std::move(rows.row_));
    rows.row_.clear();
    rows.row_bytes_ = 0;
  }

  void read() {
    const std::string piece = first_.empty() ? stream_.next() : std::exchange(first_, {});
    if (piece.empty()) {
      ended_ = true;
      // The library says so only in its strict mode, which refuses what spreadsheets write.
      if (parser_.pstate == kFieldBegun && parser_.quoted != 0) {
        row_.clear();
        ending_ = "the last line ends inside a quoted field: the file is not whole, or a quote is missing";
      } else {
        csv_fini(&parser_, on_field, on_row, this);
      }
    } else if (csv_parse(&parser_, piece.data(), piece.size(), on_field, on_row, this) != piece.size()) {
      throw FileError(name_ + " is no table of text: " + csv_strerror(csv_error(&parser_)));
    }
    if (too_large_)
      throw FileError(name_ + ": a line has more than " + std::to_string(limits_.columns) + " columns or " +
                      std::to_string(limits_.row_bytes >> 20U) + " MB; this is no export of daily figures");
    if (csv_get_buffer_size(&parser_) > limits_.cell_bytes)
      throw FileError(name_ + ": a field is longer than " + std::to_string(limits_.cell_bytes >> 10U) +
                      " KB; a quote (\") that nobody closes begins it, after row " + std::to_string(rows_seen_));
    rows_seen_ += std::ssize(rows_);
  }

  Utf8Stream stream_;
  RowLimits limits_;
  std::string name_;
  csv_parser parser_{};
  std::string first_;
  Row row_;
  std::size_t row_bytes_ = 0;
  std::deque<Row> rows_;
  std::int64_t rows_seen_ = 0;
  bool too_large_ = false, ended_ = false;
  std::string ending_;
};

}  // namespace

std::unique_ptr<RowReader> open_text(const std::filesystem::path& file, const RowLimits& limits) {
  return std::make_unique<TextRows>(file, limits);
}

}  // namespace performance_tracker::etl
