// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace performance_tracker::http {

// A bucket of tokens for each key: `burst` at first, refilled at `per_second`. Thread safe; keeps at most `most_keys`
// buckets, and forgets those that are full again first.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  // per_second 0: everything is allowed.
  RateLimiter(double per_second, double burst, std::size_t most_keys = 10'000)
      : per_second_(per_second), burst_(burst), most_keys_(most_keys) {}

  bool enabled() const { return per_second_ > 0; }
  // Takes a token if there is one.
  bool take(const std::string& key, Clock::time_point now = Clock::now());
  // Whether there is one, without taking it.
  bool has(const std::string& key, Clock::time_point now = Clock::now());

 private:
  struct Bucket {
    double tokens;
    Clock::time_point at;
  };
  double tokens_at(const Bucket& bucket, Clock::time_point now) const;
  void make_room(Clock::time_point now);

  const double per_second_;
  const double burst_;
  const std::size_t most_keys_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace performance_tracker::http
