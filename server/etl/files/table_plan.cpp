// SPDX-License-Identifier: PostgreSQL
//
// The first reading: header, order of days and months, decimal sign.
#include <algorithm>

#include "etl/files/file_table.h"
#include "etl/files/table_rows.h"

namespace performance_tracker::etl {
namespace {

// Titles, filters and periods stand above some headers; no export known has more than a dozen such lines.
constexpr int kMostPreamble = 60;

struct Example {
  std::string text;
  std::int64_t line = 0;
  void keep(std::string_view seen, std::int64_t at) {
    if (line == 0) *this = {std::string(trimmed(seen)), at};
  }
  std::string shown() const { return "'" + text + "' in line " + std::to_string(line); }
};

class Proofs {
 public:
  Proofs(const Layout& layout, const TableOptions& options) : layout_(layout), options_(options) {}

  void look(const Row& row, std::int64_t line) {
    const Cell& date = cell_of(row, layout_, Field::date);
    const DateText read = read_date(date.text);
    if (!date.exact) look_at_date(read, date.text, line);
    for (const auto* days : {&read.days, &read.days_month_first})
      for (const Day day : *days) {
        auto& last = days == &read.days ? last_day_first_ : last_month_first_;
        last = std::max(last, day);
      }
    for (const Field field : kNumberFields) {
      const Cell& cell = cell_of(row, layout_, field);
      if (cell.exact || cell.text.empty()) continue;
      const bool whole = field == Field::impressions || field == Field::clicks;
      switch (number_proof(cell.text, whole)) {
        case NumberProof::point:
          point_.keep(cell.text, line);
          break;
        case NumberProof::comma:
          comma_.keep(cell.text, line);
          break;
        case NumberProof::open:
          open_number_.keep(cell.text, line);
          break;
        case NumberProof::nothing:
        case NumberProof::broken:
          break;
      }
    }
  }

  DateOrder date_order() const {
    if (options_.date_order) return *options_.date_order;
    if (day_first_.line > 0 && month_first_.line > 0)
      throw FileError("its days are written in two ways, " + day_first_.shown() + " and " + month_first_.shown() +
                      "; --dates day-first or --dates month-first takes one of them, and rejects the other rows");
    if (day_first_.line > 0) return DateOrder::day_first;
    if (month_first_.line > 0) return DateOrder::month_first;
    if (open_date_.line == 0) return DateOrder::day_first;
    // What has happened is not in the future.
    const Day tomorrow = options_.today + std::chrono::days{1};
    if (last_day_first_ > tomorrow && last_month_first_ <= tomorrow) return DateOrder::month_first;
    if (last_month_first_ > tomorrow && last_day_first_ <= tomorrow) return DateOrder::day_first;
    throw FileError("its days can be read in two ways, " + open_date_.shown() +
                    ", and no other line decides; say --dates day-first or --dates month-first");
  }

  Decimal decimal() const {
    if (options_.decimal) return *options_.decimal;
    if (point_.line > 0 && comma_.line > 0)
      throw FileError("its numbers are written in two ways, " + point_.shown() + " and " + comma_.shown() +
                      "; --decimal point or --decimal comma takes one of them, and rejects the other rows");
    if (comma_.line > 0) return Decimal::comma;
    if (point_.line > 0 || open_number_.line == 0) return Decimal::point;
    throw FileError("its numbers can be read in two ways, " + open_number_.shown() +
                    ", and no other cell decides; say --decimal point or --decimal comma");
  }

 private:
  void look_at_date(const DateText& read, std::string_view text, std::int64_t line) {
    if (read.proves_day_first) day_first_.keep(text, line);
    if (read.proves_month_first) month_first_.keep(text, line);
    if (read.open) open_date_.keep(text, line);
  }

  const Layout& layout_;
  const TableOptions& options_;
  Example day_first_, month_first_, open_date_, point_, comma_, open_number_;
  Day last_day_first_{}, last_month_first_{};
};

[[noreturn]] void refuse_unknown(const ColumnMap& map, const Row& widest) {
  std::string columns;
  for (const Cell& cell : widest) {
    if (trimmed(cell.text).empty()) continue;
    if (columns.size() > 300) {
      columns += ", …";
      break;
    }
    columns += (columns.empty() ? "" : ", ") + std::string(trimmed(cell.text)).substr(0, 60);
  }
  if (!map.empty())
    throw FileError("no line has the columns of --map with a day and a figure among them; there are: " + columns);
  throw FileError(
      "no line is a header that is known; say what its columns are: --map date=…,product=…,revenue=… "
      "(there are: " +
      columns + "). The formats that are known: docs/etl-formats.md");
}

}  // namespace

TablePlan FileTable::plan(const std::stop_token& stop) {
  TablePlan plan;
  const auto rows = open_();
  Row row, widest;
  std::int64_t line = 0;
  bool found = false;
  while (!found && line < kMostPreamble && rows->next(row)) {
    ++line;
    if (auto layout = recognise(row, options_.columns)) {
      plan.layout = *layout;
      found = true;
    }
    if (row.size() > widest.size()) widest = row;
  }
  if (!found) refuse_unknown(options_.columns, widest);
  require_product(plan.layout, options_);
  plan.header_line = line;
  Proofs proofs(plan.layout, options_);
  Day first_day = Day::max(), last_day = Day::min(), first_month = Day::max(), last_month = Day::min();
  while (rows->next(row)) {
    ++line;
    if (line % 4096 == 0 && stop.stop_requested()) return plan;
    const RowKind kind = kind_of(row, plan.layout);
    plan.totals += kind == RowKind::total ? 1 : 0;
    if (kind != RowKind::figures) continue;
    ++plan.rows;
    proofs.look(row, line);
    const DateText date = read_date(cell_of(row, plan.layout, Field::date).text);
    if (!date.days.empty()) {
      first_day = std::min(first_day, date.days.front());
      last_day = std::max(last_day, date.days.front());
    }
    if (!date.days_month_first.empty()) {
      first_month = std::min(first_month, date.days_month_first.front());
      last_month = std::max(last_month, date.days_month_first.front());
    }
  }
  plan.ending = rows->ending();
  plan.date_order = proofs.date_order();
  plan.decimal = proofs.decimal();
  const bool day_first = plan.date_order == DateOrder::day_first;
  const Day first = day_first ? first_day : first_month, last = day_first ? last_day : last_month;
  if (first <= last) {
    plan.first = first;
    plan.last = last;
  }
  return plan;
}

}  // namespace performance_tracker::etl
