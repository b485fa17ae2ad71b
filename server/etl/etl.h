// SPDX-License-Identifier: PostgreSQL
//
// One run of the load: ad platform -> category multipliers -> PostgreSQL.
//
//   etl::Options options;
//   options.platform_url = "http://127.0.0.1:8000";
//   options.database = db::loader_options(config);   // a member of performance_tracker_etl
//   etl::Summary summary = etl::run(options, stop_source.get_token());
//
// The first run loads `history_days` up to yesterday, in batches of days, oldest first, each in one transaction. Later
// runs are one transaction as a whole, so that a restatement or a new multiplier never shows in a part of the days.
// They load from the last loaded day minus `restatement_days`, because platforms attribute conversions late, and
//   further back, batch by batch, as long as the oldest day asked for had changed (all of history was restated),
//   from the first day of a product that the platform no longer has,
//   the days without a single row between those that have some,
//   once a day those of which rows were set aside.
// A batch is fetched and checked completely before the database is touched, while the one before is being stored: days
// that nobody has spoken of yet by COPY, others by COPY into a temporary table, then one upsert that leaves unchanged
// rows alone, and what the platform no longer has is deleted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "calendar.h"
#include "db.h"

namespace performance_tracker::etl {

struct Options {
  std::string platform_url;    // http(s)://host[:port][/path], without /platform/v1
  std::string platform_token;  // sent as a Bearer token if not empty
  std::string dialect;         // google_ads, meta_ads or amazon_ads; empty: /platform/v1 (docs/etl.md)
  // For a new bearer token when the old one is refused (RFC 6749, 6); empty: there is none.
  std::vector<std::pair<std::string, std::string>> headers;  // sent with every request
  std::string token_url, refresh_token, client_id, client_secret;
  db::ConnectOptions database;     // login of a member of performance_tracker_etl
  std::string account;             // name of the source; empty: what the platform says it is, else its address
  std::string time_zone = "UTC";   // of the account: its last complete day is yesterday there
  std::string currency;            // of the account's amounts, ISO 4217; empty: the shop's
  bool full = false;               // load all days again: from the first loaded day, or history_days if none
  bool accept = false;             // take implausible values and mass withdrawals for true
  bool replace = false;            // delete the simulated shop that the tables hold, and load this one
  std::optional<Day> first, last;  // only these days; empty: as described above
  int history_days = 90;           // days of the first load, 1..3660
  // Days loaded again each time, 0..366. Google restates conversions for up to 30 days, Meta and Amazon for 28.
  int restatement_days = 30;
  int batch_days = 30;       // at most so many days a transaction, 1..366; fewer for a shop of many products
  int page_rows = 5000;      // asked for in one page, 1..100000; a platform may give fewer
  std::optional<Day> as_of;  // "today" (tests); default: today in time_zone. The last day loaded is the one before
  int max_attempts = 6;      // requests in all for one page, 1..20
  std::chrono::milliseconds backoff{250};       // before the first retry; doubles, with jitter
  std::chrono::milliseconds max_backoff{8000};  // upper limit of one wait
  std::chrono::milliseconds timeout{10000};     // for connecting, and for each read
  bool show_progress = false;                   // progress on stderr: a bar on a terminal, plain lines elsewhere
};

struct Summary {
  std::int64_t run_id = 0;  // etl_runs.id
  Day period_start{};       // first and last day asked for; end < start: nothing new to load
  Day period_end{};
  std::int64_t rows_read = 0;  // daily rows received: inserted, updated, unchanged, rejected and held add up to it
  std::int64_t rows_inserted = 0;
  std::int64_t rows_updated = 0;
  std::int64_t rows_unchanged = 0;
  std::int64_t rows_withdrawn = 0;  // deleted, because the platform has them no longer
  std::int64_t rows_rejected = 0;   // part of rows_read that breaks a rule, in etl_rejects
  std::int64_t rows_held = 0;       // part of rows_read that is implausible, in etl_rejects
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
    kOtherShop,  // the tables hold the simulated shop, and this is another
    kBusy,       // another run is loading into the same tables
    kPlatform,   // the platform did not answer, refused, or answered nonsense
    kDatabase,   // no connection, a privilege is missing, a constraint is broken
    kData,       // the database cannot hold a value that came: the same again fails again
    kStopped,    // the stop token was triggered; what was committed before stays
  };
  Error(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

// What the database said, as an Error of kind kDatabase or kData with the way out.
Error database_error(const db::Error& error);

// Runs the load to its end. Returns within a second or so after `stop` is triggered (throwing kStopped).
Summary run(const Options& options, const std::stop_token& stop = {});

}  // namespace performance_tracker::etl
