// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/forecast.h"

#include <string>
#include <utility>

#include "core/base/error.h"

namespace performance_tracker {
void ForecastOptions::check() const {
  check_horizon(horizon);
  check_confidence_level(confidence_level);
  (void)method_entry(method);
  if (moving_average_window < 1)
    throw InvalidArgument("moving_average_window must be at least 1, not " + std::to_string(moving_average_window),
                          "It counts observations; 7 is a week of daily data.", "moving_average_window");
}

Forecast forecast(const TimeSeries& series, const ForecastOptions& options, const Progress& progress) {
  options.check();
  const MethodFit fit =
      fit_method(options.method, series, options.regressors, {options.arima, options.moving_average_window}, progress);
  FitForecast f = forecast_fit(fit, options.horizon, options.confidence_level, options.nonnegative,
                               options.future_regressors, progress);
  Forecast result;
  result.model = std::move(f.model);
  if (!f.status.text.empty()) result.status = f.status.text;
  result.codes = std::move(f.status);
  result.fitted = fitted_of(fit, progress);
  if (const ArimaModel* model = fit.state->arima()) result.arima = *model;
  static_cast<IntervalForecast&>(result) = std::move(f);
  return result;
}

}  // namespace performance_tracker
