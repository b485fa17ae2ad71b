// SPDX-License-Identifier: PostgreSQL
#pragma once

#include "db.h"
#include "http/message.h"

namespace performance_tracker::api {

// What a client is told about an error of the database. Errors that speak about the caller's values keep their message
// and hint, and the parameter is what they name in COLUMN; all others are replaced: they could carry SQL or names of
// the installation.
//   22U01 (a name that does not exist)               404 unknown_product, unknown_category, unknown_promotion
//   class 22 (invalid_parameter_value and its kin)   400 bad_parameter
//   class 22 otherwise                               422 not_enough_data
//   undefined table, function, column, schema        503 not_migrated
//   query_canceled                                   503 timeout
//   connection, resources, shutdown, login, rights   503 database_unavailable
//   else                                             500 internal
http::ApiError to_api_error(const db::Error& error);

}  // namespace performance_tracker::api
