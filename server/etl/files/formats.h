// SPDX-License-Identifier: PostgreSQL
//
// The exports that are recognised by their headers, as data: one table of formats, one of columns.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "etl/files/rows.h"

namespace performance_tracker::etl {

// What a column can be. The names are those of --map.
enum class Field {
  date,      // the day, or a period of one day
  date_end,  // last day of the row's period: it must be the same day
  sku,       // the shop's own key of a product
  asin,      // the marketplace's key of it
  product,   // its name
  category,
  campaign,
  campaign_id,
  channel,
  currency,
  impressions,
  clicks,
  ad_spend,
  units_sold,
  revenue,     // what was sold, after discounts, before tax and shipping
  unit_price,  // of an order's line: times units_sold, minus discount, is its revenue
  discount,
  price,      // list price of the product
  unit_cost,  // what one unit cost the shop
  status,     // of an order; those that came to nothing are left out
  cancelled,  // when an order was cancelled; empty: it was not
  order,      // its number: later lines of an order may leave its status out
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::order) + 1;

std::string_view field_name(Field field);
std::optional<Field> field_of(std::string_view name);

struct Format {
  std::string_view name;     // also the source's name, unless one is given
  std::string_view channel;  // where the ads ran; "shop": orders, whose revenue is the truth
  std::string_view title;
  std::string_view source;  // where its columns are documented
};

struct FormatColumn {
  std::string_view format;
  Field field;
  std::string_view header;  // as exported; compared without case, spaces around and signs of currencies behind
  int shift = 0;            // decimal places to the left: 6 for millionths
};

// The first of several columns of one field wins.
std::span<const Format> formats();
std::span<const FormatColumn> format_columns();

// Where the fields are in a table's rows.
struct Layout {
  const Format* format = nullptr;     // null: by --map alone
  std::array<int, kFields> column{};  // -1: it is not there
  std::array<int, kFields> shift{};
  std::string currency;   // that a header names: "Amount spent (EUR)"
  std::size_t width = 0;  // columns of the header
  bool has(Field field) const { return at(field) >= 0; }
  int at(Field field) const { return column[static_cast<std::size_t>(field)]; }
};

// A header that a user has named, by field.
using ColumnMap = std::map<Field, std::string>;

// The layout by which a row is the header of a table; empty if it is none. With a map, its columns must be there; the
// rest may still be recognised.
std::optional<Layout> recognise(const Row& header, const ColumnMap& map);

// "date=Day,revenue=Net sales" as a map; a comma in a header is written twice. Throws FileError.
ColumnMap parse_column_map(std::string_view text);

// Whether an order with this status was sold.
bool is_sold(std::string_view status);

// docs/etl-formats.md: its table of formats and columns.
std::string describe_formats();

}  // namespace performance_tracker::etl
