// SPDX-License-Identifier: PostgreSQL
//
// What the simulated shop sells, and how each product usually does.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace performance_tracker::simulator {

struct Category {
  std::string_view name;
  // Demand by weekday, Monday first, mean about 1.
  std::array<double, 7> weekday;
  double summer;   // amplitude of the yearly cycle that peaks on 15 July; negative: peaks in winter
  double holiday;  // share added at the height of the weeks before Christmas
};

struct Product {
  std::string sku;  // key on the platform
  std::string name;
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

// A shop of any size: the first 30 products are those above, the others are variants of them ("Wireless Mouse 2") with
// prices, volumes and ratios of their own, down to a few impressions a day.
inline constexpr std::size_t kMaxProducts = 10'000;

class Catalogue {
 public:
  explicit Catalogue(std::size_t size);  // 1..kMaxProducts
  static const Catalogue& standard();    // products()

  std::span<const Product> products() const { return products_; }
  const Product& operator[](int index) const { return products_[static_cast<std::size_t>(index)]; }
  int size() const { return static_cast<int>(products_.size()); }

 private:
  std::vector<Product> products_;
};

}  // namespace performance_tracker::simulator
