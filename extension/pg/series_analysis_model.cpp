// SPDX-License-Identifier: PostgreSQL
//
// simulate and explain_forecast: sql/extension/80_series_analysis.sql.
#include "core/base/error.h"
#include "core/forecast/explanation.h"
#include "core/forecast/forecast.h"
#include "core/forecast/simulation.h"
#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// Compute phase: from `first` steps after the last one on.
std::span<const std::int64_t> keep_times(const StampedSeries& series, std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> times;
  for (std::int64_t step = first; step <= last; ++step) times.push_back(time_of_step(series, step));
  return keep(times);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_simulate) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  const int horizon = int4_argument(fcinfo, "horizon");
  const int paths = int4_argument(fcinfo, "paths");
  const std::int64_t seed = int8_argument(fcinfo, "seed");
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  struct Columns {
    std::span<const std::int64_t> times;
    std::span<const double> values;
  };
  const Columns columns = compute([&]() -> Columns {
    check_horizon(horizon);
    const FittedModel fitted = decode_model(bytes);
    const SimulationOptions options{horizon, paths, static_cast<std::uint64_t>(seed),
                                    future_regressors(fitted, xreg, horizon)};
    return {keep_times(fitted.series, 1, horizon), keep(simulate_paths(fitted, options, InterruptProgress()))};
  });
  RowWriter rows(fcinfo);
  for (std::size_t i = 0; i < columns.values.size(); ++i) {
    const std::size_t step = i % columns.times.size();
    rows.int4(static_cast<int>(i / columns.times.size()) + 1);
    rows.int4(static_cast<int>(step) + 1);
    rows.datum(TimestampGetDatum(columns.times[step]));
    rows.float8(columns.values[i]);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_explain_forecast) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  const int horizon = int4_argument(fcinfo, "horizon");
  const double confidence_level = float8_argument(fcinfo, "confidence_level");
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  struct Columns {
    std::size_t history;
    std::span<const std::int64_t> times;
    std::span<const double> data, value, trend, seasonal, effect, residual, standard_error, lower, upper;
  };
  const Columns c = compute([&]() -> Columns {
    check_horizon(horizon);
    const FittedModel fitted = decode_model(bytes);
    const ForecastExplanation e = explain_forecast(
        fitted,
        {.horizon = horizon, .confidence_level = confidence_level, .future = future_regressors(fitted, xreg, horizon)},
        InterruptProgress());
    return {e.history,
            keep_times(fitted.series, 1 - static_cast<std::int64_t>(e.history), horizon),
            keep(e.data),
            keep(e.forecast_value),
            keep(e.trend),
            keep(e.seasonal),
            keep(e.regressor_effect),
            keep(e.residual),
            keep(e.standard_error),
            keep(e.lower),
            keep(e.upper)};
  });
  RowWriter rows(fcinfo);
  for (std::size_t i = 0; i < c.times.size(); ++i) {
    rows.text(i < c.history ? "history" : "forecast");
    rows.datum(TimestampGetDatum(c.times[i]));
    for (const std::span<const double>& column :
         {c.data, c.value, c.trend, c.seasonal, c.effect, c.residual, c.standard_error})
      rows.float8(column[i]);
    rows.float8(i < c.history ? kMissing : confidence_level);
    rows.float8(c.lower[i]);
    rows.float8(c.upper[i]);
    rows.end_row();
  }
  return rows.done();
}
