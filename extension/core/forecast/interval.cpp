// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/interval.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/normal_distribution.h"
#include "core/series/series_summary.h"

namespace performance_tracker {

IntervalForecast with_interval(std::vector<double> value, std::vector<double> standard_error, double confidence_level,
                               bool nonnegative, double unit) {
  const double z = interval_multiplier(confidence_level);
  const double floor = nonnegative ? 0.0 : -std::numeric_limits<double>::infinity();
  IntervalForecast result;
  for (std::size_t h = 0; h < value.size(); ++h) {
    result.lower.push_back(std::max(floor, value[h] - z * standard_error[h]));
    result.upper.push_back(std::max(floor, value[h] + z * standard_error[h]));
    value[h] = std::max(floor, value[h]);
  }
  result.value = std::move(value);
  result.standard_error = std::move(standard_error);
  for (std::vector<double>* part : {&result.value, &result.standard_error, &result.lower, &result.upper})
    from_multiples(*part, unit);
  return result;
}

}  // namespace performance_tracker
