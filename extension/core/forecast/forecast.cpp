// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/forecast.h"

#include <string>
#include <utility>

#include "core/base/error.h"

namespace performance_tracker {
void ForecastOptions::check() const {
  check_horizon(horizon);
  check_confidence_level(confidence_level);
  if (!levels.empty()) check_confidence_levels(levels);
  (void)method_entry(method);
  if (moving_average_window < 1)
    throw InvalidArgument("moving_average_window must be at least 1, not " + std::to_string(moving_average_window),
                          "It counts observations; 7 is a week of daily data.", "moving_average_window");
}

Forecast forecast(const TimeSeries& series, const ForecastOptions& options, const Progress& progress) {
  options.check();
  const MethodFit fit =
      fit_method(options.method, series, options.regressors, {options.arima, options.moving_average_window}, progress);
  const std::vector<double> levels = options.levels.empty() ? std::vector{options.confidence_level} : options.levels;
  Forecast result;
  FitForecast f;
  for (std::size_t k = levels.size(); k-- > 0;) {  // the first last: it is the one that stays
    f = forecast_fit(fit, options.horizon, levels[k], options.nonnegative, options.future_regressors, progress);
    result.all_lower.insert(result.all_lower.begin(), f.lower.begin(), f.lower.end());
    result.all_upper.insert(result.all_upper.begin(), f.upper.begin(), f.upper.end());
  }
  result.model = std::move(f.model);
  if (!f.status.text.empty()) result.status = f.status.text;
  result.codes = std::move(f.status);
  result.fitted = fitted_of(fit, progress);
  if (const ArimaModel* model = fit.state->arima()) result.arima = *model;
  static_cast<IntervalForecast&>(result) = std::move(f);
  return result;
}

}  // namespace performance_tracker
