// SPDX-License-Identifier: PostgreSQL
//
// The calendar of a whole shop as one text, and what of it concerns one of its series.
//
// A line an event, eight fields between tabs:
//
//   kind            promotion, holiday, public (a holiday by law) or closed
//   first, last     days since 2000-01-01, both included
//   of total        share of the shop's sales that it touches, 0..1
//   of category     share of its category's, 0..1
//   category        that it is for, empty: all
//   product         that it is for, empty: all
//   name
//
// The text is made by one SQL function and read here, within one query; nothing stores it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/forecast/calendar_effects.h"

namespace performance_tracker {

// Which series: of the shop, of a category, of a product.
struct SeriesScope {
  enum class Level { kTotal, kCategory, kProduct } level = Level::kTotal;
  std::string category;  // empty for products without one, and for the total
  std::string product;
};

// Its events, in steps of days from `start` (days since 2000-01-01). Throws InvalidArgument for a malformed text.
std::vector<CalendarEvent> calendar_of_series(std::string_view text, const SeriesScope& scope, std::int64_t start);

}  // namespace performance_tracker
