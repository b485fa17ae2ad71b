// SPDX-License-Identifier: PostgreSQL
#include "core/series/series_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

TEST(SeriesText, ReadsBackWhatItWrote) {
  for (const char* text : {"{}", "2026-01-01 / 1 day : {112,118,NULL,129}", "2026-01-05 / 1 week : {1}",
                           "2026-01-31 / 1 month end : {5,6}", "2026-01-01 / 1 quarter : {5,-0.1,1e-300}",
                           "2020-02-29 / 1 year : {5,6}", "2026-01-01 06:30:00 / 15 minutes : {1,2}",
                           "2026-01-01 06:30:00.25+00 / 1 hour : {1,2}", "0001-01-01 / 1 day : {1}",
                           "1969-12-31 23:59:59.999999 / 1 microsecond : {1,2}", "2026-01-01 / 28 days : {1}"}) {
    const std::string expected =
        std::string(text) == "2026-01-01 / 28 days : {1}" ? "2026-01-01 / 4 weeks : {1}" : text;
    EXPECT_EQ(format_series(parse_series(text)), expected);
  }
}

TEST(SeriesText, AcceptsSpacesCaseAndPlurals) {
  EXPECT_EQ(format_series(parse_series("  2026-01-01T00:00:00Z  /  24 HOURS :  { 1 , null , 3 } ")),
            "2026-01-01 00:00:00+00 / 1 day : {1,NULL,3}");
  EXPECT_EQ(format_series(parse_series("2026-01-01/1 day:{}")), "{}");
}

class BadSeriesText : public ::testing::TestWithParam<const char*> {};
TEST_P(BadSeriesText, IsRefused) { EXPECT_THROW(parse_series(GetParam()), InvalidArgument); }
INSTANTIATE_TEST_SUITE_P(
    Each, BadSeriesText,
    ::testing::Values("", "{", "{1}", "2026-13-01 / 1 day : {1}", "2026-02-30 / 1 day : {1}",
                      "0000-01-01 / 1 day : {1}", "2026-01-01 / 0 days : {1}", "2026-01-01 / -1 day : {1}",
                      "2026-01-01 / 1 : {1}", "2026-01-01 / 1 fortnight : {1}", "2026-01-01 / 1 day : {1,}",
                      "2026-01-01 / 1 day : {1", "2026-01-01 / 1 day : {Infinity}", "2026-01-01 / 1 day : {nan}",
                      "2026-01-01 / 1 day : {1e999}", "2026-01-01 / 1 day : {1} x", "2026-01-01 / 1 hour : {1}",
                      "2026-01-01 / 1 day end : {1}", "2026-01-15 / 1 month end : {1}",
                      "2026-01-01 25:00:00 / 1 hour : {1}", "9999-12-31 / 1 day : {1,2}",
                      "2026-01-01 / 2147483648 days : {1}", "2026-01-01 00:00:00+02 / 1 hour : {1}"));

RC_GTEST_PROP(SeriesText, AnySeriesSurvivesTheRoundTrip, (std::vector<double> numbers)) {
  StampedSeries stamped;
  stamped.kind = *rc::gen::element(TimeKind::kDate, TimeKind::kTimestamp, TimeKind::kUtc);
  stamped.series.step = *rc::gen::element(TimeStep{kDay, 0}, TimeStep{7 * kDay, 0}, TimeStep{0, 1}, TimeStep{0, 12});
  stamped.series.start = *rc::gen::inRange<std::int64_t>(-100'000, 100'000) * kDay;
  for (double& x : numbers)
    if (!std::isfinite(x)) x = 0;
  stamped.series.values = numbers;
  const StampedSeries back = parse_series(format_series(stamped));
  RC_ASSERT(back.series.values == numbers);
  if (!numbers.empty()) {
    RC_ASSERT(back.series.start == stamped.series.start);
    RC_ASSERT(back.series.step == stamped.series.step);
    RC_ASSERT(back.kind == stamped.kind);
  }
}

RC_GTEST_PROP(SeriesText, AnyTextIsReadOrRefused, (const std::string& text)) {
  try {
    (void)parse_series(text);
  } catch (const InvalidArgument&) {
  }
}

}  // namespace
}  // namespace performance_tracker
