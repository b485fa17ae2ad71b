// SPDX-License-Identifier: PostgreSQL
//
// Quantiles of the standard normal distribution, for intervals.
#pragma once

namespace performance_tracker {

// The z with P(Z <= z) = probability, for probability in (0, 1); relative accuracy about 1e-15 (Wichura 1988, algorithm
// AS 241, PPND16).
double normal_quantile(double probability);

// z such that a central interval of +-z standard errors covers `confidence_level` in (0, 1).
double interval_multiplier(double confidence_level);

}  // namespace performance_tracker
