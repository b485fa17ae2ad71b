// SPDX-License-Identifier: PostgreSQL
//
// forecast(series, …) and forecast(model, …): sql/extension/70_model.sql.
#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "pg/arguments.h"
#include "pg/forecast.h"
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
};

// What the rows need, in Postgres's memory.
struct ForecastView {
  std::span<const std::int64_t> times;   // history first when it was asked for, then the horizon
  std::span<const double> data, fitted;  // of the history
  std::span<const double> value, standard_error, lower, upper;
  const char* model;
  const char* status;
};

void keep_times(const StampedSeries& series, const ForecastArguments& arguments, ForecastView& view) {
  const auto length = static_cast<std::int64_t>(series.series.values.size());
  std::vector<std::int64_t> times;
  for (std::int64_t step = arguments.include_history ? 1 - length : 1; step <= arguments.horizon; ++step)
    times.push_back(time_of_step(series, step));
  view.times = keep(times);
  if (arguments.include_history) view.data = keep(series.series.values);
}

ForecastView forecast_from(const FittedModel& fitted, const ForecastArguments& arguments,
                           std::span<const SeriesView> xreg) {
  const ModelForecastOptions options{arguments.horizon, arguments.confidence_level, arguments.nonnegative,
                                     future_regressors(fitted, xreg, arguments.horizon)};
  const InterruptProgress progress;
  const ModelForecast result = forecast_model(fitted, options, progress);
  ForecastView view{};
  keep_times(fitted.series, arguments, view);
  if (arguments.include_history) view.fitted = keep(fitted_values(fitted, progress));
  view.value = keep(result.value);
  view.standard_error = keep(result.standard_error);
  view.lower = keep(result.lower);
  view.upper = keep(result.upper);
  view.model = keep(result.model);
  view.status = result.status.empty() ? nullptr : keep(result.status);
  return view;
}

ForecastView forecast_of(const StampedSeries& series, const ForecastArguments& arguments, ForecastOptions options,
                         int season_length, std::span<const SeriesView> xreg) {
  const auto length = static_cast<std::int64_t>(series.series.values.size());
  options.regressors = align_regressors(xreg, series, 0, length);
  options.future_regressors = align_regressors(xreg, series, length, arguments.horizon);
  const Forecast result = forecast({series.series.values, season_length}, options, InterruptProgress());
  ForecastView view{};
  keep_times(series, arguments, view);
  if (arguments.include_history) view.fitted = keep(result.fitted);
  view.value = keep(result.value);
  view.standard_error = keep(result.standard_error);
  view.lower = keep(result.lower);
  view.upper = keep(result.upper);
  view.model = keep(result.model);
  view.status = keep(result.status);
  return view;
}

Datum write(FunctionCallInfo fcinfo, const ForecastView& view, double confidence_level) {
  RowWriter rows(fcinfo);
  for (std::size_t i = 0; i < view.times.size(); ++i) {
    const bool history = i < view.data.size();
    const std::size_t h = i - view.data.size();
    rows.text(history ? "history" : "forecast");
    rows.datum(TimestampGetDatum(view.times[i]));
    if (history) {
      rows.float8(view.data[i]);
      rows.float8(view.fitted[i]);
      for (int column = 0; column < 4; ++column) rows.null();
    } else {
      rows.null();
      rows.float8(view.value[h]);
      rows.float8(view.standard_error[h]);
      rows.float8(confidence_level);
      rows.float8(view.lower[h]);
      rows.float8(view.upper[h]);
    }
    rows.text(view.model);
    rows.text(view.status);
    rows.end_row();
  }
  return rows.done();
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_model) {
  const std::string_view bytes = model_argument(fcinfo, 0, "model");
  const ForecastArguments arguments{.horizon = int4_argument(fcinfo, 1, "horizon"),
                                    .confidence_level = float8_argument(fcinfo, 2, "confidence_level"),
                                    .nonnegative = bool_argument(fcinfo, 3, "nonnegative"),
                                    .include_history = bool_argument(fcinfo, 4, "include_history")};
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, 5, "xreg");
  const ForecastView view = compute([&] { return forecast_from(decode_model(bytes), arguments, xreg); });
  return write(fcinfo, view, arguments.confidence_level);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_series) {
  const SeriesView given = time_series_argument(fcinfo, 0, "series");
  const ForecastArguments arguments{.horizon = int4_argument(fcinfo, 1, "horizon"),
                                    .confidence_level = float8_argument(fcinfo, 2, "confidence_level"),
                                    .nonnegative = bool_argument(fcinfo, 5, "nonnegative"),
                                    .include_history = bool_argument(fcinfo, 6, "include_history")};
  const std::optional<int> season_length = optional_int4_argument(fcinfo, 3);
  const char* method = text_argument(fcinfo, 4, "method");
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, 7, "xreg");
  const ForecastView view = compute([&] {
    ForecastOptions options;
    options.horizon = arguments.horizon;
    options.confidence_level = arguments.confidence_level;
    options.method = parse_method(method);
    options.nonnegative = arguments.nonnegative;
    options.check();  // the horizon bounds what is read of the regressors
    return forecast_of(to_stamped(given), arguments, options, parse_season_length(season_length), xreg);
  });
  return write(fcinfo, view, arguments.confidence_level);
}
