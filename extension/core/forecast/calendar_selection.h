// SPDX-License-Identifier: PostgreSQL
//
// Which effects of a calendar come into the regression, on one scale: the search behind calendar_regression.h.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "core/base/progress.h"
#include "core/forecast/calendar_effects.h"
#include "core/forecast/calendar_regression.h"
#include "core/forecast/level_regression.h"

namespace performance_tracker {

// From the series' numbers to the scale, back, and the slope of the way back.
double forwards(EffectScale scale, double y);
double backwards(EffectScale scale, double z);
double slope(EffectScale scale, double z);

struct EffectSelection {
  EffectScale scale = EffectScale::kAdditive;
  std::vector<std::size_t> candidates;  // that came in, by number
  std::vector<std::size_t> columns;     // of the regression: the season's first, then theirs
  std::size_t base = 0;                 // columns of the season
  std::vector<ColumnPrior> priors;
  LevelFit fit;
  double criterion = std::numeric_limits<double>::infinity();  // AICc of y itself: comparable between scales
};

// Adds the candidate that lowers the criterion most until none does. A candidate that needs another one brings it
// along; one with a prior is in from the start. `y` is NaN wherever a step is not to teach. Infinite criterion: the
// scale does not go with the series.
EffectSelection select_effects(const CalendarInput& input, std::span<const double> y,
                               const std::vector<EffectCandidate>& candidates, EffectScale scale,
                               const Progress& progress);

}  // namespace performance_tracker
