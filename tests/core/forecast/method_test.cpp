// SPDX-License-Identifier: PostgreSQL
//
// What every method of the table promises, whatever it is: tests that a new method gets for nothing.
#include "core/forecast/method.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <string>

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/forecast/forecast.h"
#include "places.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

std::vector<double> weekly_sales(std::size_t n, std::uint64_t seed = 3) {
  NormalGenerator normal(seed);
  std::vector<double> y;
  for (std::size_t t = 0; t < n; ++t)
    y.push_back(100 + 0.1 * static_cast<double>(t) + (t % 7 < 2 ? 25 : 0) + 4 * normal());
  return y;
}

struct OddSeries {
  const char* name;
  std::vector<double> y;
};

std::vector<OddSeries> odd_series() {
  const double inf = std::numeric_limits<double>::max();
  std::vector<double> gaps = weekly_sales(90), mostly_missing(60, kMissing), steps(90, 5.0), sparse(90, 0.0), huge,
                      tiny;
  for (std::size_t t = 0; t < gaps.size(); t += 4) gaps[t] = kMissing;
  mostly_missing[7] = 3;
  mostly_missing[30] = 5;
  for (std::size_t t = 60; t < 90; ++t) steps[t] = 500;
  for (std::size_t t = 0; t < 90; t += 11) sparse[t] = static_cast<double>(1 + t % 3);
  std::vector<double> late(90, kMissing), early = weekly_sales(90), negative = weekly_sales(90), exact,
                                          spike(90, 100.0);
  for (std::size_t t = 70; t < 90; ++t) late[t] = static_cast<double>(t % 7);
  for (std::size_t t = 40; t < 90; ++t) early[t] = kMissing;
  for (double& v : negative) v = -v;
  for (std::size_t t = 0; t < 90; ++t) exact.push_back(static_cast<double>(t % 7));
  spike[60] = 1e9;
  for (const double v : weekly_sales(60)) huge.push_back(v * 1e300), tiny.push_back(v * 1e-300);
  std::vector<double> exploding, closed = weekly_sales(90);
  for (int t = 0; t < 60; ++t) exploding.push_back(std::pow(1.5, t));
  for (std::size_t t = 6; t < closed.size(); t += 7) closed[t] = 0;
  return {{"one", {5}},
          {"two", {5, 7}},
          {"three", {1, 2, 4}},
          {"one of many", {kMissing, 4, kMissing, kMissing}},
          {"nine", {3, 1, 4, 1, 5, 9, 2, 6, 5}},
          {"a week and a day", weekly_sales(8)},
          {"two weeks", weekly_sales(14)},
          {"constant", std::vector<double>(40, 7.0)},
          {"zero", std::vector<double>(40, 0.0)},
          {"gaps", gaps},
          {"mostly missing", mostly_missing},
          {"shift", steps},
          {"sparse", sparse},
          {"late", late},
          {"ended", early},
          {"negative", negative},
          {"exact season", exact},
          {"spike", spike},
          {"huge", huge},
          {"tiny", tiny},
          {"largest", {inf, -inf, inf, 1, inf, -inf, 3, inf, 0, 1, 2, -inf}},
          {"exploding", exploding},
          {"closed on the seventh day", closed}};
}

class EveryMethod : public testing::TestWithParam<const MethodEntry*> {
 protected:
  const MethodEntry& entry() const { return *GetParam(); }
  MethodFit fit(const std::vector<double>& y, int season_length) const {
    return fit_method(entry().method, {y, season_length}, {}, {}, kProgress);
  }
};

TEST_P(EveryMethod, AnswersEveryOddSeriesWithFiniteNumbers) {
  for (const OddSeries& odd : odd_series()) {
    for (const int m : {0, 1, 7, 365}) {
      SCOPED_TRACE(std::string(odd.name) + ", season " + std::to_string(m));
      const MethodFit f = fit(odd.y, m);
      const FitForecast forecast = forecast_fit(f, 30, 0.8, false, {}, kProgress);
      ASSERT_EQ(forecast.value.size(), 30U);
      for (std::size_t h = 0; h < 30; ++h) {
        ASSERT_TRUE(std::isfinite(forecast.value[h]));
        ASSERT_TRUE(std::isfinite(forecast.standard_error[h]));
        ASSERT_GE(forecast.standard_error[h], 0);
        ASSERT_LE(forecast.lower[h], forecast.upper[h]);
        ASSERT_TRUE(std::isfinite(forecast.lower[h]) && std::isfinite(forecast.upper[h]));
      }
      ASSERT_EQ(fitted_of(f, kProgress).size(), odd.y.size());
      EXPECT_FALSE(forecast.model.empty());
      EXPECT_FALSE(f.state->description().empty());
      EXPECT_FALSE(f.state->glance().empty());
    }
  }
}

TEST_P(EveryMethod, IsTheSameEachTime) {
  const std::vector<double> y = weekly_sales(120);
  EXPECT_EQ(forecast_fit(fit(y, 7), 14, 0.8, false, {}, kProgress).value,
            forecast_fit(fit(y, 7), 14, 0.8, false, {}, kProgress).value);
}

TEST_P(EveryMethod, ComesBackFromItsPayload) {
  for (const OddSeries& odd : odd_series()) {
    SCOPED_TRACE(odd.name);
    const MethodFit f = fit(odd.y, 7);
    const std::string bytes = f.state->payload();
    const auto back = entry().restore(bytes, f.state->input(), kProgress);
    EXPECT_EQ(back->payload(), bytes);
    EXPECT_EQ(back->description(), f.state->description());
    EXPECT_EQ(back->forecast(10, {}, kProgress).value, f.state->forecast(10, {}, kProgress).value);
    EXPECT_EQ(back->forecast(10, {}, kProgress).standard_error, f.state->forecast(10, {}, kProgress).standard_error);
  }
}

TEST_P(EveryMethod, RefusesBytesThatAreNotItsPayload) {
  const MethodFit f = fit(weekly_sales(90), 7);
  const std::string bytes = f.state->payload();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW((void)entry().restore(bytes.substr(0, length), f.state->input(), kProgress), InvalidArgument);
  EXPECT_THROW((void)entry().restore(bytes + "x", f.state->input(), kProgress), InvalidArgument);
  std::string other = bytes;
  other[0] = 77;
  EXPECT_THROW((void)entry().restore(other, f.state->input(), kProgress), InvalidArgument);
}

TEST_P(EveryMethod, RefitOfItsOwnSeriesForecastsTheSame) {
  const MethodFit f = fit(weekly_sales(120), 7);
  const auto again = f.state->refit(f.state->input(), kProgress);
  const MethodForecast a = f.state->forecast(14, {}, kProgress), b = again->forecast(14, {}, kProgress);
  for (std::size_t h = 0; h < 14; ++h) EXPECT_NEAR(a.value[h], b.value[h], 1e-6 * std::abs(a.value[h]));
}

TEST_P(EveryMethod, RefitFollowsNewData) {
  std::vector<double> y = weekly_sales(120);
  const MethodFit f = fit(y, 7);
  for (int i = 0; i < 28; ++i) y.push_back(y[y.size() - 7] + 200 * (i < 7));
  const auto later = f.state->refit({y, 7}, kProgress);
  const double before = f.state->forecast(1, {}, kProgress).value[0];
  EXPECT_GT(later->forecast(1, {}, kProgress).value[0], before + 15);
}

TEST_P(EveryMethod, PathsHaveTheForecastsMeanAndSpread) {
  const MethodFit f = fit(weekly_sales(180), 7);
  constexpr int kPaths = 4000, kHorizon = 14;
  const MethodForecast forecast = f.state->forecast(kHorizon, {}, kProgress);
  const std::vector<double> paths = paths_of(f, {.horizon = kHorizon, .paths = kPaths, .seed = 9}, false, kProgress);
  ASSERT_EQ(paths.size(), static_cast<std::size_t>(kPaths * kHorizon));
  for (int h = 0; h < kHorizon; ++h) {
    double mean = 0, square = 0;
    for (int p = 0; p < kPaths; ++p) mean += paths[static_cast<std::size_t>(p * kHorizon + h)] / kPaths;
    for (int p = 0; p < kPaths; ++p) {
      const double e = paths[static_cast<std::size_t>(p * kHorizon + h)] - mean;
      square += e * e / kPaths;
    }
    const double se = forecast.standard_error[static_cast<std::size_t>(h)];
    EXPECT_NEAR(mean, forecast.value[static_cast<std::size_t>(h)], 0.1 * se) << h;
    EXPECT_NEAR(std::sqrt(square), se, 0.1 * se) << h;
  }
}

TEST_P(EveryMethod, StopsWhenTheHostWantsIt) {
  class Cancel final : public Progress {
    void poll() const override { throw Cancelled(); }
  };
  EXPECT_THROW((void)fit_method(entry().method, {weekly_sales(120), 7}, {}, {}, Cancel()), Cancelled);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryMethod, testing::ValuesIn([] {
                           std::vector<const MethodEntry*> all;
                           for (const MethodEntry& entry : methods()) all.push_back(&entry);
                           return all;
                         }()),
                         [](const testing::TestParamInfo<const MethodEntry*>& one) {
                           return std::string(one.param->name);
                         });

TEST(Methods, HaveNamesNumbersAndFilesOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<int> numbers;
  for (const MethodEntry& entry : methods()) {
    EXPECT_TRUE(names.insert(entry.name).second);
    EXPECT_TRUE(numbers.insert(static_cast<int>(entry.method)).second);
    EXPECT_EQ(&method_named(entry.name), &entry);
    EXPECT_EQ(&method_numbered(static_cast<int>(entry.method)), &entry);
    EXPECT_TRUE(std::ifstream(std::string(kCoreDirectory) + "/forecast/" + std::string(entry.file)).good())
        << entry.file;
  }
}

TEST(Methods, AnUnknownOneIsAnErrorThatListsTheChoices) {
  try {
    (void)method_named("prophet");
    FAIL();
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "unknown method \"prophet\"");
    for (const MethodEntry& entry : methods())
      EXPECT_NE(error.hint().find(std::string(entry.name)), std::string::npos) << entry.name;
  }
  EXPECT_THROW((void)method_numbered(0), InvalidArgument);
  ForecastOptions options;
  options.method = static_cast<ForecastMethod>(200);
  EXPECT_THROW((void)forecast({weekly_sales(30), 7}, options, kProgress), InvalidArgument);
}

TEST(Status, CodesAreNotReadFromSentences) {
  Status status;
  status.add(StatusCode::kConstant, "anything at all");
  EXPECT_TRUE(status.has(StatusCode::kConstant));
  EXPECT_FALSE(status.has(StatusCode::kMissingValues));
  ASSERT_EQ(status.codes().size(), 1U);
  EXPECT_EQ(status_entry(status.codes()[0]).name, "constant");
  std::set<std::string_view> names;
  for (const StatusEntry& entry : status_entries()) EXPECT_TRUE(names.insert(entry.name).second);
}

TEST(Status, RemarksAreForStatisticiansAndSurviveKeeping) {
  Status status;
  status.add(StatusCode::kMissingValues, "3 missing values");
  status.add(StatusCode::kModelNote, "the season is nearly deterministic");
  EXPECT_EQ(status.text, "3 missing values");
  EXPECT_EQ(status.remarks, "the season is nearly deterministic");
  EXPECT_EQ(status.whole(), "3 missing values; the season is nearly deterministic");
  const Status back = Status::unpacked(status.bits, status.packed());
  EXPECT_EQ(back.text, status.text);
  EXPECT_EQ(back.remarks, status.remarks);
  // What was kept before there were remarks.
  EXPECT_EQ(Status::unpacked(1, "3 missing values").text, "3 missing values");
}

TEST(Method, MembersHaveAllTheWeight) {
  std::vector<double> y(100);
  for (std::size_t t = 0; t < y.size(); ++t) y[t] = 50 + static_cast<double>((t % 7) * 4 + (t * t) % 5);
  for (const ForecastMethod method : {ForecastMethod::kAuto, ForecastMethod::kEts}) {
    double sum = 0;
    const std::vector<MethodMember> members = members_of(fit_method(method, {y, 7}, {}, {}, NeverCancelled()));
    for (const MethodMember& member : members) sum += member.weight;
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_EQ(members.size() > 1, method == ForecastMethod::kAuto);
  }
}

}  // namespace
}  // namespace performance_tracker
