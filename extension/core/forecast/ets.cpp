// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/ets.h"

#include <cmath>
#include <limits>

#include "core/series/time_series.h"

namespace performance_tracker {

std::string EtsModel::to_string() const {
  const char* const errors[] = {"A", "M"};
  const char* const trends[] = {"N", "A", "Ad"};
  const char* const seasons[] = {"N", "A", "M"};
  std::string text = std::string("ETS(") + errors[static_cast<int>(error)] + "," + trends[static_cast<int>(trend)] +
                     "," + seasons[static_cast<int>(season)] + ")";
  if (season != EtsSeason::kNone) text += "[" + std::to_string(season_length) + "]";
  return text;
}

int EtsModel::parameter_count() const {
  int count = 3;  // alpha, level, variance
  if (trend != EtsTrend::kNone) count += 2;
  if (trend == EtsTrend::kDamped) ++count;
  if (season != EtsSeason::kNone) count += season_length;  // gamma and all but one of the states
  return count;
}

EtsRun run_ets(const EtsModel& m, std::span<const double> y, bool keep, const Progress& progress) {
  EtsRun run;
  run.last = m.start;
  double level = m.start.level, trend = m.start.trend;
  std::vector<double>& season = run.last.season;
  const bool multiplies = m.season == EtsSeason::kMultiplicative;
  const bool seasonal = m.season != EtsSeason::kNone;
  const bool relative = m.error == EtsError::kMultiplicative;
  if (keep) {
    run.fitted.resize(y.size());
    run.residual.assign(y.size(), kMissing);
  }
  double product = 1;  // of |fitted|: one logarithm for many steps
  const std::size_t phases = seasonal ? season.size() : 1;
  std::size_t phase = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (t % 8192 == 0) progress.poll();
    const double damped = m.phi * trend;
    const double base = level + damped;
    const double s = seasonal ? season[phase] : 0.0;
    const double fitted = multiplies ? base * s : base + s;
    if ((relative || multiplies) && !(fitted > 0 && base > 0)) {
      run.valid = false;
      return run;
    }
    if (keep) run.fitted[t] = fitted;
    level = base;
    trend = damped;
    if (!std::isnan(y[t])) {
      const double e = y[t] - fitted;
      // In these forms the states move by the same amounts whether errors add or multiply (table 2.3 with
      // e = fitted * relative error).
      const double step = multiplies ? e / s : e;
      level += m.alpha * step;
      trend += m.beta * step;
      if (seasonal) season[phase] = s + m.gamma * (multiplies ? e / base : e);
      const double r = relative ? e / fitted : e;
      run.squares += r * r;
      ++run.observed;
      if (keep) run.residual[t] = r;
      if (relative) {
        product *= fitted;
        if (product > 1e200 || product < 1e-200) {
          run.logs += std::log(product);
          product = 1;
        }
      }
    }
    if (++phase == phases) phase = 0;
  }
  run.logs += std::log(product);
  run.last.level = level;
  run.last.trend = trend;
  run.valid = std::isfinite(run.squares) && std::isfinite(level);
  return run;
}

double ets_criterion(const EtsRun& run) {
  if (!run.valid) return std::numeric_limits<double>::infinity();
  return run.observed * std::log(std::max(run.squares, std::numeric_limits<double>::min())) + 2 * run.logs;
}

namespace {

// The response of the point forecast j steps later to an error now (section 6.2): alpha + beta (phi + ... + phi^j), and
// gamma where j is a whole number of additive seasons.
double response(const EtsModel& m, std::size_t j, double damping, bool season) {
  double c = m.alpha;
  if (m.trend != EtsTrend::kNone) c += m.beta * damping;
  if (season && m.season == EtsSeason::kAdditive && j % static_cast<std::size_t>(m.season_length) == 0) c += m.gamma;
  return c;
}

}  // namespace

EtsForecast forecast_ets(const EtsModel& m, const EtsState& last, std::size_t length, int horizon) {
  const auto steps = static_cast<std::size_t>(horizon);
  EtsForecast f;
  f.value.resize(steps);
  f.standard_error.resize(steps);
  std::vector<double> squares(steps);  // c_j^2
  std::vector<double> theta(steps);    // of classes 2 and 3 (eqs. 6.2 and 6.3)
  const bool relative = m.error == EtsError::kMultiplicative;
  const bool multiplies = m.season == EtsSeason::kMultiplicative;
  double damping = 0, power = 1, sum = 0;
  for (std::size_t h = 0; h < steps; ++h) {
    power *= m.phi;
    damping += power;  // phi + ... + phi^(h + 1)
    const double base = last.level + damping * last.trend;
    const std::size_t phase = m.season == EtsSeason::kNone ? 0 : (length + h) % last.season.size();
    const double s = m.season == EtsSeason::kNone ? 0.0 : last.season[phase];
    f.value[h] = multiplies ? base * s : base + s;
    const double c = response(m, h + 1, damping, true);
    squares[h] = c * c;
    if (!relative) {  // class 1: eq. 6.1
      f.standard_error[h] = std::sqrt(m.variance * (1 + sum));
      sum += squares[h];
      continue;
    }
    const double mean = multiplies ? base : f.value[h];
    theta[h] = mean * mean;
    for (std::size_t j = 1; j <= h; ++j) theta[h] += m.variance * squares[j - 1] * theta[h - j];
    double variance;
    if (multiplies) {  // class 3, the season's own error approximately independent of the level's
      const auto seasons = static_cast<double>(h / static_cast<std::size_t>(m.season_length));
      variance =
          s * s * (theta[h] * (1 + m.variance) * std::pow(1 + m.gamma * m.gamma * m.variance, seasons) - mean * mean);
    } else {
      variance = (1 + m.variance) * theta[h] - mean * mean;
    }
    f.standard_error[h] = std::sqrt(std::max(0.0, variance));
  }
  return f;
}

}  // namespace performance_tracker
