// SPDX-License-Identifier: PostgreSQL
//
// What happens to the simulated shop beside its daily business: incidents and promotions. Both follow from the seed
// and the calendar alone, so any period can be asked for on any day, with the same answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.h"

namespace performance_tracker::simulator {

enum class IncidentKind {
  kStockOut,        // ads run, hardly anything can be bought
  kTrackingOutage,  // clicks are counted, conversions hardly
  kSpendCut,        // the budget is cut, impressions fall
  kCtrCollapse,     // shown as often, hardly clicked
  kPriceChange,     // a higher price, fewer conversions
  kViralSpike,      // many more impressions and clicks
};

// "stock_out", "tracking_outage", …
std::string_view name_of(IncidentKind kind);

// Factors on a usual day's values.
struct Effect {
  double impressions = 1;
  double ctr = 1;
  double cpc = 1;
  double conversion_rate = 1;
  double price = 1;

  Effect& operator*=(const Effect& other);
  double revenue() const { return impressions * ctr * conversion_rate * price; }
};

struct Incident {
  std::string id;
  IncidentKind kind;
  int product;  // index in products()
  Day first;
  Day last;  // included
  Effect effect;
};

struct Promotion {
  std::string id;
  std::string name;
  std::optional<int> product;   // index in products()
  std::optional<int> category;  // index in categories(); neither: the whole shop
  Day first;
  Day last;         // included
  double discount;  // fraction of the price

  bool covers(int product_index) const;
  Effect effect() const;
};

// Days for which the shop exists.
inline constexpr Day kFirstDay{std::chrono::year{2000} / std::chrono::January / 1};
inline constexpr Day kLastDay{std::chrono::year{2100} / std::chrono::December / 31};

// All that touch first..last (both within kFirstDay..kLastDay), by their first day.
// At least one long incident that cuts a product's revenue to less than half begins in every eight consecutive days,
// and no product has two incidents at once.
std::vector<Incident> incidents_between(std::uint64_t seed, Day first, Day last);

// A product's deal every two weeks (of one without an incident around it), a category's days every six, and the shop's
// yearly sales.
std::vector<Promotion> promotions_between(std::uint64_t seed, Day first, Day last);

}  // namespace performance_tracker::simulator
