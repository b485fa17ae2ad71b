// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_order.h"

#include "core/base/check.h"
#include "core/base/error.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

void check_range(const char* name, int value, int most) {
  check_between(name, value, 0, most, "Low orders serve most series: auto_arima() tries up to 5, and 2 at the season.");
}

}  // namespace

std::string ArimaOrder::to_string() const {
  const auto triple = [](int a, int b, int c) {
    return "(" + std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(c) + ")";
  };
  std::string text = "ARIMA" + triple(p, d, q);
  if (seasonal()) text += triple(seasonal_p, seasonal_d, seasonal_q) + "[" + std::to_string(season_length) + "]";
  return text;
}

void ArimaOrder::check() const {
  check_range("p", p, kMaxFactorOrder);
  check_range("q", q, kMaxFactorOrder);
  check_range("seasonal_p", seasonal_p, kMaxFactorOrder);
  check_range("seasonal_q", seasonal_q, kMaxFactorOrder);
  check_range("d", d, kMaxDifferences);
  check_range("seasonal_d", seasonal_d, kMaxDifferences);
  check_season_length(season_length);
  if (season_length == 1 && seasonal_p + seasonal_d + seasonal_q > 0)
    throw InvalidArgument("a seasonal order needs a season_length above 1",
                          "Give the season_length, such as 7 for daily data with a weekly pattern.", "season_length");
  if (ar_lags() > kMaxLag || ma_lags() > kMaxLag || lost_observations() > kMaxLag)
    throw InvalidArgument("the order " + to_string() + " reaches back more than " + std::to_string(kMaxLag) + " steps",
                          "Lower the seasonal order.");
}

}  // namespace performance_tracker
