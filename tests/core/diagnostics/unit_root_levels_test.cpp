// SPDX-License-Identifier: PostgreSQL
//
// The p-values of the unit root tests against the published tables, typed in from the papers a second time: every
// length, every level, with and without a trend. (A changed 1% value with trend was noticed by no test.)
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "core/diagnostics/unit_root.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

using testing::uniform_noise;

// Statistics at the tabulated levels, in the order of the levels.
template <std::size_t N>
struct Table {
  std::array<double, N> levels;
  std::array<double, N> statistics;

  // Linear between two levels, the outer ones beyond.
  double p_value(double statistic) const {
    const bool rising = statistics[0] < statistics[N - 1];
    for (std::size_t i = 0; i + 1 < N; ++i) {
      const double from = statistics[i], to = statistics[i + 1];
      if (statistic >= std::min(from, to) && statistic <= std::max(from, to))
        return levels[i] + (levels[i + 1] - levels[i]) * (statistic - from) / (to - from);
    }
    return (statistic < statistics[0]) == rising ? levels[0] : levels[N - 1];
  }

  // Which of the N + 1 intervals a statistic falls into.
  std::size_t interval(double statistic) const {
    std::size_t below = 0;
    for (const double s : statistics) below += statistic > s ? 1U : 0U;
    return below;
  }
};

// First-order autoregressions from independent to a walk, on a slope: statistics of every size.
std::vector<double> autoregression(std::size_t n, double coefficient, std::uint64_t seed) {
  std::vector<double> y = uniform_noise(n, seed);
  for (std::size_t t = 1; t < n; ++t) y[t] += coefficient * y[t - 1];
  return y;
}

// Every p-value that the test gives on many series is the table's, and every interval of the table was met.
template <class Test, class TableOfLength>
void expect_levels(Test test, TableOfLength table_of, std::size_t n, Deterministic deterministic) {
  const auto table = table_of(n);
  std::vector<int> met(table.statistics.size() + 1, 0);
  for (int step = 0; step < 60; ++step) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const std::vector<double> y = autoregression(n, step / 59.0, 1000 * seed + static_cast<std::uint64_t>(step));
      const UnitRootResult result = test(y, deterministic);
      ASSERT_TRUE(result.p_value);
      ASSERT_NEAR(*result.p_value, table.p_value(result.statistic), 1e-9)
          << "n " << n << ", statistic " << result.statistic;
      ++met[table.interval(result.statistic)];
    }
  }
  for (std::size_t i = 0; i < met.size(); ++i) EXPECT_GT(met[i], 0) << "n " << n << ": no statistic in interval " << i;
}

// Kwiatkowski et al. (1992), table 1.
TEST(UnitRootLevels, Kpss) {
  const auto level = [](std::size_t) { return Table<4>{{0.10, 0.05, 0.025, 0.01}, {0.347, 0.463, 0.574, 0.739}}; };
  const auto trend = [](std::size_t) { return Table<4>{{0.10, 0.05, 0.025, 0.01}, {0.119, 0.146, 0.176, 0.216}}; };
  for (const std::size_t n : {40U, 100U}) {
    expect_levels(kpss_test, level, n, Deterministic::kLevel);
    expect_levels(kpss_test, trend, n, Deterministic::kTrend);
  }
}

// Fuller (1976), table 8.5.2, for 25, 50, 100, 250, 500 and infinitely many differences.
TEST(UnitRootLevels, AugmentedDickeyFuller) {
  struct Row {
    std::size_t n;  // one with differences in this row, near its upper end
    std::array<double, 3> level, trend;
  };
  const Row rows[] = {
      {25, {-3.75, -3.00, -2.63}, {-4.38, -3.60, -3.24}},  {50, {-3.58, -2.93, -2.60}, {-4.15, -3.50, -3.18}},
      {100, {-3.51, -2.89, -2.58}, {-4.04, -3.45, -3.15}}, {250, {-3.46, -2.88, -2.57}, {-3.99, -3.43, -3.13}},
      {500, {-3.44, -2.87, -2.57}, {-3.98, -3.42, -3.13}}, {501, {-3.43, -2.86, -2.57}, {-3.96, -3.41, -3.12}}};
  constexpr std::array<double, 3> kLevels{0.01, 0.05, 0.10};
  for (const Row& row : rows) {
    expect_levels(
        adf_test,
        [&](std::size_t) {
          return Table<3>{kLevels, row.level};
        },
        row.n, Deterministic::kLevel);
    expect_levels(
        adf_test,
        [&](std::size_t) {
          return Table<3>{kLevels, row.trend};
        },
        row.n, Deterministic::kTrend);
  }
}

// MacKinnon (1991), table 1: limit + first / T + second / T^2 with T differences.
TEST(UnitRootLevels, PhillipsPerron) {
  constexpr std::array<double, 3> kLevels{0.01, 0.05, 0.10};
  const auto surface = [](std::size_t n, double limit, double first, double second) {
    const double t = static_cast<double>(n) - 1.0;
    return limit + first / t + second / (t * t);
  };
  for (const std::size_t n : {20U, 60U, 300U}) {
    expect_levels(
        phillips_perron_test,
        [&](std::size_t length) {
          return Table<3>{kLevels,
                          {surface(length, -3.4335, -5.999, -29.25), surface(length, -2.8621, -2.738, -8.36),
                           surface(length, -2.5671, -1.438, -4.48)}};
        },
        n, Deterministic::kLevel);
    expect_levels(
        phillips_perron_test,
        [&](std::size_t length) {
          return Table<3>{kLevels,
                          {surface(length, -3.9638, -8.353, -47.44), surface(length, -3.4126, -4.039, -17.83),
                           surface(length, -3.1279, -2.418, -7.58)}};
        },
        n, Deterministic::kTrend);
  }
}

}  // namespace
}  // namespace performance_tracker
