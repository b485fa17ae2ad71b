// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/fitted_model.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

FittedModel example() {
  FittedModel fitted;
  ArimaModel& m = fitted.model;
  m.order = {.p = 1, .d = 1, .q = 1, .seasonal_p = 0, .seasonal_d = 0, .seasonal_q = 1, .season_length = 7};
  m.constant = Constant::kDrift;
  m.coefficients = {0.1 + 0.2, -1.0 / 3.0, 1e-17};
  m.regression = {0.5, -2.25};
  m.standard_errors = {0.1, kMissing, 0.25, 3, 4};
  m.log_likelihood = -123.456789012345678;
  m.variance = 7.5;
  m.aic = 1;
  m.aicc = std::numeric_limits<double>::infinity();
  m.bic = 3;
  m.observations = 3;
  m.iterations = 12;
  m.converged = false;
  fitted.series = parse_series("2026-01-01 / 1 day : {1,NULL,3,4}");
  fitted.regressors = {{0, 0, 1, 1}};
  fitted.status = "1 missing value";
  return fitted;
}

TEST(FittedModel, BytesReadBackToTheSameBytes) {
  const std::string bytes = encode_model(example());
  EXPECT_EQ(encode_model(decode_model(bytes)), bytes);
}

TEST(FittedModel, TextReadsBackToTheSameBytes) {
  const FittedModel model = example();
  EXPECT_EQ(encode_model(parse_model(format_model(model))), encode_model(model));
}

TEST(FittedModel, TextIsReadable) {
  const std::string start =
      "ARIMA(1,1,1)(0,0,1)[7] with drift regressors 1 {ar1: 0.30000000000000004 (0.1), ma1: -0.3333333333333333 (?), "
      "sma1: 1e-17 (0.25), drift: 0.5 (3), xreg1: -2.25 (4)} variance 7.5 ";
  EXPECT_EQ(format_model(example()).substr(0, start.size()), start);
}

TEST(FittedModel, TheBytesOfVersionOneNeverChange) {
  // Written by the first release; later versions must read them.
  FittedModel tiny;
  tiny.model.variance = 1;
  tiny.model.converged = true;
  tiny.series = parse_series("2000-01-02 / 1 day : {2}");
  const std::string bytes = encode_model(tiny);
  ASSERT_EQ(bytes.size(), 1U + 7 * 4 + 2 + 4 + 3 * 4 + 6 * 8 + 2 + 4 + 8 + 8 + 4 + 8 + 4 + 4);
  EXPECT_EQ(bytes[0], 1);
  EXPECT_EQ(bytes[25], 1);  // season_length, low byte
  EXPECT_EQ(bytes[95], 1);  // kind: dates
}

TEST(FittedModel, TimesGoOnAfterTheSeries) {
  EXPECT_EQ(format_time(time_of_step(parse_series("2026-01-31 / 1 month end : {1,2}"), 1), TimeKind::kDate),
            "2026-03-31");
}

TEST(FittedModel, EveryTruncationIsRefused) {
  const std::string bytes = encode_model(example());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW(decode_model(std::string_view(bytes).substr(0, length)), InvalidArgument) << length;
  EXPECT_THROW(decode_model(bytes + '\0'), InvalidArgument);
}

// An aicc whose bytes are some NaN other than ours came back as ours.
TEST(FittedModel, EveryNanIsReadAsTheSameOne) {
  FittedModel model = example();
  model.model.aicc = -std::numeric_limits<double>::quiet_NaN();
  const std::string bytes = encode_model(decode_model(encode_model(model)));
  EXPECT_EQ(encode_model(parse_model(format_model(decode_model(bytes)))), bytes);
}

RC_GTEST_PROP(FittedModel, ChangedBytesAreRefusedOrReadBack, (const std::vector<std::pair<unsigned, char>>& changes)) {
  std::string bytes = encode_model(example());
  for (const auto& [at, to] : changes) bytes[at % bytes.size()] = to;
  try {
    const FittedModel model = decode_model(bytes);
    RC_ASSERT(encode_model(parse_model(format_model(model))) == encode_model(model));
  } catch (const InvalidArgument&) {
  }
}

class BadModelText : public ::testing::TestWithParam<const char*> {};
TEST_P(BadModelText, IsRefused) { EXPECT_THROW(parse_model(GetParam()), InvalidArgument); }
INSTANTIATE_TEST_SUITE_P(
    Each, BadModelText,
    ::testing::Values("", "ARIMA", "ARIMA(1,0,0)", "ARIMA(99,0,0)(0,0,0)[1] {}", "ARIMA(0,0,0)(0,0,0)[400] {}",
                      "ARIMA(1,0,0)(0,0,0)[1] {} variance 1 log_likelihood 1 aic 1 aicc 1 bic 1 observations 3 "
                      "iterations 1 series 2026-01-01 / 1 day : {1}",
                      "ARIMA(0,0,0)(0,0,0)[1] {} variance -1 log_likelihood 1 aic 1 aicc 1 bic 1 observations 3 "
                      "iterations 1 series 2026-01-01 / 1 day : {1}",
                      "ARIMA(0,0,0)(0,0,0)[1] {} variance 1 log_likelihood 1 aic 1 aicc 1 bic 1 observations 3 "
                      "iterations 1 series {}",
                      "ARIMA(0,1,0)(0,0,0)[1] with mean {mean: 1 (1)} variance 1 log_likelihood 1 aic 1 aicc 1 bic 1 "
                      "observations 3 iterations 1 series 2026-01-01 / 1 day : {1}"));

}  // namespace
}  // namespace performance_tracker
