// SPDX-License-Identifier: PostgreSQL
//
// Minimisation of a smooth function of a few parameters by BFGS (Nocedal & Wright 2006, chapter 6) with a line search
// that meets the Wolfe conditions by cubic interpolation. The function may be infinite: steps then shrink.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "core/base/linear_algebra.h"
#include "core/base/progress.h"

namespace performance_tracker {

class Objective {
 public:
  virtual ~Objective() = default;
  // The value at x, +infinity where undefined; `gradient` has the size of x.
  virtual double evaluate(std::span<const double> x, std::span<double> gradient) = 0;
  // The inverse of an approximate Hessian at the x just evaluated, to start with; false if none is known.
  virtual bool first_metric(std::span<const double> /*x*/, Matrix& /*inverse_hessian*/) { return false; }
  // Whether the x just evaluated is of no use, however low the value there.
  virtual bool rejected() const { return false; }
};

struct OptimizerOptions {
  int max_iterations = 200;
  double tolerance = 1e-9;    // stops when the predicted decrease g'Hg/2 falls below, or two steps gained less
  double longest_step = 1.0;  // in the norm of x
  // Gives up when even `optimism` times the predicted decrease could not bring the value below this.
  double hopeless_above = std::numeric_limits<double>::infinity();
  double optimism = 4.0;
  int patience = 1;        // iterations before that is believed
  int rejected_limit = 6;  // gives up after so many iterations in a row that end where the objective is of no use
};

struct OptimizerResult {
  std::vector<double> x;
  double value = std::numeric_limits<double>::infinity();
  int iterations = 0;
  int evaluations = 0;
  bool converged = false;
  bool hopeless = false;
  bool rejected = false;
};

// Polls `progress` at each iteration. A start where the function is infinite is returned as it is.
OptimizerResult minimise(Objective& objective, std::span<const double> start, const OptimizerOptions& options,
                         const Progress& progress);

}  // namespace performance_tracker
