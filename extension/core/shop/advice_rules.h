// SPDX-License-Identifier: PostgreSQL
//
// The thresholds and margins that advice is given by: the one list of rules with their defaults, and the rows by which
// a shop, a category or a product has its own.
//
//   AdviceRules rules({{"acos_ceiling", std::nullopt, "Toys", 0.25}});
//   rules.of(product).acos_ceiling            0.25 for a toy, 0.35 otherwise
//
// SQL shows the list as recommendation_rules() and finds the rows in the table recommendation_thresholds.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/shop/performance_panel.h"

namespace performance_tracker {

// Fractions unless said otherwise.
struct ProductRules {
  double acos_ceiling = 0.35;      // above: acos_high
  double roas_target = 4;          // above: roas_high; money per money
  double ctr_floor = 0.02;         // below: ctr_low
  double conversion_floor = 0.08;  // below: conversion_rate_low
  double revenue_floor = 0.85;     // below this share of the prior period's revenue: revenue_drop
  // Percent of revenue that is left after the cost of goods. Empty: by products.unit_cost, else assumed.
  std::optional<double> margin_pct;
};

struct RuleInfo {
  std::string_view name;
  std::optional<double> default_value;
  double lowest, highest;  // allowed
  std::string_view unit;   // "fraction", "ratio", "percent"
  std::string_view meaning;
};
std::span<const RuleInfo> rule_list();

struct RuleRow {
  std::string rule;
  std::optional<int> product_id;
  std::optional<std::string> category;  // neither: the whole shop
  double value = 0;
};

// The share of revenue that is assumed to be left after the cost of goods where nothing is known: the ACOS ceiling's
// default, at which advertising breaks even.
inline constexpr double kAssumedMargin = 0.35;

class AdviceRules {
 public:
  AdviceRules() = default;
  // Throws InvalidArgument, with the row in words, for an unknown rule, a value out of range, a row for a product and a
  // category at once, two rows of one rule for the same products, and a roas_target below 1 / acos_ceiling: the same
  // product would be told to spend more and less.
  explicit AdviceRules(std::vector<RuleRow> rows);

  // The most specific row wins: product, category, shop.
  ProductRules of(const Product& product) const;

 private:
  std::vector<RuleRow> rows_;
};

struct Margin {
  double value = kAssumedMargin;  // share of revenue; may be zero or negative: goods sold below their cost
  bool known = false;
};

// From products.margin_pct, or products.unit_cost at the price that it sold for (`revenue` / `units`; the list price
// without sales), or a row of margin_pct for it, its category or the shop; else the assumption.
Margin margin_of(const Product& product, const AdviceRules& rules, double revenue, double units);

}  // namespace performance_tracker
