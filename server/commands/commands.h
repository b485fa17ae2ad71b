// SPDX-License-Identifier: PostgreSQL
//
// What the program's subcommands do. Each returns the exit status: 0 done, 1 failed, 130 stopped by a signal;
// a ConfigError is left to main(), which exits with 2.
#pragma once

#include <string>
#include <vector>

#include "config.h"

namespace performance_tracker::commands {

// Creates or updates the extension and applies SCHEMA_DIR/*.sql in the order of their names, all in one transaction.
int migrate(const Config& config);

// Answers HTTP until SIGTERM or SIGINT; loads every ETL_INTERVAL.
int serve(const Config& config);

// One load from PLATFORM_URL. The flags are those of etl::Options.
struct LoadFlags {
  bool full = false;
  bool accept = false;
  bool replace = false;
  std::string from, to;  // YYYY-MM-DD; empty: not given
};
int etl(const Config& config, const LoadFlags& flags);

// Exported files, or a table of the database. Texts are empty if they were not given; the rest is etl::ImportOptions.
// Exit status 3: loaded, but rows of products that the shop does not have were set aside.
struct ImportFlags {
  std::vector<std::string> files;  // "-": standard input
  std::string table;
  std::string map, dates, decimal, product, channel, sheet, source, currency;
  bool create_products = false;
  bool accept = false;
  bool replace = false;
  bool dry_run = false;
};
int import(const Config& config, const ImportFlags& flags);

// Deletes the days of a source, or of all, from the tables.
struct ForgetFlags {
  std::string source, from, to;  // empty: all sources; from the first, to the last day
  bool dry_run = false;
};
int forget(const Config& config, const ForgetFlags& flags);

// The simulated platform alone. `faults`: a plan of misbehaviour for tests (simulator/fault_plan.h), or empty.
int simulate(const Config& config, const std::string& faults);

}  // namespace performance_tracker::commands
