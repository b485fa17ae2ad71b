// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/arima/arima_likelihood_detail.h"

namespace performance_tracker {
namespace {

using namespace likelihood_detail;

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

// Lower Cholesky factor of a positive semidefinite matrix: a vanishing pivot gives a zero column.
void semidefinite_cholesky(const Eigen::Ref<const Matrix>& a, Matrix& l, const Progress& progress) {
  const Index n = a.rows();
  l.setZero(n, n);
  for (Index j = 0; j < n; ++j) {
    auto column = l.col(j).tail(n - j);
    column = a.col(j).tail(n - j);
    if (j > 0) column.noalias() -= l.block(j, 0, n - j, j) * l.row(j).head(j).transpose();
    const double pivot = column[0];
    if (j % kPanel == kPanel - 1) progress.poll();
    if (pivot > 1e-14 * std::max(a(j, j), 1e-300))
      column /= std::sqrt(pivot);
    else
      column.setZero();
  }
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

// e0 = theta*^-1 phi* of each column and theta*(F)^-1 e0 of each; the response of 1 / theta* and theta*(F)^-1 of that.
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
  for (std::size_t c = 0; c < count; ++c) {
    const std::span<double> out = std::span(e0_).subspan(c * n, n);
    progress_.poll();
    if (seasonal_ar_.empty()) {
      multiply(ar_, data_.column(c), out);
    } else {
      multiply(ar_, data_.column(c), scratch_);
      multiply(seasonal_ar_, scratch_, out);
    }
    progress_.poll();
    divide(seasonal_ma_, out);
    divide(ma_, out);
  }
  if (moving_average) {
    progress_.poll();
    response_.assign(n, 0.0);
    response_[0] = 1.0;
    response_length_ = divide_response(seasonal_ma_, response_, 1);
    if (long_response) {
      divide(ma_, response_);
      if (!ma_.empty()) response_length_ = n;
    } else {
      response_length_ = divide_response(ma_, response_, response_length_);
    }
  }
  if (r_ == 0) return;

  for (std::size_t c = 0; c < count; ++c) {
    const std::span<double> out = std::span(l0_).subspan(c * n, n);
    const auto from = e0_.begin() + static_cast<std::ptrdiff_t>(c * n);
    std::copy(from, from + static_cast<std::ptrdiff_t>(n), out.begin());
    progress_.poll();
    divide_backward(ma_, out);
    divide_backward(seasonal_ma_, out);
  }
  if (moving_average) {
    progress_.poll();
    backward_.assign(response_.begin(), response_.end());
    const std::span<double> out = std::span(backward_).first(long_response ? n : std::max(response_length_, r_));
    divide_backward(ma_, out);
    divide_backward(seasonal_ma_, out);
  }
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
        g_(j, i) = g_(i, j) =
            g_(i - 1, j - 1) - response_[n - static_cast<std::size_t>(i)] * response_[n - static_cast<std::size_t>(j)];
  }

  semidefinite_cholesky(start_.covariance().topLeftCorner(r, r), chol_p_, progress_);
  product(gl_, g_, chol_p_, progress_);
  product(chol_a_, chol_p_.transpose(), gl_, progress_);
  chol_a_.diagonal().array() += 1.0;
  Eigen::LLT<Eigen::Ref<Matrix>> factor(chol_a_);
  if (factor.info() != Eigen::Success) return false;
  for (Index j = 0; j < r; ++j) log_determinant_ += 2.0 * std::log(chol_a_(j, j));
  y_ = chol_p_.transpose();
  solve_lower(chol_a_, y_, progress_);
  return std::isfinite(log_determinant_);
}

// Gram matrix of all columns in the metric of the errors, its Cholesky factor, and the regression.
bool ArimaLikelihood::regression_solve() {
  const auto k = static_cast<Index>(data_.column_count());
  gram_.resize(k, k);
  if (data_.filtered()) {
    gram_.noalias() = kalman_.innovations().transpose() * kalman_.innovations();
  } else {
    const Eigen::Map<const Matrix> e0(e0_.data(), static_cast<Index>(data_.n), k);
    gram_.noalias() = e0.transpose() * e0;
    if (r_ > 0) {
      yb_.noalias() = y_ * b_;
      gram_.noalias() -= yb_.transpose() * yb_;
    }
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
  effective_ = static_cast<double>(data_.n - data_.skipped) - identified;
  return sum_of_squares_ > 1e-13 * gram_(k - 1, k - 1) && std::isfinite(sum_of_squares_) &&
         std::isfinite(log_determinant_);
}

double ArimaLikelihood::evaluate(const ArimaOrder& order, std::span<const double> coefficients) {
  ++evaluations_;
  solved_ = false;
  set_order(order, coefficients);
  if (data_.filtered()) {
    if (!kalman_.run(data_.levels, phi_, theta_, progress_)) return std::numeric_limits<double>::infinity();
    log_determinant_ = kalman_.log_determinant();
  } else {
    filter();
    progress_.poll();
    if (!prepare_state()) return std::numeric_limits<double>::infinity();
  }
  const bool varies = regression_solve();

  // Coefficients of the regression: series minus what the other columns explain.
  const auto k = static_cast<Index>(data_.column_count());
  weights_.resize(k);
  weights_[k - 1] = 1.0;
  for (Index j = k - 2; j >= 0; --j) {
    const double pivot = r_upper_(j, j);
    weights_[j] = pivot > 0.0 ? -r_upper_.row(j).tail(k - 1 - j).dot(weights_.tail(k - 1 - j)) / pivot : 0.0;
  }
  regression_out_ = -weights_.segment(static_cast<Index>(data_.missing), static_cast<Index>(data_.regressors));
  solved_ = weights_.allFinite() && std::isfinite(log_determinant_);
  objective_ = 0.5 * effective_ * std::log(sum_of_squares_ / effective_) + 0.5 * log_determinant_;
  return varies && std::isfinite(objective_) ? objective_ : std::numeric_limits<double>::infinity();
}

double ArimaLikelihood::log_likelihood() const {
  return -0.5 * effective_ * (std::log(2.0 * std::numbers::pi * sum_of_squares_ / effective_) + 1.0) -
         0.5 * log_determinant_;
}

std::span<const double> ArimaLikelihood::regression() const {
  return {regression_out_.data(), static_cast<std::size_t>(regression_out_.size())};
}

Matrix ArimaLikelihood::regression_precision() const {
  const auto missing = static_cast<Index>(data_.missing);
  const auto size = static_cast<Index>(data_.regressors);
  const auto block = r_upper_.block(missing, missing, size, size);
  return block.transpose() * block;
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

}  // namespace performance_tracker
