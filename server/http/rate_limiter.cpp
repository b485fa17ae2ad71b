// SPDX-License-Identifier: PostgreSQL
#include "http/rate_limiter.h"

#include <algorithm>

namespace performance_tracker::http {

double RateLimiter::tokens_at(const Bucket& bucket, Clock::time_point now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  return std::min(burst_, bucket.tokens + std::max(seconds, 0.0) * per_second_);
}

bool RateLimiter::take(const std::string& key, Clock::time_point now) {
  if (!enabled()) return true;
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= most_keys_) make_room(now);
    found = buckets_.emplace(key, Bucket{burst_, now}).first;
  }
  auto& bucket = found->second;
  bucket = {tokens_at(bucket, now), now};
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

bool RateLimiter::has(const std::string& key, Clock::time_point now) {
  if (!enabled()) return true;
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(key);
  return found == buckets_.end() || tokens_at(found->second, now) >= 1;
}

// A full bucket is as good as none. Should all be in use, the one that has rested longest goes.
void RateLimiter::make_room(Clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) { return tokens_at(entry.second, now) >= burst_; });
  if (buckets_.size() < most_keys_) return;
  buckets_.erase(
      std::ranges::min_element(buckets_, [](const auto& a, const auto& b) { return a.second.at < b.second.at; }));
}

}  // namespace performance_tracker::http
