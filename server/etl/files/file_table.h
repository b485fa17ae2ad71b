// SPDX-License-Identifier: PostgreSQL
//
// The daily figures in a table of unknown make: where its header is, what its columns are, how it writes numbers and
// days. It is read twice, so that the whole of it decides what a part of it leaves open, and memory stays flat.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "calendar.h"
#include "etl/files/cell_values.h"
#include "etl/files/formats.h"
#include "etl/files/rows.h"

namespace performance_tracker::etl {

// What a user can say about a table, for what it does not say itself.
struct TableOptions {
  ColumnMap columns;                    // --map
  std::optional<DateOrder> date_order;  // --dates
  std::optional<Decimal> decimal;       // --decimal
  std::string product;                  // --product: all rows are this product's
  std::string channel;                  // --channel, instead of the format's
  Day today{};                          // no figure is from after tomorrow
};

// One row as it goes into the database: numbers as PostgreSQL reads them, empty where the table has no such column.
struct FigureRow {
  std::int64_t line = 0;  // of the table, from 1
  Day date{};
  std::string external_id;  // SKU, else ASIN, else name
  std::string asin, product, category, campaign, channel, currency;
  std::optional<std::string> impressions, clicks, ad_spend, units_sold, revenue, price, unit_cost;
};

struct RejectedRow {
  std::int64_t line = 0;
  std::optional<Day> date;
  std::string external_id;
  std::string reason;
  std::string original;  // the cells, with tabs between
};

// What the first reading found.
struct TablePlan {
  Layout layout;
  std::int64_t header_line = 0;
  DateOrder date_order = DateOrder::day_first;
  Decimal decimal = Decimal::point;
  std::int64_t rows = 0;    // below the header, totals and empty ones left out
  std::int64_t totals = 0;  // lines that sum up others
  std::optional<Day> first, last;
  std::string ending;  // what was odd about the end
};

class FileTable {
 public:
  using Open = std::function<std::unique_ptr<RowReader>()>;
  FileTable(Open open, TableOptions options) : open_(std::move(open)), options_(std::move(options)) {}

  // Throws FileError, with the option that helps, for a table that is not recognised or can be read in two ways.
  TablePlan plan(const std::stop_token& stop = {});
  // Gives every row once, by what plan() found. Orders that came to nothing are counted in `unsold`.
  void read(const TablePlan& plan, const std::function<void(FigureRow&)>& on_row,
            const std::function<void(const RejectedRow&)>& on_reject, std::int64_t& unsold,
            const std::stop_token& stop = {}) const;

 private:
  Open open_;
  TableOptions options_;
};

}  // namespace performance_tracker::etl
