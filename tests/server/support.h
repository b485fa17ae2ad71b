// SPDX-License-Identifier: PostgreSQL
//
// What the tests of the server need around them: a database that is thrown away, the real program as a process, and
// the simulated platform inside the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "db.h"
#include "simulator/platform_routes.h"

namespace httplib {
class Server;
}

namespace performance_tracker::test {

// A directory that is gone after the test.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A database of its own on the cluster of PGHOST/PGPORT, with the tables of sql/schema (not the views over the
// extension's functions) and the logins performance_tracker_loader and performance_tracker_server. Dropped afterwards.
class ThrowAwayDatabase {
 public:
  ThrowAwayDatabase();
  ~ThrowAwayDatabase();
  ThrowAwayDatabase(const ThrowAwayDatabase&) = delete;
  ThrowAwayDatabase& operator=(const ThrowAwayDatabase&) = delete;

  const std::string& name() const { return name_; }
  // A login: "" is the cluster's superuser.
  db::ConnectOptions login(const std::string& user = "") const;
  db::Connection connect(const std::string& user = "") const { return db::Connection(login(user)); }
  // Applies a file of sql/schema as the superuser.
  void apply(const std::string& file) const;
  // The first column of the first row, as text; "" for NULL or no row.
  std::string value(const std::string& sql) const;
  // DB_HOST, DB_PORT, DB_NAME and the three logins, for a Process.
  std::map<std::string, std::string> environment() const;

 private:
  std::string name_;
};

// The real program with arguments and environment; its output goes to a file. Killed, if still alive, at the end.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  // Exit status, 128 + signal if it died of one; -1 if it still runs after `limit`.
  int wait(std::chrono::milliseconds limit = std::chrono::seconds(30));
  bool running();
  pid_t pid() const { return pid_; }
  std::string output() const;  // standard output and error so far

 private:
  ScratchDirectory directory_;
  pid_t pid_ = -1;
  int status_ = -1;
};

// The simulated platform on a free port of 127.0.0.1, in a thread of the test.
class PlatformServer {
 public:
  explicit PlatformServer(const simulator::PlatformOptions& options = {});
  ~PlatformServer();
  PlatformServer(const PlatformServer&) = delete;
  PlatformServer& operator=(const PlatformServer&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }

 private:
  std::unique_ptr<httplib::Server> server_;
  std::shared_ptr<simulator::FaultPlan> faults_;
  int port_ = 0;
  std::thread thread_;
};

// The same as PlatformServer with a fault plan.
simulator::PlatformOptions with_faults(const std::string& plan);

// Polls until `condition` holds; false if it did not within `limit`.
template <typename Condition>
bool eventually(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace performance_tracker::test
