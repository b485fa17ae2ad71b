// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_problem.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/arima/covariance_window.h"
#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/series/interpolation.h"

namespace performance_tracker {
namespace {

double root_mean_square(std::span<const double> y) {
  double largest = 0.0;
  for (const double v : y) largest = std::max(largest, std::abs(v));
  if (largest == 0.0 || y.empty()) return 0.0;
  double sum = 0.0;
  for (const double v : y) sum += (v / largest) * (v / largest);
  return largest * std::sqrt(sum / static_cast<double>(y.size()));
}

std::vector<double> difference_all(std::span<const double> y, const ArimaOrder& order) {
  return difference(difference(y, order.season_length, order.seasonal_d), 1, order.d);
}

// An evaluation with its gradient, in seconds: rounded from times of orders (1,d,1)(0,D,1) on one machine. They decide
// between ways to the same likelihood, so their ratio matters, not their size.
double columns_seconds(std::size_t length, std::size_t gaps) {
  const auto k = static_cast<double>(gaps);
  return static_cast<double>(length) * k * (10.0 + 0.7 * k) * 1e-9;
}

// The state's size for orders as they are usual, and the gaps that differencing reaches at a time.
double kalman_seconds(std::size_t length, std::size_t gaps, int season_length) {
  const auto n = static_cast<double>(length);
  const double season = season_length > 1 ? season_length : 0.0;
  const double in_reach = (1.0 + season) * static_cast<double>(gaps) / n;
  const double size = 4.0 + season + in_reach;
  return n * (100.0 + 60.0 * std::min(in_reach, 2.0) + 10.0 * size + 0.35 * size * size) * 1e-9;
}

}  // namespace

std::vector<double> difference(std::span<const double> y, int lag, int times) {
  std::vector<double> out(y.begin(), y.end());
  const auto step = static_cast<std::size_t>(lag);
  for (int k = 0; k < times; ++k) {
    if (out.size() <= step) return {};
    for (std::size_t t = 0; t + step < out.size(); ++t) out[t] = out[t + step] - out[t];
    out.resize(out.size() - step);
  }
  return out;
}

double seconds_for_gaps(std::size_t length, std::size_t gaps, int season_length) {
  return std::min(columns_seconds(length, gaps), kalman_seconds(length, gaps, season_length));
}

std::size_t first_affordable(std::span<const double> y, int season_length) {
  std::size_t start = y.size() > kLongestExact ? y.size() - kLongestExact : 0;
  for (;;) {
    const std::span<const double> rest = y.subspan(start);
    if (seconds_for_gaps(rest.size(), count_missing(rest), season_length) <= kAffordableSeconds) return start;
    start += std::max<std::size_t>(1, rest.size() / 8);
  }
}

Regressors tail(const Regressors& regressors, std::size_t start) {
  Regressors out;
  for (const std::vector<double>& x : regressors)
    out.emplace_back(x.begin() + static_cast<std::ptrdiff_t>(std::min(start, x.size())), x.end());
  return out;
}

std::vector<double> difference_coefficients(const ArimaOrder& order) {
  std::vector<double> polynomial{1.0};
  const auto times = [&](std::size_t lag) {
    polynomial.resize(polynomial.size() + lag, 0.0);
    for (std::size_t i = polynomial.size(); i-- > lag;) polynomial[i] -= polynomial[i - lag];
  };
  for (int k = 0; k < order.d; ++k) times(1);
  for (int k = 0; k < order.seasonal_d; ++k) times(static_cast<std::size_t>(order.season_length));
  std::vector<double> coefficients(polynomial.size() - 1);
  for (std::size_t i = 0; i < coefficients.size(); ++i) coefficients[i] = -polynomial[i + 1];
  return coefficients;
}

namespace {

// Centring changes nothing in exact arithmetic where the mean is differenced away or estimated, and saves digits.
void centre(ArimaProblem& problem, bool differenced) {
  if (!differenced && problem.constant == Constant::kNone) return;
  double mean = 0.0, count = 0.0;
  for (const double v : problem.series) mean += (v - mean) / ++count;
  problem.centre = mean;
  for (double& v : problem.series) v -= mean;
}

// To a differenced series of root mean square one, so that tolerances mean the same for every series.
void scale(ArimaProblem& problem, const ArimaOrder& order) {
  const std::vector<double> w = difference_all(problem.series, order);
  if (w.empty())
    throw InvalidArgument(order.to_string() + " loses " + std::to_string(order.lost_observations()) +
                              " observations to differencing, and the series has only " +
                              std::to_string(problem.length),
                          "Lower the differences or the season_length.");
  const double size = root_mean_square(w);
  if (size > 0.0 && std::isfinite(size)) problem.scale = size;
  for (double& v : problem.series) v /= problem.scale;
  problem.data.n = w.size();
}

// The constant's own regressors: a level where nothing is differenced away, and time for a drift.
void add_constant(ArimaProblem& problem, bool differenced) {
  if (problem.constant == Constant::kMean || (problem.constant == Constant::kDrift && !differenced))
    problem.regressors.emplace_back(problem.length, 1.0);
  if (problem.constant != Constant::kDrift) return;
  std::vector<double>& time = problem.regressors.emplace_back(problem.length);
  for (std::size_t t = 0; t < time.size(); ++t) time[t] = static_cast<double>(t + 1);
}

void add_regressors(ArimaProblem& problem, const Regressors& regressors, const Progress& progress) {
  for (const std::vector<double>& x : regressors) {
    progress.poll();
    if (x.size() != problem.length)
      throw InvalidArgument(
          "a regressor has " + std::to_string(x.size()) + " values, the series " + std::to_string(problem.length),
          "Give one value for each observation.");
    if (!std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); }))
      throw InvalidArgument("a regressor holds a missing or infinite value", "Fill in every value of the regressors.");
    problem.regressors.push_back(x);
  }
}

void scale_regressors(ArimaProblem& problem, const ArimaOrder& order, const Progress& progress) {
  for (std::vector<double>& x : problem.regressors) {
    progress.poll();
    double size = root_mean_square(difference_all(x, order));
    if (!(size > 0.0) || !std::isfinite(size)) size = 1.0;
    for (double& v : x) v /= size;
    problem.regressor_scale.push_back(size);
  }
}

bool kalman_is_cheaper(const ArimaProblem& problem, int season_length) {
  const std::size_t gaps = problem.missing_at.size();
  return kalman_seconds(problem.length, gaps, season_length) < columns_seconds(problem.length, gaps);
}

// The filter passes over gaps; only those among the values that differencing uses up stay columns.
void describe_levels(ArimaProblem& problem, std::span<const double> y, const ArimaOrder& order) {
  ArimaData& data = problem.data;
  ArimaLevels& levels = data.levels;
  levels.length = problem.length;
  levels.lost = problem.length - data.n;
  levels.differences = difference_coefficients(order);
  levels.observed.resize(problem.length);
  std::transform(y.begin(), y.end(), levels.observed.begin(), [](double v) { return !std::isnan(v); });
  const auto first_ones = std::lower_bound(problem.missing_at.begin(), problem.missing_at.end(), levels.lost);
  data.missing = static_cast<std::size_t>(first_ones - problem.missing_at.begin());
  data.skipped = problem.missing_at.size() - data.missing;
}

// One for each missing value, the regressors, the series: levels for the filter, differences otherwise.
void fill_columns(ArimaProblem& problem, const ArimaOrder& order, const Progress& progress) {
  ArimaData& data = problem.data;
  const bool filtered = data.filtered();
  std::vector<double>& columns = filtered ? data.levels.columns : data.columns;
  columns.reserve((filtered ? problem.length : data.n) * data.column_count());
  const auto add = [&](const std::vector<double>& levels) {
    progress.poll();
    const std::vector<double> column = filtered ? levels : difference_all(levels, order);
    columns.insert(columns.end(), column.begin(), column.end());
  };
  std::vector<double> indicator(problem.length, 0.0);
  for (std::size_t k = 0; k < data.missing; ++k) {
    indicator[problem.missing_at[k]] = 1.0;
    add(indicator);
    indicator[problem.missing_at[k]] = 0.0;
  }
  for (const std::vector<double>& x : problem.regressors) add(x);
  add(problem.series);
}

// Before anything is taken. Columns: the data, their innovations and the adjoint's, n each. The filter: gain, head and
// adjoint of the gain at each step, the covariance's window and its copy while it moves, the start's square matrices.
double columns_bytes(double n, double columns) { return 8.0 * n * (3.0 * columns + 8.0); }

// The regressors themselves: as they were given, scaled, and kept with the model and in its bytes.
double regressor_bytes(double n, double regressors) { return 8.0 * n * 4.0 * regressors; }

double kalman_bytes(double n, double state, double reached, double columns) {
  const double steps = 8.0 * n * (3.0 * (state + reached + 1.0) + 2.0 * columns + 10.0);
  return steps + 2.0 * CovarianceWindow::bytes(state, reached + 1.0) + 8.0 * 5.0 * state * state;
}

void check_memory(std::span<const double> y, const ArimaOrder& order, std::size_t regressors, GapMethod method) {
  const std::size_t gaps = count_missing(y);
  const auto n = static_cast<double>(y.size());
  const double others = static_cast<double>(regressors) + 2.0;
  const bool filtered = method == GapMethod::kKalman ||
                        (method == GapMethod::kCheapest &&
                         kalman_seconds(y.size(), gaps, order.season_length) < columns_seconds(y.size(), gaps));
  const double season = std::max(order.season_length, 1);
  const double lags = std::max(order.p + season * order.seasonal_p, order.q + season * order.seasonal_q + 1.0);
  const double lost = order.d + season * order.seasonal_d;
  // Missing values can lie next to each other.
  const double reached = std::min(lost, static_cast<double>(gaps));
  const double bytes = filtered ? kalman_bytes(n, lags, reached, others + reached)
                                : columns_bytes(n, static_cast<double>(gaps) + others) + 8.0 * 8.0 * lags * lags;
  require_memory(
      bytes + regressor_bytes(n, static_cast<double>(regressors)),
      order.to_string() + " on " + std::to_string(y.size()) + " steps, " + std::to_string(gaps) + " of them missing,",
      "Take the latest part of the series, slice(series, from_timestamp => …), a shorter season or fewer "
      "regressors.");
}

}  // namespace

ArimaProblem make_arima_problem(std::span<const double> y, const ArimaOrder& order, Constant constant,
                                const Regressors& regressors, const Progress& progress, GapMethod method) {
  check_memory(y, order, regressors.size(), method);
  const bool differenced = order.d + order.seasonal_d > 0;
  ArimaProblem problem;
  problem.constant = constant;
  problem.length = y.size();
  problem.series = interpolate_missing(y);  // any value would do: the likelihood takes it out
  for (std::size_t t = 0; t < y.size(); ++t)
    if (std::isnan(y[t])) problem.missing_at.push_back(t);
  progress.poll();
  centre(problem, differenced);
  progress.poll();
  scale(problem, order);
  add_constant(problem, differenced);
  add_regressors(problem, regressors, progress);
  scale_regressors(problem, order, progress);

  problem.data.missing = problem.missing_at.size();
  problem.data.regressors = problem.regressors.size();
  if (method == GapMethod::kKalman ||
      (method == GapMethod::kCheapest && kalman_is_cheaper(problem, order.season_length)))
    describe_levels(problem, y, order);
  fill_columns(problem, order, progress);
  return problem;
}

}  // namespace performance_tracker
