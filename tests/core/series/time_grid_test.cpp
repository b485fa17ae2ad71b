// SPDX-License-Identifier: PostgreSQL
#include "core/series/time_grid.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

std::int64_t day(int year, unsigned month, unsigned day_of_month) {
  using namespace std::chrono;
  const auto date = sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day_of_month));
  return (date - sys_days(std::chrono::year(2000) / 1 / 1)).count() * kDay;
}

RegularSeries regular(std::vector<Observation> rows, const RegularizeOptions& options = {}) {
  auto result = regularize(std::move(rows), options);
  EXPECT_FALSE(result.error.has_value());
  return result.series;
}

TEST(TimeGrid, FindsDaysAndFillsGaps) {
  const auto s = regular({{day(2026, 1, 1), 1}, {day(2026, 1, 2), 2}, {day(2026, 1, 5), 5}});
  EXPECT_EQ(s.step, (TimeStep{kDay, 0}));
  ASSERT_EQ(s.values.size(), 5U);
  EXPECT_TRUE(std::isnan(s.values[2]));
  EXPECT_EQ(s.values[4], 5);
  EXPECT_EQ(s.filled, 2U);
}

TEST(TimeGrid, OrderOfArrivalDoesNotMatter) {
  const auto s = regular({{day(2026, 1, 3), 3}, {day(2026, 1, 1), 1}, {day(2026, 1, 2), 2}});
  EXPECT_EQ(s.start, day(2026, 1, 1));
  EXPECT_EQ(s.values, (std::vector<double>{1, 2, 3}));
}

TEST(TimeGrid, MonthsAreOneStepWhateverTheirDays) {
  const auto s = regular({{day(2026, 1, 1), 1}, {day(2026, 2, 1), 2}, {day(2026, 3, 1), 3}, {day(2026, 5, 1), 5}});
  EXPECT_EQ(s.step, (TimeStep{0, 1, false}));
  EXPECT_EQ(s.values.size(), 5U);
  EXPECT_EQ(advance(s.start, s.step, 13), day(2027, 2, 1));
}

TEST(TimeGrid, QuartersAndYears) {
  EXPECT_EQ(find_step({day(2025, 1, 1), day(2025, 4, 1), day(2025, 10, 1)}), (TimeStep{0, 3, false}));
  EXPECT_EQ(find_step({day(2020, 1, 1), day(2021, 1, 1), day(2024, 1, 1)}), (TimeStep{0, 12, false}));
}

TEST(TimeGrid, MonthEndsStayMonthEnds) {
  const auto s = regular({{day(2026, 1, 31), 1}, {day(2026, 2, 28), 2}, {day(2026, 3, 31), 3}, {day(2026, 4, 30), 4}});
  EXPECT_EQ(s.step, (TimeStep{0, 1, true}));
  EXPECT_EQ(s.values.size(), 4U);
  EXPECT_EQ(advance(day(2026, 2, 28), s.step, 1), day(2026, 3, 31));
}

TEST(TimeGrid, The28thOfEachMonthIsNotAMonthEnd) {
  const auto s = regular({{day(2026, 2, 28), 1}, {day(2026, 3, 28), 2}, {day(2026, 4, 28), 3}});
  EXPECT_EQ(s.step, (TimeStep{0, 1, false}));
  EXPECT_EQ(s.values.size(), 3U);
}

TEST(TimeGrid, ADayThatTheMonthLacksBecomesItsLast) {
  EXPECT_EQ(advance(day(2026, 1, 30), {0, 1, false}, 1), day(2026, 2, 28));
  EXPECT_EQ(advance(day(2028, 1, 30), {0, 1, false}, 1), day(2028, 2, 29));
  EXPECT_EQ(advance(day(2026, 1, 30), {0, 1, false}, 2), day(2026, 3, 30));
}

TEST(TimeGrid, AdvanceAndStepsBetweenAreInverse) {
  for (const TimeStep step : {TimeStep{kDay, 0}, TimeStep{kHour, 0}, TimeStep{7 * kDay, 0}, TimeStep{0, 1},
                              TimeStep{0, 3}, TimeStep{0, 12}, TimeStep{0, 1, true}})
    for (const std::int64_t start : {day(1999, 12, 31), day(2024, 2, 29), day(1900, 1, 31)})
      for (const std::int64_t count : {-40, -1, 0, 1, 2, 25, 500})
        EXPECT_EQ(steps_between(start, step, advance(start, step, count)), count);
}

TEST(TimeGrid, WeeksThatAreFourApartAreNotMonths) {
  EXPECT_EQ(find_step({day(2026, 1, 1), day(2026, 1, 29), day(2026, 2, 26)}), (TimeStep{28 * kDay, 0}));
}

TEST(TimeGrid, TheFirstOffenderOffTheGridIsNamed) {
  const auto r = regularize({{0, 1}, {kHour, 2}, {2 * kHour + kSecond * 90, 3}, {4 * kHour, 4}}, {});
  ASSERT_TRUE(r.error.has_value());
  EXPECT_EQ(r.error->problem, RegularizeProblem::kOffGrid);
  EXPECT_EQ(r.error->time, 2 * kHour + kSecond * 90);
}

TEST(TimeGrid, DuplicatesByPolicy) {
  const std::vector<Observation> rows = {{0, 1}, {0, 5}, {kDay, kMissing}, {kDay, 4}, {2 * kDay, 7}};
  const auto refused = regularize(rows, {});
  ASSERT_TRUE(refused.error.has_value());
  EXPECT_EQ(refused.error->problem, RegularizeProblem::kDuplicate);
  EXPECT_EQ(refused.error->time, 0);
  const auto with = [&](DuplicatePolicy policy) {
    RegularizeOptions options;
    options.duplicates = policy;
    return regular(rows, options);
  };
  EXPECT_EQ(with(DuplicatePolicy::kSum).values, (std::vector<double>{6, 4, 7}));
  EXPECT_EQ(with(DuplicatePolicy::kMean).values, (std::vector<double>{3, 4, 7}));
  EXPECT_EQ(with(DuplicatePolicy::kLast).values, (std::vector<double>{5, 4, 7}));
  EXPECT_EQ(with(DuplicatePolicy::kSum).duplicates, 2U);
}

TEST(TimeGrid, AHugeGridIsRefusedNotAllocated) {
  const auto r = regularize({{0, 1}, {1, 2}, {std::int64_t{400} * 365 * kDay, 3}}, {});
  ASSERT_TRUE(r.error.has_value());
  EXPECT_EQ(r.error->problem, RegularizeProblem::kTooLong);
}

TEST(TimeGrid, DegenerateInputs) {
  EXPECT_TRUE(regular({}).values.empty());
  EXPECT_EQ(regular({{day(2026, 1, 1), 4}}).step, (TimeStep{kDay, 0}));
  EXPECT_EQ(regular({{day(2026, 1, 1) + kHour, 4}}).step, (TimeStep{kHour, 0}));
  EXPECT_THROW(regularize({{0, std::numeric_limits<double>::infinity()}}, {}), InvalidData);
  EXPECT_THROW(regularize({{std::numeric_limits<std::int64_t>::max(), 1}}, {}), InvalidData);
  EXPECT_THROW(advance(0, {kDay, 0}, std::numeric_limits<std::int64_t>::max()), InvalidArgument);
  EXPECT_THROW(advance(0, {0, 12}, 1'000'000), InvalidArgument);
  EXPECT_THROW(advance(0, {}, 1), InvalidArgument);
  EXPECT_EQ(advance(day(9999, 12, 30), {kDay, 0}, 1), day(9999, 12, 31));
  EXPECT_THROW(advance(day(9999, 12, 31), {kDay, 0}, 1), InvalidArgument);
  EXPECT_EQ(advance(day(1, 1, 2), {kDay, 0}, -1), day(1, 1, 1));
  EXPECT_THROW(advance(day(1, 1, 1), {kDay, 0}, -1), InvalidArgument);
}

}  // namespace
}  // namespace performance_tracker
