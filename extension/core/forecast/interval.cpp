// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/interval.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/base/normal_distribution.h"
#include "core/series/series_summary.h"

namespace performance_tracker {

namespace {

// The shortest text that is this number and no other.
std::string shortest(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace

void check_confidence_level(double confidence_level) {
  if (confidence_level > 0.0 && confidence_level <= kMaxConfidenceLevel) return;
  if (confidence_level > 0.0 && confidence_level < 1.0)
    throw InvalidArgument("confidence_level " + shortest(confidence_level) + " is too near 1 to be told from it",
                          "The largest is " + shortest(kMaxConfidenceLevel) + ".", "confidence_level");
  throw InvalidArgument("confidence_level must be between 0 and 1, not " + shortest(confidence_level),
                        confidence_level > 1.0 && confidence_level < 100.0
                            ? "Did you mean " + shortest(confidence_level / 100.0) + "?"
                            : "Give a fraction such as 0.80.",
                        "confidence_level");
}

void check_confidence_levels(std::span<const double> levels) {
  if (levels.empty() || levels.size() > kMaxLevels)
    throw InvalidArgument("levels must hold 1 to " + std::to_string(kMaxLevels) + " confidence levels, not " +
                              std::to_string(levels.size()),
                          "Give levels such as '{0.5,0.8,0.95}'.", "levels");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    check_confidence_level(levels[i]);
    if (std::find(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(i), levels[i]) !=
        levels.begin() + static_cast<std::ptrdiff_t>(i))
      throw InvalidArgument("levels holds " + std::to_string(levels[i]) + " twice", "Give each level once.", "levels");
  }
}

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
