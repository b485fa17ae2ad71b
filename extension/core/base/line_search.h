// SPDX-License-Identifier: PostgreSQL
//
// A step along a descent direction that meets the weak Wolfe conditions (Nocedal & Wright 2006, section 3.1): enough
// decrease (3.6a) and a slope that has flattened (3.6b). Trials are bracketed, and chosen by cubic interpolation
// (their equation 3.59). The function may be infinite beyond some step: the bracket then closes from that side.
#pragma once

#include "core/base/linear_algebra.h"
#include "core/base/optimizer.h"

namespace performance_tracker {

// A point with what the objective says of it.
struct Evaluated {
  Vector x;
  Vector gradient;
  double value = 0.0;
};

struct LineSearchResult {
  bool moved = false;  // false: no step of this direction decreases the value by more than rounding
  int evaluations = 0;
};

// From `from` along `direction`, whose `slope` (direction'gradient) is negative. The accepted point is left in `to`,
// and is the last one that the objective has evaluated. `longest_step` bounds how far a step is extended, not the first
// trial, which the caller has cut.
LineSearchResult line_search(Objective& objective, const Evaluated& from, const Vector& direction, double slope,
                             double farthest, Evaluated& to);

}  // namespace performance_tracker
