// SPDX-License-Identifier: PostgreSQL
#include "commands/scratch_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "etl/files/file_table.h"

namespace performance_tracker::commands {

ScratchFile::ScratchFile(const std::string& purpose) {
  std::string name = (std::filesystem::temp_directory_path() / ("performance_tracker." + purpose + ".XXXXXX")).string();
  file_ = mkstemp(name.data());
  if (file_ < 0) throw etl::FileError("there is no place for a copy of the file; set TMPDIR");
  path_ = name;
}

ScratchFile::~ScratchFile() {
  ::close(file_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void ScratchFile::append(std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      throw etl::FileError("a copy of the file does not fit into " + path_.parent_path().string() + "; set TMPDIR");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace performance_tracker::commands
