// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "db.h"

namespace performance_tracker::db {

// No connection became free in time: too many slow queries at once.
class PoolExhausted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A few connections, made when first needed and made again when they break. Thread safe.
class Pool {
 public:
  Pool(ConnectOptions options, int size, std::chrono::milliseconds wait = std::chrono::seconds(5));

  // Runs one read-only statement. A connection that turns out to be broken (the server was restarted) is replaced,
  // and the statement is tried once more. Throws Error or PoolExhausted.
  Result query(const std::string& sql, std::span<const Param> params = {});

  // Drops idle connections, so that the next query makes new ones.
  void reset();

 private:
  using Clock = std::chrono::steady_clock;
  class Lease;

  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connect();

  const ConnectOptions options_;
  const int size_;
  const std::chrono::milliseconds wait_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int in_use_ = 0;
  // After a failed attempt everyone is told the same for a moment, instead of queueing for timeouts.
  Clock::time_point refuse_until_{};
  std::unique_ptr<Error> last_failure_;
};

}  // namespace performance_tracker::db
