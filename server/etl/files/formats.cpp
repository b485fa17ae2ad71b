// SPDX-License-Identifier: PostgreSQL
#include "etl/files/formats.h"

#include <algorithm>

#include "etl/files/cell_values.h"

namespace performance_tracker::etl {
namespace {

constexpr std::string_view kNames[kFields] = {
    "date",     "date_end", "sku",         "asin",   "product",   "category",   "campaign", "campaign_id",
    "channel",  "currency", "impressions", "clicks", "ad_spend",  "units_sold", "revenue",  "unit_price",
    "discount", "price",    "unit_cost",   "status", "cancelled", "order"};

constexpr Field kFigures[] = {Field::impressions, Field::clicks,  Field::ad_spend,
                              Field::units_sold,  Field::revenue, Field::unit_price};

// Orders that came to nothing, as Shopify (financial status) and WooCommerce (order status) write them.
constexpr std::string_view kUnsold[] = {"refunded", "voided", "expired", "cancelled",      "canceled",
                                        "failed",   "trash",  "pending", "checkout-draft", "draft"};

struct Header {
  std::string name;      // folded, without a currency behind
  std::string currency;  // that it names
};

// "Amount spent (EUR)" -> "amount spent", EUR; "7 Day Total Sales ($)" and "7 Day Total Sales " -> the same name.
Header header_of(const std::string& text) {
  Header header{folded(text), ""};
  if (!header.name.ends_with(')')) return header;
  const auto open = header.name.rfind('(');
  if (open == std::string::npos || open == 0) return header;
  const std::string_view inside = std::string_view(text).substr(text.rfind('(') + 1);
  std::string_view word = trimmed(inside.substr(0, inside.find(')')));
  const bool code = word.size() == 3 && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
  const bool sign = !word.empty() && word != "#" && word != "%" &&
                    std::ranges::none_of(word, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  if (!code && !sign) return header;
  header.name = folded(header.name.substr(0, open));
  if (code) header.currency = word;
  return header;
}

bool complete(const Layout& layout) {
  return layout.has(Field::date) && std::ranges::any_of(kFigures, [&](Field f) { return layout.has(f); });
}

Layout empty_layout(std::size_t width) {
  Layout layout;
  layout.column.fill(-1);
  layout.width = width;
  return layout;
}

// The columns of one format that are there, and how many.
std::pair<Layout, int> match(const Format& format, const std::vector<Header>& headers) {
  Layout layout = empty_layout(headers.size());
  layout.format = &format;
  int matched = 0;
  for (const FormatColumn& column : format_columns()) {
    if (column.format != format.name) continue;
    const auto found = std::ranges::find(headers, folded(column.header), &Header::name);
    if (found == headers.end()) continue;
    ++matched;
    const auto field = static_cast<std::size_t>(column.field);
    if (layout.column[field] >= 0) continue;
    layout.column[field] = static_cast<int>(found - headers.begin());
    layout.shift[field] = column.shift;
    if (!found->currency.empty()) layout.currency = found->currency;
  }
  return {layout, matched};
}

// Puts the user's columns over those that were recognised; false if one of them is not there.
bool apply(const ColumnMap& map, const std::vector<Header>& headers, Layout& layout) {
  for (const auto& [field, name] : map) {
    const auto found = std::ranges::find(headers, header_of(name).name, &Header::name);
    if (found == headers.end()) return false;
    layout.column[static_cast<std::size_t>(field)] = static_cast<int>(found - headers.begin());
    layout.shift[static_cast<std::size_t>(field)] = 0;
    if (!found->currency.empty()) layout.currency = found->currency;
  }
  return true;
}

}  // namespace

std::string_view field_name(Field field) { return kNames[static_cast<std::size_t>(field)]; }

std::optional<Field> field_of(std::string_view name) {
  for (std::size_t i = 0; i < kFields; ++i)
    if (kNames[i] == name) return static_cast<Field>(i);
  return std::nullopt;
}

std::optional<Layout> recognise(const Row& row, const ColumnMap& map) {
  std::vector<Header> headers;
  headers.reserve(row.size());
  for (const Cell& cell : row) headers.push_back(header_of(cell.text));
  while (!headers.empty() && headers.back().name.empty()) headers.pop_back();
  std::optional<Layout> best;
  int most = 0;
  for (const Format& format : formats()) {
    auto [layout, matched] = match(format, headers);
    if (matched <= most || !apply(map, headers, layout) || !complete(layout)) continue;
    best = layout;
    most = matched;
  }
  if (best || map.empty()) return best;
  Layout layout = empty_layout(headers.size());
  if (apply(map, headers, layout) && complete(layout)) best = layout;
  return best;
}

ColumnMap parse_column_map(std::string_view text) {
  ColumnMap map;
  std::string part;
  const auto take = [&] {
    const auto equals = part.find('=');
    const auto field = field_of(trimmed(std::string_view(part).substr(0, equals)));
    if (equals == std::string::npos || !field || trimmed(std::string_view(part).substr(equals + 1)).empty()) {
      std::string names;
      for (const auto name : kNames) names += (names.empty() ? "" : ", ") + std::string(name);
      throw FileError("--map '" + part + "' is no pair FIELD=COLUMN; fields: " + names);
    }
    map[*field] = std::string(trimmed(std::string_view(part).substr(equals + 1)));
    part.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' && i + 1 < text.size() && text[i + 1] == ',') {
      part += text[++i];
    } else if (text[i] == ',') {
      take();
    } else {
      part += text[i];
    }
  }
  if (!part.empty() || map.empty()) take();
  return map;
}

bool is_sold(std::string_view status) {
  std::string word = folded(status);
  if (word.starts_with("wc-")) word.erase(0, 3);
  return std::ranges::find(kUnsold, word) == std::end(kUnsold);
}

std::string describe_formats() {
  std::string text;
  for (const Format& format : formats()) {
    text += "## " + std::string(format.name) + "\n\n" + std::string(format.title) + ". Its columns are described at <" +
            std::string(format.source) + ">.\n\n| column | is |\n|---|---|\n";
    for (const FormatColumn& column : format_columns())
      if (column.format == format.name)
        text += "| `" + std::string(column.header) + "` | " + std::string(field_name(column.field)) +
                (column.shift == 6 ? ", in millionths" : "") + " |\n";
    text += "\n";
  }
  return text;
}

}  // namespace performance_tracker::etl
