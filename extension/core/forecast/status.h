// SPDX-License-Identifier: PostgreSQL
//
// What can be said about a fit or a forecast, each with a code to decide by. Sentences are for people: no code of the
// engine looks into one.
//
//   Status status;
//   status.add(StatusCode::kSeasonIgnored, "fewer than two seasons of 7 observations: the season is ignored");
//   status.has(StatusCode::kSeasonIgnored)     // true
//   status.text                                // the sentences, "; " between them
//   status_entry(code).name                    // "season_ignored"
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace performance_tracker {

// Bits of a kept model: a number is never given to another meaning. At most 32.
enum class StatusCode : std::uint8_t {
  kMissingValues = 0,
  kScaled = 1,
  kSingleObservation = 2,
  kConstant = 3,
  kTooFewObservations = 4,
  kSeasonIgnored = 5,
  kExactPattern = 6,
  kRegressorsUnused = 7,
  kNotConverged = 8,
  kModelNote = 9,
  kFallback = 10,
  kOutOfRange = 11,
  kIntermittent = 12,
  kMethodUnsuited = 13,
  kCalendar = 14,
  kOutliers = 15,
  kLevelShift = 16,
};

struct StatusEntry {
  StatusCode code;
  std::string_view name;     // for a column `status_code`
  std::string_view meaning;  // for the documentation
};

// In the order of the codes.
std::span<const StatusEntry> status_entries();
const StatusEntry& status_entry(StatusCode code);

struct Status {
  std::string text;        // sentences; empty when nothing is to be said
  std::uint32_t bits = 0;  // 1 << code of each that was added

  void add(StatusCode code, const std::string& sentence);
  void add(const Status& other);
  bool has(StatusCode code) const { return (bits >> static_cast<unsigned>(code) & 1U) != 0; }
  std::vector<StatusCode> codes() const;
};

}  // namespace performance_tracker
