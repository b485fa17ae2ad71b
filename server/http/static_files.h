// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/message.h"

namespace performance_tracker::http {

// The files of a directory, with entity tags, compressed once (or as built: NAME.gz and NAME.br beside NAME, not older
// than it). A file that changes on disk is read again. Hidden files are not served, nor what lies outside by way of a
// link.
class StaticFiles {
 public:
  using Clock = std::chrono::steady_clock;

  // An empty directory name serves nothing. A file that was looked at `looked_at_again` ago or less is not looked at
  // again: five system calls a request cost half of what the server can do.
  explicit StaticFiles(const std::filesystem::path& directory,
                       Clock::duration looked_at_again = std::chrono::seconds(1));

  // The file for a decoded URL path; "/" is index.html. Empty: there is none.
  std::optional<Response> find(const std::string& url_path);

 private:
  struct Entry {
    std::filesystem::file_time_type modified;
    std::uintmax_t size = 0;
    Response response;
    Clock::time_point looked;
  };
  bool look(const std::string& name, Entry& entry);
  std::shared_ptr<const Content> load(const std::filesystem::path& file);

  const Clock::duration looked_at_again_;
  std::filesystem::path root_;  // canonical; empty: nothing is served
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace performance_tracker::http
