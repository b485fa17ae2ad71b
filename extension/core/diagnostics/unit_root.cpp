// SPDX-License-Identifier: PostgreSQL
#include "core/diagnostics/unit_root.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/least_squares.h"

namespace performance_tracker {
namespace {

struct CriticalValue {
  double statistic;
  double level;
};

// Linear between the tabulated levels (ordered by statistic), constant beyond them.
template <std::size_t N>
double interpolate_level(const std::array<CriticalValue, N>& table, double statistic) {
  if (statistic <= table.front().statistic) return table.front().level;
  for (std::size_t i = 1; i < N; ++i) {
    if (statistic <= table[i].statistic) {
      const double share = (statistic - table[i - 1].statistic) / (table[i].statistic - table[i - 1].statistic);
      return table[i - 1].level + share * (table[i].level - table[i - 1].level);
    }
  }
  return table.back().level;
}

double mean_of(std::span<const double> y) {
  double sum = 0.0;
  for (double v : y) sum += v;
  return sum / static_cast<double>(y.size());
}

// y minus its mean, or minus its least-squares line.
void remove_deterministic(std::span<const double> y, Deterministic deterministic, std::vector<double>& residual) {
  const std::size_t n = y.size();
  residual.resize(n);
  const double mean = mean_of(y);
  double slope = 0.0;
  const double middle = (static_cast<double>(n) - 1.0) / 2.0;
  if (deterministic == Deterministic::kTrend && n > 1) {
    double cross = 0.0;
    double square = 0.0;
    for (std::size_t t = 0; t < n; ++t) {
      const double x = static_cast<double>(t) - middle;
      cross += x * (y[t] - mean);
      square += x * x;
    }
    slope = cross / square;
  }
  for (std::size_t t = 0; t < n; ++t) residual[t] = y[t] - mean - slope * (static_cast<double>(t) - middle);
}

// Sum of squares over n, plus the Bartlett-weighted autocovariances up to `lags` (Newey & West 1987).
double long_run_variance(std::span<const double> e, int lags, double variance) {
  const std::size_t n = e.size();
  double sum = 0.0;
  for (int lag = 1; lag <= lags && static_cast<std::size_t>(lag) < n; ++lag) {
    const auto shift = static_cast<std::size_t>(lag);
    double product = 0.0;
    for (std::size_t t = shift; t < n; ++t) product += e[t] * e[t - shift];
    sum += (1.0 - static_cast<double>(lag) / (lags + 1.0)) * product;
  }
  return variance + 2.0 * sum / static_cast<double>(n);
}

double sum_of_squares(std::span<const double> e) {
  double sum = 0.0;
  for (double v : e) sum += v * v;
  return sum;
}

}  // namespace

bool is_constant(std::span<const double> y, double scale) {
  if (y.empty()) return true;
  const auto [low, high] = std::minmax_element(y.begin(), y.end());
  const double magnitude = std::max(std::abs(*low), std::abs(*high));
  // Nothing but rounding: a large level says nothing about how little the values on it may differ.
  const double tolerance = 8.0 * std::numeric_limits<double>::epsilon() * std::max(magnitude, scale);
  return *high - *low <= tolerance;
}

UnitRootResult kpss_test(std::span<const double> y, Deterministic deterministic) {
  UnitRootResult result;
  const std::size_t n = y.size();
  if (n < 3 || is_constant(y)) return result;
  std::vector<double> e;
  remove_deterministic(y, deterministic, e);

  result.lags = static_cast<int>(3.0 * std::sqrt(static_cast<double>(n)) / 13.0);
  const double count = static_cast<double>(n);
  const double variance = long_run_variance(e, result.lags, sum_of_squares(e) / count);
  if (!(variance > 0.0)) return result;

  double partial_sum = 0.0;
  double numerator = 0.0;
  for (double v : e) {
    partial_sum += v;
    numerator += partial_sum * partial_sum;
  }
  result.statistic = numerator / (count * count) / variance;

  // Kwiatkowski et al. (1992), table 1.
  static constexpr std::array<CriticalValue, 4> kLevel{{{0.347, 0.10}, {0.463, 0.05}, {0.574, 0.025}, {0.739, 0.01}}};
  static constexpr std::array<CriticalValue, 4> kTrend{{{0.119, 0.10}, {0.146, 0.05}, {0.176, 0.025}, {0.216, 0.01}}};
  result.p_value = interpolate_level(deterministic == Deterministic::kLevel ? kLevel : kTrend, result.statistic);
  return result;
}

UnitRootResult adf_test(std::span<const double> y, Deterministic deterministic) {
  UnitRootResult result;
  result.lags = 1;
  const bool trend = deterministic == Deterministic::kTrend;
  const std::size_t columns = trend ? 4 : 3;
  if (y.size() < columns + 3 || is_constant(y)) return result;

  // y'(t) = a (+ b t) + g y(t-1) + d y'(t-1), for t = 2..n-1. The level is centred: the same g, better conditioned.
  const std::size_t rows = y.size() - 2;
  const double mean = mean_of(y);
  LeastSquares regression(rows, columns);
  for (std::size_t i = 0; i < rows; ++i) {
    regression.at(i, 0) = y[i + 1] - mean;
    regression.at(i, 1) = y[i + 1] - y[i];
    regression.at(i, 2) = 1.0;
    if (trend) regression.at(i, 3) = (static_cast<double>(i) + 1.0) / static_cast<double>(rows);
    regression.response(i) = y[i + 2] - y[i + 1];
  }
  if (!regression.solve()) return result;
  result.statistic = regression.t_value(0);
  if (!std::isfinite(result.statistic)) return result;

  // Fuller (1976), table 8.5.2, by the number of differences.
  struct Row {
    std::size_t below;
    std::array<CriticalValue, 3> level;
    std::array<CriticalValue, 3> trend;
  };
  static constexpr std::size_t kEver = std::numeric_limits<std::size_t>::max();
  static constexpr std::array<Row, 6> kTable{{
      {25, {{{-3.75, 0.01}, {-3.00, 0.05}, {-2.63, 0.10}}}, {{{-4.38, 0.01}, {-3.60, 0.05}, {-3.24, 0.10}}}},
      {50, {{{-3.58, 0.01}, {-2.93, 0.05}, {-2.60, 0.10}}}, {{{-4.15, 0.01}, {-3.50, 0.05}, {-3.18, 0.10}}}},
      {100, {{{-3.51, 0.01}, {-2.89, 0.05}, {-2.58, 0.10}}}, {{{-4.04, 0.01}, {-3.45, 0.05}, {-3.15, 0.10}}}},
      {250, {{{-3.46, 0.01}, {-2.88, 0.05}, {-2.57, 0.10}}}, {{{-3.99, 0.01}, {-3.43, 0.05}, {-3.13, 0.10}}}},
      {500, {{{-3.44, 0.01}, {-2.87, 0.05}, {-2.57, 0.10}}}, {{{-3.98, 0.01}, {-3.42, 0.05}, {-3.13, 0.10}}}},
      {kEver, {{{-3.43, 0.01}, {-2.86, 0.05}, {-2.57, 0.10}}}, {{{-3.96, 0.01}, {-3.41, 0.05}, {-3.12, 0.10}}}},
  }};
  const std::size_t differences = y.size() - 1;
  const auto row = std::find_if(kTable.begin(), kTable.end(), [&](const Row& r) { return differences < r.below; });
  result.p_value = interpolate_level(trend ? row->trend : row->level, result.statistic);
  return result;
}

UnitRootResult phillips_perron_test(std::span<const double> y, Deterministic deterministic) {
  UnitRootResult result;
  const bool trend = deterministic == Deterministic::kTrend;
  const std::size_t columns = trend ? 3 : 2;
  if (y.size() < columns + 4 || is_constant(y)) return result;

  const std::size_t rows = y.size() - 1;
  const double count = static_cast<double>(rows);
  const double mean = mean_of(y);
  result.lags = static_cast<int>(4.0 * std::pow(count / 100.0, 0.25));
  LeastSquares regression(rows, columns);
  for (std::size_t i = 0; i < rows; ++i) {
    regression.at(i, 0) = y[i] - mean;
    regression.at(i, 1) = 1.0;
    if (trend) regression.at(i, 2) = (static_cast<double>(i) + 1.0 - count / 2.0) / count;
    regression.response(i) = y[i + 1] - y[i];
  }
  if (!regression.solve()) return result;
  const double short_run = sum_of_squares(regression.residuals()) / count;
  if (!(short_run > 0.0)) return result;
  const double long_run = long_run_variance(regression.residuals(), result.lags, short_run);
  if (!(long_run > 0.0)) return result;

  // Phillips & Perron (1988), Z(t): the t value, corrected by half the excess of the long-run variance over the
  // residual sum of squares of y on its deterministic part.
  std::vector<double> detrended;
  remove_deterministic(y.subspan(1), deterministic, detrended);
  double spread = sum_of_squares(detrended) / (count * count);
  // With a trend the published correction, n^3 / (4 sqrt(3 det X'X)), approximates n^2 - 1 by n^2.
  if (trend) spread *= 1.0 - 1.0 / (count * count);
  if (!(spread > 0.0)) return result;
  result.statistic = std::sqrt(short_run / long_run) * regression.t_value(0) -
                     0.5 * (long_run - short_run) / std::sqrt(long_run * spread);
  if (!std::isfinite(result.statistic)) return result;

  // MacKinnon (1991), table 1.
  const auto surface = [count](double limit, double first, double second) {
    return limit + first / count + second / (count * count);
  };
  const std::array<CriticalValue, 3> level{{{surface(-3.4335, -5.999, -29.25), 0.01},
                                            {surface(-2.8621, -2.738, -8.36), 0.05},
                                            {surface(-2.5671, -1.438, -4.48), 0.10}}};
  const std::array<CriticalValue, 3> line{{{surface(-3.9638, -8.353, -47.44), 0.01},
                                           {surface(-3.4126, -4.039, -17.83), 0.05},
                                           {surface(-3.1279, -2.418, -7.58), 0.10}}};
  result.p_value = interpolate_level(trend ? line : level, result.statistic);
  return result;
}

void UnitRootOptions::check() const {
  if (!(alpha >= 0.01 && alpha <= 0.10))
    throw InvalidArgument("the level of the unit root test must lie in [0.01, 0.10], got " + std::to_string(alpha),
                          "The critical values are tabulated for these levels; the usual one is 0.05.");
  if (max_d < 0)
    throw InvalidArgument("max_d must not be negative, got " + std::to_string(max_d), "The usual value is 2.");
}

int number_of_differences(std::span<const double> y, const UnitRootOptions& options) {
  options.check();
  if (options.max_d == 0 || is_constant(y)) return 0;
  const auto wants_difference = [&](std::span<const double> x) {
    UnitRootResult result;
    switch (options.test) {
      case UnitRootTest::kKpss:
        result = kpss_test(x, options.deterministic);
        break;
      case UnitRootTest::kAdf:
        result = adf_test(x, options.deterministic);
        break;
      case UnitRootTest::kPhillipsPerron:
        result = phillips_perron_test(x, options.deterministic);
        break;
    }
    if (!result.p_value) return false;
    return options.test == UnitRootTest::kKpss ? *result.p_value < options.alpha : *result.p_value > options.alpha;
  };

  if (!wants_difference(y)) return 0;
  double scale = 0.0;
  for (double v : y) scale = std::max(scale, std::abs(v));
  std::vector<double> x(y.begin(), y.end());
  for (int d = 1;; ++d) {
    for (std::size_t t = 0; t + 1 < x.size(); ++t) x[t] = x[t + 1] - x[t];
    x.pop_back();
    if (d >= options.max_d || is_constant(x, scale) || !wants_difference(x)) return d;
  }
}

}  // namespace performance_tracker
