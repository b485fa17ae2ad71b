// SPDX-License-Identifier: PostgreSQL
//
// The order of a seasonal ARIMA model, ARIMA(p,d,q)(P,D,Q)[m]:
//
//   (1 - ar_1 B - … - ar_p B^p)(1 - sar_1 B^m - … - sar_P B^(Pm)) (1-B)^d (1-B^m)^D (y_t - x_t'beta)
//     = (1 + ma_1 B + … + ma_q B^q)(1 + sma_1 B^m + … + sma_Q B^(Qm)) e_t,     e_t ~ N(0, variance)
//
// (Box & Jenkins 1970; signs as in R's arima).
#pragma once

#include <string>

namespace performance_tracker {

inline constexpr int kMaxFactorOrder = 24;  // of each of p, q, P, Q
inline constexpr int kMaxDifferences = 3;   // of each of d, D
inline constexpr int kMaxLag = 1100;        // of the expanded polynomials: p + m P, q + m Q, d + m D

struct ArimaOrder {
  int p = 0;
  int d = 0;
  int q = 0;
  int seasonal_p = 0;
  int seasonal_d = 0;
  int seasonal_q = 0;
  int season_length = 1;

  int coefficient_count() const { return p + q + seasonal_p + seasonal_q; }
  int ar_lags() const { return p + season_length * seasonal_p; }
  int ma_lags() const { return q + season_length * seasonal_q; }
  int lost_observations() const { return d + season_length * seasonal_d; }
  bool seasonal() const { return season_length > 1 && seasonal_p + seasonal_d + seasonal_q > 0; }

  // "ARIMA(1,1,1)(0,1,1)[7]", or "ARIMA(1,1,1)" when nothing is seasonal.
  std::string to_string() const;

  // Throws InvalidArgument that names the part and its limit.
  void check() const;

  friend bool operator==(const ArimaOrder&, const ArimaOrder&) = default;
};

enum class Constant {
  kNone,
  kMean,   // the series varies around a mean (d + D = 0)
  kDrift,  // the series grows by `drift` a step: a regressor t, whose level is absorbed when d + D >= 1
};

}  // namespace performance_tracker
