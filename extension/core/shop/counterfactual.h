// SPDX-License-Identifier: PostgreSQL
//
// What a daily series would have been on given days, with the variance of the SUM over those days: generalised
// least squares with weekday effects, an optional trend, optional regressors (sales of other products) and AR(1)
// errors, estimated on the days before. A structural model in the sense of Brodersen et al. (2015) without their
// sampler: everything is Gaussian, so the sum's distribution is known in closed form.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"

namespace performance_tracker {

struct CounterfactualProblem {
  std::vector<double> values;           // the series; NaN marks days that must not be learned from
  std::vector<std::size_t> prediction;  // indices to predict, ascending, all after the learning period
  std::size_t learning_from = 0;        // learn from [learning_from, learning_to)
  std::size_t learning_to = 0;
  std::vector<std::vector<double>> regressors;  // candidates, of the length of `values`, finite on used days
  double event_worth = 0;  // value of one random event (a purchase): the noise is never below Poisson's; 0: unknown
};

struct Counterfactual {
  int learning_days = 0;      // used, outliers excluded
  int outliers = 0;           // days left out as anomalous
  double sum = 0;             // expected over the predicted days, >= 0
  double standard_error = 0;  // of the sum of the actual values around it, > 0
  double degrees_of_freedom = 1;
  double autocorrelation = 0;  // of the errors, day to day
  bool trend = false;
  std::vector<bool> regressor_chosen;  // by AICc
};

// Needs at least 14 learning days with a value; throws InvalidData otherwise.
Counterfactual predict_counterfactual(const CounterfactualProblem& problem, const Progress& progress);

}  // namespace performance_tracker
