// SPDX-License-Identifier: PostgreSQL
#include "core/automatic_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "core/error.h"
#include "core/forecast.h"
#include "core/normal_distribution.h"
#include "core/season_length.h"

namespace performance_tracker {
namespace {

struct Summary {
  std::size_t observed = 0;
  double mean = 0;
  double variance = 0;
  bool constant = true;
};

Summary summarize(const std::vector<double>& values) {
  Summary s;
  double first = kMissing;
  for (const double v : values) {
    if (std::isinf(v)) throw InvalidData("the series holds an infinite value", "Replace it by NULL (missing).");
    if (std::abs(v) > 1e100) throw InvalidData("the series holds values beyond 1e100", "Fit it in a larger unit.");
    if (std::isnan(v)) continue;
    if (s.observed++ == 0) first = v;
    s.constant = s.constant && v == first;
    const double delta = v - s.mean;  // Welford (1962)
    s.mean += delta / static_cast<double>(s.observed);
    s.variance += delta * (v - s.mean);
  }
  if (s.observed == 0)
    throw InvalidData(values.empty() ? "the series is empty" : "the series has only missing values",
                      "At least one observation is needed.");
  if (s.constant) s.mean = first;
  s.variance = s.constant ? 0 : s.variance / static_cast<double>(s.observed - 1);
  return s;
}

// Independent values around a mean: what is left when nothing more can be known.
ArimaModel constant_model(const Summary& s) {
  ArimaModel m;
  m.constant = Constant::kMean;
  m.regression = {s.mean};
  m.variance = s.variance;
  m.observations = static_cast<double>(s.observed);
  m.standard_errors = {s.observed > 1 ? std::sqrt(s.variance / m.observations) : kMissing};
  m.aic = m.aicc = m.bic = kMissing;
  m.converged = true;
  if (s.variance > 0) {
    const double maximum_likelihood_variance = s.variance * (m.observations - 1) / m.observations;
    m.log_likelihood = -0.5 * m.observations * (std::log(2 * std::numbers::pi * maximum_likelihood_variance) + 1);
    m.aic = -2 * m.log_likelihood + 4;
    m.bic = -2 * m.log_likelihood + 2 * std::log(m.observations);
    m.aicc = m.observations > 3 ? m.aic + 12 / (m.observations - 3) : kMissing;
  }
  return m;
}

// A straight line, or a season that repeats exactly up to a constant step: a pure difference with a drift and without
// noise. Empty when the series deviates from that.
std::optional<ArimaModel> exact_pattern(const std::vector<double>& y, int season_length) {
  double largest = 0;
  for (const double v : y) {
    if (std::isnan(v)) return std::nullopt;
    largest = std::max(largest, std::abs(v));
  }
  for (const int lag : {1, season_length}) {
    const auto m = static_cast<std::size_t>(lag);
    if (y.size() < 2 * m + 1) continue;
    const double step = y[m] - y[0];
    bool exact = true;
    for (std::size_t t = m; t < y.size() && exact; ++t) exact = std::abs(y[t] - y[t - m] - step) <= 1e-9 * largest;
    if (!exact) continue;
    ArimaModel model;
    model.order.season_length = lag == 1 ? 1 : season_length;
    (lag == 1 ? model.order.d : model.order.seasonal_d) = 1;
    model.constant = Constant::kDrift;
    model.regression = {step / lag};
    model.standard_errors = {0};
    model.observations = static_cast<double>(y.size() - m);
    model.aic = model.aicc = model.bic = kMissing;
    model.converged = true;
    return model;
  }
  return std::nullopt;
}

bool is_exact_pattern(const ArimaModel& m) {
  return m.order.coefficient_count() == 0 && m.order.lost_observations() > 0 && m.constant == Constant::kDrift &&
         m.regression.size() == 1 && m.variance == 0;
}

bool is_constant_model(const ArimaModel& m) {
  return m.order.coefficient_count() == 0 && m.order.lost_observations() == 0 && m.constant == Constant::kMean &&
         m.regression.size() == 1;
}

void add_sentence(std::string& status, const std::string& sentence) {
  status += (status.empty() ? "" : "; ") + sentence;
}

std::string missing_sentence(const std::vector<double>& values, const Summary& s) {
  const std::size_t missing = values.size() - s.observed;
  return missing == 0 ? "" : std::to_string(missing) + (missing == 1 ? " missing value" : " missing values");
}

// Why a series gets the constant model; empty when it can carry a search.
std::string reason_for_constant(const Summary& s) {
  if (s.observed == 1) return "a single observation: its value is carried on, without a standard error";
  if (s.constant) return "all observations are equal: their value is carried on";
  if (s.observed < kFewestForArima)
    return "only " + std::to_string(s.observed) + " observations, fewer than " + std::to_string(kFewestForArima) +
           ": the mean is carried on";
  return "";
}

// A likelihood without bound, or coefficients of regressors that nothing is left to be judged by.
void check_variance(const ArimaModel& model) {
  if (!std::isfinite(model.log_likelihood) || !std::isfinite(model.variance))
    throw InvalidData(model.to_string() + " explains the series exactly: no variance is left",
                      "Leave out the regressor that is a copy of the series, or lower the order.");
}

int usable_season_length(const std::vector<double>& values, int season_length, const Summary& s, std::string& status) {
  if (season_length < 0 || season_length > kMaxSeasonLength)
    throw InvalidArgument("season_length must be between 1 and " + std::to_string(kMaxSeasonLength) + ", not " +
                              std::to_string(season_length),
                          "Give 1 for no season, or leave it out to have it detected.");
  if (season_length == 0) return detect_season_length(values);
  if (season_length > 1 && s.observed < 2 * static_cast<std::size_t>(season_length)) {
    add_sentence(status,
                 "fewer than two seasons of " + std::to_string(season_length) + " observations: the season is ignored");
    return 1;
  }
  return season_length;
}

}  // namespace

FittedModel fit_automatically(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress) {
  options.arima.check();
  progress.poll();
  const std::vector<double>& values = series.series.values;
  const Summary s = summarize(values);
  FittedModel fitted{{}, series, options.regressors, missing_sentence(values, s)};
  const int season_length = usable_season_length(values, options.season_length, s, fitted.status);
  std::string reason = reason_for_constant(s);
  if (reason.empty()) {
    if (std::optional<ArimaModel> pattern = exact_pattern(values, season_length)) {
      fitted.model = std::move(*pattern);
      fitted.regressors.clear();
      add_sentence(fitted.status, "the series follows its pattern without any deviation: the pattern is carried on");
      return fitted;
    }
    try {
      AutoArimaResult chosen = auto_arima({values, season_length}, options.arima, options.regressors, progress);
      check_variance(chosen.model);
      fitted.model = std::move(chosen.model);
      for (const std::string& note : chosen.notes) add_sentence(fitted.status, note);
      return fitted;
    } catch (const InvalidData& error) {
      reason = std::string(error.what()) + ": the mean is carried on";
    }
  }
  add_sentence(fitted.status, reason);
  if (!options.regressors.empty()) add_sentence(fitted.status, "the regressors are not used");
  fitted.regressors.clear();
  fitted.model = constant_model(s);
  return fitted;
}

FittedModel fit_given(const StampedSeries& series, const ArimaOrder& order, Constant constant,
                      const Regressors& regressors, const Progress& progress) {
  const Summary s = summarize(series.series.values);
  ArimaFitOptions options;
  options.constant = constant;
  options.regressors = regressors;
  FittedModel fitted{{}, series, regressors, missing_sentence(series.series.values, s)};
  if (s.constant)
    throw InvalidData("all observations are equal: no variance to fit " + order.to_string() + " to",
                      "auto_arima(series) carries the value on.");
  fitted.model = fit_arima(series.series.values, order, options, progress);
  check_variance(fitted.model);
  if (!fitted.model.converged)
    add_sentence(fitted.status, "the likelihood's maximum was not reached to full precision");
  return fitted;
}

AutoArimaResult search_models(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress) {
  const Summary s = summarize(series.series.values);
  const std::string reason = reason_for_constant(s);
  if (!reason.empty()) throw InvalidData(reason, "There is no search to list.");
  std::string status;
  const int season_length = usable_season_length(series.series.values, options.season_length, s, status);
  return auto_arima({series.series.values, season_length}, options.arima, options.regressors, progress);
}

ModelForecast forecast_model(const FittedModel& fitted, const ModelForecastOptions& options, const Progress& progress) {
  ForecastOptions checked;
  checked.horizon = options.horizon;
  checked.confidence_level = options.confidence_level;
  checked.check();
  const auto steps = static_cast<std::size_t>(options.horizon);
  ModelForecast result;
  if (is_constant_model(fitted.model)) {
    result.value.assign(steps, fitted.model.regression[0]);
    result.standard_error.assign(steps, std::sqrt(fitted.model.variance));
  } else if (is_exact_pattern(fitted.model)) {
    const auto lag = static_cast<std::size_t>(fitted.model.order.lost_observations());
    std::vector<double> path = fitted.series.series.values;
    for (std::size_t h = 0; h < steps; ++h)
      path.push_back(path[path.size() - lag] + fitted.model.regression[0] * static_cast<double>(lag));
    result.value.assign(path.end() - static_cast<std::ptrdiff_t>(steps), path.end());
    result.standard_error.assign(steps, 0.0);
  } else {
    ArimaForecast f = forecast_arima(fitted.model, fitted.series.series.values, fitted.regressors, options.horizon,
                                     options.future, progress);
    result.value = std::move(f.value);
    result.standard_error = std::move(f.standard_error);
  }
  for (std::size_t h = 0; h < steps; ++h)
    if (!std::isfinite(result.value[h]) || !std::isfinite(result.standard_error[h]))
      throw InvalidData("the forecast of " + fitted.model.to_string() + " leaves the range of numbers after " +
                            std::to_string(h) + " steps",
                        "Shorten the horizon.");
  const double z = interval_multiplier(options.confidence_level);
  for (std::size_t h = 0; h < steps; ++h) {
    const double floor = options.nonnegative ? 0.0 : -std::numeric_limits<double>::infinity();
    result.lower.push_back(std::max(floor, result.value[h] - z * result.standard_error[h]));
    result.upper.push_back(std::max(floor, result.value[h] + z * result.standard_error[h]));
    result.value[h] = std::max(floor, result.value[h]);
  }
  return result;
}

std::vector<double> fitted_values(const FittedModel& fitted, const Progress& progress) {
  const std::vector<double>& values = fitted.series.series.values;
  std::vector<double> result(values.size(), kMissing);
  if (is_exact_pattern(fitted.model)) {
    const auto lag = static_cast<std::size_t>(fitted.model.order.lost_observations());
    for (std::size_t t = lag; t < values.size(); ++t)
      result[t] = values[t - lag] + fitted.model.regression[0] * static_cast<double>(lag);
    return result;
  }
  if (!is_constant_model(fitted.model)) return fitted_arima(fitted.model, values, fitted.regressors, progress);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) result[i] = fitted.model.regression[0];
  return result;
}

StampedSeries continue_series(const StampedSeries& series, const StampedSeries& more) {
  if (more.series.values.empty()) return series;
  const RegularSeries& base = series.series;
  const auto offset = series.kind == more.kind && base.step.months == more.series.step.months &&
                              base.step.microseconds == more.series.step.microseconds
                          ? steps_between(base.start, base.step, more.series.start)
                          : std::nullopt;
  if (!offset || *offset < 0)
    throw InvalidArgument(
        "the data (" + format_time(more.series.start, more.kind) + " / " + format_step(more.series.step) +
            ") do not continue the model's series (" + format_time(base.start, series.kind) + " / " +
            format_step(base.step) + ")",
        "Build them with the same kind of time and the same step as the series that the model was fitted to.");
  StampedSeries all = series;
  const auto end = static_cast<std::size_t>(*offset) + more.series.values.size();
  if (end > kMaxSeriesLength)
    throw InvalidArgument("the continued series would have " + std::to_string(end) + " values, the limit is " +
                          std::to_string(kMaxSeriesLength));
  if (end > all.series.values.size()) all.series.values.resize(end, kMissing);
  for (std::size_t i = 0; i < more.series.values.size(); ++i)
    if (!std::isnan(more.series.values[i]))
      all.series.values[static_cast<std::size_t>(*offset) + i] = more.series.values[i];
  return all;
}

FittedModel update_model(const FittedModel& fitted, const StampedSeries& more, const Regressors& regressors,
                         const Progress& progress) {
  FittedModel updated;
  updated.series = continue_series(fitted.series, more);
  updated.regressors = regressors;
  const std::vector<double>& values = updated.series.series.values;
  const Summary s = summarize(values);
  updated.status = missing_sentence(values, s);
  if (regressors.size() != fitted.regressors.size())
    throw InvalidArgument("the model has " + std::to_string(fitted.regressors.size()) + " regressors, " +
                              std::to_string(regressors.size()) + " were given",
                          "Give xreg for the whole series, the new data included.");
  if (is_constant_model(fitted.model) || is_exact_pattern(fitted.model)) {
    updated.model = constant_model(s);
    add_sentence(updated.status, "the mean is carried on");
    if (is_exact_pattern(fitted.model)) {
      std::optional<ArimaModel> pattern = exact_pattern(values, fitted.model.order.season_length);
      if (!pattern)
        throw InvalidData("the new data leave the exact pattern that the model has carried on",
                          "Fit a new model: auto_arima(series).");
      updated.model = std::move(*pattern);
      updated.status = fitted.status;
    }
    return updated;
  }
  ArimaFitOptions options;
  options.constant = fitted.model.constant;
  options.regressors = regressors;
  updated.model = evaluate_arima(values, fitted.model.order, fitted.model.coefficients, options, progress);
  return updated;
}

}  // namespace performance_tracker
