// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_estimation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/arima/arima_parameters.h"

namespace performance_tracker {
namespace {

using Index = Eigen::Index;

class LikelihoodObjective final : public Objective {
 public:
  LikelihoodObjective(ArimaLikelihood& likelihood, const ArimaOrder& order, const EstimationOptions& options)
      : likelihood_(likelihood),
        order_(order),
        options_(options),
        parametrisation_(order),
        size_(parametrisation_.size()) {
    coefficients_.resize(static_cast<std::size_t>(size_));
    coefficient_gradient_.resize(size_);
    jacobian_.resize(size_, size_);
  }

  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    parametrisation_.coefficients(x, coefficients_);
    const double value =
        likelihood_.evaluate(order_, coefficients_, {coefficient_gradient_.data(), coefficients_.size()});
    if (!std::isfinite(value) || !coefficient_gradient_.allFinite()) return std::numeric_limits<double>::infinity();
    parametrisation_.jacobian(x, jacobian_);
    Eigen::Map<Vector>(gradient.data(), size_).noalias() = jacobian_.transpose() * coefficient_gradient_;
    return value;
  }

  // Inverse of the expected information in x, kept positive where the parametrisation is flat.
  bool first_metric(std::span<const double> /*x*/, Matrix& inverse_hessian) override {
    Matrix information(size_, size_);
    likelihood_.information(information);
    Matrix h = jacobian_.transpose() * information * jacobian_;
    h.diagonal().array() += 1e-3 * std::max(1.0, likelihood_.effective_observations());
    inverse_hessian = h.llt().solve(Matrix::Identity(size_, size_));
    return true;
  }

  bool rejected() const override { return options_.of_no_use && options_.of_no_use(coefficients_); }

  const ArimaParametrisation& parametrisation() const { return parametrisation_; }

 private:
  ArimaLikelihood& likelihood_;
  const ArimaOrder& order_;
  const EstimationOptions& options_;
  ArimaParametrisation parametrisation_;
  Index size_;
  std::vector<double> coefficients_;
  Vector coefficient_gradient_;
  Matrix jacobian_;
};

}  // namespace

ArimaEstimate estimate_from(ArimaLikelihood& likelihood, const ArimaOrder& order, std::span<const double> start,
                            const EstimationOptions& options, const Progress& progress) {
  ArimaEstimate result;
  result.coefficients.assign(start.begin(), start.end());
  LikelihoodObjective objective(likelihood, order, options);
  std::vector<double> x(start.size());
  objective.parametrisation().parameters(start, x, options.furthest_start);

  const OptimizerResult found = minimise(objective, x, options, progress);
  objective.parametrisation().coefficients(found.x, result.coefficients);
  result.objective = found.value;
  result.iterations = found.iterations;
  result.converged = found.converged;
  result.hopeless = found.hopeless;
  result.rejected = found.rejected;
  return result;
}

ArimaEstimate estimate(ArimaLikelihood& likelihood, const ArimaOrder& order,
                       const std::vector<std::vector<double>>& starts, const EstimationOptions& options,
                       const Progress& progress) {
  ArimaEstimate best;
  best.objective = std::numeric_limits<double>::infinity();
  best.coefficients.assign(static_cast<std::size_t>(order.coefficient_count()), 0.0);
  int iterations = 0;
  for (const std::vector<double>& start : starts) {
    ArimaEstimate candidate = estimate_from(likelihood, order, start, options, progress);
    iterations += candidate.iterations;
    if (candidate.objective < best.objective) best = std::move(candidate);
  }
  best.iterations = iterations;
  return best;
}

std::vector<std::vector<double>> standard_starts(const ArimaOrder& order) {
  const auto make = [&](double ar, double ma, double seasonal_ar, double seasonal_ma) {
    std::vector<double> start(static_cast<std::size_t>(order.coefficient_count()), 0.0);
    std::size_t at = 0;
    const auto put = [&](int count, double value) {
      if (count > 0) start[at] = value;
      at += static_cast<std::size_t>(count);
    };
    put(order.p, ar);
    put(order.q, ma);
    put(order.seasonal_p, seasonal_ar);
    put(order.seasonal_q, seasonal_ma);
    return start;
  };
  std::vector<std::vector<double>> starts{make(0, 0, 0, 0)};
  if (order.coefficient_count() == 0) return starts;
  const double seasonal_ma = order.seasonal_d > 0 ? -0.7 : 0.0;
  const double ma = order.d > 0 ? -0.7 : 0.0;
  starts.push_back(make(0.3, ma, 0.3, seasonal_ma));
  starts.push_back(make(0.9, -0.5, 0.9, -0.6));
  starts.push_back(make(0.1, -0.95, 0.1, -0.95));
  starts.push_back(make(-0.6, 0.4, -0.4, 0.3));
  starts.push_back(make(0.4, 0.8, 0.2, -0.9));
  return starts;
}

ArimaModel describe(const ArimaProblem& problem, ArimaLikelihood& likelihood, const ArimaOrder& order,
                    std::span<const double> coefficients) {
  ArimaModel model;
  model.order = order;
  model.constant = problem.constant;
  model.coefficients.assign(coefficients.begin(), coefficients.end());
  std::vector<double> gradient(coefficients.size());
  const double objective = likelihood.evaluate(order, coefficients, gradient);
  const std::span<const double> beta = likelihood.regression();
  for (std::size_t k = 0; k < problem.data.regressors; ++k)
    model.regression.push_back(std::isfinite(objective) ? beta[k] * problem.scale / problem.regressor_scale[k] : 0.0);
  const bool has_level = problem.constant != Constant::kNone && order.d + order.seasonal_d == 0;
  if (has_level) model.regression[0] += problem.centre;

  const double n = likelihood.effective_observations();
  const double k = model.parameter_count();
  model.observations = n;
  model.log_likelihood = likelihood.log_likelihood() - n * std::log(problem.scale);
  if (!std::isfinite(objective)) model.log_likelihood = -std::numeric_limits<double>::infinity();
  model.variance =
      std::max(0.0, likelihood.sum_of_squares()) * problem.scale * problem.scale / std::max(1.0, n - (k - 1.0));
  model.aic = -2.0 * model.log_likelihood + 2.0 * k;
  model.aicc = n > k + 1.0 ? model.aic + 2.0 * k * (k + 1.0) / (n - k - 1.0) : std::numeric_limits<double>::infinity();
  model.bic = model.aic + k * (std::log(n) - 2.0);
  return model;
}

void add_standard_errors(const ArimaProblem& problem, ArimaLikelihood& likelihood, ArimaModel& model) {
  const auto k = static_cast<Index>(model.coefficients.size());
  const auto regressors = static_cast<Index>(problem.data.regressors);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  model.standard_errors.assign(static_cast<std::size_t>(k + regressors), nan);
  std::vector<double> coefficients = model.coefficients;
  std::vector<double> gradient(coefficients.size());

  Matrix hessian(k, k);
  Matrix slope(regressors, k);  // of the regression coefficients in the others
  bool usable = true;
  for (Index j = 0; j < k && usable; ++j) {
    const auto at = static_cast<std::size_t>(j);
    double step = 1e-6;  // the gradient is exact, and a root near the unit circle bends it sharply
    const auto derivative = [&](double shift, Vector& g, Vector& beta) {
      coefficients[at] = model.coefficients[at] + shift;
      const bool finite = std::isfinite(likelihood.evaluate(model.order, coefficients, gradient));
      coefficients[at] = model.coefficients[at];
      if (!finite) return false;
      g = Eigen::Map<const Vector>(gradient.data(), k);
      beta = Eigen::Map<const Vector>(likelihood.regression().data(), regressors);
      return true;
    };
    Vector g_up, g_down, beta_up, beta_down;
    while (!(derivative(step, g_up, beta_up) && derivative(-step, g_down, beta_down)) && step > 1e-9) step *= 0.1;
    usable = step > 1e-9;
    if (!usable) break;
    hessian.col(j) = (g_up - g_down) / (2.0 * step);
    slope.col(j) = (beta_up - beta_down) / (2.0 * step);
  }
  if (!std::isfinite(likelihood.evaluate(model.order, model.coefficients, gradient))) return;
  Matrix covariance = Matrix::Zero(k, k);
  if (usable && k > 0) {
    const Matrix symmetric = 0.5 * (hessian + hessian.transpose());
    const Eigen::LDLT<Matrix> factor(symmetric);
    covariance = factor.solve(Matrix::Identity(k, k));
    for (Index j = 0; j < k; ++j)
      if (covariance(j, j) > 0.0) model.standard_errors[static_cast<std::size_t>(j)] = std::sqrt(covariance(j, j));
  }
  if (regressors == 0) return;
  const Matrix precision = likelihood.regression_precision();
  const Eigen::LDLT<Matrix> factor(precision);
  Matrix regression_covariance = factor.solve(Matrix::Identity(regressors, regressors)) *
                                 (likelihood.sum_of_squares() / likelihood.effective_observations());
  if (usable && k > 0 && covariance.allFinite()) regression_covariance += slope * covariance * slope.transpose();
  for (Index j = 0; j < regressors; ++j) {
    const auto at = static_cast<std::size_t>(j);
    if (regression_covariance(j, j) > 0.0)
      model.standard_errors[static_cast<std::size_t>(k) + at] =
          std::sqrt(regression_covariance(j, j)) * problem.scale / problem.regressor_scale[at];
  }
}

}  // namespace performance_tracker
