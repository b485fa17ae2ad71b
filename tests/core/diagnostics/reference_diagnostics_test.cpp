// SPDX-License-Identifier: PostgreSQL
//
// The choice of differences and the decompositions against R, on series that ship with it
// (tests/reference/reference.R).
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/diagnostics/seasonal_tests.h"
#include "core/diagnostics/stl.h"
#include "core/diagnostics/unit_root.h"
#include "reference_data.h"

namespace performance_tracker {
namespace {

using testing::numbers;
using testing::reference_series;
using testing::Row;

// At the first, a middle and the last time.
void expect_parts(const std::vector<double>& ours, const std::string& theirs, double scale, const std::string& what) {
  const std::vector<double> expected = numbers(theirs);
  ASSERT_EQ(expected.size(), 3u);
  EXPECT_NEAR(ours.front(), expected[0], 1e-9 * scale) << what;
  EXPECT_NEAR(ours[ours.size() / 2 - 1], expected[1], 1e-9 * scale) << what;
  EXPECT_NEAR(ours.back(), expected[2], 1e-9 * scale) << what;
}

TEST(ReferenceDiagnostics, DifferencesAgreeWithR) {
  int compared = 0;
  for (const Row& row : testing::read_reference("diagnostics.csv")) {
    const std::string& name = row.at("series");
    const TimeSeries& series = reference_series().at(name);
    EXPECT_EQ(number_of_differences(series.values), std::stoi(row.at("kpss"))) << name;
    EXPECT_EQ(number_of_differences(series.values, {.test = UnitRootTest::kAdf}), std::stoi(row.at("adf"))) << name;
    EXPECT_EQ(number_of_differences(series.values, {.test = UnitRootTest::kPhillipsPerron}), std::stoi(row.at("pp")))
        << name;
    if (series.season_length == 1) continue;
    const int m = series.season_length;
    EXPECT_NEAR(seasonal_strength(series.values, m), std::stod(row.at("strength")), 1e-9) << name;
    EXPECT_EQ(number_of_seasonal_differences(series.values, m), std::stoi(row.at("seas"))) << name;
    EXPECT_EQ(number_of_seasonal_differences(series.values, m, {.test = SeasonalTest::kOcsb}),
              std::stoi(row.at("ocsb")))
        << name;
    ++compared;
  }
  EXPECT_GE(compared, 9);
}

TEST(ReferenceDiagnostics, DecompositionsAgreeWithR) {
  for (const Row& row : testing::read_reference("diagnostics.csv")) {
    const std::string& name = row.at("series");
    const TimeSeries& series = reference_series().at(name);
    if (series.season_length == 1) continue;
    double scale = 0.0;
    for (double v : series.values) scale = std::max(scale, std::abs(v));
    const Decomposition periodic = stl(series.values, series.season_length, {.periodic = true});
    expect_parts(periodic.trend, row.at("stl_trend"), scale, name + " trend");
    expect_parts(periodic.seasonal, row.at("stl_seasonal"), scale, name + " seasonal");
    expect_parts(mstl(series.values, {series.season_length}).remainder, row.at("mstl_remainder"), scale,
                 name + " remainder");
  }
}

}  // namespace
}  // namespace performance_tracker
