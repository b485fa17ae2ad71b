// SPDX-License-Identifier: PostgreSQL
//
// Holidays and the main days of commerce, computed for any year from 1900 to 2200.
//
//   holidays("DE", day(2026, 12, 1), day(2026, 12, 31))
//     2026-12-24 Christmas Eve (commerce), 2026-12-25 Christmas Day (public), 2026-12-26 Second Day of Christmas …
//
// Regions are countries by ISO 3166: DE, FR, GB (UK is understood; bank holidays of England and Wales), US (federal);
// and `international`, the few days that trade feels in all of them, for a shop that has not said where it is. A day
// has the same English name in each region, so that what was learned about it can be shared. Where a law has changed,
// each year has the days of its time; calendar_rules.cpp names the laws. Days of single states, of one year's
// proclamation and of religions without a public holiday are not known here: shops add them to their own table.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace performance_tracker {

using Day = std::chrono::sys_days;

inline constexpr int kFirstCalendarYear = 1900;
inline constexpr int kLastCalendarYear = 2200;

constexpr Day day(int year, unsigned month, unsigned day_of_month) {
  return Day{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day_of_month}};
}

// Days since 2000-01-01, as in SQL and (in microseconds) in time_grid.h.
constexpr std::int64_t days_since_2000(Day d) { return (d - day(2000, 1, 1)).count(); }
constexpr Day day_since_2000(std::int64_t days) { return day(2000, 1, 1) + std::chrono::days{days}; }

enum class HolidayKind {
  kPublic,    // a holiday by law
  kObserved,  // the working day that is free in place of a holiday on a weekend
  kCommerce,  // shops feel it, offices do not
};

struct Holiday {
  Day date;
  std::string_view name;  // static
  HolidayKind kind;

  friend bool operator==(const Holiday&, const Holiday&) = default;
};

const char* to_string(HolidayKind kind);  // "public", "observed", "commerce"

// Sunday of Easter in the Gregorian calendar, by the anonymous algorithm (Nature, 20 April 1876; Meeus 1991,
// Astronomical Algorithms, chapter 8).
Day easter(int year);

// Those that have rules, in alphabetical order.
std::span<const std::string_view> calendar_regions();

// The region as calendar_regions() spells it, from any case, UK included. Throws InvalidArgument that lists the known
// ones.
std::string_view find_region(std::string_view region);

// Days of the region from `from` to `to`, both included, by date, then name. Throws InvalidArgument for an unknown
// region, years outside the supported ones, or `to` before `from`.
std::vector<Holiday> holidays(std::string_view region, Day from, Day to);

}  // namespace performance_tracker
