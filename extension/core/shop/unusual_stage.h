// SPDX-License-Identifier: PostgreSQL
//
// Which stage of a product's funnel was unusual over a whole period: a move that is too small to be seen on any day,
// but not over all of them. Internal to revenue_change.h.
#pragma once

#include <vector>

#include "core/shop/revenue_events.h"

namespace performance_tracker {

struct UnusualStage {
  Metric metric = Metric::kRevenue;
  double change = 0;  // against what is usual, as a fraction, less what the middle product did
  double score = 0;   // standard deviations
  bool found = false;
};

// Each product's furthest stage in the period against the middle of the up to four windows before it that are as long
// and begin on the same weekday, days of events left out. Over all products and stages together one in twenty periods
// without a cause has one (Bonferroni).
std::vector<UnusualStage> unusual_stages(const PerformancePanel& panel, const RevenueEvents& events,
                                         const Period& period);

}  // namespace performance_tracker
