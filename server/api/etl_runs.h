// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>
#include <string>

#include "http/message.h"

namespace performance_tracker::api {

enum class LoadStart { started, already_running, not_configured };

// Starts a load in the background; the argument asks for a full one.
using StartLoad = std::function<LoadStart(bool full)>;

// POST /api/v1/etl-runs. `token` is what the caller must present; empty: nobody may.
http::Response start_etl_run(const http::Request& request, const std::string& token, const StartLoad& start);

// Throws ApiError (401) unless `authorization` is "Bearer <token>". Compares in constant time.
void check_token(const std::string& authorization, const std::string& token);

}  // namespace performance_tracker::api
