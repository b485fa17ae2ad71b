// SPDX-License-Identifier: PostgreSQL
//
// What a merchant should do next, per product: the last `days` complete days against the days before, against the
// product's own past, its category and the rules' lines, with the money that the action is expected to move and how
// sure that is.
//
// Ratios are sums over sums. A zero denominator means no judgement. Too few purchases or clicks to tell on which
// side of its threshold a ratio lies give "not_enough_evidence" instead of a warning.
//
// A line that a product has been beyond for weeks is its normal: it is told every fourth week, not every week, as
// information, with what can be achieved (its own better weeks, its category's middle) instead of the line.
//
// Money is contribution: revenue at the product's margin (advice_rules.h; assumed where nothing is known, which is
// said), minus ad spend, per `days` days. What a budget does is the product's own response (spend_response.h): a raise
// is a success only when the lower bound of its gain is above zero, else the advice is a test.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/shop/advice_rules.h"
#include "core/shop/performance_panel.h"

namespace performance_tracker {

struct RecommendationOptions {
  int days = 7;  // length of both periods, 1..kMaxRecommendationDays
  std::optional<std::string> product;
  std::optional<std::string> category;
  AdviceRules rules;

  double budget_step = 0.20;       // the raise that roas_high proposes
  double largest_cut = 0.50;       // of ad spend, that acos_high proposes at most
  double confidence_level = 0.80;  // of the money's interval, and of the evidence
  double tolerated_width = 0.20;   // half width of a ratio's interval, as a share of its threshold, up to which
                                   // crossing the threshold counts as evidence even if the interval covers it
  int standing_weeks = 4;          // weeks beyond a line after which that is normal for the product
  int retell_weeks = 4;            // a standing row is told once in so many weeks
  double worse = 0.85;             // of its own past: a ratio below that, and surely so, is news

  void check() const;  // throws InvalidArgument
};
inline constexpr int kMaxRecommendationDays = 366;

enum class RecommendationType {
  kAcosHigh,
  kRoasHigh,
  kSpendSaturated,  // ACOS within its ceiling, but the last euros of spend bring less than they cost
  kCtrLow,
  kConversionRateLow,
  kRevenueDrop,
  kNotEnoughEvidence,
};
enum class Severity { kWarning, kInfo, kSuccess };
const char* recommendation_type_name(RecommendationType type);  // "acos_high"
const char* severity_name(Severity severity);                   // "warning"

// What else is true of the same product for the same cause.
struct RecommendationEvidence {
  std::string what;  // "ctr", "own_past", "category", "response", …
  std::string text;
  std::optional<double> current;
  std::optional<double> prior;
};

struct Recommendation {
  int product_id = 0;
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
  std::string cause;  // of what is wrong: "ctr_change", "stock_out", "spend_cut", …, "standing", "budget"
  std::vector<RecommendationEvidence> evidence;
  std::optional<double> break_even_roas;  // 1 / margin; empty without a margin above zero
  double margin = kAssumedMargin;
  bool margin_known = false;
  bool standing = false;
};

// Warnings, then information, then successes; each by the lower bound of the impact, descending. At most one row a
// product and cause. The panel ends with the last complete day; the more history it has, the more is known of the
// responses.
std::vector<Recommendation> recommendations(const PerformancePanel& panel, const RecommendationOptions& options,
                                            const Progress& progress = NeverCancelled());

}  // namespace performance_tracker
