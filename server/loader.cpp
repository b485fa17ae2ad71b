// SPDX-License-Identifier: PostgreSQL
#include "loader.h"

#include <algorithm>

#include "log.h"

namespace performance_tracker {
namespace {

// After a failure the platform or the database may be back long before the next interval: the first wait, doubled by
// each further failure up to the interval, so that what fails for ever does not fill the record of runs.
constexpr std::chrono::seconds wait_after_failure{30};

}  // namespace

Loader::Loader(Options options)
    : options_(std::move(options)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

api::LoadStart Loader::start(bool full) {
  {
    const std::lock_guard lock(mutex_);
    if (running_ || requested_) return api::LoadStart::already_running;
    requested_ = full;
  }
  wake_.notify_all();
  return api::LoadStart::started;
}

void Loader::work(const std::stop_token& stop) {
  const bool periodic = options_.interval.count() > 0;
  std::chrono::seconds wait{0};
  std::chrono::seconds after_failure = wait_after_failure;
  while (!stop.stop_requested()) {
    bool full = false;
    {
      std::unique_lock lock(mutex_);
      const auto asked = [this] { return requested_.has_value(); };
      if (periodic)
        wake_.wait_for(lock, stop, wait, asked);
      else
        wake_.wait(lock, stop, asked);
      if (stop.stop_requested()) return;
      full = requested_.value_or(false);
      requested_.reset();
      running_ = true;
    }
    const bool succeeded = run(full, stop);
    wait = succeeded ? options_.interval : std::min(options_.interval, after_failure);
    after_failure = succeeded ? wait_after_failure : std::min(options_.interval, 2 * after_failure);
    const std::lock_guard lock(mutex_);
    running_ = false;
  }
}

bool Loader::run(bool full, const std::stop_token& stop) {
  try {
    options_.load(full, stop);
    return true;
  } catch (const std::exception& error) {
    if (!stop.stop_requested()) log::warning("load failed", {{"reason", error.what()}});
    return false;
  }
}

}  // namespace performance_tracker
