// SPDX-License-Identifier: PostgreSQL
//
// Arguments that every forecast() has in common. Compute phase: both throw InvalidArgument with the choices.
#pragma once

#include "core/forecast/forecast.h"
#include "pg/pg.h"

namespace performance_tracker {

ForecastMethod parse_method(const char* name);

// 0, "find it", for NULL.
int parse_season_length(const std::optional<int>& season_length);

}  // namespace performance_tracker
