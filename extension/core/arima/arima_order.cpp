// SPDX-License-Identifier: PostgreSQL
#include "core/arima/arima_order.h"

#include "core/base/error.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

void check_range(const char* name, int value, int most) {
  if (value < 0 || value > most)
    throw InvalidArgument(
        std::string(name) + " must be between 0 and " + std::to_string(most) + ", not " + std::to_string(value),
        "Low orders serve most series: auto_arima() tries up to 5, and 2 at the season.");
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
  if (season_length < 1 || season_length > kMaxSeasonLength)
    throw InvalidArgument("season_length must be between 1 and " + std::to_string(kMaxSeasonLength) + ", not " +
                              std::to_string(season_length),
                          "It counts the observations in a season: 7 for days with a weekly pattern, 1 for none.");
  if (season_length == 1 && seasonal_p + seasonal_d + seasonal_q > 0)
    throw InvalidArgument("a seasonal order needs a season_length above 1",
                          "Give the season_length, such as 7 for daily data with a weekly pattern.");
  if (ar_lags() > kMaxLag || ma_lags() > kMaxLag || lost_observations() > kMaxLag)
    throw InvalidArgument("the order " + to_string() + " reaches back more than " + std::to_string(kMaxLag) + " steps",
                          "Lower the seasonal order.");
}

}  // namespace performance_tracker
