// SPDX-License-Identifier: PostgreSQL
//
// A series made ready for the likelihood: missing values bridged and marked, centred, differenced, scaled to one.
#pragma once

#include <span>
#include <vector>

#include "core/arima/arima_likelihood.h"
#include "core/arima/arima_order.h"
#include "core/base/progress.h"
#include "core/series/regressors.h"

namespace performance_tracker {

struct ArimaProblem {
  ArimaData data;
  Constant constant = Constant::kNone;
  std::size_t length = 0;  // of the series, before differencing
  double centre = 0.0;     // y = centre + scale * (what is modelled)
  double scale = 1.0;
  std::vector<double> series;           // (y - centre) / scale, missing values bridged
  std::vector<std::size_t> missing_at;  // places of the missing values
  Regressors regressors;                // the constant's own first, then the caller's, over regressor_scale
  std::vector<double> regressor_scale;
};

// How missing values enter the likelihood, which is the same either way.
enum class GapMethod {
  kCheapest,
  kColumns,  // a regression column each
  kKalman,   // a filter that passes over them
};

// Only the differences and the season length of `order` are used. The series may hold NaN, the regressors may not.
// After differencing at least one value must be left. Polled between the passes over the series, a few ms each at their
// longest.
ArimaProblem make_arima_problem(std::span<const double> y, const ArimaOrder& order, Constant constant,
                                const Regressors& regressors, const Progress& progress,
                                GapMethod method = GapMethod::kCheapest);

// What `gaps` missing values cost in one evaluation with its gradient on the kind of machine that bench/ was run on, in
// seconds, by the cheaper of the two methods.
double seconds_for_gaps(std::size_t length, std::size_t gaps, int season_length);

// The first observation from which on the exact likelihood is affordable in one database query: the whole series,
// unless it is longer than kLongestExact, or has gaps and so long a season that a single evaluation would take more
// than kAffordableSeconds. Estimates and forecasts then rest on the latest part.
inline constexpr std::size_t kLongestExact = 20'000;
inline constexpr double kAffordableSeconds = 0.1;
std::size_t first_affordable(std::span<const double> y, int season_length);

// Each regressor without its first `start` values.
Regressors tail(const Regressors& regressors, std::size_t start);

// The coefficients c_i of (1-B)^d (1-B^m)^D = 1 - c_1 B - c_2 B^2 - …
std::vector<double> difference_coefficients(const ArimaOrder& order);

// The differenced series; empty when it is no longer than what differencing costs.
std::vector<double> difference(std::span<const double> y, int lag, int times);

}  // namespace performance_tracker
