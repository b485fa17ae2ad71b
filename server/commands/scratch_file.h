// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace performance_tracker::commands {

// A file of our own below TMPDIR, that only this account reads, gone afterwards. Throws etl::FileError where there is
// no place for it.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& purpose);  // a part of its name
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  void append(std::string_view content);
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace performance_tracker::commands
