// SPDX-License-Identifier: PostgreSQL
//
// Forecasts that need no estimation: what a model is compared with.
//
// Each takes a series that may hold missing values (NaN) but at least one observation, and gives `horizon` values
// with their standard errors and one-step-ahead fitted values (NaN where there is none). A standard error of 0
// means that the history shows no variation at all.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace performance_tracker {

struct BaselineForecast {
  std::vector<double> value;
  std::vector<double> standard_error;
  std::vector<double> fitted;
  std::string model;
};

// The mean of the last `window` observations (fewer if there are not so many; missing ones are left out), flat.
// The standard error is that of the one-step-ahead errors of the same rule over the history, constant in h.
BaselineForecast moving_average_forecast(std::span<const double> y, int window, int horizon);

// The last observation of the same season: naive_model of carried_model.h. season_length = 1 is the naive forecast.
BaselineForecast seasonal_naive_forecast(std::span<const double> y, int season_length, int horizon);

}  // namespace performance_tracker
