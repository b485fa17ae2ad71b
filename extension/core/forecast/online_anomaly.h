// SPDX-License-Identifier: PostgreSQL
//
// An alarm that judges each value from the ones before it and from nothing else.
//
//   OnlineDetector detector({});
//   for (const double y : values) if (detector.judge(y).is_anomaly) …
//
// Expected is the one of three predictors that has erred least lately: the last value, a fast and a slow exponential
// mean (Brown 1962). Seven questions are asked of a value, each in deviations of this series:
//
//   error      how far from what was expected, in mean absolute errors
//   level      how far from the long mean, in long standard deviations
//   drift      how far the mean of the last dozen values is from the long mean, and that of a few dozens
//   unrest     how large the errors of the last dozen values are
//   range      how far beyond all that was ever seen
//   ratio      how far the logarithm is from that of the slow mean, where nothing was ever below zero: a fall to
//   nothing
//              is bounded on any other scale
//
// Both scales are carried forward from bounded squares and absolute values (Huber 1964), and the error's is never below
// a share of the series' own standard deviation, so that a quiet hour does not make an ordinary change an alarm.
//
// Whether an answer is out of the ordinary is decided by the largest that this series has given to the same question,
// a record that fades slowly, instead of by a normal distribution: a series with a spike a day gets no alarm a day, and
// an incident no second one while it lasts. `probability` is the logistic function of the log ratio of answer and
// record (the best of the six); 0.5 is the threshold that scores best on the Numenta benchmark, whose corpus chose the
// constants.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "core/base/progress.h"
#include "core/forecast/series_anomaly.h"

namespace performance_tracker {

struct OnlineOptions {
  double z_threshold = 3;  // deviations that a value has to be out at least, 0.1..100

  void check() const;  // throws InvalidArgument
};

class OnlineDetector {
 public:
  explicit OnlineDetector(const OnlineOptions& options) : floor_scale_(options.z_threshold / 3) {}

  // NaN is a missing value: it is not judged and changes nothing.
  SeriesAnomaly judge(double y);

 private:
  static constexpr std::size_t kQuestions = 7;
  using Answers = std::array<double, kQuestions>;

  void begin(double y);
  Answers answers(double error, double y) const;
  double surprise(const Answers& answers) const;  // log ratio to the records, the largest
  double log_move(double y) const;                // from the slow mean; 0 where there are values below zero
  void learn(double y, double error, double scale);

  double floor_scale_;
  double seen_ = 0;
  double last_ = 0, fast_ = 0, slow_ = 0;                    // predictors
  double last_error_ = 0, fast_error_ = 0, slow_error_ = 0;  // their recent mean absolute errors
  double mean_ = 0, variance_ = 0, error_scale_ = 0;         // long
  double log_scale_ = 0;                                     // of the logarithm's deviations
  double short_drift_ = 0, long_drift_ = 0, unrest_ = 0;     // means of bounded deviations
  double lowest_ = 0, highest_ = 0;
  double hold_ = 0;  // what an alarm leaves to be exceeded
  Answers record_{};
};

// One for each value, as detect_series_anomalies() gives them: lower and upper are expected -+ z_threshold scales.
// Throws InvalidData without any observation.
std::vector<SeriesAnomaly> detect_online_anomalies(std::span<const double> y, const OnlineOptions& options,
                                                   const Progress& progress);

}  // namespace performance_tracker
