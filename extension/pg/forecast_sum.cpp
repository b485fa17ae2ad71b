// SPDX-License-Identifier: PostgreSQL
//
// Sums of forecasts with their distribution: sql/extension/84_forecast_sum.sql.
#include "core/forecast/forecast_sum.h"

#include "core/base/error.h"
#include "core/series/series_text.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/forecast.h"
#include "pg/forecast_rows.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

struct SumArguments {
  int first_step;
  int last_step;
  std::span<const double> levels;
  std::optional<double> target;
  double known;
  std::optional<int> season_length;
  const char* method;
  bool nonnegative;
  std::span<const double> expected;
};

struct SumView {
  double value, standard_error;
  std::span<const double> lower, upper;
  double probability;  // NaN without a target
  const char* model;
  const char* status;
  const char* codes;
};

SumView sum_of(const StampedSeries& series, const SumArguments& arguments) {
  const InterruptProgress progress;
  ForecastSumOptions options;
  options.first_step = arguments.first_step;
  options.last_step = arguments.last_step;
  options.levels = to_vector(arguments.levels);
  options.target = arguments.target;
  options.known = arguments.known;
  options.nonnegative = arguments.nonnegative;
  options.expected = to_vector(arguments.expected);
  options.check();
  const TimeSeries given{series.series.values, parse_season_length(arguments.season_length)};
  const MethodFit fit = fit_method(parse_method(arguments.method), given, {}, {}, progress);
  const ForecastSum sum = forecast_sum(fit, options, progress);
  return {sum.value,
          sum.standard_error,
          keep(sum.lower),
          keep(sum.upper),
          sum.probability.value_or(std::numeric_limits<double>::quiet_NaN()),
          keep(sum.model),
          sum.status.text.empty() ? nullptr : keep(sum.status.text),
          keep_codes(sum.status.bits)};
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

// One row a level: value, standard_error, confidence_level, bounds, probability, model, status, codes.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_sum) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const SumArguments arguments{.first_step = int4_argument(fcinfo, "first_step"),
                               .last_step = int4_argument(fcinfo, "last_step"),
                               .levels = doubles_argument(fcinfo, "levels"),
                               .target = optional_float8_argument(fcinfo, "target"),
                               .known = float8_argument(fcinfo, "known"),
                               .season_length = optional_int4_argument(fcinfo, "season_length"),
                               .method = text_argument(fcinfo, "method"),
                               .nonnegative = bool_argument(fcinfo, "nonnegative"),
                               .expected = optional_doubles_argument(fcinfo, "expected")};
  const SumView view = compute([&] { return sum_of(to_stamped(given), arguments); });
  RowWriter rows(fcinfo);
  for (std::size_t k = 0; k < arguments.levels.size(); ++k) {
    put_prediction(rows, {view.value, view.standard_error, arguments.levels[k], view.lower[k], view.upper[k]});
    rows.float8(view.probability);
    rows.text(view.model);
    rows.text(view.status);
    rows.text(view.codes);
    rows.end_row();
  }
  return rows.done();
}
