// SPDX-License-Identifier: PostgreSQL
//
// What the series of a shop share: the bounded mean of their innovations of a day, carried on as a local level, for the
// whole shop and for each category. Internal to day_scores, whose header has the model.
#pragma once

#include <limits>
#include <vector>

#include "core/shop/score_start.h"

namespace performance_tracker {

// Log points that an expectation is moved by, with what a score needs of it: one for many series.
struct LogShift {
  double log = 0;
  double factor = 1;  // exp(log)
  double root = 1;    // exp(log / 3)

  static LogShift of(double log);
};

class SharedMarket {
 public:
  // `inputs` must outlive it; with `parts` false the series have nothing in common.
  SharedMarket(const std::vector<ScoreInput>& inputs, int categories, bool parts, const ScoreOptions& options);

  bool parts() const { return parts_; }
  // Where the market stands before the day, log points: of the shop, and of a category on top.
  double level() const { return level_; }
  double category_level(int category) const {
    return category >= 0 ? category_level_[static_cast<std::size_t>(category)] : 0;
  }
  double noise() const { return noise_; }  // of a day's move, sigma²

  // Finds the move of day `t` from the innovations and sets DayScore::market.
  void share(std::size_t t, std::vector<DayScore>& today);
  const MarketScore& day() const { return day_; }
  const LogShift& shift(int category) const {
    return shifts_[category < 0 ? 0 : static_cast<std::size_t>(category) + 1];
  }

  // Goes on to the next day.
  void carry();

 private:
  template <class Use>
  double common_move(const std::vector<std::size_t>& members, const std::vector<DayScore>& today, std::size_t fewest,
                     double& precision, Use use);
  double huber_mean(double& precision);
  bool find_shop_move(std::size_t t, const std::vector<DayScore>& today);

  const std::vector<ScoreInput>& inputs_;
  bool parts_;
  const ScoreOptions& o_;
  std::vector<std::size_t> all_;
  std::vector<std::vector<std::size_t>> members_;  // of each category
  double level_ = 0;
  std::vector<double> category_level_;
  double noise_ = 0.03 * 0.03;
  double shop_move_ = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> category_move_;
  int out_days_ = 0;  // in a row, on one side
  bool up_ = false;
  bool promoted_ = false;  // all series with a say were on promotion
  MarketScore day_;
  std::vector<LogShift> shifts_;  // [category + 1]
  std::vector<double> moves_, weights_;
};

}  // namespace performance_tracker
