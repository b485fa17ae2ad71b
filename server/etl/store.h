// SPDX-License-Identifier: PostgreSQL
//
// The load's side of the database: the lock, the record of the run, and the batches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calendar.h"
#include "db.h"
#include "etl/payload.h"

namespace performance_tracker::etl {

struct RowCounts {
  std::int64_t inserted = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
};

struct LoadedDays {
  Day first, last;
};

// One database session. All members throw db::Error.
class Store {
 public:
  explicit Store(const db::ConnectOptions& options) : connection_(options) {}
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Takes the advisory lock that keeps two loads into the same tables apart; false if another session holds it. It is
  // released by the destructor, and when the session ends, however it ends.
  bool lock();

  // First and last day that daily_performance has; empty if there is none.
  std::optional<LoadedDays> loaded_days();

  // Writes the run into etl_runs as running and returns its id. Runs that are still there as running, although the
  // lock is ours, died without a word; they are marked as failed.
  std::int64_t begin_run(const std::string& source, Day first, Day last);
  void finish_run(std::int64_t run);
  void fail_run(std::int64_t run, const std::string& error);

  struct Catalogued {
    std::int64_t products_new = 0;
    std::int64_t promotions_changed = 0;
  };
  // Products by their name, promotions by name, first day and scope. Nothing is ever deleted; a category or price
  // that the platform does not know is left as it is. Within a transaction of the caller's.
  Catalogued load_catalog(const Catalog& catalog, const std::vector<PromotionRow>& promotions);

  // COPY to a temporary table, multiply, upsert what differs, add to the run's counts. Within a transaction of the
  // caller's.
  RowCounts load_batch(std::int64_t run, const Catalog& catalog, const std::vector<MetricsRow>& rows);

  db::Transaction begin() { return db::Transaction(connection_); }
  db::Canceller canceller() const { return connection_.canceller(); }

 private:
  db::Connection connection_;
};

}  // namespace performance_tracker::etl
