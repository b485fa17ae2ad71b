// SPDX-License-Identifier: PostgreSQL
#include "core/shop/day_scores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/count_score.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kWeek = 7;
constexpr std::size_t kFirstDays = 14;    // of a series, for its first level and noise
constexpr std::size_t kPatternDays = 42;  // of the shop, for the weekdays

using Weekdays = std::array<double, kWeek>;

// One series of one metric as numbers a day.
struct Input {
  std::vector<double> value;         // the metric's numerator
  const double* exposure = nullptr;  // its denominator; nullptr for a sum
  const double* events = nullptr;
  const double* promoted = nullptr;
  double worth = 1;  // of one event, in units of the numerator
};

struct State {
  double level = 0;
  double level_variance = 0;
  double slope = 0;  // of the level, a day
  Weekdays weekday{};
  Weekdays weekday_variance{};
  double noise = 0;  // sigma²
  double observed = 0;
  bool ready = false;
  int out_days = 0;  // in a row, on one side
  double out_sum = 0;
  bool out_up = false;
  double former = kNaN;  // level before the last shift
  std::size_t former_day = 0;
};

bool promoted_on(const Input& in, std::size_t t) { return in.promoted && in.promoted[t] >= 0.5; }

class BlockFilter {
 public:
  BlockFilter(const MetricInfo& info, std::vector<Input>& inputs, const std::vector<ScoredSeries>& series,
              Day first_day, bool with_market, const ScoreOptions& options)
      : info_(info), inputs_(inputs), series_(series), first_day_(first_day), with_market_(with_market), o_(options) {
    counts_ = info.poisson && !(info.denominator && *info.denominator == info.events);
  }

  // Starts at `start`, judges first..end-1; `known` is the first day that nothing to start with may be taken from.
  void run(std::size_t start, std::size_t known, std::size_t first, std::size_t end, MetricScores& result) {
    begin(start, known);
    for (std::size_t t = start; t < end; ++t) {
      start_series(t);
      predict(t);
      share_market(t);
      for (std::size_t s = 0; s < inputs_.size(); ++s) {
        DayScore& day = today_[s];
        if (!day.judged) continue;
        judge(s, t, day);
        update(s, t, day);
      }
      carry_market();
      if (t < first) continue;
      for (std::size_t s = 0; s < inputs_.size(); ++s) {
        DayScore& day = today_[s];
        day.judged = day.judged && states_[s].observed > o_.minimum_history;
        result.series[s][t - result.from] = day;
      }
      result.market[t - result.from] = market_day_;
    }
  }

  double persistence() const { return pair_square_ > 0 ? std::clamp(pair_product_ / pair_square_, 0.0, 0.9) : 0; }

 private:
  std::size_t weekday(std::size_t t) const {
    const int day = (first_day_ + static_cast<Day>(t)) % 7;
    return static_cast<std::size_t>(day < 0 ? day + 7 : day);
  }

  double rate(const Input& in, std::size_t t) const {
    if (!in.exposure) return in.value[t];
    return in.exposure[t] > 0 ? in.value[t] / in.exposure[t] : kNaN;
  }

  // The weekdays of each category with enough events, and of all, from the first six weeks.
  void begin(std::size_t start, std::size_t known) {
    states_.assign(inputs_.size(), {});
    today_.assign(inputs_.size(), {});
    former_own_.assign(inputs_.size(), kNaN);
    pair_product_ = pair_square_ = 0;
    market_ = 0;
    market_out_ = 0;
    market_noise_ = 0.03 * 0.03;
    int categories = 0;
    for (const ScoredSeries& s : series_) categories = std::max(categories, s.category + 1);
    category_market_.assign(static_cast<std::size_t>(categories), 0.0);
    const std::size_t until = std::min(known, start + kPatternDays);
    std::vector<Weekdays> of_category(static_cast<std::size_t>(categories));
    pattern_ = weekdays_of(start, until, -1);
    for (int c = 0; c < categories; ++c) of_category[static_cast<std::size_t>(c)] = weekdays_of(start, until, c);
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      State& state = states_[s];
      const int c = series_[s].category;
      state.weekday = c >= 0 ? of_category[static_cast<std::size_t>(c)] : pattern_;
      state.weekday_variance.fill(o_.weekday_spread * o_.weekday_spread);
    }
    first_noise(start, known);
  }

  // What a weekday does in every week is its pattern; what it did in half of them is not: where its moves disagree by
  // more than a factor of two, the half nearest to none decides. (Two outages on Mondays of six weeks were a pattern.)
  static double agreed_move(std::vector<double> moves) {
    const auto [least, most] = std::minmax_element(moves.begin(), moves.end());
    if (*most - *least > std::log(2.0)) {
      std::sort(moves.begin(), moves.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
      moves.resize((moves.size() + 1) / 2);
    }
    return median(moves);
  }

  Weekdays weekdays_of(std::size_t start, std::size_t until, int category) const {
    const std::size_t days = until - start;
    std::vector<double> sum(days, 0.0), exposure(days, 0.0), events(days, 0.0);
    double total_events = 0;
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      if (category >= 0 && series_[s].category != category) continue;
      const Input& in = inputs_[s];
      for (std::size_t t = start; t < until; ++t) {
        if (std::isnan(rate(in, t)) || promoted_on(in, t)) continue;
        sum[t - start] += in.value[t];
        exposure[t - start] += in.exposure ? in.exposure[t] : 1;
        total_events += std::isnan(in.events[t]) ? 0 : in.events[t];
      }
    }
    Weekdays pattern{};
    // A weekday's mean of four is known to 1 / sqrt(4 events a day): below 100 a day that is worse than no pattern of
    // one's own.
    if (days < kFirstDays || (category >= 0 && total_events < 100 * static_cast<double>(days))) {
      return category >= 0 ? pattern_ : pattern;
    }
    std::array<std::vector<double>, kWeek> moves;
    std::vector<double> around;
    for (std::size_t i = 3; i + 3 < days; ++i) {
      // A sum a row, so that days on which some series have none do not look like a weekday; against the median of the
      // week around, so that one day's outage is not in the others' pattern.
      around.clear();
      for (std::size_t j = i - 3; j <= i + 3; ++j) {
        if (exposure[j] > 0) around.push_back(sum[j] / exposure[j]);
      }
      if (around.size() < 4 || !(sum[i] > 0)) continue;
      const double middle = median(around);
      if (middle > 0) moves[weekday(start + i)].push_back(std::log(sum[i] / exposure[i] / middle));
    }
    double mean_move = 0;
    for (std::size_t d = 0; d < kWeek; ++d) {
      if (moves[d].empty()) continue;
      // Two weeks hold one or two of each: trusted by n / (n + 1/2).
      const auto n = static_cast<double>(moves[d].size());
      pattern[d] = std::clamp(agreed_move(moves[d]), -1.5, 1.5) * n / (n + 0.5);
      mean_move += pattern[d] / kWeek;
    }
    for (double& p : pattern) p -= mean_move;
    return pattern;
  }

  struct FirstLevel {
    double level = kNaN;  // logarithm
    double noise = kNaN;  // sigma², may be below zero
    double days = 0;
    double events = 0;  // a day
  };

  // Robust level and noise of the first 14 days with a value from `start` on, promoted ones left out. A series is
  // judged from its 15th such day on, so none of them is judged.
  FirstLevel first_level(std::size_t s, std::size_t start, std::size_t end) const {
    const Input& in = inputs_[s];
    std::vector<double> values;
    double sum = 0, weight = 0, events = 0;
    std::size_t seen = 0;
    for (std::size_t t = start; t < end && seen < kFirstDays; ++t) {
      const double y = rate(in, t);
      if (std::isnan(y)) continue;
      ++seen;
      if (promoted_on(in, t)) continue;
      const double pattern = std::exp(states_[s].weekday[weekday(t)]);
      values.push_back(y / pattern);
      sum += y / pattern * (in.exposure ? in.exposure[t] : 1);
      weight += in.exposure ? in.exposure[t] : 1;
      events += std::isnan(in.events[t]) ? 0 : in.events[t];
    }
    FirstLevel result;
    result.days = static_cast<double>(values.size());
    if (values.empty() || !(sum > 0)) return result;
    const double per_day = events / result.days;
    result.events = per_day;
    // Few events make a median of small whole numbers: there the mean says more.
    double level = median(values);
    if (per_day < 10 || !(level > 0)) level = sum / weight;
    result.level = std::log(level);
    std::vector<double> deviations;
    for (const double v : values) deviations.push_back(3 * (std::cbrt(v / level) - 1));
    const double middle = weighted_mad(deviations, std::vector<double>(deviations.size(), 1.0));
    result.noise = middle * middle - (counts_ && per_day > 0 ? 1 / per_day : 0);
    return result;
  }

  void first_noise(std::size_t start, std::size_t known) {
    std::vector<double> noises;
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      const double noise = first_level(s, start, known).noise;
      if (!std::isnan(noise)) noises.push_back(noise);
    }
    common_noise_ = std::max(noises.empty() ? 0 : median(noises), o_.noise_floor * o_.noise_floor);
    // Series of one event a day say nothing about noise.
    common_noise_ = std::min(common_noise_, 0.25);
  }

  // A series begins with its first 14 days, all of them before the first that is judged.
  void start_series(std::size_t t) {
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      State& state = states_[s];
      if (state.ready || std::isnan(rate(inputs_[s], t))) continue;
      const FirstLevel begin = first_level(s, t, inputs_[s].value.size());
      if (std::isnan(begin.level)) continue;
      state.ready = true;
      state.level = begin.level;
      const double few = counts_ ? common_noise_ / (common_noise_ + noise_of_events(s, begin.level, t)) : 1;
      const double trust = begin.days / (begin.days + 10) * few;
      state.noise = std::max(trust * begin.noise + (1 - trust) * common_noise_, o_.noise_floor * o_.noise_floor);
      state.noise = std::min(state.noise, 4 * common_noise_ + 0.02);
      state.level_variance = 2 * (state.noise + noise_of_events(s, state.level, t)) / begin.days;
    }
  }

  double expected_events(std::size_t s, double log_expected, std::size_t t) const {
    const Input& in = inputs_[s];
    const double value = std::exp(log_expected) * (in.exposure ? in.exposure[t] : 1);
    if (info_.denominator && *info_.denominator == info_.events) return in.exposure[t];
    return value / in.worth;
  }

  double noise_of_events(std::size_t s, double log_expected, std::size_t t) const {
    return counts_ ? 1 / std::max(expected_events(s, log_expected, t), 0.02) : 0;
  }

  void predict(std::size_t t) {
    const std::size_t d = weekday(t);
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      DayScore& day = today_[s];
      day = {};
      State& state = states_[s];
      const double y = rate(inputs_[s], t);
      if (!state.ready) continue;
      state.level += state.slope;
      if (std::isnan(y)) continue;
      day.judged = true;
      day.actual = y;
      double level = state.level + state.weekday[d] + market_;
      if (series_[s].category >= 0) level += category_market_[static_cast<std::size_t>(series_[s].category)];
      day.expected = std::exp(level);
      day.events = expected_events(s, level, t);
      const double poisson = counts_ ? 1 / std::max(day.events, 0.02) : 0;
      day.variance = state.noise + poisson + state.level_variance + state.weekday_variance[d];
      day.log_move = 3 * (std::cbrt(std::max(0.0, y) / day.expected) - 1) + std::min(day.variance, 1.0) / 3;
    }
  }

  // Huber's mean of the moves, each weighted by its precision; NaN with fewer than five.
  template <class Use>
  double common_move(std::size_t fewest, double& precision, Use use) {
    moves_.clear();
    weights_.clear();
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      const DayScore& day = today_[s];
      if (!day.judged || !use(s) || day.events < 2) continue;
      moves_.push_back(day.log_move - day.market);
      weights_.push_back(1 / day.variance);
    }
    if (moves_.size() < fewest) return kNaN;
    // No series has more say than three ordinary ones.
    const double usual = median(weights_);
    for (double& w : weights_) w = std::min(w, 3 * usual);
    double middle = weighted_median(moves_, weights_);
    for (int step = 0; step < 3; ++step) {
      double sum = 0;
      precision = 0;
      for (std::size_t i = 0; i < moves_.size(); ++i) {
        const double z = std::abs(moves_[i] - middle) * std::sqrt(weights_[i]);
        const double w = weights_[i] * (z <= 1.5 ? 1 : z <= 4 ? 1.5 / z : 0);
        sum += w * moves_[i];
        precision += w;
      }
      if (!(precision > 0)) return middle;
      middle = sum / precision;
    }
    return middle;
  }

  void share_market(std::size_t t) {
    market_day_ = {};
    shop_move_ = kNaN;
    category_move_.assign(category_market_.size(), kNaN);
    if (!with_market_) return;
    const auto calm = [&](std::size_t s) { return !promoted_on(inputs_[s], t); };
    double precision = 0;
    shop_move_ = common_move(5, precision, calm);
    market_promoted_ = std::isnan(shop_move_);
    if (market_promoted_) {
      shop_move_ = common_move(5, precision, [](std::size_t) { return true; });
      if (std::isnan(shop_move_)) return;
    }
    market_day_.series = static_cast<int>(moves_.size());
    market_day_.score = shop_move_ / std::sqrt(market_noise_ + 1 / precision);
    // What few noisy series share by chance is not the market's; what is beyond chance is taken as it is.
    if (std::abs(market_day_.score) < 3) shop_move_ *= market_noise_ / (market_noise_ + 1 / precision) * 0.5 + 0.5;
    market_day_.move = shop_move_;
    for (DayScore& day : today_) day.market = shop_move_;
    for (std::size_t c = 0; c < category_market_.size(); ++c) {
      double own_precision = 0;
      const double move = common_move(
          4, own_precision, [&](std::size_t s) { return series_[s].category == static_cast<int>(c) && calm(s); });
      if (std::isnan(move)) continue;
      const double kept = move * market_noise_ / (market_noise_ + 1 / own_precision);
      category_move_[c] = kept;
      for (std::size_t s = 0; s < inputs_.size(); ++s) {
        if (series_[s].category == static_cast<int>(c)) today_[s].market += kept;
      }
    }
  }

  // A day beyond three deviations is an event and not where the market is going, until a week of them says so; nor do
  // days on which the whole shop is on promotion say anything about the days after.
  void carry_market() {
    if (std::isnan(shop_move_) || market_promoted_) return;
    const bool out = std::abs(market_day_.score) > 3;
    const bool up = shop_move_ > 0;
    market_out_ = !out ? 0 : up == market_up_ ? market_out_ + 1 : 1;
    market_up_ = up;
    const double bound = 3 * std::sqrt(market_noise_);
    const double bounded = std::clamp(shop_move_, -bound, bound);
    market_noise_ = std::max(market_noise_ + 0.06 * (bounded * bounded - market_noise_), 0.015 * 0.015);
    if (out && market_out_ < o_.shift_days) return;
    market_ += o_.market_gain * shop_move_;
    for (std::size_t c = 0; c < category_market_.size(); ++c) {
      if (!std::isnan(category_move_[c])) {
        category_market_[c] += o_.market_gain * std::clamp(category_move_[c], -bound, bound);
      }
    }
  }

  double score_of(std::size_t s, const DayScore& day, double log_shift, double extra) const {
    const State& state = states_[s];
    const double shift = std::exp(log_shift);
    if (!counts_) return cube_root_score(std::max(0.0, day.actual) / (day.expected * shift), day.variance + extra);
    const double events = std::max(day.events * shift, 1e-3);
    const double poisson = 1 / std::max(day.events, 0.02);
    const double spread = std::max(day.variance - poisson, state.noise) + extra;
    return count_score(std::max(0.0, day.actual) / day.expected * day.events, events, spread);
  }

  void judge(std::size_t s, std::size_t t, DayScore& day) {
    State& state = states_[s];
    day.own = score_of(s, day, day.market, 0);
    day.score = with_market_ ? score_of(s, day, 0, market_noise_) : day.own;
    if (std::isnan(state.former) || std::abs(day.own) < 2.5) return;
    if (t > state.former_day + static_cast<std::size_t>(o_.shift_memory)) {
      state.former = kNaN;
      return;
    }
    // Back where it was before its last shift: that is its other normal.
    const double away = state.former - state.level;
    if (std::abs(score_of(s, day, day.market + away, 0)) > 2.5) return;
    std::swap(state.level, state.former);
    state.former_day = t;
    state.out_days = 0;
    day.expected *= std::exp(away);
    day.events *= std::exp(counts_ ? away : 0);
    day.log_move = 3 * (std::cbrt(std::max(0.0, day.actual) / day.expected) - 1);
    day.own = score_of(s, day, day.market, 0);
    day.score = with_market_ ? score_of(s, day, 0, market_noise_) : day.own;
  }

  void update(std::size_t s, std::size_t t, DayScore& day) {
    State& state = states_[s];
    const std::size_t d = weekday(t);
    const double move = day.log_move - day.market;
    state.observed += 1;
    if (promoted_on(inputs_[s], t)) {
      state.level_variance += o_.level_step * o_.level_step;  // the level goes on unseen
      return;
    }
    watch_level(s, t, day, move);
    const double z = std::abs(day.own);
    const double weight = z <= 2 ? 1 : z >= 4 ? 0 : (4 - z) / 2;
    if (state.observed > kFirstDays) {
      // Of ordinary days: an incident of a week is no serial correlation.
      const double own = z < 2.5 ? day.own : kNaN;
      if (!std::isnan(former_own_[s]) && !std::isnan(own)) {
        pair_product_ += own * former_own_[s];
        pair_square_ += own * own;
      }
      former_own_[s] = own;
    }
    const double gain = weight / day.variance;
    // Level and slope as in an alpha-beta filter (Benedict & Bordner 1962), with two fifths of its beta = alpha² / 2
    // and a slope that fades by a hundredth a day: trends of shops are slow, and a steeper slope takes noise for one.
    const double alpha = state.level_variance * gain;
    if (state.observed > kFirstDays)
      state.slope += 0.2 * alpha * alpha * std::clamp(move, -1.0, 1.0) - 0.01 * state.slope;
    state.level += alpha * move;
    state.weekday[d] += state.weekday_variance[d] * gain * move;
    state.level_variance *= 1 - state.level_variance * gain;
    state.weekday_variance[d] *= 1 - state.weekday_variance[d] * gain;
    state.level_variance += o_.level_step * o_.level_step;
    // 1.10: what bounding at 2.5 deviations takes from the square of a normal variable, and some for longer tails.
    const double bounded = std::min(move * move, 6.25 * day.variance) * 1.10;
    const double memory = std::min(state.observed + 10, 50.0);
    // A series of few events says little about the rest of its noise.
    const double own = counts_ ? common_noise_ / (common_noise_ + 1 / std::max(day.events, 0.02)) : 1;
    state.noise += own * (bounded - day.variance) / memory;
    state.noise = std::max(state.noise, std::max(o_.noise_floor * o_.noise_floor, 0.25 * common_noise_));
  }

  // Counts the days that are out in a row; after a week of them the level is another one.
  void watch_level(std::size_t s, std::size_t t, DayScore& day, double move) {
    State& state = states_[s];
    const bool up = day.own > 0;
    if (std::abs(day.own) < 2) {
      state.out_days = 0;
      state.out_sum = 0;
      return;
    }
    if (state.out_days > 0 && up != state.out_up) state.out_days = 0, state.out_sum = 0;
    state.out_up = up;
    ++state.out_days;
    state.out_sum += std::max(move, -2.5);
    if (state.out_days < o_.shift_days) return;
    state.former = state.level;
    state.former_day = t;
    state.level += std::log(std::max(std::pow(1 + state.out_sum / state.out_days / 3, 3), 1e-3));
    state.level_variance = day.variance / state.out_days;
    state.out_days = 0;
    state.out_sum = 0;
    day.new_level = true;
  }

  const MetricInfo& info_;
  std::vector<Input>& inputs_;
  const std::vector<ScoredSeries>& series_;
  Day first_day_;
  bool with_market_;
  const ScoreOptions& o_;
  bool counts_ = true;  // a value's own events are its noise
  std::vector<State> states_;
  std::vector<DayScore> today_;
  std::vector<double> former_own_;
  double pair_product_ = 0, pair_square_ = 0;
  Weekdays pattern_{};
  double common_noise_ = 0;
  double market_ = 0, market_noise_ = 0, shop_move_ = kNaN;
  std::vector<double> category_market_, category_move_;
  int market_out_ = 0;  // days in a row, on one side
  bool market_up_ = false;
  bool market_promoted_ = false;
  MarketScore market_day_;
  std::vector<double> moves_, weights_;
};

Input input_of(const ScoredSeries& series, const MetricInfo& info) {
  Input in;
  const DailyColumns& c = *series.columns;
  in.value = c.of(info.numerator.begin()->column);
  for (double& v : in.value) v *= info.numerator.begin()->sign;
  for (const ColumnTerm& term : info.numerator.span().subspan(1)) {
    for (std::size_t t = 0; t < in.value.size(); ++t) in.value[t] += term.sign * c.of(term.column)[t];
  }
  if (info.denominator) in.exposure = c.of(*info.denominator).data();
  in.events = c.of(info.events).data();
  if (series.promoted) in.promoted = series.promoted->data();
  return in;
}

// The worth of an event from the days start..end-1, which come before any judged one.
void set_worth(Input& in, std::size_t start, std::size_t end) {
  double value = 0, events = 0;
  for (std::size_t t = start; t < end; ++t) {
    if (std::isnan(in.value[t]) || std::isnan(in.events[t])) continue;
    value += in.value[t];
    events += in.events[t];
  }
  in.worth = value > 0 && events > 0 ? value / events : 1;
}

}  // namespace

MetricScores score_days(const PerformancePanel& panel, const std::vector<ScoredSeries>& series, Metric metric,
                        std::size_t from, bool with_market, const ScoreOptions& options, const Progress& progress) {
  const MetricInfo& info = metric_info(metric);
  MetricScores result;
  result.from = from;
  const std::size_t judged = panel.days - std::min(panel.days, from);
  result.series.assign(series.size(), std::vector<DayScore>(judged));
  result.market.assign(judged, {});
  std::vector<Input> inputs;
  for (const ScoredSeries& s : series) inputs.push_back(input_of(s, info));
  double persistence = 0;
  int blocks = 0;
  for (std::size_t first = from; first < panel.days;) {
    progress.poll();
    // Blocks are laid on the calendar, not on the panel.
    const Day day = panel.day(first);
    const Day into = ((day % options.block) + options.block) % options.block;
    const std::size_t end = std::min(panel.days, first + static_cast<std::size_t>(options.block - into));
    const Day begin = day - into - options.reach;
    const std::size_t start = begin > panel.first_day ? panel.index(begin) : 0;
    const Day block = std::max(day - into, panel.first_day);
    const std::size_t known = std::min(panel.days, std::max(panel.index(block), start + kFirstDays));
    for (Input& in : inputs) set_worth(in, start, known);
    BlockFilter filter(info, inputs, series, panel.first_day, with_market, options);
    filter.run(start, known, first, end, result);
    persistence += filter.persistence();
    ++blocks;
    first = end;
  }
  if (blocks > 0) result.persistence = persistence / blocks;
  return result;
}

}  // namespace performance_tracker
