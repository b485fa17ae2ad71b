// SPDX-License-Identifier: PostgreSQL
#include "core/shop/score_start.h"

#include <algorithm>
#include <cmath>

#include "core/base/statistics.h"

namespace performance_tracker {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kPatternDays = 42;  // of the shop, for the weekdays

// What a weekday does in every week is its pattern; what it did in half of them is not: where its moves disagree by
// more than a factor of two, the half nearest to none decides. (Two outages on Mondays of six weeks were a pattern.)
double agreed_move(std::vector<double> moves) {
  const auto [least, most] = std::minmax_element(moves.begin(), moves.end());
  if (*most - *least > std::log(2.0)) {
    std::sort(moves.begin(), moves.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    moves.resize((moves.size() + 1) / 2);
  }
  return median(moves);
}

// Sums a day over the series of a category, or over all of them.
struct DaySums {
  std::vector<double> sum, exposure;
  double events = 0;

  explicit DaySums(std::size_t days) : sum(days, 0.0), exposure(days, 0.0) {}

  void add(const ScoreInput& in, std::size_t start) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const std::size_t t = start + i;
      if (std::isnan(in.rate[t]) || in.promoted_on(t)) continue;
      sum[i] += in.value[t];
      exposure[i] += in.exposure ? in.exposure[t] : 1;
      events += std::isnan(in.events[t]) ? 0 : in.events[t];
    }
  }
};

Weekdays pattern_of(const DaySums& sums, Day start) {
  const std::size_t days = sums.sum.size();
  std::array<std::vector<double>, 7> moves;
  std::vector<double> around;
  for (std::size_t i = 3; i + 3 < days; ++i) {
    // A sum a row, so that days on which some series have none do not look like a weekday; against the median of the
    // week around, so that one day's outage is not in the others' pattern.
    around.clear();
    for (std::size_t j = i - 3; j <= i + 3; ++j) {
      if (sums.exposure[j] > 0) around.push_back(sums.sum[j] / sums.exposure[j]);
    }
    if (around.size() < 4 || !(sums.sum[i] > 0)) continue;
    const double middle = median(around);
    if (middle > 0)
      moves[weekday_of(start + static_cast<Day>(i))].push_back(std::log(sums.sum[i] / sums.exposure[i] / middle));
  }
  Weekdays pattern{};
  double mean_move = 0;
  for (std::size_t d = 0; d < pattern.size(); ++d) {
    if (moves[d].empty()) continue;
    // Two weeks hold one or two of each: trusted by n / (n + 1/2).
    const auto n = static_cast<double>(moves[d].size());
    pattern[d] = std::clamp(agreed_move(moves[d]), -1.5, 1.5) * n / (n + 0.5);
    mean_move += pattern[d] / static_cast<double>(pattern.size());
  }
  for (double& p : pattern) p -= mean_move;
  return pattern;
}

}  // namespace

ScoreInput score_input(const ScoredSeries& series, const MetricInfo& info) {
  ScoreInput in;
  const DailyColumns& c = *series.columns;
  in.category = series.category;
  in.value = c.of(info.numerator.begin()->column);
  for (double& v : in.value) v *= info.numerator.begin()->sign;
  for (const ColumnTerm& term : info.numerator.span().subspan(1)) {
    for (std::size_t t = 0; t < in.value.size(); ++t) in.value[t] += term.sign * c.of(term.column)[t];
  }
  if (info.denominator) in.exposure = c.of(*info.denominator).data();
  in.events = c.of(info.events).data();
  if (series.promoted) in.promoted = series.promoted->data();
  in.rate = in.value;
  for (std::size_t t = 0; in.exposure && t < in.rate.size(); ++t)
    in.rate[t] = in.exposure[t] > 0 ? in.value[t] / in.exposure[t] : kNaN;
  return in;
}

void set_worth(ScoreInput& in, std::size_t start, std::size_t end) {
  double value = 0, events = 0;
  for (std::size_t t = start; t < end; ++t) {
    if (std::isnan(in.value[t]) || std::isnan(in.events[t])) continue;
    value += in.value[t];
    events += in.events[t];
  }
  in.worth = value > 0 && events > 0 ? value / events : 1;
}

WeekdayPatterns weekday_patterns(const std::vector<ScoreInput>& inputs, int categories, Day first_day,
                                 std::size_t start, std::size_t known) {
  const std::size_t days = std::min(known, start + kPatternDays) - start;
  DaySums all(days);
  std::vector<DaySums> of_category(static_cast<std::size_t>(categories), DaySums(days));
  for (const ScoreInput& in : inputs) {
    all.add(in, start);
    if (in.category >= 0) of_category[static_cast<std::size_t>(in.category)].add(in, start);
  }
  WeekdayPatterns patterns;
  if (days >= kFirstDays) patterns.all = pattern_of(all, first_day + static_cast<Day>(start));
  for (const DaySums& sums : of_category) {
    // A weekday's mean of four is known to 1 / sqrt(4 events a day): below 100 a day that is worse than no pattern of
    // one's own.
    const bool enough = days >= kFirstDays && sums.events >= 100 * static_cast<double>(days);
    patterns.categories.push_back(enough ? pattern_of(sums, first_day + static_cast<Day>(start)) : patterns.all);
  }
  return patterns;
}

FirstLevel first_level(const ScoreInput& in, const Weekdays& weekdays, Day first_day, bool counts, std::size_t start,
                       std::size_t end) {
  std::vector<double> values;
  values.reserve(kFirstDays);
  double sum = 0, weight = 0, events = 0;
  std::size_t seen = 0;
  for (std::size_t t = start; t < end && seen < kFirstDays; ++t) {
    const double y = in.rate[t];
    if (std::isnan(y)) continue;
    ++seen;
    if (in.promoted_on(t)) continue;
    const double pattern = std::exp(weekdays[weekday_of(first_day + static_cast<Day>(t))]);
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
  deviations.reserve(values.size());
  for (const double v : values) deviations.push_back(3 * (std::cbrt(v / level) - 1));
  const double middle = weighted_mad(deviations, std::vector<double>(deviations.size(), 1.0));
  result.noise = middle * middle - (counts && per_day > 0 ? 1 / per_day : 0);
  return result;
}

}  // namespace performance_tracker
