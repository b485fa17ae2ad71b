// SPDX-License-Identifier: PostgreSQL
//
// The one call that turns a series into a forecast, whatever the series looks like.
//
//   NeverCancelled progress;
//   TimeSeries series{{112, 118, 132, ...}, 12};
//   Forecast f = forecast(series, {.horizon = 24, .confidence_level = 0.95}, progress);
//   f.value[0], f.lower[0], f.upper[0]      // one step ahead with its 95% interval
//   f.model                                 // "ARIMA(2,1,1)(0,1,0)[12]"
//
// It always answers when the series has at least one observation: what cannot carry a search falls back, and `status`
// says so. No result is ever NaN or infinite except `fitted`, where NaN means that no one-step-ahead prediction exists.
//
// The methods are those of method.h's table; the fallbacks of ARIMA are listed in automatic_model.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/arima/auto_arima.h"
#include "core/base/progress.h"
#include "core/forecast/interval.h"
#include "core/forecast/method.h"
#include "core/series/time_series.h"

namespace performance_tracker {

struct ForecastOptions {
  int horizon = 30;                 // steps ahead, 1..kMaxHorizon
  double confidence_level = 0.80;   // coverage of the interval, in (0, 1)
  std::vector<double> levels = {};  // several at once, none twice; confidence_level does not count then
  ForecastMethod method = ForecastMethod::kArima;
  int moving_average_window = 7;      // observations, >= 1
  bool nonnegative = false;           // clamp point forecast and bounds at zero (for money and counts)
  AutoArimaOptions arima = {};        // of kArima, alone or as a member
  Regressors regressors = {};         // of methods that take them: each of the series' length, nothing missing
  Regressors future_regressors = {};  // their values over the horizon

  // Throws InvalidArgument that names the field, its value and the way out.
  void check() const;
};

// Value and errors, with the bounds of the first level.
struct Forecast : IntervalForecast {
  std::vector<double> all_lower, all_upper;  // of every level, level after level

  // Of the length of the series: one-step-ahead fitted values, NaN where there is none.
  std::vector<double> fitted;

  std::string model;                  // "ARIMA(1,1,1)(0,1,1)[7] with drift", "Moving average (7)", "Seasonal naive [7]"
  std::optional<ArimaModel> arima;    // of kArima: the model, in multiples of the series' unit (series_summary.h)
  std::optional<std::string> status;  // fallback taken, missing values counted, …; empty when nothing is to be said
  Status codes;                       // the same with its codes
};

// Throws InvalidArgument for bad options, InvalidData when the series is empty, all missing, or holds an infinite
// value, and whatever progress.poll() throws.
Forecast forecast(const TimeSeries& series, const ForecastOptions& options, const Progress& progress);

}  // namespace performance_tracker
