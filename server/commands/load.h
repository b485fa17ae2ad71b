// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <string>

#include "config.h"
#include "etl/etl.h"

namespace performance_tracker::commands {

// What the load is told by the configuration. Throws ConfigError without a platform.
etl::Options load_options(const Config& config);

// One log line about a finished run.
void log_summary(const etl::Summary& summary);

}  // namespace performance_tracker::commands
