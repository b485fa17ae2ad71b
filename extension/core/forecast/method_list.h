// SPDX-License-Identifier: PostgreSQL
//
// The methods by number, and how each is fitted and restored: what the table of method.cpp is made of. The functions
// are internal to that table; contracts in method.h, which includes this.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/base/progress.h"

namespace performance_tracker {

// Kept models hold the number: it is never given to another method.
enum class ForecastMethod : std::uint8_t {
  kArima = 1,          // automatic seasonal ARIMA (Hyndman & Khandakar 2008)
  kMovingAverage = 2,  // mean of the last `moving_average_window` observations, flat
  kSeasonalNaive = 3,  // the value one season before
  kEts = 4,            // exponential smoothing in state-space form (Hyndman et al. 2008)
  kTheta = 5,          // dynamic optimised Theta (Fiorucci et al. 2016)
  kLevelShape = 6,     // level of the period times shape of the season (Honda 2026)
  kWeekdayMedian = 7,  // median of the last four values of the same phase
  kTsb = 8,            // sparse demand (Teunter, Syntetos & Babai 2011)
  kCroston = 9,        // sparse demand (Croston 1972; Syntetos & Boylan 2005)
  kAuto = 10,          // the combination of these, or the one that suits (auto_method.cpp)
};

class FittedMethod;
struct MethodInput;
struct MethodOptions;

#define PERFORMANCE_TRACKER_METHOD(name)                                                                               \
  std::unique_ptr<FittedMethod> fit_##name(MethodInput input, const MethodOptions& options, const Progress& progress); \
  std::unique_ptr<FittedMethod> restore_##name(std::string_view payload, MethodInput input, const Progress& progress)

PERFORMANCE_TRACKER_METHOD(auto_method);
PERFORMANCE_TRACKER_METHOD(arima_method);
PERFORMANCE_TRACKER_METHOD(moving_average_method);
PERFORMANCE_TRACKER_METHOD(seasonal_naive_method);
PERFORMANCE_TRACKER_METHOD(ets_method);
PERFORMANCE_TRACKER_METHOD(theta_method);
PERFORMANCE_TRACKER_METHOD(level_shape_method);
PERFORMANCE_TRACKER_METHOD(weekday_median_method);
PERFORMANCE_TRACKER_METHOD(tsb_method);
PERFORMANCE_TRACKER_METHOD(croston_method);

#undef PERFORMANCE_TRACKER_METHOD

}  // namespace performance_tracker
