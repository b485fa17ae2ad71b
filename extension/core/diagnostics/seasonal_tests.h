// SPDX-License-Identifier: PostgreSQL
//
// Whether a series needs a seasonal difference, and the measures that decide it.
//
//   int D = number_of_seasonal_differences(y, 7);                                   // seasonal strength above 0.64
//   int D = number_of_seasonal_differences(y, 12, {.test = SeasonalTest::kOcsb});
//
// All functions take complete series (no NaN, no infinity), oldest value first, of any length; they throw only for bad
// options. Where a test cannot be computed (too few seasons, a singular regression) no difference is taken.
//
// Sources. Seasonal strength: Wang, Smith & Hyndman (2006), Data Mining and Knowledge Discovery 13; the limit of 0.64
// is that of R's forecast::nsdiffs, found on the M3 competition. OCSB: Osborn, Chui, Smith & Birchenhall (1988), Oxford
// Bulletin of Economics and Statistics 50. Canova & Hansen (1995), J. Business & Economic Statistics 13. Results agree
// with R's nsdiffs, forecast::ocsb.test and uroot::ch.test, except that p-values of the latter come from a response
// surface that contradicts the published critical values at some seasons (0 for a statistic of 2.09 with 11 degrees of
// freedom, whose 5% value is 2.75); ours come from the limit distribution itself.
#pragma once

#include <optional>
#include <span>

namespace performance_tracker {

enum class SeasonalTest {
  kSeasonalStrength,  // differences while the STL season explains more than 64% of the detrended variance
  kOcsb,              // null hypothesis: a seasonal unit root; differences while it is not rejected at 5%
  kCanovaHansen,      // null hypothesis: a stable season; differences while it is rejected at `alpha`
};

// 1 - Var(remainder) / Var(seasonal + remainder) by STL, in [0, 1]. 0 with fewer than two full seasons or m < 2. Where
// `observed` is NaN, y is a value put in, and does not count in the variances. Empty: all are observed.
double seasonal_strength(std::span<const double> y, int season_length, std::span<const double> observed = {});

struct OcsbResult {
  double statistic = 0.0;       // t value of the seasonally lagged difference
  double critical_value = 0.0;  // at 5%
  int lags = 0;                 // chosen by AIC among 0..max_lags
};

// Empty when the regression cannot be computed.
std::optional<OcsbResult> ocsb_test(std::span<const double> y, int season_length, int max_lags = 3);

struct CanovaHansenResult {
  double statistic = 0.0;  // joint test of all seasonal frequencies
  double p_value = 0.0;    // in [0, 1]
};

// Empty when the regression cannot be computed.
std::optional<CanovaHansenResult> canova_hansen_test(std::span<const double> y, int season_length);

// P(V > statistic) under the null hypothesis: V has the generalised von Mises distribution with `degrees_of_freedom`
// (>= 1; m - 1 for all seasonal frequencies together). Asymptotic; absolute error below 1e-6.
double canova_hansen_p_value(double statistic, int degrees_of_freedom);

struct SeasonalDifferenceOptions {
  SeasonalTest test = SeasonalTest::kSeasonalStrength;
  double alpha = 0.05;  // level of the Canova-Hansen test, in [0.01, 0.10]
  int max_D = 1;        // >= 0

  // Throws InvalidArgument that names the field, its value and the way out.
  void check() const;
};

// Seasonal differences until the test is satisfied, the differenced series is constant or shorter than two seasons,
// or max_D is reached. 0 when season_length < 2 or the series is not longer than one season.
// `observed`: as above, for the test of the strength.
int number_of_seasonal_differences(std::span<const double> y, int season_length,
                                   const SeasonalDifferenceOptions& options = {},
                                   std::span<const double> observed = {});

}  // namespace performance_tracker
