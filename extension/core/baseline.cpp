// SPDX-License-Identifier: PostgreSQL
#include "core/baseline.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/time_series.h"

namespace performance_tracker {
namespace {

std::vector<double> without_missing(std::span<const double> y) {
  std::vector<double> observed;
  observed.reserve(y.size());
  std::copy_if(y.begin(), y.end(), std::back_inserter(observed), [](double v) { return !std::isnan(v); });
  return observed;
}

double mean_of(std::span<const double> y) {
  double mean = 0.0;
  double count = 0.0;
  for (const double v : y) mean += (v - mean) / ++count;
  return mean;
}

// Root mean square of y - fitted where both exist; without any such pair, the spread of y itself.
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
  BaselineForecast result;
  result.model = season_length > 1 ? "Seasonal naive [" + std::to_string(season_length) + "]" : "Naive";
  const auto m = static_cast<std::size_t>(season_length);
  const auto steps = static_cast<std::size_t>(horizon);
  const std::vector<double> observed = without_missing(y);
  const double fallback = observed.empty() ? 0.0 : mean_of(observed);
  std::vector<double> last(m, kMissing);  // the latest observation of each season
  result.fitted.assign(y.size(), kMissing);
  for (std::size_t t = 0; t < y.size(); ++t) {
    result.fitted[t] = last[t % m];
    if (!std::isnan(y[t])) last[t % m] = y[t];
  }
  const double sigma = error_size(y, result.fitted);
  result.value.resize(steps);
  result.standard_error.resize(steps);
  for (std::size_t h = 0; h < steps; ++h) {
    const double value = last[(y.size() + h) % m];
    result.value[h] = std::isnan(value) ? fallback : value;
    result.standard_error[h] = sigma * std::sqrt(static_cast<double>(h / m + 1));
  }
  return result;
}

BaselineForecast mean_forecast(std::span<const double> y, int horizon) {
  BaselineForecast result;
  result.model = "Mean";
  const auto steps = static_cast<std::size_t>(horizon);
  const std::vector<double> observed = without_missing(y);
  const double mean = mean_of(observed);
  const auto n = static_cast<double>(observed.size());
  const std::vector<double> flat(observed.size(), mean);
  const double spread = n > 1 ? error_size(observed, flat) * std::sqrt(n / (n - 1.0)) : 0.0;
  result.value.assign(steps, mean);
  result.standard_error.assign(steps, n > 0 ? spread * std::sqrt(1.0 + 1.0 / n) : 0.0);
  result.fitted.assign(y.size(), kMissing);
  double running = 0.0;
  double count = 0.0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (count > 0) result.fitted[t] = running;
    if (!std::isnan(y[t])) running += (y[t] - running) / ++count;
  }
  return result;
}

}  // namespace performance_tracker
