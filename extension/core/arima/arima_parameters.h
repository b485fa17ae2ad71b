// SPDX-License-Identifier: PostgreSQL
//
// Parameters in which every model is stationary and invertible.
//
// Each factor (ar, ma, seasonal ar, seasonal ma, in this order) of order k has k free parameters x. Their sines are its
// partial autocorrelations (Barndorff-Nielsen & Schou 1973), which the Durbin-Levinson recursion turns into
// coefficients (Monahan 1984). The sine, and not the customary tanh, because a moving average with a root exactly on
// the unit circle is a legitimate optimum (Sargan & Bhargava 1983): it lies at x = +-pi/2, not at infinity.
#pragma once

#include <span>
#include <vector>

#include "core/arima/arima_order.h"
#include "core/base/linear_algebra.h"

namespace performance_tracker {

// Partial autocorrelations, each in [-1, 1], to the coefficients a of 1 - a_1 B - … - a_k B^k, and back.
// The way back returns false when the polynomial has a root on or inside the unit circle.
void partial_to_coefficients(std::span<const double> partial, std::span<double> coefficients);
bool coefficients_to_partial(std::span<const double> coefficients, std::span<double> partial);

class ArimaParametrisation {
 public:
  explicit ArimaParametrisation(const ArimaOrder& order);

  int size() const { return size_; }

  // x and coefficients have size() elements: ar, ma, seasonal ar, seasonal ma. In the way back, partial
  // autocorrelations are drawn to within `limit` of zero, and a polynomial outside the region becomes zeros.
  void coefficients(std::span<const double> x, std::span<double> coefficients) const;
  void parameters(std::span<const double> coefficients, std::span<double> x, double limit = 0.999) const;

  // Derivatives of the coefficients with respect to x: element (i, j) = d coefficient_i / d x_j; block diagonal.
  void jacobian(std::span<const double> x, Eigen::Ref<Matrix> jacobian) const;

 private:
  struct Factor {
    int start;
    int size;
    double sign;  // +1: autoregressive, -1: moving average, whose polynomial has plus signs
  };
  std::vector<Factor> factors_;
  int size_ = 0;
};

}  // namespace performance_tracker
