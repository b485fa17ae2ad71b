// SPDX-License-Identifier: PostgreSQL
//
// Internal to method.cpp's table: how each method is fitted and restored. Contracts in method.h.
#pragma once

#include "core/forecast/method.h"

namespace performance_tracker {

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
