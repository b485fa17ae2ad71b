// SPDX-License-Identifier: PostgreSQL
//
// Seasonal-trend decomposition by loess: y = trend + seasonal + remainder.
//
//   Decomposition d = stl(y, 7, {.seasonal_window = 11});    // one season that may change slowly
//   Decomposition d = stl(y, 7, {.periodic = true});         // the same season all the time
//   MultiDecomposition d = mstl(y, {7, 365});                // several seasons
//
// Series are complete (no NaN, no infinity), oldest value first. Windows are numbers of observations (the seasonal
// window: of seasons), odd; an even one is widened by one. Cost: O(n · window / jump) per loess, a few tens of
// nanoseconds an observation with the defaults.
//
// Sources: Cleveland, Cleveland, McRae & Terpenning (1990), "STL: a seasonal-trend decomposition procedure based on
// loess", J. Official Statistics 6; Bandara, Hyndman & Bergmeir (2021), "MSTL", arXiv:2107.13462. Defaults and results
// agree with R's stats::stl and forecast::mstl; a robust fit of an even number of observations differs slightly, since
// R's median of the residuals is not exact there.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "core/base/progress.h"

namespace performance_tracker {

struct StlOptions {
  bool periodic = false;      // the seasonal pattern is the same in every season; seasonal_window is ignored
  int seasonal_window = 11;   // seasons in the window of the seasonal loess, >= 3
  int trend_window = 0;       // >= 3; 0: smallest odd number >= 1.5 m / (1 - 1.5 / seasonal_window) (eq. in 3.4)
  int low_pass_window = 0;    // >= 3; 0: smallest odd number >= m
  int seasonal_degree = 0;    // 0 or 1
  int trend_degree = 1;       // 0 or 1
  int inner_iterations = 0;   // 0: 2, or 1 if robust
  int robust_iterations = 0;  // outer iterations that weigh down outliers; 0: not robust, 15 is R's choice

  // Throws InvalidArgument that names the field, its value and the way out.
  void check() const;
};

struct Decomposition {
  std::vector<double> trend;
  std::vector<double> seasonal;
  std::vector<double> remainder;
  std::vector<double> robustness_weight;  // those of the last iteration, in [0, 1]; empty when not robust
};

// Throws InvalidArgument unless 2 <= season_length and y has more than two seasons.
Decomposition stl(std::span<const double> y, int season_length, const StlOptions& options, const Progress& progress);

// Without a way to end it, for series that take no time.
inline Decomposition stl(std::span<const double> y, int season_length, const StlOptions& options = {}) {
  return stl(y, season_length, options, NeverCancelled());
}

struct MstlOptions {
  int iterations = 2;                 // rounds over the seasons when there are several, >= 1
  std::vector<int> seasonal_windows;  // one for each season in ascending order; missing ones: 7 + 4 i, i = 1, 2, …
  int robust_iterations = 0;          // as in StlOptions
};

struct MultiDecomposition {
  std::vector<double> trend;
  std::vector<int> season_lengths;            // ascending; those with fewer than two full seasons are left out
  std::vector<std::vector<double>> seasonal;  // one for each season length
  std::vector<double> remainder;
};

// With no usable season the trend is a loess of degree 1 over the whole series.
MultiDecomposition mstl(std::span<const double> y, std::vector<int> season_lengths, const MstlOptions& options,
                        const Progress& progress);
inline MultiDecomposition mstl(std::span<const double> y, std::vector<int> season_lengths) {
  return mstl(y, std::move(season_lengths), {}, NeverCancelled());
}

}  // namespace performance_tracker
