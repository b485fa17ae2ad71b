// SPDX-License-Identifier: PostgreSQL
//
// The calendar around any forecasting method: what promotions, holidays, closed days, other columns and the year do to
// a series is taken out, the method forecasts what remains, and the calendar of the horizon is put back in.
//
//   CalendarRegression calendar = fit_calendar(input, progress);
//   ... forecast calendar.method_series over calendar.method_horizon steps by any method ...
//   calendar.restore(forecast, 0.80, true);      // value, standard error and bounds of the days as they will be
//   for (const CalendarEffect& e : calendar.effects) e.name, e.relative, e.standard_error …
//
// Effects multiply, add, or act on the square root, whichever the likelihood prefers. They are estimated by
// generalised least squares beside a wandering level and the season (level_regression.h), come in one by one while the
// criterion falls, and single promotions are drawn towards all promotions by empirical Bayes. A series that gains
// nothing keeps exactly the values it had.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/forecast/calendar_effects.h"
#include "core/forecast/interval.h"
#include "core/series/time_series.h"

namespace performance_tracker {

// On what scale effects are added up.
enum class EffectScale { kAdditive, kSquareRoot, kLogarithm };
const char* to_string(EffectScale scale);  // "additive", "square root", "multiplicative"

struct CalendarEffect {
  EffectKind kind;
  std::string name;
  double coefficient = 0.0;     // on the scale: ln(factor) of kLogarithm, in the series' unit of kAdditive
  double standard_error = 0.0;  // of the coefficient
  double relative = 0.0;        // change of a typical step, as a fraction: 0.25 is 25% more; NaN without a typical step
  std::size_t seen = 0;         // steps of the history that it acts on
  std::size_t ahead = 0;        // steps of the horizon
};

struct CalendarRegression {
  std::vector<double> adjusted;  // as it would have been without the effects; NaN where missing or closed
  // What the method gets: `adjusted` without the phases of the season that are always closed (a week of six days),
  // single closed steps filled in between; and how far it has to forecast for the open steps of the horizon, at
  // least 1.
  TimeSeries method_series;
  int method_horizon = 1;
  std::vector<bool> open_phase;  // of the season as it came
  EffectScale scale = EffectScale::kAdditive;
  std::vector<CalendarEffect> effects;      // those that are used
  std::vector<std::string> closed_reasons;  // of closed steps
  std::vector<double> history_shift;        // of each step of the history, on the scale
  std::vector<bool> history_closed;
  std::vector<double> shift;           // of each step of the horizon, on the scale
  std::vector<double> shift_variance;  // of its estimate
  std::vector<bool> closed;            // of the horizon

  // Whether anything differs from the series as it came.
  bool acts() const { return !effects.empty() || !closed_reasons.empty(); }

  // The forecast of `method_series` with the calendar of the horizon, each step of it. The width grows with the
  // estimates' errors. With `nonnegative` nothing falls below zero; closed steps are zero and certain.
  IntervalForecast restore(IntervalForecast forecast, double confidence_level, bool nonnegative) const;

  // One-step-ahead values of `method_series` as such of the series that came; NaN stays.
  std::vector<double> restore_history(std::span<const double> fitted) const;

  // Paths of the method (one after the other, method_horizon values each) as paths of the horizon.
  std::vector<double> restore_paths(std::span<const double> paths, bool nonnegative) const;

  // "promotions +31%, Christmas Day -100%; closed on Sundays"; empty when nothing acts.
  std::string describe() const;
};

// Throws InvalidArgument for a malformed input. Needs some 15 observations to say anything; with fewer, only closed
// days.
CalendarRegression fit_calendar(const CalendarInput& input, const Progress& progress);

}  // namespace performance_tracker
