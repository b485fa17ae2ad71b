// SPDX-License-Identifier: PostgreSQL
#include "commands/signals.h"

#include <pthread.h>

#include <cstdlib>

#include "log.h"

namespace performance_tracker::commands {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGUSR1);  // our own: wakes the thread that waits
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

StopSignals::~StopSignals() {
  if (!thread_.joinable()) return;
  finished_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

void StopSignals::on_stop(std::function<void()> stop) {
  thread_ = std::thread([this, stop = std::move(stop)] {
    for (;;) {
      int signal = 0;
      sigwait(&signals_, &signal);
      if (finished_) return;
      if (signal == SIGUSR1) continue;
      if (received_.exchange(true)) std::_Exit(128 + signal);
      log::info("stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
      stop();
    }
  });
}

}  // namespace performance_tracker::commands
