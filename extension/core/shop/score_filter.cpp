// SPDX-License-Identifier: PostgreSQL
#include "core/shop/score_filter.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/count_score.h"
#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kFewestEvents = 0.02;  // of a day's expectation, for its noise

}  // namespace

ScoreFilter::ScoreFilter(const MetricInfo& info, const std::vector<ScoreInput>& inputs, int categories, Day first_day,
                         bool with_market, const ScoreOptions& options)
    : inputs_(inputs),
      categories_(categories),
      first_day_(first_day),
      o_(options),
      events_are_given_(info.denominator && *info.denominator == info.events),
      market_(inputs, categories, with_market, options) {
  counts_ = info.poisson && !events_are_given_;
}

void ScoreFilter::run(std::size_t start, std::size_t known, std::size_t first, std::size_t end, MetricScores& result) {
  begin(start, known);
  lay_out(start, end);
  for (std::size_t t = start; t < end; ++t) {
    start_series(t);
    predict(t);
    market_.share(t, today_);
    for (std::size_t s = 0; s < inputs_.size(); ++s) {
      if (!today_[s].judged) continue;
      judge(s, t, t >= first);
      update(s, t);
    }
    market_.carry();
    if (t >= first) keep(t, result);
  }
}

double ScoreFilter::persistence() const {
  return pair_square_ > 0 ? std::clamp(pair_product_ / pair_square_, 0.0, 0.9) : 0;
}

void ScoreFilter::keep(std::size_t t, MetricScores& result) {
  for (std::size_t s = 0; s < inputs_.size(); ++s) {
    DayScore& day = today_[s];
    day.judged = day.judged && states_[s].observed > o_.minimum_history;
    result.series[s][t - result.from] = day;
  }
  result.market[t - result.from] = market_.day();
}

void ScoreFilter::begin(std::size_t start, std::size_t known) {
  states_.assign(inputs_.size(), {});
  today_.assign(inputs_.size(), {});
  roots_.assign(inputs_.size(), 0.0);
  waiting_.resize(inputs_.size());
  std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
  const WeekdayPatterns patterns = weekday_patterns(inputs_, categories_, first_day_, start, known);
  std::vector<double> noises;
  for (std::size_t s = 0; s < inputs_.size(); ++s) {
    State& state = states_[s];
    state.weekday = patterns.of(inputs_[s].category);
    state.weekday_variance.fill(o_.weekday_spread * o_.weekday_spread);
    const double noise = first_level(inputs_[s], state.weekday, first_day_, counts_, start, known).noise;
    if (!std::isnan(noise)) noises.push_back(noise);
  }
  common_noise_ = std::max(noises.empty() ? 0 : median(noises), o_.noise_floor * o_.noise_floor);
  // Series of one event a day say nothing about noise.
  common_noise_ = std::min(common_noise_, 0.25);
}

// All series go through a day together: what they need of it lies together.
void ScoreFilter::lay_out(std::size_t start, std::size_t end) {
  start_ = start;
  const std::size_t n = inputs_.size();
  const bool ratio = n > 0 && inputs_.front().exposure;
  rates_.resize((end - start) * n);
  exposures_.resize(ratio ? (end - start) * n : 0);
  for (std::size_t s = 0; s < n; ++s) {
    for (std::size_t t = start; t < end; ++t) rates_[(t - start) * n + s] = inputs_[s].rate[t];
    for (std::size_t t = start; ratio && t < end; ++t) exposures_[(t - start) * n + s] = inputs_[s].exposure[t];
  }
}

// A series begins with its first 14 days, all of them before the first that is judged.
void ScoreFilter::start_series(std::size_t t) {
  std::erase_if(waiting_, [&](std::size_t s) { return begin_series(s, t); });
}

bool ScoreFilter::begin_series(std::size_t s, std::size_t t) {
  const ScoreInput& in = inputs_[s];
  if (std::isnan(in.rate[t])) return false;
  State& state = states_[s];
  const FirstLevel begin = first_level(in, state.weekday, first_day_, counts_, t, in.value.size());
  if (std::isnan(begin.level)) return false;
  state.ready = true;
  state.level = begin.level;
  const double few = counts_ ? common_noise_ / (common_noise_ + noise_of_events(s, begin.level, t)) : 1;
  const double trust = begin.days / (begin.days + 10) * few;
  state.noise = std::max(trust * begin.noise + (1 - trust) * common_noise_, o_.noise_floor * o_.noise_floor);
  state.noise = std::min(state.noise, 4 * common_noise_ + 0.02);
  state.level_variance = 2 * (state.noise + noise_of_events(s, state.level, t)) / begin.days;
  return true;
}

double ScoreFilter::expected_events(std::size_t s, double expected, std::size_t t) const {
  const double exposure = exposures_.empty() ? 1 : exposures_[(t - start_) * inputs_.size() + s];
  return events_are_given_ ? exposure : expected * exposure / inputs_[s].worth;
}

double ScoreFilter::noise_of_events(std::size_t s, double log_level, std::size_t t) const {
  return counts_ ? 1 / std::max(expected_events(s, std::exp(log_level), t), kFewestEvents) : 0;
}

void ScoreFilter::predict(std::size_t t) {
  const std::size_t d = weekday_of(first_day_ + static_cast<Day>(t));
  const double* rates = rates_.data() + (t - start_) * inputs_.size();
  for (std::size_t s = 0; s < inputs_.size(); ++s) {
    DayScore& day = today_[s];
    day = {};
    State& state = states_[s];
    if (!state.ready) continue;
    state.level += state.slope;
    if (std::isnan(rates[s])) continue;
    day.judged = true;
    day.actual = rates[s];
    day.expected =
        std::exp(state.level + state.weekday[d] + market_.level() + market_.category_level(inputs_[s].category));
    day.events = expected_events(s, day.expected, t);
    const double poisson = counts_ ? 1 / std::max(day.events, kFewestEvents) : 0;
    day.variance = state.noise + poisson + state.level_variance + state.weekday_variance[d];
    roots_[s] = std::cbrt(std::max(0.0, day.actual) / day.expected);
    day.log_move = 3 * (roots_[s] - 1) + std::min(day.variance, 1.0) / 3;
  }
}

// The score of the day against its expectation moved by `shift`, with `extra` variance.
double ScoreFilter::score_of(std::size_t s, const LogShift& shift, double extra) const {
  const DayScore& day = today_[s];
  if (!counts_) return cube_root_score_of_root(roots_[s] / shift.root, day.variance + extra);
  const double poisson = 1 / std::max(day.events, kFewestEvents);
  const double spread = std::max(day.variance - poisson, states_[s].noise) + extra;
  const double events = day.events * shift.factor;
  if (events >= kExactCountsBelow) return cube_root_score_of_root(roots_[s] / shift.root, 1 / events + spread);
  return count_score(std::max(0.0, day.actual) / day.expected * day.events, std::max(events, 1e-3), spread);
}

// `wanted`: on days that are only filtered nobody asks for the score against the shop's expectation.
void ScoreFilter::set_scores(std::size_t s, bool wanted) {
  DayScore& day = today_[s];
  day.own = score_of(s, market_.shift(inputs_[s].category), 0);
  if (wanted) day.score = market_.parts() ? score_of(s, {}, market_.noise()) : day.own;
}

void ScoreFilter::judge(std::size_t s, std::size_t t, bool wanted) {
  set_scores(s, wanted);
  State& state = states_[s];
  if (std::isnan(state.former) || std::abs(today_[s].own) < 2.5) return;
  if (t > state.former_day + static_cast<std::size_t>(o_.shift_memory)) {
    state.former = kNaN;
    return;
  }
  return_to_former(s, t, wanted);
}

// Back where it was before its last shift: that is its other normal.
void ScoreFilter::return_to_former(std::size_t s, std::size_t t, bool wanted) {
  State& state = states_[s];
  DayScore& day = today_[s];
  const double away = state.former - state.level;
  if (std::abs(score_of(s, LogShift::of(day.market + away), 0)) > 2.5) return;
  std::swap(state.level, state.former);
  state.former_day = t;
  state.out_days = 0;
  day.expected *= std::exp(away);
  day.events *= std::exp(counts_ ? away : 0);
  roots_[s] = std::cbrt(std::max(0.0, day.actual) / day.expected);
  day.log_move = 3 * (roots_[s] - 1);
  set_scores(s, wanted);
}

void ScoreFilter::update(std::size_t s, std::size_t t) {
  State& state = states_[s];
  const DayScore& day = today_[s];
  const std::size_t d = weekday_of(first_day_ + static_cast<Day>(t));
  const double move = day.log_move - day.market;
  state.observed += 1;
  if (inputs_[s].promoted_on(t)) {
    state.level_variance += o_.level_step * o_.level_step;  // the level goes on unseen
    return;
  }
  watch_level(s, t, move);
  const double z = std::abs(day.own);
  const double weight = z <= 2 ? 1 : z >= 4 ? 0 : (4 - z) / 2;
  if (state.observed > static_cast<double>(kFirstDays)) remember(state, day);
  const double gain = weight / day.variance;
  // Level and slope as in an alpha-beta filter (Benedict & Bordner 1962), with two fifths of its beta = alpha² / 2
  // and a slope that fades by a hundredth a day: trends of shops are slow, and a steeper slope takes noise for one.
  const double alpha = state.level_variance * gain;
  if (state.observed > static_cast<double>(kFirstDays))
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
  const double own = counts_ ? common_noise_ / (common_noise_ + 1 / std::max(day.events, kFewestEvents)) : 1;
  state.noise += own * (bounded - day.variance) / memory;
  state.noise = std::max(state.noise, std::max(o_.noise_floor * o_.noise_floor, 0.25 * common_noise_));
}

// Of ordinary days: an incident of a week is no serial correlation.
void ScoreFilter::remember(State& state, const DayScore& day) {
  const double own = std::abs(day.own) < 2.5 ? day.own : kNaN;
  if (!std::isnan(state.former_own) && !std::isnan(own)) {
    pair_product_ += own * state.former_own;
    pair_square_ += own * own;
  }
  state.former_own = own;
}

// Counts the days that are out in a row; after a week of them the level is another one.
void ScoreFilter::watch_level(std::size_t s, std::size_t t, double move) {
  State& state = states_[s];
  DayScore& day = today_[s];
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

}  // namespace performance_tracker
