// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/forecast.h"

#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/automatic_model.h"
#include "core/forecast/baseline.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

std::string number(double value) {
  std::string text = std::to_string(value);
  while (text.size() > 1 && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::optional<std::string> unless_empty(std::string&& status) {
  return status.empty() ? std::nullopt : std::optional(std::move(status));
}

Forecast forecast_by_model(const TimeSeries& series, const ForecastOptions& options, const Progress& progress) {
  StampedSeries stamped;
  stamped.series.values = series.values;
  const FittedModel fitted =
      fit_automatically(stamped, {series.season_length, options.arima, options.regressors}, progress);
  const bool regressors = !fitted.regressors.empty();
  ModelForecast f = forecast_model(fitted,
                                   {options.horizon, options.confidence_level, options.nonnegative,
                                    regressors ? options.future_regressors : Regressors()},
                                   progress);
  Forecast result;
  result.model = std::move(f.model);
  result.status = unless_empty(std::move(f.status));
  result.fitted = fitted_values(fitted, progress);
  result.arima = fitted.model;
  static_cast<IntervalForecast&>(result) = std::move(f);
  return result;
}

Forecast forecast_by_baseline(const TimeSeries& series, const ForecastOptions& options) {
  const SeriesSummary summary = summarize(series.values);
  const std::vector<double> y = in_multiples(series.values, summary.unit);
  BaselineForecast base;
  if (options.method == ForecastMethod::kMovingAverage) {
    base = moving_average_forecast(y, options.moving_average_window, options.horizon);
  } else {
    const int season_length = series.season_length > 0 ? series.season_length : detect_season_length(y);
    base = seasonal_naive_forecast(y, season_length, options.horizon);
  }
  Forecast result;
  result.model = std::move(base.model);
  result.status = unless_empty(describe(summary));
  result.fitted = std::move(base.fitted);
  from_multiples(result.fitted, summary.unit);
  static_cast<IntervalForecast&>(result) = with_interval(std::move(base.value), std::move(base.standard_error),
                                                         options.confidence_level, options.nonnegative, summary.unit);
  return result;
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
  check_season_length(series.season_length);
  progress.poll();
  return options.method == ForecastMethod::kArima ? forecast_by_model(series, options, progress)
                                                  : forecast_by_baseline(series, options);
}

}  // namespace performance_tracker
