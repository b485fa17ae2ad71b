// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/preparation.h"

#include <algorithm>
#include <cmath>

#include "core/base/normal_distribution.h"

namespace performance_tracker {
namespace {

// Values at the end in which outliers are looked for: a year of days. What is older hardly moves a forecast.
constexpr std::size_t kLook = 370;
constexpr std::size_t kNamedDays = 5;         // in a sentence
constexpr double kLargestConfidence = 0.998;  // what is asked of a method at most: its tails end to be known there

std::string plural(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

double share_of_outliers(const PreparedSeries& prepared) {
  std::size_t days = 0, observed = 0;
  for (const Outlier& o : prepared.outliers.outliers)
    if (o.kind != OutlierKind::kLevelShift) days += o.kind == OutlierKind::kAdditive ? 1 : 3;
  for (const double v : prepared.series.values) observed += std::isnan(v) ? 0 : 1;
  return observed == 0 ? 0.0 : static_cast<double>(days) / static_cast<double>(observed);
}

}  // namespace

double PreparedSeries::method_confidence(double confidence_level) const {
  const double ordinary = 1.0 - share_of_outliers(*this);
  if (ordinary == 1.0) return confidence_level;
  return std::max(confidence_level, std::min(confidence_level / ordinary, kLargestConfidence));
}

IntervalForecast PreparedSeries::finish(IntervalForecast forecast, double confidence_level, bool nonnegative) const {
  if (outliers.level_error > 0.0) {
    const double z = interval_multiplier(confidence_level);
    for (std::size_t h = 0; h < forecast.value.size(); ++h) {
      const double value = forecast.value[h];
      const double level = outliers.level_error_at_value(value);
      const auto wider = [&](double width, double multiplier) {
        return std::sqrt(width * width + multiplier * multiplier * level * level);
      };
      forecast.upper[h] = value + wider(forecast.upper[h] - value, z);
      forecast.lower[h] = value - wider(value - forecast.lower[h], z);
      forecast.standard_error[h] = wider(forecast.standard_error[h], 1.0);
    }
  }
  return calendar.restore(std::move(forecast), confidence_level, nonnegative);
}

Status status_of_outliers(const OutlierReport& report, const std::function<std::string(std::size_t)>& name_of_step) {
  Status status;
  std::string days, shifts;
  std::size_t count = 0;
  for (const Outlier& o : report.outliers) {
    const std::string name = name_of_step(o.step);
    if (o.kind == OutlierKind::kLevelShift) {
      shifts += (shifts.empty() ? "" : ", ") + name + (o.effect > 0.0 ? " (up)" : " (down)");
    } else if (++count <= kNamedDays) {
      days += (days.empty() ? "" : ", ") + name;
    }
  }
  if (count > kNamedDays) days += ", …";
  if (count > 0)
    status.add(StatusCode::kOutliers, plural(count, "outlier does", "outliers do") + " not count: " + days);
  if (!shifts.empty())
    status.add(StatusCode::kLevelShift, "the level has shifted on " + shifts + ": what came before is moved to it");
  return status;
}

Status PreparedSeries::status(const std::function<std::string(std::size_t)>& name_of_step) const {
  Status status;
  if (calendar.acts()) status.add(StatusCode::kCalendar, "with " + calendar.describe());
  status.add(status_of_outliers(outliers, [&](std::size_t step) { return name_of_step(steps[step]); }));
  return status;
}

OutlierReport outliers_for_forecast(std::span<const double> y, int season_length, const PreparationOptions& options,
                                    const Progress& progress) {
  OutlierOptions look;
  look.season_length = season_length;
  look.critical = options.critical;
  look.largest_ordinary_share = options.largest_ordinary_share;
  look.look = kLook;
  look.cautious = true;
  return find_outliers(y, look, progress);
}

PreparedSeries prepare_series(const CalendarInput& input, const PreparationOptions& options, const Progress& progress) {
  PreparedSeries prepared;
  prepared.calendar = fit_calendar(input, progress);
  prepared.series = prepared.calendar.method_series;
  prepared.horizon = prepared.calendar.method_horizon;
  const std::vector<bool>& open = prepared.calendar.open_phase;
  for (std::size_t t = 0; t < input.y.size(); ++t)
    if (open[t % open.size()]) prepared.steps.push_back(t);
  if (!options.clean) return prepared;
  prepared.outliers = outliers_for_forecast(prepared.series.values, prepared.series.season_length, options, progress);
  prepared.series.values = prepared.outliers.cleaned;
  return prepared;
}

}  // namespace performance_tracker
