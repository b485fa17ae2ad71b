// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/error_shape.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/normal_distribution.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

// The constants below minimise the pinball loss at 80 and 95% over 2,400 generated series of forty kinds and lengths
// and every other series of the public sets, at their ends and at earlier origins (docs/method.md); the rest of the
// sets and other generated series judged them (docs/benchmarks.md).
constexpr double kUp = 0.352, kDown = 0.200;           // logs of the sizes of the two sides at 80%
constexpr double kUpFreedom = 13.3, kDownFreedom = 4;  // of Student's t, for the tails
constexpr double kOfLength = 4.5;                      // times 1 / observed: errors of the models' parameters
constexpr double kOfSize = 0.41, kOfPhase = 0.52, kOfSkew = 0.28, kOfPeak = 0.79, kTailOfPeak = -2.1;
constexpr double kLightest = 0.7, kHeaviest = 1.5;  // powers; twice the heaviest is below both degrees of freedom
// Of the 80% interval of a sum; kTogether is how far it is drawn from what the models say towards steps that all err
// alike.
constexpr double kSum = -0.23, kSumOfLength = 7.8, kSumOfSums = 0.47, kTogether = 0.28;

constexpr double kSumPrior = 3;         // sums that are as the models say
constexpr double kFewestObserved = 20;  // shorter series took no part in the fit: none is widened further
constexpr double kMeanAbsolute = 0.8;
constexpr double kAbsurd = 20;
constexpr double kTableStep = 0.1;

double t_quantile(double two_sided, double freedom) {
  return student_t_quantile(0.5 + 0.5 * std::min(two_sided, 1 - 1e-12), freedom);
}

// The quantiles at 80% that sizes are counted in, found once.
double up_unit() {
  static const double unit = t_quantile(0.8, kUpFreedom);
  return unit;
}

double down_unit() {
  static const double unit = t_quantile(0.8, kDownFreedom);
  return unit;
}

// Student's quantiles for the probabilities of normal deviates, in those of the 80% interval.
std::array<double, ErrorShape::kDeviates> quantile_table(double freedom, double unit) {
  std::array<double, ErrorShape::kDeviates> table{};  // begins with 0, which a quantile by bisection misses a little
  for (std::size_t i = 1; i < table.size(); ++i)
    table[i] = t_quantile(std::erf(static_cast<double>(i) * kTableStep / std::sqrt(2.0)), freedom) / unit;
  return table;
}

const std::array<double, ErrorShape::kDeviates>& up_quantiles() {
  static const auto table = quantile_table(kUpFreedom, up_unit());
  return table;
}

const std::array<double, ErrorShape::kDeviates>& down_quantiles() {
  static const auto table = quantile_table(kDownFreedom, down_unit());
  return table;
}

// E|t / unit|^power of Student's t (moments: Johnson, Kotz & Balakrishnan 1995, chapter 28).
double moment(double power, double freedom, double unit) {
  return std::exp(0.5 * power * std::log(freedom) + std::lgamma(0.5 * (power + 1)) +
                  std::lgamma(0.5 * (freedom - power)) - std::lgamma(0.5 * freedom)) /
         std::sqrt(std::acos(-1.0)) / std::pow(unit, power);
}

double independent_and_common(double squares, double total, double correlation) {
  return std::sqrt(std::max(squares + correlation * (total - squares), 0.0));
}

double interpolated(const std::array<double, ErrorShape::kDeviates>& table, double deviate) {
  const double at = std::min(deviate / kTableStep, static_cast<double>(table.size() - 1) - 1e-9);
  const auto below = static_cast<std::size_t>(at);
  return table[below] + (at - static_cast<double>(below)) * (table[below + 1] - table[below]);
}

}  // namespace

ErrorShape::ErrorShape(ErrorEvidence evidence) : evidence_(std::move(evidence)) {
  const double common =
      kOfSize * evidence_.size + kOfPeak * evidence_.peak + kOfLength / std::max(kFewestObserved, evidence_.observed);
  up_ = std::exp(kUp + common + kOfSkew * evidence_.skew);
  down_ = std::exp(kDown + common - kOfSkew * evidence_.skew);
  power_ = std::clamp(1 + kTailOfPeak * evidence_.peak, kLightest, kHeaviest);
  mean_ = 0.5 * (up_ * moment(power_, kUpFreedom, up_unit()) - down_ * moment(power_, kDownFreedom, down_unit()));
  root_mean_square_ = std::sqrt(0.5 * (up_ * up_ * moment(2 * power_, kUpFreedom, up_unit()) +
                                       down_ * down_ * moment(2 * power_, kDownFreedom, down_unit())));
  for (std::size_t i = 0; i < kDeviates; ++i) {
    up_table_[i] = up_ * std::pow(up_quantiles()[i], power_);
    down_table_[i] = down_ * std::pow(down_quantiles()[i], power_);
  }
}

double ErrorShape::above(double probability) const {
  return up_ * std::pow(t_quantile(probability, kUpFreedom) / up_unit(), power_);
}

double ErrorShape::below(double probability) const {
  return down_ * std::pow(t_quantile(probability, kDownFreedom) / down_unit(), power_);
}

double ErrorShape::stretched(double normal_deviate) const {
  return normal_deviate >= 0 ? interpolated(up_table_, normal_deviate) : -interpolated(down_table_, -normal_deviate);
}

double ErrorShape::phase(std::size_t t) const {
  return evidence_.phase.empty() ? 1.0 : std::exp(kOfPhase * evidence_.phase[t % evidence_.phase.size()]);
}

double ErrorShape::missed_sums(std::span<const double> correlation) const {
  // Sums over about as many steps as are asked for.
  const bool few = 2 * correlation.size() <= 3 * evidence_.few;
  double scaled = kMeanAbsolute * kSumPrior, count = kSumPrior;
  for (const OriginSum& of : evidence_.sums) {
    if ((of.steps <= evidence_.few) != few) continue;
    const double expected =
        independent_and_common(of.squares, of.total, correlation[std::min(of.steps, correlation.size()) - 1]);
    if (!(expected > 0)) continue;
    scaled += std::min(kAbsurd, of.error / expected);
    ++count;
  }
  return scaled / (kMeanAbsolute * count);
}

double ErrorShape::sum_width(std::span<const double> standard_error, std::span<const double> correlation) const {
  double squares = 0, total = 0;
  for (const double e : standard_error) {
    squares += e * e;
    total += e;
  }
  const double models = independent_and_common(squares, total * total, correlation.back());
  if (!(models > 0)) return 0;
  const double factor = kSum + kSumOfLength / std::max(kFewestObserved, evidence_.observed) +
                        kSumOfSums * std::log(missed_sums(correlation)) + kTogether * std::log(total / models);
  return interval_multiplier(0.8) * std::exp(factor) * models;
}

}  // namespace performance_tracker
