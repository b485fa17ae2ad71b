// SPDX-License-Identifier: PostgreSQL
//
// The simulated platform's data and its truth as plain numbers: the server and the core have a type Day each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace performance_tracker::bench {

struct PlatformProduct {
  std::string name, category;
  double price = 0;
};

struct PlatformRow {
  int product = 0;
  int day = 0;  // from 0
  double impressions = 0, clicks = 0, ad_spend = 0, units_sold = 0, revenue = 0;
};

// An incident or a promotion; days count from the first of the data and may lie outside of them.
struct PlatformEvent {
  std::string name;
  int product = -1;      // -1: not of one product
  std::string category;  // empty: not of one category
  int first = 0, last = 0;
  double discount = 0;  // of a promotion, fraction; of a budget, the factor on the usual one
};

struct PlatformData {
  int first_day = 0;  // since 2000-01-01
  std::vector<PlatformProduct> products;
  std::vector<PlatformRow> rows;
  std::vector<PlatformEvent> incidents, promotions, budgets, holidays;
  std::vector<PlatformEvent>
      calendar;  // the computed one of the shop's region, which a shop has; `holidays` are the truth
};

// `days` days as the platform shows them on the day after the last; each seed ends in another part of the year.
PlatformData read_platform(std::uint64_t seed, int days);

}  // namespace performance_tracker::bench
