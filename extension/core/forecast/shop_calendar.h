// SPDX-License-Identifier: PostgreSQL
//
// The calendar of a whole shop as one text, and what of it concerns one of its series.
//
// A line an event, eight fields between tabs:
//
//   kind            promotion, holiday, public (a holiday by law) or closed;
//                   promotion_prior or holiday_prior: what an effect was measured to be over a category (or, without
//                   one, the whole shop), which holds those of its products where they were seen seldom or never
//   first, last     days since 2000-01-01, both included; 0 of a prior
//   of total        share of the shop's sales that it touches, 0..1; of a prior: ln(1 + relative effect)
//   of category     share of its category's, 0..1; of a prior: its standard deviation among the series below
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

struct SeriesCalendar {
  std::vector<CalendarEvent> events;
  std::vector<EffectPrior> priors;  // for a product of its category, of the shop where the category has none; for a
                                    // category of the shop; none for the total
};

// Events in steps of days from `start` (days since 2000-01-01). Throws InvalidArgument for a malformed text.
SeriesCalendar calendar_of_series(std::string_view text, const SeriesScope& scope, std::int64_t start);

}  // namespace performance_tracker
