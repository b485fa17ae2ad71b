// SPDX-License-Identifier: PostgreSQL
//
// What a calendar may do to a series, as columns of a regression: promotions, holidays, columns of the caller's own,
// the wave of the year, further seasons; and the days on which nothing can be sold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/series/calendar.h"

namespace performance_tracker {

enum class EffectKind { kPromotion, kHoliday, kCovariate, kClosed, kYear, kSeason };
const char* to_string(EffectKind kind);  // "promotion", "holiday", "covariate", "closed", "year", "season"

// A promotion or a holiday. Steps count from the first of the series, 0, and go on over the horizon; the parts of an
// event outside of both are ignored.
struct CalendarEvent {
  EffectKind kind = EffectKind::kHoliday;  // kPromotion or kHoliday; kClosed: nothing is sold
  std::string name;
  std::int64_t first = 0;
  std::int64_t last = 0;  // included
  bool by_law = false;    // of a holiday: a public one
  // The share of the series that it touches, 0..1: of a promotion of one product in the series of its category.
  double strength = 1.0;
};

struct Covariate {
  std::string name;
  std::vector<double> past;    // of the series' length; NaN is unknown: the step does not teach
  std::vector<double> future;  // `horizon` values; NaN is an error that names the step
};

// What other series of the shop say about an effect: ln(1 + relative effect) and its standard deviation among series.
struct EffectPrior {
  EffectKind kind = EffectKind::kHoliday;
  std::string name;  // of the event; for promotions as a whole: kPromotions
  double log_effect = 0.0;
  double standard_deviation = 0.0;  // > 0
};

inline constexpr const char* kPromotions = "promotions";

struct CalendarInput {
  std::span<const double> y;  // NaN is missing
  int season_length = 1;      // 1..kMaxSeasonLength
  int horizon = 1;
  std::optional<Day> first_day = {};      // of the series when its step is a day: names closed weekdays
  double year_length = 0.0;               // steps in a year (365.25, 8766, …), 0: no wave is looked for
  std::vector<int> further_seasons = {};  // longer than season_length, such as 168 beside 24
  std::vector<CalendarEvent> events = {};
  std::vector<Covariate> covariates = {};
  std::vector<EffectPrior> priors = {};

  // Throws InvalidArgument that names the part, its value and the way out.
  void check() const;
};

// A column, or several that come in together. Each has the length of the series and the horizon.
struct EffectCandidate {
  EffectKind kind;
  std::string name;
  std::vector<std::vector<double>> columns;
  // Deviations of single names from their kind: drawn towards it by a common, estimated variance.
  bool deviations = false;
  std::optional<std::size_t> after = {};       // looked at once that candidate is in
  std::optional<EffectPrior> prior = {};       // of a single column
  std::size_t seen = 0, ahead = 0;             // steps of the history and of the horizon on which it is not zero
  std::vector<std::string> column_names = {};  // of deviations: whose
};

// Steps without sales, by rule.
struct ClosedSteps {
  std::vector<bool> closed;          // of the series and the horizon
  std::vector<std::string> reasons;  // "Sundays", "public holidays", "open = 0", …, those of this series
};

// Given ones, and those learned: a phase of the season, a holiday, a value of a two-valued column whose every
// observation is zero although zeros are rare elsewhere.
ClosedSteps find_closed(const CalendarInput& input);

// In the order in which they are to be numbered; without those that are zero, or the same, on every step that teaches.
std::vector<EffectCandidate> effect_candidates(const CalendarInput& input, const ClosedSteps& closed);

}  // namespace performance_tracker
