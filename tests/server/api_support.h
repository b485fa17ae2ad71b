// SPDX-License-Identifier: PostgreSQL
//
// The real program as a server, and what it answers.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <memory>
#include <string>

#include "support.h"

namespace performance_tracker::test {

using Headers = std::map<std::string, std::string>;  // names in lower case

struct Answer {
  int status = 0;
  Headers headers;
  std::string body;

  std::string header(const std::string& name) const;
  boost::json::value json() const;                     // throws if the body is no JSON
  std::string error_code() const;                      // "" unless the body is the error shape, complete
  std::string error(const std::string& member) const;  // "" for null
};

// `performance_tracker serve` on a free port of 127.0.0.1.
class ServerProcess {
 public:
  // Waits until it listens. Throws with its output if it does not.
  explicit ServerProcess(std::map<std::string, std::string> environment);

  Answer get(const std::string& target, const Headers& headers = {}) const { return request("GET", target, headers); }
  Answer request(const std::string& method, const std::string& target, const Headers& headers = {},
                 const std::string& body = {}) const;
  // Sends messages as they are on one connection, each after the answer (JSON) to the one before; what came back until
  // the server closed the connection.
  std::string raw(const std::vector<std::string>& messages) const;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  pid_t pid() const { return process_->pid(); }
  Process& process() { return *process_; }

 private:
  ScratchDirectory directory_;
  std::unique_ptr<Process> process_;
  int port_ = 0;
};

// A database as `migrate` makes it, the extension included.
class MigratedDatabase : public ThrowAwayDatabase {
 public:
  MigratedDatabase();
  // 90 days of the simulated platform.
  void load() const;
};

}  // namespace performance_tracker::test
