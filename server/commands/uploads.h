// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>
#include <stop_token>

#include "api/import.h"
#include "config.h"

namespace performance_tracker::commands {

// What POST /api/v1/import does: the file goes to a scratch place, is imported, and `imported` is called when it has
// changed something.
api::RunImport make_run_import(const Config& config, std::stop_token stop, std::function<void()> imported);

}  // namespace performance_tracker::commands
