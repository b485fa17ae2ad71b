// SPDX-License-Identifier: PostgreSQL
//
// What a daily metric should have been on a given day, from the days before it alone.
//
// Model: y_t = mu_t (1 + noise), log mu_t = level + slope · weeks + weekday effect. A robust quasi-likelihood fit
// with log link and variance proportional to mu² (Cantoni & Ronchetti 2001), which takes zeros; Huber weights
// first, Tukey's biweight last. Level, slope and weekdays carry Gaussian priors, so that two weeks of history are
// enough and the uncertainty of the fit enters the deviation. Older days count less (discounted least squares,
// Brown 1962), days on promotion do not count at all.
#pragma once

#include <cstddef>
#include <span>

namespace performance_tracker {

struct BaselineOptions {
  int minimum_history = 14;      // days with a value before the judged one; fewer: no judgement
  int lookback = 91;             // days of history looked at, >= minimum_history
  double half_life = 42;         // days after which an observation counts half
  double weekday_prior = 0.3;    // standard deviation of a weekday's log effect
  double slope_prior = 0.03;     // standard deviation of the log growth a week
  double relative_floor = 0.05;  // the deviation is never below this share of the expected value
};

// One series; all spans of one length, NaN for missing. `exposure` may be empty.
struct BaselineSeries {
  std::span<const double> values;           // the metric, >= 0
  std::span<const double> events;           // random events behind a day's value (purchases, clicks)
  std::span<const double> exposure;         // the denominator of a ratio
  std::span<const double> promotion_share;  // 0..1; 1 = the whole series is on promotion
  bool poisson_floor = true;                // false for an average that does not count events (a selling price)
};

struct Expectation {
  bool judged = false;               // false: history too short or the day is missing; the rest is then undefined
  int history_days = 0;              // days that the baseline was made from
  double value = 0;                  // expected value
  double deviation = 0;              // standard deviation of the day around it, > 0
  double log_deviation = 0;          // the same relative to the expected value
  double degrees_of_freedom = 1;     // of the deviation's estimate
  double expected_events = 0;        // random events expected behind the day's value
  bool includes_promotions = false;  // too few days without one: promotions are this series' normal state
};

// The expectation for index `t` of `series` from earlier indices alone. Index 0 may be any weekday.
Expectation expect(const BaselineSeries& series, std::size_t t, const BaselineOptions& options);

}  // namespace performance_tracker
