// SPDX-License-Identifier: PostgreSQL
//
// What each day of each series should have been, and how far out it was: one filter a series that is carried forward
// day by day, so that a day is judged by what came before it and by nothing else.
//
// Model, on the logarithmic scale:
//
//   expected_it = level_i + weekday_i(t) + market(t) + category market(t)
//
// level and weekdays follow a Kalman filter with diagonal covariance (Harvey 1989, ch. 3) whose innovations are bounded
// as in a robust filter (Masreliez & Martin 1977): a day beyond 4 deviations moves nothing. The innovation is
// 3 (cbrt(y / expected) - 1), which is near log(y / expected), takes zeros, and has the same spread above and below
// (Wilson & Hilferty 1931). The market is the bounded mean of the innovations of all series of a day, carried on as a
// local level: what moves everybody (Christmas, the weather) is no news about one product. Seven days in a row that are
// out on the same side make a new level; the old one is remembered for 60 days, in case the series goes back.
//
// The noise of a day is sigma² + 1 / expected events: counts are never quieter than Poisson, and sigma² is carried
// forward from bounded squared innovations, starting from the median of all series.
//
// A filter starts 91 to 118 days before the day that it judges, at a day that depends on that day alone (blocks of 28
// days on the calendar), so a day has the same score whatever period is asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/shop/performance_panel.h"

namespace performance_tracker {

struct ScoreOptions {
  int minimum_history = 14;  // days with a value before the first judged one
  int reach = 91;            // a filter starts at least so many days before a judged day, if the data do
  int block = 28;            // days that share one start
  // Standard deviations on the logarithmic scale, chosen on shops with seeds 901 to 920 of the benchmark:
  double level_step = 0.009;     // of a level from one day to the next
  double weekday_spread = 0.05;  // of a product's weekday around that of its category or shop
  double noise_floor = 0.03;     // no day is quieter
  double market_gain = 0.4;      // share of a day's market move that is taken over into the next day
  int shift_days = 7;            // days out on one side after which the level is a new one
  int shift_memory = 60;         // days for which the level before is remembered
};

struct DayScore {
  bool judged = false;
  double actual = 0;
  double expected = 0;     // of the metric, from the days before
  double variance = 0;     // relative, of the day around it: of an own move, the market's apart
  double events = 0;       // random events expected behind the day
  double score = 0;        // normal score of the day (count_score.h)
  double own = 0;          // the same against `expected` moved by the market of the day
  double log_move = 0;     // innovation: near log(actual / expected), bounded below by -3
  double market = 0;       // part of it that all series share, log points
  bool new_level = false;  // the first day on a level that has lasted a week
};

struct MarketScore {
  double move = 0;   // of the day against its own expectation, log points
  double score = 0;  // standard deviations
  int series = 0;    // that had a say
};

// The scores of one metric for several series.
struct MetricScores {
  std::size_t from = 0;                       // index of the first judged day
  std::vector<std::vector<DayScore>> series;  // [series][day - from]
  std::vector<MarketScore> market;            // [day - from]
  double persistence = 0;                     // correlation of the own scores of successive days, 0..0.9

  const DayScore& at(std::size_t s, std::size_t t) const { return series[s][t - from]; }
};

struct ScoredSeries {
  const DailyColumns* columns = nullptr;
  int category = -1;                              // series of one category share a market; -1: none
  const std::vector<double>* promoted = nullptr;  // share on promotion, 0..1 a day; nullptr: never
};

// Judges the days from..panel.days-1. `with_market`: whether the series are parts of one shop.
MetricScores score_days(const PerformancePanel& panel, const std::vector<ScoredSeries>& series, Metric metric,
                        std::size_t from, bool with_market, const ScoreOptions& options, const Progress& progress);

}  // namespace performance_tracker
