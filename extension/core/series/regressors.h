// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <vector>

namespace performance_tracker {

// One inner vector for each regressor, of the series' length (of the horizon's, for a forecast).
using Regressors = std::vector<std::vector<double>>;

}  // namespace performance_tracker
