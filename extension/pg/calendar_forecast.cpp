// SPDX-License-Identifier: PostgreSQL
//
// Forecasts with the shop's calendar, and what the calendar does: sql/extension/78_calendar_forecast.sql.
#include "core/base/error.h"
#include "core/diagnostics/season_length.h"
#include "core/forecast/base_forecast.h"
#include "core/forecast/preparation.h"
#include "core/forecast/shop_calendar.h"
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

struct ScopeArguments {
  const char* level;
  const char* category;  // nullptr for none
  const char* product;
  const char* calendar;
};

ScopeArguments scope_arguments(FunctionCallInfo fcinfo) {
  return {.level = text_argument(fcinfo, "level"),
          .category = optional_text_argument(fcinfo, "category"),
          .product = optional_text_argument(fcinfo, "product"),
          .calendar = optional_text_argument(fcinfo, "calendar")};
}

// Nothing without a calendar, or for a series whose step is no day.
std::optional<SeriesCalendar> calendar_of(const ScopeArguments& arguments, const SeriesView& series) {
  if (arguments.calendar == nullptr || series.step.months != 0 || series.step.microseconds != kDay) return std::nullopt;
  SeriesScope scope;
  const std::string_view level = arguments.level;
  if (level == "category")
    scope.level = SeriesScope::Level::kCategory;
  else if (level == "product")
    scope.level = SeriesScope::Level::kProduct;
  else if (level != "total")
    throw InvalidArgument("unknown level \"" + std::string(level) + "\"");
  scope.category = arguments.category == nullptr ? "" : arguments.category;
  scope.product = arguments.product == nullptr ? "" : arguments.product;
  return calendar_of_series(arguments.calendar, scope, series.start / kDay);
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_fit_calendar_series) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const int horizon = int4_argument(fcinfo, "horizon");
  const std::span<const double> levels = doubles_argument(fcinfo, "levels");
  const std::optional<int> season_length = optional_int4_argument(fcinfo, "season_length");
  const char* method = text_argument(fcinfo, "method");
  const bool include_history = bool_argument(fcinfo, "include_history");
  const bool keep_errors = bool_argument(fcinfo, "keep_errors");
  const ScopeArguments scope = scope_arguments(fcinfo);
  return compute([&] {
    BaseForecastOptions options;
    options.method = parse_method(method);
    options.season_length = parse_season_length(season_length);
    options.horizon = horizon;
    options.levels = to_vector(levels);
    options.include_history = include_history;
    options.keep_errors = keep_errors;
    options.calendar = calendar_of(scope, given);
    return keep_bytes(encode_base_forecast(make_base_forecast(to_stamped(given), options, InterruptProgress())));
  });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_calendar_effects) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const int horizon = int4_argument(fcinfo, "horizon");
  const ScopeArguments scope = scope_arguments(fcinfo);
  struct Row {
    const char* kind;
    const char* name;
    const char* scale;
    double coefficient, standard_error, relative;
    std::int64_t seen, ahead;
    DateADT day;  // of outliers and shifts
    bool has_day;
  };
  const std::span<const Row> found = compute([&] {
    std::vector<Row> rows;
    CalendarInput input;
    const std::vector<double> y = to_vector(given.values);
    input.y = y;
    input.season_length = 7;
    input.horizon = horizon;
    input.first_day = day_since_2000(given.start / kDay);
    input.year_length = 365.25;
    if (auto calendar = calendar_of(scope, given)) {
      input.events = std::move(calendar->events);
      input.priors = std::move(calendar->priors);
    }
    const PreparedSeries prepared = prepare_series(input, {}, InterruptProgress());
    const char* scale = to_string(prepared.calendar.scale);
    for (const CalendarEffect& e : prepared.calendar.effects)
      rows.push_back({to_string(e.kind), keep(e.name), scale, e.coefficient, e.standard_error, e.relative,
                      static_cast<std::int64_t>(e.seen), static_cast<std::int64_t>(e.ahead), 0, false});
    const auto count = [](const std::vector<bool>& steps) { return std::ranges::count(steps, true); };
    for (const std::string& reason : prepared.calendar.closed_reasons)
      rows.push_back({to_string(EffectKind::kClosed), keep(reason), scale, kMissing, kMissing, -1.0,
                      count(prepared.calendar.history_closed), count(prepared.calendar.closed), 0, false});
    for (const Outlier& o : prepared.outliers.outliers) {
      const std::size_t step = prepared.steps[o.step];
      const double relative = o.expected > 0.0 ? o.actual / o.expected - 1.0 : kMissing;
      rows.push_back({to_string(o.kind), keep(std::string(to_string(o.kind))), nullptr, o.effect, o.standard_error,
                      relative, 1, 0, static_cast<DateADT>(given.start / kDay + static_cast<std::int64_t>(step)),
                      true});
    }
    return keep(rows);
  });
  RowWriter rows(fcinfo);
  for (const Row& row : found) {
    rows.text(row.kind);
    rows.text(row.name);
    if (row.has_day)
      rows.date(row.day);
    else
      rows.null();
    rows.text(row.scale);
    for (const double value : {row.coefficient, row.standard_error, row.relative}) rows.float8(value);
    rows.int4(static_cast<int>(row.seen));
    rows.int4(static_cast<int>(row.ahead));
    rows.end_row();
  }
  return rows.done();
}
