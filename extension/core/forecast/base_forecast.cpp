// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/base_forecast.h"

#include <algorithm>
#include <cmath>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/forecast.h"
#include "core/forecast/preparation.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kLongestText = 100'000;

void append(std::vector<double>& to, const std::vector<double>& from) { to.insert(to.end(), from.begin(), from.end()); }

std::vector<double> last_errors(const std::vector<double>& y, const std::vector<double>& fitted) {
  std::vector<double> errors;
  for (std::size_t t = y.size() - std::min(y.size(), kKeptErrors); t < y.size(); ++t)
    errors.push_back(y[t] - fitted[t]);
  return errors;
}

void finish(const MethodFit& fit, MethodForecast& forecast, BaseForecast& result) {
  Status status = fit.status;
  status.add(forecast.status);
  result.model = std::move(forecast.model);
  result.status = std::move(status.text);
  result.codes = status.bits;
}

void forecast_from(const MethodFit& fit, const StampedSeries& series, const BaseForecastOptions& options,
                   const Progress& progress, BaseForecast& result) {
  const std::vector<double>& y = series.series.values;
  const Regressors no_future;
  MethodForecast f =
      fit.state->forecast(options.horizon, fit.state->uses_regressors() ? options.future : no_future, progress);
  for (const double level : options.levels) {
    const IntervalForecast bounds = fit.state->bounds(f, level);
    append(result.lower, bounds.lower);
    append(result.upper, bounds.upper);
    result.value = bounds.value;
    result.standard_error = bounds.standard_error;
  }
  for (std::vector<double>* part : {&result.value, &result.standard_error, &result.lower, &result.upper})
    from_multiples(*part, fit.unit);
  if (options.include_history || options.keep_errors) {
    std::vector<double> fitted = fitted_of(fit, progress);
    if (options.keep_errors) result.errors = last_errors(y, fitted);
    if (options.include_history) {
      result.history = y;
      result.fitted = std::move(fitted);
    }
  }
  finish(fit, f, result);
}

std::function<std::string(std::size_t)> names_of_steps(const StampedSeries& series) {
  return [&series](std::size_t step) {
    return format_time(advance(series.series.start, series.series.step, static_cast<std::int64_t>(step)), series.kind);
  };
}

void forecast_alone(const StampedSeries& series, const BaseForecastOptions& options, const Progress& progress,
                    BaseForecast& result) {
  const TimeSeries given{series.series.values, options.season_length};
  MethodOptions method;
  method.name_of_step = names_of_steps(series);
  forecast_from(fit_method(options.method, given, options.regressors, method, progress), series, options, progress,
                result);
}

BaseForecast empty_forecast(const StampedSeries& series, const BaseForecastOptions& options) {
  options.check();
  BaseForecast result;
  result.kind = series.kind;
  result.start = series.series.start;
  result.step = series.series.step;
  result.length = series.series.values.size();
  result.levels = options.levels;
  return result;
}

bool is_daily(const StampedSeries& series) { return series.series.step == TimeStep{kDay, 0}; }

CalendarInput calendar_input(const StampedSeries& series, const BaseForecastOptions& options) {
  const std::vector<double>& y = series.series.values;
  CalendarInput input;
  input.y = y;
  input.season_length = options.season_length > 0 ? options.season_length : detect_season_length(y);
  input.horizon = options.horizon;
  if (is_daily(series)) {
    input.first_day = day_since_2000(series.series.start / kDay);
    input.year_length = 365.25;
    if (options.calendar) {
      input.events = options.calendar->events;
      input.priors = options.calendar->priors;
    }
  }
  for (std::size_t i = 0; i < options.regressors.size(); ++i)
    input.covariates.push_back({"covariate " + std::to_string(i + 1), options.regressors[i], options.future[i]});
  return input;
}

// Errors of the cleaned series, so that one bad day does not weigh on what the levels have in common; fitted values of
// the series as it was, before a shift at the level of then.
void keep_history(const PreparedSeries& prepared, const std::vector<double>& y,
                  const std::vector<double>& method_fitted, const BaseForecastOptions& options, BaseForecast& result) {
  const std::vector<double>& cleaned = prepared.series.values;
  const std::vector<double>& raw = prepared.calendar.method_series.values;
  std::vector<double> fitted = method_fitted;
  std::size_t shift = 0;
  std::vector<bool> single(cleaned.size(), false);
  for (const Outlier& o : prepared.outliers.outliers) {
    if (o.kind == OutlierKind::kLevelShift)
      shift = std::max(shift, o.step);
    else
      single[o.step] = true;
  }
  for (std::size_t t = 0; t < shift; ++t)
    if (!single[t]) fitted[t] += raw[t] - cleaned[t];
  if (options.keep_errors)
    result.errors =
        last_errors(prepared.calendar.restore_history(cleaned), prepared.calendar.restore_history(method_fitted));
  if (options.include_history) {
    result.history = y;
    result.fitted = prepared.calendar.restore_history(fitted);
  }
}

void forecast_prepared(const StampedSeries& series, const BaseForecastOptions& options, const Progress& progress,
                       BaseForecast& result) {
  const std::vector<double>& y = series.series.values;
  progress.poll();
  (void)summarize(y);  // refuses what no method takes
  progress.poll();
  const PreparedSeries prepared = prepare_series(calendar_input(series, options), {}, progress);
  MethodOptions method;
  method.clean = false;
  const MethodFit fit = fit_method(options.method, prepared.series, {}, method, progress);
  MethodForecast f = fit.state->forecast(prepared.horizon, {}, progress);
  for (const double level : options.levels) {
    IntervalForecast bounds = fit.state->bounds(f, prepared.method_confidence(level));
    for (std::vector<double>* part : {&bounds.value, &bounds.standard_error, &bounds.lower, &bounds.upper})
      from_multiples(*part, fit.unit);
    bounds = prepared.finish(std::move(bounds), level, false);
    append(result.lower, bounds.lower);
    append(result.upper, bounds.upper);
    result.value = bounds.value;
    result.standard_error = bounds.standard_error;
  }
  if (options.include_history || options.keep_errors)
    keep_history(prepared, y, fitted_of(fit, progress), options, result);
  finish(fit, f, result);
  Status status{result.status, result.codes, {}};
  status.add(prepared.status(names_of_steps(series)));
  result.status = std::move(status.text);
  result.codes = status.bits;
}

}  // namespace

void BaseForecastOptions::check() const {
  check_confidence_levels(levels);
  ForecastOptions single;
  single.horizon = horizon;
  single.method = method;
  single.check();
}

std::int64_t BaseForecast::time_of(std::int64_t step_number) const {
  return advance(start, step, static_cast<std::int64_t>(length) - 1 + step_number);
}

BaseForecast make_base_forecast(const StampedSeries& series, const BaseForecastOptions& options,
                                const Progress& progress) {
  BaseForecast result = empty_forecast(series, options);
  const bool covariates = options.regressors_as_covariates && !options.regressors.empty();
  if (covariates || (options.calendar && is_daily(series)))
    forecast_prepared(series, options, progress, result);
  else
    forecast_alone(series, options, progress, result);
  return result;
}

BaseForecast base_forecast_of(const MethodFit& fit, const StampedSeries& series, const BaseForecastOptions& options,
                              const Progress& progress) {
  BaseForecast result = empty_forecast(series, options);
  forecast_from(fit, series, options, progress, result);
  return result;
}

std::string encode_base_forecast(const BaseForecast& f) {
  ByteWriter out;
  out.put(kVersion);
  out.put(static_cast<std::uint8_t>(f.kind));
  out.put(static_cast<std::uint8_t>(f.step.month_end ? 1 : 0));
  out.put(f.step.months);
  out.put(f.step.microseconds);
  out.put(f.start);
  out.put(static_cast<std::int32_t>(f.length));
  for (const std::vector<double>* part :
       {&f.levels, &f.value, &f.standard_error, &f.lower, &f.upper, &f.history, &f.fitted, &f.errors})
    out.put(*part);
  out.put(f.model);
  out.put(f.status);
  out.put(f.codes);
  return out.take();
}

BaseForecast decode_base_forecast(std::string_view bytes) {
  ByteReader in(bytes, "a forecast of performance_tracker_fit_series");
  if (in.get<std::uint8_t>() != kVersion) in.refuse("unknown version");
  BaseForecast f;
  const auto kind = in.get<std::uint8_t>();
  if (kind < static_cast<std::uint8_t>(TimeKind::kDate) || kind > static_cast<std::uint8_t>(TimeKind::kUtc))
    in.refuse("unknown kind of time");
  f.kind = static_cast<TimeKind>(kind);
  f.step.month_end = in.flag();
  f.step.months = in.get<std::int32_t>();
  f.step.microseconds = in.get<std::int64_t>();
  if (!f.step.valid()) in.refuse("a step that is none");
  f.start = in.get<std::int64_t>();
  f.length = static_cast<std::size_t>(in.integer(1, static_cast<int>(kMaxSeriesLength)));
  f.levels = in.finites(kMaxLevels);
  f.value = in.finites(kMaxHorizon);
  f.standard_error = in.finites(kMaxHorizon);
  f.lower = in.finites(kMaxHorizon * kMaxLevels);
  f.upper = in.finites(kMaxHorizon * kMaxLevels);
  f.history = in.doubles(kMaxSeriesLength);
  f.fitted = in.doubles(kMaxSeriesLength);
  f.errors = in.doubles(kKeptErrors);
  f.model = in.text(kLongestText);
  f.status = in.text(kLongestText);
  f.codes = in.get<std::uint32_t>();
  in.expect_end();
  const std::size_t steps = f.value.size();
  if (f.levels.empty() || steps == 0 || f.standard_error.size() != steps || f.lower.size() != steps * f.levels.size() ||
      f.upper.size() != f.lower.size() || f.history.size() != f.fitted.size() ||
      (!f.history.empty() && f.history.size() != f.length))
    in.refuse("parts that do not fit together");
  return f;
}

BaseForecasts gather(std::span<const BaseForecast> forecasts) {
  using Eigen::Index;
  BaseForecasts base;
  if (forecasts.empty()) return base;
  const BaseForecast& first = forecasts[0];
  const auto rows = static_cast<Index>(forecasts.size());
  const auto steps = static_cast<Index>(first.value.size());
  std::size_t points = 0;
  for (const BaseForecast& f : forecasts) {
    if (f.value.size() != first.value.size() || f.levels != first.levels || f.step != first.step ||
        f.time_of(0) != first.time_of(0))
      throw InvalidArgument("series to reconcile must end at the same time and have the same step, horizon and levels",
                            "Bring them to a common end: missing values count.");
    points = std::max(points, f.errors.size());
  }
  base.value.resize(rows, steps);
  base.standard_error.resize(rows, steps);
  base.errors = Matrix::Constant(rows, static_cast<Index>(points), kMissing);
  for (const double level : first.levels) base.bounds.push_back({level, Matrix(rows, steps), Matrix(rows, steps)});
  for (Index i = 0; i < rows; ++i) {
    const BaseForecast& f = forecasts[static_cast<std::size_t>(i)];
    for (Index h = 0; h < steps; ++h) {
      const auto at = static_cast<std::size_t>(h);
      base.value(i, h) = f.value[at];
      base.standard_error(i, h) = f.standard_error[at];
      for (std::size_t k = 0; k < f.levels.size(); ++k) {
        base.bounds[k].lower(i, h) = f.lower[k * f.value.size() + at];
        base.bounds[k].upper(i, h) = f.upper[k * f.value.size() + at];
      }
    }
    for (std::size_t t = 0; t < f.errors.size(); ++t)
      base.errors(i, static_cast<Index>(points - f.errors.size() + t)) = f.errors[t];
  }
  return base;
}

void take_over(BaseForecast& f, const ReconciledForecasts& reconciled, std::size_t row) {
  const auto i = static_cast<Eigen::Index>(row);
  for (std::size_t at = 0; at < f.value.size(); ++at) {
    const auto h = static_cast<Eigen::Index>(at);
    f.value[at] = reconciled.value(i, h);
    f.standard_error[at] = reconciled.standard_error(i, h);
    for (std::size_t k = 0; k < f.levels.size(); ++k) {
      f.lower[k * f.value.size() + at] = reconciled.bounds[k].lower(i, h);
      f.upper[k * f.value.size() + at] = reconciled.bounds[k].upper(i, h);
    }
  }
}

}  // namespace performance_tracker
