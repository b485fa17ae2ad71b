// SPDX-License-Identifier: PostgreSQL
//
// Exponential smoothing in its state-space form: ETS(error, trend, season) of Hyndman, Koehler, Ord & Snyder (2008,
// tables 2.2 and 2.3; their chapter and equation numbers below).
//
//   EtsFit best = fit_ets(y, 7, progress);
//   best.model.to_string()                          // "ETS(A,Ad,A)[7]"
//   EtsRun run = run_ets(best.model, y, true, progress);  // fitted values, residuals, last states
//
// Offered are the fifteen forms that a forecast can rely on: errors A or M; trends N, A, Ad; seasons N, A, and M with
// multiplicative errors only. Multiplicative trends explode and additive errors around a multiplicative season divide
// by states near zero (ibid., section 10.2), so they are left out. Multiplicative forms need positive data.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"

namespace performance_tracker {

enum class EtsError : std::uint8_t { kAdditive, kMultiplicative };
enum class EtsTrend : std::uint8_t { kNone, kAdditive, kDamped };
enum class EtsSeason : std::uint8_t { kNone, kAdditive, kMultiplicative };

// `season[i]` belongs to the steps t with t % season_length == i, t = 0 the first of the series.
struct EtsState {
  double level = 0;
  double trend = 0;
  std::vector<double> season = {};
};

struct EtsModel {
  EtsError error = EtsError::kAdditive;
  EtsTrend trend = EtsTrend::kNone;
  EtsSeason season = EtsSeason::kNone;
  int season_length = 1;  // 1 without a season
  // Smoothing parameters, in the usual region 0 < beta < alpha < 1, 0 < gamma < 1 - alpha, 0.8 <= phi <= 0.98.
  double alpha = 0.1, beta = 0, gamma = 0, phi = 1;
  EtsState start;       // before the first step
  double variance = 0;  // of the errors, relative ones if they multiply

  std::string to_string() const;
  // Smoothing parameters, free initial states and the variance, as R's ets counts them.
  int parameter_count() const;
};

struct EtsRun {
  double squares = 0;  // sum of squared errors, relative ones if they multiply
  double logs = 0;     // sum of log |fitted|, what multiplicative errors add to the likelihood
  double observed = 0;
  bool valid = true;                     // false: a multiplicative state came to zero or below
  EtsState last;                         // after the last step
  std::vector<double> fitted, residual;  // residual NaN where y is; empty unless asked for
};

// A missing value (NaN) leaves the states to their prediction.
// Polled every few thousand steps.
EtsRun run_ets(const EtsModel& model, std::span<const double> y, bool keep, const Progress& progress);

// n log(squares) + 2 logs: -2 log-likelihood up to a constant (eq. 5.3); infinite for an invalid run.
double ets_criterion(const EtsRun& run);

struct EtsForecast {
  std::vector<double> value, standard_error;  // closed forms of sections 6.2 to 6.4
};
EtsForecast forecast_ets(const EtsModel& model, const EtsState& last, std::size_t length, int horizon);

struct EtsFit {
  EtsModel model;
  double log_likelihood = 0;  // without the constant, as R's ets gives it
  double aicc = 0;
  int forms = 0;  // tried
};

// The form of the smallest AICc. Throws nothing but Cancelled; y has an observation. The season is used if two of them
// are observed.
EtsFit fit_ets(std::span<const double> y, int season_length, const Progress& progress);

// One form, its parameters estimated. aicc is infinite where there are too few observations.
EtsFit estimate_ets(const EtsModel& form, std::span<const double> y, const Progress& progress);

}  // namespace performance_tracker
