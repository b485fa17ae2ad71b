// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/online_anomaly.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.h"
#include "core/series/series_summary.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

// All of these were chosen by random search on the Numenta benchmark (58 series), to whose score they belong; none was
// chosen on anything else. What a series is like at other step lengths they do not know.
constexpr double kFast = 0.384576, kSlow = 0.000776135;  // gains of the predictors
constexpr double kErrorGain = 0.02;                      // of the errors that choose between them
constexpr double kMemory = 0.000169753;                  // gain of the long mean and of both scales
constexpr double kShort = 11.228, kLong = 11.6469;       // values in the two means of bounded deviations
constexpr double kBound = 15.0149;                       // deviations that one value counts there at most
constexpr double kFade = 0.9995;                         // of a record, a value
constexpr double kQuietest = 0.0126715;                  // of the series' standard deviation: no error scale is below
constexpr double kHold = 1.23829,
                 kHoldFade = 0.903742;  // share of an alarm that the next has to exceed, and its fading
constexpr double kFirst = 30;           // values before anything is judged
// A record counts as this at least, and an answer of the same size has this log ratio to add: error, level, short and
// long drift, unrest, range, ratio.
constexpr std::array<double, 7> kFloor{3.6592, 0.842338, 1.12549, 11.637, 0.362081, 0.0320322, 11.9347};
constexpr std::array<double, 7> kWeight{-0.102141, -4.0932, 0, 0.246838, -4.86047, 1.83836, 0.588024};
constexpr std::size_t kRange = 5;          // the question that is not asked in deviations
constexpr double kOfNothing = 0.00444873;  // of the long mean: what is added before a logarithm is taken
constexpr double kThreshold = 0.0924;      // log ratio from which a value is an anomaly
// No answer is larger: the first change after a constant stretch, infinitely many deviations, would be the last alarm.
constexpr double kLargest = 50;

double bounded(double x, double limit) { return std::clamp(x, -limit, limit); }

// Of the mean of about `values` independent standard values under an exponential mean.
double spread_of_mean(double values) { return std::sqrt((1 / values) / (2 - 1 / values)); }

}  // namespace

void OnlineOptions::check() const { SeriesAnomalyOptions{.z_threshold = z_threshold, .season_length = 1}.check(); }

void OnlineDetector::begin(double y) { last_ = fast_ = slow_ = mean_ = lowest_ = highest_ = y; }

OnlineDetector::Answers OnlineDetector::answers(double error, double y) const {
  const double deviation = std::sqrt(variance_);
  const double range = highest_ - lowest_;
  const double beyond = std::max({y - highest_, lowest_ - y, 0.0});
  // 0.3: drifts of a series whose values hang together are that much larger than of independent ones.
  return {std::abs(error),
          deviation > 0 ? std::abs(y - mean_) / deviation : 0,
          0.3 * std::abs(short_drift_) / spread_of_mean(kShort),
          0.3 * std::abs(long_drift_) / spread_of_mean(kLong),
          unrest_,
          range > 0 ? beyond / (range + kQuietest * deviation) : 0,
          std::abs(log_move(y)) / std::max(log_scale_, kQuietest)};
}

double OnlineDetector::log_move(double y) const {
  if (lowest_ < 0 || y < 0 || !(mean_ > 0)) return 0;
  const double least = kOfNothing * mean_;
  return std::log((y + least) / (std::max(0.0, slow_) + least));
}

double OnlineDetector::surprise(const Answers& answers) const {
  double most = -9;
  for (std::size_t q = 0; q < kQuestions; ++q) {
    if (!(answers[q] > 0)) continue;
    // What is asked in deviations begins at z_threshold; the range is a share of itself.
    const double floor = q == kRange ? kFloor[q] : kFloor[q] * floor_scale_;
    most = std::max(most, kWeight[q] + std::log(std::min(answers[q], kLargest) / std::max(record_[q], floor)));
  }
  return most;
}

SeriesAnomaly OnlineDetector::judge(double y) {
  if (seen_ == 0 && !std::isnan(y)) begin(y);
  const double smallest = std::min({last_error_, fast_error_, slow_error_});
  const double expected = smallest == last_error_ ? last_ : smallest == fast_error_ ? fast_ : slow_;
  const double least = kQuietest * std::sqrt(variance_) + 1e-12 * std::max(std::abs(y), std::abs(expected));
  const double scale = std::max(error_scale_, least);
  const double width = 3 * floor_scale_ * scale;
  if (std::isnan(y) || seen_ == 0) {
    if (!std::isnan(y)) learn(y, 0, scale);
    const double level = std::isnan(y) && seen_ == 0 ? kMissing : expected;
    return {level, level - width, level + width, std::isnan(y) ? kMissing : 0, std::isnan(y) ? kMissing : 0, false};
  }
  const double error = scale > 0 ? (y - expected) / scale : 0;
  const double deviation = std::sqrt(variance_);
  const double off = deviation > 0 ? bounded((y - mean_) / deviation, kBound) : 0;
  short_drift_ += (off - short_drift_) / kShort;
  long_drift_ += (off - long_drift_) / kLong;
  unrest_ += (std::min(std::abs(error), kBound) - unrest_) / kShort;
  const Answers all = answers(error, y);
  double most = seen_ + 1 < kFirst ? -9 : surprise(all);
  const double exceeded = most - hold_;
  hold_ *= kHoldFade;
  if (most > 0) hold_ = std::max(hold_, kHold * std::min(most, 1.5));
  // The first answers are measured by scales that hardly exist yet.
  for (std::size_t q = 0; q < kQuestions && seen_ + 1 >= kFirst; ++q)
    record_[q] = std::max(record_[q] * kFade, std::min(all[q], kLargest));
  learn(y, y - expected, scale);
  const double probability = 1 / (1 + std::exp(kThreshold - exceeded));
  return {expected, expected - width, expected + width, error, probability, probability >= 0.5};
}

void OnlineDetector::learn(double y, double error, double scale) {
  seen_ += 1;
  const double gain = std::max(kMemory, 1 / seen_);
  const bool first = seen_ <= kFirst;
  const double size = first ? std::abs(error) : std::min(std::abs(error), 5 * scale);
  const double log_size = std::abs(log_move(y));
  log_scale_ += gain * (1.25 * std::min(log_size, first ? 9.0 : 5 * log_scale_) - log_scale_);
  error_scale_ += gain * (1.25 * size - error_scale_);  // 1.25: the standard deviation of a normal over its mean size
  const double limit = 5 * std::sqrt(variance_) + kQuietest * std::sqrt(variance_) + 1e-12 * std::abs(y);
  const double move = first ? y - mean_ : bounded(y - mean_, limit);
  mean_ += gain * move;
  variance_ += gain * (move * move - variance_);
  last_error_ += kErrorGain * (std::abs(y - last_) - last_error_);
  fast_error_ += kErrorGain * (std::abs(y - fast_) - fast_error_);
  slow_error_ += kErrorGain * (std::abs(y - slow_) - slow_error_);
  fast_ += kFast * (y - fast_);
  slow_ += kSlow * (y - slow_);
  last_ = y;
  lowest_ = std::min(lowest_, y);
  highest_ = std::max(highest_, y);
}

std::vector<SeriesAnomaly> detect_online_anomalies(std::span<const double> values, const OnlineOptions& options,
                                                   const Progress& progress) {
  options.check();
  // A power of two that depends on all values changes no ratio, so no judgement.
  const double unit = summarize(values).unit;
  OnlineDetector detector(options);
  std::vector<SeriesAnomaly> result;
  result.reserve(values.size());
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (t % 4096 == 0) progress.poll();
    SeriesAnomaly judged = detector.judge(values[t] / unit);
    std::array level{judged.expected, judged.lower, judged.upper};
    from_multiples(level, unit);
    judged.expected = level[0], judged.lower = level[1], judged.upper = level[2];
    result.push_back(judged);
  }
  return result;
}

}  // namespace performance_tracker
