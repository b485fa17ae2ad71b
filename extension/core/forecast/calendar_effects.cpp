// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/calendar_effects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "core/base/error.h"
#include "core/series/time_series.h"

namespace performance_tracker {
namespace {

using Column = std::vector<double>;

// Harmonic pairs of the year that are tried: the sixth still has a period of two months.
constexpr int kMostYearPairs = 6;
// Of a further season: as many as tell apart the hours of a week.
constexpr int kMostSeasonPairs = 12;
// A year and a half: half of the wave has been seen twice (a shorter series takes its trend for a wave).
constexpr double kFewestYears = 1.5;

std::size_t length_of(const CalendarInput& input) { return input.y.size() + static_cast<std::size_t>(input.horizon); }

// The steps of an event within the series and its horizon.
template <typename Function>
void each_step(const CalendarInput& input, std::int64_t first, std::int64_t last, Function&& function) {
  const auto end = static_cast<std::int64_t>(length_of(input)) - 1;
  for (std::int64_t t = std::max<std::int64_t>(first, 0); t <= std::min(last, end); ++t)
    function(static_cast<std::size_t>(t));
}

Column column_of(const CalendarInput& input, const std::vector<const CalendarEvent*>& events) {
  Column column(length_of(input), 0.0);
  for (const CalendarEvent* event : events)
    each_step(input, event->first, event->last,
              [&](std::size_t t) { column[t] = std::max(column[t], event->strength); });
  return column;
}

Column covariate_column(const Covariate& covariate) {
  Column all = covariate.past;
  all.insert(all.end(), covariate.future.begin(), covariate.future.end());
  return all;
}

std::vector<const EffectPrior*> priors_of(const CalendarInput& input, EffectKind kind, const std::string& name) {
  std::vector<const EffectPrior*> found;
  for (const EffectPrior& prior : input.priors)
    if (prior.kind == kind && prior.name == name) found.push_back(&prior);
  return found;
}

class CandidateList {
 public:
  CandidateList(const CalendarInput& input, const ClosedSteps& closed) : input_(input), closed_(closed) {}

  // The number of the candidate, if its columns say anything. With a prior it may be without a past.
  std::optional<std::size_t> add(EffectCandidate candidate) {
    const std::size_t n = input_.y.size();
    if (!candidate.deviations)
      if (const auto known = priors_of(input_, candidate.kind, candidate.name); !known.empty())
        candidate.prior = *known.front();
    std::vector<bool> touched(length_of(input_), false);
    bool varies = false;
    for (const Column& column : candidate.columns) {
      std::optional<double> first;
      for (std::size_t t = 0; t < column.size(); ++t) {
        if (column[t] != 0.0 && !closed_.closed[t]) touched[t] = true;
        if (t >= n || closed_.closed[t] || std::isnan(input_.y[t]) || std::isnan(column[t])) continue;
        if (!first) first = column[t];
        varies = varies || column[t] != *first;
      }
    }
    for (std::size_t t = 0; t < touched.size(); ++t) {
      if (!touched[t]) continue;
      if (t >= n)
        ++candidate.ahead;
      else if (!std::isnan(input_.y[t]))
        ++candidate.seen;
    }
    if (!varies && !(candidate.prior && candidate.ahead > 0)) return std::nullopt;
    all_.push_back(std::move(candidate));
    return all_.size() - 1;
  }

  std::vector<EffectCandidate> all() && { return std::move(all_); }

 private:
  const CalendarInput& input_;
  const ClosedSteps& closed_;
  std::vector<EffectCandidate> all_;
};

std::map<std::string, std::vector<const CalendarEvent*>> by_name(const CalendarInput& input, EffectKind kind) {
  std::map<std::string, std::vector<const CalendarEvent*>> events;
  for (const CalendarEvent& event : input.events)
    if (event.kind == kind) events[event.name].push_back(&event);
  return events;
}

// All promotions together, then how each name differs from that.
void add_promotions(const CalendarInput& input, CandidateList& list) {
  const auto named = by_name(input, EffectKind::kPromotion);
  if (named.empty()) return;
  std::vector<const CalendarEvent*> all;
  EffectCandidate deviations{EffectKind::kPromotion, "single promotions", {}, true};
  for (const auto& [name, events] : named) {
    all.insert(all.end(), events.begin(), events.end());
    Column column = column_of(input, events);
    double seen = 0.0;
    for (std::size_t t = 0; t < input.y.size(); ++t) seen += std::isnan(input.y[t]) ? 0.0 : column[t];
    if (seen == 0.0) continue;
    deviations.columns.push_back(std::move(column));
    deviations.column_names.push_back(name);
  }
  const auto together = list.add({EffectKind::kPromotion, kPromotions, {column_of(input, all)}});
  deviations.after = together;
  if (together && deviations.columns.size() > 1) list.add(std::move(deviations));
}

Column shifted_column(const CalendarInput& input, const std::vector<const CalendarEvent*>& events, std::int64_t lead,
                      std::int64_t lag) {
  std::vector<CalendarEvent> days;
  for (const CalendarEvent* e : events)
    days.push_back({e->kind, e->name, e->first + lead, e->first + lag, false, e->strength});
  std::vector<const CalendarEvent*> pointers;
  for (const CalendarEvent& d : days) pointers.push_back(&d);
  return column_of(input, pointers);
}

// Some days in a row, once they and `after` steps behind them have been seen: nothing but the days after it tells a
// season from a new level.
void add_season(const CalendarInput& input, const std::vector<const CalendarEvent*>& events, std::int64_t lead,
                std::int64_t lag, std::int64_t after, const std::string& name, CandidateList& list) {
  constexpr std::int64_t kBefore = 14;  // steps of an ordinary level: two weeks of days
  const auto end = static_cast<std::int64_t>(input.y.size());
  const bool whole = std::ranges::any_of(
      events, [&](const CalendarEvent* e) { return e->first + lead >= kBefore && e->first + lag + after < end; });
  if (!whole) return;
  list.add({EffectKind::kHoliday, name, {shifted_column(input, events, lead, lag)}});
}

// Christmas begins a month early: two columns before (the last week apart, where shops sell most) and one after it.
// Other holidays may have their eve and the day after.
void add_holidays(const CalendarInput& input, CandidateList& list) {
  const auto named = by_name(input, EffectKind::kHoliday);
  for (const auto& [name, events] : named) {
    list.add({EffectKind::kHoliday, name, {column_of(input, events)}});
    if (input.year_length < 300.0) continue;  // a week or a month holds the days around it already
    if (name == "Christmas Day") {
      add_season(input, events, -30, -1, 0, "four weeks before Christmas", list);
      add_season(input, events, -8, -1, 0, "last week before Christmas", list);
      add_season(input, events, 2, 6, 14, "between Christmas and New Year", list);
    } else if (events.size() > 1) {
      list.add({EffectKind::kHoliday, "day before " + name, {shifted_column(input, events, -1, -1)}});
      list.add({EffectKind::kHoliday, "day after " + name, {shifted_column(input, events, 1, 1)}});
    }
  }
}

// Pairs of sine and cosine, each a candidate once the one before is in (Harvey 1989, section 2.3.4).
void add_wave(const CalendarInput& input, EffectKind kind, double period, int pairs, const std::string& name,
              CandidateList& list) {
  std::optional<std::size_t> previous;
  for (int pair = 1; pair <= pairs; ++pair) {
    EffectCandidate wave{kind, name + " " + std::to_string(pair), std::vector<Column>(2, Column(length_of(input)))};
    for (std::size_t t = 0; t < length_of(input); ++t) {
      const double angle = 2.0 * std::numbers::pi * pair * static_cast<double>(t) / period;
      wave.columns[0][t] = std::sin(angle);
      wave.columns[1][t] = std::cos(angle);
    }
    if (pair > 1) wave.after = previous;
    const auto number = list.add(std::move(wave));
    if (!number) return;
    previous = number;
  }
}

}  // namespace

const char* to_string(EffectKind kind) {
  switch (kind) {
    case EffectKind::kPromotion:
      return "promotion";
    case EffectKind::kHoliday:
      return "holiday";
    case EffectKind::kCovariate:
      return "covariate";
    case EffectKind::kClosed:
      return "closed";
    case EffectKind::kYear:
      return "year";
    case EffectKind::kSeason:
      return "season";
  }
  return "";
}

void CalendarInput::check() const {
  check_season_length(season_length);
  check_horizon(horizon);
  for (const Covariate& c : covariates) {
    if (c.past.size() != y.size())
      throw InvalidArgument("covariate \"" + c.name + "\" has " + std::to_string(c.past.size()) +
                                " values for a series of " + std::to_string(y.size()),
                            "Give one value for each step of the series; NULL where it is unknown.");
    if (c.future.size() != static_cast<std::size_t>(horizon))
      throw InvalidArgument("covariate \"" + c.name + "\" has " + std::to_string(c.future.size()) +
                                " future values for a horizon of " + std::to_string(horizon),
                            "Give one value for each step of the horizon.");
    for (const double value : c.past)
      if (std::isinf(value)) throw InvalidArgument("covariate \"" + c.name + "\" holds an infinite value");
    for (std::size_t h = 0; h < c.future.size(); ++h)
      if (!std::isfinite(c.future[h]))
        throw InvalidArgument(
            "covariate \"" + c.name + "\" has no value for step " + std::to_string(h + 1) + " of the horizon",
            "Give its planned or expected value, or a shorter horizon, or leave the covariate out.");
  }
  for (const CalendarEvent& e : events)
    if (!(e.strength >= 0.0 && e.strength <= 1.0))
      throw InvalidArgument("the strength of \"" + e.name + "\" must be between 0 and 1, not " +
                            std::to_string(e.strength));
  for (const EffectPrior& p : priors)
    if (!(p.standard_deviation > 0.0) || !std::isfinite(p.log_effect))
      throw InvalidArgument("the prior of \"" + p.name + "\" needs a finite effect and a standard deviation above 0");
}

std::vector<EffectCandidate> effect_candidates(const CalendarInput& input, const ClosedSteps& closed) {
  CandidateList list(input, closed);
  add_promotions(input, list);
  for (const Covariate& covariate : input.covariates) {
    EffectCandidate candidate{EffectKind::kCovariate, covariate.name, {covariate_column(covariate)}};
    list.add(std::move(candidate));
  }
  add_holidays(input, list);
  const auto n = static_cast<double>(input.y.size());
  if (input.year_length > 2.0 * input.season_length && n >= kFewestYears * input.year_length)
    add_wave(input, EffectKind::kYear, input.year_length, kMostYearPairs, "yearly wave", list);
  for (const int season : input.further_seasons)
    if (season > input.season_length && n >= 2.0 * season)
      add_wave(input, EffectKind::kSeason, season, kMostSeasonPairs, "season of " + std::to_string(season), list);
  return std::move(list).all();
}

}  // namespace performance_tracker
