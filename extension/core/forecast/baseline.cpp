// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/baseline.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/forecast/carried_model.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

double mean_of(std::span<const double> y) {
  double mean = 0.0;
  double count = 0.0;
  for (const double v : y) mean += (v - mean) / ++count;
  return mean;
}

// Root mean square of y - fitted where both exist; 0 without any such pair.
double error_size(std::span<const double> y, std::span<const double> fitted) {
  double scale = 0.0;
  for (std::size_t t = 0; t < y.size(); ++t)
    if (!std::isnan(y[t]) && !std::isnan(fitted[t])) scale = std::max(scale, std::abs(y[t] - fitted[t]));
  if (scale == 0.0) return 0.0;
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t]) || std::isnan(fitted[t])) continue;
    const double e = (y[t] - fitted[t]) / scale;  // scaled, so that squares neither overflow nor vanish
    sum += e * e;
    ++count;
  }
  return scale * std::sqrt(sum / count);
}

}  // namespace

BaselineForecast moving_average_forecast(std::span<const double> y, int window, int horizon) {
  BaselineForecast result;
  result.model = "Moving average (" + std::to_string(window) + ")";
  const auto width = static_cast<std::size_t>(window);
  const auto steps = static_cast<std::size_t>(horizon);
  result.fitted.assign(y.size(), kMissing);
  std::vector<double> recent;  // the observed values so far
  recent.reserve(y.size());
  const auto level = [&] {
    const std::size_t count = std::min(width, recent.size());
    return mean_of(std::span(recent).last(count));
  };
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (!recent.empty()) result.fitted[t] = level();
    if (!std::isnan(y[t])) recent.push_back(y[t]);
  }
  result.value.assign(steps, level());
  result.standard_error.assign(steps, error_size(y, result.fitted));
  return result;
}

BaselineForecast seasonal_naive_forecast(std::span<const double> y, int season_length, int horizon) {
  const ArimaModel model = naive_model(y, season_length);
  ArimaForecast f = forecast_carried(model, y, horizon);
  return {std::move(f.value), std::move(f.standard_error), fitted_carried(model, y),
          season_length > 1 ? "Seasonal naive [" + std::to_string(season_length) + "]" : "Naive"};
}

}  // namespace performance_tracker
