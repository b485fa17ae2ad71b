// SPDX-License-Identifier: PostgreSQL
//
// The forecast of a series as one value (fitted in whatever process runs the select list), families put in line with
// their sum, and the rows: sql/extension/15_reconciliation.sql.
#include "core/forecast/base_forecast.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/forecast/family_reconciliation.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/bytes.h"
#include "pg/forecast.h"
#include "pg/forecast_rows.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/progress.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// A hundredth of a cent: nobody reads sixteen digits of money, and whole units of it can sum exactly.
constexpr double kMoneyUnit = 1e-4;

struct FitArguments {
  int horizon;
  std::span<const double> levels;
  std::optional<int> season_length;
  const char* method;
  bool include_history;
  bool keep_errors;
};

BaseForecastOptions options_of(const FitArguments& arguments) {
  BaseForecastOptions options;
  options.method = parse_method(arguments.method);
  options.season_length = parse_season_length(arguments.season_length);
  options.horizon = arguments.horizon;
  options.levels = to_vector(arguments.levels);
  options.include_history = arguments.include_history;
  options.keep_errors = arguments.keep_errors;
  options.check();  // the horizon bounds what is read of the regressors
  return options;
}

struct RowsView {
  std::span<const std::int64_t> times;  // history first, then the horizon
  ForecastView forecast;
};

// Values as they are shown: rounded to the unit (0: not at all) and not below the floor.
std::span<const double> keep_shown(std::vector<double> values, double floor, double unit) {
  for (double& v : values) {
    v = std::max(v, floor);
    if (unit > 0) v = std::round(v * (1 / unit)) / (1 / unit);
  }
  return keep(values);
}

RowsView view_of(const BaseForecast& f, bool nonnegative, bool money) {
  const double floor = nonnegative ? 0.0 : -std::numeric_limits<double>::infinity();
  const double unit = money ? kMoneyUnit : 0.0;
  std::vector<std::int64_t> times;
  const auto history = static_cast<std::int64_t>(f.history.size());
  const auto horizon = static_cast<std::int64_t>(f.value.size());
  for (std::int64_t step = 1 - history; step <= horizon; ++step) times.push_back(f.time_of(step));
  return {keep(times),
          {.history = keep(f.history),
           .fitted = keep_shown(f.fitted, floor, unit),
           .levels = keep(f.levels),
           .value = keep_shown(f.value, floor, unit),
           .standard_error = keep_shown(f.standard_error, 0.0, unit),
           .lower = keep_shown(f.lower, floor, unit),
           .upper = keep_shown(f.upper, floor, unit),
           .model = keep(f.model),
           .status = f.status.empty() ? nullptr : keep(f.status),
           .codes = keep_codes(f.codes),
           .has_codes = true}};
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_fit_series) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const FitArguments arguments{.horizon = int4_argument(fcinfo, "horizon"),
                               .levels = doubles_argument(fcinfo, "levels"),
                               .season_length = optional_int4_argument(fcinfo, "season_length"),
                               .method = text_argument(fcinfo, "method"),
                               .include_history = bool_argument(fcinfo, "include_history"),
                               .keep_errors = bool_argument(fcinfo, "keep_errors")};
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, "xreg");
  return compute([&] {
    BaseForecastOptions options = options_of(arguments);
    const StampedSeries series = to_stamped(given);
    const auto length = static_cast<std::int64_t>(series.series.values.size());
    options.regressors = align_regressors(xreg, series, 0, length);
    options.future = align_regressors(xreg, series, length, arguments.horizon);
    options.regressors_as_covariates = true;
    return keep_bytes(encode_base_forecast(make_base_forecast(series, options, InterruptProgress())));
  });
}

// Raises what performance_tracker_fit_series would raise for these options, before any table is read.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_check_fit) {
  const FitArguments arguments{.horizon = int4_argument(fcinfo, "horizon"),
                               .levels = doubles_argument(fcinfo, "levels"),
                               .season_length = optional_int4_argument(fcinfo, "season_length"),
                               .method = text_argument(fcinfo, "method"),
                               .include_history = false,
                               .keep_errors = false};
  compute([&] { options_of(arguments); });
  PG_RETURN_VOID();
}

// What reconciling holds of the bytes that it is given: them, read, as matrices of before, between and after, and the
// new bytes.
constexpr double kCopiesOfFamily = 8.0;

// The children, in their order, put in line with the parent; the parent comes first, rounded.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_reconcile_family) {
  const std::string_view parent = bytes_argument(fcinfo, "parent");
  const std::span<const std::string_view> children = bytes_array_argument(fcinfo, "children");
  const std::span<const Datum> result = compute([&] {
    double bytes = static_cast<double>(parent.size());
    for (const std::string_view child : children) bytes += static_cast<double>(child.size());
    require_memory(kCopiesOfFamily * bytes, "adding up " + std::to_string(children.size()) + " forecasts",
                   "Ask for fewer products at a time (a category), a shorter horizon, or fewer confidence levels.");
    const InterruptProgress progress;
    std::vector<BaseForecast> family = {decode_base_forecast(parent)};
    for (const std::string_view child : children) {
      progress.poll();
      family.push_back(decode_base_forecast(child));
    }
    const ReconciledForecasts reconciled = reconcile_family(gather(family), kMoneyUnit, progress);
    std::vector<Datum> kept;
    for (std::size_t i = 0; i < family.size(); ++i) {
      progress.poll();
      take_over(family[i], reconciled, i);
      kept.push_back(keep_bytes(encode_base_forecast(family[i])));
    }
    return keep(kept);
  });
  return bytes_array_datum(result);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_rows) {
  const std::string_view bytes = bytes_argument(fcinfo, "forecast");
  const bool nonnegative = bool_argument(fcinfo, "nonnegative");
  const bool money = bool_argument(fcinfo, "money");
  const RowsView view = compute([&] { return view_of(decode_base_forecast(bytes), nonnegative, money); });
  RowWriter rows(fcinfo);
  write_forecast_rows(rows, view.forecast, [&](std::size_t i) { rows.datum(TimestampGetDatum(view.times[i])); });
  return rows.done();
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_status_codes) {
  struct Row {
    const char* code;
    const char* meaning;
  };
  const std::span<const Row> codes = compute([] {
    std::vector<Row> kept;
    for (const StatusEntry& entry : status_entries())
      kept.push_back({keep(std::string(entry.name)), keep(std::string(entry.meaning))});
    return keep(kept);
  });
  RowWriter rows(fcinfo);
  for (const Row& row : codes) {
    rows.text(row.code);
    rows.text(row.meaning);
    rows.end_row();
  }
  return rows.done();
}
