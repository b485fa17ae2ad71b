// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "api/etl_runs.h"

namespace performance_tracker {

// Runs loads on a thread of its own: every `interval`, and when asked. One at a time.
class Loader {
 public:
  struct Options {
    std::function<void(bool full, std::stop_token)> load;  // one run; throws when it fails
    std::chrono::seconds interval{0};                      // 0: only when asked
  };

  // The first run of an interval starts at once. Destroying the loader stops a run within about a second.
  explicit Loader(Options options);
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;
  ~Loader() = default;

  api::LoadStart start(bool full);
  // Asks a run to end, without waiting for it.
  void request_stop() { thread_.request_stop(); }

 private:
  void work(const std::stop_token& stop);
  bool run(bool full, const std::stop_token& stop);

  const Options options_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<bool> requested_;  // a run that was asked for; the value: full
  bool running_ = false;
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace performance_tracker
