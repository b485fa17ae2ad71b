// SPDX-License-Identifier: PostgreSQL
//
// forecast(series, …) and forecast(model, …): sql/extension/70_model.sql.
#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "pg/arguments.h"
#include "pg/forecast.h"
#include "pg/forecast_rows.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

struct ForecastArguments {
  int horizon;
  double confidence_level;
  bool nonnegative;
  bool include_history;
  std::optional<std::span<const double>> levels;
};

struct Columns {
  std::span<const std::int64_t> times;  // history first when it was asked for, then the horizon
  ForecastView view;
};

std::span<const std::int64_t> keep_times(const StampedSeries& series, const ForecastArguments& arguments) {
  const auto length = static_cast<std::int64_t>(series.series.values.size());
  std::vector<std::int64_t> times;
  for (std::int64_t step = arguments.include_history ? 1 - length : 1; step <= arguments.horizon; ++step)
    times.push_back(time_of_step(series, step));
  return keep(times);
}

std::vector<double> levels_of(const ForecastArguments& arguments) {
  std::vector<double> levels = wanted_levels(arguments.levels, arguments.confidence_level);
  check_confidence_levels(levels);
  return levels;
}

ForecastArguments read_arguments(FunctionCallInfo fcinfo) {
  return {.horizon = int4_argument(fcinfo, "horizon"),
          .confidence_level = float8_argument(fcinfo, "confidence_level"),
          .nonnegative = bool_argument(fcinfo, "nonnegative"),
          .include_history = bool_argument(fcinfo, "include_history"),
          .levels = levels_argument(fcinfo)};
}

Columns forecast_from(const FittedModel& fitted, const ForecastArguments& arguments, std::span<const SeriesView> xreg) {
  const std::vector<double> levels = levels_of(arguments);
  ModelForecastOptions options{arguments.horizon, levels[0], arguments.nonnegative,
                               future_regressors(fitted, xreg, arguments.horizon)};
  const InterruptProgress progress;
  ModelForecast result = forecast_model(fitted, options, progress);
  std::vector<double> lower = result.lower, upper = result.upper;
  for (std::size_t k = 1; k < levels.size(); ++k) {
    options.confidence_level = levels[k];
    const ModelForecast other = forecast_model(fitted, options, progress);
    lower.insert(lower.end(), other.lower.begin(), other.lower.end());
    upper.insert(upper.end(), other.upper.begin(), other.upper.end());
  }
  ForecastView view{.history = {},
                    .fitted = {},
                    .levels = keep(levels),
                    .value = keep(result.value),
                    .standard_error = keep(result.standard_error),
                    .lower = keep(lower),
                    .upper = keep(upper),
                    .model = keep(result.model),
                    .status = result.status.empty() ? nullptr : keep(result.status),
                    .codes = keep_codes(fitted.flags | result.added.bits),
                    .has_codes = true};
  if (arguments.include_history) {
    view.history = keep(fitted.series.series.values);
    view.fitted = keep(fitted_values(fitted, progress));
  }
  return {keep_times(fitted.series, arguments), view};
}

Columns forecast_of(const StampedSeries& series, const ForecastArguments& arguments, ForecastOptions options,
                    int season_length, std::span<const SeriesView> xreg) {
  const auto length = static_cast<std::int64_t>(series.series.values.size());
  options.regressors = align_regressors(xreg, series, 0, length);
  options.future_regressors = align_regressors(xreg, series, length, arguments.horizon);
  const Forecast result = forecast({series.series.values, season_length}, options, InterruptProgress());
  ForecastView view = view_of(result, options.levels);
  if (arguments.include_history) {
    view.history = keep(series.series.values);
    view.fitted = keep(result.fitted);
  }
  return {keep_times(series, arguments), view};
}

Datum write(FunctionCallInfo fcinfo, const Columns& columns) {
  RowWriter rows(fcinfo);
  write_forecast_rows(rows, columns.view, [&](std::size_t i) { rows.datum(TimestampGetDatum(columns.times[i])); });
  return rows.done();
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model) {
  const std::string_view bytes = model_argument(fcinfo, "model");
  const ForecastArguments arguments = read_arguments(fcinfo);
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  const Columns columns = compute([&] { return forecast_from(decode_model(bytes), arguments, xreg); });
  return write(fcinfo, columns);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_series) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const ForecastArguments arguments = read_arguments(fcinfo);
  const std::optional<int> season_length = optional_int4_argument(fcinfo, "season_length");
  const char* method = text_argument(fcinfo, "method");
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  const Columns columns = compute([&] {
    ForecastOptions options;
    options.horizon = arguments.horizon;
    options.confidence_level = arguments.confidence_level;
    options.levels = levels_of(arguments);
    options.method = parse_method(method);
    options.nonnegative = arguments.nonnegative;
    options.check();  // the horizon bounds what is read of the regressors
    return forecast_of(to_stamped(given), arguments, options, parse_season_length(season_length), xreg);
  });
  return write(fcinfo, columns);
}
