// SPDX-License-Identifier: PostgreSQL
//
// A series' forecast by itself, with all that reconciliation and the rows of a result need of it, as one value that can
// be handed from the process that fitted it to the one that puts the parts together.
//
//   BaseForecast f = make_base_forecast(series, {.horizon = 30, .levels = {0.5, 0.8}}, progress);
//   std::string bytes = encode_base_forecast(f);
//   BaseForecast same = decode_base_forecast(bytes);      // throws InvalidArgument for anything else
//
// Bounds are those of the method, not cut off at zero: whoever writes the rows does that, after reconciliation.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.h"
#include "core/forecast/method.h"
#include "core/forecast/reconciliation.h"
#include "core/forecast/shop_calendar.h"
#include "core/series/series_text.h"

namespace performance_tracker {

// Half a year of days: what correlations are estimated from. More of them cost memory for each of ten thousand products
// and say little: the standard error of a correlation from 182 pairs is 0.07.
inline constexpr std::size_t kKeptErrors = 182;

struct BaseForecastOptions {
  ForecastMethod method = ForecastMethod::kArima;
  int season_length = 0;  // 0: found
  int horizon = 30;
  std::vector<double> levels = {0.80};  // 1..kMaxLevels confidence levels, each above 0 and below 1, none twice
  bool include_history = false;
  bool keep_errors = false;
  Regressors regressors = {};  // of the series' length
  Regressors future = {};      // over the horizon
  // Promotions, holidays and closed days around the method, and bad days left out (preparation.h); only of series whose
  // step is a day. Empty: the method alone.
  std::optional<SeriesCalendar> calendar = {};
  // Regressors as covariates of that preparation, for series of any step and any method: an effect may multiply, and a
  // value that always means zero (a closed day) is found. False: linear regressors, which only some methods take.
  bool regressors_as_covariates = false;

  void check() const;  // throws InvalidArgument
};

struct BaseForecast {
  TimeKind kind = TimeKind::kDate;
  std::int64_t start = 0;  // of the series
  TimeStep step{kDay, 0};
  std::size_t length = 0;               // of the series
  std::vector<double> history, fitted;  // with include_history: each of that length, NaN where missing
  std::vector<double> errors;           // with keep_errors: one-step errors of the last steps, newest last
  std::vector<double> levels, value, standard_error;
  std::vector<double> lower, upper;  // level after level, a value a step
  std::string model, status;
  std::uint32_t codes = 0;  // bits of StatusCode

  // Time of a step: 1 is the first of the horizon, 0 the last of the series.
  std::int64_t time_of(std::int64_t step_number) const;
};

BaseForecast make_base_forecast(const StampedSeries& series, const BaseForecastOptions& options,
                                const Progress& progress);

// The same from a fit that is there already: a kept model. Method and season length of the options do not count.
BaseForecast base_forecast_of(const MethodFit& fit, const StampedSeries& series, const BaseForecastOptions& options,
                              const Progress& progress);

std::string encode_base_forecast(const BaseForecast& forecast);
BaseForecast decode_base_forecast(std::string_view bytes);

// What reconcile() takes, errors aligned at their ends. Throws InvalidArgument unless all have the same last time,
// step, horizon and levels.
BaseForecasts gather(std::span<const BaseForecast> forecasts);

// Row `row` of the result put back into the forecast.
void take_over(BaseForecast& forecast, const ReconciledForecasts& reconciled, std::size_t row);

}  // namespace performance_tracker
