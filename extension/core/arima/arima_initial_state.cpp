// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_initial_state.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace performance_tracker {
namespace {

using Index = Eigen::Index;

// 1 - k^2 of a partial autocorrelation k: below this the division has no digit left.
constexpr double kLeastRest = 1e-14;

std::size_t distance(std::size_t a, std::size_t b) { return a > b ? a - b : b - a; }

}  // namespace

bool InitialStateCovariance::compute(std::span<const double> phi, std::span<const double> theta) {
  const std::size_t p = phi.size();
  const std::size_t q = theta.size();
  const std::size_t r = std::max(p, q);
  // One zero more than the state is long: the recursions below read one place past it.
  phi_.assign(r + 1, 0.0);
  theta_.assign(r + 1, 0.0);
  std::copy(phi.begin(), phi.end(), phi_.begin());
  std::copy(theta.begin(), theta.end(), theta_.begin());
  if (!autocovariances_of_ar(phi, q)) return false;
  autocovariances_of_arma(p, q);
  responses(p, q);
  fill_covariance(p, q, r);
  return true;
}

// The autocovariances of 1/phi up to lag p + q. Step-down gives the predictors of every order below p, order j at
// step(j) + i, i = 0..j-1 (Monahan 1984, eq. 2); its partial autocorrelations give the variance, and the predictors
// the other lags. False when a partial autocorrelation reaches one.
bool InitialStateCovariance::autocovariances_of_ar(std::span<const double> phi, std::size_t q) {
  const std::size_t p = phi.size();
  levinson_.resize((p + 1) * (p + 2) / 2);
  std::copy(phi.begin(), phi.end(), step(p));
  double gamma0 = 1.0;
  for (std::size_t j = p; j >= 1; --j) {
    const double* high = step(j);
    const double k = high[j - 1];
    const double rest = (1.0 - k) * (1.0 + k);
    if (!(rest > kLeastRest)) return false;
    gamma0 /= rest;
    if (j == 1) break;
    double* low = step(j - 1);
    for (std::size_t i = 0; i + 1 < j; ++i) low[i] = (high[i] + k * high[j - 2 - i]) / rest;
  }
  if (!std::isfinite(gamma0)) return false;

  ar_gamma_.assign(p + q + 1, 0.0);
  ar_gamma_[0] = gamma0;
  for (std::size_t lag = 1; lag <= p + q; ++lag) {
    if (p == 0) break;
    const std::size_t j = std::min(lag, p);
    const double* a = step(j);
    double sum = 0.0;
    for (std::size_t i = 0; i < j; ++i) sum += a[i] * ar_gamma_[lag - 1 - i];
    ar_gamma_[lag] = sum;
  }
  return true;
}

// Those of the moving average, and both folded together: gamma(lag) = sum_s ma_gamma(s) (ar_gamma(lag + s) +
// ar_gamma(|lag - s|)), s = 0 counted once.
void InitialStateCovariance::autocovariances_of_arma(std::size_t p, std::size_t q) {
  ma_gamma_.assign(q + 1, 0.0);
  for (std::size_t s = 0; s <= q; ++s) {
    double sum = s == 0 ? 1.0 : theta_[s - 1];
    for (std::size_t a = 0; a + s < q; ++a) sum += theta_[a] * theta_[a + s];
    ma_gamma_[s] = sum;
  }

  gamma_.assign(p + 1, 0.0);
  for (std::size_t s = 0; s <= q && p > 0; ++s) {
    const double c = ma_gamma_[s];
    if (c == 0.0) continue;
    for (std::size_t lag = 1; lag <= p; ++lag)
      gamma_[lag] += c * (s == 0 ? ar_gamma_[lag] : ar_gamma_[lag + s] + ar_gamma_[distance(lag, s)]);
  }
}

// psi of theta/phi: the covariance of an observation with the innovations before it.
void InitialStateCovariance::responses(std::size_t p, std::size_t q) {
  psi_.assign(q + 1, 0.0);
  psi_[0] = 1.0;
  for (std::size_t k = 1; k <= q; ++k) {
    double sum = theta_[k - 1];
    for (std::size_t i = 1; i <= std::min(k, p); ++i) sum += phi_[i - 1] * psi_[k - i];
    psi_[k] = sum;
  }
}

// First row from the autocovariances, then each diagonal from its end: P[i][j] - P[i+1][j+1] is known from that row.
void InitialStateCovariance::fill_covariance(std::size_t p, std::size_t q, std::size_t r) {
  const auto size = static_cast<Index>(r);
  covariance_.resize(size, size);
  for (std::size_t j = 0; j < r; ++j) {
    double sum = 0.0;
    for (std::size_t k = j + 1; k <= p; ++k) sum += phi_[k - 1] * gamma_[k - j];
    for (std::size_t k = j + 1; k <= q; ++k) sum += theta_[k - 1] * psi_[k - j];
    covariance_(0, static_cast<Index>(j)) = covariance_(static_cast<Index>(j), 0) = sum;
  }
  const double p00 = r > 0 ? covariance_(0, 0) : 0.0;
  const auto row = [&](Index j) { return j < size ? covariance_(j, 0) : 0.0; };
  for (Index j = size - 1; j >= 1; --j) {
    const double phi_j = phi_[static_cast<std::size_t>(j)];
    const double noise_j = phi_j + theta_[static_cast<std::size_t>(j)];
    const double from_first = phi_j * p00 + row(j + 1);
    double* column = covariance_.data() + j * size;
    const double* next = j + 1 < size ? column + size + 1 : nullptr;
    for (Index i = size - 1; i >= j; --i) {
      const double phi_i = phi_[static_cast<std::size_t>(i)];
      column[i] = phi_i * from_first + phi_j * row(i + 1) + noise_j * (phi_i + theta_[static_cast<std::size_t>(i)]) +
                  (i + 1 < size && next ? next[i] : 0.0);
    }
    for (Index i = j + 1; i < size; ++i) covariance_(j, i) = column[i];
  }
}

void InitialStateCovariance::adjoint(const Eigen::Ref<const Matrix>& covariance_bar, std::span<double> phi_bar,
                                     std::span<double> theta_bar) {
  const std::size_t p = phi_bar.size();
  const std::size_t q = theta_bar.size();
  if (covariance_.rows() == 0) return;
  // The steps of compute(), last one first; each turns the derivatives of what it made into those of what it read.
  interior_adjoint(covariance_bar, phi_bar, theta_bar);
  first_row_adjoint(phi_bar, theta_bar);
  responses_adjoint(phi_bar, theta_bar);
  if (p == 0) return;
  autocovariances_of_arma_adjoint(p, q, theta_bar);
  autocovariances_of_ar_adjoint(q, phi_bar);
}

// Leaves row_bar_, the derivatives of the first row.
void InitialStateCovariance::interior_adjoint(const Eigen::Ref<const Matrix>& covariance_bar, std::span<double> phi_bar,
                                              std::span<double> theta_bar) {
  const std::size_t p = phi_bar.size();
  const std::size_t q = theta_bar.size();
  const Index size = covariance_.rows();
  const Index block = covariance_bar.rows();

  // Interior entries: cumulate along the diagonals, then everything is a matrix-vector product.
  row_bar_.setZero(size + 1);
  for (Index j = 0; j < block; ++j) row_bar_[j] = (j == 0 ? 1.0 : 2.0) * covariance_bar(j, 0);
  if (size == 1) return;
  const Index inner = size - 1;
  cumulated_.setZero(inner, inner);
  if (block > 1)
    cumulated_.topLeftCorner(block - 1, block - 1) = covariance_bar.bottomRightCorner(block - 1, block - 1);
  for (Index j = 1; j < inner; ++j) cumulated_.col(j).tail(inner - 1) += cumulated_.col(j - 1).head(inner - 1);
  const Eigen::Map<const Vector> phi_tail(phi_.data() + 1, inner);
  const Eigen::Map<const Vector> theta_tail(theta_.data() + 1, inner);
  // phi_i (phi_j P00 / 2 + row_{j+1}) counted for both orders of (i, j).
  work_.resize(inner);
  for (Index j = 0; j < inner; ++j) work_[j] = j + 2 < size ? covariance_(j + 2, 0) : 0.0;
  work_ += covariance_(0, 0) * phi_tail;
  Vector product = 2.0 * (cumulated_ * work_);
  const Vector noise = 2.0 * (cumulated_ * (phi_tail + theta_tail));
  for (Index i = 0; i < inner; ++i) {
    const auto k = static_cast<std::size_t>(i + 1);
    if (k < p) phi_bar[k] += product[i] + noise[i];
    if (k < q) theta_bar[k] += noise[i];
  }
  product.noalias() = cumulated_ * phi_tail;
  row_bar_[0] += product.dot(phi_tail);
  for (Index j = 0; j + 2 < size; ++j) row_bar_[j + 2] += 2.0 * product[j];
}

void InitialStateCovariance::first_row_adjoint(std::span<double> phi_bar, std::span<double> theta_bar) {
  const std::size_t p = phi_bar.size();
  const std::size_t q = theta_bar.size();
  gamma_bar_.assign(p + 1, 0.0);
  psi_bar_.assign(q + 1, 0.0);
  for (std::size_t j = 0; j < static_cast<std::size_t>(covariance_.rows()); ++j) {
    const double bar = row_bar_[static_cast<Index>(j)];
    for (std::size_t k = j + 1; k <= p; ++k) {
      phi_bar[k - 1] += bar * gamma_[k - j];
      gamma_bar_[k - j] += bar * phi_[k - 1];
    }
    for (std::size_t k = j + 1; k <= q; ++k) {
      theta_bar[k - 1] += bar * psi_[k - j];
      psi_bar_[k - j] += bar * theta_[k - 1];
    }
  }
}

void InitialStateCovariance::responses_adjoint(std::span<double> phi_bar, std::span<double> theta_bar) {
  const std::size_t p = phi_bar.size();
  const std::size_t q = theta_bar.size();
  for (std::size_t k = q; k >= 1; --k) {
    theta_bar[k - 1] += psi_bar_[k];
    for (std::size_t i = 1; i <= std::min(k, p); ++i) {
      phi_bar[i - 1] += psi_bar_[k] * psi_[k - i];
      psi_bar_[k - i] += psi_bar_[k] * phi_[i - 1];
    }
  }
}

void InitialStateCovariance::autocovariances_of_arma_adjoint(std::size_t p, std::size_t q,
                                                             std::span<double> theta_bar) {
  ar_gamma_bar_.assign(p + q + 1, 0.0);
  ma_gamma_bar_.assign(q + 1, 0.0);
  for (std::size_t s = 0; s <= q; ++s) {
    const double c = ma_gamma_[s];
    double bar = 0.0;
    for (std::size_t lag = 1; lag <= p; ++lag) {
      const double g = gamma_bar_[lag];
      if (s == 0) {
        bar += g * ar_gamma_[lag];
        ar_gamma_bar_[lag] += g * c;
      } else {
        bar += g * (ar_gamma_[lag + s] + ar_gamma_[distance(lag, s)]);
        ar_gamma_bar_[lag + s] += g * c;
        ar_gamma_bar_[distance(lag, s)] += g * c;
      }
    }
    ma_gamma_bar_[s] = bar;
  }
  for (std::size_t s = 1; s <= q; ++s) {
    const double bar = ma_gamma_bar_[s];
    theta_bar[s - 1] += bar;
    for (std::size_t a = 0; a + s < q; ++a) {
      theta_bar[a] += bar * theta_[a + s];
      theta_bar[a + s] += bar * theta_[a];
    }
  }
  for (std::size_t a = 0; a < q; ++a) theta_bar[a] += 2.0 * ma_gamma_bar_[0] * theta_[a];
}

void InitialStateCovariance::autocovariances_of_ar_adjoint(std::size_t q, std::span<double> phi_bar) {
  const std::size_t p = phi_bar.size();
  levinson_bar_.assign(levinson_.size(), 0.0);
  const auto step_bar = [&](std::size_t order) { return levinson_bar_.data() + order * (order + 1) / 2; };
  for (std::size_t lag = p + q; lag >= 1; --lag) {
    const std::size_t j = std::min(lag, p);
    const double* a = step(j);
    double* a_bar = step_bar(j);
    const double bar = ar_gamma_bar_[lag];
    for (std::size_t i = 0; i < j; ++i) {
      a_bar[i] += bar * ar_gamma_[lag - 1 - i];
      ar_gamma_bar_[lag - 1 - i] += bar * a[i];
    }
  }
  // The variance is the product of 1 / (1 - k^2) over the partial autocorrelations k, and each step-down divides by
  // one.
  const double gamma0_bar = ar_gamma_bar_[0] * ar_gamma_[0];
  for (std::size_t j = 1; j <= p; ++j) {
    const double* high = step(j);
    double* high_bar = step_bar(j);
    const double k = high[j - 1];
    const double rest = (1.0 - k) * (1.0 + k);
    double k_bar = 2.0 * gamma0_bar * k / rest;
    if (j > 1) {
      const double* low = step(j - 1);
      const double* low_bar = step_bar(j - 1);
      for (std::size_t i = 0; i + 1 < j; ++i) {
        const double bar = low_bar[i] / rest;
        high_bar[i] += bar;
        high_bar[j - 2 - i] += bar * k;
        k_bar += bar * high[j - 2 - i] + 2.0 * bar * low[i] * k;
      }
    }
    high_bar[j - 1] += k_bar;
  }
  const double* full = step_bar(p);
  for (std::size_t i = 0; i < p; ++i) phi_bar[i] += full[i];
}

}  // namespace performance_tracker
