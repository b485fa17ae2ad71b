// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <cstdint>
#include <filesystem>

namespace performance_tracker::commands {

// Writes the port to a file that appears complete or not at all, and takes it away at the end.
class PortFile {
 public:
  // An empty path does nothing. Throws ConfigError if the file cannot be written.
  PortFile(std::filesystem::path path, std::uint16_t port);
  PortFile(const PortFile&) = delete;
  PortFile& operator=(const PortFile&) = delete;
  ~PortFile();

 private:
  std::filesystem::path path_;
};

}  // namespace performance_tracker::commands
