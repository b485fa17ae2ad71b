// SPDX-License-Identifier: PostgreSQL
//
// A model for any series, as a value to keep and to forecast from.
//
//   FittedModel kept = fit_automatically(series, {.season_length = 7}, progress);
//   ModelForecast f = forecast_model(kept, {.horizon = 30}, progress);
//   kept = update_model(kept, more, progress);     // the same coefficients on more data, without a search
//
// What cannot carry an ARIMA model gets the constant model ARIMA(0,0,0) with mean, and `status` says why; an error is
// left for series without a single observation.
#pragma once

#include <vector>

#include "core/auto_arima.h"
#include "core/fitted_model.h"
#include "core/progress.h"

namespace performance_tracker {

// Fewer observations than this cannot tell a model from noise.
inline constexpr std::size_t kFewestForArima = 10;

struct AutomaticModelOptions {
  int season_length = 0;  // 1..kMaxSeasonLength, 0: found (detect_season_length)
  AutoArimaOptions arima;
  Regressors regressors;  // each of the series' length, nothing missing
};

// Throws InvalidArgument for bad options, InvalidData when every observation is missing.
FittedModel fit_automatically(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress);

// A given order. Throws as fit_arima does.
FittedModel fit_given(const StampedSeries& series, const ArimaOrder& order, Constant constant,
                      const Regressors& regressors, const Progress& progress);

// Every candidate of the search that fit_automatically would make. Throws InvalidData for a series that gets the
// constant model without a search.
AutoArimaResult search_models(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress);

struct ModelForecastOptions {
  int horizon = 30;                // 1..kMaxHorizon
  double confidence_level = 0.80;  // in (0, 1)
  bool nonnegative = false;        // clamp value and bounds at zero
  Regressors future;               // of each of the model's regressors, `horizon` values
};

struct ModelForecast {
  std::vector<double> value, standard_error, lower, upper;  // each of length `horizon`
};

ModelForecast forecast_model(const FittedModel& fitted, const ModelForecastOptions& options, const Progress& progress);

// One-step-ahead predictions of each observation, NaN where there is none.
std::vector<double> fitted_values(const FittedModel& fitted, const Progress& progress);

// The model on its series continued by `more`, which must follow the same steps and may overlap (later values win; new
// values of a step that was missing fill it). The ARMA coefficients are kept; mean, drift, regression coefficients and
// variance follow from them in closed form (generalised least squares). Not for models with regressors unless
// `regressors` covers the whole series.
FittedModel update_model(const FittedModel& fitted, const StampedSeries& more, const Regressors& regressors,
                         const Progress& progress);

// The series and its continuation on one grid. Throws InvalidArgument when their steps differ.
StampedSeries continue_series(const StampedSeries& series, const StampedSeries& more);

}  // namespace performance_tracker
