// SPDX-License-Identifier: PostgreSQL
//
// What the answers depend on, as of the last look: view data_versions, the day, the extension. Looking costs a small
// query; it is done by a maker thread, at most twice a second, and nobody waits for it once there has been a first
// look.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "db_pool.h"

namespace performance_tracker::api {

// The tables that an answer is made of.
enum class DependsOn {
  data,     // everything but the loads: all analyses
  loads,    // etl_runs and etl_rejects
  catalog,  // products, daily_performance and the last load
};

struct DataVersion {
  std::string data, loads, catalog;  // differ when an answer of that kind may be another
  std::string data_through;          // as JSON: "2026-11-21" in quotes, or null
  std::string currency;              // as JSON: "USD" in quotes
  bool counted = true;               // PostgreSQL sees every write; else only loads show, and answers age sooner
  double loaded_at = 0;              // end of the last load that succeeded, seconds since 1970; 0: none

  const std::string& of(DependsOn tables) const {
    return tables == DependsOn::loads ? loads : tables == DependsOn::catalog ? catalog : data;
  }
};

class DataVersions {
 public:
  using Clock = std::chrono::steady_clock;

  explicit DataVersions(db::Pool& pool) : pool_(pool) {}

  // As of the last look that worked; empty before the first one.
  std::optional<DataVersion> known() const;
  // Whether it is time to look again.
  bool due() const;
  // Whether the last looks have failed: PostgreSQL cannot be asked.
  bool failing() const;
  // Looks, unless somebody has done so a moment ago. Throws db::Error.
  DataVersion look(db::CancelToken* cancel = nullptr);
  // The data changed by our own doing: look at the next opportunity.
  void expire();
  // The same after a single write, whose rows PostgreSQL may count a moment later: from here on the version is another.
  void count_write();

 private:
  bool is_fresh() const;

  db::Pool& pool_;
  std::atomic<std::uint64_t> writes_{0};  // of our own
  std::mutex looking_;                    // one at a time
  mutable std::mutex mutex_;              // of what follows
  std::optional<DataVersion> version_;
  Clock::time_point looked_{};
  bool expired_ = true;
  bool failing_ = false;
};

// A short name of a version, for clients.
std::string version_name(const std::string& text);

}  // namespace performance_tracker::api
