// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/explanation.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/diagnostics/stl.h"
#include "core/series/interpolation.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

std::vector<int> checked_season_lengths(std::span<const double> y, std::vector<int> lengths) {
  std::sort(lengths.begin(), lengths.end());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  for (const int m : lengths) {
    check_season_length(m);
    if (m > 1 && y.size() <= 2 * static_cast<std::size_t>(m))
      throw InvalidArgument("a season of " + std::to_string(m) + " needs more than " + std::to_string(2 * m) +
                                " steps, the series has " + std::to_string(y.size()),
                            "Leave this season out, or give a longer series.", "season_lengths");
  }
  std::erase(lengths, 1);
  return lengths;
}

std::vector<double> sum_of(const std::vector<std::vector<double>>& parts, std::size_t length) {
  std::vector<double> sum(length, 0.0);
  for (const std::vector<double>& part : parts)
    for (std::size_t t = 0; t < length; ++t) sum[t] += part[t];
  return sum;
}

// Of the history, then of the horizon.
std::vector<double> effect_of_regressors(const FittedModel& fitted, const Regressors& future, std::size_t history,
                                         std::size_t horizon) {
  std::vector<double> effect(history + horizon, 0.0);
  // The coefficients of the regressors are the last ones, after mean and drift.
  const std::size_t own = fitted.model.regression.size() - fitted.regressors.size();
  for (std::size_t k = 0; k < fitted.regressors.size(); ++k) {
    const double coefficient = fitted.model.regression[own + k];
    for (std::size_t t = 0; t < history; ++t) effect[t] += coefficient * fitted.regressors[k][t];
    for (std::size_t h = 0; h < horizon; ++h) effect[history + h] += coefficient * future[k][h];
  }
  return effect;
}

}  // namespace

SeriesDecomposition decompose_series(std::span<const double> y, const std::optional<std::vector<int>>& season_lengths,
                                     const Progress& progress) {
  if (season_lengths && season_lengths->size() > kMaxSeasons)
    throw ResourceLimit("season_lengths names " + std::to_string(season_lengths->size()) + " seasons, the limit is " +
                            std::to_string(kMaxSeasons),
                        "Name those that the data can have, such as '{24,168}' for hours of a day and a week.");
  const std::vector<double> filled = interpolate_missing(y);
  progress.poll();  // here and below: what reads the whole series once takes a few milliseconds a million values
  const std::vector<int> lengths =
      checked_season_lengths(y, season_lengths ? *season_lengths : std::vector<int>{detect_season_length(y)});
  MultiDecomposition parts = mstl(filled, lengths, {}, progress);
  progress.poll();
  SeriesDecomposition result;
  result.season_lengths = std::move(parts.season_lengths);
  result.trend = std::move(parts.trend);
  result.components = std::move(parts.seasonal);
  result.seasonal = sum_of(result.components, y.size());
  progress.poll();
  result.residual.resize(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) result.residual[t] = y[t] - (result.trend[t] + result.seasonal[t]);
  return result;
}

ForecastExplanation explain_forecast(const FittedModel& given, const ModelForecastOptions& options,
                                     const Progress& progress) {
  const auto [fitted, unit] = over_multiples(given);
  progress.poll();  // each step below reads the whole series
  const ModelForecast forecast = forecast_model(fitted, options, progress);
  const std::vector<double>& data = fitted.series.series.values;
  const std::size_t horizon = forecast.value.size();
  const std::size_t history = data.size();
  const std::size_t all = history + horizon;

  ForecastExplanation result;
  result.history = history;
  result.regressor_effect = effect_of_regressors(fitted, options.future, history, horizon);
  result.forecast_value = fitted_values(fitted, progress);
  progress.poll();
  result.forecast_value.insert(result.forecast_value.end(), forecast.value.begin(), forecast.value.end());
  result.data = data;
  result.data.resize(all, kMissing);
  for (const auto& [target, source] :
       {std::pair{&result.standard_error, &forecast.standard_error}, std::pair{&result.lower, &forecast.lower},
        std::pair{&result.upper, &forecast.upper}}) {
    target->assign(history, kMissing);
    target->insert(target->end(), source->begin(), source->end());
  }

  progress.poll();
  std::vector<double> level(all);
  for (std::size_t t = 0; t < all; ++t)
    level[t] = (t < history ? data[t] : result.forecast_value[t]) - result.regressor_effect[t];
  const std::vector<double> filled = interpolate_missing(level);
  progress.poll();
  std::vector<int> seasons;
  if (fitted.model.order.seasonal()) seasons.push_back(fitted.model.order.season_length);
  MultiDecomposition parts = mstl(filled, seasons, {}, progress);
  result.trend = std::move(parts.trend);
  result.seasonal = sum_of(parts.seasonal, all);
  progress.poll();
  result.residual.assign(all, 0.0);
  for (std::size_t t = 0; t < all; ++t) {
    if (t < history)
      result.residual[t] = data[t] - (result.trend[t] + result.seasonal[t] + result.regressor_effect[t]);
    else
      result.trend[t] = result.forecast_value[t] - result.seasonal[t] - result.regressor_effect[t];
  }
  for (std::vector<double>* part :
       {&result.data, &result.forecast_value, &result.standard_error, &result.lower, &result.upper, &result.trend,
        &result.seasonal, &result.regressor_effect, &result.residual})
    from_multiples(*part, unit);
  progress.poll();
  return result;
}

}  // namespace performance_tracker
