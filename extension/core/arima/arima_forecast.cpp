// SPDX-License-Identifier: PostgreSQL
//
// Forecasts of a fitted model: conditional means by the difference equation (Box & Jenkins 1970, section 5.2) started
// from the innovations' exact conditional expectations, and variances from the psi weights plus what the start of the
// series leaves open. Where observations are missing, the Kalman filter runs on: what is to come is missing too.
#include <algorithm>
#include <cmath>

#include "core/arima/arima.h"
#include "core/arima/arima_estimation.h"
#include "core/arima/arima_likelihood_detail.h"
#include "core/arima/arima_polynomials.h"
#include "core/base/error.h"
#include "core/series/interpolation.h"

namespace performance_tracker {
namespace {

using Index = Eigen::Index;

// Continues eta (levels, most recent last) by `horizon` values given the innovations up to now.
std::vector<double> extrapolate(const ArimaPolynomials& f, std::span<const double> eta,
                                std::span<const double> innovations, std::size_t horizon) {
  std::size_t reach = 0;
  for (const LagTerm& term : f.level) reach = std::max(reach, term.lag);
  std::vector<double> path(reach + horizon, 0.0);
  const std::size_t known = std::min(reach, eta.size());
  std::copy(eta.end() - static_cast<std::ptrdiff_t>(known), eta.end(),
            path.begin() + static_cast<std::ptrdiff_t>(reach - known));
  for (std::size_t h = 0; h < horizon; ++h) {
    double value = 0.0;
    for (const LagTerm& term : f.level) value += term.coefficient * path[reach + h - term.lag];
    for (std::size_t j = h + 1; j <= f.theta.size() && j - h <= innovations.size(); ++j)
      value += f.theta[j - 1] * innovations[innovations.size() - (j - h)];
    path[reach + h] = value;
  }
  path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(reach));
  return path;
}

constexpr const char* kNotStationary = "the model's coefficients are not stationary on this series";

ArimaForecast forecast_across_gaps(const ArimaModel& model, std::span<const double> y, const Regressors& regressors,
                                   std::size_t horizon, const Regressors& future, const Progress& progress) {
  std::vector<double> extended(y.begin(), y.end());
  extended.resize(y.size() + horizon, std::numeric_limits<double>::quiet_NaN());
  Regressors x = regressors;
  for (std::size_t k = 0; k < x.size(); ++k) x[k].insert(x[k].end(), future[k].begin(), future[k].end());
  const ArimaProblem problem =
      make_arima_problem(extended, model.order, model.constant, x, progress, GapMethod::kKalman);
  ArimaLikelihood likelihood(problem.data, progress);
  likelihood.evaluate(model.order, model.coefficients);
  if (!likelihood.solved()) throw InvalidArgument(kNotStationary);
  ArimaKalmanFilter& filter = likelihood.kalman();
  const auto ahead = [&] { return filter.predictions().last(horizon); };

  // What the missing first values leave open, and what is to come.
  const auto missing = static_cast<Index>(problem.data.missing);
  Matrix influence(static_cast<Index>(horizon), missing);
  for (Index k = 0; k < missing; ++k) {
    filter.predict(Vector::Unit(static_cast<Index>(problem.data.column_count()), k));
    influence.col(k) = Eigen::Map<const Vector>(ahead().data(), static_cast<Index>(horizon));
  }
  const Matrix weighted = influence * likelihood.missing_half_covariance();
  filter.predict(likelihood.weights());

  ArimaForecast result;
  const double sigma = std::sqrt(std::max(0.0, model.variance));
  const std::span<const double> variance = filter.prediction_variances().last(horizon);
  for (std::size_t h = 0; h < horizon; ++h) {
    double value = ahead()[h];
    for (std::size_t k = 0; k < problem.regressors.size(); ++k)
      value += likelihood.regression()[k] * problem.regressors[k][y.size() + h];
    result.value.push_back(problem.centre + problem.scale * value);
    result.standard_error.push_back(
        sigma * std::sqrt(std::max(0.0, variance[h]) + weighted.row(static_cast<Index>(h)).squaredNorm()));
  }
  return result;
}

void check_future(const Regressors& regressors, int horizon, const Regressors& future) {
  if (horizon < 1) throw InvalidArgument("horizon must be at least 1, not " + std::to_string(horizon));
  if (future.size() != regressors.size())
    throw InvalidArgument("the forecast needs future values of all " + std::to_string(regressors.size()) +
                          " regressors");
  for (const auto& x : future)
    if (x.size() != static_cast<std::size_t>(horizon))
      throw InvalidArgument("a regressor has " + std::to_string(x.size()) + " future values for a horizon of " +
                            std::to_string(horizon));
}

// The series without the effects of the regressors, the constant's own among them.
std::vector<double> levels_alone(const ArimaProblem& problem, std::span<const double> beta) {
  std::vector<double> eta = problem.series;
  for (std::size_t k = 0; k < beta.size(); ++k)
    for (std::size_t t = 0; t < eta.size(); ++t) eta[t] -= beta[k] * problem.regressors[k][t];
  return eta;
}

// Adds the effects of the constant and of the regressors to come, whose `beta` are in the order of the problem's.
void add_effects(const ArimaProblem& problem, const ArimaOrder& order, std::span<const double> beta,
                 const Regressors& future, std::vector<double>& value) {
  std::size_t own = 0;  // regressors that belong to the constant
  if (problem.constant == Constant::kMean || (problem.constant == Constant::kDrift && order.lost_observations() == 0)) {
    for (double& v : value) v += beta[own] * (1.0 / problem.regressor_scale[own]);
    ++own;
  }
  if (problem.constant == Constant::kDrift) {
    for (std::size_t h = 0; h < value.size(); ++h)
      value[h] += beta[own] * static_cast<double>(problem.length + h + 1) / problem.regressor_scale[own];
    ++own;
  }
  for (std::size_t k = 0; k < future.size(); ++k)
    for (std::size_t h = 0; h < value.size(); ++h)
      value[h] += beta[own + k] * future[k][h] / problem.regressor_scale[own + k];
}

// Of the innovations to come, in units of their variance: the cumulated squares of the level's psi weights.
std::vector<double> variance_to_come(const ArimaPolynomials& f, std::size_t steps) {
  std::vector<double> variance(steps, 0.0);
  const std::vector<double> psi = psi_weights(f, steps);
  double sum = 0.0;
  for (std::size_t h = 0; h < steps; ++h) {
    sum += psi[h] * psi[h];
    variance[h] = sum;
  }
  return variance;
}

// The first n responses of 1/theta* to a unit innovation.
std::vector<double> inverse_response(const ArimaPolynomials& f, std::size_t n) {
  std::vector<double> response(n, 0.0);
  response[0] = 1.0;
  const std::vector<LagTerm> theta = sparse(f.theta);
  for (std::size_t t = 1; t < n; ++t)
    for (const LagTerm& term : theta)
      if (term.lag <= t) response[t] -= term.coefficient * response[t - term.lag];
  return response;
}

// An effect on the last innovations below this is lost in their rounding.
constexpr double kForgotten = 1e-12;

// Adds what the uncertain start leaves open at the end. e = e0 - X a, so a unit of a[i] changes the innovation at t by
// minus the response t - i steps on, and the forecasts through the last innovations that theta reaches.
void add_variance_of_start(const ArimaLikelihood& likelihood, const ArimaPolynomials& f, std::size_t n,
                           const Progress& progress, std::vector<double>& variance) {
  const Matrix& w = likelihood.initial_state_covariance();
  if (likelihood.initial_state().size() == 0 || f.theta.empty() || w.rows() == 0) return;
  const std::vector<double> response = inverse_response(f, n);
  const std::size_t steps = variance.size();
  const std::size_t tail = std::min(n, f.theta.size());
  Matrix influence = Matrix::Zero(static_cast<Index>(steps), w.rows());
  bool any = false;
  std::vector<double> innovations(tail);
  for (Index state = 0; state < w.rows(); ++state) {
    progress.poll();
    const auto i = static_cast<std::size_t>(state);
    double largest = 0.0;
    for (std::size_t k = 0; k < tail; ++k) {
      const std::size_t t = n - tail + k;
      innovations[k] = t >= i ? -response[t - i] : 0.0;
      largest = std::max(largest, std::abs(innovations[k]));
    }
    if (largest < kForgotten) continue;
    any = true;
    const std::vector<double> path = extrapolate(f, {}, innovations, steps);
    influence.col(state) = Eigen::Map<const Vector>(path.data(), static_cast<Index>(steps));
  }
  if (!any) return;
  Matrix weighted;
  likelihood_detail::product(weighted, influence, w, progress);
  for (std::size_t h = 0; h < steps; ++h)
    variance[h] += std::max(0.0, weighted.row(static_cast<Index>(h)).dot(influence.row(static_cast<Index>(h))));
}

}  // namespace

ArimaForecast forecast_arima(const ArimaModel& model, std::span<const double> y, const Regressors& regressors,
                             int horizon, const Regressors& future, const Progress& progress) {
  check_future(regressors, horizon, future);
  progress.poll();

  const auto steps = static_cast<std::size_t>(horizon);
  const std::size_t first = first_affordable(y, model.order.season_length);
  y = y.subspan(first);
  if (count_missing(y) > 0) return forecast_across_gaps(model, y, tail(regressors, first), steps, future, progress);
  const ArimaProblem problem = make_arima_problem(y, model.order, model.constant, tail(regressors, first), progress);
  ArimaLikelihood likelihood(problem.data, progress);
  std::vector<double> gradient(model.coefficients.size());  // the innovations need an evaluation with it
  likelihood.evaluate(model.order, model.coefficients, gradient);
  if (!likelihood.solved()) throw InvalidArgument(kNotStationary);

  const ArimaPolynomials f = multiply_out(model);
  const std::span<const double> beta = likelihood.regression();
  ArimaForecast result;
  result.value = extrapolate(f, levels_alone(problem, beta), likelihood.innovations(), steps);
  add_effects(problem, model.order, beta, future, result.value);
  for (double& v : result.value) v = problem.centre + problem.scale * v;

  std::vector<double> variance = variance_to_come(f, steps);
  add_variance_of_start(likelihood, f, problem.data.n, progress, variance);
  const double sigma = std::sqrt(std::max(0.0, model.variance));
  for (const double v : variance) result.standard_error.push_back(sigma * std::sqrt(v));
  return result;
}

std::vector<double> fitted_arima(const ArimaModel& model, std::span<const double> y, const Regressors& regressors,
                                 const Progress& progress) {
  progress.poll();
  std::vector<double> fitted(y.size(), std::numeric_limits<double>::quiet_NaN());
  const std::size_t first = first_affordable(y, model.order.season_length);
  const bool gaps = count_missing(y.subspan(first)) > 0;
  const ArimaProblem problem =
      make_arima_problem(y.subspan(first), model.order, model.constant, tail(regressors, first), progress,
                         gaps ? GapMethod::kKalman : GapMethod::kColumns);
  ArimaLikelihood likelihood(problem.data, progress);
  std::vector<double> gradient(model.coefficients.size());
  likelihood.evaluate(model.order, model.coefficients, gradient);
  if (!likelihood.solved()) return fitted;
  const auto lost = first + static_cast<std::size_t>(model.order.lost_observations());
  if (gaps) {
    const std::span<const double> v = likelihood.innovations();
    const std::span<const double> variance = likelihood.kalman().prediction_variances();
    for (std::size_t i = 0; i < v.size(); ++i)
      if (!std::isnan(y[lost + i])) fitted[lost + i] = y[lost + i] - problem.scale * v[i] * std::sqrt(variance[i]);
    return fitted;
  }
  const ArimaPolynomials f = multiply_out(model);
  const std::span<const double> w = likelihood.residual_series();

  // Chandrasekhar recursions (Morf, Sidhu & Kailath 1974): from a stationary start the state's covariance changes by a
  // matrix of rank one at each step, so the gain follows in O(r).
  const std::size_t r = std::max({f.phi.size(), f.theta.size(), std::size_t{1}});
  std::vector<double> phi(r, 0.0), noise(r, 0.0), state(r, 0.0), gain(r, 0.0), y_vector(r, 0.0);
  std::copy(f.phi.begin(), f.phi.end(), phi.begin());
  for (std::size_t i = 0; i < r; ++i) noise[i] = phi[i] + (i < f.theta.size() ? f.theta[i] : 0.0);
  InitialStateCovariance start;
  if (!start.compute(f.phi, f.theta)) return fitted;
  const Matrix& p = start.covariance();
  const auto size = static_cast<std::size_t>(p.rows());
  const auto first_row = [&](std::size_t i) { return i < size ? p(static_cast<Index>(i), 0) : 0.0; };
  double f_t = 1.0 + first_row(0);
  for (std::size_t i = 0; i < r; ++i) gain[i] = phi[i] * first_row(0) + first_row(i + 1) + noise[i];
  y_vector = gain;
  double m_t = -1.0 / f_t;
  bool steady = false;
  for (std::size_t t = 0; t < w.size(); ++t) {
    if (t % 256 == 0) progress.poll();
    const double v = w[t] - state[0];
    if (!std::isnan(y[t + lost])) fitted[t + lost] = y[t + lost] - v * problem.scale;
    const double head = state[0];
    for (std::size_t i = 0; i < r; ++i) state[i] = phi[i] * head + (i + 1 < r ? state[i + 1] : 0.0) + gain[i] / f_t * v;
    if (steady) continue;
    const double y0 = y_vector[0];
    const double f_next = f_t + y0 * m_t * y0;
    double largest = 0.0;
    for (std::size_t i = 0; i < r; ++i) {
      const double shifted = phi[i] * y0 + (i + 1 < r ? y_vector[i + 1] : 0.0);
      gain[i] += shifted * m_t * y0;
      y_vector[i] = shifted - gain[i] / f_next * y0;
      largest = std::max(largest, std::abs(y_vector[i]));
    }
    m_t += m_t * y0 / f_t * y0 * m_t;
    f_t = f_next;
    steady = largest * largest * std::abs(m_t) < 1e-28;
  }
  return fitted;
}

}  // namespace performance_tracker
