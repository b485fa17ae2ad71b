// SPDX-License-Identifier: PostgreSQL
//
// The exact Gaussian likelihood of a regression with SARMA errors, with its analytic gradient.
//
// Written as phi*(B) w_t = theta*(B) e_t + a[t]·1(t <= r) with nothing before the first observation, where a ~ N(0, s2
// P) is the state's stationary start (arima_initial_state.h), the innovations are e = e0 - X a: e0 = theta*^-1 phi* w
// and X the first r columns of the Toeplitz matrix of theta*^-1. Then (Ljung & Box 1979; Ansley 1979)
//
//   S       = e0'e0 - b'W b,  b = X'e0,  W = (P^-1 + X'X)^-1
//   log L   = -n/2 (log(2 pi S / n) + 1) - 1/2 log|I + P X'X|
//
// which costs O(n nnz + r^2) for the filters and displacement recursions (nnz: coefficients of the factors, not of the
// expanded polynomials) and O(r^3) for one Cholesky factor. The variance and all regression coefficients are
// concentrated out. The gradient is the adjoint of the same computation, at about twice its cost whatever the number of
// parameters.
//
// A few missing observations are columns of their own: the series holds any value there, an indicator column takes it
// out again, and half the log-determinant of those columns' information corrects the likelihood, which is then exactly
// that of the observed values (Gómez, Maravall & Peña 1999). Many are cheaper in a Kalman filter (arima_kalman.h),
// which gives the same likelihood; ArimaData says which.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/arima/arima_filter.h"
#include "core/arima/arima_initial_state.h"
#include "core/arima/arima_kalman.h"
#include "core/arima/arima_order.h"
#include "core/base/linear_algebra.h"
#include "core/base/progress.h"

namespace performance_tracker {

// The columns of the regression, each of n differenced values: first one for each missing observation, then the
// regressors, last the series itself. Scales near one are the caller's business.
struct ArimaData {
  std::size_t n = 0;
  std::size_t missing = 0;
  std::size_t regressors = 0;
  std::vector<double> columns;  // column-major, n x (missing + regressors + 1); empty for the Kalman filter
  // For the Kalman filter: `missing` counts the gaps among the first values, which differencing uses up, `skipped` the
  // others.
  ArimaLevels levels = {};
  std::size_t skipped = 0;

  bool filtered() const { return levels.length > 0; }
  std::size_t column_count() const { return missing + regressors + 1; }
  // That the likelihood counts.
  std::size_t observations() const { return n > missing + skipped ? n - missing - skipped : 0; }
  std::span<const double> column(std::size_t k) const { return std::span(columns).subspan(k * n, n); }
};

class ArimaLikelihood {
 public:
  // Polls `progress` at least every 20 ms in an evaluation; both must outlive this object.
  ArimaLikelihood(const ArimaData& data, const Progress& progress) : data_(data), progress_(progress) {}

  // -log L up to a constant, for the data's own scale; infinity where the parameters are not stationary or the residual
  // sum of squares vanishes. `coefficients`: ar, ma, seasonal ar, seasonal ma; `gradient` has the same size.
  double evaluate(const ArimaOrder& order, std::span<const double> coefficients);
  double evaluate(const ArimaOrder& order, std::span<const double> coefficients, std::span<double> gradient);

  // Whether the last evaluation found stationary parameters: an infinite value then means that the regression leaves no
  // residual, and all but the gradient and the sums of squares is valid.
  bool solved() const { return solved_; }

  // What follows describes the last evaluation, if it was finite.
  double log_likelihood() const;
  double sum_of_squares() const { return sum_of_squares_; }
  double effective_observations() const { return effective_; }  // n without the missing ones
  std::span<const double> regression() const;                   // one for each regressor; 0 if collinear
  Matrix regression_precision() const;                          // of the regressors, in units of 1 / variance

  // The expected second derivatives of the objective in the coefficients, from the innovations' derivatives
  // (needs an evaluation with gradient).
  void information(Eigen::Ref<Matrix> result);

  // E[e_t | data], E[a | data] and its covariance over the variance (need an evaluation with gradient). Of the Kalman
  // filter: the innovations alone, E[e_t | data up to t] over the root of their variance, 0 where missing.
  std::span<const double> innovations() const { return innovations_; }
  const Vector& initial_state() const { return state_; }
  const Matrix& initial_state_covariance() const { return w_; }
  std::span<const double> residual_series() const {
    return combined_;
  }  // without regression effects; not of the filter

  // Of the Kalman filter: the filter itself, the combination of the columns that is the series without regression and
  // missing effects, and a matrix H with H H' the covariance of the missing first values over the variance.
  ArimaKalmanFilter& kalman() { return kalman_; }
  const Vector& weights() const { return weights_; }
  Matrix missing_half_covariance() const;

  long evaluations() const { return evaluations_; }

 private:
  void set_order(const ArimaOrder& order, std::span<const double> coefficients);
  void filter();
  bool prepare_state();
  bool regression_solve();
  void add_expanded(std::span<double> gradient);
  void data_gradient(const Eigen::Ref<const Vector>& combination, double weight, std::span<double> gradient);
  bool response_is_short() const;
  void combine(const std::vector<double>& columns, const Eigen::Ref<const Vector>& combination,
               std::vector<double>& result) const;
  void state_of(const Eigen::Ref<const Vector>& combination, double weight);
  void innovations_by_response(const Eigen::Ref<const Vector>& combination);
  void innovations_by_recursion();
  std::span<const double> innovations_of(const Eigen::Ref<const Vector>& combination);
  void gram_adjoint();
  void response_gradient(std::span<double> gradient);
  void determinant_gradient(std::span<double> gradient);

  const ArimaData& data_;
  const Progress& progress_;
  ArimaOrder order_;
  std::size_t r_ = 0;  // states that reach into the data
  double objective_ = 0.0, sum_of_squares_ = 0.0, effective_ = 0.0, log_determinant_ = 0.0;
  long evaluations_ = 0;
  bool solved_ = false;

  std::vector<double> factor_coefficients_;  // the lag factors in the sign convention of LagFactor
  LagFactor ar_, ma_, seasonal_ar_, seasonal_ma_;
  std::vector<double> phi_, theta_, phi_bar_, theta_bar_;
  InitialStateCovariance start_;
  ArimaKalmanFilter kalman_;

  std::vector<double> e0_, l0_, scratch_, scratch2_;  // n x columns, n x columns, n, n
  std::vector<double> response_, backward_;
  std::size_t response_length_ = 0;
  std::vector<double> combined_, u1_, innovations_, lambda_;
  Matrix b_, chol_p_, gl_, chol_a_, y_, yb_, gram_, g_, w_, v_, z_;
  Matrix g_bar_, p_bar_, r_upper_;
  Vector weights_, combined_b_, state_, c_, regression_out_;
};

}  // namespace performance_tracker
