// SPDX-License-Identifier: PostgreSQL
//
// How a holiday is found in a year: the vocabulary of the tables in calendar_rules.cpp.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "core/series/calendar.h"

namespace performance_tracker {

enum class DayRule {
  kFixed,          // `month`/`day`
  kNthWeekday,     // the `nth` `weekday` of `month`, -1 for the last one; `day` days later
  kFromEaster,     // `day` days after Easter Sunday
  kBefore,         // the last `weekday` before `month`/`day`
  kFrenchMothers,  // last Sunday of May, a week later when that is Whit Sunday (law of 24 May 1950)
};

enum class Substitute {
  kNone,
  kNearest,     // Saturday: the Friday before; Sunday: the Monday after
  kNextMonday,  // Saturday or Sunday: the Monday after
  kTwoDaysOn,   // the same for two days in a row: of a Saturday the Monday, of a Sunday the Tuesday
};

struct HolidayRule {
  std::string_view name;
  HolidayKind kind = HolidayKind::kPublic;
  DayRule rule = DayRule::kFixed;
  int month = 1;
  int day = 1;
  int nth = 0;
  std::chrono::weekday weekday = std::chrono::Sunday;
  int first_year = kFirstCalendarYear;
  int last_year = kLastCalendarYear;
  Substitute substitute = Substitute::kNone;
  std::string_view substitute_name = {};  // of the free working day
};

// A day of one year only: an extra holiday, or (with an empty name) the rule's day that was moved away.
struct SingleDay {
  Day date;
  std::string_view name;
};

struct RegionRules {
  std::string_view region;
  std::span<const HolidayRule> rules;
  std::span<const SingleDay> added;
  std::span<const SingleDay> moved_away;  // what the rules give and that year did not have
};

// In alphabetical order of the region.
std::span<const RegionRules> region_rules();

// Rules that hold in every region.
std::span<const HolidayRule> common_rules();

}  // namespace performance_tracker
