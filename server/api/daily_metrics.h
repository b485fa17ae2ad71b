// SPDX-License-Identifier: PostgreSQL
//
// The statement behind every route that shows counts, money and ratios per day.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/parameters.h"

namespace performance_tracker::api {

// The last `days` complete days of the view that is split as finely as asked, oldest first: daily_total_metrics
// (`by` is total), daily_category_metrics (category), daily_metrics (product). Filtering splits as well: a category's
// days are rows of the category view. Names that a view does not have are NULL. The views divide, not this program.
Statement daily_metrics(std::string_view by, const std::optional<std::string>& product,
                        const std::optional<std::string>& category, const std::string& days);

}  // namespace performance_tracker::api
