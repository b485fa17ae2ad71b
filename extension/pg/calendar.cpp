// SPDX-License-Identifier: PostgreSQL
//
// holidays(region, period_start, period_end): sql/extension/15_calendar.sql.
#include "core/series/calendar.h"

#include "pg/arguments.h"
#include "pg/guard.h"
#include "pg/pg.h"
#include "pg/tuples.h"

namespace performance_tracker {
namespace {

// Read phase; 22004 for NULL, 22008 for infinity.
DateADT finite_date_argument(FunctionCallInfo fcinfo, const char* name) {
  const DateADT date = date_argument(fcinfo, name);
  if (DATE_NOT_FINITE(date))
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", name),
                    errhint("Holidays are computed for the years %d to %d.", kFirstCalendarYear, kLastCalendarYear)));
  return date;
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_holidays) {
  const char* region = text_argument(fcinfo, "region");
  const DateADT from = finite_date_argument(fcinfo, "period_start");
  const DateADT to = finite_date_argument(fcinfo, "period_end");
  struct Row {
    DateADT date;
    const char* name;
    const char* kind;
  };
  struct Columns {
    const char* region;
    std::span<const Row> rows;
  };
  const Columns columns = compute([&]() -> Columns {
    std::vector<Row> rows;
    for (const Holiday& h : holidays(region, day_since_2000(from), day_since_2000(to)))
      rows.push_back({static_cast<DateADT>(days_since_2000(h.date)), keep(std::string(h.name)), to_string(h.kind)});
    return {keep(std::string(find_region(region))), keep(rows)};
  });
  RowWriter rows(fcinfo);
  for (const Row& row : columns.rows) {
    rows.text(columns.region);
    rows.date(row.date);
    rows.text(row.name);
    rows.text(row.kind);
    rows.end_row();
  }
  return rows.done();
}
