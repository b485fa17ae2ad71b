// SPDX-License-Identifier: PostgreSQL
#include "core/arima_likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace performance_tracker {
namespace {

using Index = Eigen::Index;
using ConstColumn = Eigen::Map<const Vector>;
using Column = Eigen::Map<Vector>;

ConstColumn as_vector(std::span<const double> y) { return {y.data(), static_cast<Index>(y.size())}; }
Column as_vector(std::span<double> y) { return {y.data(), static_cast<Index>(y.size())}; }

// The coefficients of f(B) g(B) from lag 1 on.
void expand(const LagFactor& f, const LagFactor& g, std::vector<double>& out) {
  const std::size_t lags = f.coefficients.size() * f.step + g.coefficients.size() * g.step;
  out.assign(lags, 0.0);
  for (std::size_t i = 0; i <= f.coefficients.size(); ++i) {
    const double a = i == 0 ? 1.0 : f.coefficients[i - 1];
    for (std::size_t j = 0; j <= g.coefficients.size(); ++j) {
      if (i + j == 0) continue;
      out[i * f.step + j * g.step - 1] += a * (j == 0 ? 1.0 : g.coefficients[j - 1]);
    }
  }
}

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

// Lower Cholesky factor of a positive semidefinite matrix: a vanishing pivot gives a zero column.
void semidefinite_cholesky(const Eigen::Ref<const Matrix>& a, Matrix& l) {
  const Index n = a.rows();
  l.setZero(n, n);
  for (Index j = 0; j < n; ++j) {
    auto column = l.col(j).tail(n - j);
    column = a.col(j).tail(n - j);
    if (j > 0) column.noalias() -= l.block(j, 0, n - j, j) * l.row(j).head(j).transpose();
    const double pivot = column[0];
    if (pivot > 1e-14 * std::max(a(j, j), 1e-300))
      column /= std::sqrt(pivot);
    else
      column.setZero();
  }
}

// out = a b, for small matrices without the packing that pays for large ones.
template <typename A, typename B>
void small_product(Matrix& out, const A& a, const B& b) {
  if (a.cols() <= 24)
    out.noalias() = a.lazyProduct(b);
  else
    out.noalias() = a * b;
}

// sum_t a[t] b[t + lag]
double lead_product(std::span<const double> a, std::span<const double> b, std::size_t lag) {
  return lagged_product(b, a, lag);
}

}  // namespace

void ArimaLikelihood::set_order(const ArimaOrder& order, std::span<const double> coefficients) {
  order_ = order;
  factor_coefficients_.assign(coefficients.begin(), coefficients.end());
  std::span<double> rest = factor_coefficients_;
  const auto take = [&rest](int size, int step, double sign) {
    const auto count = static_cast<std::size_t>(size);
    for (double& c : rest.first(count)) c *= sign;
    const LagFactor factor{rest.first(count), static_cast<std::size_t>(step)};
    rest = rest.subspan(count);
    return factor;
  };
  ar_ = take(order.p, 1, -1.0);
  ma_ = take(order.q, 1, 1.0);
  seasonal_ar_ = take(order.seasonal_p, order.season_length, -1.0);
  seasonal_ma_ = take(order.seasonal_q, order.season_length, 1.0);
  expand(ar_, seasonal_ar_, phi_);
  for (double& c : phi_) c = -c;
  expand(ma_, seasonal_ma_, theta_);
  r_ = std::min(data_.n, std::max(phi_.size(), theta_.size()));
}

// e0 = theta*^-1 phi* of each column and theta*(F)^-1 e0 of each; beside them, because the recursions overlap, the
// response of 1 / theta* and theta*(F)^-1 of that.
void ArimaLikelihood::filter() {
  const std::size_t n = data_.n;
  const std::size_t count = data_.column_count();
  e0_.resize(n * count);
  l0_.resize(n * count);
  scratch_.resize(n);
  const bool moving_average = !(ma_.empty() && seasonal_ma_.empty());
  // As long as it was for the parameters before, most likely.
  const bool long_response = moving_average && 2 * response_length_ > n;
  response_length_ = 1;
  lanes_.clear();
  for (std::size_t c = 0; c < count; ++c) {
    const std::span<double> out = std::span(e0_).subspan(c * n, n);
    if (seasonal_ar_.empty()) {
      multiply(ar_, data_.column(c), out);
    } else {
      multiply(ar_, data_.column(c), scratch_);
      multiply(seasonal_ar_, scratch_, out);
    }
    divide(seasonal_ma_, out);
    lanes_.push_back(out.data());
  }
  if (moving_average) {
    response_.assign(n, 0.0);
    response_[0] = 1.0;
    response_length_ = divide_response(seasonal_ma_, response_, 1);
    if (long_response) {
      lanes_.push_back(response_.data());
      if (!ma_.empty()) response_length_ = n;
    } else {
      response_length_ = divide_response(ma_, response_, response_length_);
    }
  }
  divide_together(ma_, lanes_, n);
  if (r_ == 0) return;

  lanes_.clear();
  std::copy(e0_.begin(), e0_.end(), l0_.begin());
  for (std::size_t c = 0; c < count; ++c) lanes_.push_back(l0_.data() + c * n);
  if (moving_average) {
    backward_.assign(response_.begin(), response_.end());
    if (long_response) {
      lanes_.push_back(backward_.data());
    } else {
      divide_backward(ma_, std::span(backward_).first(std::max(response_length_, r_)));
      divide_backward(seasonal_ma_, std::span(backward_).first(std::max(response_length_, r_)));
    }
  }
  divide_backward_together(ma_, lanes_, n);
  for (double* lane : lanes_) divide_backward(seasonal_ma_, {lane, n});
  b_.resize(static_cast<Index>(r_), static_cast<Index>(count));
  for (std::size_t c = 0; c < count; ++c)
    b_.col(static_cast<Index>(c)) = as_vector(std::span<const double>(l0_).subspan(c * n, r_));
}

// The Gram matrix X'X of the response, and everything that depends on the parameters but not on the data.
bool ArimaLikelihood::prepare_state() {
  const auto r = static_cast<Index>(r_);
  log_determinant_ = 0.0;
  if (r == 0) return true;
  if (!start_.compute(phi_, theta_)) return false;
  const std::size_t n = data_.n;

  g_.resize(r, r);
  if (ma_.empty() && seasonal_ma_.empty()) {
    g_.setIdentity();
  } else {
    for (Index j = 0; j < r; ++j) {
      const double first = backward_[static_cast<std::size_t>(j)];
      g_(0, j) = first;
      g_(j, 0) = first;
    }
    for (Index j = 1; j < r; ++j)
      for (Index i = j; i < r; ++i)
        g_(j, i) = g_(i, j) = g_(i - 1, j - 1) - response_[n - static_cast<std::size_t>(i)] * response_[n - static_cast<std::size_t>(j)];
  }

  semidefinite_cholesky(start_.covariance().topLeftCorner(r, r), chol_p_);
  small_product(gl_, g_, chol_p_);
  small_product(chol_a_, chol_p_.transpose(), gl_);
  chol_a_.diagonal().array() += 1.0;
  Eigen::LLT<Eigen::Ref<Matrix>> factor(chol_a_);
  if (factor.info() != Eigen::Success) return false;
  for (Index j = 0; j < r; ++j) log_determinant_ += 2.0 * std::log(chol_a_(j, j));
  y_ = chol_p_.transpose();
  chol_a_.triangularView<Eigen::Lower>().solveInPlace(y_);
  return std::isfinite(log_determinant_);
}

// Gram matrix of all columns in the metric of the errors, its Cholesky factor, and the regression.
bool ArimaLikelihood::regression_solve() {
  const std::size_t n = data_.n;
  const std::size_t count = data_.column_count();
  const auto k = static_cast<Index>(count);
  const auto r = static_cast<Index>(r_);
  const Eigen::Map<const Matrix> e0(e0_.data(), static_cast<Index>(n), k);
  gram_.resize(k, k);
  gram_.noalias() = e0.transpose() * e0;
  if (r > 0) {
    yb_.noalias() = y_ * b_;
    gram_.noalias() -= yb_.transpose() * yb_;
  }

  // Upper factor R with R'R = gram; a column that the earlier ones explain is left out (zero row).
  r_upper_.setZero(k, k);
  double missing_determinant = 0.0;
  double identified = 0.0;
  for (Index j = 0; j < k; ++j) {
    double pivot = gram_(j, j) - r_upper_.col(j).head(j).squaredNorm();
    if (j == k - 1) {
      sum_of_squares_ = pivot;
      r_upper_(j, j) = std::sqrt(std::max(pivot, 0.0));
      break;
    }
    if (!(pivot > 1e-11 * gram_(j, j))) continue;
    pivot = std::sqrt(pivot);
    r_upper_(j, j) = pivot;
    for (Index l = j + 1; l < k; ++l)
      r_upper_(j, l) = (gram_(j, l) - r_upper_.col(j).head(j).dot(r_upper_.col(l).head(j))) / pivot;
    if (j < static_cast<Index>(data_.missing)) {
      missing_determinant += 2.0 * std::log(pivot);
      ++identified;
    }
  }
  log_determinant_ += missing_determinant;
  effective_ = static_cast<double>(n) - identified;
  return sum_of_squares_ > 1e-13 * gram_(k - 1, k - 1) && std::isfinite(sum_of_squares_) && std::isfinite(log_determinant_);
}

double ArimaLikelihood::evaluate(const ArimaOrder& order, std::span<const double> coefficients) {
  ++evaluations_;
  set_order(order, coefficients);
  filter();
  if (!prepare_state() || !regression_solve()) return std::numeric_limits<double>::infinity();
  objective_ = 0.5 * effective_ * std::log(sum_of_squares_ / effective_) + 0.5 * log_determinant_;
  if (!std::isfinite(objective_)) return std::numeric_limits<double>::infinity();

  // Coefficients of the regression: series minus what the other columns explain.
  const auto k = static_cast<Index>(data_.column_count());
  weights_.resize(k);
  weights_[k - 1] = 1.0;
  for (Index j = k - 2; j >= 0; --j) {
    const double pivot = r_upper_(j, j);
    weights_[j] = pivot > 0.0 ? -r_upper_.row(j).tail(k - 1 - j).dot(weights_.tail(k - 1 - j)) / pivot : 0.0;
  }
  const auto missing = static_cast<Index>(data_.missing);
  missing_out_ = -weights_.head(missing);
  regression_out_ = -weights_.segment(missing, static_cast<Index>(data_.regressors));
  return objective_;
}

double ArimaLikelihood::evaluate(const ArimaOrder& order, std::span<const double> coefficients,
                                 std::span<double> gradient) {
  const double value = evaluate(order, coefficients);
  if (!std::isfinite(value)) return value;
  const auto k = static_cast<Index>(data_.column_count());
  const auto r = static_cast<Index>(r_);
  const auto missing = static_cast<Index>(data_.missing);
  std::fill(gradient.begin(), gradient.end(), 0.0);
  if (r > 0) {
    small_product(w_, y_.transpose(), y_);
    // d log|I + P G| = tr(V dP) + tr(W dG) with V = (G^-1 + P)^-1 = G - G W G.
    z_ = gl_.transpose();
    chol_a_.triangularView<Eigen::Lower>().solveInPlace(z_);
    small_product(p_bar_, z_.transpose(), z_);
    p_bar_ = 0.5 * (g_ - p_bar_);
  }
  // Missing values first, so that the series' own innovations stay behind.
  Vector direction(k);
  for (Index j = 0; j < missing; ++j) {
    if (!(r_upper_(j, j) > 0.0)) continue;
    direction.setZero();
    direction[j] = 1.0 / r_upper_(j, j);
    for (Index l = j - 1; l >= 0; --l)
      direction[l] = r_upper_(l, l) > 0.0 ? -r_upper_.row(l).segment(l + 1, j - l).dot(direction.segment(l + 1, j - l)) / r_upper_(l, l) : 0.0;
    data_gradient(direction, 0.5, gradient);
  }
  data_gradient(weights_, 0.5 * effective_ / sum_of_squares_, gradient);
  if (r > 0) determinant_gradient(gradient);
  return objective_;
}

// Where the response of 1/theta* dies out early, subtracting it r times is cheaper than another recursion.
bool ArimaLikelihood::response_is_short() const {
  return response_length_ + r_ <= data_.n && r_ * response_length_ < 4 * data_.n;
}

// weight * d<x, x> in the metric of the errors, x being a combination of the columns. Leaves behind x and its innovations.
void ArimaLikelihood::data_gradient(const Eigen::Ref<const Vector>& combination, double weight,
                                    std::span<double> gradient) {
  const std::size_t n = data_.n;
  const auto size = static_cast<Index>(n);
  const auto r = static_cast<Index>(r_);
  combined_.resize(n);
  u1_.resize(n);
  scratch_.resize(n);
  innovations_.resize(n);
  lambda_.resize(n);
  const auto p = ar_.coefficients.size();
  const auto q = ma_.coefficients.size();
  const auto seasonal_p = seasonal_ar_.coefficients.size();
  const auto seasonal_q = seasonal_ma_.coefficients.size();
  double* out = gradient.data();

  const auto combine = [&](const std::vector<double>& columns, std::vector<double>& result) {
    Column target = as_vector(std::span<double>(result));
    const Eigen::Map<const Matrix> source(columns.data(), size, combination.size());
    target = combination[0] * source.col(0);
    for (Index k = 1; k < combination.size(); ++k)
      if (combination[k] != 0.0) target += combination[k] * source.col(k);
  };
  combine(data_.columns, combined_);
  const std::span<const double> column = combined_;
  multiply(ar_, column, u1_);
  if (r > 0) {
    combined_b_.noalias() = b_ * combination;
    c_.noalias() = y_ * combined_b_;
    state_.noalias() = y_.transpose() * c_;
    c_ = combined_b_;
    c_.noalias() -= g_ * state_;
    p_bar_.noalias() -= weight * c_ * c_.transpose();
  }
  std::span<const double> theta_e;  // theta e, which the seasonal part's derivatives need
  if (r == 0) {
    combine(e0_, innovations_);
    lambda_ = innovations_;
  } else if (response_is_short()) {
    combine(e0_, innovations_);
    combine(l0_, lambda_);
    Column e = as_vector(std::span<double>(innovations_));
    Column l = as_vector(std::span<double>(lambda_));
    const auto length = static_cast<Index>(response_length_);
    if (q + seasonal_q == 0) {
      e.head(r) -= state_;
      l.head(r) -= state_;
    } else {
      const auto reach = static_cast<Index>(std::max(response_length_, r_));
      const ConstColumn response = as_vector(std::span<const double>(response_).first(response_length_));
      const ConstColumn z = as_vector(std::span<const double>(backward_).first(static_cast<std::size_t>(reach)));
      for (Index i = 0; i < r; ++i) {
        e.segment(i, length) -= state_[i] * response;
        l.segment(i, std::min(reach, size - i)) -= state_[i] * z.head(std::min(reach, size - i));
        for (Index t = 0; t < i; ++t) l[t] -= state_[i] * z[i - t];
      }
    }
    if (seasonal_q > 0) {
      scratch2_.resize(n);
      multiply(ma_, innovations_, scratch2_);
      theta_e = scratch2_;
    }
  } else {
    multiply(seasonal_ar_, u1_, innovations_);
    as_vector(std::span<double>(innovations_).first(r_)) -= state_;
    divide(seasonal_ma_, innovations_);
    scratch2_.assign(innovations_.begin(), innovations_.end());
    theta_e = scratch2_;
    divide(ma_, innovations_);
    std::copy(innovations_.begin(), innovations_.end(), lambda_.begin());
    divide_backward(ma_, lambda_);
    divide_backward(seasonal_ma_, lambda_);
  }

  const double scale = -2.0 * weight;
  if (seasonal_q > 0) {
    for (std::size_t j = 0; j < seasonal_q; ++j)
      out[p + q + seasonal_p + j] += scale * lagged_product(lambda_, theta_e, (j + 1) * seasonal_ma_.step);
  }
  if (q > 0) {
    std::span<const double> filtered = innovations_;
    if (seasonal_q > 0) {
      multiply(seasonal_ma_, innovations_, scratch_);
      filtered = scratch_;
    }
    for (std::size_t i = 0; i < q; ++i) out[p + i] += scale * lagged_product(lambda_, filtered, i + 1);
  }
  for (std::size_t j = 0; j < seasonal_p; ++j)
    out[p + q + j] += scale * lagged_product(lambda_, u1_, (j + 1) * seasonal_ar_.step);
  if (p > 0) {
    std::span<const double> filtered = column;
    if (seasonal_p > 0) {
      multiply(seasonal_ar_, column, scratch_);
      filtered = scratch_;
    }
    for (std::size_t i = 0; i < p; ++i) out[i] += scale * lagged_product(lambda_, filtered, i + 1);
  }
}

// 1/2 log|I + P X'X| through X'X (the response of 1/theta*), and all that depends on P.
void ArimaLikelihood::determinant_gradient(std::span<double> gradient) {
  const auto r = static_cast<Index>(r_);
  const std::size_t n = data_.n;
  const auto p = ar_.coefficients.size();
  const auto q = ma_.coefficients.size();
  const auto seasonal_p = seasonal_ar_.coefficients.size();
  const auto seasonal_q = seasonal_ma_.coefficients.size();

  phi_bar_.assign(phi_.size(), 0.0);
  theta_bar_.assign(theta_.size(), 0.0);
  start_.adjoint(p_bar_, phi_bar_, theta_bar_);
  expand_adjoint(ar_, seasonal_ar_, phi_bar_, 1.0, gradient.first(p), gradient.subspan(p + q, seasonal_p));
  expand_adjoint(ma_, seasonal_ma_, theta_bar_, 1.0, gradient.subspan(p, q), gradient.subspan(p + q + seasonal_p));
  if (q + seasonal_q == 0) return;

  // G[i+1][j+1] = G[i][j] - pi[n-1-i] pi[n-1-j]: what each first-row entry and each tail product has to bear.
  g_bar_ = 0.5 * w_;
  scratch_.assign(n, 0.0);  // derivative with respect to the response
  const bool has_tail = response_length_ + r_ > n;
  const std::size_t reach = std::min(n, response_length_ + r_);  // the response's derivatives live a little longer
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

double ArimaLikelihood::log_likelihood() const {
  return -0.5 * effective_ * (std::log(2.0 * std::numbers::pi * sum_of_squares_ / effective_) + 1.0) - 0.5 * log_determinant_;
}

std::span<const double> ArimaLikelihood::regression() const {
  return {regression_out_.data(), static_cast<std::size_t>(regression_out_.size())};
}

std::span<const double> ArimaLikelihood::missing_values() const {
  return {missing_out_.data(), static_cast<std::size_t>(missing_out_.size())};
}

Matrix ArimaLikelihood::regression_precision() const {
  const auto missing = static_cast<Index>(data_.missing);
  const auto size = static_cast<Index>(data_.regressors);
  const auto block = r_upper_.block(missing, missing, size, size);
  return block.transpose() * block;
}

void ArimaLikelihood::innovations_of(std::size_t column) {
  std::vector<double> ignored(factor_coefficients_.size());
  const Vector unit = Vector::Unit(static_cast<Index>(data_.column_count()), static_cast<Index>(column));
  data_gradient(unit, 0.0, ignored);
}

Matrix ArimaLikelihood::missing_half_covariance() const {
  const auto missing = static_cast<Index>(data_.missing);
  Matrix half = Matrix::Zero(missing, missing);
  for (Index j = 0; j < missing; ++j) {
    if (!(r_upper_(j, j) > 0.0)) continue;
    half(j, j) = 1.0 / r_upper_(j, j);
    for (Index l = j - 1; l >= 0; --l)
      if (r_upper_(l, l) > 0.0)
        half(l, j) = -r_upper_.row(l).segment(l + 1, j - l).dot(half.col(j).segment(l + 1, j - l)) / r_upper_(l, l);
  }
  return half;
}

void ArimaLikelihood::information(Eigen::Ref<Matrix> result) {
  const std::size_t n = data_.n;
  Matrix derivatives = Matrix::Zero(static_cast<Index>(n), result.rows());
  Index column = 0;
  const auto add = [&](const LagFactor& factor, double sign) {
    if (factor.empty()) return;
    scratch_.assign(innovations_.begin(), innovations_.end());
    divide(factor, scratch_);
    for (std::size_t k = 1; k <= factor.coefficients.size(); ++k, ++column) {
      const std::size_t lag = k * factor.step;
      if (lag < n)
        derivatives.col(column).tail(static_cast<Index>(n - lag)) =
            sign * as_vector(std::span<const double>(scratch_).first(n - lag));
    }
  };
  add(ar_, 1.0);
  add(ma_, 1.0);
  add(seasonal_ar_, 1.0);
  add(seasonal_ma_, 1.0);
  result.noalias() = (effective_ / sum_of_squares_) * (derivatives.transpose() * derivatives);
}

}  // namespace performance_tracker
