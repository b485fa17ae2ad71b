// SPDX-License-Identifier: PostgreSQL
//
// What can be said about a fit or a forecast, each with a code to decide by. Sentences are for people: no code of the
// engine looks into one.
//
//   Status status;
//   status.add(StatusCode::kSeasonIgnored, "fewer than two seasons of 7 observations: the season is ignored");
//   status.has(StatusCode::kSeasonIgnored)     // true
//   status.text                                // the sentences for the reader of a forecast, "; " between them
//   status.remarks                             // those on the model, for a statistician
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
  kNeverObserved = 17,
};

struct StatusEntry {
  StatusCode code;
  std::string_view name;     // for a column `status_code`
  std::string_view meaning;  // for the documentation
  bool of_model = false;     // about the model, for a statistician: not in Status::text
};

// In the order of the codes.
std::span<const StatusEntry> status_entries();
const StatusEntry& status_entry(StatusCode code);

struct Status {
  std::string text;          // sentences; empty when nothing is to be said
  std::uint32_t bits = 0;    // 1 << code of each that was added
  std::string remarks = {};  // sentences on the model

  void add(StatusCode code, const std::string& sentence);
  void add(const Status& other);
  bool has(StatusCode code) const { return (bits >> static_cast<unsigned>(code) & 1U) != 0; }
  std::vector<StatusCode> codes() const;
  // All of it: the text, then the remarks.
  std::string whole() const;
  // Both texts as one, for kept models, and back. What was kept before there were remarks has none.
  std::string packed() const;
  static Status unpacked(std::uint32_t bits, const std::string& packed);
};

}  // namespace performance_tracker
