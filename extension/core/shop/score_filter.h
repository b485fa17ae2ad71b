// SPDX-License-Identifier: PostgreSQL
//
// The filters of all series of one metric, carried on day by day beside each other. Internal to day_scores, whose
// header has the model.
#pragma once

#include <vector>

#include "core/shop/score_market.h"
#include "core/shop/score_start.h"

namespace performance_tracker {

class ScoreFilter {
 public:
  // `inputs` must outlive it; `categories` is one more than the largest of theirs.
  ScoreFilter(const MetricInfo& info, const std::vector<ScoreInput>& inputs, int categories, Day first_day,
              bool with_market, const ScoreOptions& options);

  // Starts at `start`, judges first..end-1; `known` is the first day that nothing to start with may be taken from.
  void run(std::size_t start, std::size_t known, std::size_t first, std::size_t end, MetricScores& result);

  // The correlation of the own scores of successive ordinary days, 0..0.9.
  double persistence() const;

 private:
  // What a series looks like before a day.
  struct State {
    double level = 0;
    double level_variance = 0;
    double slope = 0;  // of the level, a day
    double noise = 0;  // sigma²
    Weekdays weekday{};
    Weekdays weekday_variance{};
    double observed = 0;
    bool ready = false;
    bool out_up = false;
    int out_days = 0;  // in a row, on one side
    double out_sum = 0;
    double former = std::numeric_limits<double>::quiet_NaN();  // level before the last shift
    std::size_t former_day = 0;
    double former_own = std::numeric_limits<double>::quiet_NaN();  // score of an ordinary day before
  };

  void begin(std::size_t start, std::size_t known);
  void lay_out(std::size_t start, std::size_t end);
  void start_series(std::size_t t);
  bool begin_series(std::size_t s, std::size_t t);
  double expected_events(std::size_t s, double expected, std::size_t t) const;
  double noise_of_events(std::size_t s, double log_level, std::size_t t) const;
  void predict(std::size_t t);
  double score_of(std::size_t s, const LogShift& shift, double extra) const;
  void set_scores(std::size_t s, bool wanted);
  void judge(std::size_t s, std::size_t t, bool wanted);
  void return_to_former(std::size_t s, std::size_t t, bool wanted);
  void update(std::size_t s, std::size_t t);
  void remember(State& state, const DayScore& day);
  void watch_level(std::size_t s, std::size_t t, double move);
  void keep(std::size_t t, MetricScores& result);

  const std::vector<ScoreInput>& inputs_;
  int categories_;
  Day first_day_;
  const ScoreOptions& o_;
  bool counts_;            // a value's own events are its noise
  bool events_are_given_;  // the denominator counts them
  SharedMarket market_;
  // A day's rates and exposures of all series side by side: [(t - start) · series + s].
  std::size_t start_ = 0;
  std::vector<double> rates_, exposures_;
  std::vector<State> states_;
  std::vector<std::size_t> waiting_;  // series that have not begun
  std::vector<DayScore> today_;
  std::vector<double> roots_;  // cube root of actual / expected
  double pair_product_ = 0, pair_square_ = 0;
  double common_noise_ = 0;
};

}  // namespace performance_tracker
