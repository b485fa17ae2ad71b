// SPDX-License-Identifier: PostgreSQL
#include "core/forecast.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "core/baseline.h"
#include "core/error.h"
#include "core/normal_distribution.h"

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

  Forecast result;
  result.season_length = std::max(1, series.season_length);
  BaselineForecast base = options.method == ForecastMethod::kMovingAverage
                              ? moving_average_forecast(series.values, options.moving_average_window, options.horizon)
                              : seasonal_naive_forecast(series.values, result.season_length, options.horizon);
  const auto missing = std::count_if(series.values.begin(), series.values.end(), [](double v) { return std::isnan(v); });
  if (missing > 0) add_status(result.status, std::to_string(missing) + " missing values");

  const double z = interval_multiplier(options.confidence_level);
  result.value = std::move(base.value);
  result.standard_error = std::move(base.standard_error);
  result.fitted = std::move(base.fitted);
  result.model = std::move(base.model);
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
  return result;
}

}  // namespace performance_tracker
