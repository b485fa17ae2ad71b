// SPDX-License-Identifier: PostgreSQL
//
// What one call may take of the machine's memory. What depends on an argument is estimated and checked before it is
// taken: a role that may only read must not be able to bring the server down.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/error.h"

namespace performance_tracker {

// A million values with two seasons take 230 MB, the longest exact likelihood with gaps in a yearly season of daily
// data 120 MB: four times what a sensible call needs, and little enough for a few connections at a time.
inline constexpr std::size_t kMaxWorkingBytes = std::size_t{1} << 30;

// Throws ResourceLimit when `bytes` (an estimate, in double so that it cannot overflow) is more than that. `what`
// begins the message: "a model of that order".
inline void require_memory(double bytes, const std::string& what, const std::string& hint) {
  constexpr double kMegabyte = 1024.0 * 1024.0;
  if (bytes <= static_cast<double>(kMaxWorkingBytes)) return;
  throw ResourceLimit(what + " would take " + std::to_string(static_cast<long long>(bytes / kMegabyte)) +
                          " MB of memory, the limit is " +
                          std::to_string(static_cast<long long>(static_cast<double>(kMaxWorkingBytes) / kMegabyte)) +
                          " MB",
                      hint);
}

}  // namespace performance_tracker
