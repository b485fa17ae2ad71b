// SPDX-License-Identifier: PostgreSQL
//
// What a merchant should do next, per product: the last `days` complete days against the days before, with the
// money that the action is expected to move and how sure that is.
//
// Ratios are sums over sums. A zero denominator means no judgement. Too few purchases or clicks to tell on which
// side of its threshold a ratio lies give "not_enough_evidence" instead of a warning.
//
// Money is contribution: revenue at a margin of 35% (the break-even point that the ACOS threshold implies), minus
// ad spend, per `days` days. docs/analytics-method.md spells out the assumptions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/shop/performance_panel.h"

namespace performance_tracker {

struct RecommendationOptions {
  int days = 7;  // length of both periods, 1..kMaxRecommendationDays
  std::optional<std::string> product;
  std::optional<std::string> category;

  double acos_ceiling = 0.35;      // above: acos_high
  double roas_target = 4;          // above: roas_high
  double ctr_floor = 0.02;         // below: ctr_low
  double conversion_floor = 0.08;  // below: conversion_rate_low
  double revenue_floor = 0.85;     // below this share of the prior period's revenue: revenue_drop

  double margin = 0.35;            // of revenue, before ad spend
  double budget_step = 0.20;       // the raise that roas_high proposes
  double largest_cut = 0.50;       // of ad spend, that acos_high proposes at most
  double elasticity = 0.75;        // of revenue to ad spend near its present level: d log revenue / d log spend
  double elasticity_error = 0.15;  // standard error of the above
  double confidence_level = 0.80;  // of the money's interval, and of the evidence
  double tolerated_width = 0.20;   // half width of a ratio's interval, as a share of its threshold, up to which
                                   // crossing the threshold counts as evidence even if the interval covers it

  void check() const;  // throws InvalidArgument
};
inline constexpr int kMaxRecommendationDays = 366;

enum class RecommendationType { kAcosHigh, kRoasHigh, kCtrLow, kConversionRateLow, kRevenueDrop, kNotEnoughEvidence };
enum class Severity { kWarning, kInfo, kSuccess };
const char* recommendation_type_name(RecommendationType type);  // "acos_high"
const char* severity_name(Severity severity);                   // "warning"

struct Recommendation {
  RecommendationType type = RecommendationType::kAcosHigh;
  Severity severity = Severity::kWarning;
  std::string product;
  std::optional<std::string> category;
  Metric metric = Metric::kAcos;
  double current = 0;
  std::optional<double> prior;       // empty: no such days, or a zero denominator
  std::optional<double> change_pct;  // percent
  std::string trend;                 // "up", "down", "flat" (within 1%); empty without a prior value
  std::optional<double> impact;      // money per `days` days
  std::optional<double> impact_lower;
  std::optional<double> impact_upper;
  std::string action;
  std::string reason;
};

// Warnings, then information, then successes; each by impact descending. The panel ends with the last complete day.
std::vector<Recommendation> recommendations(const PerformancePanel& panel, const RecommendationOptions& options);

}  // namespace performance_tracker
