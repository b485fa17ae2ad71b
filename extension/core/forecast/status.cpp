// SPDX-License-Identifier: PostgreSQL
#include "core/forecast/status.h"

#include <array>

#include "core/series/series_summary.h"

namespace performance_tracker {
namespace {

constexpr std::array<StatusEntry, 18> kEntries{{
    {StatusCode::kMissingValues, "missing_values", "some steps of the history have no value"},
    {StatusCode::kScaled, "scaled", "values beyond 1e100 or below 1e-100 were computed with in multiples of a unit"},
    {StatusCode::kSingleObservation, "single_observation", "one observation alone: it is carried on"},
    {StatusCode::kConstant, "constant", "all observations are equal: their value is carried on"},
    {StatusCode::kTooFewObservations, "too_few_observations", "too few observations to choose a model from"},
    {StatusCode::kSeasonIgnored, "season_ignored", "the season was not seen twice and is ignored"},
    {StatusCode::kExactPattern, "exact_pattern", "a straight line or a season without any deviation is carried on"},
    {StatusCode::kRegressorsUnused, "regressors_unused", "regressors were given, and the model does without them"},
    {StatusCode::kNotConverged, "not_converged", "the optimiser stopped before full precision", true},
    {StatusCode::kModelNote, "model_note", "a remark on the model, which explain_forecast() tells", true},
    {StatusCode::kFallback, "fallback", "the method could not be fitted: a simpler one answered"},
    {StatusCode::kOutOfRange, "out_of_range", "the model's forecast leaves the range of numbers"},
    {StatusCode::kIntermittent, "intermittent", "most steps have no demand: a method for sparse demand answered"},
    {StatusCode::kMethodUnsuited, "method_unsuited", "the method does not suit the series: another answered"},
    {StatusCode::kCalendar, "calendar", "promotions, holidays, closed days or the year are in the forecast"},
    {StatusCode::kOutliers, "outliers", "days that do not belong were left out of the forecast"},
    {StatusCode::kLevelShift, "level_shift", "the level has shifted: what came before was moved to it"},
    {StatusCode::kNeverObserved, "never_observed", "some steps of the season, such as weekends, never have a value"},
}};

constexpr char kBetween = '\n';  // no sentence holds one

constexpr bool in_order() {
  for (std::size_t i = 0; i < kEntries.size(); ++i)
    if (static_cast<std::size_t>(kEntries[i].code) != i) return false;
  return true;
}
static_assert(in_order(), "the table is indexed by code");

}  // namespace

std::span<const StatusEntry> status_entries() { return kEntries; }

const StatusEntry& status_entry(StatusCode code) { return kEntries[static_cast<std::size_t>(code) % kEntries.size()]; }

void Status::add(StatusCode code, const std::string& sentence) {
  bits |= 1U << static_cast<unsigned>(code);
  add_sentence(status_entry(code).of_model ? remarks : text, sentence);
}

void Status::add(const Status& other) {
  bits |= other.bits;
  add_sentence(text, other.text);
  add_sentence(remarks, other.remarks);
}

std::string Status::whole() const {
  std::string both = text;
  add_sentence(both, remarks);
  return both;
}

std::string Status::packed() const { return remarks.empty() ? text : text + kBetween + remarks; }

Status Status::unpacked(std::uint32_t bits, const std::string& packed) {
  const std::size_t at = packed.find(kBetween);
  if (at == std::string::npos) return {packed, bits, {}};
  return {packed.substr(0, at), bits, packed.substr(at + 1)};
}

std::vector<StatusCode> Status::codes() const {
  std::vector<StatusCode> found;
  for (const StatusEntry& entry : kEntries)
    if (has(entry.code)) found.push_back(entry.code);
  return found;
}

}  // namespace performance_tracker
