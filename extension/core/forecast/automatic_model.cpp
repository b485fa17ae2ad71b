// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/automatic_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/carried_model.h"
#include "core/forecast/forecast.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

Status note(StatusCode code, const std::string& sentence) {
  Status status;
  if (!sentence.empty()) status.add(code, sentence);
  return status;
}

Status regressors_unused() { return note(StatusCode::kRegressorsUnused, "the regressors are not used"); }

// Of the series alone; remarks on the model follow.
void describe_series(FittedModel& fitted, const SeriesSummary& s) {
  fitted.status = describe(s);
  Status bits;
  if (s.missing > 0) bits.add(StatusCode::kMissingValues, "");
  if (s.unit != 1.0) bits.add(StatusCode::kScaled, "");
  fitted.flags = bits.bits;
}

const std::vector<double>& values_of(const FittedModel& fitted) { return fitted.series.series.values; }

// A likelihood without bound, or coefficients of regressors that nothing is left to be judged by.
void check_variance(const ArimaModel& model) {
  if (!std::isfinite(model.log_likelihood) || !std::isfinite(model.variance))
    throw InvalidData(model.to_string() + " explains the series exactly: no variance is left",
                      "Leave out the regressor that is a copy of the series, or lower the order.");
}

std::string too_few(const SeriesSummary& s) {
  return "only " + std::to_string(s.observed) + " observations, fewer than " + std::to_string(kFewestForArima);
}

// The season asked for or found, 1 when the observations do not fill it twice.
int usable_season_length(std::span<const double> y, int season_length, const SeriesSummary& s) {
  if (season_length == 0) season_length = detect_season_length(y);
  return s.observed < 2 * static_cast<std::size_t>(season_length) ? 1 : season_length;
}

std::string season_sentence(int wanted, int usable) {
  if (wanted <= 1 || usable > 1) return "";
  return "fewer than two seasons of " + std::to_string(wanted) + " observations: the season is ignored";
}

std::string naive_sentence(int season_length) {
  return season_length > 1 ? ": the value one season before is carried on" : ": the last value is carried on";
}

// The model of a series that no search is made for, with the sentence that says so.
struct Carried {
  ArimaModel model;
  StatusCode code;
  std::string reason;
};

std::optional<Carried> without_search(std::span<const double> y, int season_length, const SeriesSummary& s) {
  if (s.observed == 1)
    return Carried{mean_model(s), StatusCode::kSingleObservation,
                   "a single observation: its value is carried on, without a standard error"};
  if (s.constant)
    return Carried{mean_model(s), StatusCode::kConstant, "all observations are equal: their value is carried on"};
  if (s.observed < kFewestForArima && season_length > 1)
    return Carried{naive_model(y, season_length), StatusCode::kTooFewObservations,
                   too_few(s) + naive_sentence(season_length)};
  if (s.observed < kFewestForArima)
    return Carried{mean_model(s), StatusCode::kTooFewObservations, too_few(s) + ": the mean is carried on"};
  if (std::optional<ArimaModel> pattern = exact_pattern(y, season_length))
    return Carried{std::move(*pattern), StatusCode::kExactPattern,
                   "the series follows its pattern without any deviation: the pattern is carried on"};
  return std::nullopt;
}

bool all_finite(const ArimaForecast& f) {
  const auto finite = [](double v) { return std::isfinite(v); };
  return std::all_of(f.value.begin(), f.value.end(), finite) &&
         std::all_of(f.standard_error.begin(), f.standard_error.end(), finite);
}

}  // namespace

FittedModel fit_automatically(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress) {
  options.arima.check();
  check_season_length_if_given(options.season_length);
  progress.poll();
  const SeriesSummary s = summarize(series.series.values);
  progress.poll();
  const std::vector<double> y = in_multiples(series.series.values, s.unit);
  FittedModel fitted{{}, series, options.regressors, ""};
  describe_series(fitted, s);
  progress.poll();
  const int season_length = usable_season_length(y, options.season_length, s);
  progress.poll();
  const auto carry = [&](Carried&& carried) {
    fitted.model = std::move(carried.model);
    fitted.regressors.clear();
    fitted.say(note(carried.code, carried.reason));
    if (!options.regressors.empty()) fitted.say(regressors_unused());
    return fitted;
  };
  if (std::optional<Carried> carried = without_search(y, season_length, s)) return carry(std::move(*carried));
  fitted.say(note(StatusCode::kSeasonIgnored, season_sentence(options.season_length, season_length)));
  try {
    AutoArimaResult chosen = auto_arima({y, season_length}, options.arima, options.regressors, progress);
    check_variance(chosen.model);
    fitted.model = std::move(chosen.model);
    for (const std::string& remark : chosen.notes) fitted.say(note(StatusCode::kModelNote, remark));
    return fitted;
  } catch (const InvalidData& error) {
    return carry({naive_model(y, season_length), StatusCode::kFallback, error.what() + naive_sentence(season_length)});
  }
}

FittedModel fit_given(const StampedSeries& series, const ArimaOrder& order, Constant constant,
                      const Regressors& regressors, const Progress& progress) {
  progress.poll();
  const SeriesSummary s = summarize(series.series.values);
  progress.poll();
  ArimaFitOptions options;
  options.constant = constant;
  options.regressors = regressors;
  FittedModel fitted{{}, series, regressors, ""};
  describe_series(fitted, s);
  if (s.constant)
    throw InvalidData("all observations are equal: no variance to fit " + order.to_string() + " to",
                      "auto_arima(series) carries the value on.");
  fitted.model = fit_arima(in_multiples(series.series.values, s.unit), order, options, progress);
  check_variance(fitted.model);
  if (!fitted.model.converged)
    fitted.say(note(StatusCode::kNotConverged, "the likelihood's maximum was not reached to full precision"));
  return fitted;
}

AutoArimaResult search_models(const StampedSeries& series, const AutomaticModelOptions& options,
                              const Progress& progress) {
  options.arima.check();
  check_season_length_if_given(options.season_length);
  const SeriesSummary s = summarize(series.series.values);
  const std::vector<double> y = in_multiples(series.series.values, s.unit);
  progress.poll();
  const int season_length = usable_season_length(y, options.season_length, s);
  progress.poll();
  if (const std::optional<Carried> carried = without_search(y, season_length, s))
    throw InvalidData(carried->reason, "There is no search to list.");
  return auto_arima({y, season_length}, options.arima, options.regressors, progress);
}

bool uses_regressors(const FittedModel& fitted) { return !fitted.has(StatusCode::kRegressorsUnused); }

MultiplesModel over_multiples(const FittedModel& fitted) {
  MultiplesModel result{fitted, summarize(values_of(fitted)).unit};
  result.model.series.series.values = in_multiples(values_of(fitted), result.unit);
  return result;
}

ModelForecast forecast_model(const FittedModel& fitted, const ModelForecastOptions& options, const Progress& progress) {
  ForecastOptions checked;
  checked.horizon = options.horizon;
  checked.confidence_level = options.confidence_level;
  checked.check();
  progress.poll();
  const SeriesSummary s = summarize(values_of(fitted));
  const std::vector<double> y = in_multiples(values_of(fitted), s.unit);
  progress.poll();
  ModelForecast result;
  result.model = fitted.model.to_string();
  result.status = fitted.status;
  ArimaForecast f = is_carried(fitted.model)
                        ? forecast_carried(fitted.model, y, options.horizon)
                        : forecast_arima(fitted.model, y, fitted.regressors, options.horizon, options.future, progress);
  if (!all_finite(f)) {
    const ArimaModel naive = naive_model(y, fitted.model.order.season_length);
    f = forecast_carried(naive, y, options.horizon);
    result.model = naive.to_string();
    result.added =
        note(StatusCode::kOutOfRange, "the forecast of " + fitted.model.to_string() + " leaves the range of numbers" +
                                          naive_sentence(naive.order.season_length));
    add_sentence(result.status, result.added.text);
  }
  static_cast<IntervalForecast&>(result) = with_interval(std::move(f.value), std::move(f.standard_error),
                                                         options.confidence_level, options.nonnegative, s.unit);
  return result;
}

std::vector<double> fitted_values(const FittedModel& fitted, const Progress& progress) {
  progress.poll();
  const SeriesSummary s = summarize(values_of(fitted));
  const std::vector<double> y = in_multiples(values_of(fitted), s.unit);
  progress.poll();
  std::vector<double> result = is_carried(fitted.model) ? fitted_carried(fitted.model, y)
                                                        : fitted_arima(fitted.model, y, fitted.regressors, progress);
  from_multiples(result, s.unit);
  return result;
}

namespace {

// `more` on the grid of `series`, if every time of it lies there: a single row has no step of its own, and rows that
// are far apart seem to have a longer one.
std::optional<StampedSeries> on_grid_of(const StampedSeries& series, const StampedSeries& more) {
  const RegularSeries& base = series.series;
  const RegularSeries& given = more.series;
  if (series.kind != more.kind) return std::nullopt;
  if (given.values.size() > 1 && (base.step.months > 0) != (given.step.months > 0)) return std::nullopt;
  const auto first = steps_between(base.start, base.step, given.start);
  if (!first) return std::nullopt;
  StampedSeries result = more;

  result.series.step = base.step;
  if (base.step.months == given.step.months && base.step.microseconds == given.step.microseconds) return result;
  result.series.values.clear();
  for (std::size_t i = 0; i < given.values.size(); ++i) {
    const auto at =
        steps_between(base.start, base.step, advance(given.start, given.step, static_cast<std::int64_t>(i)));
    if (!at || *at - *first >= static_cast<std::int64_t>(kMaxSeriesLength)) return std::nullopt;
    result.series.values.resize(static_cast<std::size_t>(*at - *first) + 1, kMissing);
    result.series.values.back() = given.values[i];
  }
  return result;
}

}  // namespace

StampedSeries continue_series(const StampedSeries& series, const StampedSeries& more) {
  if (more.series.values.empty()) return series;
  const RegularSeries& base = series.series;
  const std::optional<StampedSeries> met = on_grid_of(series, more);
  const auto offset = met ? steps_between(base.start, base.step, met->series.start) : std::nullopt;
  if (!offset || *offset < 0)
    throw InvalidArgument(
        "the data (" + format_time(more.series.start, more.kind) + " / " + format_step(more.series.step) +
            ") do not continue the model's series (" + format_time(base.start, series.kind) + " / " +
            format_step(base.step) + ")",
        "Build them with the same kind of time and the same step as the series that the model was fitted to, beginning "
        "at its first time or later.");
  const std::vector<double>& values = met->series.values;
  StampedSeries all = series;
  const auto end = static_cast<std::size_t>(*offset) + values.size();
  if (end > kMaxSeriesLength)
    throw InvalidArgument("the continued series would have " + std::to_string(end) + " values, the limit is " +
                          std::to_string(kMaxSeriesLength));
  if (end > all.series.values.size()) all.series.values.resize(end, kMissing);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) all.series.values[static_cast<std::size_t>(*offset) + i] = values[i];
  return all;
}

FittedModel update_model(const FittedModel& fitted, const StampedSeries& more, const Regressors& regressors,
                         const Progress& progress) {
  return refit_model(fitted, continue_series(fitted.series, more), regressors, progress);
}

FittedModel refit_model(const FittedModel& fitted, StampedSeries series, const Regressors& regressors,
                        const Progress& progress) {
  if (regressors.size() != fitted.regressors.size())
    throw InvalidArgument("the model has " + std::to_string(fitted.regressors.size()) + " regressors, " +
                              std::to_string(regressors.size()) + " were given",
                          "Give xreg for the whole series, the new data included.");
  FittedModel updated;
  updated.series = std::move(series);
  updated.regressors = regressors;
  progress.poll();
  const SeriesSummary s = summarize(values_of(updated));
  const std::vector<double> y = in_multiples(values_of(updated), s.unit);
  describe_series(updated, s);
  progress.poll();
  const ArimaModel& old = fitted.model;
  if (!is_carried(old)) {
    ArimaFitOptions options;
    options.constant = old.constant;
    options.regressors = regressors;
    updated.model = evaluate_arima(y, old.order, old.coefficients, options, progress);
    check_variance(updated.model);
  } else if (old.order.lost_observations() == 0) {
    updated.model = mean_model(s);
    updated.say(note(StatusCode::kFallback, "the mean is carried on"));
  } else if (old.constant == Constant::kNone) {
    updated.model = naive_model(y, old.order.lost_observations());
    updated.model.order = old.order;
    updated.say(note(StatusCode::kFallback, naive_sentence(old.order.lost_observations()).substr(2)));
  } else {
    std::optional<ArimaModel> pattern = exact_pattern(y, old.order.lost_observations());
    if (!pattern)
      throw InvalidData("the new data leave the exact pattern that the model has carried on",
                        "Fit a new model: auto_arima(series).");
    updated.model = std::move(*pattern);
    updated.status = fitted.status;
    updated.notes = fitted.notes;
    updated.flags = fitted.flags;
    updated.remarks = fitted.remarks;
    return updated;
  }
  if (!uses_regressors(fitted)) updated.say(regressors_unused());
  return updated;
}

}  // namespace performance_tracker
