// SPDX-License-Identifier: PostgreSQL
#include "etl/retry.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <string>

namespace performance_tracker::etl {

using std::chrono::milliseconds;

Backoff::Backoff(milliseconds base, milliseconds limit)
    : ceiling_(std::min(base, limit)), limit_(limit), random_(std::random_device{}()) {}

milliseconds Backoff::next() {
  std::uniform_int_distribution<milliseconds::rep> draw(ceiling_.count() / 2, ceiling_.count());
  ceiling_ = std::min(limit_, ceiling_ * 2);
  return milliseconds{draw(random_)};
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, std::time_t now) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc{} && end == value.data() + value.size() && seconds >= 0) return std::chrono::seconds{seconds};
  std::tm utc{};
  const std::string text(value);
  const char* rest = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  return std::chrono::seconds{std::max<std::time_t>(0, timegm(&utc) - now)};
}

bool sleep_for(milliseconds time, const std::stop_token& stop) {
  struct {
    std::mutex mutex;
    std::condition_variable_any stopped;
  } wait;
  std::unique_lock lock(wait.mutex);
  wait.stopped.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace performance_tracker::etl
