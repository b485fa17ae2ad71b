// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/error_evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

// Weights of "as the models say", in observations: ten absolute errors of 0.8, the mean of normal ones; eight errors of
// a weekday; a squared error of ten on each side; twenty one-step errors.
constexpr double kSizePrior = 10, kSidePrior = 10, kPeakPrior = 20;
constexpr double kPhasePrior = 8, kLongPhasePrior = 15;
constexpr int kLongSeason = 12;
constexpr double kMeanAbsolute = 0.8;
constexpr double kAbsurd = 20;  // one absurd error does not set the scale of all
constexpr std::size_t kKeptResiduals = 400, kStart = 14;
constexpr int kMaxOrigins = 100;

// Spread on each phase beside that of all, drawn to it.
std::vector<double> phase_spread(std::span<const double> residuals, std::size_t first, double spread,
                                 int season_length) {
  if (season_length < 2 || !(spread > 0)) return {};
  const auto phases = static_cast<std::size_t>(season_length);
  const double prior = season_length <= kLongSeason ? kPhasePrior : kLongPhasePrior;
  std::vector<double> sum(phases, prior), count(phases, prior);
  for (std::size_t t = 0; t < residuals.size(); ++t) {
    if (std::isnan(residuals[t])) continue;
    sum[(first + t) % phases] += std::min(residuals[t] * residuals[t] / (spread * spread), 16.0);
    ++count[(first + t) % phases];
  }
  for (std::size_t i = 0; i < phases; ++i) sum[i] = 0.5 * std::log(sum[i] / count[i]);
  return sum;
}

// Half of what is judged: a season of days.
std::size_t few_steps(const RollingErrors& past) {
  std::size_t steps = past.judged;
  for (const RollingErrors::Origin& origin : past.origins) steps = std::min(steps, origin.value[0].size());
  return past.origins.empty() ? 0 : std::max<std::size_t>(1, steps / 2);
}

// `residuals`: those from step `first` on.
void add_residuals(ErrorEvidence& evidence, std::vector<double> residuals, std::size_t first, int season_length,
                   const std::vector<bool>& closed) {
  double squares = 0, absolute = 0, count = 0;
  for (std::size_t t = 0; t < residuals.size(); ++t) {
    if (!closed.empty() && closed[(first + t) % closed.size()]) residuals[t] = std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(residuals[t])) continue;
    squares += residuals[t] * residuals[t];
    absolute += std::abs(residuals[t]);
    ++count;
  }
  const double spread = count > 0 ? std::sqrt(squares / count) : 0;
  evidence.phase = phase_spread(residuals, first, spread, season_length);
  // Of normal errors the mean absolute one is 0.8 of the root mean square (Geary 1935).
  if (spread > 0) {
    const double ratio = absolute / (count * spread * std::sqrt(2 / std::acos(-1.0)));
    evidence.peak = count / (count + kPeakPrior) * std::log(std::clamp(ratio, 0.1, 1.3));
  }
  double up = kSidePrior, down = kSidePrior;
  for (const double r : residuals)
    if (!std::isnan(r) && spread > 0) (r > 0 ? up : down) += r * r / (spread * spread);
  evidence.skew = 0.5 * std::log(up / down);
}

}  // namespace

std::vector<double> residuals_of(std::span<const std::unique_ptr<FittedMethod>> members,
                                 std::span<const double> weights, const Progress& progress) {
  std::vector<double> sum, weight;
  for (std::size_t k = 0; k < members.size(); ++k) {
    const std::vector<double> fitted = members[k]->fitted(progress);
    const std::vector<double>& y = members[k]->input().y;
    sum.resize(y.size(), 0.0);
    weight.resize(y.size(), 0.0);
    for (std::size_t t = 0; t < y.size(); ++t) {
      if (std::isnan(y[t]) || std::isnan(fitted[t])) continue;
      sum[t] += weights[k] * (y[t] - fitted[t]);
      weight[t] += weights[k];
    }
  }
  const std::size_t first = sum.size() - std::min(sum.size(), kKeptResiduals);
  const std::size_t start = first + std::min(kStart, (sum.size() - first) / 4);
  for (std::size_t t = 0; t < sum.size(); ++t)
    sum[t] = t >= start && weight[t] > 0 ? sum[t] / weight[t] : std::numeric_limits<double>::quiet_NaN();
  return sum;
}

ErrorEvidence error_evidence(const RollingErrors& past, std::span<const double> weights,
                             std::span<const double> residuals, int season_length, const std::vector<bool>& closed) {
  ErrorEvidence evidence;
  for (const double y : past.actual) evidence.observed += std::isnan(y) ? 0 : 1;
  double absolute = kMeanAbsolute * kSizePrior, count = kSizePrior;
  evidence.few = few_steps(past);
  for (const RollingErrors::Origin& origin : past.origins) {
    OriginSum of;
    double sum = 0, total = 0;
    const std::size_t steps = origin.value[0].size();
    for (std::size_t h = 0; h < steps; ++h) {
      const CombinedStep step = combined_step(weights, origin.value, origin.standard_error, h);
      const double error = past.actual[origin.training + h] - step.value;
      if (!std::isnan(error) && step.standard_error > 0) {
        if (h < past.judged) {
          absolute += std::min(kAbsurd, std::abs(error) / step.standard_error);
          ++count;
        }
        sum += error;
        total += step.standard_error;
        of.squares += step.standard_error * step.standard_error;
      }
      if (h + 1 != evidence.few && h + 1 != steps) continue;
      of.error = std::abs(sum);
      of.total = total * total;
      of.steps = h + 1;
      if (total > 0) evidence.sums.push_back(of);
    }
  }
  evidence.size = std::log(absolute / count);
  const std::size_t first = residuals.size() - std::min(residuals.size(), kKeptResiduals);  // no others are there
  add_residuals(evidence, {residuals.begin() + static_cast<std::ptrdiff_t>(first), residuals.end()}, first,
                season_length, closed);
  return evidence;
}

void put(ByteWriter& out, const ErrorEvidence& evidence) {
  for (const double value : {evidence.observed, evidence.size, evidence.skew, evidence.peak}) out.put(value);
  out.put(evidence.phase);
  out.put(static_cast<std::int32_t>(evidence.few));
  out.put(static_cast<std::int32_t>(evidence.sums.size()));
  for (const OriginSum& of : evidence.sums) {
    for (const double value : {of.error, of.squares, of.total}) out.put(value);
    out.put(static_cast<std::int32_t>(of.steps));
  }
}

ErrorEvidence read_error_evidence(ByteReader& in) {
  ErrorEvidence evidence;
  for (double* value : {&evidence.observed, &evidence.size, &evidence.skew, &evidence.peak}) *value = in.finite();
  evidence.phase = in.finites(kMaxSeasonLength);
  evidence.few = static_cast<std::size_t>(in.integer(0, kMaxHorizon));
  evidence.sums.resize(static_cast<std::size_t>(in.integer(0, kMaxOrigins)));
  for (OriginSum& of : evidence.sums) {
    for (double* value : {&of.error, &of.squares, &of.total}) *value = in.finite();
    of.steps = static_cast<std::size_t>(in.integer(0, kMaxHorizon));
  }
  const double most = 50;  // logs: beyond, the bounds would not be numbers
  bool sound = evidence.observed >= 0 && std::abs(evidence.size) <= most && std::abs(evidence.skew) <= most &&
               std::abs(evidence.peak) <= most;
  for (const double log : evidence.phase) sound = sound && std::abs(log) <= most;
  if (!sound) in.refuse("errors out of range");
  return evidence;
}

}  // namespace performance_tracker
