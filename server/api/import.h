// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <functional>
#include <string>

#include "api/parameters.h"
#include "http/access.h"
#include "http/message.h"

namespace performance_tracker::api {

inline constexpr std::string_view kImportPath = "/api/v1/import";

// Imports a file; the arguments are those of the route. Returns its report as one JSON object; throws ApiError.
using RunImport = std::function<std::string(const Arguments& arguments, std::string_view file)>;

// POST /api/v1/import, for those who have a token of `loaders`. The body is the file itself. Throws ApiError.
http::Response import_file(const http::Request& request, http::TokenGuard& loaders, const RunImport& run);

// Whether a request, by its first lines, is an upload by somebody who may: 0, or the status of the refusal (401, 413,
// 429). Asked before the body is read, so that nobody else can fill memory.
int may_upload(std::string_view headers, const std::string& address, http::TokenGuard& loaders);

}  // namespace performance_tracker::api
