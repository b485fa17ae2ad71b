// SPDX-License-Identifier: PostgreSQL
//
// What happens to a series before and after any forecasting method: the calendar is taken out and put back in
// (calendar_regression.h), bad days do not ruin the forecast (outliers.h).
//
//   const PreparedSeries prepared = prepare_series(input, {}, progress);
//   ... fit a method to prepared.series, forecast prepared.horizon steps with bounds at
//       prepared.method_confidence(0.80) ...
//   IntervalForecast f = prepared.finish(bounds, 0.80, true);       // one row a step of the horizon
//   prepared.status(name_of_step).text                                   // "1 day left out as an outlier: 2026-10-03;
//   …"
//
// The point forecast comes from the cleaned series, the width from errors that know of the outliers: where a share s of
// the days was none of the others' kind, an interval that is to cover 80% of all days covers .80 / (1 - s) of the
// ordinary ones (the contaminated normal of Tukey 1960 and Huber 1964). How well a new level is known widens every
// step.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/diagnostics/outliers.h"
#include "core/forecast/calendar_regression.h"
#include "core/forecast/interval.h"
#include "core/forecast/status.h"
#include "core/series/time_series.h"

namespace performance_tracker {

struct PreparationOptions {
  bool clean = true;  // false: outliers and shifts stay in
  // Of OutlierOptions; higher than for looking, as a forecast loses what is taken out wrongly. Chosen with the share on
  // NN5, M3 and M4 series (docs/calendar.md).
  double critical = 8.0;
  double largest_ordinary_share = 0.01;
};

// What does not belong in a series that is to be forecast, by those options and in the last year of days.
OutlierReport outliers_for_forecast(std::span<const double> y, int season_length, const PreparationOptions& options,
                                    const Progress& progress);

// "2 outliers do not count: 2026-10-10, 2026-11-15", and the shifts; nothing when there are none.
Status status_of_outliers(const OutlierReport& report, const std::function<std::string(std::size_t)>& name_of_step);

struct PreparedSeries {
  TimeSeries series;  // for the method
  int horizon = 1;    // for the method
  CalendarRegression calendar;
  OutlierReport outliers;          // their steps are those of `series`
  std::vector<std::size_t> steps;  // of each value of `series`, its step in the series that came

  // The coverage to ask of the method for one of `confidence_level` over all days.
  double method_confidence(double confidence_level) const;

  IntervalForecast finish(IntervalForecast forecast, double confidence_level, bool nonnegative) const;

  // Sentences for a merchant; `name_of_step` gives a step of the series that came its date. Empty when nothing was
  // done.
  Status status(const std::function<std::string(std::size_t)>& name_of_step) const;
};

// Throws as fit_calendar does.
PreparedSeries prepare_series(const CalendarInput& input, const PreparationOptions& options, const Progress& progress);

}  // namespace performance_tracker
