// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/seasonal_tests.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/least_squares.h"
#include "core/base/linear_algebra.h"
#include "core/diagnostics/stl.h"
#include "core/diagnostics/unit_root.h"

namespace performance_tracker {
namespace {

double variance(std::span<const double> x) {
  double mean = 0.0;
  for (double v : x) mean += v;
  mean /= static_cast<double>(x.size());
  double sum = 0.0;
  for (double v : x) sum += (v - mean) * (v - mean);
  return sum / static_cast<double>(x.size() - 1);
}

void difference(std::span<const double> y, std::size_t lag, std::vector<double>& out) {
  out.clear();
  for (std::size_t t = lag; t < y.size(); ++t) out.push_back(y[t] - y[t - lag]);
}

// The OCSB regression with a fixed number of lags. All series are indexed by the time of y.
struct OcsbRegression {
  double statistic = 0.0;
  double aic = std::numeric_limits<double>::infinity();
  bool solved = false;
};

OcsbRegression ocsb_regression(std::span<const double> y, std::size_t m, std::size_t lags, std::size_t dropped) {
  OcsbRegression result;
  const std::size_t first = m + 1 + std::max(lags, dropped);
  if (y.size() <= first + lags + 2) return result;
  const std::size_t rows = y.size() - first;
  const auto seasonal = [&](std::size_t t) { return y[t] - y[t - m]; };
  const auto simple = [&](std::size_t t) { return y[t] - y[t - 1]; };
  const auto twice = [&](std::size_t t) { return seasonal(t) - seasonal(t - 1); };

  // lambda(B): the autoregression of the series differenced both ways.
  std::array<double, 8> lambda{};
  if (lags > 0) {
    LeastSquares ar(rows, lags);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t k = 1; k <= lags; ++k) ar.at(i, k - 1) = twice(first + i - k);
      ar.response(i) = twice(first + i);
    }
    if (!ar.solve()) return result;
    for (std::size_t k = 0; k < lags; ++k) lambda[k] = ar.coefficient(k);
  }

  LeastSquares regression(rows, lags + 2);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t t = first + i;
    double z4 = seasonal(t - 1);
    double z5 = simple(t - m);
    for (std::size_t k = 1; k <= lags; ++k) {
      regression.at(i, k - 1) = twice(t - k);
      z4 -= lambda[k - 1] * seasonal(t - 1 - k);
      z5 -= lambda[k - 1] * simple(t - m - k);
    }
    regression.at(i, lags) = z4;
    regression.at(i, lags + 1) = z5;
    regression.response(i) = twice(t);
  }
  if (!regression.solve()) return result;
  const double count = static_cast<double>(rows);
  result.statistic = regression.t_value(lags + 1);
  result.aic = count * std::log(regression.residual_sum_of_squares() / count) + 2.0 * static_cast<double>(lags + 3);
  result.solved = std::isfinite(result.statistic);
  return result;
}

// Smooth curve through simulated 5% critical values of the OCSB test, a function of log(m) (R's forecast package).
double ocsb_critical_value(int season_length) {
  const double x = std::log(static_cast<double>(season_length)) - 0.7656451;
  return -0.2937411 * std::exp(-0.2850853 * x - 0.05983644 * x * x) - 1.652202;
}

}  // namespace

double seasonal_strength(std::span<const double> y, int season_length, std::span<const double> observed) {
  if (season_length < 2 || y.size() <= 2 * static_cast<std::size_t>(season_length) || is_constant(y)) return 0.0;
  Decomposition d = stl(y, season_length);
  for (std::size_t t = 0; t < y.size(); ++t) d.seasonal[t] += d.remainder[t];
  for (std::vector<double>* part : {&d.seasonal, &d.remainder}) {
    std::size_t at = 0;
    std::erase_if(*part, [&](double) { return !observed.empty() && std::isnan(observed[at++]); });
  }
  const double remainder = variance(d.remainder);
  const double detrended = variance(d.seasonal);
  return detrended > 0.0 ? std::clamp(1.0 - remainder / detrended, 0.0, 1.0) : 0.0;
}

std::optional<OcsbResult> ocsb_test(std::span<const double> y, int season_length, int max_lags) {
  if (max_lags < 0 || max_lags > 8)
    throw InvalidArgument("the OCSB test takes 0 to 8 lags, got " + std::to_string(max_lags));
  if (season_length < 2 || is_constant(y)) return std::nullopt;
  const auto m = static_cast<std::size_t>(season_length);
  OcsbResult result;
  result.critical_value = ocsb_critical_value(season_length);
  double best = std::numeric_limits<double>::infinity();
  for (int lags = 1; lags <= max_lags; ++lags) {
    const OcsbRegression fit =
        ocsb_regression(y, m, static_cast<std::size_t>(lags), static_cast<std::size_t>(max_lags));
    if (fit.solved && fit.aic < best) {
      best = fit.aic;
      // One below the order that AIC prefers: what forecast::ocsb.test does, and our results are to agree.
      result.lags = lags - 1;
    }
  }
  const OcsbRegression fit = ocsb_regression(y, m, static_cast<std::size_t>(result.lags), 0);
  if (!fit.solved) return std::nullopt;
  result.statistic = fit.statistic;
  return result;
}

std::optional<CanovaHansenResult> canova_hansen_test(std::span<const double> y, int season_length) {
  const std::size_t n = y.size();
  const auto m = static_cast<std::size_t>(season_length);
  if (season_length < 2 || n <= 2 * m || is_constant(y)) return std::nullopt;

  // Residuals of the regression on a constant and all seasonal harmonics: what each phase has beyond its mean.
  std::vector<double> residual(y.begin(), y.end());
  for (std::size_t phase = 0; phase < m; ++phase) {
    double sum = 0.0;
    std::size_t count = 0;
    for (std::size_t t = phase; t < n; t += m, ++count) sum += y[t];
    for (std::size_t t = phase; t < n; t += m) residual[t] -= sum / static_cast<double>(count);
  }

  // g(t) = f(t) e(t), f the m - 1 harmonics, one column a time point.
  const auto k = static_cast<Eigen::Index>(m - 1);
  const auto columns = static_cast<Eigen::Index>(n);
  Matrix g(k, columns);
  for (std::size_t t = 0; t < n; ++t) {
    for (std::size_t i = 0; i + 1 < m; ++i) {
      const std::size_t harmonic = i / 2 + 1;
      const double angle =
          2.0 * std::numbers::pi * static_cast<double>(harmonic * ((t + 1) % m)) / static_cast<double>(m);
      g(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(t)) =
          residual[t] * (i % 2 == 0 ? std::cos(angle) : std::sin(angle));
    }
  }

  // The Newey-West long-run covariance with Bartlett weights is the mean outer product of sums over windows of
  // bandwidth + 1 consecutive columns (windows reach over the ends): O(n m^2) whatever the bandwidth.
  const auto width =
      static_cast<Eigen::Index>(std::lround(season_length * std::pow(static_cast<double>(n) / 100.0, 0.25))) + 1;
  Matrix windows(k, columns + width - 1);
  Vector sum = Vector::Zero(k);
  for (Eigen::Index w = 0; w < windows.cols(); ++w) {
    if (w < columns) sum += g.col(w);
    if (w >= width) sum -= g.col(w - width);
    windows.col(w) = sum;
  }
  const double count = static_cast<double>(n);
  Matrix omega = Matrix::Zero(k, k);
  omega.selfadjointView<Eigen::Lower>().rankUpdate(windows, 1.0 / (count * static_cast<double>(width)));
  const Eigen::LLT<Matrix> factor(omega);
  if (factor.info() != Eigen::Success || !(factor.rcond() > 1e-13)) return std::nullopt;

  // L = sum of F' omega^-1 F over n^2, F the partial sums of g (Canova & Hansen 1995, eq. 8).
  for (Eigen::Index t = 1; t < columns; ++t) g.col(t) += g.col(t - 1);
  factor.matrixL().solveInPlace(g);
  CanovaHansenResult result;
  result.statistic = g.squaredNorm() / (count * count);
  if (!std::isfinite(result.statistic)) return std::nullopt;
  result.p_value = canova_hansen_p_value(result.statistic, season_length - 1);
  return result;
}

// V is the integral of k squared Brownian bridges; its characteristic function (z / sinh z)^(k/2), z = sqrt(-2it), is
// inverted by the formula of Gil-Pelaez (1951). With t = u^2 the integrand is smooth and dies like exp(-k u / 2).
double canova_hansen_p_value(double statistic, int degrees_of_freedom) {
  if (!(statistic > 0.0)) return 1.0;
  const double half = 0.5 * degrees_of_freedom;
  // Fine enough for the oscillation exp(-i u^2 x) where the integrand still counts.
  const double end = 40.0 / half + 4.0;
  const double step = std::min(0.01, 0.2 / (1.0 + end * statistic));
  double sum = 0.0;
  const auto steps = static_cast<long>(std::ceil(end / step));
  for (long i = 0; i < steps; ++i) {  // midpoint rule
    const double u = (static_cast<double>(i) + 0.5) * step;
    const std::complex<double> z(u, -u);
    const std::complex<double> log_sinh = z + std::log(1.0 - std::exp(-2.0 * z)) - std::numbers::ln2;
    const std::complex<double> log_phi = half * (std::log(z) - log_sinh);
    sum += std::imag(std::exp(log_phi - std::complex<double>(0.0, u * u * statistic))) * 2.0 / u;
    if (log_phi.real() < -40.0) break;
  }
  return std::clamp(0.5 + sum * step / std::numbers::pi, 0.0, 1.0);
}

void SeasonalDifferenceOptions::check() const {
  if (!(alpha >= 0.01 && alpha <= 0.10))
    throw InvalidArgument("the level of the seasonal test must lie in [0.01, 0.10], got " + std::to_string(alpha),
                          "The usual level is 0.05.");
  if (max_D < 0)
    throw InvalidArgument("max_D must not be negative, got " + std::to_string(max_D), "The usual value is 1.");
}

int number_of_seasonal_differences(std::span<const double> y, int season_length,
                                   const SeasonalDifferenceOptions& options, std::span<const double> observed) {
  options.check();
  const auto m = static_cast<std::size_t>(std::max(season_length, 0));
  if (season_length < 2 || options.max_D == 0 || y.size() <= m || is_constant(y)) return 0;
  std::vector<double> known(observed.begin(), observed.end());
  const auto wants_difference = [&](std::span<const double> x) {
    switch (options.test) {
      case SeasonalTest::kSeasonalStrength:
        return seasonal_strength(x, season_length, known) > 0.64;
      case SeasonalTest::kOcsb: {
        const auto result = ocsb_test(x, season_length);
        return result && result->statistic > result->critical_value;
      }
      case SeasonalTest::kCanovaHansen: {
        const auto result = canova_hansen_test(x, season_length);
        return result && result->p_value < options.alpha;
      }
    }
    return false;
  };

  if (!wants_difference(y)) return 0;
  double scale = 0.0;
  for (double v : y) scale = std::max(scale, std::abs(v));
  std::vector<double> x;
  std::vector<double> next;
  const auto shorten = [&] {
    if (known.empty()) return;
    difference(known, m, next);
    known.swap(next);
  };
  difference(y, m, x);
  for (int D = 1;; ++D) {
    shorten();
    if (D >= options.max_D || is_constant(x, scale) || x.size() < 2 * m || !wants_difference(x)) return D;
    difference(x, m, next);
    x.swap(next);
  }
}

}  // namespace performance_tracker
