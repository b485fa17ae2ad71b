// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/kept_model.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/forecast/automatic_model.h"
#include "core/forecast/base_forecast.h"
#include "simulated_series.h"

namespace performance_tracker {
namespace {

const NeverCancelled kProgress;

StampedSeries daily(std::vector<double> values) {
  StampedSeries series;
  series.series.values = std::move(values);
  return series;
}

KeptModel kept(ForecastMethod method, const StampedSeries& series) {
  return keep_model(fit_method(method, {series.series.values, 7}, {}, {}, kProgress), series);
}

TEST(KeptModel, EveryMethodComesBackFromBytesAndText) {
  const StampedSeries series = daily(testing::seasonal_walk(120, 7, 5));
  for (const MethodEntry& entry : methods()) {
    const KeptModel model = kept(entry.method, series);
    const std::string bytes = encode_kept_model(model);
    EXPECT_EQ(encode_kept_model(decode_kept_model(bytes, kProgress)), bytes) << entry.name;
    EXPECT_EQ(encode_kept_model(parse_kept_model(format_kept_model(model), kProgress)), bytes) << entry.name;
    const FitForecast before = forecast_fit(fit_method(entry.method, {series.series.values, 7}, {}, {}, kProgress), 14,
                                            0.8, false, {}, kProgress);
    const FitForecast after =
        forecast_fit(restore_fit(decode_kept_model(bytes, kProgress), kProgress), 14, 0.8, false, {}, kProgress);
    for (std::size_t h = 0; h < 14; ++h)
      EXPECT_NEAR(before.value[h], after.value[h], 1e-9 * std::abs(before.value[h])) << entry.name << " " << h;
  }
}

TEST(KeptModel, EveryMethodIsCarried) {
  const std::vector<double> y = testing::seasonal_walk(140, 7, 5);
  for (const MethodEntry& entry : methods()) {
    const KeptModel model = kept(entry.method, daily({y.begin(), y.begin() + 120}));
    StampedSeries more = daily({y.begin() + 120, y.end()});
    more.series.start = 120 * kDay;
    const KeptModel carried = carry_model(model, more, {}, kProgress);
    EXPECT_EQ(carried.series.series.values, y) << entry.name;
    EXPECT_EQ(carried.origin, KeptModelOrigin::kCarried) << entry.name;
    EXPECT_NO_THROW(decode_kept_model(encode_kept_model(carried), kProgress)) << entry.name;
  }
}

TEST(KeptModel, BytesOfSomethingElseAreRefused) {
  const std::string bytes = encode_kept_model(kept(ForecastMethod::kArima, daily(testing::seasonal_walk(60, 7, 5))));
  for (std::size_t length = 0; length < bytes.size(); length += 13)
    EXPECT_THROW(decode_kept_model(bytes.substr(0, length), kProgress), InvalidArgument) << length;
  EXPECT_THROW(decode_kept_model(bytes + "x", kProgress), InvalidArgument);
  std::string other = bytes;
  other[1] = 99;
  EXPECT_THROW(decode_kept_model(other, kProgress), InvalidArgument) << "a method that does not exist";
  EXPECT_THROW(parse_kept_model("arima", kProgress), InvalidArgument);
  EXPECT_THROW(parse_kept_model("arima:0g", kProgress), InvalidArgument);
  EXPECT_THROW(parse_kept_model("arima:", kProgress), InvalidArgument);
}

TEST(ContinueSeries, OneRowHasNoStepOfItsOwn) {
  StampedSeries monthly = daily({1, 2, 3});
  monthly.series.step = {0, 1};
  StampedSeries row = daily({4});  // found to be of days, as one date alone is
  row.series.start = advance(0, {0, 1}, 3);
  EXPECT_EQ(continue_series(monthly, row).series.values, (std::vector<double>{1, 2, 3, 4}));
  row.series.start += kDay;
  EXPECT_THROW(continue_series(monthly, row), InvalidArgument) << "the second of a month";
}

TEST(CarryOrRefit, FitsAgainWhatWasRestatedOrDrifted) {
  const std::vector<double> y = testing::seasonal_walk(150, 7, 5);
  const KeptModel model = kept(ForecastMethod::kArima, daily({y.begin(), y.begin() + 120}));
  StampedSeries recent = daily({y.begin() + 110, y.begin() + 134});
  recent.series.start = 110 * kDay;
  EXPECT_EQ(carry_or_refit(model, recent, {}, kProgress).origin, KeptModelOrigin::kCarried);
  recent.series.values[3] += 5;
  EXPECT_EQ(carry_or_refit(model, recent, {}, kProgress).origin, KeptModelOrigin::kRefitRestated);
  recent.series.values[3] -= 5;
  for (std::size_t i = 10; i < recent.series.values.size(); ++i)
    recent.series.values[i] += (i % 2 == 0 ? 1 : -1) * 200.0;
  EXPECT_EQ(carry_or_refit(model, recent, {}, kProgress).origin, KeptModelOrigin::kRefitDrifted);
}

TEST(CarryOrRefit, AnExactPatternThatEndsIsFittedAgain) {
  std::vector<double> y;
  for (int t = 0; t < 40; ++t) y.push_back(5 + t % 7);
  StampedSeries recent = daily({3, 4});
  recent.series.start = 40 * kDay;
  EXPECT_EQ(carry_or_refit(kept(ForecastMethod::kArima, daily(y)), recent, {}, kProgress).origin,
            KeptModelOrigin::kRefitDrifted);
}

}  // namespace
}  // namespace performance_tracker
