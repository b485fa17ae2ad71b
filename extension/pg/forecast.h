// SPDX-License-Identifier: PostgreSQL
//
// Arguments that every forecast() has in common. In the compute phase they throw InvalidArgument with the choices.
#pragma once

#include "core/forecast/forecast.h"
#include "pg/pg.h"

namespace performance_tracker {

ForecastMethod parse_method(const char* name);

// 0, "find it", for NULL.
int parse_season_length(const std::optional<int>& season_length);

// The argument `levels`; nothing for NULL. Read phase.
std::optional<std::span<const double>> levels_argument(FunctionCallInfo fcinfo);
// The levels asked for: those, or the one of `confidence_level`.
std::vector<double> wanted_levels(const std::optional<std::span<const double>>& levels, double confidence_level);

}  // namespace performance_tracker
