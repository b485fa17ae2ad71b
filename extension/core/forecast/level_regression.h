// SPDX-License-Identifier: PostgreSQL
//
// Regression of a series on columns while its level wanders:
//
//   y_t = level_t + x_t' beta + e_t,   e_t ~ N(0, variance);   level_{t+1} = level_t + u_t,   u_t ~ N(0, ratio
//   variance)
//
// which is ARIMA(0,1,1) with regressors (Harvey 1989, section 4.1). For a given ratio the Kalman filter of the level
// turns y and each column into independent innovations, missing values included, and generalised least squares is
// ordinary least squares on those (Harvey & Phillips 1979). The products of all columns are computed once for each
// ratio of a grid; after that a regression on any subset costs O(k^3), so that many can be compared:
//
//   LevelRegression all(y, columns, progress);
//   LevelFit fit = all.fit({0, 1, 5});
//   fit.criterion                            // AICc of the likelihood, comparable over subsets of the same columns
//
// A column may have a prior N(mean, sd^2) instead of a free coefficient; many with a common unknown sd are a random
// effect, whose sd the marginal likelihood chooses (empirical Bayes; Robinson 1991).
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "core/base/linear_algebra.h"
#include "core/base/progress.h"

namespace performance_tracker {

// How the coefficient of a column is held.
struct ColumnPrior {
  double mean = 0.0;
  double variance = std::numeric_limits<double>::infinity();  // infinite: free
};

struct LevelFit {
  double criterion = std::numeric_limits<double>::infinity();  // AICc; infinite where it cannot be estimated
  double variance = 0.0;                                       // of e
  double ratio = 0.0;                                          // of the grid
  std::size_t place = 0;                                       // of the ratio in the grid
  std::vector<double> coefficients;                            // of the columns asked for, in their order
  Matrix covariance;                                           // of the coefficients; empty in a search
};

class LevelRegression {
 public:
  // y may hold NaN; each column has y's length and nothing missing. Polls for each ratio.
  LevelRegression(std::span<const double> y, const std::vector<std::vector<double>>& columns, const Progress& progress);

  std::size_t observations() const { return rows_; }  // that enter the likelihood: those observed, less one

  // The best ratio of the grid. A set of columns that is collinear gives an infinite criterion. `parameters`: estimated
  // beside the coefficients, to be paid for in the criterion.
  LevelFit fit(std::span<const std::size_t> columns, std::span<const ColumnPrior> priors = {},
               double parameters = 0.0) const;

  // As fit(), without the covariance, which costs four times the rest: for searches, of whose many fits one is kept.
  LevelFit search(std::span<const std::size_t> columns, std::span<const ColumnPrior> priors = {},
                  double parameters = 0.0) const;

  // As fit() at one ratio, by its place in the grid.
  LevelFit fit_at(std::size_t ratio, std::span<const std::size_t> columns, std::span<const ColumnPrior> priors = {},
                  double parameters = 0.0) const;

 private:
  LevelFit estimate(std::size_t ratio, std::span<const std::size_t> columns, std::span<const ColumnPrior> priors,
                    double parameters, bool with_covariance) const;
  struct Moments {  // of the innovations over the square roots of their variances, at one ratio
    double ratio = 0.0;
    double log_determinant = 0.0;
    Matrix products;  // of columns, then y
  };
  std::size_t columns_;
  std::size_t rows_ = 0;
  std::vector<Moments> moments_;
};

}  // namespace performance_tracker
