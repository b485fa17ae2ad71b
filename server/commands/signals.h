// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace performance_tracker::commands {

// Turns SIGTERM and SIGINT into one call of `stop`, on a thread of its own, so that the call may do anything.
// A second signal ends the process at once. Construct it before any other thread: threads inherit the blocked signals.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  // May be called once. Until then a signal waits.
  void on_stop(std::function<void()> stop);
  bool received() const { return received_; }

 private:
  sigset_t signals_{};
  std::atomic<bool> received_ = false;
  std::atomic<bool> finished_ = false;
  std::thread thread_;
};

}  // namespace performance_tracker::commands
