// SPDX-License-Identifier: PostgreSQL
//
// The likelihood against its definition: the density of a multivariate normal with the process' covariance matrix.
#include "core/arima/arima_likelihood.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "core/arima/arima_estimation.h"
#include "core/arima/arima_problem.h"
#include "core/base/linear_algebra.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

struct Case {
  ArimaOrder order;
  std::vector<double> coefficients;
  std::size_t n;
};

std::vector<Case> cases() {
  return {
      {{.p = 1}, {0.6}, 30},
      {{.q = 1}, {-0.8}, 25},
      {{.q = 1}, {0.0}, 25},
      {{.p = 2, .q = 1}, {1.1, -0.4, 0.3}, 40},
      {{.p = 1, .q = 2}, {-0.7, 0.4, 0.25}, 12},
      {{.p = 3, .q = 3}, {0.4, 0.2, -0.3, 0.3, 0.1, -0.4}, 50},
      {{.q = 1, .seasonal_q = 1, .season_length = 4}, {-0.4, -0.6}, 30},
      {{.p = 1, .q = 1, .seasonal_p = 1, .seasonal_q = 1, .season_length = 7}, {0.5, -0.3, 0.7, -0.2}, 60},
      {{.p = 2, .q = 0, .seasonal_p = 2, .seasonal_q = 1, .season_length = 4}, {0.5, -0.2, 0.3, 0.2, -0.95}, 45},
      {{.p = 1, .q = 2, .seasonal_p = 0, .seasonal_q = 2, .season_length = 12}, {0.2, 0.3, -0.1, -0.5, -0.3}, 40},
      {{.p = 0, .q = 1, .seasonal_p = 1, .seasonal_q = 1, .season_length = 12}, {-1.0, 0.3, -0.9}, 30},
      {{.p = 1, .q = 1, .seasonal_p = 1, .seasonal_q = 1, .season_length = 12}, {0.5, 0.2, 0.3, -0.4}, 9},
  };
}

std::vector<double> noise(std::size_t n, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> y(n);
  for (double& v : y) v = normal(generator);
  return y;
}

// Autocovariances by a long psi expansion, with nothing in common with the code under test.
Matrix covariance(const ArimaOrder& o, const std::vector<double>& c, std::size_t n) {
  const auto m = static_cast<std::size_t>(o.season_length);
  std::size_t at = 0;
  const auto factor = [&](int count, std::size_t step, double sign) {
    std::vector<double> f(static_cast<std::size_t>(count) * step + 1, 0.0);
    f[0] = 1.0;
    for (int k = 1; k <= count; ++k) f[static_cast<std::size_t>(k) * step] = sign * c[at++];
    return f;
  };
  const auto times = [](const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> out(a.size() + b.size() - 1, 0.0);
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < b.size(); ++j) out[i + j] += a[i] * b[j];
    return out;
  };
  const auto ar = factor(o.p, 1, -1), ma = factor(o.q, 1, 1), sar = factor(o.seasonal_p, m, -1),
             sma = factor(o.seasonal_q, m, 1);
  const auto phi = times(ar, sar), theta = times(ma, sma);
  std::vector<double> psi(6000, 0.0);
  for (std::size_t t = 0; t < psi.size(); ++t) {
    psi[t] = t < theta.size() ? theta[t] : 0.0;
    for (std::size_t i = 1; i < phi.size() && i <= t; ++i) psi[t] -= phi[i] * psi[t - i];
  }
  Matrix sigma(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
  for (std::size_t lag = 0; lag < n; ++lag) {
    double sum = 0.0;
    for (std::size_t t = 0; t + lag < psi.size(); ++t) sum += psi[t] * psi[t + lag];
    for (std::size_t t = 0; t + lag < n; ++t)
      sigma(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(t + lag)) =
          sigma(static_cast<Eigen::Index>(t + lag), static_cast<Eigen::Index>(t)) = sum;
  }
  return sigma;
}

TEST(ArimaLikelihood, IsTheMultivariateNormalDensity) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.order.to_string());
    const std::vector<double> y = noise(c.n, 1);
    const ArimaData data{.n = c.n, .missing = 0, .regressors = 0, .columns = y};
    ArimaLikelihood likelihood(data, kProgress);
    ASSERT_TRUE(std::isfinite(likelihood.evaluate(c.order, c.coefficients)));
    const Matrix sigma = covariance(c.order, c.coefficients, c.n);
    const Eigen::LLT<Matrix> factor(sigma);
    const Eigen::Map<const Vector> w(y.data(), static_cast<Eigen::Index>(c.n));
    const double n = static_cast<double>(c.n);
    const double s = w.dot(factor.solve(w));
    const double log_determinant = 2.0 * factor.matrixLLT().diagonal().array().log().sum();
    EXPECT_NEAR(likelihood.sum_of_squares(), s, 1e-7 * s);
    EXPECT_NEAR(likelihood.log_likelihood(),
                -0.5 * n * (std::log(2 * std::numbers::pi * s / n) + 1.0) - 0.5 * log_determinant, 1e-7);
  }
}

TEST(ArimaLikelihood, MarginalisesMissingValuesAndConcentratesRegressors) {
  for (const Case& c : cases()) {
    if (c.n < 25) continue;
    SCOPED_TRACE(c.order.to_string());
    std::vector<double> y = noise(c.n, 2);
    for (double& v : y) v += 3.0;
    const std::vector<std::size_t> gaps{0, 5, 6, 17, c.n - 1};
    std::vector<double> holed = y;
    for (const std::size_t g : gaps) holed[g] = std::nan("");
    const ArimaProblem problem = make_arima_problem(holed, c.order, Constant::kMean, {}, NeverCancelled());
    ArimaLikelihood likelihood(problem.data, kProgress);
    const ArimaModel model = describe(problem, likelihood, c.order, c.coefficients);

    const Matrix full = covariance(c.order, c.coefficients, c.n);
    std::vector<Eigen::Index> kept;
    for (std::size_t t = 0; t < c.n; ++t)
      if (!std::isnan(holed[t])) kept.push_back(static_cast<Eigen::Index>(t));
    const Matrix sigma = full(kept, kept);
    Vector w(static_cast<Eigen::Index>(kept.size()));
    for (std::size_t i = 0; i < kept.size(); ++i)
      w[static_cast<Eigen::Index>(i)] = y[static_cast<std::size_t>(kept[i])];
    const Eigen::LLT<Matrix> factor(sigma);
    const Vector ones = Vector::Ones(w.size());
    const double mean = ones.dot(factor.solve(w)) / ones.dot(factor.solve(ones));
    const Vector e = w - mean * ones;
    const double n = static_cast<double>(kept.size());
    const double s = e.dot(factor.solve(e));
    const double log_determinant = 2.0 * factor.matrixLLT().diagonal().array().log().sum();
    EXPECT_NEAR(model.regression.at(0), mean, 1e-7);
    EXPECT_NEAR(model.log_likelihood, -0.5 * n * (std::log(2 * std::numbers::pi * s / n) + 1.0) - 0.5 * log_determinant,
                1e-6);
  }
}

void expect_gradient(ArimaLikelihood& likelihood, const Case& c) {
  std::vector<double> gradient(c.coefficients.size()), other(c.coefficients.size());
  const double value = likelihood.evaluate(c.order, c.coefficients, gradient);
  ASSERT_TRUE(std::isfinite(value));
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    std::vector<double> x = c.coefficients;
    const double h = 1e-5;
    x[k] += h;
    const double up = likelihood.evaluate(c.order, x);
    x[k] -= 2 * h;
    const double down = likelihood.evaluate(c.order, x);
    if (std::isfinite(up) && std::isfinite(down)) {
      EXPECT_NEAR(gradient[k], (up - down) / (2 * h), 1e-5 * (1.0 + std::abs(gradient[k]))) << "coefficient " << k;
    }
  }
}

TEST(ArimaLikelihood, GradientAgreesWithCentralDifferences) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.order.to_string());
    const std::vector<double> y = noise(c.n, 3);
    const ArimaData data{.n = c.n, .missing = 0, .regressors = 0, .columns = y};
    ArimaLikelihood likelihood(data, kProgress);
    expect_gradient(likelihood, c);
  }
}

TEST(ArimaLikelihood, GradientHoldsWithMissingValuesAndRegressors) {
  for (const Case& c : cases()) {
    if (c.n < 25) continue;
    SCOPED_TRACE(c.order.to_string());
    std::vector<double> y = noise(c.n, 4);
    for (const std::size_t g : {std::size_t{0}, std::size_t{7}, std::size_t{8}, c.n - 2}) y[g] = std::nan("");
    const ArimaProblem problem = make_arima_problem(y, c.order, Constant::kMean, {noise(c.n, 5)}, NeverCancelled());
    ArimaLikelihood likelihood(problem.data, kProgress);
    expect_gradient(likelihood, c);
  }
}

}  // namespace
}  // namespace performance_tracker
