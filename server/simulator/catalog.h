// SPDX-License-Identifier: PostgreSQL
//
// What the simulated shop sells, and how each product usually does.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace performance_tracker::simulator {

struct Category {
  std::string_view name;
  // Demand by weekday, Monday first, mean about 1.
  std::array<double, 7> weekday;
  double summer;   // amplitude of the yearly cycle that peaks on 15 July; negative: peaks in winter
  double holiday;  // share added at the height of the weeks before Christmas
};

struct Product {
  std::string_view sku;  // key on the platform
  std::string_view name;
  int category;            // index in categories()
  double price;            // list price, money
  double impressions;      // ad impressions on a usual day
  double ctr;              // clicks / impressions
  double conversion_rate;  // units sold / clicks
  double roas;             // revenue / ad spend; the cost of a click follows from it
};

// At least 6 categories and 24 products. The mix reaches every rule of the recommendations: low ROAS (ACOS above
// 35%), ROAS above 4, CTR below 2%, conversion rate below 8%.
std::span<const Category> categories();
std::span<const Product> products();

}  // namespace performance_tracker::simulator
