// SPDX-License-Identifier: PostgreSQL
//
// A model for any series, as a value to keep and to forecast from.
//
//   FittedModel kept = fit_automatically(series, {.season_length = 7}, progress);
//   ModelForecast f = forecast_model(kept, {.horizon = 30}, progress);
//   kept = update_model(kept, more, progress);     // the same coefficients on more data, without a search
//
// Every series gets a model: what cannot carry a search is carried on by one of carried_model.h, and `status` says why.
//
//   one observation, or all equal                        mean_model
//   fewer than kFewestForArima                           naive_model if they fill the season twice, else mean_model
//   a straight line or an exact season                   exact_pattern
//   no model can be fitted (too many gaps, …)            naive_model, of the season if there is one
//
// An error is left for series without a single observation or with an infinite one.
//
// The regression and the variance of a model are in multiples of its series' unit (series_summary.h), which is 1 unless
// the values are beyond 1e100 or all below 1e-100.
#pragma once

#include <string>
#include <vector>

#include "core/arima/auto_arima.h"
#include "core/base/progress.h"
#include "core/forecast/fitted_model.h"
#include "core/forecast/interval.h"

namespace performance_tracker {

struct AutomaticModelOptions {
  int season_length = 0;  // 1..kMaxSeasonLength, 0: found (detect_season_length)
  AutoArimaOptions arima;
  Regressors regressors;  // each of the series' length, nothing missing
};

// Throws InvalidArgument for bad options, InvalidData when nothing is observed or a value is infinite.
FittedModel fit_automatically(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress);

// A given order. Throws as fit_arima does.
FittedModel fit_given(const StampedSeries& series, const ArimaOrder& order, Constant constant,
                      const Regressors& regressors, const Progress& progress);

// Every candidate of the search that fit_automatically would make. Throws InvalidData for a series that gets its model
// without a search.
AutoArimaResult search_models(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress);

struct ModelForecastOptions {
  int horizon = 30;                // 1..kMaxHorizon
  double confidence_level = 0.80;  // in (0, 1)
  bool nonnegative = false;        // clamp value and bounds at zero
  Regressors future;               // of each of the model's regressors, `horizon` values
};

struct ModelForecast : IntervalForecast {
  std::string model;   // the one that answered: naive where a forecast leaves the range of numbers
  std::string status;  // of the fit, and that; empty when nothing is to be said
  Status added;        // what the forecast itself added to it
};

// Throws InvalidArgument for bad options and for regressors that do not fit; every number that it returns is finite.
ModelForecast forecast_model(const FittedModel& fitted, const ModelForecastOptions& options, const Progress& progress);

// False for a model that was to have regressors and is carried on without them.
bool uses_regressors(const FittedModel& fitted);

// The model with its series in multiples of the unit, for computations that need its variance beside its values.
struct MultiplesModel {
  FittedModel model;
  double unit;
};
MultiplesModel over_multiples(const FittedModel& fitted);

// One-step-ahead predictions of each observation, NaN where there is none.
std::vector<double> fitted_values(const FittedModel& fitted, const Progress& progress);

// The model on its series continued by `more`, which must follow the same steps and may overlap (later values win; new
// values of a step that was missing fill it). The ARMA coefficients are kept; mean, drift, regression coefficients and
// variance follow from them in closed form (generalised least squares). Not for models with regressors unless
// `regressors` covers the whole series.
FittedModel update_model(const FittedModel& fitted, const StampedSeries& more, const Regressors& regressors,
                         const Progress& progress);

// The same coefficients on another series (a part of the model's own, say), as update_model does.
FittedModel refit_model(const FittedModel& fitted, StampedSeries series, const Regressors& regressors,
                        const Progress& progress);

// The series and its continuation on one grid. Throws InvalidArgument when their steps differ.
StampedSeries continue_series(const StampedSeries& series, const StampedSeries& more);

}  // namespace performance_tracker
