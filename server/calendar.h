// SPDX-License-Identifier: PostgreSQL
//
// Calendar days as the wire, the database and people write them: YYYY-MM-DD, proleptic Gregorian, no time zone.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace performance_tracker {

using Day = std::chrono::sys_days;

// "2026-11-21" -> that day. Empty for anything else: other separators, missing digits, 2026-02-30, years outside
// 0001..9999.
std::optional<Day> parse_day(std::string_view text);

// The inverse of parse_day.
std::string to_string(Day day);

// The day that the system clock shows in UTC.
Day today_utc();

}  // namespace performance_tracker
