// SPDX-License-Identifier: PostgreSQL
//
// Why a product's revenue fell from one period to the next. Internal to the recommendation chapter.
#pragma once

#include <string>
#include <vector>

#include "core/shop/causes.h"
#include "core/shop/performance_panel.h"
#include "core/shop/recommendation.h"
#include "core/shop/recommendation_money.h"

namespace performance_tracker {

struct DropCause {
  HypothesisCode code = HypothesisCode::kUnknown;
  std::string action;  // what to check
  std::vector<RecommendationEvidence> evidence;
};

// What happened around the product meanwhile.
struct DropContext {
  Sums others_now{};  // of the other products of the shop, over the same days
  Sums others_before{};
  bool has_others = false;       // at least three
  bool promotion_ended = false;  // one ran in the earlier period and no longer does
};

// Asks causes.h, as anomalies and incidents do: the stages of the funnel against the period before, less the shop's
// moves.
DropCause explain_drop(const Period& now, const Period& before, const DropContext& context);

}  // namespace performance_tracker
