// SPDX-License-Identifier: PostgreSQL
#include "core/shop/plain_scores.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/forecast/method.h"

namespace performance_tracker {
namespace {

constexpr std::size_t kHistory = 91;
constexpr std::size_t kFewest = 14;

DayScore score(double actual, double expected, double deviation, double largest) {
  DayScore day;
  day.judged = true;
  day.actual = actual;
  day.expected = expected;
  // A series without spread has no scale of its own: a twentieth of its value keeps the score a number.
  day.variance = std::max({deviation, 1e-9 * largest, deviation > 0 ? 0 : 0.05 * std::abs(expected), 1e-300});
  day.score = std::clamp((actual - expected) / day.variance, -1e6, 1e6);
  day.own = day.score;
  return day;
}

double deviation_of(const std::vector<double>& errors, double center) {
  double squares = 0;
  for (const double e : errors) squares += (e - center) * (e - center);
  return errors.size() > 1 ? std::sqrt(squares / static_cast<double>(errors.size() - 1)) : 0;
}

// Errors of the series' model one step ahead; NaN where there is none.
std::vector<double> one_step_errors(const std::vector<double>& y, std::size_t known, const Progress& progress) {
  std::vector<double> errors(y.size(), std::numeric_limits<double>::quiet_NaN());
  const std::vector<double> before(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(known));
  const auto observed = std::count_if(before.begin(), before.end(), [](double v) { return !std::isnan(v); });
  if (observed < static_cast<std::ptrdiff_t>(kFewest)) return errors;
  const MethodEntry& arima = method_entry(ForecastMethod::kArima);
  const auto fitted = arima.fit({.y = before, .season_length = 7}, {}, progress)
                          ->refit({.y = y, .season_length = 7}, progress)
                          ->fitted(progress);
  for (std::size_t t = 0; t < y.size(); ++t) errors[t] = y[t] - fitted[t];
  return errors;
}

}  // namespace

std::vector<DayScore> plain_scores(const std::vector<double>& values, std::size_t first, const PerformancePanel& panel,
                                   bool by_forecast, const Progress& progress) {
  const ScoreOptions blocks;
  std::vector<DayScore> result(panel.days - first);
  double largest = 0;
  for (const double v : values) largest = std::isnan(v) ? largest : std::max(largest, std::abs(v));
  std::vector<double> errors;
  std::size_t start = 0;
  for (std::size_t t = first; t < panel.days; ++t) {
    progress.poll();
    const Day into = ((panel.day(t) % blocks.block) + blocks.block) % blocks.block;
    if (by_forecast && (t == first || into == 0)) {
      const std::size_t block = t > static_cast<std::size_t>(into) ? t - static_cast<std::size_t>(into) : 0;
      start = block > kHistory ? block - kHistory : 0;
      const std::size_t end = std::min(panel.days, block + static_cast<std::size_t>(blocks.block));
      errors = one_step_errors(
          {values.begin() + static_cast<std::ptrdiff_t>(start), values.begin() + static_cast<std::ptrdiff_t>(end)},
          std::max(block - start, std::min(t - start, kFewest)), progress);
    }
    if (std::isnan(values[t])) continue;
    std::vector<double> before;
    for (std::size_t i = t > kHistory ? t - kHistory : 0; i < t; ++i) {
      const double v = !by_forecast ? values[i]
                       : i >= start ? errors[i - start]
                                    : std::numeric_limits<double>::quiet_NaN();
      if (!std::isnan(v)) before.push_back(v);
    }
    if (before.size() < kFewest || (by_forecast && std::isnan(errors[t - start]))) continue;
    double sum = 0;
    for (const double v : before) sum += v;
    const double center = by_forecast ? 0 : sum / static_cast<double>(before.size());
    const double expected = by_forecast ? values[t] - errors[t - start] : center;
    result[t - first] = score(values[t], expected, deviation_of(before, center), largest);
  }
  return result;
}

}  // namespace performance_tracker
