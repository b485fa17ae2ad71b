// SPDX-License-Identifier: PostgreSQL
#include "simulator/catalog.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "simulator/random.h"

namespace performance_tracker::simulator {
namespace {

constexpr Category kCategories[] = {
    {"Electronics", {1.00, 0.97, 0.96, 0.97, 1.01, 1.06, 1.03}, -0.05, 0.35},
    {"Home & Kitchen", {0.94, 0.91, 0.92, 0.95, 1.00, 1.13, 1.15}, -0.04, 0.25},
    {"Sports & Outdoors", {0.96, 0.94, 0.95, 0.97, 1.03, 1.12, 1.03}, 0.18, 0.10},
    {"Beauty", {0.98, 0.96, 0.97, 1.00, 1.04, 1.05, 1.00}, 0.06, 0.20},
    {"Toys & Games", {0.90, 0.87, 0.90, 0.94, 1.04, 1.20, 1.15}, -0.06, 0.60},
    {"Office Supplies", {1.16, 1.15, 1.12, 1.09, 1.02, 0.70, 0.76}, -0.08, 0.00},
};

struct Standard {
  std::string_view sku, name;
  int category;
  double price, impressions, ctr, conversion_rate, roas;
};

constexpr Standard kProducts[] = {
    {"SKU-1001", "Wireless Mouse", 0, 29.99, 14000, 0.032, 0.110, 3.6},
    {"SKU-1002", "Mechanical Keyboard", 0, 89.99, 9600, 0.028, 0.088, 3.4},
    {"SKU-1003", "USB-C Hub", 0, 39.99, 11000, 0.031, 0.105, 4.9},
    {"SKU-1004", "Noise-Cancelling Headphones", 0, 149.00, 16000, 0.026, 0.048, 3.1},
    {"SKU-1005", "Bluetooth Speaker", 0, 59.99, 12500, 0.030, 0.095, 2.3},
    {"SKU-2001", "Chef's Knife", 1, 44.95, 8200, 0.029, 0.100, 3.7},
    {"SKU-2002", "Cast Iron Skillet", 1, 39.90, 7600, 0.033, 0.112, 5.0},
    {"SKU-2003", "French Press", 1, 27.50, 13500, 0.016, 0.104, 3.3},
    {"SKU-2004", "Air Fryer", 1, 119.00, 12800, 0.027, 0.050, 3.2},
    {"SKU-2005", "Bamboo Cutting Board", 1, 24.99, 9000, 0.030, 0.118, 2.4},
    {"SKU-3001", "Yoga Mat", 2, 34.99, 11500, 0.034, 0.108, 3.8},
    {"SKU-3002", "Resistance Bands", 2, 19.99, 10400, 0.036, 0.130, 5.3},
    {"SKU-3003", "Trekking Poles", 2, 54.95, 7200, 0.027, 0.096, 3.3},
    {"SKU-3004", "Insulated Water Bottle", 2, 22.95, 19500, 0.017, 0.121, 3.4},
    {"SKU-3005", "Camping Lantern", 2, 31.50, 7900, 0.029, 0.102, 2.5},
    {"SKU-4001", "Vitamin C Serum", 3, 26.90, 14500, 0.035, 0.122, 4.7},
    {"SKU-4002", "Facial Cleanser", 3, 17.50, 10800, 0.033, 0.127, 3.5},
    {"SKU-4003", "Ionic Hair Dryer", 3, 69.99, 12200, 0.028, 0.058, 3.2},
    {"SKU-4004", "Sunscreen SPF 50", 3, 18.95, 12600, 0.031, 0.124, 3.7},
    {"SKU-4005", "Beard Trimmer", 3, 39.50, 9300, 0.030, 0.098, 3.4},
    {"SKU-5001", "Building Blocks Set", 4, 49.99, 10600, 0.031, 0.104, 3.8},
    {"SKU-5002", "Strategy Board Game", 4, 34.95, 8700, 0.029, 0.109, 4.8},
    {"SKU-5003", "1000-Piece Puzzle", 4, 21.99, 8100, 0.030, 0.119, 3.3},
    {"SKU-5004", "Plush Bear", 4, 24.50, 16800, 0.016, 0.116, 3.2},
    {"SKU-5005", "Remote Control Car", 4, 64.99, 9900, 0.028, 0.092, 2.4},
    {"SKU-6001", "LED Desk Lamp", 5, 42.99, 8600, 0.030, 0.103, 3.6},
    {"SKU-6002", "Hardcover Notebook Set", 5, 16.99, 9700, 0.034, 0.132, 3.4},
    {"SKU-6003", "Gel Pens, 24 Colors", 5, 12.49, 10900, 0.037, 0.138, 3.7},
    {"SKU-6004", "Desk Organizer", 5, 27.99, 7800, 0.028, 0.106, 4.8},
    {"SKU-6005", "Ergonomic Footrest", 5, 46.50, 9200, 0.027, 0.046, 2.4},
};

constexpr std::size_t kStandardSize = std::size(kProducts);

Product standard_product(std::size_t index) {
  const Standard& s = kProducts[index];
  return {
      std::string(s.sku), std::string(s.name), s.category, s.price, s.impressions, s.ctr, s.conversion_rate, s.roas};
}

// The same variant in every shop: what a shop sells depends on its size, not on its seed.
Product variant(std::size_t index) {
  Product p = standard_product(index % kStandardSize);
  RandomStream random(0, RandomPurpose::kVariant, static_cast<std::uint32_t>(index));
  p.sku = "SKU-" + std::to_string(10'000 + index);
  p.name += " " + std::to_string(index / kStandardSize + 1);
  p.price = std::round(100 * p.price * std::exp(0.4 * random.normal())) / 100;
  // Most of a large catalogue sells little: a median of a third of the standard volumes, and a long tail below.
  p.impressions = std::max(20.0, p.impressions * std::exp(-1.1 + 0.9 * random.normal()));
  p.ctr = std::clamp(p.ctr * std::exp(0.2 * random.normal()), 0.005, 0.10);
  p.conversion_rate = std::clamp(p.conversion_rate * std::exp(0.2 * random.normal()), 0.01, 0.30);
  p.roas = std::clamp(p.roas * std::exp(0.25 * random.normal()), 1.2, 9.0);
  return p;
}

}  // namespace

std::span<const Category> categories() { return kCategories; }
std::span<const Product> products() { return Catalogue::standard().products(); }

Catalogue::Catalogue(std::size_t size) {
  if (size < 1 || size > kMaxProducts) throw std::invalid_argument("a catalogue has 1 to 10,000 products");
  products_.reserve(size);
  for (std::size_t i = 0; i < size; ++i) products_.push_back(i < kStandardSize ? standard_product(i) : variant(i));
}

const Catalogue& Catalogue::standard() {
  static const Catalogue catalogue(kStandardSize);
  return catalogue;
}

}  // namespace performance_tracker::simulator
