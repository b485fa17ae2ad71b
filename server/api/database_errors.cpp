// SPDX-License-Identifier: PostgreSQL
#include "api/database_errors.h"

#include <algorithm>
#include <array>

#include "log.h"

namespace performance_tracker::api {
namespace {

using http::ApiError;

// SQLSTATEs of class 22 that mean: this value of yours. The rest of the class speaks about the data.
constexpr std::array value_errors = {"22023", "22003", "22004", "22007", "22008", "2201W", "2201X", "22P02", "22021"};
// A product, category or promotion that does not exist, by the extension's own SQLSTATE.
constexpr std::string_view unknown_name = "22U01";
constexpr std::array missing_schema = {"42P01", "42883", "42703", "3F000", "42704"};

bool contains(const auto& list, const std::string& state) {
  return std::ranges::any_of(list, [&](const char* entry) { return state == entry; });
}

ApiError with_database_hint(ApiError error, const db::Error& cause) {
  if (!cause.hint().empty()) error.hint = cause.hint();
  return error;
}

}  // namespace

ApiError to_api_error(const db::Error& error) {
  const std::string& state = error.sqlstate();
  if (state == unknown_name) {
    const std::string what = error.column() == "promotion_id" ? "promotion" : error.column();
    auto answer = with_database_hint(ApiError(404, "unknown_" + what, error.what()), error);
    answer.parameter = error.column();
    return answer;
  }
  if (contains(value_errors, state)) {
    auto answer = with_database_hint(ApiError(400, "bad_parameter", error.what()), error);
    if (!error.column().empty()) answer.parameter = error.column();
    return answer;
  }
  if (state.starts_with("22")) return with_database_hint(ApiError(422, "not_enough_data", error.what()), error);

  // From here on the text is for the operator.
  log::warning("query failed", {{"sqlstate", state}, {"reason", error.what()}, {"detail", error.detail()}});
  if (contains(missing_schema, state))
    return ApiError(503, "not_migrated", "the database has no current performance_tracker schema")
        .with_hint("Run `performance_tracker migrate` as the owner of the database, with the extension installed.");
  if (state == "57014")
    return ApiError(503, "timeout", "the question took too long to answer")
        .with_hint("Ask for less (a product, a category, a shorter horizon), or raise STATEMENT_TIMEOUT_MS.");
  if (state == "42501")
    return ApiError(503, "database_unavailable", "the server's database login may not read what is needed")
        .with_hint("Grant performance_tracker_reader to the login that DB_USER names.");
  const bool unavailable = error.connection_lost() || state.starts_with("28") || state.starts_with("3D") ||
                           state.starts_with("53") || state.starts_with("57") || state.starts_with("58");
  if (unavailable)
    return ApiError(503, "database_unavailable", "the database cannot be reached")
        .with_hint("Try again in a moment; the server's log says why.")
        .with_header("Retry-After", "2");
  return ApiError(500, "internal", "the database could not answer")
      .with_hint("Look for the request id in the server's log.");
}

}  // namespace performance_tracker::api
