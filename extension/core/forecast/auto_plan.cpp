// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/auto_plan.h"

#include <algorithm>
#include <cmath>

#include "core/diagnostics/season_length.h"
#include "core/forecast/carried_model.h"
#include "core/forecast/long_season.h"
#include "core/series/interpolation.h"

namespace performance_tracker {
namespace {

// Where the mean interval between demands exceeds 1.32 (Syntetos, Boylan & Croston 2005).
constexpr double kSparseZeros = 1 - 1 / 1.32;
// Level and shape need seasons to be judged by; in between, yearly data with their few seasons are better off without.
constexpr std::size_t kFewestSeasons = 12;
// Long series without a season (weeks, minutes) differ more than others in what suits them, and ARIMA suits most: in
// weights by the eighth power its errors count as so much. Of .7 to 1 on 180 generated series of 60 to 500 values and
// every other M4 weekly series; on the rest of these MASE falls by 1.8%.
constexpr std::size_t kLongWithoutSeason = 80;
constexpr double kFavour = 0.8;
// Weeks below which nothing that is estimated beats the median of each weekday, and below which only level and shape
// help it. In the last 15 to 60 days of daily sets (docs/benchmarks.md) the mean of all has 1.2 to 1.4 times the error
// of the median at three weeks, 1.0 to 1.1 times at four, and less from six weeks on.
constexpr std::size_t kWeeksForShape = 4;
constexpr std::size_t kWeeksForAll = 6;
// Beyond this many values each further one adds time and nothing to ETS and Theta, which forget.
constexpr std::size_t kLongest = 5000;
constexpr int kYearOfDays = 200;  // seasons from here on are waves, shorter ones shapes: hours of a week have 168
// A phase is closed when its last four values and nine tenths of all are zero.
constexpr std::size_t kZerosToClose = 4;
constexpr double kShareToClose = 0.9;

std::vector<bool> closed_phases(std::span<const double> y, std::size_t phases) {
  std::vector<bool> closed(phases, false);
  bool any = false;
  for (std::size_t i = 0; i < phases && phases > 1; ++i) {
    std::size_t observed = 0, zeros = 0, run = 0;
    for (std::size_t t = i; t < y.size(); t += phases) {
      if (std::isnan(y[t])) continue;
      ++observed;
      run = y[t] == 0 ? run + 1 : 0;
      zeros += y[t] == 0 ? 1 : 0;
    }
    closed[i] = run >= kZerosToClose && static_cast<double>(zeros) >= kShareToClose * static_cast<double>(observed);
    any = any || closed[i];
  }
  if (!any || std::all_of(closed.begin(), closed.end(), [](bool c) { return c; })) closed.clear();
  return closed;
}

// Zeros on a weekday that has nothing else may be a closed one, however few have been seen, and do not count.
bool sparse(std::span<const double> y, std::size_t phases) {
  std::vector<bool> sells(phases, false);
  for (std::size_t t = 0; t < y.size(); ++t)
    if (!std::isnan(y[t]) && y[t] != 0) sells[t % phases] = true;
  double observed = 0, zeros = 0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (std::isnan(y[t]) || !sells[t % phases]) continue;
    if (y[t] < 0 || y[t] != std::floor(y[t])) return false;
    ++observed;
    zeros += y[t] == 0 ? 1 : 0;
  }
  return observed >= 10 && zeros > kSparseZeros * observed && zeros < observed;
}

void find_pattern(AutoPlan& plan, const MethodInput& input) {
  const int long_season = long_season_of(input.season_length);
  plan.phases = static_cast<std::size_t>(input.season_length);
  const std::size_t count = input.y.size() / plan.phases;
  plan.offset = input.y.size() - count * plan.phases;
  // Only the year: the week of hourly data is in its own values, which a member may know better.
  if (input.season_length != 7 || 2 * count < 3 * static_cast<std::size_t>(long_season)) return;
  const std::vector<double> filled = interpolate_missing(input.y, input.season_length);
  std::vector<double> levels(count, 0.0);
  for (std::size_t j = 0; j < count; ++j)
    for (std::size_t i = 0; i < plan.phases; ++i)
      levels[j] += filled[plan.offset + j * plan.phases + i] / static_cast<double>(plan.phases);
  const auto [low, high] = std::minmax_element(levels.begin(), levels.end());
  plan.ratios = plan.nonnegative && *low > 1e-3 * *high;
  if (plan.ratios)
    for (double& level : levels) level = std::log(level);
  plan.pattern = long_season_pattern(long_season, levels);
  if (plan.pattern.empty()) plan.ratios = false;
}

// Two years or more of a season that no model of seasonal states learns from so few of them, and that takes seconds.
bool is_year_of_days(const MethodInput& input) {
  return input.season_length >= kYearOfDays && input.y.size() >= 2 * static_cast<std::size_t>(input.season_length);
}

void find_year(AutoPlan& plan, const MethodInput& input, int season_length) {
  std::vector<double> filled = interpolate_missing(input.y);
  const auto [low, high] = std::minmax_element(filled.begin(), filled.end());
  plan.ratios = *low > 1e-3 * *high;
  if (plan.ratios)
    for (double& v : filled) v = std::log(v);
  plan.pattern = smooth_season(static_cast<std::size_t>(input.season_length), filled);
  if (plan.pattern.empty()) plan.ratios = false;
  const std::vector<double> rest = plan.without_pattern(input.y);
  plan.season_length =
      season_length > 0 ? season_length : detect_season_length(rest, {.max_season_length = kYearOfDays - 1});
}

// Whether there is something to fit: at least ten values, not all equal.
bool worth_fitting(std::span<const double> y) {
  std::size_t observed = 0;
  double first = kMissing;
  bool varies = false;
  for (const double v : y) {
    if (std::isnan(v)) continue;
    if (observed++ == 0) first = v;
    varies = varies || v != first;
  }
  return varies && observed >= kFewestForArima;
}

bool long_without_season(const MethodInput& input) {
  return input.season_length == 1 && input.y.size() >= kLongWithoutSeason;
}

// Errors of the past tell more of those to come where there are more of them.
WeightRule rule_of(const MethodInput& input) {
  if (long_without_season(input)) return {.power = 8, .first = kFavour};
  const std::size_t length = input.y.size();
  return {.power = length < 200 ? 2.0 : length < 500 ? 4.0 : 8.0};
}

std::vector<ForecastMethod> members_of(const MethodInput& input) {
  const std::size_t length = input.y.size(), seasons = length / static_cast<std::size_t>(input.season_length);
  const bool weekly = input.season_length == 7;
  std::vector<ForecastMethod> members;
  const bool short_history = weekly && seasons < kWeeksForAll && worth_fitting(input.y);
  if (!short_history || !input.regressors.empty()) members = {ForecastMethod::kArima};
  if (!short_history && length <= kLongest)
    members.insert(members.end(), {ForecastMethod::kEts, ForecastMethod::kTheta});
  if (weekly ? seasons >= kWeeksForShape : input.season_length > 1 && seasons >= kFewestSeasons)
    members.push_back(ForecastMethod::kLevelShape);
  if (weekly || (input.season_length > 1 && seasons >= kFewestSeasons))
    members.push_back(ForecastMethod::kWeekdayMedian);
  if (long_without_season(input) && members.size() > 1) members.push_back(ForecastMethod::kSeasonalNaive);
  return members;
}

}  // namespace

double AutoPlan::pattern_at(std::size_t t) const {
  if (pattern.empty()) return ratios ? 1.0 : 0.0;
  // Before the first whole season: the one before it.
  const std::size_t j = t >= offset ? (t - offset) / phases : pattern.size() - 1;
  const double value = pattern[j % pattern.size()];
  return ratios ? std::exp(value) : value;
}

std::vector<double> AutoPlan::without_pattern(std::span<const double> y) const {
  std::vector<double> rest(y.begin(), y.end());
  for (std::size_t t = 0; t < rest.size() && !pattern.empty(); ++t)
    rest[t] = ratios ? rest[t] / pattern_at(t) : rest[t] - pattern_at(t);
  return rest;
}

AutoPlan plan_auto(const MethodInput& input, int season_length) {
  AutoPlan plan;
  plan.season_length = input.season_length;
  plan.nonnegative = std::all_of(input.y.begin(), input.y.end(), [](double v) { return std::isnan(v) || v >= 0; });
  if (plan.nonnegative) plan.closed = closed_phases(input.y, static_cast<std::size_t>(input.season_length));
  if (input.regressors.empty() && sparse(input.y, static_cast<std::size_t>(input.season_length))) {
    plan.kind = AutoPlan::Kind::kSparse;
    plan.methods = {ForecastMethod::kTsb};
    return plan;
  }
  if (input.regressors.empty() && is_year_of_days(input))
    find_year(plan, input, season_length);
  else if (input.regressors.empty())
    find_pattern(plan, input);
  const MethodInput members{plan.without_pattern(input.y), plan.season_length, input.regressors};
  plan.methods = members_of(members);
  plan.rule = rule_of(members);
  return plan;
}

}  // namespace performance_tracker
