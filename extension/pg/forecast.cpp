// SPDX-License-Identifier: PostgreSQL
//
// forecast(data double precision[], …): sql/extension/10_forecast.sql.
#include "pg/forecast.h"

#include "core/base/error.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/forecast_rows.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {

ForecastMethod parse_method(const char* name) { return method_named(name).method; }

int parse_season_length(const std::optional<int>& season_length) {
  if (!season_length) return 0;  // the engine finds it
  check_season_length(*season_length);
  return *season_length;
}

std::optional<std::span<const double>> levels_argument(FunctionCallInfo fcinfo) {
  const std::span<const double> levels = optional_doubles_argument(fcinfo, "levels");
  if (levels.data() == nullptr) return std::nullopt;
  return levels;
}

std::vector<double> wanted_levels(const std::optional<std::span<const double>>& levels, double confidence_level) {
  return levels ? to_vector(*levels) : std::vector{confidence_level};
}

namespace {

struct ForecastArguments {
  std::span<const double> data;
  int horizon;
  double confidence_level;
  std::optional<int> season_length;
  const char* method;
  bool nonnegative;
  bool include_history;
  std::optional<std::span<const double>> levels;
};

ForecastView run(const ForecastArguments& arguments) {
  ForecastOptions options;
  options.horizon = arguments.horizon;
  options.confidence_level = arguments.confidence_level;
  options.method = parse_method(arguments.method);
  options.nonnegative = arguments.nonnegative;
  options.levels = wanted_levels(arguments.levels, arguments.confidence_level);
  check_confidence_levels(options.levels);
  options.check();
  const TimeSeries series{to_vector(arguments.data), parse_season_length(arguments.season_length)};
  const Forecast result = forecast(series, options, InterruptProgress());
  ForecastView view = view_of(result, options.levels);
  if (arguments.include_history) {
    view.history = arguments.data;
    view.fitted = keep(result.fitted);
  }
  return view;
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

// Raises what performance_tracker_forecast would raise for these options, before any table is read.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_check_forecast) {
  const int horizon = int4_argument(fcinfo, "horizon");
  const double confidence_level = float8_argument(fcinfo, "confidence_level");
  const char* method = text_argument(fcinfo, "method");
  compute([&] {
    ForecastOptions options;
    options.horizon = horizon;
    options.confidence_level = confidence_level;
    options.method = parse_method(method);
    options.check();
  });
  PG_RETURN_VOID();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast) {
  const ForecastArguments arguments{
      .data = doubles_argument(fcinfo, "data"),
      .horizon = int4_argument(fcinfo, "horizon"),
      .confidence_level = float8_argument(fcinfo, "confidence_level"),
      .season_length = optional_int4_argument(fcinfo, "season_length"),
      .method = text_argument(fcinfo, "method"),
      .nonnegative = bool_argument(fcinfo, "nonnegative"),
      .include_history = bool_argument(fcinfo, "include_history"),
      .levels = levels_argument(fcinfo),
  };
  const ForecastView view = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  // Steps after the last observation: history counts back from 0.
  const int first = arguments.include_history ? 1 - static_cast<int>(arguments.data.size()) : 1;
  write_forecast_rows(rows, view, [&](std::size_t i) { rows.int4(first + static_cast<int>(i)); });
  return rows.done();
}
