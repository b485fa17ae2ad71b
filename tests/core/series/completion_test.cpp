// SPDX-License-Identifier: PostgreSQL
#include "core/series/completion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

StampedSeries parsed(const char* text) { return parse_series(text); }
std::int64_t time_of(const char* day) { return parse_series(std::string(day) + " / 1 hour : {1}").series.start; }
std::string floored(const char* time, const TimeStep& step) {
  return format_time(floor_to_step(time_of(time), step), TimeKind::kTimestamp);
}

TEST(FloorToStep, BeginsDaysWeeksAndMonths) {
  EXPECT_EQ(floored("2026-11-24 13:59:59", {kDay, 0}), "2026-11-24 00:00:00");
  EXPECT_EQ(floored("1999-12-31 23:00:00", {kDay, 0}), "1999-12-31 00:00:00") << "before the epoch too";
  EXPECT_EQ(floored("2026-11-24 13:59:59", {15 * 60 * kSecond, 0}), "2026-11-24 13:45:00");
  EXPECT_EQ(floored("2026-11-24 13:00:00", {7 * kDay, 0}), "2026-11-23 00:00:00") << "weeks begin on Mondays";
  EXPECT_EQ(floored("2026-11-30 23:59:59", {0, 1}), "2026-11-01 00:00:00");
  EXPECT_EQ(floored("2026-02-28 00:00:00", {0, 3}), "2026-01-01 00:00:00");
  EXPECT_EQ(floored("1998-03-01 00:00:00", {0, 12}), "1998-01-01 00:00:00");
  EXPECT_THROW(floor_to_step(0, {0, 0}), InvalidArgument);
}

TEST(FloorToStep, EveryDayOfFourCenturiesFallsIntoItsMonth) {
  for (std::int64_t day = -73'000; day < 73'000; ++day) {
    const std::int64_t start = floor_to_step(day * kDay, {0, 1});
    ASSERT_LE(start, day * kDay);
    ASSERT_GT(advance(start, {0, 1}, 1), day * kDay);
  }
}

TEST(CompleteSeries, CutsContinuesAndFills) {
  const StampedSeries s = parsed("2026-01-01 / 1 day : {NULL,1,NULL,3,NULL}");
  const auto text = [&](const char* end, GapFill fill) {
    return format_series(complete_series(s, time_of((std::string(end) + " 00:00:00").c_str()), fill));
  };
  EXPECT_EQ(text("2026-01-06", GapFill::kLeave), "2026-01-01 / 1 day : {NULL,1,NULL,3,NULL,NULL}");
  EXPECT_EQ(text("2026-01-06", GapFill::kZero), "2026-01-01 / 1 day : {NULL,1,0,3,0,0}");
  EXPECT_EQ(text("2026-01-06", GapFill::kPrevious), "2026-01-01 / 1 day : {NULL,1,1,3,3,3}");
  EXPECT_EQ(text("2026-01-03", GapFill::kZero), "2026-01-01 / 1 day : {NULL,1,0}");
  EXPECT_THROW(text("2025-12-31", GapFill::kZero), InvalidArgument);
  EXPECT_THROW(
      complete_series(parsed("2026-01-01 00:00:00 / 1 second : {1}"), time_of("2126-01-01 00:00:00"), GapFill::kLeave),
      InvalidArgument);
  EXPECT_THROW(parse_gap_fill("none"), InvalidArgument);
}

TEST(CompleteRegressor, IsZeroWhereTheSeriesHasNothingEither) {
  const StampedSeries s = parsed("2026-01-01 / 1 day : {5,NULL,7,NULL}");
  EXPECT_EQ(format_series(complete_regressor(parsed("2026-01-03 / 1 day : {1,NULL,1}"), s)),
            "2026-01-01 / 1 day : {NULL,0,1,0,1}")
      << "the first day has a value of the series but none of the regressor: that stays missing, and is named later";
  EXPECT_EQ(format_series(complete_regressor(parsed("2025-12-31 / 1 day : {1,1}"), s)),
            "2025-12-31 / 1 day : {1,1,0,NULL,0}");
}

}  // namespace
}  // namespace performance_tracker
