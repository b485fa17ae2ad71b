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

// Stops the statement that it was given to, from another thread, now or as soon as it begins.
class CancelToken {
 public:
  void cancel();
  bool cancelled() const;

 private:
  friend class Pool;
  void attach(const Connection& connection);  // throws Error (57014) if it was cancelled already
  void detach();

  mutable std::mutex mutex_;
  bool cancelled_ = false;
  std::unique_ptr<Canceller> running_;
};

struct PoolCounts {
  int size = 0, in_use = 0, idle = 0;
  std::uint64_t queries = 0;
};

// A few connections, made when first needed and made again when they break. Thread safe.
class Pool {
 public:
  Pool(ConnectOptions options, int size, std::chrono::milliseconds wait = std::chrono::seconds(5));

  // Runs one read-only statement. A connection that turns out to be broken (the server was restarted) is replaced,
  // and the statement is tried once more. Throws Error or PoolExhausted.
  Result query(const std::string& sql, std::span<const Param> params = {}, CancelToken* cancel = nullptr);
  PoolCounts counts() const;
  int size() const { return size_; }

  // Drops idle connections, so that the next query makes new ones.
  void reset();

 private:
  using Clock = std::chrono::steady_clock;
  class Lease;

  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connect();
  static Result run(Connection& connection, const std::string& sql, std::span<const Param> params, CancelToken* cancel);

  const ConnectOptions options_;
  const int size_;
  const std::chrono::milliseconds wait_;
  mutable std::mutex mutex_;
  std::uint64_t queries_ = 0;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int in_use_ = 0;
  // After a failed attempt everyone is told the same for a moment, instead of queueing for timeouts.
  Clock::time_point refuse_until_{};
  std::unique_ptr<Error> last_failure_;
};

}  // namespace performance_tracker::db
