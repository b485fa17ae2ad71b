// SPDX-License-Identifier: PostgreSQL
//
// forecast(data double precision[], …): sql/extension/10_forecast.sql.
#include "pg/forecast.h"

#include "core/base/error.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {

ForecastMethod parse_method(const char* name) { return method_named(name).method; }

int parse_season_length(const std::optional<int>& season_length) {
  if (!season_length) return 0;  // the engine finds it
  if (*season_length < 1 || *season_length > kMaxSeasonLength)
    throw InvalidArgument("season_length must be between 1 and " + std::to_string(kMaxSeasonLength) + ", not " +
                              std::to_string(*season_length),
                          "Give the observations in one season (7 for daily data with a weekly pattern), 1 for no "
                          "season, or leave it out to have it found.");
  return *season_length;
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
};

// The forecast in Postgres's memory: what the rows need, and nothing that has to be destroyed.
struct ForecastRows {
  std::span<const double> value, standard_error, lower, upper, fitted;
  const char* model;
  const char* status;
};

ForecastRows run(const ForecastArguments& arguments) {
  ForecastOptions options;
  options.horizon = arguments.horizon;
  options.confidence_level = arguments.confidence_level;
  options.method = parse_method(arguments.method);
  options.nonnegative = arguments.nonnegative;
  options.check();
  const TimeSeries series{to_vector(arguments.data), parse_season_length(arguments.season_length)};
  const Forecast result = forecast(series, options, InterruptProgress());
  return {keep(result.value),  keep(result.standard_error), keep(result.lower), keep(result.upper),
          keep(result.fitted), keep(result.model),          keep(result.status)};
}

void write_history(RowWriter& rows, const ForecastArguments& arguments, const ForecastRows& result) {
  const int length = static_cast<int>(arguments.data.size());
  for (int i = 0; i < length; ++i) {
    const auto at = static_cast<std::size_t>(i);
    rows.text("history");
    rows.int4(i + 1 - length);
    rows.float8(arguments.data[at]);
    rows.float8(result.fitted[at]);
    rows.null();  // standard_error
    rows.null();  // confidence_level
    rows.null();  // prediction_interval_lower_bound
    rows.null();  // prediction_interval_upper_bound
    rows.text(result.model);
    rows.text(result.status);
    rows.end_row();
  }
}

void write_forecast(RowWriter& rows, const ForecastArguments& arguments, const ForecastRows& result) {
  for (int i = 0; i < arguments.horizon; ++i) {
    const auto at = static_cast<std::size_t>(i);
    rows.text("forecast");
    rows.int4(i + 1);
    rows.null();  // time_series_data
    rows.float8(result.value[at]);
    rows.float8(result.standard_error[at]);
    rows.float8(arguments.confidence_level);
    rows.float8(result.lower[at]);
    rows.float8(result.upper[at]);
    rows.text(result.model);
    rows.text(result.status);
    rows.end_row();
  }
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

// Raises what performance_tracker_forecast would raise for these options, before any table is read.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_check_forecast) {
  const int horizon = int4_argument(fcinfo, 0, "horizon");
  const double confidence_level = float8_argument(fcinfo, 1, "confidence_level");
  const char* method = text_argument(fcinfo, 2, "method");
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
      .data = doubles_argument(fcinfo, 0, "data"),
      .horizon = int4_argument(fcinfo, 1, "horizon"),
      .confidence_level = float8_argument(fcinfo, 2, "confidence_level"),
      .season_length = optional_int4_argument(fcinfo, 3),
      .method = text_argument(fcinfo, 4, "method"),
      .nonnegative = bool_argument(fcinfo, 5, "nonnegative"),
      .include_history = bool_argument(fcinfo, 6, "include_history"),
  };
  const ForecastRows result = compute([&] { return run(arguments); });
  RowWriter rows(fcinfo);
  if (arguments.include_history) write_history(rows, arguments, result);
  write_forecast(rows, arguments, result);
  return rows.done();
}
