// SPDX-License-Identifier: PostgreSQL
//
// Paths of a combination: each has the dependence between steps of one member and its distance from the others, drawn
// by weight, mixed with as much of a common or of an independent part as makes their sums as uncertain as the past
// says.
//
//   MembersAhead ahead = …;
//   std::vector<double> d = combined_deviations(ahead, shape, members, weights, options, progress);
//   value = ahead.value[h] + d[path * steps + h]
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/forecast/error_shape.h"

namespace performance_tracker {

struct MembersAhead {
  std::vector<double> value, error;        // of the combination; standard errors before its shape
  std::vector<double> within;              // share of a standard error that the members' own are, 0..1
  std::vector<std::vector<double>> apart;  // [member][step], from the combination's value, in standard errors
  std::vector<std::vector<double>> own_value, own_error;  // [member][step], as the member has them
  bool nonnegative = false;                               // no value falls below zero
};

// Path after path, `options.horizon` steps each.
std::vector<double> combined_deviations(const MembersAhead& ahead, const ErrorShape& shape,
                                        std::span<const std::unique_ptr<FittedMethod>> members,
                                        std::span<const double> weights, const SimulationOptions& options,
                                        const Progress& progress);

}  // namespace performance_tracker
