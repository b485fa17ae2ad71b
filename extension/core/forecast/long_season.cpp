// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/long_season.h"

#include <cmath>
#include <cstddef>

namespace performance_tracker {
namespace {

std::vector<double> without_line(std::span<const double> x) {
  const auto n = static_cast<double>(x.size());
  const double middle = 0.5 * (n - 1);
  double mean = 0, slope = 0, spread = 0;
  for (const double v : x) mean += v / n;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double d = static_cast<double>(j) - middle;
    slope += d * (x[j] - mean);
    spread += d * d;
  }
  slope = spread > 0 ? slope / spread : 0;
  std::vector<double> rest;
  for (std::size_t j = 0; j < x.size(); ++j) rest.push_back(x[j] - mean - slope * (static_cast<double>(j) - middle));
  return rest;
}

bool repeats(const std::vector<double>& rest, std::size_t lag) {
  double product = 0, early = 0, late = 0;
  for (std::size_t j = lag; j < rest.size(); ++j) {
    product += rest[j] * rest[j - lag];
    early += rest[j - lag] * rest[j - lag];
    late += rest[j] * rest[j];
  }
  const double scale = std::sqrt(early * late);
  return scale > 0 && product / scale > 1 / std::sqrt(static_cast<double>(rest.size() - lag));
}

}  // namespace

int long_season_of(int season_length) { return season_length == 7 ? 52 : season_length == 24 ? 7 : 0; }

std::vector<double> long_season_pattern(int long_season, std::span<const double> levels) {
  const auto length = static_cast<std::size_t>(long_season);
  if (length == 0 || 2 * levels.size() < 3 * length) return {};
  const std::vector<double> rest = without_line(levels);
  if (!repeats(rest, length)) return {};
  std::vector<double> sum(length, 0.0), count(length, 1.0);
  for (std::size_t j = 0; j < rest.size(); ++j) {
    sum[j % length] += rest[j];
    ++count[j % length];
  }
  for (std::size_t k = 0; k < length; ++k) sum[k] /= count[k];
  return sum;
}

}  // namespace performance_tracker
