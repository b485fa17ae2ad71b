// SPDX-License-Identifier: PostgreSQL
//
// Sample paths of a model's future, for questions that intervals of single steps do not answer (the total of a month,
// the chance to run out of stock).
//
//   std::vector<double> x = simulate_paths(fitted, {.horizon = 30, .paths = 1000, .seed = 7}, progress);
//   x[path * 30 + h]
//
// Each path is the forecast plus the model's response to innovations drawn from N(0, variance), conditional on the
// data. Innovations are normal quantiles of the 53 upper bits of std::mt19937_64, whose output the C++ standard fixes,
// so a seed means the same paths everywhere. Mean and variance of each step are those of forecast_model. Cost:
// O(paths * horizon * terms of the model).
#pragma once

#include <cstdint>
#include <vector>

#include "core/forecast/automatic_model.h"
#include "core/forecast/method.h"

namespace performance_tracker {

// Path after path, `horizon` values each. Throws as forecast_model does.
//
// Where interior gaps or the start of the series leave the last state uncertain, that part of the variance is drawn
// once a path and scaled to its size at each step: exact for each step, a bound for the correlation between steps.
std::vector<double> simulate_paths(const FittedModel& fitted, const SimulationOptions& options,
                                   const Progress& progress);

}  // namespace performance_tracker
