// SPDX-License-Identifier: PostgreSQL
//
// How often a series must be differenced (lag 1) to look stationary, and the tests that decide it.
//
//   int d = number_of_differences(y);                                        // KPSS at 5%, at most 2
//   int d = number_of_differences(y, {.test = UnitRootTest::kPhillipsPerron});
//
// All functions take complete series (no NaN, no infinity), oldest value first, of any length, and never throw except
// for bad options. Where a test cannot be computed (too few values, a perfect fit) its p-value is empty, and no further
// difference is taken.
//
// Sources. KPSS: Kwiatkowski, Phillips, Schmidt & Shin (1992), J. Econometrics 54, critical values of their table 1.
// ADF: Dickey & Fuller (1979), JASA 74, critical values of Fuller (1976), table 8.5.2. Phillips-Perron: Phillips &
// Perron (1988), Biometrika 75, Z(t), critical values by the response surfaces of MacKinnon (1991). p-values are
// interpolated between the tabulated levels, so they never leave [0.01, 0.10]. The choice of lags and of the successive
// tests follows Hyndman & Khandakar (2008), J. Stat. Software 27(3), and agrees with R's forecast::ndiffs.
#pragma once

#include <optional>
#include <span>

namespace performance_tracker {

enum class UnitRootTest {
  kKpss,            // null hypothesis: stationary; differences while it is rejected
  kAdf,             // null hypothesis: a unit root; differences while it is not rejected
  kPhillipsPerron,  // null hypothesis: a unit root; differences while it is not rejected
};

enum class Deterministic {
  kLevel,  // a constant
  kTrend,  // a constant and a straight line
};

struct UnitRootResult {
  double statistic = 0.0;
  int lags = 0;                   // lagged differences (ADF) or autocovariances in the long-run variance
  std::optional<double> p_value;  // interpolated, within [0.01, 0.10]; empty when the test could not be computed
};

// Short bandwidths: trunc(3 sqrt(n) / 13) for KPSS, trunc(4 (n / 100)^(1/4)) for Phillips-Perron, one lag for ADF.
UnitRootResult kpss_test(std::span<const double> y, Deterministic deterministic = Deterministic::kLevel);
UnitRootResult adf_test(std::span<const double> y, Deterministic deterministic = Deterministic::kLevel);
UnitRootResult phillips_perron_test(std::span<const double> y, Deterministic deterministic = Deterministic::kLevel);

struct UnitRootOptions {
  double alpha = 0.05;  // level of the test, in [0.01, 0.10]
  UnitRootTest test = UnitRootTest::kKpss;
  Deterministic deterministic = Deterministic::kLevel;
  int max_d = 2;  // >= 0

  // Throws InvalidArgument that names the field, its value and the way out.
  void check() const;
};

// Differences until the test is satisfied, the differenced series is constant, or max_d is reached.
int number_of_differences(std::span<const double> y, const UnitRootOptions& options = {});

// True when the values differ by no more than rounding error. `scale` is the largest absolute value of the data that
// `y` was computed from, when y is a difference (cancellation leaves errors of that scale); 0 otherwise.
bool is_constant(std::span<const double> y, double scale = 0.0);

}  // namespace performance_tracker
