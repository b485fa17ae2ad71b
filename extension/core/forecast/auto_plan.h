// SPDX-License-Identifier: PostgreSQL
//
// What the method `auto` makes of a series before anything is fitted: which members, and what is taken out of the
// series first.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/forecast/combination.h"

namespace performance_tracker {

struct AutoPlan {
  enum class Kind : std::uint8_t { kDense, kSparse };
  Kind kind = Kind::kDense;
  int season_length = 1;                // of the members: what is left when a year of days has been taken out
  std::vector<ForecastMethod> methods;  // ARIMA first, where there, whose regression the others need
  WeightRule rule{.power = 2};
  bool nonnegative = false;  // no value of the history is negative
  std::vector<bool> closed;  // by phase (t % size): always zero; empty where no phase is

  // The long season (long_season.h), by whole seasons that end with the history, or step by step (phases 1).
  std::vector<double> pattern;
  bool ratios = false;  // it multiplies
  std::size_t phases = 1, offset = 0;

  bool closed_at(std::size_t t) const { return !closed.empty() && closed[t % closed.size()]; }
  double pattern_at(std::size_t t) const;  // factor, or difference; 1 or 0 without one
  double scale_at(std::size_t t) const { return ratios ? pattern_at(t) : 1.0; }
  double with_pattern(double value, std::size_t t) const {
    return ratios ? value * pattern_at(t) : value + pattern_at(t);
  }
  std::vector<double> without_pattern(std::span<const double> y) const;
  void leave_pattern() {
    pattern.clear();
    ratios = false;
  }
};

// `season_length`: of the members, 0 to find it.
AutoPlan plan_auto(const MethodInput& input, int season_length = 0);

}  // namespace performance_tracker
