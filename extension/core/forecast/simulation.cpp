// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/simulation.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "core/arima/arima_polynomials.h"
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

// The level that innovations from a start of zero make.
void run_level(const ArimaPolynomials& f, std::span<const LagTerm> theta, std::span<const double> innovations,
               std::span<double> level) {
  for (std::size_t t = 0; t < innovations.size(); ++t) {
    double value = innovations[t];
    for (const LagTerm& term : theta)
      if (term.lag <= t) value += term.coefficient * innovations[t - term.lag];
    for (const LagTerm& term : f.level)
      if (term.lag <= t) value += term.coefficient * level[t - term.lag];
    level[t] = value;
  }
}

// The model as of its last observation: what is missing after it is then simulated too, and exactly.
std::size_t cut_missing_end(FittedModel& fitted, Regressors& future) {
  std::vector<double>& y = fitted.series.series.values;
  std::size_t cut = 0;
  while (cut < y.size() && std::isnan(y[y.size() - 1 - cut])) ++cut;
  if (cut == 0 || cut == y.size()) return 0;
  y.resize(y.size() - cut);
  for (std::size_t k = 0; k < fitted.regressors.size(); ++k) {
    std::vector<double>& x = fitted.regressors[k];
    future[k].insert(future[k].begin(), x.end() - static_cast<std::ptrdiff_t>(cut), x.end());
    x.resize(y.size());
  }
  return cut;
}

}  // namespace

std::vector<double> simulate_paths(const FittedModel& given, const SimulationOptions& options,
                                   const Progress& progress) {
  options.check();
  const auto [fitted, unit] = over_multiples(given);
  // Only to check it: the forecast below may have to begin before the end of the series.
  const auto wanted = static_cast<std::size_t>(options.horizon);
  const ModelForecast asked = forecast_model(fitted, {.horizon = options.horizon, .future = options.future}, progress);
  FittedModel start = fitted;
  Regressors future = options.future;
  std::size_t cut = cut_missing_end(start, future);
  ModelForecast forecast = asked;
  if (cut > 0 && cut + wanted <= static_cast<std::size_t>(kMaxHorizon))
    forecast = forecast_model(start, {.horizon = options.horizon + static_cast<int>(cut), .future = future}, progress);
  else
    cut = 0;
  const std::size_t steps = wanted + cut;

  const double sigma = std::sqrt(std::max(0.0, fitted.model.variance));
  const ArimaPolynomials f = multiply_out(fitted.model);
  const std::vector<LagTerm> theta = sparse(f.theta);
  const std::vector<double> psi = psi_weights(f, steps);
  std::vector<double> rest(steps);  // standard deviation that the innovations to come do not explain
  bool any_rest = false;
  double explained = 0;
  for (std::size_t h = 0; h < steps; ++h) {
    explained += sigma * psi[h] * sigma * psi[h];
    const double total = forecast.standard_error[h] * forecast.standard_error[h];
    rest[h] = total - explained > 1e-9 * total ? std::sqrt(total - explained) : 0.0;
    any_rest = any_rest || rest[h] > 0;
  }

  NormalGenerator normal(options.seed);
  std::vector<double> innovations(steps), level(steps), values;
  values.reserve(static_cast<std::size_t>(options.paths) * wanted);
  for (int path = 0; path < options.paths; ++path) {
    for (std::size_t h = 0; h < steps; ++h) {
      if (h % 1024 == 0) progress.poll();
      innovations[h] = sigma * normal();
    }
    const double state = any_rest ? normal() : 0.0;
    run_level(f, theta, innovations, level);
    for (std::size_t h = cut; h < steps; ++h) {
      const double value = forecast.value[h] + level[h] + rest[h] * state;
      if (!std::isfinite(value))
        throw InvalidData("a path of " + fitted.model.to_string() + " leaves the range of numbers after " +
                              std::to_string(h - cut) + " steps",
                          "Shorten the horizon.");
      values.push_back(value);
    }
  }
  from_multiples(values, unit);
  return values;
}

}  // namespace performance_tracker
