// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/forecast.h"

#include <string>
#include <utility>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

std::string number(double value) {
  std::string text = std::to_string(value);
  while (text.size() > 1 && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
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
  (void)method_entry(method);
  if (moving_average_window < 1)
    throw InvalidArgument("moving_average_window must be at least 1, not " + std::to_string(moving_average_window),
                          "It counts observations; 7 is a week of daily data.");
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
