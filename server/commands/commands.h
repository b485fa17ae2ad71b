// SPDX-License-Identifier: PostgreSQL
//
// What the program's subcommands do. Each returns the exit status: 0 done, 1 failed, 130 stopped by a signal;
// a ConfigError is left to main(), which exits with 2.
#pragma once

#include <string>

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
};
int etl(const Config& config, const LoadFlags& flags);

// The simulated platform alone. `faults`: a plan of misbehaviour for tests (simulator/fault_plan.h), or empty.
int simulate(const Config& config, const std::string& faults);

}  // namespace performance_tracker::commands
