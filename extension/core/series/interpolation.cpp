// SPDX-License-Identifier: PostgreSQL
#include "core/series/interpolation.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/base/error.h"

namespace performance_tracker {
namespace {

constexpr int kRounds = 3;  // of season and level in turn; later ones change a few percent of what the first leave

// The mean of the values within half a season of each.
std::vector<double> level_of(std::span<const double> y, std::size_t season_length) {
  std::vector<double> sums(y.size() + 1, 0.0), level(y.size());
  for (std::size_t t = 0; t < y.size(); ++t) sums[t + 1] = sums[t] + y[t];
  const std::size_t half = season_length / 2;
  for (std::size_t t = 0; t < y.size(); ++t) {
    const std::size_t reach = std::min({half, t, y.size() - 1 - t});
    level[t] = (sums[t + reach + 1] - sums[t - reach]) / static_cast<double>(2 * reach + 1);
  }
  return level;
}

}  // namespace

std::size_t count_missing(std::span<const double> y) {
  return static_cast<std::size_t>(std::count_if(y.begin(), y.end(), [](double v) { return std::isnan(v); }));
}

std::vector<double> interpolate_missing(std::span<const double> y) {
  std::vector<double> filled(y.begin(), y.end());
  std::optional<std::size_t> last;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t])) continue;
    const std::size_t first = last ? *last + 1 : 0;
    for (std::size_t i = first; i < t; ++i) {
      const double weight = last ? static_cast<double>(i - *last) / static_cast<double>(t - *last) : 1.0;
      filled[i] = last ? y[*last] * (1.0 - weight) + y[t] * weight : y[t];
    }
    last = t;
  }
  if (!last)
    throw InvalidData(y.empty() ? "the series is empty" : "the series has only missing values",
                      "At least one observation is needed.");
  for (std::size_t i = *last + 1; i < y.size(); ++i) filled[i] = y[*last];
  return filled;
}

std::vector<double> interpolate_missing(std::span<const double> y, int season_length) {
  std::vector<double> filled = interpolate_missing(y);
  const auto m = static_cast<std::size_t>(season_length);
  if (season_length < 2 || y.size() - count_missing(y) < 3 * m) return filled;
  std::vector<double> season(m, 0.0), adjusted(y.size());
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<double> level = level_of(filled, m);
    std::vector<double> sum(m, 0.0), count(m, 0.0);
    for (std::size_t t = 0; t < y.size(); ++t) {
      if (std::isnan(y[t])) continue;
      sum[t % m] += y[t] - level[t];
      count[t % m] += 1.0;
    }
    if (std::find(count.begin(), count.end(), 0.0) != count.end()) return interpolate_missing(y);
    for (std::size_t k = 0; k < m; ++k) season[k] = sum[k] / count[k];
    for (std::size_t t = 0; t < y.size(); ++t) adjusted[t] = y[t] - season[t % m];
    filled = interpolate_missing(adjusted);  // the level that the season is measured from next
    if (round + 1 < kRounds) continue;
    for (std::size_t t = 0; t < y.size(); ++t) filled[t] = std::isnan(y[t]) ? filled[t] + season[t % m] : y[t];
  }
  return filled;
}

}  // namespace performance_tracker
