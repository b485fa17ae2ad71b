// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_polynomials.h"

#include "core/arima/arima_problem.h"

namespace performance_tracker {
namespace {

// Coefficients from lag 1 on of (1 + sign a)(1 + sign b(B^m)), times sign.
std::vector<double> product(std::span<const double> a, std::span<const double> b, std::size_t m, double sign) {
  std::vector<double> out(a.size() + b.size() * m, 0.0);
  for (std::size_t i = 0; i < a.size(); ++i) out[i] += a[i];
  for (std::size_t j = 0; j < b.size(); ++j) {
    out[(j + 1) * m - 1] += b[j];
    for (std::size_t i = 0; i < a.size(); ++i) out[(j + 1) * m + i] += sign * a[i] * b[j];
  }
  return out;
}

}  // namespace

std::vector<LagTerm> sparse(std::span<const double> coefficients) {
  std::vector<LagTerm> terms;
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    if (coefficients[i] != 0.0) terms.push_back({i + 1, coefficients[i]});
  return terms;
}

ArimaPolynomials multiply_out(const ArimaModel& model) {
  const auto [ar, ma, seasonal_ar, seasonal_ma] = model.factors();
  const auto m = static_cast<std::size_t>(model.order.season_length);
  ArimaPolynomials out;
  out.phi = product(ar, seasonal_ar, m, -1.0);
  out.theta = product(ma, seasonal_ma, m, 1.0);
  out.level = sparse(product(out.phi, difference_coefficients(model.order), 1, -1.0));
  return out;
}

std::vector<double> psi_weights(const ArimaPolynomials& f, std::size_t steps) {
  std::vector<double> psi(steps);
  for (std::size_t h = 0; h < steps; ++h) {
    double value = h == 0 ? 1.0 : (h <= f.theta.size() ? f.theta[h - 1] : 0.0);
    for (const LagTerm& term : f.level)
      if (term.lag <= h) value += term.coefficient * psi[h - term.lag];
    psi[h] = value;
  }
  return psi;
}

}  // namespace performance_tracker
