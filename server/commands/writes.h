// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>

#include "api/writes.h"
#include "config.h"

namespace performance_tracker::commands {

// What the page's writes do: one statement by the loader's login, then `written` is called. Empty without such a login.
api::RunWrite make_run_write(const Config& config, std::function<void()> written);

}  // namespace performance_tracker::commands
