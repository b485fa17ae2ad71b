// SPDX-License-Identifier: PostgreSQL
//
// Days as weeks or months.
#pragma once

#include <string_view>

#include "api/parameters.h"

namespace performance_tracker::api {

inline constexpr std::string_view day_week_month[] = {"day", "week", "month"};

// Rows of daily_figures() as they are (`grain` is day), or their sums under the first day of each week (from Monday) or
// month. The first of them is whole, the last goes to the last complete day. PostgreSQL divides, after summing.
Statement in_grain(Statement days, std::string_view grain);

}  // namespace performance_tracker::api
