// SPDX-License-Identifier: PostgreSQL
//
// Held against published days: Easter Sundays from the tables of the US Naval Observatory, bank holidays from
// gov.uk/bank-holidays, federal holidays from opm.gov, the German and French ones from the calendars of their years.
#include "core/series/calendar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

std::vector<std::string> listed(std::string_view region, int year, std::set<HolidayKind> kinds) {
  std::vector<std::string> lines;
  for (const Holiday& h : holidays(region, day(year, 1, 1), day(year, 12, 31))) {
    if (!kinds.contains(h.kind)) continue;
    const std::chrono::year_month_day d{h.date};
    char text[8];
    std::snprintf(text, sizeof text, "%02u-%02u ", static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
    lines.push_back(text + std::string(h.name));
  }
  return lines;
}

const std::set<HolidayKind> kByLaw{HolidayKind::kPublic, HolidayKind::kObserved};
const std::set<HolidayKind> kCommerceOnly{HolidayKind::kCommerce};

using Lines = std::vector<std::string>;

TEST(Calendar, EasterOnKnownDates) {
  // 1818 and 2285 are the earliest, 1943 and 2038 the latest possible days; 1954, 1981, 2049 and 2076 need the
  // exceptions of the lunar table.
  for (const Day known : {day(1818, 3, 22), day(1943, 4, 25), day(1954, 4, 18), day(1961, 4, 2),  day(1981, 4, 19),
                          day(1999, 4, 4),  day(2000, 4, 23), day(2008, 3, 23), day(2011, 4, 24), day(2016, 3, 27),
                          day(2019, 4, 21), day(2020, 4, 12), day(2021, 4, 4),  day(2022, 4, 17), day(2023, 4, 9),
                          day(2024, 3, 31), day(2025, 4, 20), day(2026, 4, 5),  day(2027, 3, 28), day(2028, 4, 16),
                          day(2038, 4, 25), day(2049, 4, 18), day(2076, 4, 19), day(2100, 3, 28), day(2285, 3, 22)})
    EXPECT_EQ(easter(static_cast<int>(std::chrono::year_month_day{known}.year())), known);
}

TEST(Calendar, EasterIsASundayBetweenTheTwentySecondOfMarchAndTheTwentyFifthOfApril) {
  for (int year = kFirstCalendarYear; year <= kLastCalendarYear; ++year) {
    const Day sunday = easter(year);
    EXPECT_EQ(std::chrono::weekday{sunday}, std::chrono::Sunday) << year;
    EXPECT_GE(sunday, day(year, 3, 22));
    EXPECT_LE(sunday, day(year, 4, 25));
  }
}

TEST(Calendar, GermanHolidaysByLaw) {
  EXPECT_EQ(listed("DE", 2026, kByLaw),
            (Lines{"01-01 New Year's Day", "04-03 Good Friday", "04-06 Easter Monday", "05-01 Labour Day",
                   "05-14 Ascension Day", "05-25 Whit Monday", "10-03 German Unity Day", "12-25 Christmas Day",
                   "12-26 Second Day of Christmas"}));
  EXPECT_EQ(listed("DE", 2017, kByLaw)[7], "10-31 Reformation Day");
  EXPECT_EQ(listed("DE", 1990, kByLaw),
            (Lines{"01-01 New Year's Day", "04-13 Good Friday", "04-16 Easter Monday", "05-01 Labour Day",
                   "05-24 Ascension Day", "06-04 Whit Monday", "06-17 German Unity Day", "10-03 German Unity Day",
                   "11-21 Day of Repentance and Prayer", "12-25 Christmas Day", "12-26 Second Day of Christmas"}));
  EXPECT_EQ(listed("DE", 1995, kByLaw).size(), 9u);
  EXPECT_EQ(listed("DE", 2008, kByLaw)[3], "05-01 Ascension Day");  // on the Day of Labour, which stays
}

TEST(Calendar, FrenchHolidaysByLaw) {
  EXPECT_EQ(listed("FR", 2026, kByLaw),
            (Lines{"01-01 New Year's Day", "04-06 Easter Monday", "05-01 Labour Day", "05-08 Victory Day",
                   "05-14 Ascension Day", "05-25 Whit Monday", "07-14 Bastille Day", "08-15 Assumption Day",
                   "11-01 All Saints' Day", "11-11 Armistice Day", "12-25 Christmas Day"}));
  EXPECT_EQ(listed("FR", 1975, kByLaw).size(), 10u);  // without 8 May
  EXPECT_EQ(listed("FR", 1958, kByLaw).size(), 11u);
}

TEST(Calendar, FrenchMothersDayGivesWayToWhitSunday) {
  const auto mothers = [](int year) {
    for (const Holiday& h : holidays("FR", day(year, 1, 1), day(year, 12, 31)))
      if (h.name == "Mother's Day") return h.date;
    return Day{};
  };
  EXPECT_EQ(mothers(2026), day(2026, 5, 31));
  EXPECT_EQ(mothers(2023), day(2023, 6, 4));  // 28 May was Whit Sunday
  EXPECT_EQ(mothers(2020), day(2020, 6, 7));
}

TEST(Calendar, BankHolidaysOfEnglandAndWales) {
  EXPECT_EQ(listed("GB", 2026, kByLaw),
            (Lines{"01-01 New Year's Day", "04-03 Good Friday", "04-06 Easter Monday", "05-04 Early May Bank Holiday",
                   "05-25 Spring Bank Holiday", "08-31 Summer Bank Holiday", "12-25 Christmas Day", "12-26 Boxing Day",
                   "12-28 Boxing Day (substitute)"}));
  EXPECT_EQ(listed("GB", 2022, kByLaw),
            (Lines{"01-01 New Year's Day", "01-03 New Year's Day (substitute)", "04-15 Good Friday",
                   "04-18 Easter Monday", "05-02 Early May Bank Holiday", "06-02 Spring Bank Holiday",
                   "06-03 Platinum Jubilee", "08-29 Summer Bank Holiday", "09-19 State Funeral", "12-25 Christmas Day",
                   "12-26 Boxing Day", "12-27 Christmas Day (substitute)"}));
  EXPECT_EQ(listed("GB", 2021, kByLaw).back(), "12-28 Boxing Day (substitute)");
  EXPECT_EQ(listed("GB", 2021, kByLaw)[8], "12-27 Christmas Day (substitute)");
  EXPECT_EQ(listed("GB", 2020, kByLaw)[3], "05-08 Early May Bank Holiday");
  EXPECT_EQ(listed("GB", 2023, kByLaw)[1], "01-02 New Year's Day (substitute)");
  EXPECT_EQ(listed("GB", 2012, kByLaw)[5], "06-04 Spring Bank Holiday");
  EXPECT_EQ(listed("GB", 1973, kByLaw).front(), "04-20 Good Friday");
}

TEST(Calendar, FederalHolidays) {
  EXPECT_EQ(
      listed("US", 2026, kByLaw),
      (Lines{"01-01 New Year's Day", "01-19 Martin Luther King Day", "02-16 Presidents' Day", "05-25 Memorial Day",
             "06-19 Juneteenth", "07-03 Independence Day (observed)", "07-04 Independence Day", "09-07 Labor Day",
             "10-12 Columbus Day", "11-11 Veterans Day", "11-26 Thanksgiving", "12-25 Christmas Day"}));
  // New Year's Day of 2022 was a Saturday: the free Friday lies in the year before.
  EXPECT_EQ(listed("US", 2021, kByLaw),
            (Lines{"01-01 New Year's Day", "01-18 Martin Luther King Day", "02-15 Presidents' Day",
                   "05-31 Memorial Day", "06-18 Juneteenth (observed)", "06-19 Juneteenth", "07-04 Independence Day",
                   "07-05 Independence Day (observed)", "09-06 Labor Day", "10-11 Columbus Day", "11-11 Veterans Day",
                   "11-25 Thanksgiving", "12-24 Christmas Day (observed)", "12-25 Christmas Day",
                   "12-31 New Year's Day (observed)"}));
  EXPECT_EQ(listed("US", 1970, kByLaw),
            (Lines{"01-01 New Year's Day", "02-22 Presidents' Day", "05-30 Memorial Day",
                   "07-03 Independence Day (observed)", "07-04 Independence Day", "09-07 Labor Day",
                   "10-12 Columbus Day", "11-11 Veterans Day", "11-26 Thanksgiving", "12-25 Christmas Day"}));
  EXPECT_EQ(listed("US", 1975, kByLaw)[6], "10-27 Veterans Day");
}

TEST(Calendar, ThanksgivingMovedThreeTimes) {
  const std::map<int, unsigned> day_of_november{{1938, 24}, {1939, 23}, {1940, 21}, {1941, 20}, {1942, 26},
                                                {2018, 22}, {2019, 28}, {2023, 23}, {2024, 28}, {2029, 22}};
  for (const auto& [year, date] : day_of_november) {
    const std::vector<Holiday> found = holidays("US", day(year, 11, 15), day(year, 11, 30));
    EXPECT_EQ(std::ranges::count(found, Holiday{day(year, 11, date), "Thanksgiving", HolidayKind::kPublic}), 1) << year;
    EXPECT_EQ(std::ranges::count(found, std::string_view("Thanksgiving"), &Holiday::name), 1) << year;
  }
}

TEST(Calendar, DaysOfCommerce) {
  EXPECT_EQ(listed("US", 2026, kCommerceOnly),
            (Lines{"02-14 Valentine's Day", "04-05 Easter Sunday", "05-10 Mother's Day", "06-21 Father's Day",
                   "10-31 Halloween", "11-11 Singles' Day", "11-27 Black Friday", "11-30 Cyber Monday",
                   "12-24 Christmas Eve", "12-31 New Year's Eve"}));
  EXPECT_EQ(listed("GB", 2026, kCommerceOnly)[1], "03-15 Mother's Day");
  // Cyber Monday can fall into December.
  EXPECT_EQ(listed("DE", 2024, kCommerceOnly)[6], "12-02 Cyber Monday");
  for (const std::string& line : listed("DE", 2005, kCommerceOnly))
    EXPECT_EQ(line.find("Black Friday"), std::string::npos);
}

TEST(Calendar, BlackFridayFollowsThanksgivingEveryYear) {
  for (int year = 1952; year <= kLastCalendarYear; ++year) {
    const std::vector<Holiday> november = holidays("US", day(year, 11, 1), day(year, 11, 30));
    const auto thanksgiving = std::ranges::find(november, std::string_view("Thanksgiving"), &Holiday::name);
    const auto black = std::ranges::find(november, std::string_view("Black Friday"), &Holiday::name);
    ASSERT_NE(thanksgiving, november.end());
    ASSERT_NE(black, november.end());
    EXPECT_EQ(black->date - thanksgiving->date, std::chrono::days{1});
  }
}

TEST(Calendar, SubstitutesAreFreeWorkingDays) {
  for (const std::string_view region : calendar_regions()) {
    std::set<Day> by_law;
    const std::vector<Holiday> all = holidays(region, day(kFirstCalendarYear, 1, 1), day(kLastCalendarYear, 12, 31));
    for (const Holiday& h : all)
      if (h.kind == HolidayKind::kPublic) by_law.insert(h.date);
    for (const Holiday& h : all) {
      if (h.kind != HolidayKind::kObserved) continue;
      EXPECT_FALSE(by_law.contains(h.date)) << region << " " << h.name << " " << days_since_2000(h.date);
      const unsigned on = std::chrono::weekday{h.date}.iso_encoding();
      EXPECT_LE(on, 5u) << region << " " << h.name;
    }
  }
}

TEST(Calendar, PeriodsAreWindowsOfTheSameList) {
  for (const std::string_view region : calendar_regions()) {
    const std::vector<Holiday> whole = holidays(region, day(2019, 1, 1), day(2024, 12, 31));
    std::vector<Holiday> joined;
    for (Day d = day(2019, 1, 1); d <= day(2024, 12, 31); d += std::chrono::days{1})
      for (const Holiday& h : holidays(region, d, d)) joined.push_back(h);
    EXPECT_EQ(joined, whole) << region;
    EXPECT_TRUE(std::ranges::is_sorted(whole, {}, &Holiday::date));
  }
}

TEST(Calendar, UnknownRegionNamesTheKnownOnes) {
  for (const char* wrong : {"", "XX", "DEU", "germany"}) {
    try {
      find_region(wrong);
      ADD_FAILURE() << wrong;
    } catch (const InvalidArgument& error) {
      EXPECT_EQ(std::string(error.what()), "unknown holiday region \"" + std::string(wrong) + "\"");
      EXPECT_NE(error.hint().find("DE, FR, GB, US, international"), std::string::npos);
    }
  }
  EXPECT_EQ(find_region("International"), "international");
  EXPECT_EQ(find_region("uk"), "GB");
  EXPECT_EQ(find_region("de"), "DE");
}

TEST(Calendar, PeriodsOutsideTheSupportedYearsAreErrors) {
  EXPECT_THROW(holidays("DE", day(1899, 12, 31), day(1900, 1, 1)), InvalidArgument);
  EXPECT_THROW(holidays("DE", day(2200, 1, 1), day(2201, 1, 1)), InvalidArgument);
  EXPECT_THROW(holidays("DE", day(2026, 2, 1), day(2026, 1, 1)), InvalidArgument);
  EXPECT_EQ(holidays("DE", day(2200, 12, 25), day(2200, 12, 31)).size(), 3u);
}

TEST(Calendar, DaysCountFromTheYearTwoThousandAsInSql) {
  EXPECT_EQ(days_since_2000(day(2000, 1, 1)), 0);
  EXPECT_EQ(days_since_2000(day(2026, 11, 24)), 9824);
  EXPECT_EQ(day_since_2000(-1), day(1999, 12, 31));
}

}  // namespace
}  // namespace performance_tracker
