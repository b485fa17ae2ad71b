// SPDX-License-Identifier: PostgreSQL
//
// A row of cells as figures, for both readings of a table.
#pragma once

#include "etl/files/file_table.h"

namespace performance_tracker::etl {

inline constexpr Field kNumberFields[] = {Field::impressions, Field::clicks,  Field::ad_spend,
                                          Field::units_sold,  Field::revenue, Field::unit_price,
                                          Field::discount,    Field::price,   Field::unit_cost};

enum class RowKind { empty, total, figures };

// An empty cell where the row or the table has none.
const Cell& cell_of(const Row& row, const Layout& layout, Field field);

// Lines that sum up others: no day, and "Total" in front, or neither day nor product.
RowKind kind_of(const Row& row, const Layout& layout);

// Throws FileError for a table that names no product, with the ways out.
void require_product(const Layout& layout, const TableOptions& options);

// One table's rows, one after the other: later lines of an order know its status from the first.
class RowParser {
 public:
  RowParser(const TablePlan& plan, const TableOptions& options) : plan_(plan), options_(options) {}

  enum class Outcome { figures, unsold, rejected };
  // Fills `figures`, or `rejected` with the reason.
  Outcome parse(const Row& row, std::int64_t line, FigureRow& figures, RejectedRow& rejected);

 private:
  Day day(const Row& row) const;
  bool sold(const Row& row);
  std::optional<std::string> number(const Row& row, Field field, bool negative) const;
  void take_texts(const Row& row, FigureRow& figures) const;
  void take_numbers(const Row& row, FigureRow& figures) const;

  const TablePlan& plan_;
  const TableOptions& options_;
  std::string order_;
  bool order_sold_ = true;
};

}  // namespace performance_tracker::etl
