// SPDX-License-Identifier: PostgreSQL
//
// The polynomials of a fitted model, multiplied out (Box & Jenkins 1970, section 9.1): its difference equation
//
//   x_t = e_t + sum level_k x_(t - k) + sum theta_j e_(t - j),
//   phi*(B) = (1 - ar)(1 - seasonal ar), theta*(B) = (1 + ma)(1 + seasonal ma), level = phi*(B) (1-B)^d (1-B^m)^D.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/arima/arima.h"

namespace performance_tracker {

struct LagTerm {
  std::size_t lag;  // 1 and above
  double coefficient;
};

struct ArimaPolynomials {
  std::vector<LagTerm> level;  // without the lags that do not count
  std::vector<double> phi;     // from lag 1 on, signs as in the equation
  std::vector<double> theta;
};

ArimaPolynomials multiply_out(const ArimaModel& model);

// The response of the level to an innovation, `steps` values from 1 on (Box & Jenkins 1970, section 5.1).
std::vector<double> psi_weights(const ArimaPolynomials& f, std::size_t steps);

// The coefficients from lag 1 on that are not zero.
std::vector<LagTerm> sparse(std::span<const double> coefficients);

}  // namespace performance_tracker
