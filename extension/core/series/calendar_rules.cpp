// SPDX-License-Identifier: PostgreSQL
//
// The tables. Sources:
//   US  5 U.S.C. 6103(a) and (b); Uniform Monday Holiday Act (Pub. L. 90-363, from 1971; 89-97 of 1975 moved Veterans
//   Day
//       back from 1978), Pub. L. 86-362 (1959: Saturdays), 98-144 (King), 117-17 (Juneteenth), 77-379 (Thanksgiving is
//       the fourth Thursday from 1942; the proclamations of 1939 to 1941 set the days before).
//   GB  Banking and Financial Dealings Act 1971, schedule 1, and the royal proclamations under section 1 (gov.uk/bank-
//       holidays): New Year's Day from 1974, early May from 1978. Before 1971 the days of the Bank Holidays Act 1871,
//       without the shifts that were tried from 1965 to 1970.
//   DE  Holidays of all states: Einigungsvertrag of 1990, article 2 (3 October); the law of 4 August 1953 (17 June);
//       Buß- und Bettag in all western states from 1981, abolished for 1995 (Pflege-Versicherungsgesetz, section 58);
//       31 October 2017 by laws of all states.
//   FR  Code du travail, article L3133-1; laws of 8 March 1886 (Mondays), 24 October 1922 (11 November), 30 April 1947
//       (1 May), 20 March 1953 and 2 October 1981 (8 May; not from 1960 to 1981).
//   Days of commerce have no law; they begin with the year in which trade took to them: Singles' Day 2009 (Alibaba),
//   Cyber Monday 2005 (National Retail Federation), Black Friday in Europe 2010 (Amazon UK).
#include "core/series/calendar_rules.h"

#include <array>

namespace performance_tracker {
namespace {

using enum HolidayKind;
using enum DayRule;
using enum Substitute;
using std::chrono::Monday;
using std::chrono::Sunday;
using std::chrono::Thursday;
using std::chrono::Wednesday;

constexpr int kEver = kFirstCalendarYear;
constexpr int kStill = kLastCalendarYear;

constexpr HolidayRule fixed(std::string_view name, int month, int d, int first = kEver, int last = kStill,
                            HolidayKind kind = kPublic) {
  return {.name = name, .kind = kind, .month = month, .day = d, .first_year = first, .last_year = last};
}

constexpr HolidayRule weekday_of(std::string_view name, int nth, std::chrono::weekday weekday, int month,
                                 int first = kEver, int last = kStill, HolidayKind kind = kPublic, int days_later = 0) {
  return {.name = name,
          .kind = kind,
          .rule = kNthWeekday,
          .month = month,
          .day = days_later,
          .nth = nth,
          .weekday = weekday,
          .first_year = first,
          .last_year = last};
}

constexpr HolidayRule from_easter(std::string_view name, int days, HolidayKind kind = kPublic, int first = kEver,
                                  int last = kStill) {
  return {.name = name, .kind = kind, .rule = kFromEaster, .day = days, .first_year = first, .last_year = last};
}

constexpr HolidayRule with(HolidayRule rule, Substitute substitute, std::string_view name) {
  rule.substitute = substitute;
  rule.substitute_name = name;
  return rule;
}

constexpr std::array kCommon{
    fixed("Valentine's Day", 2, 14, kEver, kStill, kCommerce),
    from_easter("Easter Sunday", 0, kCommerce),
    fixed("Halloween", 10, 31, kEver, kStill, kCommerce),
    fixed("Singles' Day", 11, 11, 2009, kStill, kCommerce),
    weekday_of("Cyber Monday", 4, Thursday, 11, 2005, kStill, kCommerce, 4),
    fixed("Christmas Eve", 12, 24, kEver, kStill, kCommerce),
    fixed("New Year's Eve", 12, 31, kEver, kStill, kCommerce),
};

constexpr std::string_view kUnityDay = "German Unity Day";
constexpr std::array kGermany{
    fixed("New Year's Day", 1, 1),
    from_easter("Good Friday", -2),
    from_easter("Easter Monday", 1),
    fixed("Labour Day", 5, 1, 1933),
    weekday_of("Mother's Day", 2, Sunday, 5, 1923, kStill, kCommerce),
    from_easter("Ascension Day", 39),
    from_easter("Whit Monday", 50),
    fixed(kUnityDay, 6, 17, 1954, 1990),
    fixed(kUnityDay, 10, 3, 1990),
    HolidayRule{.name = "Day of Repentance and Prayer",
                .rule = kBefore,
                .month = 11,
                .day = 23,
                .weekday = Wednesday,
                .first_year = 1981,
                .last_year = 1994},
    weekday_of("Black Friday", 4, Thursday, 11, 2010, kStill, kCommerce, 1),
    fixed("Christmas Day", 12, 25),
    fixed("Second Day of Christmas", 12, 26),
};
constexpr std::array kGermanyAdded{SingleDay{day(2017, 10, 31), "Reformation Day"}};

constexpr std::array kFrance{
    fixed("New Year's Day", 1, 1),
    from_easter("Easter Monday", 1),
    fixed("Labour Day", 5, 1, 1947),
    fixed("Victory Day", 5, 8, 1953, 1959),
    fixed("Victory Day", 5, 8, 1982),
    from_easter("Ascension Day", 39),
    HolidayRule{.name = "Mother's Day",
                .kind = kCommerce,
                .rule = kFrenchMothers,
                .month = 5,
                .day = 0,
                .nth = -1,
                .weekday = Sunday,
                .first_year = 1950},
    from_easter("Whit Monday", 50),
    weekday_of("Father's Day", 3, Sunday, 6, 1952, kStill, kCommerce),
    fixed("Bastille Day", 7, 14),
    fixed("Assumption Day", 8, 15),
    fixed("All Saints' Day", 11, 1),
    fixed("Armistice Day", 11, 11, 1922),
    weekday_of("Black Friday", 4, Thursday, 11, 2010, kStill, kCommerce, 1),
    fixed("Christmas Day", 12, 25),
};

constexpr std::array kBritain{
    with(fixed("New Year's Day", 1, 1, 1974), kNextMonday, "New Year's Day (substitute)"),
    from_easter("Mother's Day", -21, kCommerce),
    from_easter("Good Friday", -2),
    from_easter("Easter Monday", 1),
    weekday_of("Early May Bank Holiday", 1, Monday, 5, 1978),
    from_easter("Whit Monday", 50, kPublic, kEver, 1970),
    weekday_of("Spring Bank Holiday", -1, Monday, 5, 1971),
    weekday_of("Father's Day", 3, Sunday, 6, 1950, kStill, kCommerce),
    weekday_of("Summer Bank Holiday", 1, Monday, 8, kEver, 1970),
    weekday_of("Summer Bank Holiday", -1, Monday, 8, 1971),
    weekday_of("Black Friday", 4, Thursday, 11, 2010, kStill, kCommerce, 1),
    with(fixed("Christmas Day", 12, 25), kTwoDaysOn, "Christmas Day (substitute)"),
    with(fixed("Boxing Day", 12, 26), kTwoDaysOn, "Boxing Day (substitute)"),
};
constexpr std::array kBritainAdded{
    SingleDay{day(1973, 11, 14), "Royal Wedding"},
    SingleDay{day(1977, 6, 7), "Silver Jubilee"},
    SingleDay{day(1981, 7, 29), "Royal Wedding"},
    SingleDay{day(1995, 5, 8), "Early May Bank Holiday"},
    SingleDay{day(1999, 12, 31), "Millennium Holiday"},
    SingleDay{day(2002, 6, 3), "Golden Jubilee"},
    SingleDay{day(2002, 6, 4), "Spring Bank Holiday"},
    SingleDay{day(2011, 4, 29), "Royal Wedding"},
    SingleDay{day(2012, 6, 4), "Spring Bank Holiday"},
    SingleDay{day(2012, 6, 5), "Diamond Jubilee"},
    SingleDay{day(2020, 5, 8), "Early May Bank Holiday"},
    SingleDay{day(2022, 6, 2), "Spring Bank Holiday"},
    SingleDay{day(2022, 6, 3), "Platinum Jubilee"},
    SingleDay{day(2022, 9, 19), "State Funeral"},
    SingleDay{day(2023, 5, 8), "Coronation"},
};
constexpr std::array kBritainMoved{
    SingleDay{day(1995, 5, 1), "Early May Bank Holiday"}, SingleDay{day(2002, 5, 27), "Spring Bank Holiday"},
    SingleDay{day(2012, 5, 28), "Spring Bank Holiday"},   SingleDay{day(2020, 5, 4), "Early May Bank Holiday"},
    SingleDay{day(2022, 5, 30), "Spring Bank Holiday"},
};

constexpr std::array kAmerica{
    with(fixed("New Year's Day", 1, 1), kNearest, "New Year's Day (observed)"),
    weekday_of("Martin Luther King Day", 3, Monday, 1, 1986),
    fixed("Presidents' Day", 2, 22, kEver, 1970),
    weekday_of("Presidents' Day", 3, Monday, 2, 1971),
    weekday_of("Mother's Day", 2, Sunday, 5, 1914, kStill, kCommerce),
    fixed("Memorial Day", 5, 30, kEver, 1970),
    weekday_of("Memorial Day", -1, Monday, 5, 1971),
    weekday_of("Father's Day", 3, Sunday, 6, 1972, kStill, kCommerce),
    with(fixed("Juneteenth", 6, 19, 2021), kNearest, "Juneteenth (observed)"),
    with(fixed("Independence Day", 7, 4), kNearest, "Independence Day (observed)"),
    weekday_of("Labor Day", 1, Monday, 9),
    fixed("Columbus Day", 10, 12, 1937, 1970),
    weekday_of("Columbus Day", 2, Monday, 10, 1971),
    with(fixed("Veterans Day", 11, 11, 1938, 1970), kNearest, "Veterans Day (observed)"),
    weekday_of("Veterans Day", 4, Monday, 10, 1971, 1977),
    with(fixed("Veterans Day", 11, 11, 1978), kNearest, "Veterans Day (observed)"),
    weekday_of("Thanksgiving", -1, Thursday, 11, kEver, 1938),
    weekday_of("Thanksgiving", 4, Thursday, 11, 1942),
    weekday_of("Black Friday", 4, Thursday, 11, 1952, kStill, kCommerce, 1),
    with(fixed("Christmas Day", 12, 25), kNearest, "Christmas Day (observed)"),
};
constexpr std::array kAmericaAdded{
    SingleDay{day(1939, 11, 23), "Thanksgiving"},
    SingleDay{day(1940, 11, 21), "Thanksgiving"},
    SingleDay{day(1941, 11, 20), "Thanksgiving"},
};

// For a shop that has not said where it is: what trade feels in all of these regions.
constexpr std::array kInternational{
    fixed("New Year's Day", 1, 1),
    weekday_of("Black Friday", 4, Thursday, 11, 2010, kStill, kCommerce, 1),
    fixed("Christmas Day", 12, 25),
    fixed("Boxing Day", 12, 26, kEver, kStill, kCommerce),
};

constexpr std::array kRegions{
    RegionRules{"DE", kGermany, kGermanyAdded, {}},
    RegionRules{"FR", kFrance, {}, {}},
    RegionRules{"GB", kBritain, kBritainAdded, kBritainMoved},
    RegionRules{"US", kAmerica, kAmericaAdded, {}},
    RegionRules{"international", kInternational, {}, {}},
};

constexpr auto kRegionNames = [] {
  std::array<std::string_view, kRegions.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kRegions[i].region;
  return names;
}();

}  // namespace

std::span<const std::string_view> calendar_regions() { return kRegionNames; }

std::span<const RegionRules> region_rules() { return kRegions; }

std::span<const HolidayRule> common_rules() { return kCommon; }

}  // namespace performance_tracker
