// SPDX-License-Identifier: PostgreSQL
//
// Minimisation of a function of a few variables without derivatives: the simplex of Nelder & Mead (1965), with the
// coefficients of Gao & Han (2012), which depend on the number of variables. The function may be infinite.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/base/progress.h"

namespace performance_tracker {

struct SimplexOptions {
  double step = 0.5;        // of the first simplex, along each axis
  double tolerance = 1e-5;  // stops when the values of all corners lie within it
  int max_evaluations = 300;
};

struct SimplexResult {
  std::vector<double> x;
  double value = 0;
  int evaluations = 0;
  bool converged = false;
};

// Polls `progress` at each round. x has at least one variable.
SimplexResult minimise_simplex(const std::function<double(std::span<const double>)>& function,
                               std::vector<double> start, const SimplexOptions& options, const Progress& progress);

}  // namespace performance_tracker
