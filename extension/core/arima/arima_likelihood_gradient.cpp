// SPDX-License-Identifier: PostgreSQL
// The adjoint of the likelihood's computation (arima_likelihood.cpp), and the expected information.
#include <algorithm>
#include <cmath>

#include "core/arima/arima_likelihood.h"
#include "core/arima/arima_likelihood_detail.h"

namespace performance_tracker {
namespace {

using namespace likelihood_detail;

// Chain rule of expand(): the derivatives with respect to both factors' coefficients, added with a sign.
void expand_adjoint(const LagFactor& f, const LagFactor& g, std::span<const double> bar, double sign,
                    std::span<double> f_bar, std::span<double> g_bar) {
  for (std::size_t i = 0; i <= f.coefficients.size(); ++i) {
    for (std::size_t j = 0; j <= g.coefficients.size(); ++j) {
      if (i + j == 0) continue;
      const double value = sign * bar[i * f.step + j * g.step - 1];
      if (i > 0) f_bar[i - 1] += value * (j == 0 ? 1.0 : g.coefficients[j - 1]);
      if (j > 0) g_bar[j - 1] += value * (i == 0 ? 1.0 : f.coefficients[i - 1]);
    }
  }
}

// sum_t a[t] b[t + lag]
double lead_product(std::span<const double> a, std::span<const double> b, std::size_t lag) {
  return lagged_product(b, a, lag);
}

}  // namespace

double ArimaLikelihood::evaluate(const ArimaOrder& order, std::span<const double> coefficients,
                                 std::span<double> gradient) {
  const double value = evaluate(order, coefficients);
  if (!solved_) return value;
  // Without a residual there is nothing to differentiate, but there is a forecast.
  const bool varies = std::isfinite(value);
  const auto k = static_cast<Index>(data_.column_count());
  const auto r = static_cast<Index>(r_);
  const auto missing = static_cast<Index>(data_.missing);
  std::fill(gradient.begin(), gradient.end(), 0.0);
  if (r > 0 && !data_.filtered()) {
    product(w_, y_.transpose(), y_, progress_);
    // d log|I + P G| = tr(V dP) + tr(W dG) with V = (G^-1 + P)^-1 = G - G W G.
    z_ = gl_.transpose();
    solve_lower(chol_a_, z_, progress_);
    product(p_bar_, z_.transpose(), z_, progress_);
    p_bar_ = 0.5 * (g_ - p_bar_);
  }
  const auto add = [&](const Vector& combination, double weight) {
    if (data_.filtered())
      kalman_.add_sum_of_squares(combination, weight);
    else
      data_gradient(combination, weight, gradient);
  };
  // Missing values first, so that the series' own innovations stay behind.
  Vector direction(k);
  for (Index j = 0; j < missing && varies; ++j) {
    if (!(r_upper_(j, j) > 0.0)) continue;
    direction.setZero();
    direction[j] = 1.0 / r_upper_(j, j);
    for (Index l = j - 1; l >= 0; --l)
      direction[l] = r_upper_(l, l) > 0.0
                         ? -r_upper_.row(l).segment(l + 1, j - l).dot(direction.segment(l + 1, j - l)) / r_upper_(l, l)
                         : 0.0;
    add(direction, 0.5);
    progress_.poll();
  }
  add(weights_, varies ? 0.5 * effective_ / sum_of_squares_ : 0.0);
  if (data_.filtered()) {
    phi_bar_.assign(phi_.size(), 0.0);
    theta_bar_.assign(theta_.size(), 0.0);
    kalman_.gradient(phi_bar_, theta_bar_);
    add_expanded(gradient);
    innovations_.assign(kalman_.combined_innovations().begin(), kalman_.combined_innovations().end());
  } else if (r > 0) {
    determinant_gradient(gradient);
  }
  return value;
}

// What phi_bar_ and theta_bar_ hold for the expanded polynomials, added to the factors' derivatives.
void ArimaLikelihood::add_expanded(std::span<double> gradient) {
  const auto p = ar_.coefficients.size();
  const auto q = ma_.coefficients.size();
  const auto seasonal_p = seasonal_ar_.coefficients.size();
  expand_adjoint(ar_, seasonal_ar_, phi_bar_, 1.0, gradient.first(p), gradient.subspan(p + q, seasonal_p));
  expand_adjoint(ma_, seasonal_ma_, theta_bar_, 1.0, gradient.subspan(p, q), gradient.subspan(p + q + seasonal_p));
}

// Where the response of 1/theta* dies out early, subtracting it r times is cheaper than another recursion.
bool ArimaLikelihood::response_is_short() const {
  return response_length_ + r_ <= data_.n && r_ * response_length_ < 4 * data_.n;
}

// A combination of columns of n values.
void ArimaLikelihood::combine(const std::vector<double>& columns, const Eigen::Ref<const Vector>& combination,
                              std::vector<double>& result) const {
  const auto size = static_cast<Index>(data_.n);
  result.resize(data_.n);
  Column target = as_vector(std::span<double>(result));
  const Eigen::Map<const Matrix> source(columns.data(), size, combination.size());
  target = combination[0] * source.col(0);
  for (Index k = 1; k < combination.size(); ++k)
    if (combination[k] != 0.0) target += combination[k] * source.col(k);
}

// E[a | data] of the combination's start, and what the derivatives of its covariance P bear of <x, x>.
void ArimaLikelihood::state_of(const Eigen::Ref<const Vector>& combination, double weight) {
  combined_b_.noalias() = b_ * combination;
  c_.noalias() = y_ * combined_b_;
  state_.noalias() = y_.transpose() * c_;
  c_ = combined_b_;
  c_.noalias() -= g_ * state_;
  p_bar_.noalias() -= weight * c_ * c_.transpose();
}

// Innovations e and lambda = theta*(F)^-1 e from those of the columns without their start, e0 and l0: the start's
// response, shifted to each of its r places, is subtracted.
void ArimaLikelihood::innovations_by_response(const Eigen::Ref<const Vector>& combination) {
  combine(e0_, combination, innovations_);
  combine(l0_, combination, lambda_);
  Column e = as_vector(std::span<double>(innovations_));
  Column l = as_vector(std::span<double>(lambda_));
  const auto size = static_cast<Index>(data_.n);
  const auto r = static_cast<Index>(r_);
  if (ma_.empty() && seasonal_ma_.empty()) {
    e.head(r) -= state_;
    l.head(r) -= state_;
    return;
  }
  const auto length = static_cast<Index>(response_length_);
  const auto reach = static_cast<Index>(std::max(response_length_, r_));
  const ConstColumn response = as_vector(std::span<const double>(response_).first(response_length_));
  const ConstColumn z = as_vector(std::span<const double>(backward_).first(static_cast<std::size_t>(reach)));
  for (Index i = 0; i < r; ++i) {
    e.segment(i, length) -= state_[i] * response;
    l.segment(i, std::min(reach, size - i)) -= state_[i] * z.head(std::min(reach, size - i));
    for (Index t = 0; t < i; ++t) l[t] -= state_[i] * z[i - t];
  }
}

// The same by the recursions themselves, from u1 = phi x. Leaves theta e in scratch2_.
void ArimaLikelihood::innovations_by_recursion() {
  multiply(seasonal_ar_, u1_, innovations_);
  as_vector(std::span<double>(innovations_).first(r_)) -= state_;
  divide(seasonal_ma_, innovations_);
  scratch2_.assign(innovations_.begin(), innovations_.end());
  progress_.poll();
  divide(ma_, innovations_);
  std::copy(innovations_.begin(), innovations_.end(), lambda_.begin());
  divide_backward(ma_, lambda_);
  divide_backward(seasonal_ma_, lambda_);
}

// The innovations of the combination and their lambda; returns theta e, which the seasonal part's derivatives need.
std::span<const double> ArimaLikelihood::innovations_of(const Eigen::Ref<const Vector>& combination) {
  if (r_ == 0) {
    combine(e0_, combination, innovations_);
    lambda_ = innovations_;
    return {};
  }
  if (!response_is_short()) {
    innovations_by_recursion();
    return scratch2_;
  }
  innovations_by_response(combination);
  if (seasonal_ma_.empty()) return {};
  scratch2_.resize(data_.n);
  multiply(ma_, innovations_, scratch2_);
  return scratch2_;
}

// weight * d<x, x> in the metric of the errors, x being a combination of the columns. Leaves behind x and its
// innovations. With e = theta*^-1 (phi* x - start), a coefficient that acts at lag k on a series v changes <e, e> by
// -2 lambda'(B^k v): v is what the other factor of its polynomial has left, of x for phi, of e for theta.
void ArimaLikelihood::data_gradient(const Eigen::Ref<const Vector>& combination, double weight,
                                    std::span<double> gradient) {
  const std::size_t n = data_.n;
  u1_.resize(n);
  scratch_.resize(n);
  innovations_.resize(n);
  lambda_.resize(n);
  combine(data_.columns, combination, combined_);
  progress_.poll();
  multiply(ar_, combined_, u1_);
  if (r_ > 0) state_of(combination, weight);
  progress_.poll();
  const std::span<const double> theta_e = innovations_of(combination);
  progress_.poll();

  const auto add = [&](const LagFactor& factor, std::span<const double> v, double* out) {
    for (std::size_t k = 0; k < factor.coefficients.size(); ++k) {
      out[k] -= 2.0 * weight * lagged_product(lambda_, v, (k + 1) * factor.step);
      progress_.poll();
    }
  };
  const auto left_by = [&](const LagFactor& other, std::span<const double> series) -> std::span<const double> {
    if (other.empty()) return series;
    multiply(other, series, scratch_);
    return scratch_;
  };
  const auto p = ar_.coefficients.size();
  const auto q = ma_.coefficients.size();
  double* out = gradient.data();
  if (!seasonal_ma_.empty()) add(seasonal_ma_, theta_e, out + p + q + seasonal_ar_.coefficients.size());
  if (!ma_.empty()) add(ma_, left_by(seasonal_ma_, innovations_), out + p);
  add(seasonal_ar_, u1_, out + p + q);
  if (!ar_.empty()) add(ar_, left_by(seasonal_ar_, combined_), out);
}

// 1/2 log|I + P X'X| through X'X (the response of 1/theta*), and all that depends on P.
void ArimaLikelihood::determinant_gradient(std::span<double> gradient) {
  phi_bar_.assign(phi_.size(), 0.0);
  theta_bar_.assign(theta_.size(), 0.0);
  start_.adjoint(p_bar_, phi_bar_, theta_bar_);
  add_expanded(gradient);
  if (ma_.empty() && seasonal_ma_.empty()) return;  // X'X is then the identity, whatever the coefficients
  progress_.poll();
  gram_adjoint();
  progress_.poll();
  response_gradient(gradient);
}

// Of G = X'X: what the response bears through the tail products is left in scratch_, what G's first row bears in
// scratch2_.
void ArimaLikelihood::gram_adjoint() {
  const auto r = static_cast<Index>(r_);
  const std::size_t n = data_.n;
  // G[i+1][j+1] = G[i][j] - pi[n-1-i] pi[n-1-j]: what each first-row entry and each tail product has to bear.
  g_bar_ = 0.5 * w_;
  scratch_.assign(n, 0.0);  // derivative with respect to the response
  const bool has_tail = response_length_ + r_ > n;
  scratch2_.assign(n, 0.0);
  for (Index j = r - 1; j >= 1; --j) {
    for (Index i = r - 1; i >= 1; --i) {
      const double bar = g_bar_(i, j);
      g_bar_(i - 1, j - 1) += bar;
      if (has_tail) {
        const auto ti = n - static_cast<std::size_t>(i);
        const auto tj = n - static_cast<std::size_t>(j);
        scratch_[ti] -= bar * response_[tj];
        scratch_[tj] -= bar * response_[ti];
      }
    }
  }
  scratch2_[0] = g_bar_(0, 0);
  for (Index j = 1; j < r; ++j) scratch2_[static_cast<std::size_t>(j)] = 2.0 * g_bar_(0, j);
}

// From the derivatives of the first row and of the response to those of theta's factors.
void ArimaLikelihood::response_gradient(std::span<double> gradient) {
  const std::size_t n = data_.n;
  const auto p = ar_.coefficients.size();
  const auto q = ma_.coefficients.size();
  const auto seasonal_p = seasonal_ar_.coefficients.size();
  const auto seasonal_q = seasonal_ma_.coefficients.size();
  const std::size_t reach = std::min(n, response_length_ + r_);  // the response's derivatives live a little longer
  // The first row is the start of backward_ = theta*(F)^-1 response.
  std::size_t length = divide_response(seasonal_ma_, scratch2_, r_);
  length = divide_response(ma_, scratch2_, length);
  const std::span<const double> mu = std::span<const double>(scratch2_).first(std::min(n, std::max(length, r_)));
  for (std::size_t t = 0; t < std::min(reach, mu.size()); ++t) scratch_[t] += mu[t];
  const std::span<double> rho = std::span<double>(scratch_).first(reach);
  divide_backward(ma_, rho);
  divide_backward(seasonal_ma_, rho);

  const std::span<const double> z = std::span<const double>(backward_).first(std::max(response_length_, r_));
  lambda_.resize(n);
  const auto add = [&](std::size_t count, const LagFactor& own, const LagFactor& other, double* out) {
    if (count == 0) return;
    // other(F) z and other(B) response
    const std::span<double> work = std::span<double>(lambda_).first(z.size());
    multiply_backward(other, z, work);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t lag = (i + 1) * own.step;
      const std::size_t common = std::min(mu.size(), z.size());
      out[i] -= lead_product(mu.first(common), std::span<const double>(work).first(common), lag);
    }
    const std::span<double> work2 = std::span<double>(lambda_).first(reach);
    multiply(other, std::span<const double>(response_).first(reach), work2);
    for (std::size_t i = 0; i < count; ++i) out[i] -= lagged_product(rho, work2, (i + 1) * own.step);
  };
  add(q, ma_, seasonal_ma_, gradient.data() + p);
  add(seasonal_q, seasonal_ma_, ma_, gradient.data() + p + q + seasonal_p);
}

void ArimaLikelihood::information(Eigen::Ref<Matrix> result) {
  const std::size_t n = data_.n;
  Matrix derivatives = Matrix::Zero(static_cast<Index>(n), result.rows());
  Index column = 0;
  const auto add = [&](const LagFactor& factor, double sign) {
    if (factor.empty()) return;
    progress_.poll();
    scratch_.assign(innovations_.begin(), innovations_.end());
    divide(factor, scratch_);
    for (std::size_t k = 1; k <= factor.coefficients.size(); ++k, ++column) {
      const std::size_t lag = k * factor.step;
      if (lag < n)
        derivatives.col(column).tail(static_cast<Index>(n - lag)) =
            sign * as_vector(std::span<const double>(scratch_).first(n - lag));
      progress_.poll();
    }
  };
  add(ar_, 1.0);
  add(ma_, 1.0);
  add(seasonal_ar_, 1.0);
  add(seasonal_ma_, 1.0);
  result.noalias() = (effective_ / sum_of_squares_) * (derivatives.transpose() * derivatives);
}

}  // namespace performance_tracker
