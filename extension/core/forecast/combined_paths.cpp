// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/combined_paths.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace performance_tracker {
namespace {

// Fewer paths do not tell how the models' errors go together: so many are drawn at least, and the first kept.
constexpr int kFewest = 200;
constexpr double kMostCommon = 0.98;
constexpr double kFarthest = 6;  // standard errors; a member that is not normal may be further out

std::vector<std::size_t> draw_members(NormalGenerator& random, std::span<const double> weights, std::size_t paths) {
  std::vector<std::size_t> drawn(paths);
  for (std::size_t& k : drawn) {
    double rest = random.uniform();
    for (k = 0; k + 1 < weights.size() && rest >= weights[k]; ++k) rest -= weights[k];
  }
  return drawn;
}

// The mean correlation between the first `window` steps: what the spread of the weighted sums says beyond independence.
double mean_correlation(const std::vector<double>& deviates, std::span<const double> error, std::size_t window,
                        const Progress& progress) {
  const std::size_t steps = error.size();
  double squares = 0, total = 0, spread = 0;
  for (std::size_t h = 0; h < window; ++h) {
    squares += error[h] * error[h];
    total += error[h];
  }
  if (!(total * total > squares * (1 + 1e-9))) return 0;
  const std::size_t paths = deviates.size() / steps;
  for (std::size_t p = 0; p < paths; ++p) {
    if (p % 64 == 0 || window > 64) progress.poll();
    double sum = 0;
    for (std::size_t h = 0; h < window; ++h) sum += error[h] * deviates[p * steps + h];
    spread += sum * sum / static_cast<double>(paths);
  }
  return std::clamp((spread - squares) / (total * total - squares), -0.05, 1.0);
}

// Mixes in a part that all steps of a path share, or one of its own for each step, until sums have the error that the
// past asks for. The steps keep their distributions.
void mix(std::vector<double>& deviates, std::span<const double> error, const ErrorShape& shape, double correlation,
         double origin_correlation, NormalGenerator& normal, const Progress& progress) {
  double squares = 0, total = 0;
  for (const double e : error) {
    squares += e * e;
    total += e;
  }
  const double spread = shape.root_mean_square() * shape.root_mean_square();
  const double room = spread * (total * total - squares);
  if (!(room > spread * squares * 1e-9)) return;
  const double wanted_error = shape.sum_error(error, correlation, origin_correlation);
  const double wanted = std::clamp((wanted_error * wanted_error - spread * squares) / room, 0.0, kMostCommon);
  const double now = std::clamp(correlation, 0.0, kMostCommon);
  const bool common = wanted >= now;
  const double share = common ? (wanted - now) / (1 - now) : 1 - wanted / now;
  const double keep = std::sqrt(1 - share), add = std::sqrt(share);
  for (std::size_t p = 0; p * error.size() < deviates.size(); ++p) {
    if (p % 64 == 0 || error.size() > 64) progress.poll();
    double other = normal();
    for (std::size_t h = 0; h < error.size(); ++h) {
      if (!common && h > 0) other = normal();
      double& z = deviates[p * error.size() + h];
      z = keep * z + add * other;
    }
  }
}

}  // namespace

std::vector<double> combined_deviates(const MembersAhead& ahead, const ErrorShape& shape,
                                      std::span<const std::unique_ptr<FittedMethod>> members,
                                      std::span<const double> weights, const SimulationOptions& options,
                                      const Progress& progress) {
  NormalGenerator random(options.seed);
  const std::size_t steps = ahead.value.size(), asked = static_cast<std::size_t>(options.paths);
  const std::size_t paths = std::max(
      asked, static_cast<std::size_t>(std::min<int>(kFewest, kMaxSimulatedValues / std::max(1, options.horizon))));
  const std::vector<std::size_t> drawn = draw_members(random, weights, paths);
  std::vector<double> deviates(steps * paths);
  for (std::size_t k = 0; k < members.size(); ++k) {
    const auto count = static_cast<int>(std::count(drawn.begin(), drawn.end(), k));
    if (count == 0) continue;
    SimulationOptions own{options.horizon, count, options.seed + k + 1, {}};
    if (members[k]->uses_regressors()) own.future = options.future;
    const std::vector<double> path = members[k]->sample_paths(own, progress);
    std::size_t next = 0;
    for (std::size_t p = 0; p < paths; ++p) {
      if (drawn[p] != k) continue;
      progress.poll();
      for (std::size_t h = 0; h < steps; ++h, ++next) {
        const double error = ahead.own_error[k][h];
        const double z = error > 0 ? (path[next] - ahead.own_value[k][h]) / error : 0.0;
        deviates[p * steps + h] = std::clamp(z, -kFarthest, kFarthest);
      }
    }
  }
  progress.poll();
  std::size_t window = 0;
  for (const OriginSum& of : shape.evidence().sums) window = std::max(window, of.steps);
  const double correlation = mean_correlation(deviates, ahead.error, steps, progress);
  progress.poll();
  const double at_origins =
      mean_correlation(deviates, ahead.error, std::min(std::max<std::size_t>(window, 1), steps), progress);
  progress.poll();
  mix(deviates, ahead.error, shape, correlation, at_origins, random, progress);
  deviates.resize(steps * asked);
  return deviates;
}

}  // namespace performance_tracker
