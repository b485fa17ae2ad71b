// SPDX-License-Identifier: PostgreSQL
#include "core/series/series_summary.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

constexpr double kLargest = 1e100;

double unit_of(double largest) {
  if (largest == 0.0 || (largest <= kLargest && largest >= 1.0 / kLargest)) return 1.0;
  return std::ldexp(1.0, std::ilogb(largest));
}

}  // namespace

SeriesSummary summarize(std::span<const double> values) {
  if (values.size() > kMaxSeriesLength)
    throw InvalidArgument("the series has " + std::to_string(values.size()) + " values, more than the limit of " +
                              std::to_string(kMaxSeriesLength),
                          "Forecast a shorter history, or sums over longer steps.");
  SeriesSummary s;
  double first = kMissing;
  double largest = 0.0;
  for (const double v : values) {
    if (std::isinf(v))
      throw InvalidData("the series holds an infinite value", "Replace infinite values by NULL (missing).");
    if (std::isnan(v)) {
      ++s.missing;
      continue;
    }
    if (s.observed++ == 0) first = v;
    s.constant = s.constant && v == first;
    largest = std::max(largest, std::abs(v));
  }
  if (s.observed == 0)
    throw InvalidData(values.empty() ? "the series is empty" : "the series has only missing values",
                      "At least one observation is needed.");
  s.unit = unit_of(largest);
  s.mean = first / s.unit;
  if (s.constant) return s;
  double count = 0.0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    const double v = value / s.unit;
    const double delta = v - s.mean;  // Welford (1962)
    s.mean += delta / ++count;
    s.variance += delta * (v - s.mean);
  }
  s.variance /= count - 1.0;
  return s;
}

std::vector<double> in_multiples(std::span<const double> values, double unit) {
  std::vector<double> multiples(values.begin(), values.end());
  if (unit != 1.0)
    for (double& v : multiples) v /= unit;
  return multiples;
}

void from_multiples(std::span<double> values, double unit) {
  constexpr double kMost = std::numeric_limits<double>::max();
  for (double& v : values)
    if (!std::isnan(v)) v = std::clamp(v * unit, -kMost, kMost);
}

std::string describe(const SeriesSummary& summary) {
  std::string text;
  if (summary.missing > 0)
    text = std::to_string(summary.missing) + (summary.missing == 1 ? " missing value" : " missing values");
  if (summary.unit != 1.0) {
    std::array<char, 32> digits{};
    char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), summary.unit).ptr;
    add_sentence(text, "computed in multiples of " + std::string(digits.data(), end));
  }
  return text;
}

void add_sentence(std::string& status, const std::string& sentence) {
  if (sentence.empty()) return;
  status += (status.empty() ? "" : "; ") + sentence;
}

}  // namespace performance_tracker
