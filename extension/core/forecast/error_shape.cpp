// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/error_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/normal_distribution.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

// The constants below minimise the pinball loss at 50, 80 and 95% over 2,400 generated series of forty kinds and
// lengths and every other series of the public sets (docs/method.md); the rest of the sets and other generated series
// judged them (docs/benchmarks.md).
constexpr double kUp = 0.41, kDown = 0.25;              // logs of the sizes of the two sides at 80%
constexpr double kUpFreedom = 5.3, kDownFreedom = 4.5;  // of Student's t, for the tails
constexpr double kOfLength = 4.7;                       // times 1 / observed: errors of the models' parameters
constexpr double kOfSize = 0.58, kOfPhase = 0.49, kOfSkew = 0.23;
// The same for sums over many steps, whose errors are nearer to normal.
constexpr double kSumFreedom = 8;
constexpr double kSumOfLength = 13, kSumOfSums = 0.37, kSumOfSize = 0.27, kSumOfGrowth = -0.31;

// Weights of "as the models say", in observations: ten absolute errors of 0.8, the mean of normal ones; three sums;
// eight errors of a weekday; a squared error of ten on each side.
constexpr double kSizePrior = 10, kSumPrior = 3, kSidePrior = 10;
constexpr double kPhasePrior = 8, kLongPhasePrior = 15;
constexpr int kLongSeason = 12;
constexpr double kFewestObserved = 20;  // shorter series took no part in the fit: none is widened further
constexpr double kMeanAbsolute = 0.8;
constexpr double kAbsurd = 20;  // one absurd error does not set the scale of all
constexpr std::size_t kKeptResiduals = 400, kStart = 14;

double t_quantile(double two_sided, double freedom) {
  return student_t_quantile(0.5 + 0.5 * std::min(two_sided, 1 - 1e-12), freedom);
}

// Student's quantile for the probability of a normal deviate, from a table: paths ask for a million of them.
class DeviateTable {
 public:
  explicit DeviateTable(double freedom) {
    for (std::size_t i = 0; i < values_.size(); ++i)
      values_[i] = t_quantile(std::erf(static_cast<double>(i) * kStep / std::sqrt(2.0)), freedom);
  }
  double operator()(double deviate) const {
    const double at = std::min(deviate / kStep, static_cast<double>(values_.size() - 1) - 1e-9);
    const auto below = static_cast<std::size_t>(at);
    return values_[below] + (at - static_cast<double>(below)) * (values_[below + 1] - values_[below]);
  }

 private:
  static constexpr double kStep = 0.1;
  std::array<double, 64> values_{};  // to 6.3 standard errors
};

const DeviateTable& up_table() {
  static const DeviateTable table(kUpFreedom);
  return table;
}

const DeviateTable& down_table() {
  static const DeviateTable table(kDownFreedom);
  return table;
}

// E|t| of Student's t (Johnson, Kotz & Balakrishnan 1995, chapter 28).
double mean_absolute_t(double freedom) {
  return 2 * std::sqrt(freedom / std::acos(-1.0)) *
         std::exp(std::lgamma(0.5 * (freedom + 1)) - std::lgamma(0.5 * freedom)) / (freedom - 1);
}

double independent_and_common(double squares, double total, double correlation) {
  return std::sqrt(std::max(squares + correlation * (total - squares), 0.0));
}

// Spread on each phase beside that of all, drawn to it.
std::vector<double> phase_spread(std::span<const double> residuals, double spread, int season_length) {
  if (season_length < 2 || !(spread > 0)) return {};
  const auto phases = static_cast<std::size_t>(season_length);
  const double prior = season_length <= kLongSeason ? kPhasePrior : kLongPhasePrior;
  std::vector<double> sum(phases, prior), count(phases, prior);
  for (std::size_t t = 0; t < residuals.size(); ++t) {
    if (std::isnan(residuals[t])) continue;
    sum[t % phases] += std::min(residuals[t] * residuals[t] / (spread * spread), 16.0);
    ++count[t % phases];
  }
  for (std::size_t i = 0; i < phases; ++i) sum[i] = 0.5 * std::log(sum[i] / count[i]);
  return sum;
}

void add_residuals(ErrorEvidence& evidence, std::vector<double> residuals, int season_length,
                   const std::vector<bool>& closed) {
  double squares = 0, count = 0;
  for (std::size_t t = 0; t < residuals.size(); ++t) {
    if (!closed.empty() && closed[t % closed.size()]) residuals[t] = std::numeric_limits<double>::quiet_NaN();
    if (std::isnan(residuals[t])) continue;
    squares += residuals[t] * residuals[t];
    ++count;
  }
  const double spread = count > 0 ? std::sqrt(squares / count) : 0;
  evidence.phase = phase_spread(residuals, spread, season_length);
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
  for (const RollingErrors::Origin& origin : past.origins) {
    OriginSum of;
    double sum = 0, total = 0;
    for (std::size_t h = 0; h < origin.value[0].size(); ++h) {
      double error = past.actual[origin.training + h], standard_error = 0;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        error -= weights[k] * origin.value[k][h];
        standard_error += weights[k] * origin.standard_error[k][h];
      }
      if (std::isnan(error) || !(standard_error > 0)) continue;
      absolute += std::min(kAbsurd, std::abs(error) / standard_error);
      ++count;
      ++of.steps;
      sum += error;
      total += standard_error;
      of.squares += standard_error * standard_error;
    }
    of.error = std::abs(sum);
    of.total = total * total;
    if (of.steps > 0) evidence.sums.push_back(of);
  }
  evidence.size = std::log(absolute / count);
  add_residuals(evidence, {residuals.begin(), residuals.end()}, season_length, closed);
  return evidence;
}

ErrorShape::ErrorShape(ErrorEvidence evidence) : evidence_(std::move(evidence)) {
  const double common = kOfSize * evidence_.size + kOfLength / std::max(kFewestObserved, evidence_.observed);
  up_ = std::exp(kUp + common + kOfSkew * evidence_.skew) / t_quantile(0.8, kUpFreedom);
  down_ = std::exp(kDown + common - kOfSkew * evidence_.skew) / t_quantile(0.8, kDownFreedom);
  mean_ = 0.5 * (up_ * mean_absolute_t(kUpFreedom) - down_ * mean_absolute_t(kDownFreedom));
  root_mean_square_ =
      std::sqrt(0.5 * (up_ * up_ * kUpFreedom / (kUpFreedom - 2) + down_ * down_ * kDownFreedom / (kDownFreedom - 2)));
}

double ErrorShape::above(double probability) const { return up_ * t_quantile(probability, kUpFreedom); }
double ErrorShape::below(double probability) const { return down_ * t_quantile(probability, kDownFreedom); }

double ErrorShape::stretched(double normal_deviate) const {
  return normal_deviate >= 0 ? up_ * up_table()(normal_deviate) : -down_ * down_table()(-normal_deviate);
}

double ErrorShape::phase(std::size_t t) const {
  return evidence_.phase.empty() ? 1.0 : std::exp(kOfPhase * evidence_.phase[t % evidence_.phase.size()]);
}

double ErrorShape::sum_error(std::span<const double> standard_error, double correlation,
                             double origin_correlation) const {
  double squares = 0, total = 0, growth = 0;
  for (const double e : standard_error) {
    squares += e * e;
    total += e;
    if (e > 0 && standard_error[0] > 0)
      growth += std::log(e / standard_error[0]) / static_cast<double>(standard_error.size());
  }
  double scaled = kMeanAbsolute * kSumPrior, count = kSumPrior;
  for (const OriginSum& of : evidence_.sums) {
    const double expected = independent_and_common(of.squares, of.total, origin_correlation);
    if (!(expected > 0)) continue;
    scaled += std::min(kAbsurd, of.error / expected);
    ++count;
  }
  const double factor = kSumOfLength / std::max(kFewestObserved, evidence_.observed) +
                        kSumOfSums * std::log(scaled / (kMeanAbsolute * count)) + kSumOfSize * evidence_.size +
                        kSumOfGrowth * growth;
  const double heavier = t_quantile(0.8, kSumFreedom) / interval_multiplier(0.8);
  return heavier * std::exp(factor) * independent_and_common(squares, total * total, correlation);
}

}  // namespace performance_tracker
