// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_parameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace performance_tracker {
namespace {

using FactorArray = std::array<double, kMaxFactorOrder>;

}  // namespace

void partial_to_coefficients(std::span<const double> partial, std::span<double> coefficients) {
  FactorArray previous{};
  for (std::size_t k = 0; k < partial.size(); ++k) {
    for (std::size_t i = 0; i < k; ++i) coefficients[i] = previous[i] - partial[k] * previous[k - 1 - i];
    coefficients[k] = partial[k];
    std::copy_n(coefficients.begin(), k + 1, previous.begin());
  }
}

bool coefficients_to_partial(std::span<const double> coefficients, std::span<double> partial) {
  FactorArray current{};
  std::copy(coefficients.begin(), coefficients.end(), current.begin());
  for (std::size_t k = coefficients.size(); k >= 1; --k) {
    const double last = current[k - 1];
    partial[k - 1] = last;
    const double rest = (1.0 - last) * (1.0 + last);
    if (!(rest > 0.0)) return false;
    FactorArray lower{};
    for (std::size_t i = 0; i + 1 < k; ++i) lower[i] = (current[i] + last * current[k - 2 - i]) / rest;
    current = lower;
  }
  return true;
}

ArimaParametrisation::ArimaParametrisation(const ArimaOrder& order) {
  const auto add = [this](int size, double sign) {
    if (size > 0) factors_.push_back({size_, size, sign});
    size_ += size;
  };
  add(order.p, 1.0);
  add(order.q, -1.0);
  add(order.seasonal_p, 1.0);
  add(order.seasonal_q, -1.0);
}

void ArimaParametrisation::coefficients(std::span<const double> x, std::span<double> coefficients) const {
  for (const Factor& f : factors_) {
    const auto start = static_cast<std::size_t>(f.start);
    const auto size = static_cast<std::size_t>(f.size);
    FactorArray partial{};
    for (std::size_t i = 0; i < size; ++i) partial[i] = std::sin(x[start + i]);
    const std::span<double> out = coefficients.subspan(start, size);
    partial_to_coefficients(std::span(partial).first(size), out);
    if (f.sign < 0)
      for (double& c : out) c = -c;
  }
}

void ArimaParametrisation::parameters(std::span<const double> coefficients, std::span<double> x, double limit) const {
  for (const Factor& f : factors_) {
    const auto start = static_cast<std::size_t>(f.start);
    const auto size = static_cast<std::size_t>(f.size);
    FactorArray signed_coefficients{};
    FactorArray partial{};
    for (std::size_t i = 0; i < size; ++i) signed_coefficients[i] = f.sign * coefficients[start + i];
    const bool inside =
        coefficients_to_partial(std::span(signed_coefficients).first(size), std::span(partial).first(size));
    for (std::size_t i = 0; i < size; ++i)
      x[start + i] = inside ? std::asin(std::clamp(partial[i], -limit, limit)) : 0.0;
  }
}

void ArimaParametrisation::jacobian(std::span<const double> x, Eigen::Ref<Matrix> jacobian) const {
  jacobian.setZero();
  for (const Factor& f : factors_) {
    const auto start = static_cast<std::size_t>(f.start);
    const auto size = static_cast<std::size_t>(f.size);
    // Forward differentiation of the recursion in partial_to_coefficients, one direction at a time.
    for (std::size_t j = 0; j < size; ++j) {
      FactorArray a{}, da{};
      for (std::size_t k = 0; k < size; ++k) {
        const double partial = std::sin(x[start + k]);
        const double dpartial = k == j ? std::cos(x[start + k]) : 0.0;
        const FactorArray previous = a;
        const FactorArray dprevious = da;
        for (std::size_t i = 0; i < k; ++i) {
          a[i] = previous[i] - partial * previous[k - 1 - i];
          da[i] = dprevious[i] - dpartial * previous[k - 1 - i] - partial * dprevious[k - 1 - i];
        }
        a[k] = partial;
        da[k] = dpartial;
      }
      for (std::size_t i = 0; i < size; ++i)
        jacobian(static_cast<Eigen::Index>(start + i), static_cast<Eigen::Index>(start + j)) = f.sign * da[i];
    }
  }
}

}  // namespace performance_tracker
