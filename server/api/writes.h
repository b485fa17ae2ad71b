// SPDX-License-Identifier: PostgreSQL
//
// What the page writes: advice put away and taken back, thresholds, margins, own days, the shop itself. Each is one
// call of a function of sql/schema, which checks the values; the answer says whether anything was there to change.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "api/parameters.h"
#include "http/access.h"
#include "http/message.h"

namespace performance_tracker::api {

// An address that changes something: its function takes the parameters by their names.
struct WriteRoute {
  std::string_view method;  // POST sets, DELETE takes back
  std::string_view path;
  std::string_view function;
  std::span<const Parameter> parameters;
};

std::span<const WriteRoute> write_routes();

// Runs the statement by a login that may write, and returns its one value; throws ApiError.
using RunWrite = std::function<std::string(const Statement& statement)>;

// For those who send a token of `writers` as a bearer token: browsers send passwords by themselves, also when another
// site's page asks. Throws ApiError.
http::Response write(const WriteRoute& route, const http::Request& request, http::TokenGuard& writers,
                     const RunWrite& run);

}  // namespace performance_tracker::api
