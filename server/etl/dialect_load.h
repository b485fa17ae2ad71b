// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <stop_token>

#include "etl/etl.h"
#include "etl/platform_client.h"

namespace performance_tracker::etl {

// run() for a platform that speaks a dialect: its report goes through the same stations as an exported file.
Summary run_dialect(const Options& options, PlatformClient& client, const std::stop_token& stop);

}  // namespace performance_tracker::etl
