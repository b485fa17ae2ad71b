// SPDX-License-Identifier: PostgreSQL
//
// How well a method would have forecast the series' own past, by a rolling origin (Tashman 2000).
//
//   Backtest b = backtest(y, {.folds = 5, .horizon = 7}, progress);
//   forecast_accuracy(y, b, &BacktestFold::forecast).mase
//
// Fold k of K is trained on everything before its horizon and nothing after it: the search, the season and the scale
// of MASE come from the training part alone. The horizons follow each other without overlap and end with the series.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/forecast/forecast.h"
#include "core/forecast/interval.h"

namespace performance_tracker {

inline constexpr int kMaxFolds = 1000;

struct BacktestOptions {
  int folds = 5;          // 1..kMaxFolds
  int horizon = 0;        // steps ahead; 0: a season (7 without one), but all folds within half of the series
  int season_length = 0;  // 0: found in each training part
  ForecastMethod method = ForecastMethod::kArima;
  double confidence_level = 0.80;
  bool nonnegative = false;
  Regressors regressors = {};  // of methods that take them: known over each horizon; each of the series' length
};

struct BacktestFold {
  std::size_t training = 0;  // steps in the training part
  int season_length = 1;
  std::string model = {};
  double naive_error = 0;  // mean |y_t - y_(t - season_length)| of the training part, NaN without a pair
  IntervalForecast forecast = {};
  IntervalForecast seasonal_naive = {};
};

struct Backtest {
  int horizon = 0;
  std::vector<BacktestFold> folds;  // oldest first
};

// Throws InvalidArgument unless 10 steps are left to train the first fold, InvalidData when a training
// part has no observation.
Backtest backtest(std::span<const double> y, const BacktestOptions& options, const Progress& progress);

// With e = forecast - actual over all folds and steps whose actual is observed. NaN where there is no step, or where a
// denominator is zero.
struct ForecastAccuracy {
  double mae = 0;       // mean |e|
  double rmse = 0;      // sqrt(mean e^2)
  double mape = 0;      // mean |e / actual|
  double smape = 0;     // mean 2 |e| / (|actual| + |forecast|), in 0..2
  double mase = 0;      // mean |e| / naive_error of the fold (Hyndman & Koehler 2006)
  double bias = 0;      // mean e
  double coverage = 0;  // share of actuals within the bounds
  int folds = 0;        // with an observed actual
  int n = 0;            // observed actuals
};

ForecastAccuracy forecast_accuracy(std::span<const double> y, const Backtest& backtest,
                                   IntervalForecast BacktestFold::*which);

}  // namespace performance_tracker
