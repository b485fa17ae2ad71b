// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>
#include <thread>

#include "config.h"

namespace performance_tracker::commands {

// Imports what comes into IMPORT_DIR, on a thread of its own. `imported` is called when the tables have changed.
class Folder {
 public:
  Folder(const Config& config, std::function<void()> imported);
  // One look: imports what is whole by now, oldest first; returns how many files.
  int look(const std::stop_token& stop);
  void request_stop() { thread_.request_stop(); }

 private:
  void take(const std::filesystem::path& file, const std::stop_token& stop);

  const Config config_;
  const std::function<void()> imported_;
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace performance_tracker::commands
