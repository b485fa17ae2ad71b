// SPDX-License-Identifier: PostgreSQL
//
// Paths of a combination: each has the dependence between steps of one member, drawn by weight, mixed with as much of a
// common or of an independent part as the sums over the past ask for.
//
//   MembersAhead ahead = …;
//   std::vector<double> z = combined_deviates(ahead, shape, members, weights, options, progress);
//   value = ahead.value[h] + (shape.stretched(z[path * steps + h]) - shape.mean()) * ahead.error[h]
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/forecast/error_shape.h"

namespace performance_tracker {

struct MembersAhead {
  std::vector<double> value, error;                       // of the combination, errors as the models say
  std::vector<std::vector<double>> own_value, own_error;  // [member][step], as the member has them
};

// Normal deviates, path after path, `options.horizon` steps each.
std::vector<double> combined_deviates(const MembersAhead& ahead, const ErrorShape& shape,
                                      std::span<const std::unique_ptr<FittedMethod>> members,
                                      std::span<const double> weights, const SimulationOptions& options,
                                      const Progress& progress);

}  // namespace performance_tracker
