// SPDX-License-Identifier: PostgreSQL
//
// decompose, detect_season_length, detect_anomalies over a series: sql/extension/80_series_analysis.sql.
#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/explanation.h"
#include "core/forecast/online_anomaly.h"
#include "core/forecast/series_anomaly.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/forecast.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/time_series.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

std::vector<std::int64_t> times_of(const SeriesView& view) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < view.values.size(); ++i)
    times.push_back(advance(view.start, view.step, static_cast<std::int64_t>(i)));
  return times;
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_decompose) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  const auto season_lengths = optional_int4_array_argument(fcinfo, "season_lengths");
  struct Columns {
    std::span<const std::int64_t> times;
    std::span<const double> trend, seasonal, residual;
    std::span<const double> components;  // season by season
    std::size_t seasons;
  };
  const Columns columns = compute([&]() -> Columns {
    std::optional<std::vector<int>> wanted;
    if (season_lengths) wanted.emplace(season_lengths->begin(), season_lengths->end());
    const SeriesDecomposition d = decompose_series(view.values, wanted, InterruptProgress());
    std::vector<double> components;
    for (const std::vector<double>& part : d.components) components.insert(components.end(), part.begin(), part.end());
    return {keep(times_of(view)), keep(d.trend),    keep(d.seasonal),
            keep(d.residual),     keep(components), d.components.size()};
  });
  RowWriter rows(fcinfo);
  const std::size_t length = view.values.size();
  auto* components = static_cast<double*>(palloc(sizeof(double) * (columns.seasons + 1)));
  for (std::size_t i = 0; i < length; ++i) {
    for (std::size_t k = 0; k < columns.seasons; ++k) components[k] = columns.components[k * length + i];
    rows.datum(TimestampGetDatum(columns.times[i]));
    rows.float8(view.values[i]);
    rows.float8(columns.trend[i]);
    rows.float8(columns.seasonal[i]);
    rows.datum(doubles_datum({components, columns.seasons}));
    rows.float8(columns.residual[i]);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_detect_season_length) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  return Int32GetDatum(compute([&] { return detect_season_length(view.values); }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_series_anomalies) {
  const SeriesView view = time_series_argument(fcinfo, "series");
  const double z_threshold = float8_argument(fcinfo, "z_threshold");
  const std::optional<int> season_length = optional_int4_argument(fcinfo, "season_length");
  const bool include_normal = bool_argument(fcinfo, "include_normal");
  const bool online = bool_argument(fcinfo, "online");
  struct Columns {
    std::span<const std::int64_t> times;
    std::span<const SeriesAnomaly> judged;
  };
  const Columns columns = compute([&]() -> Columns {
    const SeriesAnomalyOptions options{z_threshold, parse_season_length(season_length)};
    options.check();
    if (online)
      return {keep(times_of(view)), keep(detect_online_anomalies(view.values, {z_threshold}, InterruptProgress()))};
    return {keep(times_of(view)), keep(detect_series_anomalies(view.values, options, InterruptProgress()))};
  });
  RowWriter rows(fcinfo);
  for (std::size_t i = 0; i < columns.times.size(); ++i) {
    const SeriesAnomaly& judged = columns.judged[i];
    if (!judged.is_anomaly && !include_normal) continue;
    rows.datum(TimestampGetDatum(columns.times[i]));
    for (const double value : {view.values[i], judged.expected, judged.lower, judged.upper, judged.z_score})
      rows.float8(value);
    rows.text(std::isnan(judged.z_score) || judged.z_score == 0 ? nullptr : judged.z_score > 0 ? "spike" : "drop");
    rows.boolean(judged.is_anomaly);
    rows.float8(judged.probability);
    rows.end_row();
  }
  return rows.done();
}
