// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/calendar_regression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/base/normal_distribution.h"
#include "core/base/statistics.h"
#include "core/forecast/calendar_selection.h"
#include "core/series/interpolation.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kFewestObservations = 15;  // a coefficient, a level, a season and something left to judge by

// What teaches: observed, not closed, every covariate known.
std::vector<double> teaching(const CalendarInput& input, const ClosedSteps& closed) {
  std::vector<double> y(input.y.begin(), input.y.end());
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (closed.closed[t]) y[t] = kMissing;
    for (const Covariate& c : input.covariates)
      if (std::isnan(c.past[t])) y[t] = kMissing;
  }
  return y;
}

double typical_step(std::span<const double> y) {
  std::vector<double> observed;
  for (const double v : y)
    if (!std::isnan(v)) observed.push_back(v);
  return observed.empty() ? 0.0 : median(observed);
}

CalendarEffect effect_of(const EffectCandidate& candidate, const std::string& name, double coefficient, double variance,
                         EffectScale scale, double typical) {
  CalendarEffect effect{candidate.kind, name,           coefficient,    std::sqrt(std::max(variance, 0.0)),
                        kMissing,       candidate.seen, candidate.ahead};
  if (typical > 0.0) effect.relative = backwards(scale, forwards(scale, typical) + coefficient) / typical - 1.0;
  return effect;
}

// The selected columns over history and horizon: what they add up to, and how well that is known.
void add_up(const EffectSelection& selection, const std::vector<EffectCandidate>& candidates, std::size_t history,
            CalendarRegression& result) {
  const LevelFit& fit = selection.fit;
  std::vector<const std::vector<double>*> columns;
  for (const std::size_t c : selection.candidates)
    for (const std::vector<double>& column : candidates[c].columns) columns.push_back(&column);
  const auto base = static_cast<Eigen::Index>(selection.base);
  const auto k = static_cast<Eigen::Index>(columns.size());
  const Matrix covariance = fit.covariance.block(base, base, k, k);
  Vector x(k);
  for (std::size_t t = 0; t < history + result.shift.size(); ++t) {
    double sum = 0.0;
    for (Eigen::Index j = 0; j < k; ++j) {
      const double value = (*columns[static_cast<std::size_t>(j)])[t];
      x[j] = std::isnan(value) ? 0.0 : value;
      sum += x[j] * fit.coefficients[static_cast<std::size_t>(base + j)];
    }
    if (t < history) {
      result.history_shift[t] = sum;
    } else {
      result.shift[t - history] = sum;
      result.shift_variance[t - history] = std::max(x.dot(covariance * x), 0.0);
    }
  }
}

void list_effects(const EffectSelection& selection, const std::vector<EffectCandidate>& candidates, double typical,
                  CalendarRegression& result) {
  std::size_t column = selection.base;
  for (const std::size_t c : selection.candidates) {
    const EffectCandidate& candidate = candidates[c];
    for (std::size_t j = 0; j < candidate.columns.size(); ++j, ++column) {
      const auto at = static_cast<Eigen::Index>(column);
      std::string name = candidate.name;
      if (candidate.deviations)
        name = candidate.column_names[j] + " beside other promotions";
      else if (candidate.columns.size() == 2)
        name += j == 0 ? ", sine" : ", cosine";
      result.effects.push_back(effect_of(candidate, name, selection.fit.coefficients[column],
                                         selection.fit.covariance(at, at), result.scale, typical));
    }
  }
}

// A value with an effect; what becomes of a small change of the value, and of a small change of the effect.
struct Shifted {
  double value;
  double stretch;
  double slope;
};

Shifted shifted(EffectScale scale, double value, double by) {
  if (scale == EffectScale::kAdditive || by == 0.0) {
    const double steep = scale == EffectScale::kLogarithm ? std::abs(value) : slope(scale, forwards(scale, value));
    return {value + (scale == EffectScale::kAdditive ? by : 0.0), 1.0, steep};
  }
  if (scale == EffectScale::kLogarithm) {
    const double factor = std::exp(std::min(by, 700.0));
    return {value * factor, factor, std::abs(value * factor)};
  }
  const double at = forwards(scale, value) + by;
  const double steep = slope(scale, at);
  return {backwards(scale, at), steep / slope(scale, forwards(scale, value)), steep};
}

// The series of the method: without phases that are always closed, single closed steps filled in.
void lay_out_method(const CalendarInput& input, CalendarRegression& result) {
  const auto m = static_cast<std::size_t>(input.season_length);
  const std::size_t n = result.adjusted.size();
  const auto closed_at = [&](std::size_t t) { return t < n ? result.history_closed[t] : result.closed[t - n]; };
  result.open_phase.assign(m, false);
  for (std::size_t t = 0; t < n + result.closed.size(); ++t)
    if (!closed_at(t)) result.open_phase[t % m] = true;
  if (std::ranges::count(result.open_phase, true) == 0) result.open_phase.assign(m, true);
  const auto open = static_cast<int>(std::ranges::count(result.open_phase, true));
  std::vector<bool> fill;
  for (std::size_t t = 0; t < n; ++t) {
    if (!result.open_phase[t % m]) continue;
    result.method_series.values.push_back(result.adjusted[t]);
    fill.push_back(result.history_closed[t]);
  }
  result.method_series.season_length = open;
  result.method_horizon = 0;
  for (std::size_t h = 0; h < result.closed.size(); ++h)
    result.method_horizon += result.open_phase[(n + h) % m] ? 1 : 0;
  result.method_horizon = std::max(result.method_horizon, 1);
  if (std::ranges::count(fill, true) == 0) return;
  std::vector<double>& values = result.method_series.values;
  if (std::ranges::all_of(values, [](double v) { return std::isnan(v); })) {
    std::ranges::fill(values, 0.0);  // never open: what is known is that nothing is sold
    return;
  }
  const std::vector<double> filled = interpolate_missing(values, open);
  for (std::size_t t = 0; t < values.size(); ++t)
    if (fill[t]) values[t] = filled[t];
}

EffectSelection best_selection(const CalendarInput& input, std::span<const double> y,
                               const std::vector<EffectCandidate>& candidates, const Progress& progress) {
  EffectSelection best;
  for (const EffectScale scale : {EffectScale::kAdditive, EffectScale::kSquareRoot, EffectScale::kLogarithm}) {
    EffectSelection selection = select_effects(input, y, candidates, scale, progress);
    if (selection.criterion < best.criterion) best = std::move(selection);
  }
  return best;
}

// What candidates and closed steps say about the series.
CalendarRegression regress(const CalendarInput& input, const Progress& progress) {
  const std::size_t n = input.y.size();
  const auto h = static_cast<std::size_t>(input.horizon);
  ClosedSteps closed = find_closed(input);
  CalendarRegression result;
  result.adjusted.assign(input.y.begin(), input.y.end());
  result.history_shift.assign(n, 0.0);
  result.shift.assign(h, 0.0);
  result.shift_variance.assign(h, 0.0);
  result.history_closed.assign(closed.closed.begin(), closed.closed.begin() + static_cast<std::ptrdiff_t>(n));
  result.closed.assign(closed.closed.begin() + static_cast<std::ptrdiff_t>(n), closed.closed.end());
  result.closed_reasons = std::move(closed.reasons);
  for (std::size_t t = 0; t < n; ++t)
    if (result.history_closed[t]) result.adjusted[t] = kMissing;

  const std::vector<double> y = teaching(input, closed);
  const auto observed = static_cast<std::size_t>(std::ranges::count_if(y, [](double v) { return !std::isnan(v); }));
  const std::vector<EffectCandidate> candidates = effect_candidates(input, closed);
  if (candidates.empty() || observed < kFewestObservations) return result;
  const EffectSelection selection = best_selection(input, y, candidates, progress);
  if (selection.candidates.empty()) return result;
  result.scale = selection.scale;
  add_up(selection, candidates, n, result);
  list_effects(selection, candidates, typical_step(y), result);
  for (std::size_t t = 0; t < n; ++t)
    if (!std::isnan(result.adjusted[t]) && result.history_shift[t] != 0.0)
      result.adjusted[t] =
          backwards(result.scale, forwards(result.scale, result.adjusted[t]) - result.history_shift[t]);
  return result;
}

}  // namespace

const char* to_string(EffectScale scale) {
  switch (scale) {
    case EffectScale::kAdditive:
      return "additive";
    case EffectScale::kSquareRoot:
      return "square root";
    case EffectScale::kLogarithm:
      return "multiplicative";
  }
  return "";
}

CalendarRegression fit_calendar(const CalendarInput& input, const Progress& progress) {
  input.check();
  progress.poll();
  CalendarRegression result = regress(input, progress);
  lay_out_method(input, result);
  return result;
}

std::vector<double> CalendarRegression::restore_history(std::span<const double> fitted) const {
  std::vector<double> all(adjusted.size(), 0.0);
  std::size_t at = 0;
  for (std::size_t t = 0; t < all.size(); ++t) {
    if (!open_phase[t % open_phase.size()]) continue;
    const double value = fitted[at++];
    if (history_closed[t]) continue;
    all[t] = std::isnan(value) ? value : shifted(scale, value, history_shift[t]).value;
  }
  return all;
}

std::vector<double> CalendarRegression::restore_paths(std::span<const double> paths, bool nonnegative) const {
  std::vector<double> all;
  const auto length = static_cast<std::size_t>(method_horizon);
  for (std::size_t path = 0; (path + 1) * length <= paths.size(); ++path) {
    std::size_t at = path * length;
    for (std::size_t h = 0; h < shift.size(); ++h) {
      double value = 0.0;
      if (open_phase[(adjusted.size() + h) % open_phase.size()]) value = paths[at++];
      if (!closed[h]) value = shifted(scale, value, shift[h]).value;
      all.push_back(closed[h] ? 0.0 : nonnegative ? std::max(value, 0.0) : value);
    }
  }
  return all;
}

IntervalForecast CalendarRegression::restore(IntervalForecast forecast, double confidence_level,
                                             bool nonnegative) const {
  const double z = interval_multiplier(confidence_level);
  IntervalForecast all;
  std::size_t at = 0;
  for (std::size_t h = 0; h < shift.size(); ++h) {
    const std::size_t from = at;
    if (open_phase[(adjusted.size() + h) % open_phase.size()]) ++at;
    double value = 0.0, error = 0.0, up = 0.0, down = 0.0;
    if (!closed[h]) {
      const Shifted there = shifted(scale, forecast.value[from], shift[h]);
      const double own = there.slope * there.slope * shift_variance[h];
      const auto width = [&](double of_method, double multiplier) {
        return std::sqrt(of_method * of_method * there.stretch * there.stretch + multiplier * multiplier * own);
      };
      value = nonnegative ? std::max(there.value, 0.0) : there.value;
      error = width(forecast.standard_error[from], 1.0);
      up = width(forecast.upper[from] - forecast.value[from], z);
      down = width(forecast.value[from] - forecast.lower[from], z);
    }
    all.value.push_back(value);
    all.standard_error.push_back(error);
    all.upper.push_back(value + up);
    all.lower.push_back(nonnegative ? std::max(value - down, 0.0) : value - down);
  }
  return all;
}

std::string CalendarRegression::describe() const {
  std::string text;
  const auto add = [&](const std::string& part, const char* between) { text += (text.empty() ? "" : between) + part; };
  bool year = false, season = false;
  for (const CalendarEffect& e : effects) {
    year = year || e.kind == EffectKind::kYear;
    season = season || e.kind == EffectKind::kSeason;
    if (e.kind == EffectKind::kYear || e.kind == EffectKind::kSeason || std::isnan(e.relative)) continue;
    char percent[32];
    std::snprintf(percent, sizeof percent, " %+.0f%%", 100.0 * std::clamp(e.relative, -1.0, 99.99));
    add(e.name + percent, ", ");
  }
  if (year) add("a yearly wave", ", ");
  if (season) add("further seasons", ", ");
  std::string why;
  for (const std::string& reason : closed_reasons) why += (why.empty() ? "closed on " : ", ") + reason;
  if (!why.empty()) add(why, "; ");
  return text;
}

}  // namespace performance_tracker
