// SPDX-License-Identifier: PostgreSQL
//
// The prose of a judged promotion. Internal to the promotion chapter.
#pragma once

#include <string>
#include <vector>

#include "core/shop/promotion.h"

namespace performance_tracker {

// What the sentences need beside the figures.
struct PromotionFacts {
  std::string subject;  // `Promotion "Deal" for Wireless Mouse, from 2026-11-01 to 2026-11-07: `
  int planned_days = 0;
  int elapsed_days = 0;
  int history = 0;   // days before it without another promotion
  int excluded = 0;  // days before it under other promotions
  int learning_days = 0;
  int outliers = 0;
  bool last_year = false;
  double exposure_weight = 0;  // of the ads' exposure in revenue, and how sure that is
  double exposure_weight_error = 0;
  double assumed_margin = 0;
  double confidence_level = 0.95;
  std::vector<std::string> simultaneous;  // promotions that touch the same products at the same time
};

std::string judged_report(const PromotionImpact& impact, const PromotionFacts& facts);
std::string short_history_report(const PromotionImpact& impact, const PromotionFacts& facts, int needed);

}  // namespace performance_tracker
