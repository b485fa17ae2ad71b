// SPDX-License-Identifier: PostgreSQL
#include "db_pool.h"

#include "log.h"

namespace performance_tracker::db {
namespace {

constexpr std::chrono::milliseconds pause_after_failure{500};

}  // namespace

// A connection on loan: goes back to the pool at the end of the scope, whatever happens.
class Pool::Lease {
 public:
  explicit Lease(Pool& pool) : pool_(pool), connection_(pool.take()) {}
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() { pool_.give_back(std::move(connection_)); }

  bool connected() const { return connection_ != nullptr; }
  void connect() { connection_ = pool_.connect(); }
  void drop() { connection_.reset(); }
  Connection& operator*() { return *connection_; }

 private:
  Pool& pool_;
  std::unique_ptr<Connection> connection_;
};

Pool::Pool(ConnectOptions options, int size, std::chrono::milliseconds wait)
    : options_(std::move(options)), size_(size), wait_(wait) {}

void CancelToken::cancel() {
  // The lock is held while the request goes out, so that it never meets a later statement of the connection.
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  if (running_) running_->cancel();
}

bool CancelToken::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

void CancelToken::attach(const Connection& connection) {
  auto canceller = std::make_unique<Canceller>(connection.canceller());
  const std::lock_guard lock(mutex_);
  if (cancelled_) throw Error("57014", "cancelled before it began");
  running_ = std::move(canceller);
}

void CancelToken::detach() {
  const std::lock_guard lock(mutex_);
  running_.reset();
}

Result Pool::run(Connection& connection, const std::string& sql, std::span<const Param> params, CancelToken* cancel) {
  if (cancel == nullptr) return connection.execute(sql, params);
  cancel->attach(connection);
  try {
    auto result = connection.execute(sql, params);
    cancel->detach();
    return result;
  } catch (...) {
    cancel->detach();
    throw;
  }
}

PoolCounts Pool::counts() const {
  const std::lock_guard lock(mutex_);
  return {.size = size_, .in_use = in_use_, .idle = static_cast<int>(idle_.size()), .queries = queries_};
}

Result Pool::query(const std::string& sql, std::span<const Param> params, CancelToken* cancel) {
  Lease lease(*this);
  const bool used_before = lease.connected();
  if (!used_before) lease.connect();
  try {
    return run(*lease, sql, params, cancel);
  } catch (const Error& error) {
    if (!error.connection_lost()) throw;
    lease.drop();
    // A connection that broke while it lay idle says nothing about the server now.
    if (!used_before) throw;
  }
  lease.connect();
  return run(*lease, sql, params, cancel);
}

void Pool::reset() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

// An idle connection, or null: the caller may make one.
std::unique_ptr<Connection> Pool::take() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, wait_, [this] { return in_use_ < size_; }))
    throw PoolExhausted("all database connections are busy");
  ++in_use_;
  ++queries_;
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (connection && connection->healthy()) idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

std::unique_ptr<Connection> Pool::connect() {
  {
    const std::lock_guard lock(mutex_);
    if (Clock::now() < refuse_until_) throw Error(*last_failure_);
  }
  try {
    auto connection = std::make_unique<Connection>(options_);
    const std::lock_guard lock(mutex_);
    if (last_failure_) log::info("database is back");
    last_failure_.reset();
    return connection;
  } catch (const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!last_failure_) log::warning("database cannot be reached", {{"reason", error.what()}});
    last_failure_ = std::make_unique<Error>(error);
    refuse_until_ = Clock::now() + pause_after_failure;
    throw;
  }
}

}  // namespace performance_tracker::db
