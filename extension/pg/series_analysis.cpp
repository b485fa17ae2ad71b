// SPDX-License-Identifier: PostgreSQL
//
// decompose, detect_season_length, detect_anomalies over a series: sql/extension/80_series_analysis.sql.
#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/explanation.h"
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

// integer[] without NULL elements; nothing for NULL. Read phase.
std::optional<std::span<const std::int32_t>> optional_int4_array_argument(FunctionCallInfo fcinfo, int index,
                                                                          const char* name) {
  if (PG_ARGISNULL(index)) return std::nullopt;
  ArrayType* array = PG_GETARG_ARRAYTYPE_P(index);
  if (ARR_NDIM(array) > 1)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("%s must be a one-dimensional array", name)));
  if (ARR_HASNULL(array) && array_contains_nulls(array))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not contain NULL", name)));
  const int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
  return std::span(reinterpret_cast<const std::int32_t*>(ARR_DATA_PTR(array)), static_cast<std::size_t>(count));
}

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
  const SeriesView view = time_series_argument(fcinfo, 0, "series");
  const auto season_lengths = optional_int4_array_argument(fcinfo, 1, "season_lengths");
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
  const SeriesView view = time_series_argument(fcinfo, 0, "series");
  return Int32GetDatum(compute([&] { return detect_season_length(view.values); }));
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_series_anomalies) {
  const SeriesView view = time_series_argument(fcinfo, 0, "series");
  const double z_threshold = float8_argument(fcinfo, 1, "z_threshold");
  const std::optional<int> season_length = optional_int4_argument(fcinfo, 2);
  const bool include_normal = bool_argument(fcinfo, 3, "include_normal");
  struct Columns {
    std::span<const std::int64_t> times;
    std::span<const SeriesAnomaly> judged;
  };
  const Columns columns = compute([&]() -> Columns {
    const SeriesAnomalyOptions options{z_threshold, parse_season_length(season_length)};
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
