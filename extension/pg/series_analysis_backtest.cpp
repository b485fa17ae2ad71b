// SPDX-License-Identifier: PostgreSQL
//
// backtest and backtest_summary: sql/extension/80_series_analysis.sql.
#include "core/base/error.h"
#include "core/forecast/backtest.h"
#include "pg/arguments.h"
#include "pg/forecast.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// The arguments that both functions share, in their order.
struct BacktestArguments {
  SeriesView series;
  int folds;
  std::optional<int> horizon, season_length;
  const char* method;
  double confidence_level;
  bool nonnegative;
  std::span<const SeriesView> xreg;
};

BacktestArguments backtest_arguments(FunctionCallInfo fcinfo) {
  return {.series = time_series_argument(fcinfo, "series"),
          .folds = int4_argument(fcinfo, "folds"),
          .horizon = optional_int4_argument(fcinfo, "horizon"),
          .season_length = optional_int4_argument(fcinfo, "season_length"),
          .method = text_argument(fcinfo, "method"),
          .confidence_level = float8_argument(fcinfo, "confidence_level"),
          .nonnegative = bool_argument(fcinfo, "nonnegative"),
          .xreg = series_array_argument(fcinfo, "xreg")};
}

// Compute phase.
Backtest run(const BacktestArguments& a) {
  BacktestOptions options;
  options.folds = a.folds;
  // 0 asks the core to choose; a caller's own 0 is refused like every horizon below 1.
  options.horizon = a.horizon ? (*a.horizon == 0 ? -1 : *a.horizon) : 0;
  options.season_length = parse_season_length(a.season_length);
  options.method = parse_method(a.method);
  options.confidence_level = a.confidence_level;
  options.nonnegative = a.nonnegative;
  if (!a.xreg.empty() && !method_entry(options.method).takes_regressors)
    throw InvalidArgument("method \"" + std::string(a.method) + "\" has no use for xreg",
                          "Leave xreg out, or use method => 'arima'.");
  const StampedSeries series = to_stamped(a.series);
  options.regressors = align_regressors(a.xreg, series, 0, static_cast<std::int64_t>(a.series.values.size()));
  return backtest(series.series.values, options, InterruptProgress());
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_backtest) {
  const BacktestArguments arguments = backtest_arguments(fcinfo);
  struct Row {
    int fold, step;
    std::int64_t train_end, time;
    double actual, value, lower, upper, naive;
    const char* model;
  };
  const std::span<const Row> found = compute([&] {
    const Backtest result = run(arguments);
    const SeriesView& series = arguments.series;
    const auto time = [&](std::size_t i) { return advance(series.start, series.step, static_cast<std::int64_t>(i)); };
    std::vector<Row> rows;
    for (std::size_t k = 0; k < result.folds.size(); ++k) {
      const BacktestFold& fold = result.folds[k];
      const char* model = keep(fold.model);
      for (std::size_t h = 0; h < fold.forecast.value.size(); ++h)
        rows.push_back({static_cast<int>(k) + 1, static_cast<int>(h) + 1, time(fold.training - 1),
                        time(fold.training + h), series.values[fold.training + h], fold.forecast.value[h],
                        fold.forecast.lower[h], fold.forecast.upper[h], fold.seasonal_naive.value[h], model});
    }
    return keep(rows);
  });
  RowWriter rows(fcinfo);
  for (const Row& row : found) {
    rows.int4(row.fold);
    rows.datum(TimestampGetDatum(row.train_end));
    rows.int4(row.step);
    rows.datum(TimestampGetDatum(row.time));
    for (const double value : {row.actual, row.value, row.lower, row.upper, row.naive}) rows.float8(value);
    rows.text(row.model);
    rows.end_row();
  }
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_backtest_summary) {
  const BacktestArguments arguments = backtest_arguments(fcinfo);
  struct Both {
    ForecastAccuracy method, seasonal_naive;
  };
  const Both both = compute([&]() -> Both {
    const Backtest result = run(arguments);
    return {forecast_accuracy(arguments.series.values, result, &BacktestFold::forecast),
            forecast_accuracy(arguments.series.values, result, &BacktestFold::seasonal_naive)};
  });
  RowWriter rows(fcinfo);
  const bool is_naive = std::string_view(arguments.method) == "seasonal_naive";
  for (const bool naive : {false, true}) {
    if (naive && is_naive) continue;
    const ForecastAccuracy& a = naive ? both.seasonal_naive : both.method;
    rows.text(naive ? "seasonal_naive" : arguments.method);
    for (const double value : {a.mae, a.rmse, a.mape, a.smape, a.mase, a.bias, a.coverage}) rows.float8(value);
    rows.int4(a.folds);
    rows.int4(a.n);
    rows.end_row();
  }
  return rows.done();
}
