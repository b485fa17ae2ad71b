// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <filesystem>
#include <functional>
#include <map>
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
  // False: it is dealt with, but could not be put away.
  bool take(const std::filesystem::path& file, const std::stop_token& stop);

  const Config config_;
  const std::function<void()> imported_;
  // Of the thread: files that could not be put away, as they were. Changed, they are new ones.
  std::map<std::filesystem::path, std::filesystem::file_time_type> left_alone_;
  std::jthread thread_;  // last: it uses the members above
};

}  // namespace performance_tracker::commands
