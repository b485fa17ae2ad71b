// SPDX-License-Identifier: PostgreSQL
//
// One run of the load: ad platform -> category multipliers -> PostgreSQL.
//
//   etl::Options options;
//   options.platform_url = "http://127.0.0.1:8000";
//   options.database = db::loader_options(config);   // a member of performance_tracker_etl
//   etl::Summary summary = etl::run(options, stop_source.get_token());
//
// The first run loads `history_days` up to yesterday; later runs load from the last loaded day minus
// `restatement_days`, because platforms attribute conversions late. Days are loaded in batches, oldest first, each in
// one transaction: COPY into a temporary table, then one upsert that leaves unchanged rows alone. A batch is fetched
// and checked completely before the database is touched, so a failure leaves whole batches or nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

#include "calendar.h"
#include "db.h"

namespace performance_tracker::etl {

struct Options {
  std::string platform_url;     // http(s)://host[:port][/path], without /platform/v1
  std::string platform_token;   // sent as a Bearer token if not empty
  db::ConnectOptions database;  // login of a member of performance_tracker_etl
  bool full = false;            // load all days again: from the first loaded day, or history_days if none
  int history_days = 90;        // days of the first load, 1..3660
  int restatement_days = 7;     // days loaded again each time, 0..366
  int batch_days = 30;          // days a transaction, 1..366
  std::optional<Day> as_of;     // "today" (tests); default: today in UTC. The last day loaded is the one before
  int max_attempts = 6;         // requests in all for one page, 1..20
  std::chrono::milliseconds backoff{250};       // before the first retry; doubles, with jitter
  std::chrono::milliseconds max_backoff{8000};  // upper limit of one wait
  std::chrono::milliseconds timeout{10000};     // for connecting, and for each read
  bool show_progress = false;                   // progress on stderr: a bar on a terminal, plain lines elsewhere
};

struct Summary {
  std::int64_t run_id = 0;  // etl_runs.id
  Day period_start{};       // first and last day asked for; end < start: nothing new to load
  Day period_end{};
  std::int64_t rows_read = 0;  // daily rows received; the three below add up to it
  std::int64_t rows_inserted = 0;
  std::int64_t rows_updated = 0;
  std::int64_t rows_unchanged = 0;
  std::int64_t products_new = 0;
  std::int64_t promotions_changed = 0;  // inserted or updated
  int retries = 0;                      // requests that had to be repeated
  std::chrono::milliseconds duration{0};
};

// Why a run failed. what() is one sentence with the way out; it holds no SQL and no secrets. For all kinds but kBusy
// and (if the database never answered) kDatabase, the run is in etl_runs as failed.
class Error : public std::runtime_error {
 public:
  enum class Kind {
    kBadOption,  // a field of Options is out of range
    kBusy,       // another run is loading into the same tables
    kPlatform,   // the platform did not answer, refused, or answered nonsense
    kDatabase,   // no connection, a privilege is missing, a constraint is broken
    kStopped,    // the stop token was triggered; what was committed before stays
  };
  Error(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

// Runs the load to its end. Returns within a second or so after `stop` is triggered (throwing kStopped).
Summary run(const Options& options, const std::stop_token& stop = {});

}  // namespace performance_tracker::etl
