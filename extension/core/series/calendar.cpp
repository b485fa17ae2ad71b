// SPDX-License-Identifier: PostgreSQL
#include "core/series/calendar.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/series/calendar_rules.h"

namespace performance_tracker {
namespace {

using std::chrono::days;
using std::chrono::Saturday;
using std::chrono::Sunday;
using std::chrono::weekday;

int year_of(Day date) { return static_cast<int>(std::chrono::year_month_day{date}.year()); }

Day fixed_day(int year, int month, int day_of_month) {
  return day(year, static_cast<unsigned>(month), static_cast<unsigned>(day_of_month));
}

Day nth_weekday(int year, int month, int nth, weekday wanted) {
  using namespace std::chrono;
  const auto in_month = std::chrono::year{year} / std::chrono::month{static_cast<unsigned>(month)};
  if (nth < 0) return Day{in_month / wanted[last]};
  return Day{in_month / wanted[static_cast<unsigned>(nth)]};
}

Day day_of(const HolidayRule& rule, int year) {
  switch (rule.rule) {
    case DayRule::kFixed:
      return fixed_day(year, rule.month, rule.day);
    case DayRule::kNthWeekday:
      return nth_weekday(year, rule.month, rule.nth, rule.weekday) + days{rule.day};
    case DayRule::kFromEaster:
      return easter(year) + days{rule.day};
    case DayRule::kBefore: {
      const Day before = fixed_day(year, rule.month, rule.day) - days{1};
      return before - (weekday{before} - rule.weekday);
    }
    case DayRule::kFrenchMothers: {
      const Day last = nth_weekday(year, rule.month, rule.nth, rule.weekday);
      return last == easter(year) + days{49} ? last + days{7} : last;
    }
  }
  throw InvalidArgument("a holiday without a rule");
}

// Pub. L. 86-362: a federal holiday on a Saturday is free on the Friday before. Sundays moved to Monday long before.
constexpr int kFirstSaturdayYear = 1960;

std::optional<Day> substitute_of(Day date, Substitute how) {
  const weekday on{date};
  if (on != Saturday && on != Sunday) return std::nullopt;
  switch (how) {
    case Substitute::kNone:
      return std::nullopt;
    case Substitute::kNearest:
      if (on == Sunday) return date + days{1};
      return year_of(date) >= kFirstSaturdayYear ? std::optional{date - days{1}} : std::nullopt;
    case Substitute::kNextMonday:
      return date + days{on == Saturday ? 2 : 1};
    case Substitute::kTwoDaysOn:
      return date + days{2};
  }
  return std::nullopt;
}

void add_rule(const HolidayRule& rule, int year, std::vector<Holiday>& found) {
  if (year < rule.first_year || year > rule.last_year) return;
  const Day date = day_of(rule, year);
  found.push_back({date, rule.name, rule.kind});
  if (const std::optional<Day> instead = substitute_of(date, rule.substitute))
    found.push_back({*instead, rule.substitute_name, HolidayKind::kObserved});
}

std::vector<Holiday> days_of_year(const RegionRules& region, int year) {
  std::vector<Holiday> found;
  for (const HolidayRule& rule : common_rules()) add_rule(rule, year, found);
  for (const HolidayRule& rule : region.rules) add_rule(rule, year, found);
  std::erase_if(found, [&](const Holiday& h) {
    return std::ranges::any_of(region.moved_away,
                               [&](const SingleDay& moved) { return moved.date == h.date && moved.name == h.name; });
  });
  for (const SingleDay& added : region.added)
    if (year_of(added.date) == year) found.push_back({added.date, added.name, HolidayKind::kPublic});
  return found;
}

}  // namespace

const char* to_string(HolidayKind kind) {
  switch (kind) {
    case HolidayKind::kPublic:
      return "public";
    case HolidayKind::kObserved:
      return "observed";
    case HolidayKind::kCommerce:
      return "commerce";
  }
  return "";
}

Day easter(int year) {
  const int a = year % 19;
  const int b = year / 100, c = year % 100;
  const int d = b / 4, e = b % 4;
  const int f = (b + 8) / 25;
  const int g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return fixed_day(year, n / 31, n % 31 + 1);
}

std::string_view find_region(std::string_view region) {
  const auto same = [](char l, char r) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(l) == lower(r);
  };
  const auto is = [&](std::string_view name) { return std::ranges::equal(region, name, same); };
  if (is("UK")) return find_region("GB");
  std::string known;
  for (const std::string_view name : calendar_regions()) {
    if (is(name)) return name;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw InvalidArgument("unknown holiday region \"" + std::string(region) + "\"",
                        "Known are " + known +
                            " (UK is GB). Days of other regions can be added as rows of a table "
                            "holidays(region, date, name).",
                        "region");
}

std::vector<Holiday> holidays(std::string_view region, Day from, Day to) {
  const std::string_view known = find_region(region);
  if (from < day(kFirstCalendarYear, 1, 1) || to > day(kLastCalendarYear, 12, 31))
    throw InvalidArgument("holidays are computed for the years " + std::to_string(kFirstCalendarYear) + " to " +
                              std::to_string(kLastCalendarYear) + " only",
                          "Give a period within these years.");
  if (to < from)
    throw InvalidArgument("the period of the holidays ends before it starts", "Give the earlier day first.");
  const RegionRules& rules = *std::ranges::find(region_rules(), known, &RegionRules::region);
  std::vector<Holiday> found;
  // The years beside: a substitute may fall on the last day of the year before.
  const int first = std::max(year_of(from) - 1, kFirstCalendarYear);
  const int last = std::min(year_of(to) + 1, kLastCalendarYear + 1);
  for (int year = first; year <= last; ++year)
    for (const Holiday& h : days_of_year(rules, year))
      if (h.date >= from && h.date <= to) found.push_back(h);
  std::ranges::sort(found, [](const Holiday& l, const Holiday& r) {
    return std::pair{l.date, l.name} < std::pair{r.date, r.name};
  });
  return found;
}

}  // namespace performance_tracker
