// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/series_anomaly.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/base/statistics.h"
#include "core/diagnostics/season_length.h"
#include "core/diagnostics/stl.h"
#include "core/forecast/explanation.h"
#include "core/series/interpolation.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kNeighbours = 7;  // on each side
constexpr int kSeasonalWindow = 35;     // seasons in the seasonal loess
constexpr int kTrendSeasons = 3;        // seasons in the trend's loess

// The median of the observed neighbours, the value itself left out; where there is none, the value.
std::vector<double> running_median(std::span<const double> y, const Progress& progress) {
  std::vector<std::size_t> at;  // the observed ones
  for (std::size_t t = 0; t < y.size(); ++t)
    if (!std::isnan(y[t])) at.push_back(t);
  std::vector<double> result(y.size());
  std::vector<double> window;
  std::size_t next = 0;  // the first observation at t or later
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (t % 4096 == 0) progress.poll();
    while (next < at.size() && at[next] < t) ++next;
    const std::size_t after = next < at.size() && at[next] == t ? next + 1 : next;
    window.clear();
    for (std::size_t i = next > kNeighbours ? next - kNeighbours : 0; i < next; ++i) window.push_back(y[at[i]]);
    for (std::size_t i = after; i < std::min(after + kNeighbours, at.size()); ++i) window.push_back(y[at[i]]);
    result[t] = window.empty() ? y[t] : median(window);
  }
  return result;
}

struct Baseline {
  std::vector<double> expected;
  double parameters = 0;  // roughly what was estimated from the values themselves
};

Baseline baseline_of(std::span<const double> y, int season_length, const Progress& progress) {
  const std::vector<double> filled = interpolate_missing(y);
  progress.poll();
  if (season_length < 2 || y.size() <= 2 * static_cast<std::size_t>(season_length))
    return {running_median(y, progress)};
  // Wide windows: narrow ones follow each value, which then deviates too little from itself.
  const StlOptions options{
      .seasonal_window = kSeasonalWindow, .trend_window = kTrendSeasons * season_length, .robust_iterations = 15};
  Decomposition parts = stl(filled, season_length, options, progress);
  for (std::size_t t = 0; t < y.size(); ++t) parts.trend[t] += parts.seasonal[t];
  const double m = season_length;
  return {std::move(parts.trend), m + 2 * static_cast<double>(y.size()) / (kTrendSeasons * m)};
}

double robust_scale(std::span<const double> deviations, double parameters, const Progress& progress) {
  std::vector<double> observed, absolute;
  for (const double d : deviations) {
    if (std::isnan(d)) continue;
    observed.push_back(d);
    absolute.push_back(std::abs(d));
  }
  progress.poll();
  const double middle = 1.482602218505602 * median(absolute);
  progress.poll();
  if (!(middle > 0)) return 1.253314137315500 * mean(absolute);
  const auto n = static_cast<double>(observed.size());
  const double freedom = std::max(n - parameters, 0.25 * n);
  return biweight_scale(observed, std::vector<double>(observed.size(), 1.0), middle) * std::sqrt(n / freedom);
}

}  // namespace

void SeriesAnomalyOptions::check() const {
  check_between("z_threshold", z_threshold, 0.1, 100.0, "It counts deviations; 3 is usual, a lower one flags more.");
  check_season_length_if_given(season_length);
}

std::vector<SeriesAnomaly> detect_series_anomalies(std::span<const double> values, const SeriesAnomalyOptions& options,
                                                   const Progress& progress) {
  options.check();
  const double unit = summarize(values).unit;
  const std::vector<double> y = in_multiples(values, unit);
  progress.poll();
  const int season = options.season_length > 0 ? options.season_length : detect_season_length(y);
  const Baseline baseline = baseline_of(y, season, progress);
  const std::vector<double>& expected = baseline.expected;
  double largest = 0;
  for (const double v : y)
    if (!std::isnan(v)) largest = std::max(largest, std::abs(v));
  std::vector<double> deviation(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) {
    deviation[t] = y[t] - expected[t];
    if (std::abs(deviation[t]) <= 1e-9 * largest) deviation[t] = 0;  // rounding is no deviation
  }
  progress.poll();
  const double scale = robust_scale(deviation, baseline.parameters, progress);
  std::vector<SeriesAnomaly> result;
  result.reserve(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (t % 4096 == 0) progress.poll();
    const double width = options.z_threshold * scale;
    const double z = deviation[t] == 0 ? 0.0 : deviation[t] / scale;
    std::array level{expected[t], expected[t] - width, expected[t] + width};
    from_multiples(level, unit);
    result.push_back({level[0], level[1], level[2], z,
                      std::isnan(z) ? kMissing : std::erf(std::abs(z) / std::sqrt(2.0)),
                      std::abs(z) > options.z_threshold});
  }
  return result;
}

}  // namespace performance_tracker
