// SPDX-License-Identifier: PostgreSQL
#include "core/forecast.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "core/baseline.h"
#include "core/error.h"
#include "core/normal_distribution.h"
#include "core/season_length.h"

namespace performance_tracker {
namespace {

std::string number(double value) {
  std::string text = std::to_string(value);
  while (text.size() > 1 && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

void check_series(const TimeSeries& series) {
  if (series.size() > kMaxSeriesLength)
    throw InvalidArgument("the series has " + std::to_string(series.size()) + " values, more than the limit of " +
                              std::to_string(kMaxSeriesLength),
                          "Forecast a shorter history, or sums over longer steps.");
  if (series.season_length < 0 || series.season_length > kMaxSeasonLength)
    throw InvalidArgument("season_length must be between 1 and " + std::to_string(kMaxSeasonLength) + ", not " +
                              std::to_string(series.season_length),
                          "Give 1 for no season, or leave it out to have it detected.");
  if (std::any_of(series.values.begin(), series.values.end(), [](double v) { return std::isinf(v); }))
    throw InvalidData("the series holds an infinite value", "Replace infinite values by NULL (missing).");
  if (std::all_of(series.values.begin(), series.values.end(), [](double v) { return std::isnan(v); }))
    throw InvalidData(series.values.empty() ? "the series is empty" : "the series has only missing values",
                      "At least one observation is needed.");
}

void add_status(std::optional<std::string>& status, const std::string& sentence) {
  status = status ? *status + "; " + sentence : sentence;
}

void take(Forecast& result, BaselineForecast&& base) {
  result.value = std::move(base.value);
  result.standard_error = std::move(base.standard_error);
  result.fitted = std::move(base.fitted);
  result.model = std::move(base.model);
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

bool all_equal(std::span<const double> y) {
  double first = kMissing;
  for (const double v : y) {
    if (std::isnan(v)) continue;
    if (std::isnan(first)) first = v;
    if (v != first) return false;
  }
  return true;
}

void add_bounds(Forecast& result, const ForecastOptions& options) {
  const double z = interval_multiplier(options.confidence_level);
  for (std::size_t h = 0; h < result.value.size(); ++h) {
    double& value = result.value[h];
    double low = value - z * result.standard_error[h];
    double high = value + z * result.standard_error[h];
    if (options.nonnegative) {
      value = std::max(value, 0.0);
      low = std::max(low, 0.0);
      high = std::max(high, 0.0);
    }
    result.lower.push_back(low);
    result.upper.push_back(high);
  }
}

// A straight line or a season that repeats exactly, up to a constant step: nothing is left to estimate.
std::optional<BaselineForecast> regular_forecast(std::span<const double> y, int season_length, int horizon) {
  double largest = 0.0;
  for (const double v : y) {
    if (std::isnan(v)) return std::nullopt;
    largest = std::max(largest, std::abs(v));
  }
  for (const int lag : {1, season_length}) {
    const auto m = static_cast<std::size_t>(lag);
    if (y.size() < 2 * m + 1) continue;
    const double step = y[m] - y[0];
    double worst = 0.0;
    for (std::size_t t = m; t < y.size(); ++t) worst = std::max(worst, std::abs(y[t] - y[t - m] - step));
    if (!(worst <= 1e-9 * largest)) continue;
    BaselineForecast result;
    result.model = lag == 1 ? "Straight line" : "Seasonal pattern [" + std::to_string(lag) + "]";
    result.fitted.assign(y.size(), kMissing);
    for (std::size_t t = m; t < y.size(); ++t) result.fitted[t] = y[t - m] + step;
    std::vector<double> path(y.end() - static_cast<std::ptrdiff_t>(m), y.end());
    for (std::size_t h = 0; h < static_cast<std::size_t>(horizon); ++h) path.push_back(path[h] + step);
    result.value.assign(path.begin() + static_cast<std::ptrdiff_t>(m), path.end());
    result.standard_error.assign(static_cast<std::size_t>(horizon), worst);
    return result;
  }
  return std::nullopt;
}

Forecast forecast_rescaled(const TimeSeries& series, double largest, const ForecastOptions& options,
                           const Progress& progress) {
  TimeSeries scaled = series;
  for (double& v : scaled.values) v /= largest;
  Forecast result = forecast(scaled, options, progress);
  const auto back = [largest](std::vector<double>& values) {
    constexpr double kMost = std::numeric_limits<double>::max();
    for (double& v : values)
      if (!std::isnan(v)) v = std::clamp(v * largest, -kMost, kMost);
  };
  for (std::vector<double>* values :
       {&result.value, &result.standard_error, &result.lower, &result.upper, &result.fitted})
    back(*values);
  result.arima.reset();  // its variance is that of the multiples
  return result;
}

// Fewer observations than this cannot tell a model from noise.
constexpr std::size_t kFewestForArima = 10;

void arima_or_fallback(const TimeSeries& series, std::size_t observed, const ForecastOptions& options,
                       const Progress& progress, Forecast& result) {
  const std::span<const double> y = series.values;
  const auto m = static_cast<std::size_t>(result.season_length);
  if (all_equal(y)) {
    take(result, mean_forecast(y, options.horizon));
    if (observed > 1) add_status(result.status, "all observations are equal: their value is carried on");
    if (observed == 1)
      add_status(result.status, "a single observation: its value is carried on, without a standard error");
    return;
  }
  if (observed < kFewestForArima) {
    take(result, mean_forecast(y, options.horizon));
    add_status(result.status, "only " + std::to_string(observed) + " observations, fewer than " +
                                  std::to_string(kFewestForArima) + ": the mean is carried on");
    return;
  }
  if (m > 1 && observed < 2 * m) {
    add_status(result.status,
               "fewer than two seasons of " + std::to_string(m) + " observations: the season is ignored");
    result.season_length = 1;
  }
  if (const auto regular = regular_forecast(y, result.season_length, options.horizon)) {
    take(result, BaselineForecast(*regular));
    add_status(result.status, "the series follows its pattern without any deviation: the pattern is carried on");
    return;
  }
  std::string reason;
  try {
    AutoArimaResult chosen =
        auto_arima({series.values, result.season_length}, options.arima, options.regressors, progress);
    ArimaForecast f =
        forecast_arima(chosen.model, y, options.regressors, options.horizon, options.future_regressors, progress);
    if (all_finite(f.value) && all_finite(f.standard_error)) {
      result.value = std::move(f.value);
      result.standard_error = std::move(f.standard_error);
      result.fitted = fitted_arima(chosen.model, y, options.regressors, progress);
      result.model = chosen.model.to_string();
      result.arima = std::move(chosen.model);
      for (const std::string& note : chosen.notes) add_status(result.status, note);
      return;
    }
    reason = "the ARIMA forecast is not finite";
  } catch (const InvalidData& e) {
    reason = e.what();
  }
  take(result, seasonal_naive_forecast(y, result.season_length, options.horizon));
  add_status(result.status, reason + (result.season_length > 1 ? ": the value one season before is carried on"
                                                               : ": the last value is carried on"));
}

}  // namespace

void ForecastOptions::check() const {
  if (horizon < 1 || horizon > kMaxHorizon)
    throw InvalidArgument(
        "horizon must be between 1 and " + std::to_string(kMaxHorizon) + ", not " + std::to_string(horizon),
        "It counts the steps ahead to forecast.");
  if (!(confidence_level > 0.0 && confidence_level < 1.0))
    throw InvalidArgument("confidence_level must be between 0 and 1, not " + number(confidence_level),
                          confidence_level > 1.0 && confidence_level < 100.0
                              ? "Did you mean " + number(confidence_level / 100.0) + "?"
                              : "Give a fraction such as 0.80.");
  if (moving_average_window < 1)
    throw InvalidArgument("moving_average_window must be at least 1, not " + std::to_string(moving_average_window),
                          "It counts observations; 7 is a week of daily data.");
}

Forecast forecast(const TimeSeries& series, const ForecastOptions& options, const Progress& progress) {
  options.check();
  check_series(series);
  progress.poll();

  // Squares of such values leave the range of numbers: forecast their multiples.
  double largest = 0.0;
  for (const double v : series.values)
    if (!std::isnan(v)) largest = std::max(largest, std::abs(v));
  if (largest > 1e100 || (largest > 0.0 && largest < 1e-100))
    return forecast_rescaled(series, largest, options, progress);

  Forecast result;
  const std::span<const double> y = series.values;
  const auto missing =
      static_cast<std::size_t>(std::count_if(y.begin(), y.end(), [](double v) { return std::isnan(v); }));
  const std::size_t observed = y.size() - missing;
  result.season_length = series.season_length > 0 ? series.season_length : detect_season_length(y);
  if (missing > 0)
    add_status(result.status, std::to_string(missing) + (missing == 1 ? " missing value" : " missing values"));

  switch (options.method) {
    case ForecastMethod::kMovingAverage:
      take(result, moving_average_forecast(y, options.moving_average_window, options.horizon));
      break;
    case ForecastMethod::kSeasonalNaive:
      take(result, seasonal_naive_forecast(y, result.season_length, options.horizon));
      break;
    case ForecastMethod::kArima:
      arima_or_fallback(series, observed, options, progress, result);
      break;
  }
  add_bounds(result, options);
  return result;
}

}  // namespace performance_tracker
