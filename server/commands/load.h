// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <optional>
#include <string>

#include "commands/commands.h"
#include "config.h"
#include "etl/etl.h"
#include "etl/import.h"

namespace performance_tracker::commands {

// What the load is told by the configuration. Throws ConfigError without a platform.
etl::Options load_options(const Config& config);

// What an import is told. Throws etl::FileError for a --map that is none.
etl::ImportOptions import_options(const Config& config, const ImportFlags& flags);

// A day of the command line; empty if it was not given. Throws ConfigError.
std::optional<Day> day_flag(const char* name, const std::string& text);

// One log line about a finished run.
void log_summary(const etl::Summary& summary);

}  // namespace performance_tracker::commands
