// SPDX-License-Identifier: PostgreSQL
//
// The Kalman filter of a seasonal ARIMA process with missing observations, with the adjoint of its likelihood.
//
// The state (Harvey 1989, section 3.3; Gardner, Harvey & Phillips 1980) holds r = max(p*, q* + 1) elements of the
// differenced process w, and of the levels y_{t-1} … y_{t-L} that differencing reaches back to only those that are
// missing: an observed level has no variance. An observation costs O((r + gaps in reach)^2), whatever the number of
// gaps. The first L levels are conditioned on; those of them that are missing are columns of the regression, each with
// an indicator, as diffuse unknowns are (de Jong 1991). The likelihood is then exactly that of arima_likelihood.h,
// where each gap is such a column: the two differ in cost alone.
//
// The adjoint runs the recursions backwards (Giles 2008 for the matrix rules) and needs of the forward pass only the
// gains: it costs about twice the filter, whatever the number of coefficients.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "core/arima/arima_initial_state.h"
#include "core/arima/covariance_window.h"
#include "core/base/linear_algebra.h"
#include "core/base/progress.h"

namespace performance_tracker {

// The columns of the regression before differencing.
struct ArimaLevels {
  std::size_t length = 0;           // N
  std::size_t lost = 0;             // L, what differencing costs
  std::vector<double> differences;  // c_1 … c_L: y_t = w_t + c_1 y_{t-1} + … + c_L y_{t-L}
  std::vector<char> observed;       // N; before L it does not count
  std::vector<double> columns;      // column-major, N x columns: missing among the first L, regressors, the series
};

class ArimaKalmanFilter {
 public:
  // phi and theta: of the expanded polynomials, w_t = sum phi_k w_{t-k} + e_t + sum theta_k e_{t-k}. Filters all
  // columns of `levels`; false when phi is not stationary. `levels` must outlive the use of what follows.
  bool run(const ArimaLevels& levels, std::span<const double> phi, std::span<const double> theta,
           const Progress& progress);

  // (N - L) x columns: innovations over the root of their variance; zero where the series is missing.
  const Matrix& innovations() const { return innovations_; }
  double log_determinant() const { return log_determinant_; }  // of the innovations' variances, over that of e

  // Of one combination x of the columns: its predictions, and the derivative of weight * (sum of squared innovations),
  // kept for gradient().
  void add_sum_of_squares(const Eigen::Ref<const Vector>& combination, double weight);

  // Adds to phi_bar and theta_bar the derivatives of all that was added since run(), and of half the log-determinant.
  void gradient(std::span<double> phi_bar, std::span<double> theta_bar);

  // Of the last combination: x_t as predicted from what was observed before t, for t = L … N-1, and its innovations
  // over the root of their variance (0 where missing).
  std::span<const double> predictions() const { return predicted_; }
  std::span<const double> combined_innovations() const { return combined_; }
  // Variance of those predictions, in units of that of e. After the last observation they are forecasts.
  std::span<const double> prediction_variances() const { return variance_; }
  // The predictions of each column after the last observation are those of its combination; here of one of them alone.
  void predict(const Eigen::Ref<const Vector>& combination);

 private:
  using Index = Eigen::Index;
  struct Window {
    std::size_t first, last;  // of the gaps that the differences at this time reach, in order of time
  };

  bool start();
  void add_noise_covariance();
  double predict_variance(std::size_t t, const Window& now, double* m);
  void filter_covariance();
  void update(const Window& now, const double* m, double f);
  void open_gap(const Window& now, const double* m, double f);
  void transition(std::size_t i);
  void mean_pass(std::span<const double> x);
  void noise_adjoint(std::span<double> noise_sum);
  void transition_adjoint(std::size_t i, std::vector<double>& row);
  double update_adjoint(std::size_t i, std::vector<double>& m_bar, std::vector<double>& product_m);
  double new_gap_adjoint(std::size_t i, std::vector<double>& m_bar);
  void prediction_adjoint(std::size_t i, double f_bar, std::vector<double>& m_bar);
  void find_windows();
  double* gain(std::size_t i) { return gains_.data() + offset_[i]; }
  const double* gain(std::size_t i) const { return gains_.data() + offset_[i]; }
  double reach(std::size_t t, std::size_t gap) const { return levels_->differences[t - gaps_[gap] - 1]; }

  const ArimaLevels* levels_ = nullptr;
  const Progress* progress_ = nullptr;
  std::vector<double> phi_, theta_;
  std::size_t r_ = 0, n_ = 0, steps_between_polls_ = 1;
  InitialStateCovariance start_;

  std::vector<std::size_t> gaps_;    // times L … N-1 that are missing
  std::vector<Window> windows_;      // n + 1
  std::vector<std::size_t> offset_;  // n + 1: where gain(i) begins
  std::vector<std::size_t> phi_at_;  // indices of phi that are not zero, and of (1, theta)
  std::vector<std::size_t> noise_at_;
  std::vector<std::pair<std::size_t, double>> difference_terms_;
  std::vector<double> noise_;     // r: 1, theta
  std::vector<double> gains_;     // M_t = P z, r + gaps in reach
  std::vector<double> heads_;     // T P+ e_0, the same places
  std::vector<double> variance_;  // F_t
  double log_determinant_ = 0.0;
  CovarianceWindow window_;
  Matrix innovations_;

  std::vector<double> level_, state_, predicted_, combined_, head_, innovation_;
  std::vector<double> gains_bar_, variance_bar_, phi_bar_, state_bar_, level_bar_;
};

}  // namespace performance_tracker
