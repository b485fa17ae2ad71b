// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/long_season.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/base/least_squares.h"

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

constexpr std::size_t kMostHarmonics = 10;

struct Wave {
  std::vector<double> coefficients;  // of sine and cosine of each harmonic
  double squares = 0;
  double correlation = 0;  // of neighbouring errors
};

// y on 1, t and `harmonics` pairs; nothing where they depend on each other.
std::optional<Wave> fit_wave(std::size_t length, std::span<const double> y, std::size_t harmonics) {
  LeastSquares ls(y.size(), 2 + 2 * harmonics);
  for (std::size_t t = 0; t < y.size(); ++t) {
    ls.at(t, 0) = 1;
    ls.at(t, 1) = static_cast<double>(t) / static_cast<double>(y.size());
    for (std::size_t k = 1; k <= harmonics; ++k) {
      const double angle = 2 * std::acos(-1.0) * static_cast<double>(k * (t % length)) / static_cast<double>(length);
      ls.at(t, 2 * k) = std::sin(angle);
      ls.at(t, 2 * k + 1) = std::cos(angle);
    }
    ls.response(t) = y[t];
  }
  if (!ls.solve()) return std::nullopt;
  Wave wave;
  wave.squares = ls.residual_sum_of_squares();
  for (std::size_t i = 2; i < 2 + 2 * harmonics; ++i) wave.coefficients.push_back(ls.coefficient(i));
  const std::span<const double> rest = ls.residuals();
  for (std::size_t t = 1; t < rest.size(); ++t) wave.correlation += rest[t] * rest[t - 1];
  if (wave.squares > 0) wave.correlation /= wave.squares;
  return wave;
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

std::vector<double> smooth_season(std::size_t length, std::span<const double> y) {
  std::optional<Wave> chosen;
  double best = 0;
  const std::optional<Wave> widest = fit_wave(length, y, kMostHarmonics);
  if (!widest || !(widest->squares > 0)) return {};
  // n independent errors say as much as n (1 + r) / (1 - r) that follow each other with correlation r (Bartlett 1946).
  const double r = std::clamp(widest->correlation, 0.0, 0.95);
  const auto n = static_cast<double>(y.size());
  const double penalty = 2 * (1 + r) / (1 - r);
  for (std::size_t harmonics = 0; harmonics <= kMostHarmonics; ++harmonics) {
    std::optional<Wave> wave = fit_wave(length, y, harmonics);
    if (!wave) break;
    const double criterion = n * std::log(wave->squares) + penalty * 2 * static_cast<double>(harmonics);
    if (harmonics > 0 && criterion >= best) continue;
    best = criterion;
    chosen = std::move(wave);
  }
  if (!chosen || chosen->coefficients.empty()) return {};
  std::vector<double> season(length, 0.0);
  for (std::size_t i = 0; i < length; ++i)
    for (std::size_t k = 1; 2 * k <= chosen->coefficients.size(); ++k) {
      const double angle = 2 * std::acos(-1.0) * static_cast<double>(k * i) / static_cast<double>(length);
      season[i] +=
          chosen->coefficients[2 * k - 2] * std::sin(angle) + chosen->coefficients[2 * k - 1] * std::cos(angle);
    }
  return season;
}

}  // namespace performance_tracker
