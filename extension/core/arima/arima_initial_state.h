// SPDX-License-Identifier: PostgreSQL
//
// The stationary covariance of the state of an ARMA process before its first observation, with its adjoint.
//
// The state is Harvey's (1989, section 3.3): a[i], i = 0..r-1, is what the past contributes to the equation at time
// i + 1, so that  phi(B) w_t = theta(B) e_t + a[t-1]·1(t <= r)  with nothing before t = 1. Its covariance, in units of
// the innovation variance, has displacement rank two (P[i][j] - P[i+1][j+1] is known from the first row), so it is
// filled in O(r^2) instead of by solving a Lyapunov equation.
#pragma once

#include <span>
#include <vector>

#include "core/base/linear_algebra.h"

namespace performance_tracker {

class InitialStateCovariance {
 public:
  // phi[k-1] multiplies w_{t-k}; theta[k-1] multiplies e_{t-k}; both of the expanded polynomials.
  // False when phi is not stationary (to machine precision); the matrix is then undefined.
  bool compute(std::span<const double> phi, std::span<const double> theta);

  // r x r with r = max(p, q), symmetric.
  const Matrix& covariance() const { return covariance_; }

  // Adds to phi_bar and theta_bar the derivatives of sum_ij covariance_bar[i][j] covariance[i][j] of the last
  // compute(); covariance_bar is symmetric, of the same size or a leading block of it.
  void adjoint(const Eigen::Ref<const Matrix>& covariance_bar, std::span<double> phi_bar, std::span<double> theta_bar);

 private:
  bool autocovariances_of_ar(std::span<const double> phi, std::size_t q);
  void autocovariances_of_arma(std::size_t p, std::size_t q);
  void responses(std::size_t p, std::size_t q);
  void fill_covariance(std::size_t p, std::size_t q, std::size_t r);

  void interior_adjoint(const Eigen::Ref<const Matrix>& covariance_bar, std::span<double> phi_bar,
                        std::span<double> theta_bar);
  void first_row_adjoint(std::span<double> phi_bar, std::span<double> theta_bar);
  void responses_adjoint(std::span<double> phi_bar, std::span<double> theta_bar);
  void autocovariances_of_arma_adjoint(std::size_t p, std::size_t q, std::span<double> theta_bar);
  void autocovariances_of_ar_adjoint(std::size_t q, std::span<double> phi_bar);

  double* step(std::size_t order) { return levinson_.data() + order * (order + 1) / 2; }

  std::vector<double> phi_, theta_;
  Matrix covariance_;
  // Intermediate values, kept for the adjoint: AR polynomials of each order by the Levinson step-down, autocovariances
  // of the AR part, of the MA part, of the ARMA process, and the psi weights.
  std::vector<double> levinson_, ar_gamma_, ma_gamma_, gamma_, psi_;
  std::vector<double> levinson_bar_, ar_gamma_bar_, ma_gamma_bar_, gamma_bar_, psi_bar_;
  Matrix cumulated_;
  Vector row_bar_, work_;
};

}  // namespace performance_tracker
