// SPDX-License-Identifier: PostgreSQL
#include "commands/port_file.h"

#include <fstream>

#include "config.h"

namespace performance_tracker::commands {

PortFile::PortFile(std::filesystem::path path, std::uint16_t port) : path_(std::move(path)) {
  if (path_.empty()) return;
  auto unfinished = path_;
  unfinished += ".new";
  std::ofstream stream(unfinished);
  stream << port << '\n';
  stream.close();
  std::error_code failed;
  if (stream) std::filesystem::rename(unfinished, path_, failed);
  if (!stream || failed) throw ConfigError("PORT_FILE " + path_.string() + " cannot be written");
}

PortFile::~PortFile() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

}  // namespace performance_tracker::commands
