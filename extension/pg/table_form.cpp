// SPDX-License-Identifier: PostgreSQL
//
// What the functions over tables do to times and series: sql/extension/82_table_query.sql, 83_table_form.sql.
#include "core/base/error.h"
#include "core/series/completion.h"
#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/model.h"
#include "pg/pg.h"
#include "pg/time_series.h"

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_bucket) {
  const Timestamp time = timestamp_argument(fcinfo, "time");
  const TimeStep step = interval_step(interval_argument(fcinfo, "step"));
  if (TIMESTAMP_NOT_FINITE(time)) PG_RETURN_TIMESTAMP(time);
  return compute([&] { return TimestampGetDatum(floor_to_step(time, step)); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_complete_series) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const Timestamp end = timestamp_argument(fcinfo, "last_time");
  const char* fill = text_argument(fcinfo, "fill");
  return compute(
      [&] { return PointerGetDatum(keep_time_series(complete_series(to_stamped(given), end, parse_gap_fill(fill)))); });
}

PERFORMANCE_TRACKER_ENTRY(performance_tracker_complete_regressor) {
  const SeriesView regressor = time_series_argument(fcinfo, "regressor");
  const SeriesView series = time_series_argument(fcinfo, "series");
  return compute(
      [&] { return PointerGetDatum(keep_time_series(complete_regressor(to_stamped(regressor), to_stamped(series)))); });
}

// The time of the last observation where steps without one follow up to the given time, NULL otherwise.
PERFORMANCE_TRACKER_ENTRY(performance_tracker_last_observed) {
  const SeriesView given = time_series_argument(fcinfo, "series");
  const Timestamp end = timestamp_argument(fcinfo, "last_time");
  const std::optional<std::int64_t> last = compute([&]() -> std::optional<std::int64_t> {
    const StampedSeries completed = complete_series(to_stamped(given), end, GapFill::kLeave);
    const std::vector<double>& values = completed.series.values;
    std::size_t observed = values.size();
    while (observed > 0 && std::isnan(values[observed - 1])) --observed;
    if (observed == 0 || observed == values.size()) return std::nullopt;
    return advance(given.start, given.step, static_cast<std::int64_t>(observed) - 1);
  });
  if (!last) PG_RETURN_NULL();
  PG_RETURN_TIMESTAMP(*last);
}
