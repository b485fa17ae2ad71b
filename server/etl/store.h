// SPDX-License-Identifier: PostgreSQL
//
// The load's side of the database: the lock, the record of the run, and the batches.
#pragma once

#include <array>
#include <cstdint>
#include <map>
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
  std::int64_t withdrawn = 0;    // rows that the platform no longer has, deleted
  std::int64_t rejected = 0;     // of what came: breaks a rule
  std::int64_t held = 0;         // of what came: implausible
  bool first_day_moved = false;  // a row of the batch's first day was updated: older days may have been restated too
  std::string note;              // what the operator should know; empty: nothing
};

struct LoadedDays {
  Day first, last;
};

// What came for some days, and what to do with it.
struct Batch {
  std::int64_t run;
  std::string source;
  Day first, last;
  bool accept = false;  // implausible rows too
};

// The largest value of each metric on a day.
using Peaks = std::map<Day, std::array<double, 5>>;

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

  // The day that it is in a time zone of PostgreSQL's ("Europe/Berlin").
  Day today(const std::string& time_zone);

  // First and last day that the source's products have in daily_performance; empty if there is none. An installation
  // from before there were keys has no source: all its rows count.
  std::optional<LoadedDays> loaded_days(const std::string& source);
  // The last day that the source has brought, by etl_sources; empty if nothing.
  std::optional<Day> data_through(const std::string& source);
  // The days between those without a single row of the source, as periods, latest first.
  std::vector<LoadedDays> holes(const std::string& source);
  // Days before `end` with rows that broke a rule and were last looked at before today, latest first: the rule, the
  // catalogue or the platform's figures may be others now.
  std::vector<LoadedDays> rejected_days(const std::string& source, Day end);
  // The first day with a row of a product that the source once had and the catalogue has no longer.
  std::optional<Day> first_withdrawn(const std::string& source, const Catalog& catalog);
  // A source other than this whose rows are in the tables and were invented.
  std::optional<std::string> simulated_source_beside(const std::string& source);
  // Deletes a source's products with their days and promotions. Within a transaction of the caller's.
  void forget(const std::string& source);

  // Writes the run into etl_runs as running and returns its id. Runs that are still there as running, although the
  // lock is ours, died without a word; they are marked as failed.
  std::int64_t begin_run(const std::string& address);
  void set_period(std::int64_t run, Day first, Day last);
  void finish_run(std::int64_t run);
  void remember_currency(const std::string& source, const std::string& currency);
  // What is known of a platform's account after a load. An empty currency: as it was.
  void remember_source(const std::string& source, const std::string& time_zone, const std::string& currency, Day last);
  void fail_run(std::int64_t run, const std::string& error);

  struct Catalogued {
    std::int64_t products_new = 0;
    std::int64_t promotions_changed = 0;
  };
  // Products by the source's key: a new name is a new name of the same product. One that the tables have without a key
  // is taken for the one of its name. Promotions by name, first day and scope. A category or price that the platform
  // does not know is left as it is. Within a transaction of the caller's.
  Catalogued load_catalog(const std::string& source, const Catalog& catalog,
                          const std::vector<PromotionRow>& promotions);

  // Days that nobody has spoken of yet by COPY. Others: COPY to a temporary table, hold back what is implausible,
  // multiply, upsert what differs, delete what is there and did not come, add to the run's counts. Within a transaction
  // of the caller's.
  RowCounts load_batch(const Batch& batch, const MetricsBatch& metrics);
  // The parts of load_batch() that an import shares: judges pg_temp.staged_metrics by what the tables say and moves
  // what is implausible to pg_temp.staged_kept and etl_rejects; returns how many.
  std::int64_t hold_implausible(const Batch& batch);
  // Rejected and held rows in whose place a good one stands in pg_temp.staged_metrics are over.
  void settle_rejects(const Batch& batch);
  // Writes pg_temp.staged_changed (a row of daily_performance, is_new, and old_… values) and what was there before into
  // the history; adds to inserted, updated and first_day_moved. `staged` rows in all: the rest is unchanged.
  void write_changed(const Batch& batch, std::int64_t staged, RowCounts& counts);
  // Adds to the run's counts in etl_runs.
  void add_counts(std::int64_t run, const RowCounts& counts);
  // Rows that were set aside before they belonged to a batch (products, promotions).
  void keep_rejects(std::int64_t run, const std::string& source, const std::vector<Reject>& rejects);

  db::Transaction begin() { return db::Transaction(connection_); }
  db::Canceller canceller() const { return connection_.canceller(); }
  db::Connection& connection() { return connection_; }

 private:
  void stage_metrics(const Batch& batch, const MetricsBatch& metrics);
  // Keys that are mapped to one product: their rows of a day become one.
  void merge_twins(const Batch& batch);
  std::int64_t check_staged();
  // False: the days are not new, or something else is to be thought of; then nothing was done.
  bool load_fresh(const Batch& batch, const MetricsBatch& metrics, RowCounts& counts);
  bool may_be_implausible(const Batch& batch, const Peaks& days);
  // Of a source whose amounts are not in the shop's currency; empty: they are.
  std::string account_currency(const std::string& source);
  bool shares_days(const Batch& batch);
  void upsert_metrics(const Batch& batch, RowCounts& counts);
  void upsert_shared(const Batch& batch, bool whole, RowCounts& counts);
  bool may_withdraw(const Batch& batch, const MetricsBatch& metrics, RowCounts& counts);
  void delete_withdrawn(const Batch& batch, RowCounts& counts);
  void delete_withdrawn_alone(const Batch& batch, RowCounts& counts);

  db::Connection connection_;
  Peaks fresh_days_;  // of the source, written by load_fresh() one after the other until now
};

}  // namespace performance_tracker::etl
