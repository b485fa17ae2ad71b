// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/base_forecast.h"

#include <algorithm>
#include <cmath>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/forecast/forecast.h"
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

}  // namespace

void BaseForecastOptions::check() const {
  if (levels.empty() || levels.size() > kMaxLevels)
    throw InvalidArgument("levels must hold 1 to " + std::to_string(kMaxLevels) + " confidence levels, not " +
                              std::to_string(levels.size()),
                          "Give levels such as '{0.5,0.8,0.95}'.");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    ForecastOptions single;
    single.horizon = horizon;
    single.method = method;
    single.confidence_level = levels[i];
    single.check();
    if (std::find(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(i), levels[i]) !=
        levels.begin() + static_cast<std::ptrdiff_t>(i))
      throw InvalidArgument("levels holds " + std::to_string(levels[i]) + " twice", "Give each level once.");
  }
}

std::int64_t BaseForecast::time_of(std::int64_t step_number) const {
  return advance(start, step, static_cast<std::int64_t>(length) - 1 + step_number);
}

BaseForecast make_base_forecast(const StampedSeries& series, const BaseForecastOptions& options,
                                const Progress& progress) {
  options.check();
  const std::vector<double>& y = series.series.values;
  const MethodFit fit = fit_method(options.method, {y, options.season_length}, options.regressors, {}, progress);
  const Regressors no_future;
  MethodForecast f =
      fit.state->forecast(options.horizon, fit.state->uses_regressors() ? options.future : no_future, progress);
  BaseForecast result;
  result.kind = series.kind;
  result.start = series.series.start;
  result.step = series.series.step;
  result.length = y.size();
  result.levels = options.levels;
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
  Status status = fit.status;
  status.add(f.status);
  result.model = std::move(f.model);
  result.status = std::move(status.text);
  result.codes = status.bits;
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
