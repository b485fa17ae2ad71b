// SPDX-License-Identifier: PostgreSQL
//
// How long to wait before a request is repeated.
#pragma once

#include <chrono>
#include <ctime>
#include <optional>
#include <random>
#include <stop_token>
#include <string_view>

namespace performance_tracker::etl {

// Bounded exponential backoff with jitter: the wait before retry k (from 1) is drawn from the upper half of
// [0, min(limit, base 2^(k-1))], so that many clients do not come back at the same moment
// (Brooker 2015, "Exponential backoff and jitter", equal jitter).
class Backoff {
 public:
  Backoff(std::chrono::milliseconds base, std::chrono::milliseconds limit);
  std::chrono::milliseconds next();

 private:
  std::chrono::milliseconds ceiling_;
  std::chrono::milliseconds limit_;
  std::minstd_rand random_;
};

// The value of a Retry-After header (RFC 9110, 10.2.3): seconds, or an HTTP date, which is compared with `now`.
// Never negative; a date in the past is 0. Empty for anything else.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, std::time_t now);

// Sleeps until the time is over or `stop` is triggered; false in the latter case.
bool sleep_for(std::chrono::milliseconds time, const std::stop_token& stop);

}  // namespace performance_tracker::etl
