// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>
#include <string>

#include "http/access.h"
#include "http/message.h"

namespace performance_tracker::api {

enum class LoadStart { started, already_running, not_configured };

// Starts a load in the background; the argument asks for a full one.
using StartLoad = std::function<LoadStart(bool full)>;

// Throws ApiError (401, 429) for a request that does not carry a token of `loaders`; nobody does when it is empty.
void require_loader(const http::Request& request, http::TokenGuard& loaders);

// POST /api/v1/etl-runs, for those who have a token of `loaders`; nobody has when it is empty. Throws ApiError.
http::Response start_etl_run(const http::Request& request, http::TokenGuard& loaders, const StartLoad& start);

}  // namespace performance_tracker::api
