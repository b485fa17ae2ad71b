// SPDX-License-Identifier: PostgreSQL
//
// What a daily series would have been on given days, learned from days before them, with the joint distribution of the
// daily values, so that a sum over some of the days has an interval of its own.
//
// A structural regression in the sense of Brodersen, Gallusser, Koehler, Remy & Scott (2015, "Inferring causal impact
// using Bayesian structural time-series models"), without their sampler:
//
//   E y(t) = exp(level + weekday(t) + trend·t + sum of w(k)·x(k,t))
//   var y(t) = mu(t)·event_worth + dispersion·mu(t)²,  standardised errors AR(1)
//
// The logarithm makes a season multiply what the product usually sells, and is that of the mean, so days without a sale
// are data like any other. The variance is a purchase's Poisson part (of known size) and a part in proportion
// (McCullagh & Nelder 1989, ch. 9: only mean and variance are assumed); estimation by iteratively reweighted
// generalised least squares with AR(1) working correlation (Liang & Zeger 1986). Each weight has a Gaussian prior (the
// shrinkage of Brodersen et al.'s spike and slab, in closed form), so that a short past leads to the prior and not to
// chance.
#pragma once

#include <cstddef>
#include <vector>

#include "core/base/linear_algebra.h"
#include "core/base/progress.h"

namespace performance_tracker {

// A weight's values on the log scale, one a day of the series; NaN: the day cannot be used.
struct Regressor {
  std::vector<double> values;
  double prior_mean = 0;
  double prior_deviation = 1;  // > 0
};

struct CounterfactualProblem {
  std::vector<double> values;           // the series, >= 0; NaN marks days that must not be learned from
  std::vector<std::size_t> prediction;  // indices to predict, ascending, all after the learning period
  std::size_t learning_from = 0;        // learn from [learning_from, learning_to)
  std::size_t learning_to = 0;
  std::vector<Regressor> regressors;
  double event_worth = 0;  // value of one random event (a purchase): the noise is never below Poisson's; 0: unknown
};

struct Estimate {
  double value = 0;
  double standard_error = 0;
};

class Counterfactual {
 public:
  int learning_days = 0;  // used, outliers excluded
  int outliers = 0;       // days left out as anomalous
  double degrees_of_freedom = 1;
  double autocorrelation = 0;     // of the errors, day to day
  std::vector<Estimate> weights;  // of the regressors

  // Expected value of each predicted day.
  const std::vector<double>& expected() const { return expected_; }
  // What weekday, trend and regressors alone say of each day of the series that was learned from, left out as an
  // outlier or predicted; NaN elsewhere.
  std::vector<double> fitted;
  // Sums over the predicted days [from, from + 1), [from, from + 2), …, [from, to): values expected, standard error of
  // the sum of the actual values around them (> 0). Indices into `prediction`.
  std::vector<Estimate> cumulative(std::size_t from, std::size_t to) const;
  Estimate sum(std::size_t from, std::size_t to) const;
  // Of one day alone.
  Estimate day(std::size_t index) const { return sum(index, index + 1); }
  // All standard errors times this, for what other series have shown about the model.
  void widen(double factor) { widened_ *= factor; }

 private:
  friend class CounterfactualModel;
  std::vector<std::size_t> days_;  // predicted
  std::size_t last_learned_ = 0;
  std::vector<double> expected_;
  std::vector<double> deviation_;  // relative, of a day
  Matrix rows_;                    // predicted days' design less what the last error carries over
  Matrix covariance_;              // of the coefficients
  double floor_ = 0.01;            // money below which no error is believed
  double widened_ = 1;
};

inline constexpr int kMinimumLearningDays = 14;

// Needs at least kMinimumLearningDays with a value; throws InvalidData otherwise.
Counterfactual predict_counterfactual(const CounterfactualProblem& problem, const Progress& progress);

}  // namespace performance_tracker
