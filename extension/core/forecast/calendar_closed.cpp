// SPDX-License-Identifier: PostgreSQL
//
// Days on which nothing is sold, given or learned.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/forecast/calendar_effects.h"

namespace performance_tracker {
namespace {

// A rule is believed when zeros as rare as elsewhere would make one like it by chance this seldom.
constexpr double kChance = 0.001;

class ClosedRules {
 public:
  explicit ClosedRules(const CalendarInput& input)
      : input_(input), steps_{std::vector<bool>(input.y.size() + static_cast<std::size_t>(input.horizon), false), {}} {}

  void given(std::size_t t) { steps_.closed[t] = true; }

  // Closes the steps if each that is observed is zero and that is no accident; true if it does.
  bool learn(const std::vector<std::size_t>& steps, const std::string& reason) {
    std::size_t seen = 0, zero_elsewhere = 0, elsewhere = 0;
    std::vector<bool> here(steps_.closed.size(), false);
    bool ahead = false, news = false;
    for (const std::size_t t : steps) here[t] = true;
    for (std::size_t t = 0; t < here.size(); ++t) {
      if (t >= input_.y.size()) {
        ahead = ahead || here[t];
        continue;
      }
      if (std::isnan(input_.y[t])) continue;
      if (here[t]) {
        if (input_.y[t] != 0.0) return false;
        if (!steps_.closed[t]) {
          ++seen;
          news = true;
        }
      } else if (!steps_.closed[t]) {
        ++elsewhere;
        zero_elsewhere += input_.y[t] == 0.0 ? 1 : 0;
      }
    }
    if (!news || elsewhere == 0) return false;
    // Laplace's rule of succession, so that a series without any other zero does not prove everything with one.
    const double rate = (static_cast<double>(zero_elsewhere) + 1.0) / (static_cast<double>(elsewhere) + 2.0);
    if (std::pow(rate, static_cast<double>(seen)) > kChance) return false;
    for (const std::size_t t : steps) steps_.closed[t] = true;
    steps_.reasons.push_back(reason);
    return ahead;
  }

  ClosedSteps& steps() { return steps_; }

 private:
  const CalendarInput& input_;
  ClosedSteps steps_;
};

std::string phase_name(const CalendarInput& input, int phase) {
  static constexpr std::array kDays{"Sundays",   "Mondays", "Tuesdays", "Wednesdays",
                                    "Thursdays", "Fridays", "Saturdays"};
  if (input.first_day && input.season_length == 7)
    return kDays[(std::chrono::weekday{*input.first_day} + std::chrono::days{phase}).c_encoding()];
  return "step " + std::to_string(phase + 1) + " of each season of " + std::to_string(input.season_length);
}

std::vector<std::size_t> steps_of(const CalendarInput& input, const std::vector<const CalendarEvent*>& events) {
  std::vector<std::size_t> steps;
  const auto end = static_cast<std::int64_t>(input.y.size()) + input.horizon - 1;
  for (const CalendarEvent* e : events)
    for (std::int64_t t = std::max<std::int64_t>(e->first, 0); t <= std::min(e->last, end); ++t)
      steps.push_back(static_cast<std::size_t>(t));
  return steps;
}

void learn_covariates(const CalendarInput& input, ClosedRules& rules) {
  for (const Covariate& c : input.covariates) {
    std::map<double, std::vector<std::size_t>> values;
    for (std::size_t t = 0; t < input.y.size() + c.future.size() && values.size() <= 2; ++t) {
      const double value = t < input.y.size() ? c.past[t] : c.future[t - input.y.size()];
      if (!std::isnan(value)) values[value].push_back(t);
    }
    if (values.size() != 2) continue;
    for (const auto& [value, steps] : values) {
      std::string text = std::to_string(value);
      text.erase(text.find_last_not_of('0') + 1);
      if (text.back() == '.') text.pop_back();
      if (rules.learn(steps, c.name + " = " + text)) break;
    }
  }
}

void learn_phases(const CalendarInput& input, ClosedRules& rules) {
  if (input.season_length < 2 || input.season_length > 31) return;
  const auto m = static_cast<std::size_t>(input.season_length);
  for (std::size_t phase = 0; phase < m; ++phase) {
    std::vector<std::size_t> steps;
    for (std::size_t t = phase; t < rules.steps().closed.size(); t += m) steps.push_back(t);
    rules.learn(steps, phase_name(input, static_cast<int>(phase)));
  }
}

// Public holidays as a whole first: a shop that closes on all of them closes on those that it has not had yet.
void learn_holidays(const CalendarInput& input, ClosedRules& rules) {
  std::vector<const CalendarEvent*> all;
  std::map<std::string, std::vector<const CalendarEvent*>> named;
  for (const CalendarEvent& e : input.events) {
    if (e.kind != EffectKind::kHoliday) continue;
    named[e.name].push_back(&e);
    if (e.by_law) all.push_back(&e);
  }
  if (!all.empty() && rules.learn(steps_of(input, all), "public holidays")) return;
  for (const auto& [name, events] : named) rules.learn(steps_of(input, events), name);
}

}  // namespace

ClosedSteps find_closed(const CalendarInput& input) {
  ClosedRules rules(input);
  std::set<std::string> names;
  for (const CalendarEvent& e : input.events) {
    if (e.kind != EffectKind::kClosed) continue;
    // A day that was to be closed and sold all the same was not.
    for (const std::size_t t : steps_of(input, {&e}))
      if (t >= input.y.size() || !(input.y[t] != 0.0) || std::isnan(input.y[t])) rules.given(t);
    if (names.insert(e.name).second) rules.steps().reasons.push_back(e.name);
  }
  const bool some_sales = std::ranges::any_of(input.y, [](double v) { return v != 0.0 && !std::isnan(v); });
  if (some_sales) {
    learn_covariates(input, rules);
    learn_phases(input, rules);
    learn_holidays(input, rules);
  }
  return std::move(rules.steps());
}

}  // namespace performance_tracker
