// SPDX-License-Identifier: PostgreSQL
#include "core/shop/advice_rules.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/prose.h"

namespace performance_tracker {
namespace {

constexpr std::array<RuleInfo, 6> kRules{{
    {"acos_ceiling", 0.35, 0.001, 10, "fraction", "ad spend above this share of revenue: acos_high"},
    {"roas_target", 4, 0.1, 1000, "ratio", "revenue above this multiple of ad spend: roas_high"},
    {"ctr_floor", 0.02, 0, 1, "fraction", "clicks below this share of impressions: ctr_low"},
    {"conversion_floor", 0.08, 0, 1, "fraction", "sales below this share of clicks: conversion_rate_low"},
    {"revenue_floor", 0.85, 0, 1, "fraction", "revenue below this share of the period before: revenue_drop"},
    {"margin_pct", std::nullopt, -1000, 100, "percent", "of revenue left after the cost of goods"},
}};

std::string scope_text(const RuleRow& row) {
  if (row.product_id) return "product " + std::to_string(*row.product_id);
  if (row.category) return "category \"" + *row.category + "\"";
  return "the shop";
}

void check(const RuleRow& row) {
  const auto* info = std::find_if(kRules.begin(), kRules.end(), [&](const RuleInfo& r) { return r.name == row.rule; });
  if (info == kRules.end()) {
    std::string names;
    for (const RuleInfo& r : kRules) names += (names.empty() ? "" : ", ") + std::string(r.name);
    throw InvalidArgument("recommendation_thresholds has an unknown rule \"" + row.rule + "\"",
                          "Rules are " + names + ".");
  }
  if (row.product_id && row.category)
    throw InvalidArgument("recommendation_thresholds has a row of " + row.rule + " for a product and a category",
                          "Give product_id or category, or neither for the whole shop.");
  if (!(row.value >= info->lowest && row.value <= info->highest))
    throw InvalidArgument("recommendation_thresholds: " + row.rule + " of " + scope_text(row) + " is " +
                              decimal_text(row.value, 4) + ", not between " + decimal_text(info->lowest, 3) + " and " +
                              decimal_text(info->highest, 0),
                          "Its unit is a " + std::string(info->unit) + ".");
}

double& value_of(ProductRules& rules, std::string_view name, double& margin) {
  if (name == "acos_ceiling") return rules.acos_ceiling;
  if (name == "roas_target") return rules.roas_target;
  if (name == "ctr_floor") return rules.ctr_floor;
  if (name == "conversion_floor") return rules.conversion_floor;
  if (name == "revenue_floor") return rules.revenue_floor;
  return margin;
}

int rank_of(const RuleRow& row) { return row.product_id ? 2 : row.category ? 1 : 0; }

}  // namespace

std::span<const RuleInfo> rule_list() { return kRules; }

AdviceRules::AdviceRules(std::vector<RuleRow> rows) : rows_(std::move(rows)) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    check(rows_[i]);
    for (std::size_t j = 0; j < i; ++j) {
      if (rows_[i].rule == rows_[j].rule && rows_[i].product_id == rows_[j].product_id &&
          rows_[i].category == rows_[j].category)
        throw InvalidArgument("recommendation_thresholds has two rows of " + rows_[i].rule + " for " +
                                  scope_text(rows_[i]) + ": " + decimal_text(rows_[j].value, 3) + " and " +
                                  decimal_text(rows_[i].value, 3),
                              "Delete one of them.");
    }
  }
  // From the least specific, so that each row overrides those before it.
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const RuleRow& a, const RuleRow& b) { return rank_of(a) < rank_of(b); });
}

ProductRules AdviceRules::of(const Product& product) const {
  ProductRules rules;
  double margin = std::nan("");
  std::string set_by;
  for (const RuleRow& row : rows_) {
    if (row.product_id && *row.product_id != product.id) continue;
    if (row.category && row.category != product.category) continue;
    value_of(rules, row.rule, margin) = row.value;
    if (row.rule == "acos_ceiling" || row.rule == "roas_target") set_by = scope_text(row);
  }
  if (!std::isnan(margin)) rules.margin_pct = margin;
  if (rules.roas_target < 1 / rules.acos_ceiling * (1 - 1e-9) && !set_by.empty())
    throw InvalidArgument("recommendation_thresholds contradict each other for \"" + product.name +
                              "\": a ROAS between " + decimal_text(rules.roas_target, 2) + " (roas_target) and " +
                              decimal_text(1 / rules.acos_ceiling, 2) +
                              " (1 / acos_ceiling) asks for more and for less spend",
                          "Raise roas_target or acos_ceiling of " + set_by + ".");
  return rules;
}

Margin margin_of(const Product& product, const AdviceRules& rules, double revenue, double units) {
  const ProductRules own = rules.of(product);
  const double price = units > 0 && revenue > 0 ? revenue / units : product.price.value_or(0);
  if (product.margin_pct) return {*product.margin_pct / 100, true};
  if (product.unit_cost && price > 0) return {1 - *product.unit_cost / price, true};
  if (own.margin_pct) return {*own.margin_pct / 100, true};
  return {};
}

}  // namespace performance_tracker
