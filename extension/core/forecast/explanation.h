// SPDX-License-Identifier: PostgreSQL
//
// What a series, and a forecast of it, is made of: trend + seasonal + regressor effect + residual.
//
//   SeriesDecomposition d = decompose_series(y, std::nullopt);           // the season found
//   ForecastExplanation e = explain_forecast(fitted, {.horizon = 30}, progress);
//
// Seasons and trend are those of MSTL (stl.h). Missing values are interpolated for that and stay missing in the result.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/forecast/automatic_model.h"

namespace performance_tracker {

// Each season is a column of the series' length, several times over while it is found: ten of them on a million values
// take 500 MB. Nobody's data have more than three.
inline constexpr std::size_t kMaxSeasons = 10;

// Each of the series' length; y = (trend + seasonal) + residual, where residual is NaN when y is.
struct SeriesDecomposition {
  std::vector<int> season_lengths;  // ascending, without 1
  std::vector<double> trend;
  std::vector<double> seasonal;                 // sum of the components
  std::vector<std::vector<double>> components;  // one for each season length
  std::vector<double> residual;
};

// Without season lengths the season is found; none or 1 decompose into trend and residual. Throws InvalidArgument for
// lengths outside 1..kMaxSeasonLength or without two full seasons in the series, ResourceLimit for more than
// kMaxSeasons, InvalidData without an observation.
SeriesDecomposition decompose_series(std::span<const double> y, const std::optional<std::vector<int>>& season_lengths,
                                     const Progress& progress);

// History first, then the horizon. `regressor_effect` is sum of coefficient * regressor.
//   history: data = trend + seasonal + regressor_effect + residual; forecast_value is the one-step-ahead fitted value
//   horizon: forecast_value = trend + seasonal + regressor_effect, residual 0
struct ForecastExplanation {
  std::size_t history = 0;                                                 // rows before the horizon
  std::vector<double> data, forecast_value, standard_error, lower, upper;  // NaN where there is none
  std::vector<double> trend, seasonal, regressor_effect, residual;
};

// The history, freed of the regressors and followed by the forecast, is decomposed at the model's season (with none:
// trend only). What season and regressors leave of the forecast is its trend. Throws as forecast_model does.
ForecastExplanation explain_forecast(const FittedModel& fitted, const ModelForecastOptions& options,
                                     const Progress& progress);

}  // namespace performance_tracker
