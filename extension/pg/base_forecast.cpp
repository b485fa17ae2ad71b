// SPDX-License-Identifier: PostgreSQL
//
// The forecast of a series as one value (fitted in whatever process runs the select list), families put in line with
// their sum, and the rows: sql/extension/15_reconciliation.sql.
#include "core/forecast/base_forecast.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/forecast/family_reconciliation.h"
#include "pg/arguments.h"
#include "pg/arrays.h"
#include "pg/bytes.h"
#include "pg/forecast.h"
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

// Names of the bits, "a,b"; nullptr for none.
const char* keep_codes(std::uint32_t bits) {
  Status status;
  status.bits = bits;
  std::string names;
  for (const StatusCode code : status.codes())
    names += (names.empty() ? "" : ",") + std::string(status_entry(code).name);
  return names.empty() ? nullptr : keep(names);
}

struct RowsView {
  std::span<const std::int64_t> times;  // history first, then the horizon
  std::span<const double> history, fitted, levels, value, standard_error, lower, upper;
  const char* model;
  const char* status;
  const char* codes;
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
  RowsView view{};
  view.times = keep(times);
  view.history = keep(f.history);
  view.fitted = keep_shown(f.fitted, floor, unit);
  view.levels = keep(f.levels);
  view.value = keep_shown(f.value, floor, unit);
  view.standard_error = keep_shown(f.standard_error, 0.0, unit);
  view.lower = keep_shown(f.lower, floor, unit);
  view.upper = keep_shown(f.upper, floor, unit);
  view.model = keep(f.model);
  view.status = f.status.empty() ? nullptr : keep(f.status);
  view.codes = keep_codes(f.codes);
  return view;
}

void write_history(RowWriter& rows, const RowsView& view) {
  for (std::size_t i = 0; i < view.history.size(); ++i) {
    rows.text("history");
    rows.datum(TimestampGetDatum(view.times[i]));
    rows.float8(view.history[i]);
    rows.float8(view.fitted[i]);
    for (int column = 0; column < 4; ++column) rows.null();
    rows.text(view.model);
    rows.text(view.status);
    rows.text(view.codes);
    rows.end_row();
  }
}

void write_horizon(RowWriter& rows, const RowsView& view) {
  const std::size_t steps = view.value.size();
  for (std::size_t h = 0; h < steps; ++h)
    for (std::size_t k = 0; k < view.levels.size(); ++k) {
      rows.text("forecast");
      rows.datum(TimestampGetDatum(view.times[view.history.size() + h]));
      rows.null();
      rows.float8(view.value[h]);
      rows.float8(view.standard_error[h]);
      rows.float8(view.levels[k]);
      rows.float8(view.lower[k * steps + h]);
      rows.float8(view.upper[k * steps + h]);
      rows.text(view.model);
      rows.text(view.status);
      rows.text(view.codes);
      rows.end_row();
    }
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_fit_series) {
  const SeriesView given = time_series_argument(fcinfo, 0, "series");
  const FitArguments arguments{.horizon = int4_argument(fcinfo, 1, "horizon"),
                               .levels = doubles_argument(fcinfo, 2, "levels"),
                               .season_length = optional_int4_argument(fcinfo, 3),
                               .method = text_argument(fcinfo, 4, "method"),
                               .include_history = bool_argument(fcinfo, 5, "include_history"),
                               .keep_errors = bool_argument(fcinfo, 6, "keep_errors")};
  const std::span<const SeriesView> xreg = series_array_argument(fcinfo, 7, "xreg");
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
  const FitArguments arguments{.horizon = int4_argument(fcinfo, 0, "horizon"),
                               .levels = doubles_argument(fcinfo, 1, "levels"),
                               .season_length = optional_int4_argument(fcinfo, 2),
                               .method = text_argument(fcinfo, 3, "method"),
                               .include_history = false,
                               .keep_errors = false};
  compute([&] { options_of(arguments); });
  PG_RETURN_VOID();
}

// The children, in their order, put in line with the parent; the parent comes first, rounded.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_reconcile_family) {
  const std::string_view parent = bytes_argument(fcinfo, 0, "parent");
  const std::span<const std::string_view> children = bytes_array_argument(fcinfo, 1, "children");
  const std::span<const Datum> result = compute([&] {
    std::vector<BaseForecast> family = {decode_base_forecast(parent)};
    for (const std::string_view child : children) family.push_back(decode_base_forecast(child));
    const ReconciledForecasts reconciled = reconcile_family(gather(family), kMoneyUnit, InterruptProgress());
    std::vector<Datum> kept;
    for (std::size_t i = 0; i < family.size(); ++i) {
      take_over(family[i], reconciled, i);
      kept.push_back(keep_bytes(encode_base_forecast(family[i])));
    }
    return keep(kept);
  });
  return bytes_array_datum(result);
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_forecast_rows) {
  const std::string_view bytes = bytes_argument(fcinfo, 0, "forecast");
  const bool nonnegative = bool_argument(fcinfo, 1, "nonnegative");
  const bool money = bool_argument(fcinfo, 2, "money");
  const RowsView view = compute([&] { return view_of(decode_base_forecast(bytes), nonnegative, money); });
  RowWriter rows(fcinfo);
  write_history(rows, view);
  write_horizon(rows, view);
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
