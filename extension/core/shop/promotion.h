// SPDX-License-Identifier: PostgreSQL
//
// What a promotion changed: revenue on its days against what revenue would have been without it, with an interval
// for the cumulative effect and a p-value.
//
// The counterfactual (counterfactual.h) is learned from the days before the promotion. Days mostly under other
// promotions are left out of it, other products that were never promoted and belong to other categories serve as
// controls when AICc says that they help.
#pragma once

#include <optional>
#include <string>

#include "core/base/progress.h"
#include "core/shop/performance_panel.h"

namespace performance_tracker {

struct PromotionOptions {
  int learning_days = 91;          // days before the promotion that the baseline may learn from
  int minimum_history = 14;        // fewer of them: short_pre_period, no judgement
  double confidence_level = 0.95;  // of the effect's interval
};

enum class PromotionStatus { kCompleted, kRunning, kPlanned, kShortPrePeriod, kNoData };
const char* promotion_status_name(PromotionStatus status);  // "short_pre_period"

struct PromotionImpact {
  PromotionStatus status = PromotionStatus::kNoData;
  int days = 0;  // of the promotion that have data and were compared
  // Sums over those days. Empty when there is nothing to say.
  std::optional<double> actual;
  std::optional<double> counterfactual;
  std::optional<double> absolute_effect;
  std::optional<double> relative_effect;  // fraction of the counterfactual; empty if that is zero
  std::optional<double> effect_lower;
  std::optional<double> effect_upper;
  std::optional<double> p_value;  // two-sided, of no effect at all
  std::string report;             // prose
};

// `promotion` need not be among panel.promotions. The panel ends with the last complete day.
PromotionImpact promotion_impact(const PerformancePanel& panel, const Promotion& promotion,
                                 const PromotionOptions& options, const Progress& progress);

}  // namespace performance_tracker
