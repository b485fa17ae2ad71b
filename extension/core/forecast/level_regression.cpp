// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/level_regression.h"

#include <array>
#include <cmath>

namespace performance_tracker {
namespace {

// Variance of the level's steps over that of the noise: from a level that stays to one that is all there is. Between
// two neighbours the efficiency of least squares falls by less than 2% (measured on simulated series of 90 and 365).
constexpr std::array kRatios{0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0};

// A column that others explain to this share of its own square counts as a copy of them.
constexpr double kCollinear = 1e-8;

// Rows of innovations, one for each observation but the first, scaled to the variance of e. Each column goes through
// the filter as y does: its gains depend on what is missing only.
Matrix whiten(std::span<const double> y, const std::vector<std::vector<double>>& columns, double ratio,
              double& log_determinant) {
  const auto k = static_cast<Eigen::Index>(columns.size());
  Eigen::Index observed = 0;
  for (const double value : y) observed += std::isnan(value) ? 0 : 1;
  Matrix rows = Matrix::Zero(std::max<Eigen::Index>(observed - 1, 0), k + 1);
  Vector level = Vector::Zero(k + 1), now(k + 1);
  double variance = 0.0;  // of the level, given what was seen
  log_determinant = 0.0;
  Eigen::Index row = -1;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (row >= 0) variance += ratio;
    if (std::isnan(y[t])) {
      if (row < 0) continue;
      continue;
    }
    for (Eigen::Index j = 0; j < k; ++j) now[j] = columns[static_cast<std::size_t>(j)][t];
    now[k] = y[t];
    if (row < 0) {  // a diffuse level takes the first observation as it is
      level = now;
      variance = 1.0;
      row = 0;
      continue;
    }
    const double f = variance + 1.0;
    const double gain = variance / f;
    now -= level;
    rows.row(row++) = now.transpose() / std::sqrt(f);
    log_determinant += std::log(f);
    level += gain * now;
    variance *= 1.0 - gain;
  }
  return rows;
}

}  // namespace

LevelRegression::LevelRegression(std::span<const double> y, const std::vector<std::vector<double>>& columns,
                                 const Progress& progress)
    : columns_(columns.size()) {
  for (const double ratio : kRatios) {
    progress.poll();
    Moments moments;
    moments.ratio = ratio;
    const Matrix rows = whiten(y, columns, ratio, moments.log_determinant);
    rows_ = static_cast<std::size_t>(rows.rows());
    moments.products = Matrix::Zero(rows.cols(), rows.cols());
    moments.products.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
    moments.products = moments.products.selfadjointView<Eigen::Lower>();
    moments_.push_back(std::move(moments));
  }
}

LevelFit LevelRegression::estimate(std::size_t ratio, std::span<const std::size_t> columns,
                                   std::span<const ColumnPrior> priors, double parameters, bool with_covariance) const {
  const Moments& m = moments_[ratio];
  const auto k = static_cast<Eigen::Index>(columns.size());
  const auto y = static_cast<Eigen::Index>(columns_);
  const auto n = static_cast<double>(rows_);
  LevelFit fit;
  fit.ratio = m.ratio;
  fit.place = ratio;
  Matrix a(k, k);
  Vector b(k), mean = Vector::Zero(k), precision = Vector::Zero(k);
  double free = 0.0;
  for (Eigen::Index i = 0; i < k; ++i) {
    const auto ci = static_cast<Eigen::Index>(columns[static_cast<std::size_t>(i)]);
    for (Eigen::Index j = 0; j < k; ++j)
      a(i, j) = m.products(ci, static_cast<Eigen::Index>(columns[static_cast<std::size_t>(j)]));
    b[i] = m.products(ci, y);
    const ColumnPrior prior = priors.empty() ? ColumnPrior{} : priors[static_cast<std::size_t>(i)];
    if (std::isfinite(prior.variance)) {
      mean[i] = prior.mean;
      precision[i] = 1.0 / std::max(prior.variance, 1e-300);
    } else {
      free += 1.0;
    }
  }
  const double estimated = free + parameters + 2.0;  // and the variance and its ratio
  if (n - estimated - 1.0 < 1.0) return fit;
  // Around the prior means; the priors' variances are relative to that of e, so one factorisation serves.
  double total = m.products(y, y);
  if (k > 0) total += mean.dot(a * mean) - 2.0 * mean.dot(b);
  const Vector around = b - a * mean;
  Matrix penalised = a;
  penalised.diagonal() += precision;
  const Vector scale = penalised.diagonal().cwiseSqrt();
  if (k > 0 && !(scale.minCoeff() > 0.0)) return fit;
  const Matrix correlation = scale.cwiseInverse().asDiagonal() * penalised * scale.cwiseInverse().asDiagonal();
  const Eigen::LLT<Matrix> factor(correlation);
  if (k > 0 && (factor.info() != Eigen::Success || factor.matrixLLT().diagonal().cwiseAbs2().minCoeff() < kCollinear))
    return fit;
  Vector shift = Vector::Zero(k);
  if (k > 0) shift = scale.cwiseInverse().cwiseProduct(factor.solve(scale.cwiseInverse().cwiseProduct(around)));
  const double rss = total - shift.dot(around);
  if (!(rss > 1e-12 * m.products(y, y))) return fit;  // nothing is left to judge by
  double log_prior = 0.0;  // log |I + a prior|: how far the data could have moved what has a prior
  if (free < static_cast<double>(k)) {
    std::vector<Eigen::Index> held;
    for (Eigen::Index i = 0; i < k; ++i)
      if (precision[i] > 0.0) held.push_back(i);
    const Matrix among = Matrix(a(held, held)) + Matrix(Vector(precision(held)).asDiagonal());
    log_prior =
        2.0 * among.llt().matrixLLT().diagonal().array().log().sum() - Vector(precision(held)).array().log().sum();
  }
  fit.variance = rss / (n - std::min(free, n - 1.0));
  fit.criterion = n * std::log(rss / n) + m.log_determinant + log_prior + 2.0 * estimated * n / (n - estimated - 1.0);
  const Vector coefficients = mean + shift;
  fit.coefficients.assign(coefficients.data(), coefficients.data() + k);
  if (!with_covariance) return fit;
  fit.covariance = fit.variance * (scale.cwiseInverse().asDiagonal() * factor.solve(Matrix::Identity(k, k)) *
                                   scale.cwiseInverse().asDiagonal());
  return fit;
}

LevelFit LevelRegression::fit_at(std::size_t ratio, std::span<const std::size_t> columns,
                                 std::span<const ColumnPrior> priors, double parameters) const {
  return estimate(ratio, columns, priors, parameters, true);
}

LevelFit LevelRegression::search(std::span<const std::size_t> columns, std::span<const ColumnPrior> priors,
                                 double parameters) const {
  LevelFit best;
  for (std::size_t r = 0; r < moments_.size(); ++r) {
    LevelFit fit = estimate(r, columns, priors, parameters, false);
    if (fit.criterion < best.criterion) best = std::move(fit);
  }
  return best;
}

LevelFit LevelRegression::fit(std::span<const std::size_t> columns, std::span<const ColumnPrior> priors,
                              double parameters) const {
  const LevelFit best = search(columns, priors, parameters);
  return std::isfinite(best.criterion) ? fit_at(best.place, columns, priors, parameters) : best;
}

}  // namespace performance_tracker
