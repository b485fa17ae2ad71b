// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/combined_paths.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/random.h"

namespace performance_tracker {
namespace {

// Fewer paths do not tell how the models' errors go together: so many are drawn at least, and the first kept.
constexpr int kFewest = 200;
constexpr double kMostCommon = 0.98;
constexpr int kHalvings = 10;  // a share to a thousandth
// Half the width of an interval of 80% in mean absolute deviations: 1.61 of a normal distribution, 1.66 of Student's t
// with 4.5 degrees of freedom; sums are in between.
constexpr double kWidthOfMean = 1.62;
// Paths whose sums are judged for the share: 400 know their spread to 4%; fewer over thousands of steps.
constexpr std::size_t kFewestJudged = 50, kMostJudged = 12'000;
constexpr double kFarthest = 6;  // standard errors; a member that is not normal may be further out

std::vector<std::size_t> draw_members(NormalGenerator& random, std::span<const double> weights, std::size_t paths) {
  std::vector<std::size_t> drawn(paths);
  for (std::size_t& k : drawn) {
    double rest = random.uniform();
    for (k = 0; k + 1 < weights.size() && rest >= weights[k]; ++k) rest -= weights[k];
  }
  return drawn;
}

// The mean correlation between the first 1, 2, … steps: what the spread of the weighted sums says beyond independence.
std::vector<double> mean_correlations(const std::vector<double>& deviates, std::span<const double> error,
                                      const Progress& progress) {
  const std::size_t steps = error.size(), paths = deviates.size() / steps;
  std::vector<double> spread(steps, 0.0), correlation(steps, 0.0);
  for (std::size_t p = 0; p < paths; ++p) {
    if (p % 64 == 0 || steps > 64) progress.poll();
    double sum = 0;
    for (std::size_t h = 0; h < steps; ++h) {
      sum += error[h] * deviates[p * steps + h];
      spread[h] += sum * sum / static_cast<double>(paths);
    }
  }
  double squares = 0, total = 0;
  for (std::size_t h = 0; h < steps; ++h) {
    squares += error[h] * error[h];
    total += error[h];
    const double room = total * total - squares;
    if (room > squares * 1e-9) correlation[h] = std::clamp((spread[h] - squares) / room, -0.05, 1.0);
  }
  return correlation;
}

// Each path that of its member, in standard errors of the combination.
std::vector<double> members_deviates(const MembersAhead& ahead, std::span<const std::unique_ptr<FittedMethod>> members,
                                     const std::vector<std::size_t>& drawn, const SimulationOptions& options,
                                     const Progress& progress) {
  const std::size_t steps = ahead.value.size(), paths = drawn.size();
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
        const double whole = ahead.within[h] * std::clamp(z, -kFarthest, kFarthest) + ahead.apart[k][h];
        deviates[p * steps + h] = std::clamp(whole, -kFarthest, kFarthest);
      }
    }
  }
  return deviates;
}

// Deviates in which all steps of a path share a part (share > 0), or each has one of its own (share < 0).
class Mixture {
 public:
  Mixture(std::vector<double> deviates, const MembersAhead& ahead, const ErrorShape& shape, NormalGenerator& normal)
      : deviates_(std::move(deviates)), ahead_(ahead), shape_(shape), steps_(ahead.error.size()) {
    for (std::size_t p = 0; p * steps_ < deviates_.size(); ++p) common_.push_back(normal());
  }

  std::size_t paths() const { return common_.size(); }
  // A step of a path: its deviation from the forecast, of the size that its probability has among the errors; the mean
  // of all deviations is taken out, because the forecast is the mean.
  double deviation(std::size_t path, std::size_t step, double share, double own) const {
    const double other = share > 0 ? common_[path] : own;
    const double z =
        std::sqrt(1 - std::abs(share)) * deviates_[path * steps_ + step] + std::sqrt(std::abs(share)) * other;
    const double deviation = (shape_.stretched(z) - shape_.mean()) * ahead_.error[step];
    return ahead_.nonnegative ? std::max(deviation, -ahead_.value[step]) : deviation;
  }

  // Mean absolute deviation of the first paths' sums from their mean.
  double spread_of_sums(double share, std::span<const double> own, std::size_t paths, const Progress& progress) const {
    std::vector<double> sums(paths, 0.0);
    double mean = 0, spread = 0;
    for (std::size_t p = 0; p < paths; ++p) {
      if (p % 64 == 0 || steps_ > 64) progress.poll();
      for (std::size_t h = 0; h < steps_; ++h) sums[p] += deviation(p, h, share, own.empty() ? 0 : own[p * steps_ + h]);
      mean += sums[p] / static_cast<double>(paths);
    }
    for (const double sum : sums) spread += std::abs(sum - mean) / static_cast<double>(paths);
    return spread;
  }

 private:
  std::vector<double> deviates_, common_;
  const MembersAhead& ahead_;
  const ErrorShape& shape_;
  std::size_t steps_;
};

// The share with which the sums' mean absolute deviation is `wanted`, or the one that comes nearest.
double share_for(const Mixture& mixture, double wanted, std::span<const double> own, std::size_t paths,
                 const Progress& progress) {
  const bool more = mixture.spread_of_sums(0, own, paths, progress) < wanted;
  double low = more ? 0 : -1, high = more ? kMostCommon : 0;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = 0.5 * (low + high);
    (mixture.spread_of_sums(middle, own, paths, progress) < wanted ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

std::vector<double> combined_deviations(const MembersAhead& ahead, const ErrorShape& shape,
                                        std::span<const std::unique_ptr<FittedMethod>> members,
                                        std::span<const double> weights, const SimulationOptions& options,
                                        const Progress& progress) {
  NormalGenerator random(options.seed);
  const std::size_t steps = ahead.value.size(), asked = static_cast<std::size_t>(options.paths);
  const std::size_t paths = std::max(
      asked, static_cast<std::size_t>(std::min<int>(kFewest, kMaxSimulatedValues / std::max(1, options.horizon))));
  std::vector<double> deviates =
      members_deviates(ahead, members, draw_members(random, weights, paths), options, progress);
  progress.poll();
  const double wanted = shape.sum_width(ahead.error, mean_correlations(deviates, ahead.error, progress)) / kWidthOfMean;
  const Mixture mixture(std::move(deviates), ahead, shape, random);
  const std::size_t judged = std::min(paths, std::max(kFewestJudged, kMostJudged / steps));
  std::vector<double> own(judged * steps);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (i % 1024 == 0) progress.poll();
    own[i] = random();
  }
  const double share = share_for(mixture, wanted, own, judged, progress);
  std::vector<double> deviations(steps * asked);
  for (std::size_t p = 0; p < asked; ++p)
    for (std::size_t h = 0; h < steps; ++h) {
      const std::size_t i = p * steps + h;
      if (i % 64 == 0) progress.poll();
      deviations[i] = mixture.deviation(p, h, share, share > 0 ? 0 : i < own.size() ? own[i] : random());
    }
  return deviations;
}

}  // namespace performance_tracker
