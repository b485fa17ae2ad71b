// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/method.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/automatic_model.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr auto kMethods = std::to_array<MethodEntry>({
    {ForecastMethod::kAuto, "auto", "Automatic choice and combination", "0.2.0", "auto_method.cpp", true,
     fit_auto_method, restore_auto_method},
    {ForecastMethod::kArima, "arima", "Seasonal ARIMA", "0.1.0", "arima_method.cpp", true, fit_arima_method,
     restore_arima_method},
    {ForecastMethod::kEts, "ets", "Exponential smoothing", "0.2.0", "ets_method.cpp", false, fit_ets_method,
     restore_ets_method},
    {ForecastMethod::kTheta, "theta", "Dynamic optimised Theta", "0.2.0", "theta_method.cpp", false, fit_theta_method,
     restore_theta_method},
    {ForecastMethod::kLevelShape, "level_shape", "Level of the period times shape of the season", "0.2.0",
     "level_shape_method.cpp", false, fit_level_shape_method, restore_level_shape_method},
    {ForecastMethod::kWeekdayMedian, "weekday_median", "Median of the last four seasons", "0.2.0",
     "weekday_median_method.cpp", false, fit_weekday_median_method, restore_weekday_median_method},
    {ForecastMethod::kTsb, "tsb", "Sparse demand (TSB)", "0.2.0", "intermittent_method.cpp", false, fit_tsb_method,
     restore_tsb_method},
    {ForecastMethod::kCroston, "croston", "Sparse demand (Croston-SBA)", "0.2.0", "intermittent_method.cpp", false,
     fit_croston_method, restore_croston_method},
    {ForecastMethod::kMovingAverage, "moving_average", "Moving average", "0.1.0", "baseline_method.cpp", false,
     fit_moving_average_method, restore_moving_average_method},
    {ForecastMethod::kSeasonalNaive, "seasonal_naive", "Seasonal naive", "0.1.0", "baseline_method.cpp", false,
     fit_seasonal_naive_method, restore_seasonal_naive_method},
});

std::string names() {
  std::string list;
  for (const MethodEntry& entry : kMethods) list += (list.empty() ? "" : ", ") + std::string(entry.name);
  return list;
}

Status status_of_series(const SeriesSummary& summary) {
  Status status;
  status.text = describe(summary);
  if (summary.missing > 0) status.add(StatusCode::kMissingValues, "");
  if (summary.unit != 1.0) status.add(StatusCode::kScaled, "");
  return status;
}

// Of working days, Saturdays and Sundays: what the forecast says of them was never seen.
void tell_what_is_never_observed(const MethodInput& input, Status& status) {
  const auto m = static_cast<std::size_t>(input.season_length);
  if (m < 2 || input.y.size() < 3 * m) return;
  std::vector<bool> seen(m, false);
  for (std::size_t t = 0; t < input.y.size(); ++t)
    if (!std::isnan(input.y[t])) seen[t % m] = true;
  const auto never = std::count(seen.begin(), seen.end(), false);
  if (never == 0) return;
  status.add(StatusCode::kNeverObserved, std::to_string(never) + " of the " + std::to_string(m) +
                                             " steps of a season never have a value (if nothing happens then: 0)");
}

void check_regressors(const MethodEntry& entry, const Regressors& regressors, std::size_t length) {
  if (!regressors.empty() && !entry.takes_regressors)
    throw InvalidArgument("the method " + std::string(entry.name) + " takes no regressors",
                          "Leave them out, or choose another method.");
  for (const std::vector<double>& x : regressors)
    if (x.size() != length)
      throw InvalidArgument("a regressor has " + std::to_string(x.size()) + " values, the series has " +
                            std::to_string(length));
}

}  // namespace

std::span<const MethodEntry> methods() { return kMethods; }

const MethodEntry& method_entry(ForecastMethod method) { return method_numbered(static_cast<int>(method)); }

const MethodEntry& method_named(std::string_view name) {
  for (const MethodEntry& entry : kMethods)
    if (entry.name == name) return entry;
  throw InvalidArgument("unknown method \"" + std::string(name) + "\"", "method is one of " + names() + ".", "method");
}

const MethodEntry& method_numbered(int number) {
  for (const MethodEntry& entry : kMethods)
    if (static_cast<int>(entry.method) == number) return entry;
  throw InvalidArgument("unknown method number " + std::to_string(number),
                        "The model comes from a newer version: ALTER EXTENSION performance_tracker UPDATE.");
}

bool all_finite(const MethodForecast& f) {
  const auto finite = [](double v) { return std::isfinite(v); };
  return std::all_of(f.value.begin(), f.value.end(), finite) &&
         std::all_of(f.standard_error.begin(), f.standard_error.end(), finite);
}

void SimulationOptions::check() const {
  if (paths < 1)
    throw InvalidArgument("paths must be at least 1, not " + std::to_string(paths),
                          "It counts the sample paths to draw.", "paths");
  check_horizon(horizon);
  if (paths > kMaxSimulatedValues / horizon)
    throw InvalidArgument("paths * horizon must not exceed " + std::to_string(kMaxSimulatedValues),
                          "Draw fewer paths, or several times with different seeds.", "paths");
}

IntervalForecast FittedMethod::bounds(const MethodForecast& forecast, double confidence_level) const {
  return with_interval(forecast.value, forecast.standard_error, confidence_level, false);
}

std::vector<double> FittedMethod::sample_paths(const SimulationOptions& options, const Progress& progress) const {
  options.check();
  const MethodForecast f = forecast(options.horizon, options.future, progress);
  NormalGenerator normal(options.seed);
  std::vector<double> values;
  values.reserve(f.value.size() * static_cast<std::size_t>(options.paths));
  for (int path = 0; path < options.paths; ++path) {
    progress.poll();
    for (std::size_t h = 0; h < f.value.size(); ++h) values.push_back(f.value[h] + f.standard_error[h] * normal());
  }
  return values;
}

std::vector<MethodComponent> FittedMethod::components(const Progress& /*progress*/) const { return {}; }

MethodFit fit_method(ForecastMethod method, const TimeSeries& series, const Regressors& regressors,
                     const MethodOptions& options, const Progress& progress) {
  const MethodEntry& entry = method_entry(method);
  check_season_length_if_given(series.season_length);
  progress.poll();
  const SeriesSummary summary = summarize(series.values);
  check_regressors(entry, regressors, series.values.size());
  MethodInput input;
  input.y = in_multiples(series.values, summary.unit);
  progress.poll();
  input.season_length = series.season_length > 0 ? series.season_length : detect_season_length(input.y);
  input.regressors = regressors;
  progress.poll();
  MethodFit fit{method, summary.unit, entry.fit(std::move(input), options, progress), status_of_series(summary)};
  tell_what_is_never_observed(fit.state->input(), fit.status);
  fit.status.add(fit.state->status());
  return fit;
}

std::vector<MethodMember> members_of(const MethodFit& fit) {
  std::vector<MethodMember> members = fit.state->members();
  if (members.empty()) members.push_back({fit.method, fit.state->description(), 1.0});
  return members;
}

FitForecast forecast_fit(const MethodFit& fit, int horizon, double confidence_level, bool nonnegative,
                         const Regressors& future, const Progress& progress) {
  progress.poll();
  MethodForecast f = fit.state->forecast(horizon, fit.state->uses_regressors() ? future : Regressors(), progress);
  progress.poll();
  FitForecast result;
  static_cast<IntervalForecast&>(result) = fit.state->bounds(f, confidence_level);
  const double floor = nonnegative ? 0.0 : -std::numeric_limits<double>::infinity();
  for (std::vector<double>* part : {&result.value, &result.lower, &result.upper})
    for (double& v : *part) v = std::max(floor, v);
  for (std::vector<double>* part : {&result.value, &result.standard_error, &result.lower, &result.upper})
    from_multiples(*part, fit.unit);
  result.model = std::move(f.model);
  result.status = fit.status;
  result.status.add(f.status);
  return result;
}

std::vector<double> fitted_of(const MethodFit& fit, const Progress& progress) {
  std::vector<double> values = fit.state->fitted(progress);
  from_multiples(values, fit.unit);
  return values;
}

std::vector<double> paths_of(const MethodFit& fit, const SimulationOptions& options, bool nonnegative,
                             const Progress& progress) {
  options.check();
  SimulationOptions own = options;
  if (!fit.state->uses_regressors()) own.future.clear();
  std::vector<double> values = fit.state->sample_paths(own, progress);
  if (nonnegative)
    for (double& v : values) v = std::max(0.0, v);
  from_multiples(values, fit.unit);
  return values;
}

}  // namespace performance_tracker
